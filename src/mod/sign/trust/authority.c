/* Authorities as rows. */
#include "mod/sign/trust/trust.h"

#define COLUMNS "id, issuer, key, name, cert, crl_days, crl_number"
QUERY(sa_all, "i", "iiitbii", "SELECT " COLUMNS " FROM sign_authority ORDER BY id LIMIT $1");
QUERY(sa_get, "i", "iiitbii", "SELECT " COLUMNS " FROM sign_authority WHERE id = $1");
QUERY(sa_named, "t", "iiitbii", "SELECT " COLUMNS " FROM sign_authority WHERE name = $1");
QUERY(sa_only, "", "iiitbii", "SELECT " COLUMNS " FROM sign_authority WHERE issuer <> id ORDER BY id LIMIT 1");

static rc take(const struct rows *r, struct arena *a, struct trust_authority *out, struct err *err)
{
    *out = (struct trust_authority){.id = row_int(r, 0),
                                    .issuer = row_int(r, 1),
                                    .key = row_int(r, 2),
                                    .name = row_dup(r, 3, a),
                                    .crl_days = row_int(r, 5),
                                    .crl_number = row_int(r, 6)};
    TRY(arena_rc(a));
    return cert_read(a, row_text(r, 4), &out->cert, err);
}

static rc take_one(struct rows *r, struct arena *a, struct trust_authority *out)
{
    rc result = take(r, a, out, tx_err(r->tx));
    rc ended = rows_end(r);
    return result != OK ? result : ended;
}

rc trust_authorities(struct tx *tx, struct arena *a, struct trust_authority **out, size_t *n)
{
    struct rows r;
    *n = 0;
    *out = ARENA_ARRAY(a, TRUST_AUTHORITIES_MAX, struct trust_authority);
    if (!*out)
        return arena_failed(a);
    TRY(db_select(tx, &sa_all, VALS(v_int(TRUST_AUTHORITIES_MAX)), &r));
    rc result = OK;
    while (result == OK && *n < TRUST_AUTHORITIES_MAX && rows_next(&r))
        result = take(&r, a, &(*out)[(*n)++], tx_err(tx));
    rc ended = rows_end(&r);
    return result != OK ? result : ended;
}

rc trust_authority_get(struct tx *tx, struct arena *a, id authority, struct trust_authority *out)
{
    struct rows r;
    TRY(db_one(tx, &sa_get, VALS(v_int(authority)), &r));
    return take_one(&r, a, out);
}

rc trust_authority_named(struct tx *tx, struct arena *a, str name, struct trust_authority *out)
{
    struct rows r;
    rc found = name.n ? db_one(tx, &sa_named, VALS(v_text(name)), &r) : db_one(tx, &sa_only, NOVALS, &r);
    if (found == E_NOTFOUND)
        return ERR(tx_err(tx), E_NOTFOUND, "CA-002", N_("There is no certification authority called {1}."), name);
    TRY(found);
    return take_one(&r, a, out);
}
