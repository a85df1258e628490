/* GET /pki: who issues certificates here, how to be sure of it, and what answers for it. */
#include "mod/sign/trust/pages_ca.h"

#include "mod/sign/engine/report.h"
#include "mod/sign/trust/serve.h"
#include "mod/sign/trust/trust.h"
#include "mod/sign/trust/trust_doors.h"
#include "pki.view.h"

QUERY(sp_lists, "i", "iiii",
      "SELECT a.id, c.number, c.this_update, c.next_update FROM sign_authority a JOIN sign_crl c ON c.authority = a.id"
      " AND c.number = a.crl_number ORDER BY a.id LIMIT $1");
/* The one of each authority and kind that is in use. */
QUERY(sp_services, "i", "itbti",
      "SELECT s.authority, s.kind, c.der, s.policy, c.not_after FROM sign_service s JOIN sign_cert c ON c.id ="
      " s.cert WHERE s.id = (SELECT MAX(t.id) FROM sign_service t WHERE t.authority = s.authority AND t.kind = s.kind)"
      " ORDER BY s.authority, s.id LIMIT $1");

enum { SERVICES_MAX = 2 * TRUST_AUTHORITIES_MAX };

static rc read_lists(struct ctx *c, const struct trust_authority *v, size_t n, struct ca_row *rows)
{
    struct rows r;
    TRY(db_select(c->tx, &sp_lists, VALS(v_int(TRUST_AUTHORITIES_MAX)), &r));
    while (rows_next(&r))
        for (size_t i = 0; i < n; i++)
            if (v[i].id == row_int(&r, 0)) {
                rows[i].list_number = row_int(&r, 1);
                rows[i].list_from = row_int(&r, 2);
                rows[i].list_until = row_int(&r, 3);
            }
    return rows_end(&r);
}

static rc take_service(struct ctx *c, const struct rows *r, struct ca_service *out)
{
    struct cert *cert = NULL;
    TRY(cert_read(c->arena, row_text(r, 2), &cert, &c->err));
    *out = (struct ca_service){.authority = row_int(r, 0),
                               .tsa = str_eq(row_text(r, 1), STR("tsa")),
                               .name = report_name(c->arena, cert->subject),
                               .policy = row_dup(r, 3, c->arena),
                               .until = row_int(r, 4)};
    return arena_rc(c->arena);
}

static rc read_services(struct ctx *c, const struct trust_authority *v, size_t n, struct ca_row *rows)
{
    struct rows r;
    size_t k = 0;
    struct ca_service *all = ARENA_ARRAY(c->arena, SERVICES_MAX, struct ca_service);
    if (!all)
        return arena_failed(c->arena);
    TRY(db_select(c->tx, &sp_services, VALS(v_int(SERVICES_MAX)), &r));
    rc taken = OK;
    while (taken == OK && k < SERVICES_MAX && rows_next(&r))
        taken = take_service(c, &r, &all[k++]);
    rc ended = rows_end(&r);
    TRY(taken);
    TRY(ended);
    for (size_t i = 0; i < k; i++) /* they stand together, in order */
        for (size_t a = 0; a < n; a++)
            if (v[a].id == all[i].authority && rows[a].n_services++ == 0)
                rows[a].services = &all[i];
    return arena_rc(c->arena);
}

/* A curve's name says its size. */
static str key_words(struct arena *a, const struct pkey *key)
{
    const enum pkey_kind kind = pkey_kind(key);
    return kind == PKEY_RSA ? arena_printf(a, "%s %d", pkey_kind_name(kind), pkey_bits(key))
                            : str_of(pkey_kind_name(kind));
}

static struct ca_row row_of(struct ctx *c, const struct trust_authority *t)
{
    const struct cert *cert = t->cert;
    return (struct ca_row){.name = t->name,
                           .title = report_name(c->arena, cert->subject),
                           .subject = cert_name_text(c->arena, cert->subject),
                           .issuer = report_name(c->arena, cert->issuer),
                           .sha256 = sha256_hex_text(c->arena, &cert->sha256),
                           .key = key_words(c->arena, cert->key),
                           .is_root = t->issuer == t->id,
                           .from = cert->not_before,
                           .until = cert->not_after};
}

static rc pki_read(struct ctx *c)
{
    struct trust_authority *v = NULL;
    size_t n = 0;
    TRY(trust_authorities(c->tx, c->arena, &v, &n));
    struct ca_row *rows = ARENA_ARRAY(c->arena, n + 1, struct ca_row);
    if (!rows)
        return arena_failed(c->arena);
    for (size_t i = 0; i < n; i++)
        rows[i] = row_of(c, &v[i]);
    TRY(read_lists(c, v, n, rows));
    TRY(read_services(c, v, n, rows));
    TRY(arena_rc(c->arena));
    struct ca_page p = {.rows = rows, .n = n, .base = c->app->config.base_url};
    TRY(trust_presigned(c->tx, c->now, &p.presigned));
    p.ocsp_hours = (p.presigned ? TRUST_OCSP_STORED : TRUST_OCSP_LASTS) / HOUR;
    view_pki(&c->reply->body, c, &p);
    return reply_page(c, 200);
}

static const struct route routes[] = {
    {.method = HTTP_GET,
     .path = "/pki",
     .perm = PUBLIC,
     .read = pki_read,
     .summary = N_("Certification authorities of this site: fingerprints, lists, services")},
};
const struct route_table trust_page_routes = {"ca", routes, sizeof routes / sizeof routes[0]};
