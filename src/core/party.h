/* Parties: persons and organisations, their identifiers, their members and what these may do for them. */
#ifndef RISE_CORE_PARTY_H
#define RISE_CORE_PARTY_H

#include "base/arena.h"
#include "base/id.h"
#include "db/db.h"
#include "web/ctx.h"

enum party_kind {
    PARTY_PERSON,
    PARTY_COMPANY,
    PARTY_BUSINESS,
    PARTY_COOP,
    PARTY_ASSOCIATION,
    PARTY_SCHOOL,
    PARTY_AGENCY
};

/* The organisation that runs this installation; made by `rise init --admin` or by the demonstration. */
enum { PARTY_OPERATOR = 1 };

struct party {
    id id;
    enum party_kind kind;
    str name;
    str ubn; /* "" when none */
    instant created;
};

rc party_add(struct tx *tx, const struct party *p); /* E_CONFLICT PTY-001: the 統一編號 is taken */
rc party_get(struct tx *tx, id party, struct party *out, struct arena *a);
rc party_by_ubn(struct tx *tx, str ubn, struct party *out, struct arena *a);
rc party_rename(struct tx *tx, id party, str name);

struct member {
    id account;
    id party;
    perm perms; /* AS_* bits */
    str name;
    str email;
};
rc member_add(struct tx *tx, id party, id account, perm perms); /* adds bits to an existing membership */
rc member_remove(struct tx *tx, id party, id account);
rc members_of(struct tx *tx, id party, struct member **out, size_t *n, struct arena *a);
rc memberships_of(struct tx *tx, id account, struct member **out, size_t *n, struct arena *a);

/* 統一編號 (business number): 8 ASCII digits, Ministry of Finance check of 2023-04-01 (weights 1 2 1 2 1 2 4 1, mod 5,
 * seventh-digit rule), all zeros refused. Text, never a number. */
bool ubn_valid(str s);
#endif
