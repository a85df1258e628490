/* Requests to cards as rows: begun, looked at, given up, and moved on by what the service answered. */
#include "mod/sign/rooms/card.h"

#include <stdio.h>

#include "base/utf8.h"
#include "crypto/cert.h"
#include "crypto/seal.h"
#include "mod/sign/rooms/card_impl.h"
#include "sys/random.h"

enum { USES_MAX = 8, CONTEXT_MAX = 64, NUMBER_BYTES = 4 * CARD_NUMBER_MAX, WHY_MAX = 1000 };
#define AGAIN_SOON (2 * SECOND)
#define AGAIN_MOST (30 * SECOND)

const struct choice card_states[] = {{"asked", N_("Waiting for the card service")},
                                     {"sent", N_("Waiting for you to confirm on the phone or card")},
                                     {"signed", N_("Signed")},
                                     {"refused", N_("Refused on the phone or card")},
                                     {"expired", N_("Not answered in time")},
                                     {"failed", N_("Failed")},
                                     {NULL, NULL}};

QUERY(cq_add, "itibbbiii", "",
      "INSERT INTO sign_card (id, kind, ref, number, state, certs, to_sign, shown, ticket, tries, next, until, started,"
      " why) VALUES ($1, $2, $3, $4, 'asked', $5, $6, '', '', 0, $7, $8, $9, '')");
QUERY(cq_waiting, "", "i", "SELECT COUNT(*) FROM sign_card WHERE state IN ('asked', 'sent')");
QUERY(
    cq_drop, "tib", "",
    "UPDATE sign_card SET state = 'expired', number = $3 WHERE kind = $1 AND ref = $2 AND state IN ('asked', 'sent')");
QUERY(cq_get, "i", "iitiit", "SELECT id, ref, state, started, until, why FROM sign_card WHERE id = $1");
QUERY(
    cq_latest, "ti", "iitiit",
    "SELECT id, ref, state, started, until, why FROM sign_card WHERE kind = $1 AND ref = $2 ORDER BY id DESC LIMIT 1");
QUERY(cq_due, "ii", "i",
      "SELECT id FROM sign_card WHERE state IN ('asked', 'sent') AND next <= $1 ORDER BY next, id LIMIT $2");
QUERY(cq_row, "i", "itibtbbttii",
      "SELECT id, kind, ref, number, state, certs, to_sign, shown, ticket, tries, until FROM sign_card WHERE id = $1");
QUERY(cq_begun, "ibbt", "",
      "UPDATE sign_card SET certs = $2, to_sign = $3, shown = $4, tries = 0 WHERE id = $1 AND state = 'asked'");
QUERY(cq_sent, "iti", "",
      "UPDATE sign_card SET state = 'sent', ticket = $2, tries = 0, next = $3 WHERE id = $1 AND state = 'asked'");
QUERY(cq_later, "iii", "", "UPDATE sign_card SET tries = $2, next = $3 WHERE id = $1 AND state IN ('asked', 'sent')");
QUERY(cq_end, "ittb", "",
      "UPDATE sign_card SET state = $2, why = $3, number = $4 WHERE id = $1 AND state IN ('asked', 'sent')");

/* ---- who wants signatures ---- */

static const struct card_use *uses[USES_MAX];

void card_use_register(const struct card_use *u)
{
    for (size_t i = 0; i < USES_MAX; i++)
        if (!uses[i] || uses[i] == u) {
            uses[i] = u;
            return;
        }
}

const struct card_use *card_use_of(str kind)
{
    for (size_t i = 0; i < USES_MAX && uses[i]; i++)
        if (str_eq(kind, str_of(uses[i]->kind)))
            return uses[i];
    return NULL;
}

/* ---- requests ---- */

static str context(char room[CONTEXT_MAX], id request)
{
    char text[ID_TEXT + 1];
    id_text(request, text);
    return str_n(room, (size_t)snprintf(room, CONTEXT_MAX, "sign_card:%s", text));
}

rc card_start(const struct act *x, struct app *app, const char *kind, id ref, str number, id *out)
{
    char room[CONTEXT_MAX];
    int64_t waiting;
    BUF_SCOPED sealed = BUF_INIT(1024);
    if (!card_available(app))
        return ERR(tx_err(x->tx), E_UNAVAILABLE, "CRD-001", N_("No service for signing by card is set up."));
    check_text(tx_err(x->tx), "number", number, CARD_NUMBER_MAX, true);
    TRY(tx_err(x->tx)->code);
    TRY(db_one_int(x->tx, &cq_waiting, NOVALS, &waiting));
    if (waiting >= CARD_WAITING_MAX)
        return ERR(tx_err(x->tx), E_LIMIT, "CRD-006",
                   N_("Too many people sign by card just now: try again in a minute."));
    TRY(db_exec(x->tx, &cq_drop, VALS(v_text(str_of(kind)), v_int(ref), v_blob(STR_EMPTY)), NULL));
    *out = id_new();
    TRY(seal(&app->seal, context(room, *out), str_trim(number), &sealed));
    return db_exec(x->tx, &cq_add,
                   VALS(v_int(*out), v_text(str_of(kind)), v_int(ref), v_blob(buf_str(&sealed)), v_blob(STR_EMPTY),
                        v_blob(STR_EMPTY), v_int(x->at), v_int(x->at + CARD_LASTS), v_int(x->at)),
                   NULL);
}

