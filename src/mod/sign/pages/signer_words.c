#include "mod/sign/pages/signer_words.h"

static bool approves(const struct signer *s)
{
    return str_eq(s->role, STR("approve"));
}

const char *signer_asks(const struct signer_page *p)
{
    return approves(&p->signer) ? N_("You are asked to approve a document") : N_("You are asked to sign a document");
}

const char *signer_verb(const struct signer_page *p)
{
    if (p->own_key)
        return N_("Go on to signing");
    return approves(&p->signer) ? N_("Approve and sign") : N_("Sign the document");
}

const char *signer_done_words(const struct signer_page *p)
{
    if (p->at == SIGNER_FINISHED)
        return N_("Finished");
    return approves(&p->signer) ? N_("You have approved") : N_("You have signed");
}

/* ---- plain pages ---- */

static bool is_state(const struct signer_page *p, const char *state)
{
    return str_eq(p->room.state, str_of(state));
}

const char *signer_plain_title(const struct signer_page *p)
{
    if (p->at == SIGNER_WAITS)
        return N_("It is not your turn yet");
    if (p->at == SIGNER_DECLINED)
        return N_("You have refused");
    if (p->at == SIGNER_PASSED_ON)
        return N_("You have passed it on");
    if (is_state(p, "voided"))
        return N_("The sender has ended it");
    if (is_state(p, "declined"))
        return N_("Somebody has refused");
    return N_("The time is over");
}

static const char *plain_text(const struct signer_page *p)
{
    if (p->at == SIGNER_WAITS)
        return N_("Others sign first. You will get an e-mail when it is your turn; this link stays the same.");
    if (p->at == SIGNER_DECLINED)
        return N_("{2} was told, with the reason that you gave. Nothing more is to be done.");
    if (p->at == SIGNER_PASSED_ON)
        return N_("{1} was asked in your place. Nothing more is to be done.");
    if (is_state(p, "voided"))
        return N_("{2} does not need this document to be signed any more. The reason given:");
    if (is_state(p, "declined"))
        return N_("{1} does not sign, so the matter has ended for everybody. The reason given:");
    return N_("It could be signed until {3}. If it is still needed, ask {2} to send it again.");
}

str signer_plain_text(const struct ctx *c, const struct signer_page *p)
{
    BUF_SCOPED until = BUF_INIT(128);
    BUF_SCOPED text = BUF_INIT(4096);
    fmt_instant(&until, c->lang, p->room.expires);
    const str args[] = {p->at == SIGNER_PASSED_ON ? p->delegate : p->refused_by, p->sender, buf_str(&until)};
    tr_f(&text, c->lang, plain_text(p), args, sizeof args / sizeof args[0]);
    return arena_str(c->arena, buf_str(&text));
}

str signer_plain_reason(const struct signer_page *p)
{
    if (p->at == SIGNER_DECLINED)
        return p->signer.reason;
    return p->at == SIGNER_ENDED && (is_state(p, "voided") || is_state(p, "declined")) ? p->room.reason : STR_EMPTY;
}

/* ---- people ---- */

struct state_words {
    const char *state, *words, *colour;
};
static const struct state_words states[] = {
    {"waiting", N_("later"), "grey"},          {"invited", N_("asked"), "yellow"},
    {"signed", N_("has signed"), "green"},     {"declined", N_("has refused"), "red"},
    {"delegated", N_("passed it on"), "blue"}, {"stopped", N_("not needed any more"), "grey"},
};

static const struct state_words *words_of(const struct signer_page *p, const struct signer *s)
{
    static const struct state_words copy = {"copy", N_("gets it at the end"), "grey"},
                                    copied = {"copy", N_("has a copy"), "green"},
                                    approved = {"signed", N_("has approved"), "green"};
    if (str_eq(s->role, STR("copy")))
        return is_state(p, "completed") ? &copied : &copy;
    if (approves(s) && str_eq(s->state, STR("signed")))
        return &approved;
    for (size_t i = 0; i < sizeof states / sizeof states[0]; i++)
        if (str_eq(s->state, str_of(states[i].state)))
            return &states[i];
    return &states[0];
}

const char *signer_words(const struct signer_page *p, const struct signer *s)
{
    return words_of(p, s)->words;
}

const char *signer_colour(const struct signer_page *p, const struct signer *s)
{
    return words_of(p, s)->colour;
}

/* ---- fields ---- */

bool signer_is_box(const struct signer_field *f)
{
    return str_eq(f->field->kind, STR("check"));
}

bool signer_is_date(const struct signer_field *f)
{
    return str_eq(f->field->kind, STR("date"));
}

str signer_label(const struct ctx *c, const struct signer_field *f)
{
    return f->field->label.n ? f->field->label : str_of(tr(c->lang, choice_label(room_field_kinds, f->field->kind)));
}

const char *signer_digest_flag(const struct signer_page *p)
{
    return strcmp(p->asked.digest, "SHA-384") == 0   ? "sha384"
           : strcmp(p->asked.digest, "SHA-512") == 0 ? "sha512"
                                                     : "sha256";
}
