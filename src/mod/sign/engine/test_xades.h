/* What the tests of XAdES share: a document, two files, making and judging. */
#ifndef RISE_SIGN_TEST_XADES_H
#define RISE_SIGN_TEST_XADES_H
#include "mod/sign/engine/test_signer.h"
#include "mod/sign/engine/xades.h"

enum { ROOM = 1 << 24 };

static struct arena *a;
static struct buf made = BUF_INIT(ROOM);

static inline void setup(void)
{
    a = arena_new(ROOM * 8);
    buf_clear(&made);
}

static inline void teardown(void)
{
    arena_free(a);
    buf_free(&made);
}

static inline rc make(enum xades_form form, const struct signer *p, const struct sign_data *data, size_t n,
                      struct err *err)
{
    struct cert *ca = test_cert(a, test_ca_pem);
    buf_clear(&made);
    return xades_make(a,
                      &(struct xades_request){.form = form,
                                              .key = test_key(a, p->key),
                                              .cert = test_cert(a, p->cert),
                                              .chain = &ca,
                                              .n_chain = 1,
                                              .pss = p->pss,
                                              .time = noon,
                                              .data = data,
                                              .n_data = n},
                      &made, err);
}

/* Of a text that may be no XML any more: then the reader's refusal counts as FORMAT. */
static inline struct xades_check judged_with(str text, const struct sign_data *files, size_t n_files)
{
    struct xades *x;
    struct xades_check k = {.outcome = XADES_FORMAT};
    struct err err = {0};
    if (xades_read(a, text, &x, &err) != OK)
        ck_assert_ptr_nonnull(err.main.msgid);
    else
        t_ok(xades_verify(a, x, 0, files, n_files, NULL, 0, &k));
    return k;
}

static inline void outcome_is(str text, const struct sign_data *files, size_t n_files, enum xades_outcome want)
{
    struct xades_check k = judged_with(text, files, n_files);
    ck_assert_msg(k.outcome == want, "%s at \"%.*s\", not %s", xades_outcome_name(k.outcome), STR_ARG(k.where),
                  xades_outcome_name(want));
}

static const struct sign_data invoice = {
    .mime = STR_INIT("application/xml"),
    .bytes = STR_INIT(
        "<?xml version=\"1.0\"?>\n<!-- 發票 -->\n<inv:Invoice xmlns:inv='urn:inv' xml:lang='zh-TW' Id='doc'>\n"
        "  <inv:Buyer name=\"林𣿆川\" a='1'/>\n  <inv:Total currency='TWD'>100 &amp; 5</inv:Total>\n</inv:Invoice>\n")};
static const struct sign_data files[] = {
    {STR_INIT("契約 一.txt"), STR_INIT("text/plain"), STR_INIT("甲方\n乙方\n")},
    {STR_INIT("附件/b&c.bin"), STR_INIT("application/octet-stream"), STR_INIT("\0\1\2\377")},
};

/* From the first `from` to the end of the next `to`. */
static inline str part(str text, const char *from, const char *to)
{
    ptrdiff_t at = str_find(text, str_of(from));
    ck_assert(at >= 0);
    str rest = str_sub(text, (size_t)at, SIZE_MAX);
    ptrdiff_t end = str_find(rest, str_of(to));
    ck_assert(end >= 0);
    return arena_str(a, str_sub(rest, 0, (size_t)end + strlen(to)));
}
#endif
