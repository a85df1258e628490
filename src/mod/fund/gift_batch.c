/* The rows of one file: which receipt was seen before, which refund belongs to which gift, and into the table. */
#include "base/map.h"
#include "base/vec.h"
#include "core/app.h"
#include "core/publiclog.h"
#include "crypto/sign.h"
#include "mod/fund/gift_impl.h"
#include "mod/fund/publish.h"
#include "sys/random.h"

QUERY(fq_projects, "i", "iii",
      "SELECT id, number, stage FROM fund_proposal WHERE programme = $1 AND number <> 0 AND state = 'accepted'"
      " ORDER BY number");
QUERY(fq_claims, "i", "itiit",
      "SELECT g.id, g.code, g.amount, g.refunded, g.found FROM fund_gift g JOIN fund_gift_import i ON i.id = g.import"
      " WHERE g.source = $1 AND g.holds = 1 AND i.state = 'done' ORDER BY g.id");
QUERY(fq_gift_add,
      "iiiiiitt"
      "iiitiiii"
      "iitt"
      "iiii",
      "",
      "INSERT INTO fund_gift (id, programme, source, import, row_no, line, code, hint, part_of, project, donor, kind,"
      " tail, amount, returned, at, refunded, counted, found, reason, holds, device, address, account)"
      " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22,"
      " $23, $24)");
QUERY(fq_gift_give_up, "i", "", "UPDATE fund_gift SET holds = 0 WHERE id = $1");
QUERY(fq_tile_add, "iiib", "", "INSERT INTO fund_gift_tile (import, level, n, hashes) VALUES ($1, $2, $3, $4)");
QUERY(fq_count_add, "i", "",
      "INSERT INTO fund_gift_count (import, reason, n, amount) SELECT import, found, COUNT(*),"
      " CAST(SUM(CASE WHEN found = '' THEN counted ELSE amount END) AS BIGINT) FROM fund_gift WHERE import = $1"
      " GROUP BY import, found");
QUERY(fq_import_done, "itiiitii", "",
      "UPDATE fund_gift_import SET state = 'done', encoding = $2, row_count = $3, counted = $4, raised = $5, root = $6,"
      " log_entry = $7, done = $8 WHERE id = $1 AND state = 'waiting'");
QUERY(fq_file_drop, "i", "", "DELETE FROM fund_gift_file WHERE import = $1");

/* ---- who holds a receipt ---- */

struct claim {
    id gift;
    struct gift_in *row; /* NULL: of an earlier file */
    const char *code;
    int64_t amount, refunded;
    bool paid, changed;
};

struct pairing {
    struct gift_batch *b;
    struct map claims; /* code → struct claim */
    struct arena *a;
    VEC(struct claim *) earlier; /* of earlier files, whose refunds changed */
};

static bool paid(enum gift_status s)
{
    return s != STATUS_UNPAID && s != STATUS_UNKNOWN;
}

static rc load_claims(struct tx *tx, struct pairing *p)
{
    struct rows r;
    TRY(db_select(tx, &fq_claims, VALS(v_int(p->b->source.id)), &r));
    rc e = OK;
    while (e == OK && rows_next(&r)) {
        struct claim *c = ARENA_NEW(p->a, struct claim);
        const char *code = arena_cstr(p->a, row_text(&r, 1));
        if (!c || !code) {
            e = arena_rc(p->a);
            break;
        }
        str found = row_text(&r, 4);
        *c = (struct claim){.gift = row_int(&r, 0),
                            .code = code,
                            .amount = row_int(&r, 2),
                            .refunded = row_int(&r, 3),
                            .paid = !str_eq(found, STR("not-paid")) && !str_eq(found, STR("status-unknown"))};
        e = map_put(&p->claims, str_of(code), c);
    }
    rc ended = rows_end(&r);
    return e != OK ? e : ended;
}

/* The row is not a gift of its own: it belongs to the claim's. */
static void belongs(struct gift_in *g, const struct claim *c, const char *found)
{
    g->found = found;
    g->part_of = c->gift;
    g->part_code = str_of(c->code);
}

