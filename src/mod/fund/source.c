/* Crowdfunding platforms of a round: how their exports are to be read, and the round's secret. */
#include "mod/fund/gift_impl.h"

#include "base/map.h"
#include "base/vec.h"
#include "core/app.h"
#include "crypto/sign.h"
#include "sys/random.h"

enum { CODE_MAX = 20, NAME_MAX_CHARS = 100, HEADING_MAX_CHARS = 100 };

QUERY(fq_source_get, "i", "iitt", "SELECT id, programme, code, name FROM fund_gift_source WHERE id = $1");
QUERY(fq_source_code, "it", "iitt",
      "SELECT id, programme, code, name FROM fund_gift_source WHERE programme = $1 AND code = $2");
QUERY(fq_sources, "i", "iitt",
      "SELECT id, programme, code, name FROM fund_gift_source WHERE programme = $1 ORDER BY code");
QUERY(fq_source_add, "iitti", "",
      "INSERT INTO fund_gift_source (id, programme, code, name, at) VALUES ($1, $2, $3, $4, $5)"
      " ON CONFLICT (programme, code) DO NOTHING");
QUERY(fq_columns, "i", "tt", "SELECT name, heading FROM fund_gift_column WHERE source = $1 ORDER BY name");
QUERY(fq_columns_drop, "i", "", "DELETE FROM fund_gift_column WHERE source = $1");
QUERY(fq_column_add, "itt", "", "INSERT INTO fund_gift_column (source, name, heading) VALUES ($1, $2, $3)");
QUERY(fq_campaigns, "i", "ti", "SELECT campaign, number FROM fund_gift_campaign WHERE source = $1 ORDER BY campaign");
QUERY(fq_campaigns_drop, "i", "", "DELETE FROM fund_gift_campaign WHERE source = $1");
QUERY(fq_campaign_add, "iti", "",
      "INSERT INTO fund_gift_campaign (source, campaign, number) VALUES ($1, $2, $3)"
      " ON CONFLICT (source, campaign) DO UPDATE SET number = excluded.number");
QUERY(fq_secret_get, "i", "b", "SELECT sealed FROM fund_gift_secret WHERE programme = $1");
QUERY(fq_secret_add, "ib", "", "INSERT INTO fund_gift_secret (programme, sealed) VALUES ($1, $2)");

/* ---- the round's secret ---- */

static str secret_context(struct arena *a, id programme)
{
    return arena_printf(a, "fund_gift_secret:%lld", (long long)programme);
}

rc gift_key_get(struct tx *tx, struct app *app, id programme, struct gift_key *out, struct arena *a)
{
    struct rows r;
    BUF_SCOPED plain = BUF_INIT(GIFT_KEY);
    TRY(db_one(tx, &fq_secret_get, VALS(v_int(programme)), &r));
    str sealed = row_dup(&r, 0, a);
    TRY(rows_end(&r));
    if (!sealed.p)
        return arena_rc(a);
    if (unseal(&app->seal, secret_context(a, programme), sealed, &plain) != OK || plain.n != GIFT_KEY)
        return ERR(tx_err(tx), E_CORRUPT, "FND-517", N_("The round's sealed secret cannot be opened with this key."));
    memcpy(out->k, plain.p, GIFT_KEY);
    secret_wipe(plain.p, plain.n);
    return OK;
}

static rc secret_ensure(const struct act *x, struct app *app, id programme)
{
    struct gift_key key;
    BUF_SCOPED sealed = BUF_INIT(256);
    rc r = gift_key_get(x->tx, app, programme, &key, x->a);
    if (r == E_NOTFOUND) {
        random_bytes(key.k, sizeof key.k);
        r = seal(&app->seal, secret_context(x->a, programme), str_n(key.k, GIFT_KEY), &sealed);
        if (r == OK)
            r = db_exec(x->tx, &fq_secret_add, VALS(v_int(programme), v_blob(buf_str(&sealed))), NULL);
    }
    secret_wipe(key.k, sizeof key.k);
    return r;
}

/* ---- reading ---- */

