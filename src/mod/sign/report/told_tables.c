/* The certificates and the time-stamps of one signature, as tables. */
#include "crypto/ocsp.h"
#include "mod/sign/report/told_impl.h"

static rc table(const struct telling *t, const char *title, const char *const headings[TOLD_COLUMNS], size_t rows,
                struct told_table *out)
{
    out->title = told_text(t, title);
    for (int i = 0; i < TOLD_COLUMNS; i++)
        out->headings[i] = told_text(t, headings[i]);
    out->rows = arena_array(t->a, rows + 1, sizeof *out->rows);
    return out->rows ? OK : arena_failed(t->a);
}

/* ---- certificates ---- */

static str source_of(const struct telling *t, const struct revocation *v)
{
    const char *which = v->answer ? N_("OCSP answer of {1}") : N_("revocation list of {1}");
    str made = TOLD(t, which, told_time(t, v->this_update));
    if (!v->has_next_update)
        return made;
    return arena_printf(t->a, "%.*s%.*s", STR_ARG(made),
                        STR_ARG(TOLD(t, N_(", current until {1}"), told_time(t, v->next_update))));
}

static const char *gap_words(enum revocation_gap g)
{
    switch (g) {
    case REVOCATION_UNTRUSTED:
        return N_("not known: what is there is not signed by somebody entitled");
    case REVOCATION_NOT_CURRENT:
        return N_("not known: what is there is out of date");
    case REVOCATION_NO_EVIDENCE:
        break;
    }
    return N_("not known: nothing at hand says so");
}

static str revocation_words(const struct telling *t, const struct sign_judgement *j, size_t i)
{
    const struct revocation *v = &j->revocation[i];
    if (j->anchor && i + 1 == j->path.n)
        return told_text(t, N_("trusted here"));
    if (!v->crl && !v->answer && v->state == REVOCATION_UNKNOWN)
        return told_text(t, gap_words(v->gap));
    switch (v->state) {
    case REVOCATION_GOOD:
        return TOLD(t, N_("not revoked ({1})"), source_of(t, v));
    case REVOCATION_REVOKED:
        return TOLD(t, N_("revoked since {1}, {2} ({3})"), told_time(t, v->since), str_of(crl_reason_name(v->reason)),
                    source_of(t, v));
    case REVOCATION_UNKNOWN:
        break;
    }
    return arena_printf(t->a, "%.*s (%.*s)", STR_ARG(told_text(t, gap_words(v->gap))), STR_ARG(source_of(t, v)));
}

static str validity(const struct telling *t, const struct cert *c)
{
    BUF_SCOPED b = BUF_INIT(128);
    buf_day(&b, instant_day(c->not_before));
    buf_put(&b, STR(" – "));
    buf_day(&b, instant_day(c->not_after));
    return arena_str(t->a, buf_str(&b));
}

rc told_path(const struct telling *t, const struct report_signature *s, struct told_table *out)
{
    static const char *const headings[TOLD_COLUMNS] = {N_("Certificate of"), N_("Issued by"), N_("In date"),
                                                       N_("Revoked?")};
    const struct path *p = &s->result->path;
    TRY(table(t, N_("Certificates, from the signer to the one that is trusted"), headings, p->n, out));
    for (size_t i = 0; i < p->n; i++) {
        str *row = out->rows[out->n++];
        row[0] = report_name(t->a, p->v[i]->subject);
        row[1] = report_name(t->a, p->v[i]->issuer);
        row[2] = validity(t, p->v[i]);
        row[3] = revocation_words(t, s->result, i);
    }
    return arena_rc(t->a);
}

/* ---- time-stamps ---- */

static const char *kind_words(enum sign_stamp_kind k)
{
    switch (k) {
    case STAMP_CONTENT:
        return N_("what was signed");
    case STAMP_SIGNATURE:
        return N_("the signature");
    case STAMP_ARCHIVE:
        return N_("signature and evidence");
    case STAMP_DOCUMENT:
        break;
    }
    return N_("the document with signature and evidence");
}

static str stamp_result(const struct telling *t, const struct sign_stamp *s)
{
    if (s->sub == SUB_NONE)
        return told_text(t, N_("holds"));
    return arena_printf(t->a, "%.*s (%s)", STR_ARG(told_text(t, sub_indication_words(s->sub))),
                        sub_indication_name(s->sub));
}

rc told_stamps(const struct telling *t, const struct report_signature *s, struct told_table *out)
{
    static const char *const headings[TOLD_COLUMNS] = {N_("Time"), N_("Covers"), N_("Authority"), N_("Result")};
    const struct sign_subject *u = s->subject;
    TRY(table(t, N_("Time-stamps"), headings, u->n_stamps, out));
    for (size_t i = 0; i < u->n_stamps; i++) {
        const struct sign_stamp *one = &u->stamps[i];
        const struct cert *authority = one->check.cms.cert;
        str *row = out->rows[out->n++];
        row[0] = told_time(t, one->token->info.time);
        row[1] = told_text(t, kind_words(one->kind));
        row[2] = authority ? report_name(t->a, authority->subject) : told_text(t, N_("unknown"));
        row[3] = stamp_result(t, one);
    }
    return arena_rc(t->a);
}
