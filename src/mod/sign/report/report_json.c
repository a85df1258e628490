#include "base/json.h"
#include "crypto/ocsp.h"
#include "mod/sign/report/write.h"

struct writing {
    struct arena *a;
    const struct report *r;
    enum lang lang;
    struct json_out o;
};

static void put_time(struct writing *w, const char *key, instant t)
{
    BUF_SCOPED b = BUF_INIT(64);
    buf_instant(&b, t);
    jo_kstr(&w->o, key, buf_str(&b));
}

static void put_time_or_null(struct writing *w, const char *key, bool there, instant t)
{
    if (there) {
        put_time(w, key, t);
        return;
    }
    jo_key(&w->o, key);
    jo_null(&w->o);
}

static const char *format_name(enum sign_format f)
{
    static const char *const names[] = {[SIGN_PADES] = "PAdES",
                                        [SIGN_PDF_CMS] = "adbe.pkcs7.detached",
                                        [SIGN_CADES] = "CAdES",
                                        [SIGN_XADES] = "XAdES",
                                        [SIGN_JADES] = "JAdES"};
    return names[f];
}

/* ---- certificates ---- */

static void put_cert(struct writing *w, const struct cert *c)
{
    jo_kstr(&w->o, "name", report_name(w->a, c->subject));
    jo_kstr(&w->o, "subject", cert_name_text(w->a, c->subject));
    jo_kstr(&w->o, "issuer", cert_name_text(w->a, c->issuer));
    jo_kstr(&w->o, "serial", cert_serial_hex(w->a, c));
    jo_kstr(&w->o, "sha256", sha256_hex_text(w->a, &c->sha256));
    put_time(w, "not_before", c->not_before);
    put_time(w, "not_after", c->not_after);
}

static void put_cert_or_null(struct writing *w, const char *key, const struct cert *c)
{
    jo_key(&w->o, key);
    if (!c) {
        jo_null(&w->o);
        return;
    }
    jo_obj(&w->o);
    put_cert(w, c);
    jo_end_obj(&w->o);
}

static void put_revocation(struct writing *w, const struct revocation *v)
{
    static const char *const states[] = {
        [REVOCATION_UNKNOWN] = "unknown", [REVOCATION_GOOD] = "good", [REVOCATION_REVOKED] = "revoked"};
    static const char *const gaps[] = {[REVOCATION_NO_EVIDENCE] = "no-evidence",
                                       [REVOCATION_UNTRUSTED] = "untrusted",
                                       [REVOCATION_NOT_CURRENT] = "not-current"};
    jo_key(&w->o, "revocation");
    jo_obj(&w->o);
    jo_kstr(&w->o, "state", str_of(states[v->state]));
    if (v->state == REVOCATION_UNKNOWN)
        jo_kstr(&w->o, "gap", str_of(gaps[v->gap]));
    if (v->state == REVOCATION_REVOKED) {
        put_time(w, "since", v->since);
        jo_kstr(&w->o, "reason", str_of(crl_reason_name(v->reason)));
    }
    if (v->crl || v->answer) {
        jo_kstr(&w->o, "source", v->answer ? STR("ocsp") : STR("crl"));
        put_time(w, "this_update", v->this_update);
        put_time_or_null(w, "next_update", v->has_next_update, v->next_update);
        jo_kbool(&w->o, "current", v->current);
    }
    jo_end_obj(&w->o);
}

static void put_path(struct writing *w, const struct sign_judgement *j)
{
    const struct path *p = &j->path;
    jo_key(&w->o, "path");
    jo_arr(&w->o);
    for (size_t i = 0; i < p->n; i++) {
        bool trusted = j->anchor && i + 1 == p->n;
        jo_obj(&w->o);
        put_cert(w, p->v[i]);
        jo_kbool(&w->o, "trusted", trusted);
        if (p->fault != PATH_OK && p->at == i)
            jo_kstr(&w->o, "fault", str_of(path_fault_name(p->fault)));
        if (!trusted)
            put_revocation(w, &j->revocation[i]);
        jo_end_obj(&w->o);
    }
    jo_end_arr(&w->o);
}

/* ---- time-stamps, law, changes ---- */

