/* Keeping the index: documents in, documents out.
 *
 * A batch of documents is cut into terms, the terms are sorted, and each term's posting list is changed once for the
 * whole batch. */
#include <stdlib.h>

#include "base/utf8.h"
#include "base/vec.h"
#include "core/search.h"
#include "core/search_posting.h"
#include "core/search_text.h"

WATCHED(search_posting);

QUERY(search_space_touch, "t", "",
      "INSERT INTO search_space (space, changes) VALUES ($1, 1)"
      " ON CONFLICT (space) DO UPDATE SET changes = search_space.changes + 1");

enum { GET_DOCS = 32, GET_TERMS = 21, PUT_BLOCKS = 21 }; /* in one statement */

/* What is absent has no row; places beyond the last document hold 0, which no document has. */
QUERY(search_docs_get,
      "t"
      "iiiiiiiiiiiiiiii"
      "iiiiiiiiiiiiiiii",
      "ittt",
      "SELECT doc, title, keywords, body FROM search_doc WHERE space = $1 AND doc IN ("
      "$2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, "
      "$25, $26, $27, $28, $29, $30, $31, $32, $33"
      ") ORDER BY doc");

QUERY(search_doc_put, "tittt", "",
      "INSERT INTO search_doc (space, doc, title, keywords, body) VALUES ($1, $2, $3, $4, $5)"
      " ON CONFLICT (space, doc) DO UPDATE SET title = excluded.title, keywords = excluded.keywords, body = "
      "excluded.body");

QUERY(search_doc_del, "ti", "", "DELETE FROM search_doc WHERE space = $1 AND doc = $2");

/* The blocks that hold, or would hold, a term's documents from `from` to `to`; where the list begins after them, its
 * first block, which then grows to the left. */
#define BLOCKS_OF(which, term, from, to)                                                                               \
    "SELECT " which " AS which, first, postings FROM search_posting WHERE space = $1 AND term = " term                 \
    " AND first >= COALESCE((SELECT MAX(p.first) FROM search_posting p WHERE p.space = $1 AND p.term = " term          \
    " AND p.first <= " from "), 0)"                                                                                    \
    " AND first <= (SELECT CASE WHEN l.low > " to " THEN l.low ELSE " to " END FROM"                                   \
    " (SELECT MIN(p.first) AS low FROM search_posting p WHERE p.space = $1 AND p.term = " term ") l)"
#define AND_OF(which, term, from, to) " UNION ALL " BLOCKS_OF(which, term, from, to)

/* GET_TERMS terms at once: a document has hundreds, and each one alone is a round trip on PostgreSQL. A branch a term
 * and not a join with the list of terms: so each remains a look into the index, however small the table is when the
 * statement is prepared. Without ORDER BY, which SQLite answers with a chain of twenty merging coroutines that every
 * row passes through. Places beyond the last term hold the empty one, which has no list. */
/* clang-format off */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Woverlength-strings" /* every compiler takes more than the standard's 4095 */
QUERY(search_blocks_get, "t" "tiitiitiitiitiitiitii" "tiitiitiitiitiitiitii" "tiitiitiitiitiitiitii", "iib",
      BLOCKS_OF("0", "$2", "$3", "$4")
      AND_OF("1", "$5", "$6", "$7")
      AND_OF("2", "$8", "$9", "$10")
      AND_OF("3", "$11", "$12", "$13")
      AND_OF("4", "$14", "$15", "$16")
      AND_OF("5", "$17", "$18", "$19")
      AND_OF("6", "$20", "$21", "$22")
      AND_OF("7", "$23", "$24", "$25")
      AND_OF("8", "$26", "$27", "$28")
      AND_OF("9", "$29", "$30", "$31")
      AND_OF("10", "$32", "$33", "$34")
      AND_OF("11", "$35", "$36", "$37")
      AND_OF("12", "$38", "$39", "$40")
      AND_OF("13", "$41", "$42", "$43")
      AND_OF("14", "$44", "$45", "$46")
      AND_OF("15", "$47", "$48", "$49")
      AND_OF("16", "$50", "$51", "$52")
      AND_OF("17", "$53", "$54", "$55")
      AND_OF("18", "$56", "$57", "$58")
      AND_OF("19", "$59", "$60", "$61")
      AND_OF("20", "$62", "$63", "$64"));
