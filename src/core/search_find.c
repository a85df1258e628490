/* Asking the index. The query is cut into groups: a word (and all words it begins), a lone character, a run of
 * characters as a chain of pairs. Each group gives the documents it occurs in with their occurrences per field; the
 * groups are intersected, the one with the shortest list first, so that later lists are read only where they can still
 * matter. */
#include <stdlib.h>

#include "base/utf8.h"
#include "base/vec.h"
#include "core/search.h"
#include "core/search_posting.h"
#include "core/search_text.h"

QUERY(search_term_blocks, "tt", "ib",
      "SELECT first, postings FROM search_posting WHERE space = $1 AND term = $2 ORDER BY first");

QUERY(search_term_size, "tti", "i",
      "SELECT COUNT(*) FROM (SELECT 1 FROM search_posting WHERE space = $1 AND term = $2 LIMIT $3) b");

QUERY(search_block_of, "tti", "ib",
      "SELECT first, postings FROM search_posting WHERE space = $1 AND term = $2 AND first <= $3 ORDER BY first DESC "
      "LIMIT 1");

QUERY(search_prefix_blocks, "ttt", "tib",
      "SELECT term, first, postings FROM search_posting WHERE space = $1 AND term >= $2 AND term < $3 ORDER BY term, "
      "first");

enum {
    ATOMS_MAX = 64,        /* terms of a query */
    SIZE_MAX_BLOCKS = 512, /* lists longer than this count as equally long */
    ENTRY_MIN = 2,         /* bytes of the shortest posting */
    GROUP_SCORE_MAX = 3 * (8 + 4 + 1),
};

/* A list of documents, ascending. `at` and `places` only where places are wanted: those of document i are
 * places[at[i]] … places[at[i + 1]]. Heap memory. */
struct hits {
    size_t n, room;
    id *doc;
    uint8_t *head;
    uint32_t *at;
    VEC(uint32_t) places;
    struct arena *arena; /* of places */
};

struct atom {
    str term;
    uint32_t offset; /* in its run, characters */
    int64_t blocks;
};

struct group {
    enum term_kind kind;
    struct atom *atoms;
    size_t n;
    int64_t blocks; /* of its rarest atom */
};

struct finder {
    struct tx *tx;
    str space;
    struct arena *arena;
    struct atom atoms[ATOMS_MAX];
    size_t n_atoms;
    struct group groups[ATOMS_MAX];
    size_t n_groups;
    bool run_open;
    uint32_t run_start;
};

/* ---- lists ---- */

static void hits_free(struct hits *h)
{
    free(h->doc);
    free(h->head);
    free(h->at);
    *h = (struct hits){.arena = h->arena};
}

#define HITS_SCOPED __attribute__((cleanup(hits_free))) struct hits

static bool grow(void *array, size_t room, size_t size)
{
    void **p = array, *bigger = reallocarray(*p, room, size);
    if (bigger)
        *p = bigger;
    return bigger != NULL;
}

static rc hits_reserve(struct hits *h, size_t more)
{
    if (h->room - h->n > more)
        return OK;
    size_t room = (h->n + more) * 2 + 64;
    if (!grow(&h->doc, room, sizeof *h->doc) || !grow(&h->head, room, sizeof *h->head) ||
        !grow(&h->at, room + 1, sizeof *h->at))
        return E_NOMEM;
    h->room = room;
    return OK;
}

static rc hits_places(struct hits *h, str places)
{
    uint32_t place = 0;
    h->at[h->n] = (uint32_t)h->places.n;
    while (places_next(&places, &place)) {
        uint32_t *slot = VEC_ADD(&h->places, h->arena);
        if (!slot)
            return arena_rc(h->arena);
        *slot = place;
    }
    h->at[h->n + 1] = (uint32_t)h->places.n;
    return OK;
}

static rc hits_add(struct hits *h, const struct posting *p, bool want_places)
{
    h->doc[h->n] = p->doc;
    h->head[h->n] = p->head;
    if (want_places)
        TRY(hits_places(h, p->places));
    h->n++;
    return OK;
}

