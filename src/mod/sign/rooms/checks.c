#include "mod/sign/rooms/checks.h"

#include "core/doctor.h"
#include "crypto/hash.h"

/* ---- rooms against their signers ---- */

QUERY(rk_rooms, "", "i", "SELECT COUNT(*) FROM sign_room WHERE sent <> 0");
/* A room that is done has nobody left to act; one that goes on has somebody; a refused one has who refused. */
QUERY(rk_states, "", "i",
      "SELECT COUNT(*) FROM sign_room r WHERE r.sent <> 0 AND ((r.state IN ('finishing', 'completed') AND EXISTS"
      " (SELECT 1 FROM sign_signer s WHERE s.room = r.id AND s.role <> 'copy' AND s.state NOT IN ('signed', "
      "'delegated')))"
      " OR (r.state = 'open' AND NOT EXISTS (SELECT 1 FROM sign_signer s WHERE s.room = r.id AND s.role <> 'copy'"
      " AND s.state = 'invited')) OR (r.state = 'declined' AND NOT EXISTS (SELECT 1 FROM sign_signer s"
      " WHERE s.room = r.id AND s.state = 'declined')) OR (r.state NOT IN ('draft', 'open') AND EXISTS (SELECT 1"
      " FROM sign_signer s WHERE s.room = r.id AND s.role <> 'copy' AND s.state IN ('waiting', 'invited'))))");
/* The file as it was sent is revision 1, every signature one more. */
QUERY(rk_revisions, "", "i",
      "SELECT COUNT(*) FROM sign_room r WHERE r.sent <> 0 AND r.revision <> 1 + (SELECT COUNT(*) FROM sign_signer s"
      " WHERE s.room = r.id AND s.state = 'signed')");

/* ---- events in the public log ---- */

QUERY(rk_events, "", "i", "SELECT COUNT(*) FROM sign_event");
QUERY(rk_unlogged, "", "i",
      "SELECT COUNT(*) FROM sign_event e LEFT JOIN log_entry l ON l.id = e.log_entry"
      " WHERE l.id IS NULL OR l.ref <> e.room OR l.what <> 'sign.room.' || e.what");

/* ---- the electronic form ---- */

QUERY(rk_answers, "", "i", "SELECT COUNT(*) FROM sign_answer");
/* Nobody signs before they agreed or were deemed to, nor while a stop of theirs stands. */
QUERY(rk_ungated, "", "i",
      "SELECT COUNT(*) FROM sign_answer a JOIN sign_signer s ON s.id = a.signer WHERE s.state = 'signed'"
      " AND (a.state NOT IN ('agreed', 'deemed') OR a.at > s.acted)");
QUERY(rk_stopped, "", "i",
      "SELECT COUNT(*) FROM sign_objection o JOIN sign_room r ON r.party = o.party JOIN sign_signer s ON s.room = r.id"
      " WHERE o.kind = 'stop' AND LOWER(s.email) = o.email AND s.state = 'signed' AND s.acted > o.at"
      " AND (o.ended = 0 OR s.acted < o.ended)");
QUERY(rk_early, "", "i", "SELECT COUNT(*) FROM sign_answer WHERE state = 'deemed' AND at <= until");
QUERY(rk_objections, "", "i",
      "SELECT COUNT(*) FROM sign_objection o LEFT JOIN log_entry l ON l.id = o.log_entry WHERE l.id IS NULL"
      " OR l.ref <> o.id");
QUERY(rk_texts, "", "ttttii",
      "SELECT t.zh, t.en, t.zh_hash, t.en_hash, CASE WHEN l.id IS NULL THEN 0 ELSE 1 END, t.id FROM sign_offer_text t"
      " LEFT JOIN log_entry l ON l.id = t.log_entry AND l.ref = t.id ORDER BY t.id");

/* ---- the register ---- */

QUERY(rk_entries, "", "i", "SELECT COUNT(*) FROM sign_exclusion");
QUERY(rk_versions, "", "i",
      "SELECT COUNT(*) FROM sign_exclusion e WHERE e.version <> (SELECT COUNT(*) FROM sign_exclusion_change c"
      " WHERE c.exclusion = e.id) OR e.version <> (SELECT CAST(COALESCE(MAX(c.version), 0) AS BIGINT)"
      " FROM sign_exclusion_change c WHERE c.exclusion = e.id)");
