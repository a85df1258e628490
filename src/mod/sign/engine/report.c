#include "mod/sign/engine/report.h"

#include "crypto/oid.h"
#include "mod/sign/engine/validate.h"
#include "mod/sign/engine/validate_pdf.h"

enum { PDF_MARK_WITHIN = 1024 /* bytes: readers look for %PDF- so far */ };

const char *report_format_name(enum report_format f)
{
    static const char *const names[] = {[REPORT_UNKNOWN] = "", [REPORT_PDF] = "PDF",   [REPORT_CMS] = "CMS",
                                        [REPORT_XML] = "XML",  [REPORT_JSON] = "JSON", [REPORT_ASIC] = "ASiC"};
    return names[f];
}

str report_name(struct arena *a, str name)
{
    str s = cert_name_part(a, name, oid_common_name);
    if (s.n == 0)
        s = cert_name_part(a, name, oid_organisation);
    return s.n ? s : cert_name_text(a, name);
}

/* ---- which format ---- */

static bool is_base64url(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

/* HEADER.PAYLOAD.SIGNATURE (RFC 7515 section 7.1). */
static bool is_compact(str s)
{
    int dots = 0;
    for (size_t i = 0; i < s.n; i++) {
        dots += s.p[i] == '.';
        if (s.p[i] != '.' && !is_base64url(s.p[i]))
            return false;
    }
    return dots == 2 && s.p[0] == 'e'; /* of '{' */
}

enum report_format report_format_of(str bytes)
{
    const str mark = STR("\xef\xbb\xbf");
    if (str_starts(bytes, STR("PK\x03\x04"))) /* before PDF: one may lie in it, not far from its start */
        return REPORT_ASIC;
    if (str_find(str_sub(bytes, 0, PDF_MARK_WITHIN), STR("%PDF-")) >= 0)
        return REPORT_PDF;
    if (bytes.n > 0 && bytes.p[0] == 0x30)
        return REPORT_CMS;
    if (str_starts(bytes, mark))
        bytes = str_sub(bytes, mark.n, bytes.n);
    str text = str_trim(bytes);
    if (text.n > 0 && text.p[0] == '<')
        return REPORT_XML;
    if (text.n > 0 && (text.p[0] == '{' || is_compact(text)))
        return REPORT_JSON;
    return REPORT_UNKNOWN;
}

/* ---- the parts of a report ---- */

static rc room(struct arena *a, struct report *r, size_t n, size_t n_changes)
{
    r->v = ARENA_ARRAY(a, n + 1, struct report_signature);
    r->changes = ARENA_ARRAY(a, n_changes + 1, struct report_change);
    return r->v && r->changes ? OK : arena_failed(a);
}

static bool is_refused(const struct pdf_report *pdf, const struct pdf_step *step)
{
    if (pdf_edit_refused(step->edit))
        return true;
    for (size_t i = 0; i < pdf->n; i++)
        if (pdf->v[i].refused == step)
            return true;
    return false;
}

static rc from_pdf(struct arena *a, const struct report_input *in, struct report *r)
{
    struct pdf_report *pdf;
    TRY(validate_pdf(a, in->bytes, in->rules, &pdf));
    TRY(room(a, r, pdf->n, pdf->n_steps));
    err_copy(&r->unreadable, &pdf->unreadable);
    r->appended = pdf->appended;
    r->revisions = pdf->doc ? pdf->doc->n_revs : 0;
    for (size_t i = 0; i < pdf->n; i++) {
        struct pdf_judged *j = &pdf->v[i];
        r->v[r->n++] = (struct report_signature){.field = j->signature->field.name,
                                                 .revision = j->signature->rev + 1,
                                                 .is_timestamp = j->is_timestamp,
                                                 .whole = j->whole,
                                                 .subject = &j->subject,
                                                 .result = &j->result,
                                                 .reason = j->signature->reason,
                                                 .location = j->signature->location};
    }
    for (size_t i = 0; i < pdf->n_steps; i++)
        r->changes[r->n_changes++] =
            (struct report_change){.step = &pdf->steps[i], .refused = is_refused(pdf, &pdf->steps[i])};
    return OK;
}

static rc from_outcome(struct arena *a, const struct sign_outcome *o, struct report *r)
{
    TRY(room(a, r, o->n, 0));
    err_copy(&r->unreadable, &o->unreadable);
    for (size_t i = 0; i < o->n; i++)
        r->v[r->n++] = (struct report_signature){.whole = true, .subject = &o->v[i].subject, .result = &o->v[i].result};
    return OK;
}

/* ---- containers ---- */

static rc list_covered(struct arena *a, const struct asic *c, const bool *covered, struct report_signature *s)
{
    str *files = ARENA_ARRAY(a, c->n_files + 1, str);
    if (!files)
        return arena_failed(a);
    for (size_t i = 0; i < c->n_files; i++)
        if (covered[i])
            files[s->n_files++] = c->files[i].name;
    s->files = files;
    s->whole = s->n_files == c->n_files;
    return OK;
}

static void add_fault(struct report *r, enum asic_outcome o, str file)
{
    r->faults[r->n_faults++] =
        (struct report_fault){.name = asic_outcome_name(o), .words = asic_outcome_text(o), .file = file};
}

static rc list_faults(struct arena *a, const struct asic *c, const struct asic_check *k, struct report *r)
{
    r->faults = ARENA_ARRAY(a, k->n_not_signed + 1, struct report_fault);
    if (!r->faults)
        return arena_failed(a);
    if (c->n_signatures == 0)
        return OK; /* a ZIP file like any other */
    if (!c->mimetype_fits)
        add_fault(r, ASIC_MIMETYPE, STR("mimetype"));
    for (size_t i = 0; i < c->n_signatures; i++)
        if (k->signatures[i].outcome != ASIC_VALID)
            return OK; /* which files it was to cover is not known for sure */
    for (size_t i = 0; i < k->n_not_signed; i++)
        add_fault(r, ASIC_NOT_SIGNED, k->not_signed[i]);
    return OK;
}

static rc from_container(struct arena *a, const struct report_input *in, struct report *r)
{
    struct sign_outcome o;
    struct asic *c;
    struct asic_check check;
    TRY(validate_asic(a, in->bytes, in->rules, &o, &c, &check));
    TRY(from_outcome(a, &o, r));
    for (size_t i = 0; i < r->n; i++)
        if (check.signatures[i].outcome == ASIC_VALID)
            TRY(list_covered(a, c, check.signatures[i].covered, &r->v[i]));
    return c ? list_faults(a, c, &check, r) : OK;
}

static rc from_unknown(struct arena *a, struct report *r)
{
    (void)ERR(&r->unreadable, E_INVALID, "SIG-601",
              N_("This is no file that holds a signature known here: PDF, CMS, XML, JSON or an ASiC "
                 "container."));
    return room(a, r, 0, 0);
}

static rc judge_by_format(struct arena *a, const struct report_input *in, struct report *r)
{
    struct sign_outcome o;
    switch (r->format) {
    case REPORT_PDF:
        return from_pdf(a, in, r);
    case REPORT_CMS:
        TRY(validate_cms(a, in->bytes, in->beside, in->rules, &o));
        return from_outcome(a, &o, r);
    case REPORT_XML:
        TRY(validate_xades(a, in->bytes, in->beside, in->rules, &o));
        return from_outcome(a, &o, r);
    case REPORT_JSON:
        TRY(validate_jades(a, str_trim(in->bytes), in->beside, in->rules, &o));
        return from_outcome(a, &o, r);
    case REPORT_ASIC:
        return from_container(a, in, r);
    case REPORT_UNKNOWN:
        break;
    }
    return from_unknown(a, r);
}

rc report_make(struct arena *a, const struct report_input *in, struct report **out)
{
    struct report *r = ARENA_NEW(a, struct report);
    if (!r)
        return arena_failed(a);
    *out = r;
    r->name = in->name;
    r->size = in->bytes.n;
    r->sha256 = sha256_of(in->bytes);
    r->format = report_format_of(in->bytes);
    r->at = in->rules->now;
    r->warnings = in->rules->warnings;
    r->n_warnings = in->rules->n_warnings;
    TRY(judge_by_format(a, in, r));
    r->verdict = r->n && r->n_faults == 0 ? VERDICT_PASSED : VERDICT_FAILED;
    for (size_t i = 0; i < r->n; i++)
        if (r->v[i].result->verdict > r->verdict)
            r->verdict = r->v[i].result->verdict;
    return OK;
}