/* ---- reading one term ---- */

static rc read_block(struct hits *h, id first, str bytes, bool want_places)
{
    struct posting_reader reader = {.rest = bytes, .doc = first};
    struct posting p;
    rc code = OK;
    TRY(hits_reserve(h, bytes.n / ENTRY_MIN + 1));
    while (posting_next(&reader, &p, &code))
        TRY(hits_add(h, &p, want_places));
    return code;
}

/* Only the documents of `only` (from *i on, which moves with the list). */
static rc filter_block(struct hits *h, id first, str bytes, bool want_places, const struct hits *only, size_t *i)
{
    struct posting_reader reader = {.rest = bytes, .doc = first};
    struct posting p;
    rc code = OK;
    TRY(hits_reserve(h, bytes.n / ENTRY_MIN + 1));
    while (*i < only->n && posting_next(&reader, &p, &code)) {
        while (*i < only->n && only->doc[*i] < p.doc)
            ++*i;
        if (*i < only->n && only->doc[*i] == p.doc) {
            TRY(hits_add(h, &p, want_places));
            ++*i;
        }
    }
    return code;
}

static rc read_all(struct finder *f, const struct atom *a, const struct hits *only, bool want_places, struct hits *h)
{
    struct rows r;
    size_t i = 0;
    rc code = OK;
    TRY(db_select(f->tx, &search_term_blocks, VALS(v_text(f->space), v_text(a->term)), &r));
    while (code == OK && rows_next(&r)) {
        if (only && i == only->n)
            break;
        code = only ? filter_block(h, row_int(&r, 0), row_text(&r, 1), want_places, only, &i)
                    : read_block(h, row_int(&r, 0), row_text(&r, 1), want_places);
    }
    rc ended = rows_end(&r);
    return code != OK ? code : ended;
}

/* Few candidates, long list: look only into the blocks where they would be. */
static rc read_at(struct finder *f, const struct atom *a, const struct hits *only, bool want_places, struct hits *h)
{
    for (size_t i = 0; i < only->n;) {
        struct rows r;
        rc code = db_one(f->tx, &search_block_of, VALS(v_text(f->space), v_text(a->term), v_int(only->doc[i])), &r);
        if (code == E_NOTFOUND) {
            i++;
            continue;
        }
        TRY(code);
        size_t was = i;
        code = filter_block(h, row_int(&r, 0), row_text(&r, 1), want_places, only, &i);
        if (i == was) /* nothing in this block reaches the candidate: it is not there */
            i++;
        rc ended = rows_end(&r);
        TRY(code);
        TRY(ended);
    }
    return OK;
}

static rc read_term(struct finder *f, const struct atom *a, const struct hits *only, bool want_places, struct hits *h)
{
    if (only && (int64_t)only->n * 4 < a->blocks)
        return read_at(f, a, only, want_places, h);
    return read_all(f, a, only, want_places, h);
}

static rc measure(struct finder *f)
{
    for (size_t g = 0; g < f->n_groups; g++) {
        struct group *group = &f->groups[g];
        group->blocks = SIZE_MAX_BLOCKS;
        if (group->kind == TERM_WORD)
            continue; /* read at once: its length is not known beforehand */
        for (size_t i = 0; i < group->n; i++) {
            struct atom *a = &group->atoms[i];
            TRY(db_one_int(f->tx, &search_term_size, VALS(v_text(f->space), v_text(a->term), v_int(SIZE_MAX_BLOCKS)),
                           &a->blocks));
            if (a->blocks < group->blocks)
                group->blocks = a->blocks;
        }
    }
    return OK;
}

/* ---- runs of characters ---- */

/* Keeps the starts of `h` (places of the run's first character) that the pair at `offset` confirms. Both are ascending.
 */
