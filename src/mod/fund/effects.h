/* What comes of proposals: the value maps of their teams, companies that would support them, who took them into use.
 *
 *     value map   every saving is a version; publishing one puts its range on the proposal's public page
 *     interest    what a company would support; ranks the proposals (fund_fits) and, for a team, the interests
 *     approach    an interest sent to a team:   sent ── team ──> yes | no      sent ── company ──> withdrawn
 *     adoption    recorded ── an officer who is another person and not of the team ──> confirmed | refused
 *
 * Contact details of an interest and of a proposal are shown to each other after a "yes" only: fund_approach_* leave
 * them empty before.
 *
 * Errors: FND-709 E_NOTFOUND no such map   FND-710, 711 value_map.h   FND-712 E_LIMIT too many versions
 *   FND-713 E_CONFLICT the proposal is not public
 *   FND-720 E_NOTFOUND no such interest or approach of yours   FND-721 E_LIMIT too many interests, or unanswered ones
 *   FND-722 E_CONFLICT this team was written to already   FND-723 E_DENIED your own proposal   FND-724 E_CONFLICT the
 *   interest is closed   FND-725 E_INVALID neither a field nor a goal
 *   FND-730 E_NOTFOUND no such adoption   FND-731 E_LIMIT too many   FND-732 E_DENIED the second person must be another
 *   one, and not of the team   FND-733 E_INVALID a day that is still to come   FND-734 E_CONFLICT is recorded already
 */
#ifndef RISE_MOD_FUND_EFFECTS_H
#define RISE_MOD_FUND_EFFECTS_H

#include "mod/fund/call.h"
#include "mod/fund/value_map.h"

/* ---- value_map_store.c ---- */
enum { FUND_MAP_VERSIONS_MAX = 100 };
struct fund_map_version {
    id id, proposal;
    int64_t version;
    str csv, hash, rate;
    enum sroi_convention convention;
    instant saved, published, withdrawn; /* 0: not */
    id log_entry;
    struct sroi_range ratio, npv; /* of a published one; ratio 0 without inputs */
};
/* The caller's team; as typed, right or wrong. The rate is kept as it is now: "" takes the parameter sroi.rate. Nothing
 * happens when it is the newest version already. */
rc fund_map_save(const struct act *x, id proposal, const struct value_map *m, id *version);
/* Saves it and shows it in public; every cell must be right, the proposal accepted. */
rc fund_map_publish(const struct act *x, id proposal, const struct value_map *m, id *version);
rc fund_map_withdraw(const struct act *x, id proposal); /* off the public page; the log keeps what was published */
rc fund_maps_of(struct tx *tx, id proposal, struct fund_map_version **out, size_t *n,
                struct arena *a);                                                              /* newest first */
rc fund_map_public(struct tx *tx, id proposal, struct fund_map_version *out, struct arena *a); /* FND-709 */
rc fund_map_open(struct arena *a, const struct fund_map_version *v, struct value_map *m, struct err *err);
rc fund_map_rate(struct tx *tx, id programme, str *out, struct arena *a); /* the parameter sroi.rate as text */

/* ---- interest.c ---- */
enum { FUND_INTERESTS_MAX = 5, FUND_OFFER_MAX = 1000, FUND_ORGANISATION_MAX = 100, FUND_PHONE_MOST = 40 };
extern const struct choice fund_support_kinds[]; /* money, volunteers, venue, product, pro bono */
struct fund_interest {
    id id, account;
    str organisation;
    uint32_t fields, sdgs, kinds; /* bits: fund_fields by position, goals, fund_support_kinds by position */
    str county;                   /* "": anywhere */
    enum fund_stage stage;        /* reached at least */
    str offer, contact, email, phone;
    instant created, changed, closed;
};
rc fund_interest_add(const struct act *x, const struct fund_interest *g, id *out);
rc fund_interest_change(const struct act *x, const struct fund_interest *g);
rc fund_interest_close(const struct act *x, id interest, bool closed); /* closed: no team sees it */
rc fund_interest_get(struct tx *tx, id interest, id account, struct fund_interest *out, struct arena *a);
rc fund_interests_of(struct tx *tx, id account, struct fund_interest **out, size_t *n, struct arena *a);

/* How well they fit, in points: each shared goal 4, the field 6, the county 3, and 2 for each stage the proposal has
 * reached. Without a shared goal or field they do not fit. Ties: the further stage, then the smaller public number (of
 * interests: the older one). */
