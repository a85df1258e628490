/* Languages. msgids are English; zh-Hant comes from the files in po/zh_TW/, compiled in as a sorted table. Looked up
 * per request: no process-wide locale, no start-up, nothing to own; every function may be called from any thread. A
 * text without translation stays English (a test names it: tools/i18n.py check). */
#ifndef RISE_WEB_I18N_H
#define RISE_WEB_I18N_H

#include "base/buf.h"
#include "base/err.h"
#include "base/money.h"
#include "base/when.h"

enum lang { LANG_ZH, LANG_EN, LANGS };

const char *lang_tag(enum lang l);              /* "zh-Hant-TW", "en" */
const char *tr(enum lang l, const char *msgid); /* the msgid itself when there is no translation; NULL gives "" */
/* Plural: English "one"/"many" msgids; {n} in the text is replaced by the grouped number. */
void tr_n(struct buf *out, enum lang l, const char *one, const char *many, int64_t n);
/* {1}, {2} … replaced, unescaped: for plain text (mail, JSON, PDF); views escape on their own. */
void tr_f(struct buf *out, enum lang l, const char *msgid, const str *args, int n);

/* An error in words. Reasons of the operating system among its arguments (sys/reason.h) are translated too. */
void tr_err(struct buf *out, enum lang l, const struct err_msg *m);

/* One row of the compiled-in catalogue. A plural is entered under its English singular. */
struct msg {
    const char *msgid;
    str text;
    str html; /* text, escaped */
};
const struct msg *msg_find(enum lang l, const char *msgid); /* NULL: none (English has no rows) */

void fmt_int(struct buf *out, int64_t n);                     /* 1,234,567 */
void fmt_money(struct buf *out, enum lang l, struct money m); /* NT$1,234 · 1,234 點 / points */
void fmt_day(struct buf *out, enum lang l, day d);            /* 2026年5月1日 · 1 May 2026 */
void fmt_instant(struct buf *out, enum lang l, instant t);    /* … 16:30, Taiwan time */

/* ?lang=, then cookie "lang", then Accept-Language (RFC 9110 section 12.5.4), then zh-Hant. */
enum lang lang_choose(str query_lang, str cookie_lang, str accept_language);

#endif
