/* A donor's proof (rise-gift-proof/1, gift_commit.h) against the archive: the row that was committed to is the row that
 * stands there, and counts as its record says. */
#include "mod/fund/archive/archive_verify.h"
#include "mod/fund/gift_commit.h"

static rc not_a_proof(struct archive_read *r)
{
    return ERR(r->err, E_INVALID, "FND-624", N_("This is not a donor's proof as the platform gives it out."));
}

static void differs(struct archive_read *r, const char *what, str expected, str found, int64_t line)
{
    archive_differs(r, CHECK_GIFT, what, STR("gifts.csv"), line, expected, found);
}

/* The import whose rows have this root. */
static bool import_of(const struct archive_read *r, str root, int64_t rows, size_t *out)
{
    for (*out = 0; *out < r->n_imports; ++*out)
        if (str_eq(r->imports[*out].root, root) && r->imports[*out].rows == rows)
            return true;
    return false;
}

static const struct archive_gift *row_of(const struct archive_read *r, size_t import, int64_t index, int64_t *line)
{
    for (size_t i = 0; i < r->n_gifts; i++)
        if (r->gifts[i].import == import) {
            if (index < 0 || (size_t)index >= r->n_gifts - i || r->gifts[i + (size_t)index].import != import)
                return NULL;
            *line = (int64_t)(i + (size_t)index) + 2;
            return &r->gifts[i + (size_t)index];
        }
    return NULL;
}

/* What may have changed since the row was read: refunds took something off, an appeal corrected it. */
static void compare(struct archive_read *r, const struct archive_gift *g, const struct json *record, int64_t line)
{
    int64_t given = json_int(json_get(record, "amount"), 0) - json_int(json_get(record, "returned"), 0),
            project = json_int(json_get(record, "project"), 0);
    str found = json_str(json_get(record, "found"));
    r->out->gift.import = r->imports[g->import].number;
    r->out->gift.row = g->row;
    r->out->gift.counts = g->reason == NULL;
    r->out->gift.by_appeal = g->appeal;
    r->out->gift.project = g->project;
    r->out->gift.amount = g->amount;
    r->out->gift.given = given;
    r->out->gift.reason = str_of(g->reason);
    if (g->row != json_int(json_get(record, "row"), -1))
        differs(r, N_("The proof is of another row"), STR_EMPTY, STR_EMPTY, line);
    if (g->reason) {
        bool later = str_eq(str_of(g->reason), STR("refunded")) || str_eq(str_of(g->reason), STR("below-min")) ||
                     str_eq(str_of(g->reason), STR(ARCHIVE_WITHDRAWN));
        if (!str_eq(found, str_of(g->reason)) && !(found.n == 0 && later))
            differs(r, N_("It does not count (“{1}”), though it was read as “{2}”"), found, str_of(g->reason), line);
        return;
    }
    if (g->appeal)
        return;
    if (found.n > 0)
        differs(r, N_("It counts, though it was read as “{2}” and no appeal is noted"), found, STR_EMPTY, line);
    if (g->project != project)
        differs(r, N_("It counts for proposal {1}, your proof says {2}"),
                arena_printf(r->a, "%lld", (long long)project), arena_printf(r->a, "%lld", (long long)g->project),
                line);
    if (g->amount > given)
        differs(r, N_("NT${1} count, your proof says NT${2}"), arena_printf(r->a, "%lld", (long long)given),
                arena_printf(r->a, "%lld", (long long)g->amount), line);
}

rc archive_check_gift(struct archive_read *r)
{
    const struct json *proof, *record;
    unsigned char salt[GIFT_SALT];
    size_t import;
    int64_t line = 0;
    if (json_parse(r->a, r->ask->gift, LOG_PROOF_MAX, &proof, NULL) != OK ||
        !str_eq(json_str(json_get(proof, "type")), STR(GIFT_PROOF_TYPE)))
        return not_a_proof(r);
    str text = json_str(json_get(proof, "record")), root = json_str(json_get(proof, "root"));
    if (!text.p || !root.p || base64_exact(json_str(json_get(proof, "salt")), salt, sizeof salt) != OK ||
        json_parse(r->a, text, LOG_PROOF_MAX, &record, NULL) != OK)
        return not_a_proof(r);
    if (!import_of(r, root, json_int(json_get(proof, "size"), -1), &import)) {
        archive_differs(r, CHECK_GIFT, N_("No import in the archive has the root of your proof"), STR("imports.csv"), 0,
                        STR_EMPTY, STR_EMPTY);
        return OK;
    }
    const struct archive_gift *g = row_of(r, import, json_int(json_get(proof, "index"), -1), &line);
    struct sha256 leaf = gift_leaf(salt, text);
    if (!g || !sha256_eq(&leaf, &g->leaf)) {
        differs(r, N_("Your gift's commitment is {2}; another stands there"), sha256_hex_text(r->a, &leaf), STR_EMPTY,
                line);
        return OK;
    }
    compare(r, g, record, line);
    return OK;
}