#pragma GCC diagnostic pop
/* clang-format on */

QUERY(search_block_put, "ttib", "",
      "INSERT INTO search_posting (space, term, first, postings) VALUES ($1, $2, $3, $4)"
      " ON CONFLICT (space, term, first) DO UPDATE SET postings = excluded.postings");

/* PUT_BLOCKS different ones. */
QUERY(search_blocks_put,
      "t"
      "tibtibtibtibtibtibtib"
      "tibtibtibtibtibtibtib"
      "tibtibtibtibtibtibtib",
      "",
      "INSERT INTO search_posting (space, term, first, postings) VALUES "
      "($1, $2, $3, $4), ($1, $5, $6, $7), ($1, $8, $9, $10), ($1, $11, $12, $13), ($1, $14, $15, $16), "
      "($1, $17, $18, $19), ($1, $20, $21, $22), ($1, $23, $24, $25), ($1, $26, $27, $28), ($1, $29, $30, $31), "
      "($1, $32, $33, $34), ($1, $35, $36, $37), ($1, $38, $39, $40), ($1, $41, $42, $43), ($1, $44, $45, $46), "
      "($1, $47, $48, $49), ($1, $50, $51, $52), ($1, $53, $54, $55), ($1, $56, $57, $58), ($1, $59, $60, $61), "
      "($1, $62, $63, $64)"
      " ON CONFLICT (space, term, first) DO UPDATE SET postings = excluded.postings");

QUERY(search_block_del, "tti", "", "DELETE FROM search_posting WHERE space = $1 AND term = $2 AND first = $3");

/* One occurrence of a term, in the text that is to be indexed or in the one that was. */
struct token {
    const char *p;
    uint16_t n;
    bool was;
    bool with_place;
    uint32_t doc; /* index in the piece */
    uint32_t place;
};

struct block {
    id first;
    str bytes;
};

/* What is to change in a term's list, and the blocks that are concerned. */
struct change {
    str term;
    const struct posting *postings; /* ascending, head 0: take out */
    size_t n;
    VEC(struct block) blocks;
};

/* A statement to come: a block to write, or to delete when bytes.p is NULL. */
struct write {
    str term;
    struct block block;
};

enum {
    PIECE_DOCS = 4000,
    PIECE_BYTES = 1024 * 1024, /* of text */
    WRITES_BYTES = 4 * 1024 * 1024,
    ARENA_MAX = 256 * 1024 * 1024,
};

struct indexer {
    struct tx *tx;
    str space;
    struct arena *piece;            /* texts and tokens */
    struct arena *writes;           /* until they are flushed */
    const struct search_doc **docs; /* sorted by id */
    VEC(struct token) tokens;
    VEC(struct write) queue;
    struct change changes[GET_TERMS]; /* to be made together */
    size_t n_changes;
    uint32_t doc; /* being cut */
    int field;
    bool was;
};

/* ---- cutting ---- */

static rc add_token(void *arg, enum term_kind kind, str term, uint32_t pos, bool last)
{
    struct indexer *x = arg;
    struct token *t = VEC_ADD(&x->tokens, x->piece);
    (void)last;
    if (!t)
        return arena_rc(x->piece);
    *t = (struct token){.p = term.p,
                        .n = (uint16_t)term.n,
                        .was = x->was,
                        .with_place = kind == TERM_PAIR,
                        .doc = x->doc,
                        .place = pos << 2 | (uint32_t)x->field};
    return OK;
}

static rc cut_field(struct indexer *x, int field, str text)
{
    str folded = utf8_fold(x->piece, text);
    if (!folded.p)
        return arena_rc(x->piece);
    x->field = field;
    return search_cut(folded, true, add_token, x);
}

