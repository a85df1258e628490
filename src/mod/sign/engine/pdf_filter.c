/* A stream's bytes without its filter. */
#include <stdlib.h>

#include "base/buf.h"
#include "base/inflate.h"
#include "mod/sign/engine/pdf_impl.h"

static rc entry(struct pdf_doc *doc, const struct pdf_value *dict, str key, size_t rev, const struct pdf_value **out)
{
    *out = pdf_entry(dict, key);
    return rev == PDF_NO_REV ? OK : pdf_resolve(doc, *out, rev, out);
}

/* The only element of an array of one; an empty array and null become NULL. */
static const struct pdf_value *alone(const struct pdf_value *v)
{
    if (v && v->kind == PDF_ARRAY)
        v = v->first && v->first->next ? v : v->first;
    return v && v->kind != PDF_NULL ? v : NULL;
}

static int64_t whole(const struct pdf_value *v, int64_t otherwise)
{
    return v && v->kind == PDF_INT ? v->number : otherwise;
}

static unsigned char paeth(int left, int up, int corner)
{
    int p = left + up - corner, a = abs(p - left), b = abs(p - up), c = abs(p - corner);
    return (unsigned char)(a <= b && a <= c ? left : b <= c ? up : corner);
}

/* PNG's filters on rows of `n` bytes behind one that names the filter (RFC 2083, 6); in place, `step` bytes a pixel. */
static bool undo_png(unsigned char *p, size_t rows, size_t n, size_t step)
{
    unsigned char *to = p, *above = NULL;
    for (size_t r = 0; r < rows; r++) {
        unsigned char kind = *p++;
        if (kind > 4)
            return false;
        for (size_t i = 0; i < n; i++) {
            int left = i >= step ? to[i - step] : 0, up = above ? above[i] : 0,
                corner = above && i >= step ? above[i - step] : 0;
            int add = kind == 0   ? 0
                      : kind == 1 ? left
                      : kind == 2 ? up
                      : kind == 3 ? (left + up) / 2
                                  : paeth(left, up, corner);
            to[i] = (unsigned char)(p[i] + add);
        }
        above = to;
        to += n;
        p += n;
    }
    return true;
}

static rc undo_predictor(struct pdf_doc *doc, const struct pdf_value *parms, struct buf *b)
{
    int64_t predictor = whole(pdf_entry(parms, STR("Predictor")), 1);
    if (predictor == 1)
        return OK;
    int64_t columns = whole(pdf_entry(parms, STR("Columns")), 1), colors = whole(pdf_entry(parms, STR("Colors")), 1),
            bits = whole(pdf_entry(parms, STR("BitsPerComponent")), 8);
    if (predictor < 10 || predictor > 15 || columns < 1 || columns > 1 << 20 || colors < 1 || colors > 32 || bits != 8)
        return ERR(doc->err, E_INVALID, "SIG-108", N_("A stream of the PDF uses the filter {1}, which is not read."),
                   STR("Predictor"));
    size_t step = (size_t)colors, n = (size_t)columns * step, rows = b->n / (n + 1);
    if (b->n % (n + 1) || (b->n && !undo_png((unsigned char *)b->p, rows, n, step)))
        return ERR(doc->err, E_INVALID, "SIG-109", N_("A stream of the PDF cannot be unpacked."));
    b->n = rows * n;
    return OK;
}

rc pdf_unpack(struct pdf_doc *doc, const struct pdf_value *dict, str packed, size_t rev, str *out)
{
    const struct pdf_value *filter, *parms;
    TRY(entry(doc, dict, STR("Filter"), rev, &filter));
    TRY(entry(doc, dict, STR("DecodeParms"), rev, &parms));
    filter = alone(filter);
    *out = packed;
    if (pdf_entry(dict, STR("F")))
        return ERR(doc->err, E_INVALID, "SIG-108", N_("A stream of the PDF is in another file."));
    if (!filter)
        return OK;
    if (!pdf_name_is(filter, STR("FlateDecode")))
        return ERR(doc->err, E_INVALID, "SIG-108", N_("A stream of the PDF uses the filter {1}, which is not read."),
                   filter->kind == PDF_NAME ? filter->name : filter->raw);
    BUF_SCOPED b = BUF_INIT(PDF_UNPACKED_MAX);
    rc r = inflate_zlib(packed, &b);
    TRY(pdf_spend(doc, b.n));
    if (r == E_LIMIT)
        return pdf_malformed(doc, r, NULL, 0);
    if (r == E_INVALID)
        return ERR(doc->err, r, "SIG-109", N_("A stream of the PDF cannot be unpacked."));
    TRY(r);
    TRY(undo_predictor(doc, alone(parms), &b));
    *out = arena_str(doc->a, buf_str(&b));
    return out->p ? OK : pdf_malformed(doc, arena_failed(doc->a), NULL, 0);
}

rc pdf_stream_bytes(struct pdf_doc *doc, const struct pdf_object *stream, size_t rev, str *out)
{
    if (!stream->stream.p)
        return pdf_malformed(doc, E_INVALID, N_("Object {1} of the PDF should be a stream."), stream->ref.num);
    return pdf_unpack(doc, stream->value, stream->stream, rev, out);
}
