/* The signature dictionary (ISO 32000-2, 12.8.1, table 255). */
#include <stdio.h>

#include "base/buf.h"
#include "mod/sign/engine/pdf_impl.h"
#include "mod/sign/engine/pdf_place.h"
#include "mod/sign/engine/pdf_text.h"

enum { NUMBER_WIDTH = 12 /* of each number of /ByteRange, padded with spaces: files up to 999 GB */ };

static void put_text(struct buf *out, const char *key, str text)
{
    if (text.n == 0)
        return;
    buf_printf(out, " /%s ", key);
    pdf_put_text(out, text);
}

static void put_signature_reference(struct buf *out, const char *method, struct pdf_ref catalog)
{
    buf_printf(out, " << /Type /SigRef /TransformMethod /%s /Data ", method);
    pdf_put_ref(out, catalog);
    buf_put(out, STR(" /TransformParams << /Type /TransformParams /V /1.2"));
}

/* What is promised about later changes: by a certification, and by the field's lock, which is repeated here so that it
 * is signed. */
static void put_references(struct buf *out, int certify, const struct pdf_value *lock, struct pdf_ref catalog)
{
    if (!certify && !lock)
        return;
    buf_put(out, STR(" /Reference ["));
    if (certify) {
        put_signature_reference(out, "DocMDP", catalog);
        buf_printf(out, " /P %d >> >>", certify);
    }
    if (lock) {
        put_signature_reference(out, "FieldMDP", catalog);
        pdf_put_entries_but(out, lock, (const str[]){STR("Type"), STR("V")}, 2);
        buf_put(out, STR(" >> >>"));
    }
    buf_put(out, STR(" ]"));
}

static void put_gap(struct buf *out, size_t room, struct pdf_placed *at)
{
    at->gap = out->n;
    at->gap_n = 2 * room + 2;
    if (!buf_reserve(out, at->gap_n))
        return;
    memset(out->p + out->n, '0', at->gap_n);
    out->p[out->n] = '<';
    out->n += at->gap_n;
    out->p[out->n - 1] = '>';
    out->p[out->n] = 0;
}

void pdf_put_signature(struct buf *out, const struct pdf_place *p, const struct pdf_value *lock, struct pdf_ref catalog,
                       struct pdf_placed *at)
{
    static const char *const SUB[] = {
        [PDF_SUB_CADES] = "ETSI.CAdES.detached",
        [PDF_SUB_PKCS7] = "adbe.pkcs7.detached",
        [PDF_SUB_RFC3161] = "ETSI.RFC3161",
    };
    bool stamp = p->sub == PDF_SUB_RFC3161;
    buf_printf(out, "<< /Type /%s /Filter /Adobe.PPKLite /SubFilter /%s", stamp ? "DocTimeStamp" : "Sig", SUB[p->sub]);
    if (!stamp) {
        if (p->made) {
            buf_put(out, STR(" /M "));
            pdf_put_date(out, p->made);
        }
        put_text(out, "Name", p->name);
        put_text(out, "Reason", p->reason);
        put_text(out, "Location", p->location);
        put_text(out, "ContactInfo", p->contact);
    }
    put_references(out, stamp ? 0 : p->certify, lock, catalog);
    buf_put(out, STR(" /ByteRange ["));
    at->range_at = out->n;
    buf_printf(out, "%*s] /Contents ", 3 * (NUMBER_WIDTH + 1) + 1, "");
    put_gap(out, p->room, at);
    buf_put(out, STR(" >>"));
}

void pdf_set_range(struct buf *tail, size_t base, struct pdf_placed *at)
{
    uint64_t *r = at->range;
    r[0] = 0;
    r[1] = (uint64_t)base + at->gap;
    r[2] = r[1] + at->gap_n;
    r[3] = (uint64_t)base + tail->n - r[2];
    char text[4 * 24];
    int n = snprintf(text, sizeof text, "0 %-*llu %-*llu %-*llu", NUMBER_WIDTH, (unsigned long long)r[1], NUMBER_WIDTH,
                     (unsigned long long)r[2], NUMBER_WIDTH, (unsigned long long)r[3]);
    memcpy(tail->p + at->range_at, text, (size_t)n);
}