QUERY(rk_changes, "", "i",
      "SELECT COUNT(*) FROM sign_exclusion_change c LEFT JOIN log_entry l ON l.id = c.log_entry WHERE l.id IS NULL"
      " OR l.ref <> c.exclusion");

struct rule {
    const struct query *q; /* counts what contradicts it */
    const char *says;      /* msgid, {1} the count */
};

/* Every rule is asked, so that one finding does not hide another; `total` when all hold. */
static rc prove(struct app *app, struct tx *tx, struct buf *finding, const struct rule *v, size_t n,
                const struct query *total, const char *says)
{
    int64_t count;
    rc result = OK;
    for (size_t i = 0; i < n; i++) {
        TRY(db_one_int(tx, v[i].q, NOVALS, &count));
        if (count == 0)
            continue;
        FINDING_N(finding, app->lang, v[i].says, count);
        result = E_CORRUPT;
    }
    if (result != OK)
        return result;
    TRY(db_one_int(tx, total, NOVALS, &count));
    FINDING_N(finding, app->lang, says, count);
    return OK;
}
#define PROVE(rules, total, says) prove(app, tx, finding, rules, sizeof(rules) / sizeof((rules)[0]), total, says)

static rc rooms(struct app *app, struct tx *tx, struct buf *finding)
{
    static const struct rule rules[] = {
        {&rk_states, N_("{1} signing rooms whose state contradicts their signers")},
        {&rk_revisions, N_("{1} signing rooms whose file has more or fewer revisions than signatures")},
    };
    return PROVE(rules, &rk_rooms, N_("{1} signing rooms were sent"));
}

static rc events(struct app *app, struct tx *tx, struct buf *finding)
{
    static const struct rule rules[] = {
        {&rk_unlogged, N_("{1} events of signing rooms are not in the public log as they are")}};
    return PROVE(rules, &rk_events, N_("{1} events of signing rooms"));
}

static rc texts(struct app *app, struct tx *tx, struct buf *finding)
{
    struct rows r;
    int64_t bad = 0;
    TRY(db_select(tx, &rk_texts, NOVALS, &r));
    while (rows_next(&r)) {
        char zh[2 * SHA256_LEN + 1], en[2 * SHA256_LEN + 1];
        struct sha256 of_zh = sha256_of(row_text(&r, 0)), of_en = sha256_of(row_text(&r, 1));
        sha256_hex(&of_zh, zh);
        sha256_hex(&of_en, en);
        bad += !str_eq(str_of(zh), row_text(&r, 2)) || !str_eq(str_of(en), row_text(&r, 3)) || row_int(&r, 4) == 0;
    }
    TRY(rows_end(&r));
    if (bad)
        FINDING_N(finding, app->lang, N_("{1} texts of the notice are not those that were logged"), bad);
    return bad ? E_CORRUPT : OK;
}

static rc forms(struct app *app, struct tx *tx, struct buf *finding)
{
    static const struct rule rules[] = {
        {&rk_ungated, N_("{1} people signed without having agreed to the electronic form")},
        {&rk_stopped, N_("{1} signatures of people who had stopped the electronic form")},
        {&rk_early, N_("{1} consents by silence before the period had ended")},
        {&rk_objections, N_("{1} objections are not in the public log")},
    };
    rc first = texts(app, tx, finding);
    if (first != OK && first != E_CORRUPT)
        return first;
    rc second = PROVE(rules, &rk_answers, N_("{1} people were told about the electronic form"));
    return second != OK ? second : first;
}

static rc exclusions(struct app *app, struct tx *tx, struct buf *finding)
{
    static const struct rule rules[] = {
        {&rk_versions, N_("{1} entries of the register of exclusions without their whole history")},
        {&rk_changes, N_("{1} changes of the register of exclusions are not in the public log")},
    };
    return PROVE(rules, &rk_entries, N_("{1} entries in the register of exclusions"));
}

const struct check room_checks[ROOM_CHECKS] = {
    {"sign-rooms", N_("Signing rooms agree with their signers, and their files with the signatures"), rooms},
    {"sign-events", N_("Every event of a signing room is in the public log"), events},
    {"sign-form",
     N_("Nobody signed before they agreed to the electronic form, and its texts are those that were shown"), forms},
    {"sign-exclusions", N_("The register of exclusions has its whole history"), exclusions},
};
