/* What a law or an office can change about signing: parameters of one programme, which is there from the first start.
 */
#include "mod/sign/settings.h"

#include "mod/sign/rooms/card.h"
#include "sys/random.h"

enum { DAYS_MOST = 36500, HOURS_MOST = 24 * 365 };
#define HOUSE N_("Rules of this installation")

static const struct choice ways_of_answering[] = {{"live", N_("signed when asked, with the question's nonce")},
                                                  {"presigned", N_("signed beforehand, without nonce (RFC 5019)")},
                                                  {NULL, NULL}};
static const struct choice purposes[] = {{"documents-email", N_("documents (RFC 9336), and e-mail")},
                                         {"documents", N_("documents only (RFC 9336)")},
                                         {NULL, NULL}};

static const struct param_decl params[] = {
    {.def = {"room.expiry.days", PARAM_DAYS, N_("How long a signing room stays open"), HOUSE, 1, 365},
     .value = 30,
     .unit = N_("days")},
    {.def = {"room.remind.days", PARAM_DAYS, N_("Days between reminders; 0 for none"), HOUSE, 0, 90},
     .value = 3,
     .unit = N_("days")},
    {.def = {"code.minutes", PARAM_INT, N_("How long a one-time code can be used"), HOUSE, 1, 60},
     .value = 10,
     .unit = N_("minutes")},
    {.def = {"once.hours", PARAM_INT, N_("Validity of a certificate that is made for one signature"), HOUSE, 1,
             HOURS_MOST},
     .value = 24,
     .unit = N_("hours")},
    {.def = {"device.days", PARAM_DAYS, N_("Validity of the certificate of a device's key"), HOUSE, 1, 3650},
     .value = 365,
     .unit = N_("days")},
    {.def = {"objection.days", PARAM_DAYS, N_("Time to object to the electronic form"),
             N_("Electronic Signatures Act, Art. 5"), 1, 365},
     .value = 7,
     .unit = N_("days")},
    {.def = {"exclusion.months", PARAM_INT, N_("How long an agency's exclusion stands after the Act was amended"),
             N_("Electronic Signatures Act, transitional provision"), 1, 120},
     .value = 12,
     .unit = N_("months")},
    {.def = {"exclusion.extension.months", PARAM_INT, N_("By how much it can be extended, once"),
             N_("Electronic Signatures Act, transitional provision"), 0, 120},
     .value = 24,
     .unit = N_("months")},
    {.def = {"exclusion.warn.days", PARAM_DAYS, N_("Days ahead that the office is told of an exclusion that lapses"),
             HOUSE, 1, 365},
     .value = 60,
     .unit = N_("days")},
    {.def = {"witness.days", PARAM_DAYS, N_("How long recordings of a signing are kept"),
             N_("Medical Care Act, Art. 70: seven years"), 1, DAYS_MOST},
     .value = 2557,
     .unit = N_("days")},
    {.def = {"ocsp.answers", PARAM_TEXT, N_("Answers about the status of certificates (OCSP)"), HOUSE, 0, 0},
     .text = "live",
     .choices = ways_of_answering},
    {.def = {"ocsp.kept", PARAM_INT,
             N_("Of how many certificates, the newest, answers are kept that were signed beforehand"), HOUSE, 1,
             1000000},
     .value = 100000,
     .unit = N_("certificates")},
    {.def = {"cert.purposes", PARAM_TEXT, N_("What certificates of persons and organisations are for"), HOUSE, 0, 0},
     .text = "documents-email",
     .choices = purposes},
};
const struct param_table sign_params = {params, sizeof params / sizeof params[0]};

static const str code = STR_INIT("signing");

rc sign_programme(const struct act *x, id *out)
{
    struct programme p;
    rc r = programme_by_code(x->tx, code, &p, x->a);
    if (r == E_NOTFOUND) {
        err_clear(tx_err(x->tx));
        p = (struct programme){.id = id_new(),
                               .module = STR("sign"),
                               .code = code,
                               .name_zh = STR("電子簽署"),
                               .name_en = STR("Electronic signing"),
                               .opens = instant_day(x->at),
                               .closes = instant_day(x->at) + DAYS_MOST};
        TRY(programme_add(x->tx, &p));
        r = param_declare_all(x, &sign_params, p.id, p.opens);
    }
    *out = p.id;
    return r;
}

static const struct param_decl *declared(const char *name)
{
    return param_find(&sign_params, str_of(name));
}

rc sign_param(struct tx *tx, const char *name, instant at, int64_t *out)
{
    return param_int_or(tx, code, name, instant_day(at), declared(name)->value, out);
}

rc sign_param_is(struct tx *tx, const char *name, const char *word, instant at, bool *out)
{
    return param_is_or(tx, code, name, instant_day(at), str_of(word), str_of(declared(name)->text), out);
}

static rc init_write(struct tx *tx, void *arg)
{
    struct arena *a = arena_new(1 << 20);
    id programme;
    (void)arg;
    if (!a)
        return E_NOMEM;
    struct act x = {.tx = tx, .a = a, .by = &act_system, .at = tx_now(tx)};
    rc r = sign_programme(&x, &programme);
    arena_free(a);
    return r;
}

rc sign_init(struct app *app, struct err *err)
{
    (void)err;
    card_use_register(&room_card_use);
    return db_write(app->db, init_write, NULL);
}
