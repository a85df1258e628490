/* The notice's text: versions of the installation and of each organisation. */
#include "base/utf8.h"
#include "base/vec.h"
#include "crypto/hash.h"
#include "mod/sign/rooms/objection.h"
#include "sys/random.h"

enum { DIFF_LINES_MAX = 400 };

const str offer_text_zh =
    STR_INIT("本次簽署擬以電子文件及電子簽章進行，其效力與紙本文件及親筆簽名相同（電子簽章法第 4 條）。\n"
             "您可以拒絕電子方式。請於下列期限前，在本頁面按「我不同意」，或以下列任一管道告知我們；不需要說明理由，也"
             "不會因此受到不利對待。\n"
             "您若在期限內沒有表示反對，依電子簽章法第 5 條，將視為您同意採用電子方式。\n"
             "同意之後，您仍可隨時要求停止採用電子方式；停止前已完成的文件與簽章仍然有效。\n"
             "不採用電子方式時，可依下列方式以紙本辦理。");
const str offer_text_en = STR_INIT(
    "This signing is to be done with an electronic document and electronic signatures, which have the same effect "
    "as paper and a signature by hand (Electronic Signatures Act, Art. 4).\n"
    "You may refuse the electronic form. Press “I object” on this page, or tell us in one of the ways below, "
    "before the period ends. You need not give a reason, and you will not be treated worse for it.\n"
    "If you say nothing until the period ends, this counts as your consent to the electronic form (Electronic "
    "Signatures Act, Art. 5).\n"
    "After you have consented you may still stop the electronic form at any time; documents and signatures made "
    "before that stay valid.\n"
    "Without the electronic form, everything can be done on paper as said below.");

#define TEXT_COLS  "id, party, version, zh, en, zh_hash, en_hash, account, created"
#define TEXT_TYPES "iiittttii"
QUERY(ot_add, TEXT_TYPES "i", "",
      "INSERT INTO sign_offer_text (" TEXT_COLS ", log_entry) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)");
QUERY(ot_get, "i", TEXT_TYPES, "SELECT " TEXT_COLS " FROM sign_offer_text WHERE id = $1");
/* The party's own stand before the installation's (party 0). */
QUERY(ot_latest, "i", TEXT_TYPES,
      "SELECT " TEXT_COLS
      " FROM sign_offer_text WHERE party = $1 OR party = 0 ORDER BY party DESC, version DESC LIMIT 1");
QUERY(ot_list, "i", TEXT_TYPES, "SELECT " TEXT_COLS " FROM sign_offer_text WHERE party = $1 ORDER BY version DESC");

static void take(const struct rows *r, struct offer_text *o, struct arena *a)
{
    *o = (struct offer_text){.id = row_int(r, 0),
                             .party = row_int(r, 1),
                             .version = row_int(r, 2),
                             .zh = row_dup(r, 3, a),
                             .en = row_dup(r, 4, a),
                             .zh_hash = row_dup(r, 5, a),
                             .en_hash = row_dup(r, 6, a),
                             .account = row_int(r, 7),
                             .created = row_int(r, 8)};
}

rc offer_missing(struct tx *tx)
{
    return ERR(tx_err(tx), E_NOTFOUND, "OBJ-007", N_("There is no such text, offer or objection."));
}

static rc one(struct tx *tx, const struct query *q, id of, struct offer_text *out, struct arena *a)
{
    struct rows r;
    rc e = db_one(tx, q, VALS(v_int(of)), &r);
    if (e == E_NOTFOUND)
        return offer_missing(tx);
    TRY(e);
    take(&r, out, a);
    TRY(rows_end(&r));
    return arena_rc(a);
}

rc offer_text_get(struct tx *tx, id text, struct offer_text *out, struct arena *a)
{
    return one(tx, &ot_get, text, out, a);
}

rc offer_text_latest(struct tx *tx, id party, struct offer_text *out, struct arena *a)
{
    return one(tx, &ot_latest, party, out, a);
}

rc offer_texts_of(struct tx *tx, id party, struct offer_text **out, size_t *n, struct arena *a)
{
    VEC(struct offer_text) list = {0};
    struct rows r;
    TRY(db_select(tx, &ot_list, VALS(v_int(party)), &r));
    while (rows_next(&r)) {
        struct offer_text *t = VEC_ADD(&list, a);
        if (!t)
            break;
        take(&r, t, a);
    }
    *out = list.v;
    *n = list.n;
    TRY(rows_end(&r));
    return arena_rc(a);
}

/* ---- a new version ---- */

/* Art. 5 asks for one sentence above all: that silence counts as consent. A text without it would make the whole record
 * worthless, so its key words must be there. */
