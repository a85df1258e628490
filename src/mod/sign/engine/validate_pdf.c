#include "mod/sign/engine/validate_pdf.h"

#include "mod/sign/engine/validate_pdf_impl.h"

enum { APPENDED_TRIES = 32 };

/* Behind the last "%%EOF" and its end of line that lie before `end`; 0 when there is none. */
static size_t end_before(str bytes, size_t end)
{
    const str mark = STR("%%EOF");
    for (size_t i = end; i-- > 0;) {
        if (!str_eq(str_sub(bytes, i, mark.n), mark))
            continue;
        size_t behind = i + mark.n;
        behind += str_eq(str_sub(bytes, behind, 1), STR("\r"));
        behind += str_eq(str_sub(bytes, behind, 1), STR("\n"));
        if (behind < end)
            return behind;
    }
    return 0;
}

static rc open_part(struct arena *a, str bytes, struct pdf_doc **doc, struct err **err)
{
    *err = ARENA_NEW(a, struct err);
    return *err ? pdf_open(a, bytes, doc, *err) : arena_failed(a);
}

/* A document that cannot be read whole may be an honest one with something put behind it: then its signatures are
 * judged on what they cover, and none of them holds for the file. */
static rc open_document(struct arena *a, str bytes, struct pdf_report *out)
{
    struct err *err;
    rc r = open_part(a, bytes, &out->doc, &err);
    if (r == OK && pdf_rest(out->doc).n > 0)
        out->appended = pdf_rest(out->doc).n;
    if (r == OK || r == E_NOMEM)
        return r;
    err_copy(&out->unreadable, err);
    out->doc = NULL;
    size_t end = bytes.n;
    for (int i = 0; i < APPENDED_TRIES && !out->doc; i++) {
        end = end_before(bytes, end);
        if (end == 0)
            return OK;
        r = open_part(a, str_sub(bytes, 0, end), &out->doc, &err);
        if (r == E_NOMEM)
            return r;
        if (r != OK)
            out->doc = NULL;
        out->appended = bytes.n - end;
    }
    return OK;
}

rc validate_pdf(struct arena *a, str bytes, const struct sign_rules *r, struct pdf_report **out)
{
    struct pdf_report *report = ARENA_NEW(a, struct pdf_report);
    if (!report)
        return arena_failed(a);
    *out = report;
    report->verdict = VERDICT_FAILED;
    TRY(open_document(a, bytes, report));
    if (!report->doc)
        return OK;
    struct pdf_court c = {.a = a, .r = r, .report = report, .doc = report->doc};
    rc done = pdf_judge_all(&c);
    if (done != E_INVALID)
        return done;
    err_copy(&report->unreadable, report->doc->err); /* an object on the way cannot be read */
    report->n = 0;
    report->verdict = VERDICT_FAILED;
    return OK;
}
