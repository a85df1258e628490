/* One signature in words, on both axes. */
#include "mod/sign/report/told_impl.h"

const char *told_verdict(enum verdict v, bool is_timestamp)
{
    switch (v) {
    case VERDICT_PASSED:
        return is_timestamp ? N_("The time-stamp holds") : N_("The signature holds");
    case VERDICT_INDETERMINATE:
        return N_("Not certain");
    case VERDICT_FAILED:
        break;
    }
    return is_timestamp ? N_("The time-stamp does not hold") : N_("The signature does not hold");
}

str told_why(struct arena *a, const struct sign_judgement *j, enum lang lang)
{
    const struct telling t = {.a = a, .lang = lang};
    return told_format(&t, j->words, j->args, 2);
}

static const char *law_head(const struct report_signature *s)
{
    if (s->result->verdict != VERDICT_PASSED)
        return N_("No presumption");
    switch (s->result->presumption) {
    case PRESUMPTION_LICENSED:
        return N_("Presumed to be signed by the person named");
    case PRESUMPTION_FOREIGN:
        return N_("Foreign certification authority, accepted as equal");
    case PRESUMPTION_NONE:
        break;
    }
    return N_("A plain electronic signature");
}

const char *told_law(const struct report_signature *s)
{
    if (s->result->verdict != VERDICT_PASSED)
        return N_("The law's presumption needs a digital signature that holds. Who relies on this one has to prove it "
                  "by other means.");
    switch (s->result->presumption) {
    case PRESUMPTION_LICENSED:
        return N_("Its certificate is from a licensed certification authority, in date and within its scope. By "
                  "Article 6 of the Electronic Signatures Act the person named is presumed to have signed.");
    case PRESUMPTION_FOREIGN:
        return N_("Its certificate is from a foreign certification authority that is accepted here as equal by Article "
                  "15 of the Electronic Signatures Act.");
    case PRESUMPTION_NONE:
        break;
    }
    return N_("By Article 4 of the Electronic Signatures Act it may not be refused for being electronic. There is no "
              "presumption of who signed: its certificate is not from a certification authority known here as "
              "licensed.");
}

static str law_of(const struct telling *t, const struct report_signature *s)
{
    const struct sign_anchor *anchor = s->result->anchor;
    str law = told_text(t, told_law(s));
    if (s->result->verdict != VERDICT_PASSED || !anchor || anchor->reason.n == 0)
        return law;
    return arena_printf(t->a, "%.*s %.*s", STR_ARG(law), STR_ARG(TOLD(t, N_("Reason: {1}"), anchor->reason)));
}

static str standard_of(const struct telling *t, const struct sign_judgement *j)
{
    if (j->sub == SUB_NONE)
        return str_of(verdict_name(j->verdict));
    return arena_printf(t->a, "%s, %s", verdict_name(j->verdict), sub_indication_name(j->sub));
}

static str signer_of(const struct telling *t, const struct report_signature *s)
{
    if (!s->subject->cert)
        return told_text(t, N_("unknown signer"));
    return report_name(t->a, s->subject->cert->subject);
}

static str scheme_of(const struct telling *t, const struct sign_subject *s)
{
    return arena_printf(t->a, "%s, %s%s", pkey_kind_name(pkey_kind(s->cert->key)), digest_name(s->scheme.digest),
                        s->scheme.pss ? ", PSS" : "");
}

static rc tell_times(const struct telling *t, const struct report_signature *s, told_pairs *to)
{
    if (s->subject->has_time)
        TRY(told_fact(t, to, N_("Time that the signer states"),
                      TOLD(t, N_("{1} (proves nothing by itself)"), told_time(t, s->subject->time))));
    return told_fact(t, to, N_("Proven to exist since"),
                     s->result->best_proven ? told_time(t, s->result->best)
                                            : told_text(t, N_("not proven: there is no time-stamp that holds")));
}

enum { FILES_NAMED = 20 };

static rc tell_files(const struct telling *t, const struct report_signature *s, told_pairs *to)
{
    BUF_SCOPED b = BUF_INIT(FILES_NAMED * 300);
    if (s->whole)
        return told_fact(t, to, N_("Covers"), told_text(t, N_("every file in the container")));
    for (size_t i = 0; i < s->n_files && i < FILES_NAMED; i++)
        buf_printf(&b, "%s%.*s", i ? "; " : "", STR_ARG(s->files[i]));
    if (s->n_files > FILES_NAMED)
        buf_put(&b, STR("; …"));
    return told_fact(t, to, N_("Covers"), arena_str(t->a, buf_str(&b)));
}

static rc tell_cover(const struct telling *t, const struct report_signature *s, told_pairs *to)
{
    if (s->n_files > 0)
        return tell_files(t, s, to);
    if (s->revision == 0)
        return OK;
    if (s->field.n)
        TRY(told_fact(t, to, N_("Field of the signature"), s->field));
    str covers = s->whole ? told_text(t, N_("the whole file"))
                          : TOLD(t, N_("the document up to revision {1}; later changes are listed below"),
                                 arena_printf(t->a, "%zu", s->revision));
    return s->subject->form == SUB_NONE || s->whole ? told_fact(t, to, N_("Covers"), covers) : OK;
}

/* People know a name, engineers compare the whole of it. */
static str name_and_dn(const struct telling *t, str dn)
{
    str name = report_name(t->a, dn), whole = cert_name_text(t->a, dn);
    return str_eq(name, whole) ? whole : TOLD(t, N_("{1} ({2})"), name, whole);
}

static rc tell_facts(const struct telling *t, const struct report_signature *s, told_pairs *to)
{
    const struct sign_subject *u = s->subject;
    if (u->cert) {
        TRY(told_fact(t, to, s->is_timestamp ? N_("Time-stamp authority") : N_("Signer"),
                      name_and_dn(t, u->cert->subject)));
        TRY(told_fact(t, to, N_("Certificate issued by"), name_and_dn(t, u->cert->issuer)));
    }
    if (!s->is_timestamp)
        TRY(tell_times(t, s, to));
    if (s->result->is_ades && !s->is_timestamp)
        TRY(told_fact(t, to, N_("Level"), str_of(sign_level_name(u->format, s->result->level))));
    if (s->reason.n)
        TRY(told_fact(t, to, N_("Reason stated"), s->reason));
    if (s->location.n)
        TRY(told_fact(t, to, N_("Place stated"), s->location));
    TRY(tell_cover(t, s, to));
    return u->cert && u->scheme.digest != DIGEST_NONE ? told_fact(t, to, N_("Algorithm"), scheme_of(t, u)) : OK;
}

rc told_signature(const struct telling *t, size_t i, struct told_signature *out)
{
    const struct report_signature *s = &t->r->v[i];
    *out = (struct told_signature){
        .title = TOLD(t, s->is_timestamp ? N_("Document time-stamp {1}: {2}") : N_("Signature {1}: {2}"),
                      arena_printf(t->a, "%zu", i + 1), signer_of(t, s)),
        .verdict = s->result->verdict,
        .head = told_text(t, told_verdict(s->result->verdict, s->is_timestamp)),
        .standard = standard_of(t, s->result),
        .why = told_why(t->a, s->result, t->lang),
        .presumed = s->result->presumption != PRESUMPTION_NONE,
    };
    if (!s->is_timestamp) {
        out->law_head = told_text(t, law_head(s));
        out->law = law_of(t, s);
    }
    TRY(tell_facts(t, s, &out->facts));
    TRY(told_path(t, s, &out->path));
    return told_stamps(t, s, &out->stamps);
}