static rc cut_doc(struct indexer *x, const struct search_doc *d, bool was)
{
    x->was = was;
    TRY(cut_field(x, FIELD_TITLE, d->title));
    TRY(cut_field(x, FIELD_KEYWORDS, d->keywords));
    return cut_field(x, FIELD_TEXT, d->text);
}

/* Brings one document in (or out: no text at all); `old` is what stands there, NULL when nothing does. Unchanged ones
 * are left alone. */
static rc take_doc(struct indexer *x, const struct search_doc *d, const struct search_doc *old, bool remove)
{
    if (old) {
        if (!remove && str_eq(old->title, d->title) && str_eq(old->keywords, d->keywords) && str_eq(old->text, d->text))
            return OK;
        TRY(cut_doc(x, old, true));
    }
    if (remove)
        return db_exec(x->tx, &search_doc_del, VALS(v_text(x->space), v_int(d->id)), NULL);
    TRY(db_exec(x->tx, &search_doc_put,
                VALS(v_text(x->space), v_int(d->id), v_text(d->title), v_text(d->keywords), v_text(d->text)), NULL));
    return cut_doc(x, d, false);
}

/* What stands in the index of n ≤ GET_DOCS documents: those that are there, by id. */
static rc load_docs(struct indexer *x, const struct search_doc **docs, size_t n, struct search_doc old[GET_DOCS],
                    size_t *n_old)
{
    struct val v[1 + GET_DOCS] = {v_text(x->space)};
    struct rows r;
    bool whole = true;
    for (size_t i = 0; i < GET_DOCS; i++)
        v[1 + i] = v_int(i < n ? docs[i]->id : 0);
    *n_old = 0;
    TRY(db_select(x->tx, &search_docs_get, v, 1 + GET_DOCS, &r));
    while (whole && *n_old < n && rows_next(&r)) {
        struct search_doc *o = &old[(*n_old)++];
        *o = (struct search_doc){row_int(&r, 0), row_dup(&r, 1, x->piece), row_dup(&r, 2, x->piece),
                                 row_dup(&r, 3, x->piece)};
        whole = o->title.p && o->keywords.p && o->text.p;
    }
    TRY(rows_end(&r));
    return whole ? OK : arena_rc(x->piece);
}

static rc take_docs(struct indexer *x, size_t n, bool remove)
{
    struct search_doc old[GET_DOCS];
    size_t n_old;
    for (size_t from = 0; from < n; from += GET_DOCS) {
        size_t in = n - from < GET_DOCS ? n - from : GET_DOCS, at = 0;
        TRY(load_docs(x, x->docs + from, in, old, &n_old));
        for (size_t i = 0; i < in; i++) {
            const struct search_doc *d = x->docs[from + i];
            bool there = at < n_old && old[at].id == d->id;
            x->doc = (uint32_t)(from + i);
            TRY(take_doc(x, d, there ? &old[at++] : NULL, remove));
        }
    }
    return OK;
}

static int by_term(const void *l, const void *r)
{
    const struct token *a = l, *b = r;
    int c = memcmp(a->p, b->p, a->n < b->n ? a->n : b->n);
    if (c != 0 || a->n != b->n)
        return c != 0 ? c : a->n < b->n ? -1 : 1;
    if (a->doc != b->doc)
        return a->doc < b->doc ? -1 : 1;
    return a->place < b->place ? -1 : a->place > b->place;
}

/* ---- posting lists ---- */

typedef VEC(struct posting) posting_vec;

/* The next PUT_BLOCKS writes in one statement, unless one of them deletes: their order must stay. */
static bool writes_together(const struct indexer *x, size_t at, struct val v[1 + 3 * PUT_BLOCKS])
{
    if (x->queue.n - at < PUT_BLOCKS)
        return false;
    v[0] = v_text(x->space);
    for (size_t i = 0; i < PUT_BLOCKS; i++) {
        const struct write *w = &x->queue.v[at + i];
        if (!w->block.bytes.p)
            return false;
        v[1 + 3 * i] = v_text(w->term);
        v[2 + 3 * i] = v_int(w->block.first);
        v[3 + 3 * i] = v_blob(w->block.bytes);
    }
    return true;
}

