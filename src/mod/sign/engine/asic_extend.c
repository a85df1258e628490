/* Raising the signatures of a container: their entries get other bytes, all others stay. */
#include "mod/sign/engine/asic.h"
#include "mod/sign/engine/cades.h"
#include "mod/sign/engine/xades_extend.h"

struct work {
    struct arena *a;
    const struct asic *c;
    const struct sign_raise *o;
    struct sign_raised *made;
    struct err *err;
};

/* The container is at the lowest level of its signatures. */
static void lower(struct work *w, enum sign_level level, const struct err *why)
{
    if (level < w->made->level) {
        w->made->level = level;
        err_copy(&w->made->why, why);
    }
}

static rc raise_xades(struct work *w, str text, struct buf *out)
{
    struct sign_raised one;
    TRY(xades_extend(w->a, text, w->c->files, w->c->n_files, w->o, out, &one, w->err));
    lower(w, one.level, &one.why);
    return OK;
}

static rc raise_cades(struct work *w, const struct asic_signature *s, str der, struct buf *out)
{
    struct sign_raised one;
    TRY(cades_extend(w->a, der, asic_signed_bytes(w->c, s), w->o, out, &one, w->err));
    lower(w, one.level, &one.why);
    return OK;
}

static rc raise_entry(struct work *w, const struct asic_signature *s, struct zip_entry *e)
{
    BUF_SCOPED out = BUF_INIT(2 * (size_t)XADES_BYTES_MAX);
    TRY(s->cades ? raise_cades(w, s, e->bytes, &out) : raise_xades(w, e->bytes, &out));
    e->bytes = arena_str(w->a, buf_str(&out));
    return e->bytes.p ? OK : arena_failed(w->a);
}

/* A faulty signature is found again, and named better, by who raises it. */
static rc check_holds(const struct work *w)
{
    struct asic_check k;
    TRY(asic_verify(w->a, w->c, w->o->pool, w->o->n_pool, &k));
    if (k.outcome == ASIC_VALID || k.outcome == ASIC_SIGNATURE)
        return OK;
    return ERR(w->err, E_INVALID, "SIG-504", N_("The container does not hold and is not raised; at fault: {1}"),
               k.where.n ? k.where : STR("META-INF"));
}

rc asic_extend(struct arena *a, str bytes, const struct sign_raise *o, struct buf *out, struct sign_raised *made,
               struct err *err)
{
    struct asic *c;
    made->level = o->level;
    err_clear(&made->why);
    TRY(asic_read(a, bytes, &c, err));
    struct work w = {a, c, o, made, err};
    TRY(check_holds(&w));
    for (size_t i = 0; i < c->n_signatures; i++) {
        if (c->signatures[i].i > 0)
            continue; /* in the same entry as the one before */
        for (size_t k = 0; k < c->n_entries; k++)
            if (str_eq(c->entries[k].name, c->signatures[i].name))
                TRY(raise_entry(&w, &c->signatures[i], &c->entries[k]));
    }
    return zip_write(c->entries, c->n_entries, out, err);
}