static rc take_back(struct pairing *p, struct claim *c, int64_t amount)
{
    c->refunded += amount;
    if (c->row || c->changed)
        return OK;
    c->changed = true;
    /* NOLINTNEXTLINE(bugprone-sizeof-expression): an array of pointers */
    struct claim **slot = VEC_ADD(&p->earlier, p->a);
    if (!slot)
        return arena_rc(p->a);
    *slot = c;
    return OK;
}

/* A second row with the same receipt: it may be the payment that the first one was not yet, or tell of a refund. */
static rc pair_again(struct pairing *p, struct gift_in *g, struct claim *c)
{
    int64_t more = (g->status == STATUS_REFUNDED ? c->amount : g->returned) - c->refunded;
    if (!c->paid && paid(g->status)) {
        if (c->row) {
            c->row->holds = false;
            c->row->part_of = g->id;
            c->row->part_code = str_of(c->code);
        } else {
            g->takes = c->gift;
            g->part_of = c->gift;
            g->part_code = str_of(c->code);
        }
        g->holds = true;
        *c = (struct claim){g->id, g, c->code, g->amount, g->returned, true, false};
        return OK;
    }
    belongs(g, c, more > 0 && c->paid && paid(g->status) ? "refund" : "receipt-twice");
    if (strcmp(g->found, "refund") != 0)
        return OK;
    more = more < c->amount - c->refunded ? more : c->amount - c->refunded;
    g->refunded = more;
    return take_back(p, c, more);
}

static rc pair_gift(struct pairing *p, struct gift_in *g)
{
    if (g->negative || !g->code[0])
        return OK;
    struct claim *c = map_get(&p->claims, str_of(g->code));
    if (c)
        return pair_again(p, g, c);
    const char *code = arena_cstr(p->a, str_of(g->code));
    c = code ? ARENA_NEW(p->a, struct claim) : NULL;
    if (!c)
        return arena_rc(p->a);
    g->holds = true;
    *c = (struct claim){g->id, g, code, g->amount, g->returned, paid(g->status), false};
    return map_put(&p->claims, str_of(code), c);
}

static rc pair_refund(struct pairing *p, struct gift_in *g)
{
    if (!g->negative)
        return OK;
    struct claim *c = g->part_code.n ? map_get(&p->claims, g->part_code) : NULL;
    g->part_code = STR_EMPTY;
    if (g->fault != GIFT_FINE || g->foreign) {
        g->found = g->foreign ? "currency" : gift_amount_reason(g->fault);
        return OK;
    }
    int64_t amount = g->amount;
    g->amount = -amount;
    if (!paid(g->status)) { /* a refund that did not happen */
        g->found = g->status == STATUS_UNPAID ? "not-paid" : "status-unknown";
        return OK;
    }
    if (!c) {
        g->found = "refund-orphan";
        return OK;
    }
    int64_t left = c->amount - c->refunded;
    belongs(g, c, amount > left ? "refund-excess" : "refund");
    g->refunded = amount < left ? amount : left;
    return take_back(p, c, g->refunded);
}

static rc note_changes(struct pairing *p)
{
    struct gift_change *v = ARENA_ARRAY(p->a, p->earlier.n + 1, struct gift_change);
    if (!v)
        return arena_rc(p->a);
    for (size_t i = 0; i < p->earlier.n; i++)
        v[i] = (struct gift_change){p->earlier.v[i]->gift, p->earlier.v[i]->refunded};
    p->b->changes = v;
    p->b->n_changes = p->earlier.n;
    return OK;
}

/* Gifts first, so that a refund finds its gift wherever it stands in the file. */
static rc pair_rows(struct tx *tx, struct pairing *p)
{
    struct gift_batch *b = p->b;
    TRY(load_claims(tx, p));
    for (size_t i = 0; i < b->n; i++) {
        b->rows[i].id = id_new();
        TRY(pair_gift(p, &b->rows[i]));
    }
    for (size_t i = 0; i < b->n; i++)
        TRY(pair_refund(p, &b->rows[i]));
    size_t at = 0;
    str code;
    void *value;
    while (map_next(&p->claims, &at, &code, &value)) {
        struct claim *c = value;
        if (c->row)
            c->row->refunded = c->refunded;
    }
    return note_changes(p);
}

