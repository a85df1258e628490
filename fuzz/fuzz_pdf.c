#include "fuzz.h"
#include "mod/sign/engine/pdf_diff.h"
#include "mod/sign/engine/pdf_dss.h"
#include "mod/sign/engine/pdf_field.h"
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

/* What later revisions changed has a name, in their order; what the policy does not know it refuses. */
static void compare_revisions(struct pdf_doc *doc)
{
    static const struct pdf_permission any = {.p = 0};
    const struct pdf_step *steps;
    size_t n;
    err_clear(&err);
    if (pdf_diff(doc, 0, &steps, &n) != OK)
        return;
    bool refused = false;
    for (size_t i = 0; i < n; i++) {
        HOLDS(steps[i].rev > 0 && steps[i].rev < doc->n_revs && (i == 0 || steps[i - 1].rev <= steps[i].rev));
        HOLDS(pdf_edit_name(steps[i].edit) && pdf_edit_words(steps[i].edit));
        refused |= pdf_edit_refused(steps[i].edit);
    }
    HOLDS(refused == (pdf_diff_judge(steps, n, 0, &any) != NULL));
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

static bool gave_up(rc r)
{
    return r == E_LIMIT || r == E_NOMEM;
}

/* The document with `tail`, opened; NULL when a limit is reached. */
static struct pdf_doc *again_with(struct pdf_doc *doc, const struct buf *tail, struct buf *whole)
{
    struct pdf_doc *again;
    buf_put(whole, doc->bytes);
    buf_put(whole, buf_str(tail));
    err_clear(&err);
    rc r = pdf_open(doc->a, buf_str(whole), &again, &err);
    if (gave_up(r) || gave_up(buf_rc(whole)))
        return NULL;
    HOLDS(r == OK && again->n_revs == doc->n_revs + 1);
    return again;
}

/* A prepared document has what was added, and fields that can be filled in: on a page of its own and on an appended
 * one, each showing the document itself. */
static void prepare_and_fill(struct pdf_doc *doc)
{
    BUF_SCOPED tail = BUF_INIT(1 << 22), whole = BUF_INIT(1 << 23), signing = BUF_INIT(1 << 22),
               signed_whole = BUF_INIT(1 << 24);
    struct pdf_placed at;
    struct pdf_page_box box;
    uint32_t pages, now;
    err_clear(&err);
    if (pdf_page_count(doc, pdf_newest(doc), &pages) != OK || pages == 0 ||
        pdf_page_box(doc, 0, pdf_newest(doc), &box) != OK)
        return;
    HOLDS(box.width > 0 && box.height > 0 && box.rect[0] < box.rect[2] && box.rect[1] < box.rect[3]);
    const struct pdf_seen all = {0, 0, box.width, box.height};
    const struct pdf_new_field field[] = {{.kind = PDF_NEW_TEXT, .name = STR("Fuzz text"), .page = pages, .at = all},
                                          {.kind = PDF_NEW_CHECK, .name = STR("Fuzz box"), .at = all},
                                          {.kind = PDF_NEW_SIGNATURE, .name = STR("Fuzz sign"), .at = all}};
    if (pdf_prepare(doc, &(struct pdf_prepare){.id = {2}, .append = doc, .field = field, .n_fields = 3}, &tail) != OK)
        return;
    struct pdf_doc *made = again_with(doc, &tail, &whole);
    if (!made)
        return;
    HOLDS(pdf_page_count(made, pdf_newest(made), &now) == OK && now == 2 * pages);
    const struct pdf_fill fill[] = {{.field = field[0].name, .value = STR("\xe5\x80\xbc")},
                                    {.field = field[1].name, .ticked = true}};
    struct pdf_place p = {.sub = PDF_SUB_CADES,
                          .field = field[2].name,
                          .room = 8,
                          .id = {3},
                          .stamp = made,
                          .fill = fill,
                          .n_fill = 2,
                          .looks = made};
    rc r = pdf_place(made, &p, &signing, &at);
    if (r == OK && pdf_place_fill(made, &signing, &at, STR("\x30\x00")) == OK)
        (void)again_with(made, &signing, &signed_whole);
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
        compare_revisions(doc);
        append(doc);
        prepare_and_fill(doc);
    } else {
        HOLDS(err.code != OK || arena_rc(a) != OK);
    }
    arena_free(a);
    return 0;
}