static rc get_one(struct tx *tx, const struct query *q, const struct val *v, size_t n, struct card_request *out,
                  struct arena *a)
{
    struct rows r;
    rc found = db_one(tx, q, v, n, &r);
    if (found == E_NOTFOUND)
        return ERR(tx_err(tx), E_NOTFOUND, "CRD-005", N_("Nothing was asked of a card."));
    TRY(found);
    *out = (struct card_request){.id = row_int(&r, 0),
                                 .ref = row_int(&r, 1),
                                 .state = (enum card_state)choice_index(card_states, row_text(&r, 2)),
                                 .started = row_int(&r, 3),
                                 .until = row_int(&r, 4),
                                 .why_of = row_dup(&r, 5, a)};
    TRY(rows_end(&r));
    out->why = arena_cstr(a, str_cut(&out->why_of, CARD_WHY_SEPARATOR));
    return arena_rc(a);
}

rc card_get(struct tx *tx, id request, struct card_request *out, struct arena *a)
{
    return get_one(tx, &cq_get, VALS(v_int(request)), out, a);
}

rc card_latest(struct tx *tx, const char *kind, id ref, struct card_request *out, struct arena *a)
{
    return get_one(tx, &cq_latest, VALS(v_text(str_of(kind)), v_int(ref)), out, a);
}

rc card_cancel(const struct act *x, id request)
{
    bool ended;
    return card_row_end(x, &(struct card_row){.id = request}, CARD_EXPIRED, STR_EMPTY, &ended);
}

/* ---- rows as the job moves them on ---- */

rc card_due(struct tx *tx, instant at, int64_t most, id *out, size_t *n)
{
    struct rows r;
    *n = 0;
    TRY(db_select(tx, &cq_due, VALS(v_int(at), v_int(most)), &r));
    while ((int64_t)*n < most && rows_next(&r))
        out[(*n)++] = row_int(&r, 0);
    return rows_end(&r);
}

rc card_row_get(struct tx *tx, const struct app *app, id request, struct card_row *out, struct arena *a)
{
    char room[CONTEXT_MAX];
    struct rows r;
    BUF_SCOPED number = BUF_INIT(NUMBER_BYTES);
    TRY(db_one(tx, &cq_row, VALS(v_int(request)), &r));
    *out = (struct card_row){.id = row_int(&r, 0),
                             .kind = row_dup(&r, 1, a),
                             .ref = row_int(&r, 2),
                             .state = (enum card_state)choice_index(card_states, row_text(&r, 4)),
                             .certs = row_dup(&r, 5, a),
                             .to_sign = row_dup(&r, 6, a),
                             .shown = row_dup(&r, 7, a),
                             .ticket = row_dup(&r, 8, a),
                             .tries = row_int(&r, 9),
                             .until = row_int(&r, 10)};
    str sealed = row_text(&r, 3);
    rc opened = sealed.n > 0 ? unseal(&app->seal, context(room, request), sealed, &number) : OK;
    TRY(rows_end(&r));
    TRY(opened);
    out->number = arena_str(a, buf_str(&number));
    return arena_rc(a);
}

rc card_row_begun(const struct act *x, const struct card_row *r, const struct card_certs *certs, str to_sign, str shown)
{
    BUF_SCOPED all = BUF_INIT(CARD_CERTS_MAX * CERT_BYTES_MAX);
    for (size_t i = 0; i < certs->n; i++)
        buf_put(&all, certs->der[i]);
    TRY(buf_rc(&all));
    return db_exec(x->tx, &cq_begun, VALS(v_int(r->id), v_blob(buf_str(&all)), v_blob(to_sign), v_text(shown)), NULL);
}

rc card_row_sent(const struct act *x, const struct card_row *r, str ticket)
{
    return db_exec(x->tx, &cq_sent, VALS(v_int(r->id), v_text(ticket), v_int(x->at + AGAIN_SOON)), NULL);
}

/* A service that does not answer is asked less and less often. */
rc card_row_later(const struct act *x, const struct card_row *r, bool answered)
{
    int64_t tries = answered ? 0 : r->tries + 1;
    instant wait = tries < 5 ? AGAIN_SOON << tries : AGAIN_MOST;
    return db_exec(x->tx, &cq_later,
                   VALS(v_int(r->id), v_int(tries), v_int(x->at + (wait < AGAIN_MOST ? wait : AGAIN_MOST))), NULL);
}

rc card_row_end(const struct act *x, const struct card_row *r, enum card_state how, str why, bool *ended)
{
    int64_t affected = 0;
    TRY(db_exec(
        x->tx, &cq_end,
        VALS(v_int(r->id), v_text(str_of(card_states[how].value)), v_text(utf8_cut(why, WHY_MAX)), v_blob(STR_EMPTY)),
        &affected));
    *ended = affected == 1;
    return OK;
}