static rc keep_adjacent(const struct hits *h, const struct hits *pair, uint32_t offset, struct hits *out)
{
    TRY(hits_reserve(out, h->n < pair->n ? h->n : pair->n));
    for (size_t i = 0, j = 0; i < h->n && j < pair->n;) {
        if (h->doc[i] != pair->doc[j]) {
            h->doc[i] < pair->doc[j] ? i++ : j++;
            continue;
        }
        out->at[out->n] = (uint32_t)out->places.n;
        uint32_t x = h->at[i], y = pair->at[j];
        while (x < h->at[i + 1] && y < pair->at[j + 1]) {
            uint32_t start = h->places.v[x], want = pair->places.v[y];
            if (start + 4 * offset == want) {
                uint32_t *slot = VEC_ADD(&out->places, out->arena);
                if (!slot)
                    return arena_rc(out->arena);
                *slot = start;
            }
            start + 4 * offset < want ? x++ : y++;
        }
        if (out->places.n > out->at[out->n]) {
            out->doc[out->n++] = h->doc[i];
            out->at[out->n] = (uint32_t)out->places.n;
        }
        i++;
        j++;
    }
    return OK;
}

/* Places of the pair at `offset` to places of the run's start; those too near the beginning cannot be one. */
static void to_starts(struct hits *h, uint32_t offset)
{
    size_t kept = 0, to = 0;
    for (size_t i = 0; i < h->n; i++) {
        uint32_t from = h->at[i], end = h->at[i + 1];
        size_t begun = to;
        for (; from < end; from++) {
            if (h->places.v[from] >= 4 * offset)
                h->places.v[to++] = h->places.v[from] - 4 * offset;
        }
        if (to > begun) {
            h->doc[kept] = h->doc[i];
            h->at[kept++] = (uint32_t)begun;
        }
    }
    if (h->n > 0)
        h->at[kept] = (uint32_t)to;
    h->n = kept;
}

static void count_starts(struct hits *h)
{
    for (size_t i = 0; i < h->n; i++) {
        uint8_t head = 0;
        for (uint32_t x = h->at[i]; x < h->at[i + 1]; x++) {
            int field = (int)(h->places.v[x] & 3);
            if (posting_count(head, field) < 3)
                head = (uint8_t)(head + (1u << (2 * field)));
        }
        h->head[i] = head;
    }
}

static int by_blocks(const void *l, const void *r)
{
    const struct atom *a = l, *b = r;
    if (a->blocks != b->blocks)
        return a->blocks < b->blocks ? -1 : 1;
    return a->offset < b->offset ? -1 : a->offset > b->offset;
}

static rc find_run(struct finder *f, struct group *g, const struct hits *only, struct hits *out)
{
    qsort(g->atoms, g->n, sizeof *g->atoms, by_blocks);
    HITS_SCOPED now = {.arena = f->arena};
    TRY(read_term(f, &g->atoms[0], only, true, &now));
    to_starts(&now, g->atoms[0].offset);
    for (size_t i = 1; i < g->n && now.n > 0; i++) {
        HITS_SCOPED pair = {.arena = f->arena};
        HITS_SCOPED next = {.arena = f->arena};
        TRY(read_term(f, &g->atoms[i], &now, true, &pair));
        TRY(keep_adjacent(&now, &pair, g->atoms[i].offset, &next));
        struct hits old = now;
        now = next;
        next = old;
    }
    count_starts(&now);
    *out = now;
    now = (struct hits){0};
    return OK;
}

/* ---- words and their prefixes ---- */

static uint8_t head_sum(uint8_t a, uint8_t b)
{
    uint8_t sum = 0;
    for (int field = 0; field < FIELDS; field++) {
        int n = posting_count(a, field) + posting_count(b, field);
        sum |= (uint8_t)((n > 3 ? 3 : n) << (2 * field));
    }
    return sum;
}

static void merge_two(const struct hits *a, size_t from, size_t mid, size_t end, struct hits *out)
{
    size_t i = from, j = mid;
    while (i < mid || j < end) {
        bool left = j == end || (i < mid && a->doc[i] <= a->doc[j]);
        bool both = left && j < end && a->doc[i] == a->doc[j];
        out->doc[out->n] = left ? a->doc[i] : a->doc[j];
        out->head[out->n++] = both ? head_sum(a->head[i], a->head[j]) : left ? a->head[i] : a->head[j];
        i += left;
        j += both || !left;
    }
}

