#include "fuzz.h"
#include "mod/sign/engine/pdf_dss.h"
#include "mod/sign/engine/pdf_place.h"

static struct err err;

/* Every object of a revision is read, or refused with a reason. */
static void read_revision(struct pdf_doc *doc, size_t r)
{
    const struct pdf_changed *changed;
    size_t n;
    if (pdf_changes(doc, r, &changed, &n) != OK)
        return;
    for (size_t i = 0; i < n && i < 500; i++) {
        const struct pdf_object *o;
        str bytes;
        HOLDS(changed[i].num > 0 && (i == 0 || changed[i - 1].num < changed[i].num));
        err_clear(&err);
        rc got = pdf_object(doc, changed[i].num, r, &o);
        HOLDS(got == OK ? o->value != NULL : err.code != OK || arena_rc(doc->a) != OK);
        if (got == OK && o->stream.p)
            (void)!pdf_stream_bytes(doc, o, r, &bytes);
    }
}

/* A signature whose form is right covers two ranges of the file around its own string. */
static void read_signatures(struct pdf_doc *doc)
{
    const struct pdf_signature *s;
    struct pdf_dss dss;
    size_t n;
    err_clear(&err);
    if (pdf_signatures(doc, pdf_newest(doc), &s, &n) != OK)
        return;
    for (size_t i = 0; i < n; i++)
        if (s[i].is_signed && s[i].fault == PDF_FINE) {
            HOLDS(doc->bytes.p[s[i].range[1]] == '<' && doc->bytes.p[s[i].range[2] - 1] == '>');
            HOLDS(s[i].range[2] + s[i].range[3] <= doc->rev[s[i].rev].end);
        }
    (void)!pdf_dss_read(doc, pdf_newest(doc), &dss);
}

/* What was appended to a document that opens, opens; the new signature's form is right. */
static void append(struct pdf_doc *doc)
{
    BUF_SCOPED tail = BUF_INIT(1 << 22), whole = BUF_INIT(1 << 23);
    struct pdf_placed at;
    struct pdf_doc *again;
    const struct pdf_signature *s;
    size_t n;
    err_clear(&err);
    if (pdf_place(doc, &(struct pdf_place){.sub = PDF_SUB_CADES, .room = 8, .stamp = doc, .id = {1}}, &tail, &at) != OK)
        return;
    HOLDS(pdf_place_fill(doc, &tail, &at, STR("\x30\x00")) == OK);
    buf_put(&whole, doc->bytes);
    buf_put(&whole, buf_str(&tail));
    err_clear(&err);
    rc r = pdf_open(doc->a, buf_str(&whole), &again, &err);
    if (r == E_LIMIT || r == E_NOMEM)
        return;
    HOLDS(r == OK && again->n_revs == doc->n_revs + 1);
    r = pdf_signatures(again, pdf_newest(again), &s, &n);
    if (r == E_LIMIT || r == E_NOMEM)
        return;
    HOLDS(r == OK);
    for (size_t i = 0; i < n; i++)
        if (s[i].field.ref.num == at.field.num)
            HOLDS(s[i].fault == PDF_FINE && s[i].rev == pdf_newest(again) && s[i].contents_at == at.range[1]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new(1 << 26);
    struct pdf_doc *doc;
    HOLDS(a);
    err_clear(&err);
    if (pdf_open(a, str_n(data, size), &doc, &err) == OK) {
        size_t at = 0;
        for (size_t r = 0; r < doc->n_revs; r++) {
            const struct pdf_rev *rev = &doc->rev[r];
            HOLDS(rev->start == at && rev->start < rev->eof && rev->eof <= rev->end && rev->end <= size);
            at = rev->end;
            read_revision(doc, r);
        }
        read_signatures(doc);
        append(doc);
    } else {
        HOLDS(err.code != OK || arena_rc(a) != OK);
    }
    arena_free(a);
    return 0;
}
