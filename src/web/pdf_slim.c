/* Fonts in cairo's PDF made small. cairo 1.16 keeps the whole list of a CFF font's subroutines, empty ones for those
 * not used (55 kB for one Chinese character), and all 900 kB of them as soon as one is called a second time in a way
 * that its parser does not follow. HarfBuzz writes the same glyphs without subroutines (Adobe TN 5176, TN 5177).
 *
 * Only the form that cairo writes is understood: objects side by side, one cross-reference table, the length of a
 * stream in the object behind it. Anything else is left as it is, which is right, only larger. */
#include "web/pdf_slim.h"

#include <hb-subset.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/inflate.h"

enum { FONT_MAX = 32 << 20, OBJECTS_MAX = 100000, XREF_ENTRY = 20, TAIL = 64 };

#define FONT_MARK  STR("/Subtype /CIDFontType0C")
#define STREAM     STR("stream\n")
#define STREAM_END STR("\nendstream\nendobj\n")

/* ---- one font ---- */

/* The table with the number of glyphs, version 0.5: of fonts with CFF. */
static hb_blob_t *maxp_of(unsigned glyphs)
{
    const char table[] = {0, 0, 0x50, 0, (char)(glyphs >> 8), (char)glyphs};
    return hb_blob_create(table, sizeof table, HB_MEMORY_MODE_DUPLICATE, NULL, NULL);
}

/* All glyphs keep their numbers, so that the document's text need not be touched. */
static hb_blob_t *without_subroutines(hb_blob_t *cff, unsigned glyphs)
{
    hb_face_t *face = hb_face_builder_create();
    hb_blob_t *maxp = maxp_of(glyphs), *out = NULL;
    hb_subset_input_t *input = hb_subset_input_create_or_fail();
    bool ready = input && hb_face_builder_add_table(face, HB_TAG('C', 'F', 'F', ' '), cff) &&
                 hb_face_builder_add_table(face, HB_TAG('m', 'a', 'x', 'p'), maxp);
    if (ready) {
        hb_subset_input_set_flags(input, HB_SUBSET_FLAGS_DESUBROUTINIZE | HB_SUBSET_FLAGS_RETAIN_GIDS |
                                             HB_SUBSET_FLAGS_NOTDEF_OUTLINE);
        hb_set_add_range(hb_subset_input_glyph_set(input), 0, glyphs - 1);
        hb_face_t *small = hb_subset_or_fail(face, input);
        if (small)
            out = hb_face_reference_table(small, HB_TAG('C', 'F', 'F', ' '));
        hb_face_destroy(small);
    }
    if (input)
        hb_subset_input_destroy(input);
    hb_blob_destroy(maxp);
    hb_face_destroy(face);
    return out;
}

/* Big-endian; 0 behind the end. */
static size_t be(str s, size_t at, size_t n)
{
    size_t v = 0;
    for (size_t i = at; i < at + n; i++)
        v = v << 8 | (i < s.n ? (unsigned char)s.p[i] : 0U);
    return v;
}

/* What stands in an INDEX (TN 5176 section 5): the first entry, and where the INDEX ends. */
static str index_first(str cff, size_t at, size_t *end)
{
    const size_t count = be(cff, at, 2), size = be(cff, at + 2, 1), data = at + 2 + (count + 1) * size;
    *end = count ? data + be(cff, at + 3 + count * size, size) : at + 2;
    return count ? str_sub(cff, data + be(cff, at + 3, size), be(cff, at + 3 + size, size) - be(cff, at + 3, size))
                 : STR_EMPTY;
}

/* The operand of CIDCount in a Top DICT (TN 5176 tables 3 and 9): as many glyphs as cairo kept. 0: not found */
static size_t cid_count(str dict)
{
    size_t v = 0;
    for (size_t i = 0; i < dict.n; i++) {
        const size_t b = be(dict, i, 1);
        if (b == 12 && be(dict, i + 1, 1) == 34)
            return v;
        if (b == 12) {
            i++;
        } else if (b == 28) {
            v = be(dict, i + 1, 2);
            i += 2;
        } else if (b == 29) {
            v = be(dict, i + 1, 4);
            i += 4;
        } else if (b == 30) { /* a real number ends with the nibble F */
            while (++i < dict.n && (be(dict, i, 1) & 0x0f) != 0x0f && be(dict, i, 1) >> 4 != 0x0f) {}
        } else if (b >= 32 && b <= 246) {
            v = b - 139;
        } else if (b >= 247 && b <= 254) {
            v = (b - 247) * 256 + be(dict, ++i, 1) + 108;
        }
    }
    return 0;
}

static unsigned glyphs_of(str cff)
{
    size_t names, end;
    (void)index_first(cff, be(cff, 2, 1), &names);
    const size_t n = cid_count(index_first(cff, names, &end));
    return n <= UINT16_MAX ? (unsigned)n : 0;
}

/* A packed font program as a smaller one; false: it stays. */
static bool slim(str packed, struct buf *out)
{
    BUF_SCOPED cff = BUF_INIT(FONT_MAX);
    if (inflate_zlib(packed, &cff) != OK || glyphs_of(buf_str(&cff)) == 0)
        return false;
    hb_blob_t *whole = hb_blob_create(cff.p, (unsigned)cff.n, HB_MEMORY_MODE_READONLY, NULL, NULL);
    hb_blob_t *small = without_subroutines(whole, glyphs_of(buf_str(&cff)));
    unsigned n = 0;
    const char *p = small ? hb_blob_get_data(small, &n) : NULL;
    const bool good = n > 0 && deflate_zlib(str_n(p, n), out) == OK && out->n < packed.n;
    hb_blob_destroy(small);
    hb_blob_destroy(whole);
    return good;
}