static void must_say(struct err *e, const char *field, str text, const char *word)
{
    check_text(e, field, text, OFFER_TEXT_MAX, true);
    if (text.n && str_find(text, str_of(word)) < 0)
        err_note_field(e, field, "OBJ-006",
                       N_("The text must say that silence counts as consent (with the word “{1}”)."),
                       &(str){word, strlen(word)}, 1);
}

static rc insert(const struct act *x, struct offer_text *t)
{
    id entry;
    t->id = id_new();
    t->zh_hash = sha256_hex_of(x->a, t->zh);
    t->en_hash = sha256_hex_of(x->a, t->en);
    t->account = x->by->account;
    t->created = x->at;
    TRY(arena_rc(x->a));
    TRY(act_log(x, "sign.offer.text", t->id,
                KVS(kv_int("party", t->party), kv_int("version", t->version), kv_text("zh_sha256", t->zh_hash),
                    kv_text("en_sha256", t->en_hash)),
                &entry));
    return db_exec(x->tx, &ot_add,
                   VALS(v_int(t->id), v_int(t->party), v_int(t->version), v_text(t->zh), v_text(t->en),
                        v_text(t->zh_hash), v_text(t->en_hash), v_int(t->account), v_int(t->created), v_int(entry)),
                   NULL);
}

rc offer_text_add(const struct act *x, id party, str zh, str en, id *out)
{
    struct offer_text *all;
    size_t n;
    struct err *e = tx_err(x->tx);
    TRY(party ? act_for_party(x, party, ROOM_OWNERS) : act_needs_officer(x));
    must_say(e, "zh", zh, "視為");
    must_say(e, "en", en, "consent");
    TRY(e->code);
    TRY(offer_texts_of(x->tx, party, &all, &n, x->a));
    if (n && str_eq(all[0].zh, zh) && str_eq(all[0].en, en)) {
        *out = all[0].id;
        return OK;
    }
    if (n >= OFFER_TEXTS_MAX)
        return ERR(e, E_LIMIT, "OBJ-009", N_("There are {1} versions of this text; no more are kept."),
                   number_text(x->a, (int64_t)n));
    struct offer_text t = {.party = party, .version = n ? all[0].version + 1 : 1, .zh = zh, .en = en};
    TRY(insert(x, &t));
    *out = t.id;
    return OK;
}

rc offer_text_ensure(const struct act *x, id party, struct offer_text *out)
{
    rc r = offer_text_latest(x->tx, party, out, x->a);
    if (r != E_NOTFOUND)
        return r;
    err_clear(tx_err(x->tx));
    *out = (struct offer_text){.version = 1, .zh = offer_text_zh, .en = offer_text_en};
    struct act program = *x;
    program.by = &act_system;
    return insert(&program, out);
}

/* ---- how one version became another ---- */

struct lines {
    str v[DIFF_LINES_MAX];
    size_t n;
};

/* What is past the cap stays together in the last line. */
static void cut_lines(str text, struct lines *out)
{
    out->n = 0;
    while (text.p && text.n) {
        if (out->n == DIFF_LINES_MAX - 1) {
            out->v[out->n++] = text;
            return;
        }
        out->v[out->n++] = str_cut(&text, '\n');
    }
}

/* Longest common subsequence of lines, by the usual table: at most 400 × 400. */
rc text_diff(struct arena *a, str from, str to, struct text_line **out, size_t *n)
{
    struct lines *x = ARENA_NEW(a, struct lines), *y = ARENA_NEW(a, struct lines);
    uint16_t *common = ARENA_ARRAY(a, (size_t)(DIFF_LINES_MAX + 1) * (DIFF_LINES_MAX + 1), uint16_t);
    struct text_line *made = ARENA_ARRAY(a, (size_t)2 * DIFF_LINES_MAX, struct text_line);
    if (!x || !y || !common || !made)
        return arena_failed(a);
    cut_lines(from, x);
    cut_lines(to, y);
#define COMMON(i, j) common[(i) * (DIFF_LINES_MAX + 1) + (j)]
    for (size_t i = x->n; i-- > 0;)
        for (size_t j = y->n; j-- > 0;) {
            uint16_t down = COMMON(i + 1, j), right = COMMON(i, j + 1);
            COMMON(i, j) = str_eq(x->v[i], y->v[j]) ? (uint16_t)(COMMON(i + 1, j + 1) + 1)
                           : down > right           ? down
                                                    : right;
        }
    size_t i = 0, j = 0, k = 0;
    while (i < x->n || j < y->n) {
        if (i < x->n && j < y->n && str_eq(x->v[i], y->v[j])) {
            made[k++] = (struct text_line){' ', x->v[i]};
            i++, j++;
        } else if (i < x->n && (j == y->n || COMMON(i + 1, j) >= COMMON(i, j + 1)))
            made[k++] = (struct text_line){'-', x->v[i++]};
        else
            made[k++] = (struct text_line){'+', y->v[j++]};
    }
#undef COMMON
    *out = made;
    *n = k;
    return OK;
}