static void judge_rows(struct gift_batch *b)
{
    for (size_t i = 0; i < b->n; i++) {
        struct gift_in *g = &b->rows[i];
        if (!g->found)
            g->found = gift_judge(g, &b->round, b->min);
        g->counted = g->found[0] ? 0 : g->amount - g->refunded;
    }
}

/* ---- reading ---- */

static rc load_projects(struct tx *tx, id programme, const struct gift_project **out, size_t *n, struct arena *a)
{
    VEC(struct gift_project) list = {0};
    struct rows r;
    TRY(db_select(tx, &fq_projects, VALS(v_int(programme)), &r));
    while (rows_next(&r)) {
        struct gift_project *p = VEC_ADD(&list, a);
        if (!p)
            break;
        *p = (struct gift_project){row_int(&r, 0), row_int(&r, 1), (enum fund_stage)row_int(&r, 2)};
    }
    TRY(rows_end(&r));
    *out = list.v;
    *n = list.n;
    return arena_rc(a);
}

static rc read_context(struct tx *tx, struct app *app, id import, struct gift_batch *b, struct arena *a)
{
    struct programme p;
    TRY(fund_import_get(tx, import, &b->import, a));
    TRY(fund_source_get(tx, b->import.source, &b->source, a));
    TRY(fund_round_get(tx, b->import.programme, &b->round, a));
    TRY(programme_get(tx, b->import.programme, &p, a));
    TRY(fund_gift_min(tx, b->import.programme, &b->min));
    b->round_code = p.code;
    return gift_key_get(tx, app, b->import.programme, &b->key, a);
}

rc gift_batch_read(struct tx *tx, struct app *app, id import, str bytes, struct gift_batch *b, struct arena *a)
{
    struct act x = {.tx = tx, .a = a, .by = &act_system, .at = tx_now(tx)};
    struct gift_campaign *campaigns;
    struct gift_reading with = {0};
    *b = (struct gift_batch){0};
    TRY(read_context(tx, app, import, b, a));
    TRY(gift_campaigns(tx, b->source.id, &campaigns, &with.n_campaigns, a));
    TRY(load_projects(tx, b->import.programme, &with.projects, &with.n_projects, a));
    with.source = &b->source;
    with.round = &b->round;
    with.key = &b->key;
    with.campaigns = campaigns;
    TRY(gift_file_read(&x, bytes, &with, &b->rows, &b->n, &b->report));
    struct pairing p = {.b = b, .a = a, .claims = MAP_INIT};
    rc r = pair_rows(tx, &p);
    map_free(&p.claims);
    TRY(r);
    judge_rows(b);
    return OK;
}

/* ---- writing ---- */

static const char *kind_stored(enum gift_donor k)
{
    return k == DONOR_PERSON ? "person" : k == DONOR_ORGANISATION ? "organisation" : "";
}

static rc put_row(struct tx *tx, const struct gift_batch *b, const struct gift_in *g)
{
    return pipe_add(tx, &fq_gift_add,
                    VALS(v_int(g->id), v_int(b->import.programme), v_int(b->source.id), v_int(b->import.id),
                         v_int(g->row), v_int(g->line), v_text(str_of(g->code)), v_text(g->hint), v_int(g->part_of),
                         v_int(g->project), v_int(g->donor), v_text(str_of(kind_stored(g->kind))), v_int(g->tail),
                         v_int(g->amount), v_int(g->returned), v_int(g->at), v_int(g->refunded), v_int(g->counted),
                         v_text(str_of(g->found)), v_text(str_of(g->found)), v_int(g->holds),
                         v_int(g->trait[FUND_DEVICE]), v_int(g->trait[FUND_ADDRESS]), v_int(g->trait[FUND_ACCOUNT])));
}

static rc put_rows(struct tx *tx, const struct gift_batch *b, size_t from, size_t to, bool takers)
{
    TRY(pipe_begin(tx));
    for (size_t i = from; i < to; i++) {
        const struct gift_in *g = &b->rows[i];
        if ((g->takes != 0) != takers)
            continue;
        if (takers)
            TRY(pipe_add(tx, &fq_gift_give_up, VALS(v_int(g->takes))));
        TRY(put_row(tx, b, g));
    }
    return pipe_end(tx, NULL, 0);
}