static rc write_one(struct indexer *x, const struct write *w)
{
    struct val space = v_text(x->space), term = v_text(w->term), first = v_int(w->block.first);
    if (w->block.bytes.p)
        return pipe_add(x->tx, &search_block_put, VALS(space, term, first, v_blob(w->block.bytes)));
    return pipe_add(x->tx, &search_block_del, VALS(space, term, first));
}

static rc flush(struct indexer *x)
{
    struct val v[1 + 3 * PUT_BLOCKS];
    if (x->queue.n > 0)
        TRY(pipe_begin(x->tx));
    for (size_t i = 0; i < x->queue.n;) {
        if (writes_together(x, i, v)) {
            TRY(pipe_add(x->tx, &search_blocks_put, v, 1 + 3 * PUT_BLOCKS));
            i += PUT_BLOCKS;
        } else {
            TRY(write_one(x, &x->queue.v[i++]));
        }
    }
    if (x->queue.n > 0)
        TRY(pipe_end(x->tx, NULL, 0));
    arena_reset(x->writes);
    memset(&x->queue, 0, sizeof x->queue);
    return OK;
}

static rc queue_write(struct indexer *x, str term, id first, const struct buf *bytes)
{
    struct write *w = VEC_ADD(&x->queue, x->writes);
    str copy = {0};
    if (bytes) {
        TRY(buf_rc(bytes));
        copy = arena_str(x->writes, buf_str(bytes));
    }
    if (!w || (bytes && !copy.p))
        return arena_rc(x->writes);
    *w = (struct write){term, {first, copy}};
    return OK;
}

/* Writes the postings as blocks, the first under `key`. A middle block is split evenly; at the end of the list, where
 * new documents come, a full block stays full. */
static rc write_blocks(struct indexer *x, str term, id key, const posting_vec *list, bool at_end)
{
    BUF_SCOPED b = BUF_INIT(16 * 1024 * 1024);
    size_t total = 0, target = POSTING_BLOCK;
    if (!at_end) {
        for (size_t i = 0; i < list->n; i++)
            total += list->v[i].places.n + 4;
        target = total / (total / POSTING_BLOCK + 1) + 8;
    }
    id before = key;
    for (size_t i = 0; i < list->n; i++) {
        size_t was = b.n;
        posting_put(&b, &before, &list->v[i]);
        if (b.n > target && was > 0) { /* this one begins the next block */
            b.n = was;
            TRY(queue_write(x, term, key, &b));
            buf_clear(&b);
            key = before = list->v[i].doc;
            posting_put(&b, &before, &list->v[i]);
        }
    }
    return queue_write(x, term, key, &b);
}

static rc add_posting(struct indexer *x, posting_vec *list, const struct posting *p)
{
    struct posting *slot = VEC_ADD(list, x->writes);
    if (!slot)
        return arena_rc(x->writes);
    *slot = *p;
    return OK;
}

/* Merges changes (ascending, head 0: take out) into one block. */
static rc change_block(struct indexer *x, str term, const struct block *old, const struct posting *changes, size_t n,
                       bool at_end)
{
    posting_vec list = {0};
    struct posting_reader reader = {.rest = old ? old->bytes : STR_EMPTY, .doc = old ? old->first : 0};
    struct posting p;
    rc code = OK;
    size_t i = 0;
    while (posting_next(&reader, &p, &code)) {
        for (; i < n && changes[i].doc < p.doc; i++) {
            if (changes[i].head)
                TRY(add_posting(x, &list, &changes[i]));
        }
        if (i == n || changes[i].doc != p.doc)
            TRY(add_posting(x, &list, &p));
    }
    TRY(code);
    for (; i < n; i++) {
        if (changes[i].head)
            TRY(add_posting(x, &list, &changes[i]));
    }
    if (list.n == 0)
        return old ? queue_write(x, term, old->first, NULL) : OK;
    id key = old && old->first <= list.v[0].doc ? old->first : list.v[0].doc;
    if (old && key != old->first)
        TRY(queue_write(x, term, old->first, NULL));
    return write_blocks(x, term, key, &list, at_end);
}

