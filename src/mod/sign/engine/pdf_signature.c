#include "mod/sign/engine/pdf_signature.h"

#include "mod/sign/engine/pdf_impl.h"
#include "mod/sign/engine/pdf_text.h"

static const struct {
    const char *name, *msgid;
} FAULTS[PDF_FAULTS] = {
    [PDF_FINE] = {"fine", N_("The signature's form is right.")},
    [PDF_FAULT_VALUE] = {"value-malformed", N_("The signature's dictionary cannot be read.")},
    [PDF_FAULT_NO_CONTENTS] = {"contents-missing", N_("The signature itself (Contents) is missing.")},
    [PDF_FAULT_CONTENTS_NULL] = {"contents-null", N_("The signature itself (Contents) is no string of bytes.")},
    [PDF_FAULT_CONTENTS_EMPTY] = {"contents-empty", N_("The signature itself (Contents) is empty.")},
    [PDF_FAULT_CONTENTS_ZERO] = {"contents-zero", N_("The signature itself (Contents) holds only zero bytes.")},
    [PDF_FAULT_NO_RANGE] = {"range-missing", N_("The signature does not say which bytes it covers (ByteRange).")},
    [PDF_FAULT_RANGE_NULL] = {"range-null", N_("The signature's ByteRange is no list of numbers.")},
    [PDF_FAULT_RANGE_SHAPE] = {"range-shape",
                               N_("The signature's ByteRange is not two ranges that follow each other.")},
    [PDF_FAULT_RANGE_START] = {"range-start", N_("The signature does not cover the beginning of the file.")},
    [PDF_FAULT_RANGE_GAP] = {"range-gap", N_("The signature leaves out bytes other than itself.")},
    [PDF_FAULT_RANGE_END] = {"range-end", N_("The signature does not cover the whole revision that it stands in.")},
};

const char *pdf_fault_name(enum pdf_fault f)
{
    return FAULTS[f].name;
}

const char *pdf_fault_msgid(enum pdf_fault f)
{
    return FAULTS[f].msgid;
}

/* ---- form ---- */

static bool all_zero(str bytes)
{
    for (size_t i = 0; i < bytes.n; i++)
        if (bytes.p[i])
            return false;
    return true;
}

static enum pdf_fault judge_contents(struct pdf_doc *doc, struct pdf_signature *s)
{
    const struct pdf_value *v = pdf_entry(s->dict, STR("Contents"));
    if (!v)
        return PDF_FAULT_NO_CONTENTS;
    if (v->kind != PDF_STRING)
        return PDF_FAULT_CONTENTS_NULL;
    s->contents = pdf_string_bytes(doc->a, v);
    if (s->contents.n == 0)
        return PDF_FAULT_CONTENTS_EMPTY;
    if (all_zero(s->contents))
        return PDF_FAULT_CONTENTS_ZERO;
    uintptr_t at = (uintptr_t)v->raw.p - (uintptr_t)doc->bytes.p; /* huge for one that is not in the file's own bytes */
    if (v->raw.p[0] == '<' && at < doc->bytes.n) {
        s->contents_at = at;
        s->contents_n = v->raw.n;
    }
    return PDF_FINE;
}

static enum pdf_fault read_range(const struct pdf_doc *doc, struct pdf_signature *s)
{
    const struct pdf_value *range = pdf_entry(s->dict, STR("ByteRange"));
    if (!range)
        return PDF_FAULT_NO_RANGE;
    if (range->kind != PDF_ARRAY)
        return PDF_FAULT_RANGE_NULL;
    size_t n = 0;
    for (const struct pdf_value *v = range->first; v; v = v->next) {
        if (n == 4 || v->kind != PDF_INT || v->number < 0)
            return PDF_FAULT_RANGE_SHAPE;
        s->range[n++] = (uint64_t)v->number;
    }
    const uint64_t *r = s->range, size = doc->bytes.n;
    if (n != 4 || r[0] > size || r[1] > size - r[0] || r[2] < r[0] + r[1] || r[2] > size || r[3] > size - r[2])
        return PDF_FAULT_RANGE_SHAPE;
    return PDF_FINE;
}