static void put_stamps(struct writing *w, const struct sign_subject *s)
{
    static const char *const kinds[] = {[STAMP_CONTENT] = "content",
                                        [STAMP_SIGNATURE] = "signature",
                                        [STAMP_ARCHIVE] = "archive",
                                        [STAMP_DOCUMENT] = "document"};
    jo_key(&w->o, "timestamps");
    jo_arr(&w->o);
    for (size_t i = 0; i < s->n_stamps; i++) {
        const struct sign_stamp *t = &s->stamps[i];
        jo_obj(&w->o);
        jo_kstr(&w->o, "kind", str_of(kinds[t->kind]));
        put_time(w, "time", t->token->info.time);
        put_cert_or_null(w, "authority", t->check.cms.cert);
        jo_kstr(&w->o, "verdict", str_of(verdict_name(sub_indication_verdict(t->sub))));
        jo_kstr(&w->o, "sub_indication", str_of(sub_indication_name(t->sub)));
        jo_end_obj(&w->o);
    }
    jo_end_arr(&w->o);
}

static void put_law(struct writing *w, const struct report_signature *s)
{
    static const char *const names[] = {
        [PRESUMPTION_NONE] = "none", [PRESUMPTION_LICENSED] = "licensed", [PRESUMPTION_FOREIGN] = "foreign"};
    static const int articles[] = {[PRESUMPTION_NONE] = 4, [PRESUMPTION_LICENSED] = 6, [PRESUMPTION_FOREIGN] = 15};
    const struct sign_judgement *j = s->result;
    jo_key(&w->o, "law");
    jo_obj(&w->o);
    jo_kstr(&w->o, "presumption", str_of(names[j->presumption]));
    if (j->verdict == VERDICT_PASSED)
        jo_kint(&w->o, "article", articles[j->presumption]);
    jo_kstr(&w->o, "words", str_of(tr(w->lang, told_law(s))));
    if (j->verdict == VERDICT_PASSED && j->anchor)
        jo_kstr(&w->o, "reason", j->anchor->reason);
    jo_end_obj(&w->o);
}

static void put_faults(struct writing *w)
{
    jo_key(&w->o, "faults");
    jo_arr(&w->o);
    for (size_t i = 0; i < w->r->n_faults; i++) {
        const struct report_fault *f = &w->r->faults[i];
        jo_obj(&w->o);
        jo_kstr(&w->o, "kind", str_of(f->name));
        jo_kstr(&w->o, "file", f->file);
        jo_kstr(&w->o, "words", told_fault_words(w->a, f, w->lang));
        jo_end_obj(&w->o);
    }
    jo_end_arr(&w->o);
}

static void put_warnings(struct writing *w)
{
    jo_key(&w->o, "warnings");
    jo_arr(&w->o);
    for (size_t i = 0; i < w->r->n_warnings; i++) {
        const struct sign_warning *x = &w->r->warnings[i];
        jo_obj(&w->o);
        jo_kstr(&w->o, "kind", str_of(x->name));
        jo_kstr(&w->o, "words", told_warning_words(w->a, x, w->lang));
        jo_end_obj(&w->o);
    }
    jo_end_arr(&w->o);
}

static void put_changes(struct writing *w)
{
    jo_key(&w->o, "changes");
    jo_arr(&w->o);
    for (size_t i = 0; i < w->r->n_changes; i++) {
        const struct report_change *c = &w->r->changes[i];
        jo_obj(&w->o);
        jo_kint(&w->o, "revision", (int64_t)c->step->rev + 1);
        jo_kstr(&w->o, "kind", str_of(pdf_edit_name(c->step->edit)));
        jo_kint(&w->o, "object", c->step->object);
        jo_kstr(&w->o, "field", c->step->field);
        jo_kbool(&w->o, "refused", c->refused);
        jo_kstr(&w->o, "words", told_change_words(w->a, c->step, w->lang));
        jo_end_obj(&w->o);
    }
    jo_end_arr(&w->o);
}

/* ---- signatures ---- */