static rc no_source(struct tx *tx)
{
    return ERR(tx_err(tx), E_NOTFOUND, "FND-500", N_("There is no such platform in this round."));
}

static rc read_columns(struct tx *tx, struct fund_source *s, struct arena *a)
{
    struct rows r;
    TRY(db_select(tx, &fq_columns, VALS(v_int(s->id)), &r));
    while (rows_next(&r)) {
        int c = choice_index(fund_gift_columns, row_text(&r, 0));
        if (c >= 0)
            s->heading[c] = row_dup(&r, 1, a);
    }
    TRY(rows_end(&r));
    return arena_rc(a);
}

static void take(const struct rows *r, struct fund_source *s, struct arena *a)
{
    *s = (struct fund_source){
        .id = row_int(r, 0), .programme = row_int(r, 1), .code = row_dup(r, 2, a), .name = row_dup(r, 3, a)};
    for (int c = 0; c < GIFT_COLS; c++)
        s->heading[c] = STR_EMPTY;
}

static rc read_one(struct tx *tx, const struct query *q, const struct val *v, size_t n, struct fund_source *out,
                   struct arena *a)
{
    struct rows r;
    rc e = db_one(tx, q, v, n, &r);
    if (e == E_NOTFOUND)
        return no_source(tx);
    TRY(e);
    take(&r, out, a);
    TRY(rows_end(&r));
    return read_columns(tx, out, a);
}

rc fund_source_get(struct tx *tx, id source, struct fund_source *out, struct arena *a)
{
    return read_one(tx, &fq_source_get, VALS(v_int(source)), out, a);
}

rc fund_source_by_code(struct tx *tx, id programme, str code, struct fund_source *out, struct arena *a)
{
    return read_one(tx, &fq_source_code, VALS(v_int(programme), v_text(code)), out, a);
}

rc fund_sources(struct tx *tx, id programme, struct fund_source **out, size_t *n, struct arena *a)
{
    VEC(struct fund_source) list = {0};
    struct rows r;
    TRY(db_select(tx, &fq_sources, VALS(v_int(programme)), &r));
    while (rows_next(&r)) {
        struct fund_source *s = VEC_ADD(&list, a);
        if (!s)
            break;
        take(&r, s, a);
    }
    TRY(rows_end(&r));
    for (size_t i = 0; i < list.n; i++)
        TRY(read_columns(tx, &list.v[i], a));
    *out = list.v;
    *n = list.n;
    return arena_rc(a);
}

rc gift_campaigns(struct tx *tx, id source, struct gift_campaign **out, size_t *n, struct arena *a)
{
    VEC(struct gift_campaign) list = {0};
    struct rows r;
    TRY(db_select(tx, &fq_campaigns, VALS(v_int(source)), &r));
    while (rows_next(&r)) {
        struct gift_campaign *c = VEC_ADD(&list, a);
        if (!c)
            break;
        *c = (struct gift_campaign){row_dup(&r, 0, a), row_int(&r, 1)};
    }
    TRY(rows_end(&r));
    *out = list.v;
    *n = list.n;
    return arena_rc(a);
}

rc fund_source_campaigns(struct tx *tx, id source, str *out, struct arena *a)
{
    struct gift_campaign *c;
    size_t n;
    BUF_SCOPED text = BUF_INIT(1 << 20);
    TRY(gift_campaigns(tx, source, &c, &n, a));
    for (size_t i = 0; i < n; i++)
        buf_printf(&text, "%.*s = %lld\n", STR_ARG(c[i].campaign), (long long)c[i].number);
    TRY(buf_rc(&text));
    *out = arena_str(a, buf_str(&text));
    return arena_rc(a);
}

/* ---- writing ---- */

static bool code_ok(str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!(s.p[i] >= 'a' && s.p[i] <= 'z') && !(s.p[i] >= '0' && s.p[i] <= '9') && s.p[i] != '-')
            return false;
    return s.n > 0 && s.n <= CODE_MAX;
}