/* The lists of the terms lie one after the other in h, `start` where each begins: merged in pairs until one is left. */
static rc merge_lists(struct hits *h, size_t *start, size_t n_lists)
{
    while (n_lists > 1) {
        HITS_SCOPED out = {0};
        TRY(hits_reserve(&out, h->n));
        size_t kept = 0;
        for (size_t l = 0; l < n_lists; l += 2) {
            size_t mid = l + 1 < n_lists ? start[l + 1] : h->n, end = l + 2 < n_lists ? start[l + 2] : h->n;
            size_t begin = out.n, from = start[l];
            merge_two(h, from, mid, end, &out);
            start[kept++] = begin;
        }
        n_lists = kept;
        struct hits old = *h;
        *h = out;
        h->arena = old.arena;
        out = old;
    }
    return OK;
}

static rc find_word(struct finder *f, const struct group *g, struct hits *out)
{
    size_t *start = ARENA_ARRAY(f->arena, SEARCH_PREFIX_TERMS, size_t), n = 0;
    str past = arena_printf(f->arena, "%.*s\xF4\x8F\xBF\xBF", STR_ARG(g->atoms[0].term)); /* U+10FFFF sorts last */
    BUF_SCOPED term = BUF_INIT(4 * SEARCH_WORD_MAX);
    struct rows r;
    rc code = OK;
    if (!start || !past.p)
        return arena_rc(f->arena);
    TRY(db_select(f->tx, &search_prefix_blocks, VALS(v_text(f->space), v_text(g->atoms[0].term), v_text(past)), &r));
    while (code == OK && rows_next(&r)) {
        if (n == 0 || !str_eq(buf_str(&term), row_text(&r, 0))) {
            if (n == SEARCH_PREFIX_TERMS)
                break;
            start[n++] = out->n;
            buf_clear(&term);
            buf_put(&term, row_text(&r, 0));
        }
        code = read_block(out, row_int(&r, 1), row_text(&r, 2), false);
    }
    rc ended = rows_end(&r);
    TRY(code);
    TRY(ended);
    return merge_lists(out, start, n);
}

/* ---- the query ---- */

static rc add_atom(void *arg, enum term_kind kind, str term, uint32_t pos, bool last)
{
    struct finder *f = arg;
    if (f->n_atoms == ATOMS_MAX)
        return ERR(tx_err(f->tx), E_INVALID, "SRC-002", N_("Search for fewer words."));
    if (!f->run_open) {
        f->groups[f->n_groups++] = (struct group){.kind = kind, .atoms = &f->atoms[f->n_atoms]};
        f->run_start = pos;
    }
    f->atoms[f->n_atoms++] = (struct atom){term, pos - f->run_start, 0};
    f->groups[f->n_groups - 1].n++;
    f->run_open = !last;
    return OK;
}

static rc cut_query(struct finder *f, str query)
{
    if (query.n > SEARCH_QUERY_MAX)
        return ERR(tx_err(f->tx), E_INVALID, "SRC-002", N_("Search for fewer words."));
    str folded = utf8_fold(f->arena, query);
    if (!folded.p)
        return arena_rc(f->arena);
    TRY(search_cut(folded, false, add_atom, f));
    if (f->n_groups == 0)
        return ERR(tx_err(f->tx), E_INVALID, "SRC-001", N_("Enter a word to search for."));
    return OK;
}

static int rarest_first(const void *l, const void *r)
{
    const struct group *a = l, *b = r;
    if (a->blocks != b->blocks)
        return a->blocks < b->blocks ? -1 : 1;
    return a->atoms < b->atoms ? -1 : a->atoms > b->atoms;
}

static rc find_group(struct finder *f, struct group *g, const struct hits *only, struct hits *out)
{
    if (g->kind == TERM_WORD)
        return find_word(f, g, out);
    if (g->n > 1)
        return find_run(f, g, only, out);
    return read_term(f, &g->atoms[0], only, false, out);
}