static void put_place(struct writing *w, const struct report_signature *s)
{
    jo_kstr(&w->o, "kind", s->is_timestamp ? STR("document-timestamp") : STR("signature"));
    jo_kstr(&w->o, "format", str_of(s->is_timestamp ? "RFC 3161" : format_name(s->subject->format)));
    if (s->revision > 0) {
        jo_kstr(&w->o, "field", s->field);
        jo_kint(&w->o, "revision", (int64_t)s->revision);
    }
    jo_kbool(&w->o, "covers_whole_file", s->whole);
    if (w->r->format == REPORT_ASIC) {
        jo_key(&w->o, "covers_files");
        jo_arr(&w->o);
        for (size_t i = 0; i < s->n_files; i++)
            jo_str(&w->o, s->files[i]);
        jo_end_arr(&w->o);
    }
    if (s->reason.n)
        jo_kstr(&w->o, "stated_reason", s->reason);
    if (s->location.n)
        jo_kstr(&w->o, "stated_location", s->location);
}

static void put_signature(struct writing *w, const struct report_signature *s)
{
    const struct sign_judgement *j = s->result;
    const struct sign_subject *u = s->subject;
    jo_obj(&w->o);
    put_place(w, s);
    jo_kstr(&w->o, "verdict", str_of(verdict_name(j->verdict)));
    jo_kstr(&w->o, "sub_indication", str_of(sub_indication_name(j->sub)));
    jo_kstr(&w->o, "words", told_why(w->a, j, w->lang));
    jo_kstr(&w->o, "level", s->is_timestamp || !j->is_ades ? STR_EMPTY : str_of(sign_level_name(u->format, j->level)));
    put_cert_or_null(w, "signer", u->cert);
    if (u->cert) {
        jo_kstr(&w->o, "key", str_of(pkey_kind_name(pkey_kind(u->cert->key))));
        jo_kstr(&w->o, "digest", u->scheme.digest == DIGEST_NONE ? STR_EMPTY : str_of(digest_name(u->scheme.digest)));
    }
    put_time_or_null(w, "claimed_time", u->has_time, u->time);
    put_time_or_null(w, "proven_time", j->best_proven, j->best);
    put_law(w, s);
    put_path(w, j);
    put_stamps(w, u);
    jo_end_obj(&w->o);
}

static void put_file(struct writing *w)
{
    const struct report *r = w->r;
    jo_key(&w->o, "file");
    jo_obj(&w->o);
    jo_kstr(&w->o, "name", r->name);
    jo_kint(&w->o, "size", (int64_t)r->size);
    jo_kstr(&w->o, "sha256", sha256_hex_text(w->a, &r->sha256));
    jo_kstr(&w->o, "format", str_of(report_format_name(r->format)));
    jo_kint(&w->o, "revisions", (int64_t)r->revisions);
    jo_kint(&w->o, "appended_bytes", (int64_t)r->appended);
    jo_end_obj(&w->o);
}

static void put_error(struct writing *w)
{
    jo_key(&w->o, "error");
    if (w->r->unreadable.code == OK) {
        jo_null(&w->o);
        return;
    }
    jo_obj(&w->o);
    jo_kstr(&w->o, "code", str_of(w->r->unreadable.main.code));
    jo_kstr(&w->o, "words", told_err(w->a, &w->r->unreadable, w->lang));
    jo_end_obj(&w->o);
}

rc report_json(struct arena *a, const struct report *r, enum lang lang, struct buf *out)
{
    struct writing w = {.a = a, .r = r, .lang = lang};
    jo_begin(&w.o, out);
    jo_obj(&w.o);
    jo_kstr(&w.o, "report", STR(REPORT_JSON_TYPE));
    put_time(&w, "validated_at", r->at);
    put_file(&w);
    jo_kstr(&w.o, "verdict", str_of(verdict_name(r->verdict)));
    put_error(&w);
    jo_key(&w.o, "signatures");
    jo_arr(&w.o);
    for (size_t i = 0; i < r->n; i++)
        put_signature(&w, &r->v[i]);
    jo_end_arr(&w.o);
    put_faults(&w);
    put_warnings(&w);
    put_changes(&w);
    jo_end_obj(&w.o);
    TRY(arena_rc(a));
    return buf_rc(out);
}