/* ---- the file ---- */

struct object {
    size_t number, at, end;
    size_t now; /* where it begins in the new file */
};
struct slimming {
    str pdf;
    struct object *v; /* in the order of the file */
    size_t n;
    size_t xref, start; /* where the table and the word "startxref" stand */
    struct buf *out;
    size_t begin; /* of the new file in `out` */
};

static int by_place(const void *a, const void *b)
{
    const struct object *x = a, *y = b;
    return (x->at > y->at) - (x->at < y->at);
}

static int by_number(const void *a, const void *b)
{
    const struct object *x = a, *y = b;
    return (x->number > y->number) - (x->number < y->number);
}

static size_t digits_at(str s, size_t i)
{
    size_t v = 0;
    for (; i < s.n && s.p[i] >= '0' && s.p[i] <= '9' && v < SIZE_MAX / 100; i++)
        v = v * 10 + (size_t)(s.p[i] - '0');
    return v;
}

/* Objects without gaps between them. */
static bool order(struct slimming *w)
{
    qsort(w->v, w->n, sizeof w->v[0], by_place);
    for (size_t i = 0; i < w->n; i++) {
        w->v[i].end = i + 1 < w->n ? w->v[i + 1].at : w->xref;
        if (w->v[i].at == 0 || w->v[i].at >= w->v[i].end)
            return false;
    }
    return w->v[w->n - 1].end == w->xref;
}

/* "xref\n0 N\n", N entries of 20 bytes, trailer, "startxref\n", where the first stands. */
static bool read_xref(struct slimming *w, struct arena *a)
{
    const size_t tail = w->pdf.n > TAIL ? w->pdf.n - TAIL : 0;
    const ptrdiff_t start = str_find(str_sub(w->pdf, tail, TAIL), STR("startxref\n"));
    if (start < 0)
        return false;
    w->start = tail + (size_t)start;
    w->xref = digits_at(w->pdf, w->start + STR("startxref\n").n);
    const str table = str_sub(w->pdf, w->xref, w->pdf.n);
    const size_t n = digits_at(table, STR("xref\n0 ").n);
    const ptrdiff_t line = str_chr(str_sub(table, STR("xref\n").n, 32), '\n');
    if (!str_starts(table, STR("xref\n0 ")) || n < 2 || n > OBJECTS_MAX || line < 0)
        return false;
    const size_t entries = STR("xref\n").n + (size_t)line + 1;
    w->v = ARENA_ARRAY(a, n, struct object);
    if (!w->v || entries + n * XREF_ENTRY > table.n)
        return false;
    for (size_t i = 1; i < n; i++)
        w->v[w->n++] = (struct object){.number = i, .at = digits_at(table, entries + i * XREF_ENTRY)};
    return order(w);
}

static str object_of(const struct slimming *w, const struct object *o)
{
    return str_sub(w->pdf, o->at, o->end - o->at);
}

/* A font with its length in the object behind it; false: it is none, or cannot be made smaller. */
static bool put_font(struct slimming *w, struct object *font, struct object *length)
{
    const str all = object_of(w, font);
    const ptrdiff_t begins = str_find(all, STREAM);
    const str head = str_sub(all, 0, begins < 0 ? 0 : (size_t)begins + STREAM.n);
    BUF_SCOPED packed = BUF_INIT(FONT_MAX), reference = BUF_INIT(64);
    buf_printf(&reference, "/Length %zu 0 R", length->number);
    if (str_find(head, FONT_MARK) < 0 || str_find(head, buf_str(&reference)) < 0 || !str_ends(all, STREAM_END) ||
        !slim(str_sub(all, head.n, all.n - head.n - STREAM_END.n), &packed))
        return false;
    font->now = w->out->n - w->begin;
    buf_put(w->out, head);
    buf_put(w->out, buf_str(&packed));
    buf_put(w->out, STREAM_END);
    length->now = w->out->n - w->begin;
    buf_printf(w->out, "%zu 0 obj\n   %zu\nendobj\n", length->number, packed.n);
    return true;
}

static void put_objects(struct slimming *w)
{
    buf_put(w->out, str_sub(w->pdf, 0, w->v[0].at));
    for (size_t i = 0; i < w->n; i++) {
        if (i + 1 < w->n && put_font(w, &w->v[i], &w->v[i + 1])) {
            i++;
            continue;
        }
        w->v[i].now = w->out->n - w->begin;
        buf_put(w->out, object_of(w, &w->v[i]));
    }
}

static void put_xref(struct slimming *w)
{
    const size_t at = w->out->n - w->begin;
    const str table = str_sub(w->pdf, w->xref, w->start - w->xref);
    const ptrdiff_t trailer = str_find(table, STR("trailer\n"));
    qsort(w->v, w->n, sizeof w->v[0], by_number);
    buf_printf(w->out, "xref\n0 %zu\n%010d %05d f \n", w->n + 1, 0, UINT16_MAX);
    for (size_t i = 0; i < w->n; i++)
        buf_printf(w->out, "%010zu %05d n \n", w->v[i].now, 0);
    buf_put(w->out, str_sub(table, trailer < 0 ? table.n : (size_t)trailer, table.n));
    buf_printf(w->out, "startxref\n%zu\n%%%%EOF\n", at);
}

rc pdf_slim(str pdf, struct buf *out)
{
    struct slimming w = {.pdf = pdf, .out = out, .begin = out->n};
    struct arena *a = arena_new(OBJECTS_MAX * 2 * sizeof(struct object));
    if (!a)
        return E_NOMEM;
    if (read_xref(&w, a)) {
        put_objects(&w);
        put_xref(&w);
    } else {
        buf_put(out, pdf);
    }
    arena_free(a);
    return buf_rc(out);
}