static enum pdf_fault judge_range(const struct pdf_doc *doc, struct pdf_signature *s)
{
    enum pdf_fault f = read_range(doc, s);
    if (f != PDF_FINE)
        return f;
    if (s->range[0] != 0)
        return PDF_FAULT_RANGE_START;
    if (s->contents_n == 0 || s->range[1] != s->contents_at || s->range[2] != s->contents_at + s->contents_n)
        return PDF_FAULT_RANGE_GAP;
    uint64_t end = s->range[2] + s->range[3];
    for (size_t r = 0; r < doc->n_revs; r++) {
        const struct pdf_rev *rev = &doc->rev[r];
        if (end >= rev->eof && end <= rev->end && s->contents_at >= rev->start) {
            s->rev = r;
            return PDF_FINE;
        }
    }
    return PDF_FAULT_RANGE_END;
}

/* ---- what it says ---- */

static rc text_entry(struct pdf_doc *doc, const struct pdf_value *dict, str key, size_t rev, str *out)
{
    const struct pdf_value *v;
    TRY(pdf_entry_resolved(doc, dict, key, rev, &v));
    *out = v && v->kind == PDF_NAME ? v->name : pdf_text(doc->a, v);
    return out->p ? OK : arena_failed(doc->a);
}

static rc read_texts(struct pdf_doc *doc, struct pdf_signature *s, size_t rev)
{
    str type;
    TRY(text_entry(doc, s->dict, STR("Filter"), rev, &s->filter));
    TRY(text_entry(doc, s->dict, STR("SubFilter"), rev, &s->sub_filter));
    TRY(text_entry(doc, s->dict, STR("M"), rev, &s->m));
    TRY(text_entry(doc, s->dict, STR("Name"), rev, &s->name));
    TRY(text_entry(doc, s->dict, STR("Reason"), rev, &s->reason));
    TRY(text_entry(doc, s->dict, STR("Location"), rev, &s->location));
    TRY(text_entry(doc, s->dict, STR("ContactInfo"), rev, &s->contact));
    TRY(text_entry(doc, s->dict, STR("Type"), rev, &type));
    s->doc_time_stamp = str_eq(type, STR("DocTimeStamp"));
    if (str_eq(s->sub_filter, STR("ETSI.CAdES.detached")))
        s->sub = PDF_SUB_CADES;
    else if (str_eq(s->sub_filter, STR("adbe.pkcs7.detached")))
        s->sub = PDF_SUB_PKCS7;
    else if (str_eq(s->sub_filter, STR("ETSI.RFC3161")))
        s->sub = PDF_SUB_RFC3161;
    return OK;
}

static enum pdf_lock_action lock_action(const struct pdf_value *v)
{
    if (pdf_name_is(v, STR("All")))
        return PDF_LOCK_ALL;
    if (pdf_name_is(v, STR("Include")))
        return PDF_LOCK_INCLUDE;
    return pdf_name_is(v, STR("Exclude")) ? PDF_LOCK_EXCLUDE : PDF_LOCK_NONE;
}

static int permission_of(const struct pdf_value *p, int otherwise)
{
    return p && p->kind == PDF_INT && p->number >= 1 && p->number <= 3 ? (int)p->number : otherwise;
}

static rc read_lock(struct pdf_doc *doc, const struct pdf_value *dict, size_t rev, struct pdf_lock *out)
{
    const struct pdf_value *action, *fields, *name;
    TRY(pdf_entry_resolved(doc, dict, STR("Action"), rev, &action));
    TRY(pdf_entry_resolved(doc, dict, STR("Fields"), rev, &fields));
    str *names = ARENA_ARRAY(doc->a, pdf_length(fields) + 1, str);
    if (!names)
        return arena_failed(doc->a);
    *out = (struct pdf_lock){.action = lock_action(action), .field = names};
    if (!fields || fields->kind != PDF_ARRAY)
        return OK;
    for (const struct pdf_value *v = fields->first; v; v = v->next) {
        TRY(pdf_resolve(doc, v, rev, &name));
        names[out->n] = pdf_text(doc->a, name);
        if (!names[out->n++].p)
            return arena_failed(doc->a);
    }
    return OK;
}