static int by_first(const void *l, const void *r)
{
    const struct block *a = l, *b = r;
    return a->first < b->first ? -1 : a->first > b->first;
}

/* The blocks of all changes that wait, each list in its order. */
static rc load_blocks(struct indexer *x)
{
    struct val v[1 + 3 * GET_TERMS] = {v_text(x->space)};
    struct rows r;
    for (size_t i = 0; i < GET_TERMS; i++) {
        const struct change *c = i < x->n_changes ? &x->changes[i] : NULL;
        v[1 + 3 * i] = v_text(c ? c->term : STR_EMPTY);
        v[2 + 3 * i] = v_int(c ? c->postings[0].doc : 0);
        v[3 + 3 * i] = v_int(c ? c->postings[c->n - 1].doc : 0);
    }
    TRY(db_select(x->tx, &search_blocks_get, v, 1 + 3 * GET_TERMS, &r));
    while (rows_next(&r)) {
        struct block *b = VEC_ADD(&x->changes[row_int(&r, 0)].blocks, x->writes);
        str bytes = row_dup(&r, 2, x->writes);
        if (!b || !bytes.p) {
            (void)rows_end(&r);
            return arena_rc(x->writes);
        }
        *b = (struct block){row_int(&r, 1), bytes};
    }
    TRY(rows_end(&r));
    for (size_t i = 0; i < x->n_changes; i++)
        if (x->changes[i].blocks.n > 1)
            qsort(x->changes[i].blocks.v, x->changes[i].blocks.n, sizeof(struct block), by_first);
    return OK;
}

static rc change_term(struct indexer *x, const struct change *c)
{
    size_t i = 0;
    if (c->blocks.n == 0)
        return change_block(x, c->term, NULL, c->postings, c->n, true);
    for (size_t b = 0; b < c->blocks.n && i < c->n; b++) {
        bool last = b + 1 == c->blocks.n;
        size_t from = i;
        while (i < c->n && (last || c->postings[i].doc < c->blocks.v[b + 1].first))
            i++;
        if (i > from)
            TRY(change_block(x, c->term, &c->blocks.v[b], &c->postings[from], i - from, last));
    }
    return OK;
}

/* Makes the changes that wait. */
static rc change_terms(struct indexer *x)
{
    if (x->n_changes > 0)
        TRY(load_blocks(x));
    for (size_t i = 0; i < x->n_changes; i++)
        TRY(change_term(x, &x->changes[i]));
    x->n_changes = 0;
    return arena_used(x->writes) > WRITES_BYTES ? flush(x) : OK;
}

/* ---- a batch ---- */

static bool same_term(const struct token *a, const struct token *b)
{
    return a->n == b->n && memcmp(a->p, b->p, a->n) == 0;
}

/* The tokens of one term in one document become its posting. Those of the old text only mean: take it out. */
static rc posting_of(struct indexer *x, const struct token *t, size_t n, struct posting_builder *builder,
                     struct posting *out)
{
    posting_begin(builder);
    for (size_t i = 0; i < n; i++) {
        if (!t[i].was)
            posting_add(builder, t[i].place, t[i].with_place);
    }
    TRY(buf_rc(&builder->places));
    *out = (struct posting){x->docs[t->doc]->id, builder->head, arena_str(x->writes, buf_str(&builder->places))};
    return out->places.p ? OK : arena_rc(x->writes);
}

static rc apply_tokens(struct indexer *x, struct posting_builder *builder)
{
    const struct token *t = x->tokens.v;
    size_t n = x->tokens.n, i = 0;
    while (i < n) {
        posting_vec changes = {0};
        str term = {t[i].p, t[i].n};
        size_t term_at = i;
        while (i < n && same_term(&t[term_at], &t[i])) {
            size_t doc_at = i;
            struct posting p;
            while (i < n && t[i].doc == t[doc_at].doc && same_term(&t[term_at], &t[i]))
                i++;
            TRY(posting_of(x, &t[doc_at], i - doc_at, builder, &p));
            TRY(add_posting(x, &changes, &p));
        }
        x->changes[x->n_changes++] = (struct change){.term = term, .postings = changes.v, .n = changes.n};
        if (x->n_changes == GET_TERMS)
            TRY(change_terms(x));
    }
    TRY(change_terms(x));
    return flush(x);
}

