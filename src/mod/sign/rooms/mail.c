/* Words to the people of a room, in their language: who asks, what for, until when, and how to say no. */
#include "core/account.h"
#include "core/notice.h"
#include "core/party.h"
#include "mod/sign/rooms/objection.h"
#include "mod/sign/rooms/room_impl.h"

enum { MAIL_MAX = 32 << 10, ARGS_MAX = 6 };

/* {1} title, {2} the sender, {3} the signer, {4} the link, {5} the last day, {6} the message or reason. */
static rc send_with(const struct act *x, const struct app *app, const struct room *r, const struct signer *s,
                    const char *subject, const char *text, str last, str tail)
{
    struct party sender;
    enum lang lang = signer_lang(s);
    BUF_SCOPED link = BUF_INIT(2048);
    BUF_SCOPED until = BUF_INIT(128);
    BUF_SCOPED head = BUF_INIT(MAIL_MAX);
    BUF_SCOPED body = BUF_INIT(MAIL_MAX);
    TRY(party_get(x->tx, r->party, &sender, x->a));
    TRY(signer_link(x, app, s->id, &link));
    fmt_instant(&until, lang, r->expires);
    const str args[ARGS_MAX] = {r->title, sender.name, s->name, buf_str(&link), buf_str(&until), last};
    tr_f(&head, lang, subject, args, ARGS_MAX);
    tr_f(&body, lang, text, args, ARGS_MAX);
    buf_put(&body, tail);
    TRY(buf_rc(&head));
    TRY(buf_rc(&body));
    return mail_queue(x->tx, s->email, lang, buf_str(&head), buf_str(&body));
}

static rc send(const struct act *x, const struct app *app, const struct room *r, const struct signer *s,
               const char *subject, const char *text, str last)
{
    return send_with(x, app, r, s, subject, text, last, STR_EMPTY);
}

static str message_of(const struct act *x, const struct room *r, enum lang lang)
{
    if (r->message.n == 0)
        return STR_EMPTY;
    return arena_printf(x->a, "\n\n%s\n%.*s", tr(lang, N_("Message of the sender:")), STR_ARG(r->message));
}

rc mail_invite(const struct act *x, const struct app *app, const struct room *r, const struct signer *s)
{
    bool approve = str_eq(s->role, STR("approve"));
    BUF_SCOPED offer = BUF_INIT(MAIL_MAX);
    TRY(offer_tell(x, r, s, &offer));
    return send_with(
        x, app, r, s, approve ? N_("{2} asks for your approval: {1}") : N_("{2} asks for your signature: {1}"),
        approve ? N_("{3},\n\n{2} asks you to approve the document “{1}”.{6}\n\nRead it, and approve or refuse:\n{4}"
                     "\n\nThe link is for you alone; please do not pass it on. It works until {5}. You may refuse, "
                     "or name somebody else, on the same page.")
                : N_("{3},\n\n{2} asks you to sign the document “{1}”.{6}\n\nRead it, and sign or refuse:\n{4}\n\n"
                     "The link is for you alone; please do not pass it on. It works until {5}. You may refuse, or "
                     "name somebody else, on the same page."),
        message_of(x, r, signer_lang(s)), buf_str(&offer));
}

rc mail_remind(const struct act *x, const struct app *app, const struct room *r, const struct signer *s)
{
    return send(x, app, r, s, N_("Reminder: {1}"),
                N_("{3},\n\n{2} still waits for your answer to the document “{1}”.\n\nRead it, and sign or refuse:\n{4}"
                   "\n\nIt is open until {5}. If you have answered meanwhile, do nothing."),
                STR_EMPTY);
}

static const char *ended_words(str state)
{
    if (str_eq(state, STR("voided")))
        return N_("{3},\n\n{2} has ended the signing of “{1}”. The reason given: {6}\n\nYou need not do anything. What "
                  "there is to see is here:\n{4}");
    if (str_eq(state, STR("declined")))
        return N_("{3},\n\none of those who were asked does not sign “{1}”, so the signing has ended.\n\nYou need not "
                  "do anything. What there is to see is here:\n{4}");
    return N_("{3},\n\nnot everybody signed “{1}” in time, so the signing has ended.\n\nYou need not do anything. What "
              "there is to see is here:\n{4}");
}

rc mail_ended(const struct act *x, const struct app *app, const struct room *r, const struct signer *s)
{
    return send(x, app, r, s, N_("Signing ended: {1}"), ended_words(r->state), r->reason);
}

rc mail_completed(const struct act *x, const struct app *app, const struct room *r, const struct signer *s)
{
    return send(x, app, r, s, N_("Signed by everybody: {1}"),
                N_("{3},\n\neverybody has signed the document “{1}” of {2}. The signed file, and an archive with all "
                   "that proves it, are here:\n{4}\n\nPlease keep your own copy."),
                STR_EMPTY);
}

rc mail_code(const struct act *x, const struct room *r, const struct signer *s, str code, int64_t minutes)
{
    enum lang lang = signer_lang(s);
    BUF_SCOPED head = BUF_INIT(MAIL_MAX);
    BUF_SCOPED body = BUF_INIT(MAIL_MAX);
    const str args[] = {code, r->title, number_text(x->a, minutes)};
    tr_f(&head, lang, N_("Your code: {1}"), args, 3);
    tr_f(&body, lang,
         N_("Your code to sign “{2}” is {1}. It can be used for {3} minutes.\n\nNobody of ours will ever ask you for "
            "it. "
            "If you did not ask for a code, do nothing."),
         args, 3);
    TRY(buf_rc(&head));
    TRY(buf_rc(&body));
    return mail_queue(x->tx, s->email, lang, buf_str(&head), buf_str(&body));
}

rc tell_owner(const struct act *x, const struct room *r, const char *subject, const char *body, str who, str more)
{
    char number[ID_TEXT + 1];
    const str args[] = {r->title, who, more};
    if (r->owner == 0)
        return OK;
    id_text(r->id, number);
    return notice_account(x->tx, r->owner,
                          &(struct notice){.subject = subject,
                                           .body = body,
                                           .args = args,
                                           .n_args = 3,
                                           .path = arena_printf(x->a, "/sign/rooms/%s", number)});
}