rc pdf_field_lock(struct pdf_doc *doc, const struct pdf_value *field, size_t rev, struct pdf_lock *out, int *permission)
{
    const struct pdf_value *lock, *p;
    *out = (struct pdf_lock){0};
    *permission = 0;
    TRY(pdf_entry_resolved(doc, field, STR("Lock"), rev, &lock));
    if (!lock)
        return OK;
    TRY(pdf_entry_resolved(doc, lock, STR("P"), rev, &p));
    *permission = permission_of(p, 0);
    return read_lock(doc, lock, rev, out);
}

/* /Reference: what the signature promises about later changes (12.8.2). */
static rc read_references(struct pdf_doc *doc, struct pdf_signature *s, size_t rev)
{
    const struct pdf_value *list, *one, *method, *params, *p;
    TRY(pdf_entry_resolved(doc, s->dict, STR("Reference"), rev, &list));
    for (const struct pdf_value *v = list && list->kind == PDF_ARRAY ? list->first : NULL; v; v = v->next) {
        TRY(pdf_resolve(doc, v, rev, &one));
        TRY(pdf_entry_resolved(doc, one, STR("TransformMethod"), rev, &method));
        TRY(pdf_entry_resolved(doc, one, STR("TransformParams"), rev, &params));
        if (pdf_name_is(method, STR("FieldMDP")))
            TRY(read_lock(doc, params, rev, &s->mdp));
        if (!pdf_name_is(method, STR("DocMDP")))
            continue;
        TRY(pdf_entry_resolved(doc, params, STR("P"), rev, &p));
        s->certifies = permission_of(p, 2); /* table 257 */
    }
    return OK;
}

struct pdf_permission pdf_signature_permits(const struct pdf_signature *s)
{
    struct pdf_permission p = {.p = s->certifies, .lock = s->mdp.action != PDF_LOCK_NONE ? s->mdp : s->lock};
    if (s->lock_permission && (p.p == 0 || s->lock_permission < p.p))
        p.p = s->lock_permission; /* for the whole document, never more than a certification (table 236) */
    return p;
}

/* ---- */

/* E_INVALID is the value's fault, not the caller's failure. */
static rc read_value(struct pdf_doc *doc, struct pdf_signature *s, size_t rev, const struct pdf_value *v)
{
    if (v->kind == PDF_REF)
        s->value = v->ref;
    rc r = pdf_resolve(doc, v, rev, &s->dict);
    if (r == OK && s->dict->kind == PDF_DICT)
        r = read_texts(doc, s, rev);
    if (r == OK)
        r = read_references(doc, s, rev);
    if (r != OK && r != E_INVALID)
        return r;
    if (r == E_INVALID && doc->err)
        err_clear(doc->err);
    if (r == E_INVALID || s->dict->kind != PDF_DICT) {
        s->fault = PDF_FAULT_VALUE;
        return OK;
    }
    s->fault = judge_contents(doc, s);
    if (s->fault == PDF_FINE)
        s->fault = judge_range(doc, s);
    return OK;
}

rc pdf_signatures(struct pdf_doc *doc, size_t rev, const struct pdf_signature **out, size_t *n)
{
    const struct pdf_field *fields;
    size_t n_fields;
    TRY(pdf_fields(doc, rev, &fields, &n_fields));
    struct pdf_signature *list = ARENA_ARRAY(doc->a, n_fields + 1, struct pdf_signature);
    if (!list)
        return arena_failed(doc->a);
    *n = 0;
    for (size_t i = 0; i < n_fields; i++) {
        if (!fields[i].signature)
            continue;
        struct pdf_signature *s = &list[(*n)++];
        s->field = fields[i];
        TRY(pdf_field_lock(doc, fields[i].dict, rev, &s->lock, &s->lock_permission));
        const struct pdf_value *v = pdf_entry(fields[i].dict, STR("V"));
        s->is_signed = v && v->kind != PDF_NULL;
        if (s->is_signed)
            TRY(read_value(doc, s, rev, v));
    }
    *out = list;
    return OK;
}
