#include "base/utf8.h"
#include "core/search_posting.h"
#include "core/search_text.h"
#include "fuzz.h"

struct seen {
    str folded;
    uint32_t pos;
    size_t n;
};

static rc see(void *arg, enum term_kind kind, str term, uint32_t pos, bool last)
{
    struct seen *s = arg;
    (void)last;
    HOLDS(term.n > 0 && term.p >= s->folded.p && term.p + term.n <= s->folded.p + s->folded.n);
    HOLDS(utf8_valid(term));
    HOLDS(utf8_count(term) == (kind == TERM_HAN ? 1 : kind == TERM_PAIR ? 2 : utf8_count(term)));
    HOLDS(s->n == 0 || pos >= s->pos);
    s->pos = pos;
    s->n++;
    return OK;
}

/* Any text is cut into terms that lie inside it; any block of postings is read to its end or refused, documents
 * ascending. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new(1 << 26);
    HOLDS(a);
    if (size < 100000 && utf8_valid(str_n(data, size))) {
        struct seen s = {.folded = utf8_fold(a, str_n(data, size))};
        HOLDS(s.folded.p);
        HOLDS(search_cut(s.folded, true, see, &s) == OK);
        s.n = 0;
        HOLDS(search_cut(s.folded, false, see, &s) == OK);
    }
    struct posting_reader r = {.rest = str_n(data, size), .doc = 3};
    struct posting p;
    rc code = OK;
    id before = 0;
    while (posting_next(&r, &p, &code)) {
        uint32_t place = 0;
        HOLDS(p.doc > before);
        before = p.doc;
        while (places_next(&p.places, &place)) {}
    }
    HOLDS(code == OK || code == E_CORRUPT);
    arena_free(a);
    return 0;
}