enum { FIT_GOAL = 4, FIT_FIELD = 6, FIT_COUNTY = 3, FIT_STAGE = 2 };
struct fund_fit {
    uint32_t goals; /* shared */
    bool field, county;
    enum fund_stage stage;
    int64_t points;
};
struct fund_fit fund_fit_of(const struct fund_interest *g, str field, uint32_t sdgs, str county, enum fund_stage stage);
struct fund_ranked {
    struct fund_card card;
    struct fund_fit fit;
};
/* Every proposal that `f` finds and that fits, best first. */
rc fund_fits(struct tx *tx, const struct fund_interest *g, const struct fund_filter *f, struct fund_ranked **out,
             size_t *n, struct arena *a);
struct fund_interest_fit {
    struct fund_interest g; /* without contact details */
    struct fund_fit fit;
};
rc fund_interests_for(struct tx *tx, const struct fund_proposal *p, size_t most, struct fund_interest_fit **out,
                      size_t *n, struct arena *a);

/* ---- approach.c ---- */
enum { FUND_APPROACHES_OPEN_MAX = 20, FUND_MESSAGE_MAX = 1000, FUND_APPROACHES_MOST = 500 };
struct fund_approach {
    id id, programme, proposal, interest;
    int64_t number;
    str code; /* of the round */
    str title, title_en, team, organisation, offer;
    uint32_t kinds;
    str message, state, answer;
    instant sent, ended;
    str contact, email, phone; /* of the other side, after a yes; "" before */
};
rc fund_approach_send(const struct act *x, id interest, id proposal, str message, id *out);
rc fund_approach_withdraw(const struct act *x, id approach);
rc fund_approach_answer(const struct act *x, id approach, bool yes, str answer); /* the proposal's team */
/* Newest first: what an account has sent (with the teams' details), what a team was sent (with the companies'). */
rc fund_approaches_sent(struct tx *tx, id account, struct fund_approach **out, size_t *n, struct arena *a);
rc fund_approaches_to(struct tx *tx, id proposal, struct fund_approach **out, size_t *n, struct arena *a);
/* For the office, without anybody's details: of a round, newest first. */
rc fund_approaches_all(struct tx *tx, id programme, struct fund_approach **out, size_t *n, struct arena *a);
struct fund_approach_counts {
    int64_t interests; /* open ones, of all rounds */
    int64_t sent, yes, no, withdrawn, waiting;
};
rc fund_approaches_count(struct tx *tx, id programme, struct fund_approach_counts *out);

/* ---- adoption.c ---- */
enum { FUND_ADOPTIONS_MAX = 50, FUND_HOW_MAX = 1000, FUND_LINK_MAX = 300 };
extern const struct choice fund_adopter_kinds[]; /* government, company, NGO, school, community */
struct fund_adoption {
    id id, programme, proposal;
    int64_t number;
    str code; /* of the round */
    str title, title_en, field;
    str organisation, kind;
    day since;
    str how, link, state, reason;
    instant recorded, decided;
    id recorded_by, log_entry;
};
rc fund_adoption_record(const struct act *x, id proposal, const struct fund_adoption *g, id *out); /* team, officer */
rc fund_adoption_remove(const struct act *x, id adoption); /* who may record; while it is not decided */
rc fund_adoption_decide(const struct act *x, id adoption, bool confirm, str reason); /* officer; FND-732 */
rc fund_adoptions_of(struct tx *tx, id proposal, bool all, struct fund_adoption **out, size_t *n,
                     struct arena *a); /* all: not only confirmed ones */
rc fund_adoptions_waiting(struct tx *tx, id programme, struct fund_adoption **out, size_t *n, struct arena *a);
struct fund_adoption_filter {
    id programme; /* 0: every round */
    str query;    /* in organisation, title and how */
    str kind, field;
    int64_t offset, limit;
};
rc fund_adoptions(struct tx *tx, const struct fund_adoption_filter *f, struct fund_adoption **out, size_t *n,
                  int64_t *total, struct arena *a); /* confirmed, newest first */
/* Chosen proposals of a round with at least one confirmed adoption, and how many were chosen. */
rc fund_adoption_rate(struct tx *tx, id programme, int64_t *adopted, int64_t *chosen);

/* ---- checks_effects.c ---- */
enum { FUND_EFFECT_CHECKS = 3 };
extern const struct check fund_effect_checks[];

#endif