static rc index_piece(struct indexer *x, const struct search_doc **docs, size_t n, bool remove)
{
    x->docs = docs;
    TRY(take_docs(x, n, remove));
    if (x->tokens.n == 0)
        return OK;
    qsort(x->tokens.v, x->tokens.n, sizeof *x->tokens.v, by_term);
    struct posting_builder builder = {.places = BUF_INIT(4 * 1024 * 1024)};
    rc code = apply_tokens(x, &builder);
    buf_free(&builder.places);
    return code;
}

static rc index_docs(struct indexer *x, const struct search_doc **docs, size_t n, bool remove)
{
    TRY(db_exec(x->tx, &search_space_touch, VALS(v_text(x->space)), NULL));
    for (size_t i = 0; i < n;) {
        size_t bytes = 0, from = i;
        for (; i < n && i - from < PIECE_DOCS && bytes < PIECE_BYTES; i++)
            bytes += docs[i]->title.n + docs[i]->keywords.n + docs[i]->text.n;
        TRY(index_piece(x, docs + from, i - from, remove));
        memset(&x->tokens, 0, sizeof x->tokens);
        arena_reset(x->piece);
    }
    return OK;
}

static rc with_arenas(struct tx *tx, const char *space, const struct search_doc **docs, size_t n, bool remove)
{
    struct indexer x = {
        .tx = tx, .space = str_of(space), .piece = arena_new(ARENA_MAX), .writes = arena_new(ARENA_MAX)};
    rc code = x.piece && x.writes ? index_docs(&x, docs, n, remove) : E_NOMEM;
    arena_free(x.piece);
    arena_free(x.writes);
    return code;
}

static rc check_doc(struct tx *tx, const struct search_doc *d)
{
    if (d->id <= 0)
        return E_INTERNAL;
    if (d->title.n > SEARCH_TITLE_MAX || d->keywords.n > SEARCH_KEYWORDS_MAX || d->text.n > SEARCH_TEXT_MAX)
        return ERR(tx_err(tx), E_LIMIT, "SRC-003", N_("The text is too long to be searched."));
    return OK;
}

static int by_id_then_order(const void *l, const void *r)
{
    const struct search_doc *a = *(const struct search_doc *const *)l, *b = *(const struct search_doc *const *)r;
    if (a->id != b->id)
        return a->id < b->id ? -1 : 1;
    return a < b ? -1 : a > b;
}

rc search_put_all(struct tx *tx, const char *space, const struct search_doc *d, size_t n)
{
    if (n == 0)
        return OK;
    for (size_t i = 0; i < n; i++)
        TRY(check_doc(tx, &d[i]));
    struct arena *a = arena_new(n * sizeof(void *) + 4096);
    const struct search_doc **docs = a ? ARENA_ARRAY(a, n, const struct search_doc *) : NULL;
    if (!docs) {
        arena_free(a);
        return E_NOMEM;
    }
    size_t kept = 0;
    for (size_t i = 0; i < n; i++)
        docs[i] = &d[i];
    qsort(docs, n, sizeof *docs, by_id_then_order); /* NOLINT(bugprone-sizeof-expression): an array of pointers */
    for (size_t i = 0; i < n; i++) {
        if (i + 1 == n || docs[i + 1]->id != docs[i]->id)
            docs[kept++] = docs[i];
    }
    rc code = with_arenas(tx, space, docs, kept, false);
    arena_free(a);
    return code;
}

rc search_put(struct tx *tx, const char *space, const struct search_doc *d)
{
    TRY(check_doc(tx, d));
    return with_arenas(tx, space, &d, 1, false);
}

rc search_del(struct tx *tx, const char *space, id doc)
{
    const struct search_doc d = {.id = doc}, *one = &d;
    return with_arenas(tx, space, &one, 1, true);
}