static uint16_t group_score(uint8_t head)
{
    return (uint16_t)(8 * posting_count(head, FIELD_TITLE) + 4 * posting_count(head, FIELD_KEYWORDS) +
                      posting_count(head, FIELD_TEXT));
}

/* The documents all groups have in common, with their scores (beside the list, heap). */
static rc intersect(struct finder *f, struct hits *all, uint16_t **scores)
{
    for (size_t g = 0; g < f->n_groups; g++) {
        HITS_SCOPED next = {.arena = f->arena};
        TRY(find_group(f, &f->groups[g], g ? all : NULL, &next));
        uint16_t *sum = calloc(next.n + 1, sizeof *sum);
        if (!sum)
            return E_NOMEM;
        size_t kept = 0;
        for (size_t i = 0, j = 0; i < next.n; i++) {
            while (g && j < all->n && all->doc[j] < next.doc[i])
                j++;
            if (g && (j == all->n || all->doc[j] != next.doc[i]))
                continue;
            next.doc[kept] = next.doc[i];
            sum[kept++] = (uint16_t)((g ? (*scores)[j] : 0) + group_score(next.head[i]));
        }
        next.n = kept;
        free(*scores);
        *scores = sum;
        struct hits old = *all;
        *all = next;
        next = old;
        if (kept == 0)
            break;
    }
    return OK;
}

/* The page [offset, offset + limit) in order of score, then id: counting by score instead of sorting. */
static rc page_of(const struct hits *all, const uint16_t *scores, int64_t offset, int64_t limit,
                  struct search_hit **out, size_t *n, struct arena *a)
{
    uint32_t count[ATOMS_MAX * GROUP_SCORE_MAX + 1] = {0};
    size_t from = offset < 0 ? 0 : (size_t)offset, end = from + (limit < 0 ? 0 : (size_t)limit);
    for (size_t i = 0; i < all->n; i++)
        count[scores[i]]++;
    uint32_t before = 0;
    for (size_t s = sizeof count / sizeof count[0]; s-- > 0;) { /* counts become first ranks */
        uint32_t here = count[s];
        count[s] = before;
        before += here;
    }
    end = end > all->n ? all->n : end;
    *n = from < end ? end - from : 0;
    *out = ARENA_ARRAY(a, *n + 1, struct search_hit);
    if (!*out)
        return arena_rc(a);
    for (size_t i = 0; i < all->n; i++) {
        size_t rank = count[scores[i]]++;
        if (rank >= from && rank < end)
            (*out)[rank - from] = (struct search_hit){all->doc[i], scores[i]};
    }
    return OK;
}

static rc find(struct finder *f, str query, int64_t offset, int64_t limit, struct search_hit **out, size_t *n,
               int64_t *total, struct arena *a)
{
    HITS_SCOPED all = {.arena = f->arena};
    uint16_t *scores = NULL;
    TRY(cut_query(f, query));
    if (f->n_atoms > 1)
        TRY(measure(f));
    qsort(f->groups, f->n_groups, sizeof f->groups[0], rarest_first);
    rc code = intersect(f, &all, &scores);
    if (code == OK) {
        *total = all.n > SEARCH_TOTAL_MAX ? SEARCH_TOTAL_MAX : (int64_t)all.n;
        code = page_of(&all, scores, offset, limit, out, n, a);
    }
    free(scores);
    return code;
}

rc search_find(struct tx *tx, const char *space, str query, int64_t offset, int64_t limit, struct search_hit **out,
               size_t *n, int64_t *total, struct arena *a)
{
    enum { SCRATCH_MAX = 128 * 1024 * 1024 };
    struct finder f = {.tx = tx, .space = str_of(space), .arena = arena_new(SCRATCH_MAX)};
    if (!f.arena)
        return E_NOMEM;
    rc code = find(&f, query, offset, limit, out, n, total, a);
    arena_free(f.arena);
    return code;
}