rc fund_source_add(const struct act *x, struct app *app, id programme, str code, str name, id *out)
{
    struct fund_round round;
    int64_t added;
    TRY(act_needs_officer(x));
    TRY(fund_round_get(x->tx, programme, &round, x->a));
    TRY(fund_needs_phase(x, &round, FUND_PREPARED, FUND_TALLY));
    if (!code_ok(code))
        return ERR_FIELD(tx_err(x->tx), "code", "FND-501",
                         N_("A code is made of 1 to 20 small letters, digits and hyphens."));
    check_text(tx_err(x->tx), "name", name, NAME_MAX_CHARS, true);
    if (tx_err(x->tx)->code != OK)
        return E_INVALID;
    TRY(secret_ensure(x, app, programme));
    *out = id_new();
    TRY(db_exec(x->tx, &fq_source_add, VALS(v_int(*out), v_int(programme), v_text(code), v_text(name), v_int(x->at)),
                &added));
    if (added == 0)
        return ERR_FIELD(tx_err(x->tx), "code", "FND-502", N_("Another platform of this round has this code."));
    return act_log(x, "fund.gift.platform", *out, KVS(kv_text("code", code), kv_text("name", name)), NULL);
}

static rc put_columns(const struct act *x, id source, const str heading[GIFT_COLS])
{
    struct fund_source s = {0};
    TRY(db_exec(x->tx, &fq_columns_drop, VALS(v_int(source)), NULL));
    for (int c = 0; c < GIFT_COLS; c++)
        s.heading[c] = STR_EMPTY;
    for (int c = 0; c < GIFT_COLS; c++) {
        str one = str_trim(heading[c]);
        if (one.n == 0)
            continue;
        check_text(tx_err(x->tx), fund_gift_columns[c].value, one, HEADING_MAX_CHARS, false);
        if (gift_heading_taken(&s, one))
            return ERR_FIELD(tx_err(x->tx), fund_gift_columns[c].value, "FND-519",
                             N_("This column is used for something else already."));
        if (tx_err(x->tx)->code != OK)
            return E_INVALID;
        s.heading[c] = one;
        TRY(db_exec(x->tx, &fq_column_add, VALS(v_int(source), v_text(str_of(fund_gift_columns[c].value)), v_text(one)),
                    NULL));
    }
    return OK;
}

/* "CODE = NUMBER" */
static rc campaign_line(const struct act *x, const struct fund_source *s, str line)
{
    struct fund_proposal p;
    int64_t number = 0;
    str rest = line;
    str campaign = str_trim(str_cut(&rest, '='));
    bool ok = rest.p && campaign.n > 0 && campaign.n <= GIFT_CAMPAIGN_MAX && str_to_i64(str_trim(rest), &number) == OK;
    rc r = ok ? fund_proposal_by_number(x->tx, s->programme, number, &p, x->a) : E_NOTFOUND;
    if (r == E_NOTFOUND) {
        err_clear(tx_err(x->tx));
        return ERR_FIELD(tx_err(x->tx), "campaigns", "FND-506",
                         N_("“{1}” is not a line like CODE = NUMBER with the number of a proposal."), line);
    }
    TRY(r);
    return db_exec(x->tx, &fq_campaign_add, VALS(v_int(s->id), v_text(campaign), v_int(number)), NULL);
}

rc fund_source_change(const struct act *x, id source, const str heading[GIFT_COLS], str campaigns)
{
    struct fund_source s;
    size_t lines = 0;
    TRY(act_needs_officer(x));
    TRY(fund_source_get(x->tx, source, &s, x->a));
    TRY(put_columns(x, source, heading));
    TRY(db_exec(x->tx, &fq_campaigns_drop, VALS(v_int(source)), NULL));
    for (str rest = campaigns; rest.p;) {
        str line = str_trim(str_cut(&rest, '\n'));
        if (line.n == 0)
            continue;
        if (++lines > FUND_GIFT_CAMPAIGNS_MOST)
            return ERR(tx_err(x->tx), E_LIMIT, "FND-516", N_("There are too many rows."));
        TRY(campaign_line(x, &s, line));
    }
    return act_log(x, "fund.gift.platform.columns", source, KVS(kv_int("campaigns", (int64_t)lines)), NULL);
}
