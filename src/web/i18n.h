/* Languages. msgids are English; zh-Hant comes from po/zh_TW.po, compiled in. Looked up per request: no process-wide locale. */
#ifndef RISE_WEB_I18N_H
#define RISE_WEB_I18N_H

#include "base/err.h"
#include "base/money.h"
#include "base/when.h"
#include "base/buf.h"

enum lang { LANG_ZH, LANG_EN, LANGS };

const char *lang_tag(enum lang l);                      /* "zh-Hant-TW", "en" */
const char *tr(enum lang l, const char *msgid);         /* the msgid itself when there is no translation */
/* Plural: English "one"/"many" msgids; {n} in the text is replaced by the grouped number. */
void tr_n(struct buf *out, enum lang l, const char *one, const char *many, int64_t n);
/* {1}, {2} … replaced, unescaped: for plain text (mail, JSON, PDF); views escape on their own. */
void tr_f(struct buf *out, enum lang l, const char *msgid, const str *args, int n);

void fmt_int(struct buf *out, int64_t n);                                  /* 1,234,567 */
void fmt_money(struct buf *out, enum lang l, struct money m);              /* NT$1,234 · 1,234 點 / points */
void fmt_day(struct buf *out, enum lang l, day d);                         /* 2026年5月1日 · 1 May 2026 */
void fmt_instant(struct buf *out, enum lang l, instant t);                 /* … 16:30, Taiwan time */

/* cookie "lang", then ?lang=, then Accept-Language, then zh-Hant */
enum lang lang_choose(str query_lang, str cookie_lang, str accept_language);

#endif
