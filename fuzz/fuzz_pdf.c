#include "fuzz.h"
#include "mod/sign/engine/pdf_read.h"

/* What was opened has its revisions one behind the other, and every object of every revision is read or refused with a
 * reason. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new(1 << 26);
    HOLDS(a);
    struct err err = {0};
    struct pdf_doc *doc;
    if (pdf_open(a, str_n(data, size), &doc, &err) != OK) {
        HOLDS(err.code != OK || arena_rc(a) != OK);
        arena_free(a);
        return 0;
    }
    size_t at = 0;
    for (size_t r = 0; r < doc->n_revs; r++) {
        const struct pdf_rev *rev = &doc->rev[r];
        HOLDS(rev->start == at && rev->start < rev->eof && rev->eof <= rev->end && rev->end <= size);
        at = rev->end;
        const struct pdf_changed *changed;
        size_t n;
        if (pdf_changes(doc, r, &changed, &n) != OK)
            continue;
        for (size_t i = 0; i < n && i < 500; i++) {
            const struct pdf_object *o;
            str bytes;
            HOLDS(changed[i].num > 0 && (i == 0 || changed[i - 1].num < changed[i].num));
            err_clear(&err);
            rc got = pdf_object(doc, changed[i].num, r, &o);
            HOLDS(got == OK ? o->value != NULL : err.code != OK || arena_rc(a) != OK);
            if (got == OK && o->stream.p)
                (void)!pdf_stream_bytes(doc, o, r, &bytes);
        }
    }
    arena_free(a);
    return 0;
}