/* Rows that take over the receipt of an earlier one wait for the last transaction: until then it is the earlier one's.
 */
rc gift_batch_put(struct tx *tx, const struct gift_batch *b, size_t from, size_t to)
{
    return put_rows(tx, b, from, to, false);
}

struct put_tile {
    struct tx *tx;
    id import;
};

static rc put_tile(void *arg, int level, uint64_t n, str hashes)
{
    struct put_tile *p = arg;
    return db_exec(p->tx, &fq_tile_add, VALS(v_int(p->import), v_int(level), v_int((int64_t)n), v_blob(hashes)), NULL);
}

static struct gift_record record_of(const struct gift_batch *b, const struct gift_in *g)
{
    return (struct gift_record){.round = b->round_code,
                                .platform = b->source.code,
                                .row = g->row,
                                .code = str_of(g->code),
                                .part_of = g->part_code,
                                .project = g->number,
                                .donor = g->donor,
                                .kind = str_of(kind_stored(g->kind)),
                                .amount = g->amount,
                                .returned = g->returned,
                                .at = g->at,
                                .found = str_of(g->found)};
}

static rc put_tree(const struct act *x, const struct gift_batch *b, struct sha256 *root)
{
    struct sha256 *leaf = ARENA_ARRAY(x->a, b->n + 1, struct sha256);
    BUF_SCOPED json = BUF_INIT(1 << 16);
    unsigned char salt[GIFT_SALT];
    if (!leaf)
        return arena_rc(x->a);
    for (size_t i = 0; i < b->n; i++) {
        struct gift_record g = record_of(b, &b->rows[i]);
        buf_clear(&json);
        gift_record_json(&g, &json);
        gift_salt(&b->key, b->import.id, g.row, salt);
        leaf[i] = gift_leaf(salt, buf_str(&json));
    }
    TRY(buf_rc(&json));
    return gift_tree(leaf, b->n, put_tile, &(struct put_tile){x->tx, b->import.id}, root);
}

static rc log_import(const struct act *x, const struct gift_batch *b, int64_t counted, str root, id *entry)
{
    return act_log(x, "fund.gift.imported", b->import.id,
                   KVS(kv_int("counted", counted), kv_text("file", b->import.hash), kv_text("platform", b->source.code),
                       kv_text("root", root), kv_text("round", b->round_code), kv_int("rows", (int64_t)b->n)),
                   entry);
}

rc gift_batch_finish(const struct act *x, const struct gift_batch *b)
{
    struct fund_round now;
    struct sha256 root;
    char hex[2 * SHA256_LEN + 1];
    int64_t counted = 0, raised = 0, changed = 0;
    id entry;
    TRY(fund_round_get(x->tx, b->import.programme, &now, x->a));
    TRY(fund_needs_phase(x, &now, FUND_GIFTS, FUND_TALLY));
    for (size_t i = 0; i < b->n; i++) {
        counted += b->rows[i].found[0] == 0;
        TRY(i64_add(raised, b->rows[i].counted, &raised));
    }
    TRY(put_rows(x->tx, b, 0, b->n, true));
    TRY(put_tree(x, b, &root));
    sha256_hex(&root, hex);
    TRY(log_import(x, b, counted, str_of(hex), &entry));
    TRY(db_exec(x->tx, &fq_count_add, VALS(v_int(b->import.id)), NULL));
    TRY(db_exec(x->tx, &fq_import_done,
                VALS(v_int(b->import.id), v_text(str_of(b->report.encoding)), v_int((int64_t)b->n), v_int(counted),
                     v_int(raised), v_text(str_of(hex)), v_int(entry), v_int(x->at)),
                &changed));
    if (changed == 0)
        return ERR(tx_err(x->tx), E_CONFLICT, "FND-518",
                   N_("The round changed while the file was read. Please import it again."));
    for (size_t i = 0; i < b->n_changes; i++)
        TRY(gift_settle(x->tx, b->changes[i].gift, b->min, x->a));
    TRY(db_exec(x->tx, &fq_file_drop, VALS(v_int(b->import.id)), NULL));
    return fund_gift_totals_renew(x->tx, b->import.programme, x->a);
}
