#include "crypto/dist_point.h"

#include "crypto/der.h"

enum {
    REASON_LAST = 8,
    DIRECTORY_NAME = DER_CONTEXT_CONSTRUCTED(4),
    NAMES_MAX = 32, /* of one point that are compared */
};

/* ---- reading ---- */

static rc read_reasons(str bits_body, unsigned *out)
{
    *out = 0;
    if (bits_body.n == 0)
        return E_INVALID;
    str bits = str_sub(bits_body, 1, bits_body.n); /* behind the count of unused bits */
    for (size_t i = 1; i <= REASON_LAST && i < 8 * bits.n; i++)
        if ((unsigned char)bits.p[i / 8] & 0x80 >> i % 8)
            *out |= 1U << i;
    return OK;
}

/* DistributionPointName, a CHOICE, hence tagged explicitly. */
static rc read_name(str choice, struct dist_point *p)
{
    TRY(der_optional(&choice, DER_CONTEXT_CONSTRUCTED(0), &p->names));
    if (!p->names.p)
        TRY(der_take(&choice, DER_CONTEXT_CONSTRUCTED(1), &p->relative));
    return der_end(choice);
}

rc dist_point_take(str *points, struct dist_point *out)
{
    str body;
    str name;
    str reasons;
    *out = (struct dist_point){.reasons = REASONS_ALL};
    TRY(der_take(points, DER_SEQUENCE, &body));
    TRY(der_optional(&body, DER_CONTEXT_CONSTRUCTED(0), &name));
    if (name.p)
        TRY(read_name(name, out));
    TRY(der_optional(&body, DER_CONTEXT(1), &reasons));
    if (reasons.p)
        TRY(read_reasons(reasons, &out->reasons));
    TRY(der_optional(&body, DER_CONTEXT_CONSTRUCTED(2), &out->crl_issuer));
    return der_end(body);
}

static rc take_flag(str *d, unsigned n, bool *out)
{
    str body;
    TRY(der_optional(d, DER_CONTEXT(n), &body));
    if (body.p && (body.n != 1 || body.p[0] == 0)) /* FALSE is the default and not written in DER */
        return E_INVALID;
    *out = body.p != NULL;
    return OK;
}

rc dist_point_of_crl(str extension, struct dist_point *out)
{
    str body;
    str name;
    str reasons;
    *out = (struct dist_point){.reasons = REASONS_ALL};
    TRY(der_only(extension, DER_SEQUENCE, &body));
    TRY(der_optional(&body, DER_CONTEXT_CONSTRUCTED(0), &name));
    if (name.p)
        TRY(read_name(name, out));
    TRY(take_flag(&body, 1, &out->only_users));
    TRY(take_flag(&body, 2, &out->only_cas));
    TRY(der_optional(&body, DER_CONTEXT(3), &reasons));
    if (reasons.p)
        TRY(read_reasons(reasons, &out->reasons));
    TRY(take_flag(&body, 4, &out->indirect));
    TRY(take_flag(&body, 5, &out->only_attributes));
    return der_end(body);
}

/* ---- comparing ---- */

/* The directory name among GeneralNames, empty when there is none. */
static str directory_name(str names)
{
    struct der e;
    while (der_next(&names, &e) == OK)
        if (e.tag == DIRECTORY_NAME)
            return e.body;
    return STR_EMPTY;
}

/* A point's names; a relative one is put behind `base`, a DER Name, into `room`. */
static str names_of(const struct dist_point *p, str base, struct buf *room)
{
    str rdns;
    if (p->names.p || !p->relative.p)
        return p->names;
    if (der_only(base, DER_SEQUENCE, &rdns) != OK)
        return STR_EMPTY;
    size_t general = der_open(room, DIRECTORY_NAME);
    size_t name = der_open(room, DER_SEQUENCE);
    buf_put(room, rdns);
    der_put(room, DER_SET, p->relative);
    der_close(room, name);
    der_close(room, general);
    return buf_str(room);
}

static bool same_general_name(const struct der *a, const struct der *b)
{
    if (a->tag != b->tag)
        return false;
    return a->tag == DIRECTORY_NAME ? cert_name_same(a->body, b->body) : str_eq(a->body, b->body);
}

static bool is_among(const struct der *name, str names)
{
    struct der e;
    for (int i = 0; i < NAMES_MAX && der_next(&names, &e) == OK; i++)
        if (same_general_name(name, &e))
            return true;
    return false;
}

/* One name is in both. */
static bool share_a_name(str a, str b)
{
    struct der e;
    for (int i = 0; i < NAMES_MAX && der_next(&a, &e) == OK; i++)
        if (is_among(&e, b))
            return true;
    return false;
}

static bool names_meet(const struct dist_point *p, str p_base, const struct dist_point *scope, str crl_name)
{
    BUF_SCOPED p_room = BUF_INIT(CERT_BYTES_MAX);
    BUF_SCOPED scope_room = BUF_INIT(CERT_BYTES_MAX);
    str at = names_of(scope, crl_name, &scope_room);
    str wanted = names_of(p, p_base, &p_room);
    if (!at.p) /* the CRL is for all places */
        return true;
    return share_a_name(wanted.p ? wanted : p->crl_issuer, at);
}

bool dist_point_meets(const struct dist_point *p, const struct cert *c, const struct dist_point *scope, str crl_name)
{
    str p_base = c->issuer;
    if (p->crl_issuer.p) {
        p_base = directory_name(p->crl_issuer);
        if (!scope || !scope->indirect)
            return false;
    }
    if (!cert_name_same(p_base, crl_name))
        return false;
    if (!scope)
        return true;
    if (scope->only_attributes || (scope->only_users && c->is_ca) || (scope->only_cas && !c->is_ca))
        return false;
    return names_meet(p, p_base, scope, crl_name);
}

bool dist_point_same(const struct dist_point *a, const struct dist_point *b)
{
    if (!a || !b)
        return a == b;
    return str_eq(a->names, b->names) && str_eq(a->relative, b->relative) && a->reasons == b->reasons &&
           a->only_users == b->only_users && a->only_cas == b->only_cas && a->only_attributes == b->only_attributes &&
           a->indirect == b->indirect;
}
