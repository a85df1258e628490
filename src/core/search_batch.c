/* Changes of the index that are made together. */
#include <stdlib.h>
#include <string.h>

#include "core/search.h"

static bool same(const struct search_noted *a, const struct search_noted *b)
{
    return a->doc.id == b->doc.id && a->out == b->out && strcmp(a->space, b->space) == 0 &&
           str_eq(a->doc.title, b->doc.title) && str_eq(a->doc.keywords, b->doc.keywords) &&
           str_eq(a->doc.text, b->doc.text);
}

static rc note(struct search_batch *b, const struct search_noted *what)
{
    if (b->noted.n > 0 && same(what, &b->noted.v[b->noted.n - 1])) /* of a solution each of its plans says it */
        return OK;
    struct search_noted *at = VEC_ADD(&b->noted, b->a);
    if (!at)
        return arena_failed(b->a);
    *at = *what;
    at->doc.title = arena_str(b->a, what->doc.title);
    at->doc.keywords = arena_str(b->a, what->doc.keywords);
    at->doc.text = arena_str(b->a, what->doc.text);
    return arena_rc(b->a);
}

rc search_note_put(struct search_batch *b, struct tx *tx, const char *space, const struct search_doc *d)
{
    return b ? note(b, &(struct search_noted){.space = space, .doc = *d}) : search_put(tx, space, d);
}

rc search_note_del(struct search_batch *b, struct tx *tx, const char *space, id doc)
{
    const struct search_noted gone = {.space = space, .doc = {doc, STR_EMPTY, STR_EMPTY, STR_EMPTY}, .out = true};
    return b ? note(b, &gone) : search_del(tx, space, doc);
}

static int by_doc(const void *l, const void *r)
{
    const struct search_noted *a = *(const struct search_noted *const *)l, *b = *(const struct search_noted *const *)r;
    int c = strcmp(a->space, b->space);
    if (c != 0)
        return c;
    if (a->doc.id != b->doc.id)
        return a->doc.id < b->doc.id ? -1 : 1;
    return a < b ? -1 : a > b;
}

static bool last_of_doc(const struct search_noted *const *v, size_t i, size_t n)
{
    return i + 1 == n || v[i]->doc.id != v[i + 1]->doc.id || strcmp(v[i]->space, v[i + 1]->space) != 0;
}

/* v: sorted by_doc; docs: room for as many. */
static rc do_sorted(struct tx *tx, const struct search_noted *const *v, size_t n, struct search_doc *docs)
{
    size_t n_docs = 0;
    for (size_t i = 0; i < n; i++) {
        if (last_of_doc(v, i, n) && v[i]->out)
            TRY(search_del(tx, v[i]->space, v[i]->doc.id));
        else if (last_of_doc(v, i, n))
            docs[n_docs++] = v[i]->doc;
        if (i + 1 == n || strcmp(v[i]->space, v[i + 1]->space) != 0) {
            TRY(search_put_all(tx, v[i]->space, docs, n_docs));
            n_docs = 0;
        }
    }
    return OK;
}

rc search_batch_do(struct tx *tx, const struct search_batch *b)
{
    const size_t n = b->noted.n;
    if (n == 0)
        return OK;
    struct arena *a = arena_new(n * (sizeof(void *) + sizeof(struct search_doc)) + 4096);
    const struct search_noted **v = a ? ARENA_ARRAY(a, n, const struct search_noted *) : NULL;
    struct search_doc *docs = v ? ARENA_ARRAY(a, n, struct search_doc) : NULL;
    rc r = E_NOMEM;
    if (docs) {
        for (size_t i = 0; i < n; i++)
            v[i] = &b->noted.v[i];
        qsort(v, n, sizeof *v, by_doc); /* NOLINT(bugprone-sizeof-expression): an array of pointers */
        r = do_sorted(tx, v, n, docs);
    }
    arena_free(a);
    return r;
}

static rc batch_write(struct tx *tx, void *arg)
{
    return search_batch_do(tx, arg);
}

rc search_batch_write(struct db *db, struct search_batch *b)
{
    TRY(db_write(db, batch_write, b));
    arena_reset(b->a);
    memset(&b->noted, 0, sizeof b->noted);
    return OK;
}
