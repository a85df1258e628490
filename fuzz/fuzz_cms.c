#include "crypto/der.h"
#include "crypto/oid.h"
#include "fuzz.h"
#include "mod/sign/engine/cades.h"

/* What can be read can be extended by nothing without a byte of it changing its meaning; judging and extending never
 * fail but for a cap; what is not signed by anybody is never valid. */
static void extended(struct arena *a, const struct cms *c)
{
    struct cms *again = NULL;
    BUF_SCOPED out = BUF_INIT(1 << 20);
    BUF_SCOPED twice = BUF_INIT(1 << 20);
    if (cms_extend(c, &(struct cms_additions){.signature = 0}, &out, NULL) != OK)
        return;
    HOLDS(cms_read(a, buf_str(&out), &again, NULL) == OK);
    HOLDS(again->n_signatures == c->n_signatures && again->n_cert_ders == c->n_cert_ders &&
          again->n_revocations == c->n_revocations && str_eq(again->content_info, c->content_info));
    HOLDS(cms_extend(again, &(struct cms_additions){.signature = 0}, &twice, NULL) == OK);
    HOLDS(str_eq(buf_str(&out), buf_str(&twice)));
}

static void judged(struct arena *a, const struct cms *c, const struct cms_signature *s)
{
    struct cms_check check;
    struct cades_stamp *stamps = NULL;
    size_t n = 0;
    HOLDS(cms_verify(c, s, NULL, NULL, 0, &check) == OK);
    HOLDS(check.outcome != CMS_VALID || (check.cert && (c->content.p || !check.has_attributes)));
    HOLDS(cms_outcome_name(check.outcome) && cms_outcome_text(check.outcome));
    (void)!cades_stamps(a, c, s, STR_EMPTY, NULL, 0, &stamps, &n, NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct cms *c = NULL;
    struct err err = {0};
    struct arena *a = arena_new(1 << 26);
    HOLDS(a);
    if (cms_read(a, str_n(data, size), &c, &err) == OK) {
        HOLDS(err.code == OK);
        extended(a, c);
        for (size_t i = 0; i < c->n_signatures && i < 8; i++)
            judged(a, c, &c->signatures[i]);
    } else {
        HOLDS(err.code != OK || arena_rc(a) != OK);
    }
    arena_free(a);
    return 0;
}
