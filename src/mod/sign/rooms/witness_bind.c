/* What sealing takes from a recording: the signed attribute, and the drawn signature. */
#include "mod/sign/rooms/witness_impl.h"

enum { ATTRIBUTE_MAX = 256 };

/* A recording is of this signing only while it is fresh: whoever opens the link a week later is recorded again. */
static rc fresh(struct tx *tx, const struct witness *w, struct err *err)
{
    if (tx_now(tx) - w->ended <= WITNESS_FRESH_MINUTES * MINUTE)
        return OK;
    return ERR(err, E_CONFLICT, "WIT-002",
               N_("The recording of your signing is more than half an hour old. Please record again."));
}

rc witness_attribute(struct tx *tx, const struct signer *s, struct arena *a, str *der, struct err *err)
{
    struct witness w;
    BUF_SCOPED out = BUF_INIT(ATTRIBUTE_MAX);
    *der = (str){NULL, 0};
    if (s->witness == 0)
        return OK;
    rc r = witness_of(tx, s->id, &w, a);
    if (r == E_NOTFOUND) {
        err_clear(tx_err(tx));
        return ERR(err, E_CONFLICT, "WIT-001", N_("Your signing is to be recorded: please do that first."));
    }
    TRY(r);
    TRY(fresh(tx, &w, err));
    witness_attribute_write(&w.hash, &out);
    TRY(buf_rc(&out));
    *der = arena_str(a, buf_str(&out));
    return der->p ? OK : arena_failed(a);
}

/* "x,y,ms x,y,ms" without the times. */
static void put_stroke(str line, struct buf *out)
{
    while (line.p && line.n) {
        str point = str_cut(&line, ' ');
        str x = str_cut(&point, ',');
        str y = str_cut(&point, ',');
        buf_printf(out, "%.*s,%.*s%s", STR_ARG(x), STR_ARG(y), line.p && line.n ? " " : "\n");
    }
}

static rc read_ink(struct tx *tx, struct app *app, const struct witness_item *i, struct arena *a, str *out)
{
    BUF_SCOPED text = BUF_INIT(WITNESS_TEXT_MAX);
    BUF_SCOPED ink = BUF_INIT(WITNESS_TEXT_MAX);
    TRY(witness_bytes(tx, app, i, &text));
    str rest = buf_str(&text);
    while (rest.p)
        put_stroke(str_cut(&rest, '\n'), &ink);
    TRY(buf_rc(&ink));
    *out = arena_str(a, buf_str(&ink));
    return out->p ? OK : arena_failed(a);
}

rc witness_ink(struct tx *tx, struct app *app, const struct signer *s, struct arena *a, str *out)
{
    struct witness w;
    struct witness_item items[WITNESS_KINDS];
    size_t n = 0;
    *out = STR_EMPTY;
    TRY(witness_of(tx, s->id, &w, a));
    TRY(witness_items(tx, w.id, items, &n, a));
    for (size_t i = 0; i < n; i++)
        if (items[i].kind == WITNESS_INK && items[i].pieces > 0)
            return read_ink(tx, app, &items[i], a, out);
    return OK;
}
