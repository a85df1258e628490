#include "core/party.h"

#include "base/vec.h"
#include "web/identity.h"

enum { LIST_MAX = 1000 };

WATCHED(party); /* its name stands on public pages */
QUERY(party_insert, "iitTi", "", "INSERT INTO party (id, kind, name, ubn, created) VALUES ($1, $2, $3, $4, $5)");
QUERY(party_select, "i", "iitTi", "SELECT id, kind, name, ubn, created FROM party WHERE id = $1");
QUERY(party_with_ubn, "t", "iitTi", "SELECT id, kind, name, ubn, created FROM party WHERE ubn = $1");
QUERY(party_set_name, "it", "", "UPDATE party SET name = $2 WHERE id = $1");
QUERY(member_select, "ii", "i", "SELECT perms FROM member WHERE party = $1 AND account = $2");
QUERY(member_insert, "iii", "", "INSERT INTO member (party, account, perms) VALUES ($1, $2, $3)");
QUERY(member_set, "iii", "", "UPDATE member SET perms = $3 WHERE party = $1 AND account = $2");
QUERY(member_delete, "ii", "", "DELETE FROM member WHERE party = $1 AND account = $2");
QUERY(members_select, "ii", "iiitt",
      "SELECT m.account, m.party, m.perms, a.name, a.email FROM member m JOIN account a ON a.id = m.account "
      "WHERE m.party = $1 ORDER BY m.account LIMIT $2");
QUERY(memberships_select, "ii", "iiitt",
      "SELECT m.account, m.party, m.perms, p.name, a.email FROM member m JOIN party p ON p.id = m.party "
      "JOIN account a ON a.id = m.account WHERE m.account = $1 ORDER BY m.party LIMIT $2");

rc party_add(struct tx *tx, const struct party *p)
{
    if (p->ubn.n > 0) {
        int64_t other;
        rc taken = db_one_int(tx, &party_with_ubn, VALS(v_text(p->ubn)), &other);
        if (taken == OK)
            return ERR(
                tx_err(tx), E_CONFLICT, "PTY-001",
                N_("The business number {1} is registered already. Ask a member of that organisation to add you."),
                p->ubn);
        if (taken != E_NOTFOUND)
            return taken;
    }
    return db_exec(tx, &party_insert,
                   VALS(v_int(p->id), v_int(p->kind), v_text(p->name), p->ubn.n ? v_text(p->ubn) : v_null(),
                        v_int(p->created ? p->created : tx_now(tx))),
                   NULL);
}

static rc take(struct rows *r, struct party *out, struct arena *a)
{
    *out = (struct party){.id = row_int(r, 0),
                          .kind = (enum party_kind)row_int(r, 1),
                          .name = row_dup(r, 2, a),
                          .ubn = row_null(r, 3) ? STR_EMPTY : row_dup(r, 3, a),
                          .created = row_int(r, 4)};
    TRY(rows_end(r));
    return out->name.p && out->ubn.p ? OK : arena_rc(a);
}

rc party_get(struct tx *tx, id party, struct party *out, struct arena *a)
{
    struct rows r;
    TRY(db_one(tx, &party_select, VALS(v_int(party)), &r));
    return take(&r, out, a);
}

rc party_by_ubn(struct tx *tx, str ubn, struct party *out, struct arena *a)
{
    struct rows r;
    TRY(db_one(tx, &party_with_ubn, VALS(v_text(ubn)), &r));
    return take(&r, out, a);
}

rc party_rename(struct tx *tx, id party, str name)
{
    identity_changed();
    return db_exec(tx, &party_set_name, VALS(v_int(party), v_text(name)), NULL);
}

rc member_add(struct tx *tx, id party, id account, perm perms)
{
    identity_changed();
    int64_t had;
    rc found = db_one_int(tx, &member_select, VALS(v_int(party), v_int(account)), &had);
    if (found == E_NOTFOUND)
        return db_exec(tx, &member_insert, VALS(v_int(party), v_int(account), v_int(perms)), NULL);
    TRY(found);
    return db_exec(tx, &member_set, VALS(v_int(party), v_int(account), v_int((int64_t)perms | had)), NULL);
}

rc member_remove(struct tx *tx, id party, id account)
{
    identity_changed();
    return db_exec(tx, &member_delete, VALS(v_int(party), v_int(account)), NULL);
}

static rc list(struct tx *tx, const struct query *q, id of, struct member **out, size_t *n, struct arena *a)
{
    VEC(struct member) all = {0};
    struct rows r;
    TRY(db_select(tx, q, VALS(v_int(of), v_int(LIST_MAX)), &r));
    while (rows_next(&r)) {
        struct member *m = VEC_ADD(&all, a);
        if (!m)
            break;
        *m =
            (struct member){row_int(&r, 0), row_int(&r, 1), (perm)row_int(&r, 2), row_dup(&r, 3, a), row_dup(&r, 4, a)};
    }
    TRY(rows_end(&r));
    *out = all.v;
    *n = all.n;
    return arena_rc(a);
}

rc members_of(struct tx *tx, id party, struct member **out, size_t *n, struct arena *a)
{
    return list(tx, &members_select, party, out, n, a);
}

rc memberships_of(struct tx *tx, id account, struct member **out, size_t *n, struct arena *a)
{
    return list(tx, &memberships_select, account, out, n, a);
}
