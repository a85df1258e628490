#include "mod/sign/pages/api_notice.h"

static const char prefix[] = "notice_";

static bool any_given(const struct input *in)
{
    for (size_t i = 0; i < in->spec->n; i++)
        if (str_starts(str_of(in->spec->fields[i].name), str_of(prefix)) && in->v[i].given)
            return true;
    return false;
}

/* The template's, or an empty one with the least period. */
static rc begin_with(const struct act *x, id room, struct offer *o)
{
    rc r = offer_of(x->tx, room, o, x->a);
    if (r != E_NOTFOUND)
        return r;
    err_clear(tx_err(x->tx));
    *o = (struct offer){.email = STR_EMPTY,
                        .phone = STR_EMPTY,
                        .post = STR_EMPTY,
                        .paper_where = STR_EMPTY,
                        .paper_who = STR_EMPTY,
                        .paper_how = STR_EMPTY};
    return sign_param(x->tx, "objection.days", x->at, &o->days);
}

static void take(const struct input *in, const char *name, str *out)
{
    if (in_given(in, name))
        *out = in_text(in, name);
}

static rc new_text(const struct act *x, const struct input *in)
{
    id text;
    if (!in_given(in, "notice_zh") && !in_given(in, "notice_en"))
        return OK;
    return offer_text_add(x, x->by->party, in_text(in, "notice_zh"), in_text(in, "notice_en"), &text);
}

rc api_notice_set(const struct act *x, const struct input *in, id room)
{
    struct offer o;
    if (!any_given(in))
        return OK;
    TRY(begin_with(x, room, &o));
    if (in_given(in, "notice_days"))
        o.days = in_int(in, "notice_days");
    take(in, "notice_email", &o.email);
    take(in, "notice_phone", &o.phone);
    take(in, "notice_post", &o.post);
    take(in, "notice_paper_where", &o.paper_where);
    take(in, "notice_paper_who", &o.paper_who);
    take(in, "notice_paper_how", &o.paper_how);
    rc r = new_text(x, in);
    return api_blame(x, prefix, r == OK ? offer_set(x, &o, room) : r);
}
