/* Documents to be approved: lists, filing, one with its history, giving back, and the two steps of approving. */
#include "mod/sign/pages/pages_approval.h"

#include "approval.view.h"
#include "core/account.h"
#include "core/party.h"

enum { SIGNATURE_TEXT_MAX = 8192, QUERY_MAX = 100 };

static const struct choice shows[] = {
    {"turn", N_("Waiting for me")}, {"mine", N_("Filed by me")}, {"all", N_("All")}, {NULL, NULL}};

INPUT(list_in, {.name = "show", .type = F_CHOICE, .choices = shows, .label = N_("Show")},
      {.name = "state", .type = F_CHOICE, .choices = approval_states, .label = N_("State")},
      {.name = "q", .type = F_TEXT, .max = QUERY_MAX, .label = N_("Words in the title")},
      {.name = "page", .type = F_INT, .min = 1, .max = 100000, .label = N_("Page")});

#define APPROVER(n_, label_)                                                                                           \
    {.name = "approver" n_, .type = F_ID, .label = label_},                                                            \
    {                                                                                                                  \
        .name = "capacity" n_, .type = F_TEXT, .max = APPROVAL_CAPACITY_MAX, .label = N_("Approves as"),               \
        .hint = N_("Post or role, for example section chief. It is signed as well.")                                   \
    }

INPUT(new_in,
      {.name = "title",
       .type = F_TEXT,
       .required = true,
       .max = APPROVAL_TITLE_MAX,
       .label = N_("Title of the document")},
      {.name = "note", .type = F_LINES, .max = APPROVAL_NOTE_MAX, .label = N_("Note to the approvers")},
      {.name = "file",
       .type = F_FILE,
       .required = true,
       .max = APPROVAL_FILE_MAX,
       .label = N_("Document"),
       .hint = N_("Any kind of file, 15 MB at most. Its bytes are what is approved.")},
      {.name = "due", .type = F_DAY, .label = N_("To be decided by")}, APPROVER("1", N_("First approver")),
      APPROVER("2", N_("Second approver")), APPROVER("3", N_("Third approver")), APPROVER("4", N_("Fourth approver")),
      APPROVER("5", N_("Fifth approver")), APPROVER("6", N_("Sixth approver")));

INPUT(reason_in, {.name = "step", .type = F_ID, .label = N_("Which approval")},
      {.name = "reason", .type = F_LINES, .required = true, .max = APPROVAL_REASON_MAX, .label = N_("Reason")});
INPUT(correct_in,
      {.name = "file", .type = F_FILE, .required = true, .max = APPROVAL_FILE_MAX, .label = N_("Corrected document")},
      {.name = "what", .type = F_LINES, .max = APPROVAL_NOTE_MAX, .label = N_("What was corrected")});
INPUT(prepare_in, {.name = "step", .type = F_ID, .required = true, .label = N_("Which approval")},
      {.name = "key",
       .type = F_TEXT,
       .required = true,
       .min = DEVICE_KEY_HEX,
       .max = DEVICE_KEY_HEX,
       .label = N_("Device")});
INPUT(sign_in, {.name = "step", .type = F_ID, .required = true, .label = N_("Which approval")},
      {.name = "signature", .type = F_TEXT, .max = SIGNATURE_TEXT_MAX, .label = N_("Signature made by this browser")},
      {.name = "signature_file",
       .type = F_FILE,
       .max = SIGNATURE_TEXT_MAX,
       .label = N_("Signature"),
       .hint = N_("The file that the command wrote.")});

/* ---- words ---- */

const char *approval_colour(str state)
{
    static const struct choice colours[] = {{"open", "blue"},    {"returned", "yellow"}, {"approved", "green"},
                                            {"declined", "red"}, {"withdrawn", "grey"},  {NULL, NULL}};
    return choice_label(colours, state);
}

const char *approval_step_colour(str state)
{
    return str_eq(state, STR("waiting")) ? "grey" : approval_colour(state);
}

str approval_hash_groups(const struct ctx *c, const struct sha256 *h)
{
    enum { GROUP = 8 };
    BUF_SCOPED groups = BUF_INIT(128);
    str hex = sha256_hex_text(c->arena, h);
    for (size_t i = 0; i < hex.n; i += GROUP) {
        if (i > 0)
            buf_putc(&groups, ' ');
        buf_put(&groups, str_sub(hex, i, GROUP));
    }
    return arena_str(c->arena, buf_str(&groups));
}

/* ---- lists ---- */

/* Choices come by index in .i; what was typed wrongly is as if it were not there. */
static const char *chosen(const struct ctx *c, const char *name)
{
    const struct field_value *v = in_value(&c->in, name);
    return v->given && !v->bad ? in_choice(&c->in, name) : NULL;
}

static rc list_read(struct ctx *c)
{
    const struct act x = ACT(c->tx, c);
    struct approvals_page p = {.spec = &list_in};
    const struct field_value *page = in_value(&c->in, "page"), *words = in_value(&c->in, "q");
    const char *show = chosen(c, "show");
    int64_t total, at = page->given && !page->bad ? page->i : 1;
    p.show = show ? (enum approval_show)choice_index(shows, str_of(show)) : APPROVAL_TURN;
    const struct approval_query q = {.show = p.show,
                                     .state = chosen(c, "state"),
                                     .words = words->bad ? STR_EMPTY : in_text(&c->in, "q"),
                                     .offset = (at - 1) * APPROVAL_LIST_PAGE,
                                     .limit = APPROVAL_LIST_PAGE};
    TRY(approvals_list(&x, &q, &p.v, &p.n, &total));
    p.filtered = q.state || q.words.n > 0;
    p.pages = pages_of(at, APPROVAL_LIST_PAGE, total, STR("/sign/approvals"), query_without(c, "page"));
    view_sign_approvals(&c->reply->body, c, &p);
    return reply_page(c, 200);
}

/* ---- filing ---- */

static rc new_read(struct ctx *c)
{
    struct approval_new_page p = {.spec = &new_in};
    struct member *v;
    size_t n;
    TRY(members_of(c->tx, c->session.party, &v, &n, c->arena));
    p.members = ARENA_ARRAY(c->arena, n + 1, struct option);
    if (!p.members)
        return arena_failed(c->arena);
    p.members[p.n_members++] = (struct option){STR_EMPTY, str_of(tr(c->lang, N_("Nobody"))), STR_EMPTY};
    for (size_t i = 0; i < n; i++)
        if (v[i].perms & APPROVAL_MEMBERS) {
            struct account person;
            TRY(account_get(c->tx, v[i].account, &person, c->arena));
            p.members[p.n_members++] = (struct option){str_of(id_shown(c, v[i].account)), person.name, STR_EMPTY};
        }
    view_sign_approval_new(&c->reply->body, c, &p);
    return reply_page(c, 200);
}

/* Those that were named, in their order; gaps are closed. */
static size_t read_approvers(const struct ctx *c, struct approver out[APPROVERS_MAX])
{
    size_t n = 0;
    for (int i = 1; i <= APPROVERS_MAX; i++) {
        char approver[] = "approver0", capacity[] = "capacity0";
        approver[sizeof approver - 2] = capacity[sizeof capacity - 2] = (char)('0' + i);
        if (in_given(&c->in, approver))
            out[n++] = (struct approver){in_int(&c->in, approver), in_text(&c->in, capacity)};
    }
    return n;
}

static rc file_write(struct tx *tx, struct ctx *c)
{
    const struct act x = ACT(tx, c);
    struct approver approvers[APPROVERS_MAX];
    const struct upload *file = &in_value(&c->in, "file")->file;
    id made;
    const struct approval_filing f = {
        .title = in_text(&c->in, "title"),
        .note = in_text(&c->in, "note"),
        .file_name = file->name,
        .bytes = file->bytes,
        .due = in_given(&c->in, "due") ? day_start((day)in_int(&c->in, "due") + 1) - SECOND : 0,
        .approvers = approvers,
        .n_approvers = read_approvers(c, approvers)};
    TRY(approval_file(&x, c->app, &f, &made));
    flash(c, N_("The document was filed; the first approver was told."));
    return go(c, "/sign/approvals/%s", id_shown(c, made));
}

/* ---- one ---- */

rc approval_of_path(const struct ctx *c, struct tx *tx, struct approval_whole *out)
{
    const struct act x = ACT(tx, c);
    id approval;
    TRY(path_id(c, "id", &approval));
    return approval_read(&x, approval, out);
}

static rc living_devices(struct ctx *c, struct approval_page *p)
{
    struct device *v;
    size_t n;
    BUF_SCOPED keys = BUF_INIT(DEVICES_EVER * (DEVICE_KEY_HEX + 1));
    TRY(devices_of(c->tx, c->session.account, &v, &n, c->arena));
    p->devices = v;
    for (size_t i = 0; i < n; i++)
        if (device_lives(&v[i], c->now)) {
            p->devices[p->n_devices++] = v[i];
            buf_putc(&keys, ' ');
            buf_put(&keys, v[i].key);
        }
    p->keys = arena_str(c->arena, str_trim(buf_str(&keys)));
    return p->keys.p ? OK : arena_failed(c->arena);
}

/* Not a failure of the page: it says so. */
static rc look_again(struct ctx *c, struct approval_page *p)
{
    BUF_SCOPED words = BUF_INIT(4096);
    rc r = approval_check(c->tx, c->arena, &p->w, &p->w.v[0]);
    p->sound = r == OK;
    p->trouble = STR_EMPTY;
    if (r == OK)
        return OK;
    if (r != E_CONFLICT && r != E_INVALID)
        return r;
    err_format(&words, tr(c->lang, tx_err(c->tx)->main.msgid), &tx_err(c->tx)->main);
    err_clear(tx_err(c->tx));
    p->trouble = arena_str(c->arena, buf_str(&words));
    return p->trouble.p ? OK : arena_failed(c->arena);
}

static rc one_read(struct ctx *c)
{
    const struct act x = ACT(c->tx, c);
    struct approval_page p = {.reason = &reason_in, .correct = &correct_in};
    TRY(approval_of_path(c, c->tx, &p.w));
    p.turn = approval_turn(&x, &p.w);
    p.owns = p.w.approval.owner == c->session.account;
    p.path = arena_printf(c->arena, "/sign/approvals/%s", id_shown(c, p.w.approval.id));
    if (p.turn)
        TRY(living_devices(c, &p));
    TRY(look_again(c, &p));
    view_sign_approval(&c->reply->body, c, &p);
    return reply_page(c, 200);
}

static rc back(struct ctx *c, const char *said)
{
    id approval;
    TRY(path_id(c, "id", &approval));
    flash(c, said);
    return go(c, "/sign/approvals/%s", id_shown(c, approval));
}

static rc return_write(struct tx *tx, struct ctx *c)
{
    const struct act x = ACT(tx, c);
    TRY(approval_return(&x, in_int(&c->in, "step"), in_text(&c->in, "reason")));
    return back(c, N_("The document was returned; who filed it was told why."));
}

static rc decline_write(struct tx *tx, struct ctx *c)
{
    const struct act x = ACT(tx, c);
    TRY(approval_decline(&x, in_int(&c->in, "step"), in_text(&c->in, "reason")));
    return back(c, N_("The document was refused; who filed it was told why."));
}

static rc withdraw_write(struct tx *tx, struct ctx *c)
{
    const struct act x = ACT(tx, c);
    id approval;
    TRY(path_id(c, "id", &approval));
    TRY(approval_withdraw(&x, approval, in_text(&c->in, "reason")));
    return back(c, N_("The document was withdrawn."));
}

static rc correct_write(struct tx *tx, struct ctx *c)
{
    const struct act x = ACT(tx, c);
    const struct upload *file = &in_value(&c->in, "file")->file;
    id approval;
    TRY(path_id(c, "id", &approval));
    TRY(approval_correct(&x, c->app, approval, file->name, file->bytes, in_text(&c->in, "what")));
    return back(c, N_("The corrected document was filed; the approvals begin anew."));
}

/* ---- approving ---- */

static rc prepare_write(struct tx *tx, struct ctx *c)
{
    const struct act x = ACT(tx, c);
    id approval;
    TRY(path_id(c, "id", &approval));
    TRY(approval_prepare(&x, in_int(&c->in, "step"), in_text(&c->in, "key")));
    return go(c, "/sign/approvals/%s/sign", id_shown(c, approval));
}

static rc ticket_of_path(struct ctx *c, struct approval_sign_page *p)
{
    const struct act x = ACT(c->tx, c);
    TRY(approval_of_path(c, c->tx, &p->w));
    p->turn = approval_turn(&x, &p->w);
    p->path = arena_printf(c->arena, "/sign/approvals/%s", id_shown(c, p->w.approval.id));
    if (!p->turn)
        return ERR(&c->err, E_CONFLICT, "APV-002", N_("This document does not wait for your approval now."));
    return approval_ticket_get(c->tx, p->turn->id, c->now, &p->ticket, c->arena);
}

static rc sign_read(struct ctx *c)
{
    struct approval_sign_page p = {.spec = &sign_in};
    BUF_SCOPED text = BUF_INIT(2 * APPROVAL_SIGNATURE_MAX);
    TRY(ticket_of_path(c, &p));
    buf_base64(&text, p.ticket.to_sign);
    p.to_sign = arena_str(c->arena, buf_str(&text));
    TRY(arena_rc(c->arena));
    view_sign_approval_sign(&c->reply->body, c, &p);
    return reply_page(c, 200);
}

static rc bytes_read(struct ctx *c)
{
    struct approval_sign_page p = {.spec = &sign_in};
    TRY(ticket_of_path(c, &p));
    buf_put(&c->reply->body, p.ticket.to_sign);
    return reply_download(c, "application/octet-stream", STR("to-sign.der"));
}

static rc sign_write(struct tx *tx, struct ctx *c)
{
    const struct act x = ACT(tx, c);
    BUF_SCOPED typed = BUF_INIT(SIGNATURE_TEXT_MAX);
    str signature = in_value(&c->in, "signature_file")->file.bytes;
    if (in_given(&c->in, "signature")) {
        if (buf_unbase64(&typed, in_text(&c->in, "signature")) != OK)
            buf_clear(&typed); /* does not hold */
        signature = buf_str(&typed);
    }
    TRY(approval_finish(&x, c->app, in_int(&c->in, "step"), signature));
    return back(c, N_("You have approved the document."));
}

static const struct route routes[] = {
    {.method = HTTP_GET,
     .path = "/sign/approvals",
     .perm = APPROVAL_MEMBERS,
     .in = &list_in,
     .read = list_read,
     .summary = N_("Documents to be approved: list")},
    {.method = HTTP_GET,
     .path = "/sign/approvals/new",
     .perm = APPROVAL_MEMBERS,
     .read = new_read,
     .summary = N_("File a document to be approved: form")},
    {.method = HTTP_POST,
     .path = "/sign/approvals",
     .perm = APPROVAL_MEMBERS,
     .in = &new_in,
     .write = file_write,
     .form = new_read,
     .summary = N_("File a document to be approved"),
     .max_body = APPROVAL_FILE_MAX + 65536},
    {.method = HTTP_GET,
     .path = "/sign/approvals/{id}",
     .perm = APPROVAL_MEMBERS,
     .read = one_read,
     .summary = N_("A document to be approved, with its history")},
    {.method = HTTP_POST,
     .path = "/sign/approvals/{id}/return",
     .perm = APPROVAL_MEMBERS,
     .in = &reason_in,
     .write = return_write,
     .form = one_read,
     .summary = N_("Return a document for correction")},
    {.method = HTTP_POST,
     .path = "/sign/approvals/{id}/decline",
     .perm = APPROVAL_MEMBERS,
     .in = &reason_in,
     .write = decline_write,
     .form = one_read,
     .summary = N_("Refuse a document")},
    {.method = HTTP_POST,
     .path = "/sign/approvals/{id}/withdraw",
     .perm = APPROVAL_MEMBERS,
     .in = &reason_in,
     .write = withdraw_write,
     .form = one_read,
     .summary = N_("Withdraw a document that was filed")},
    {.method = HTTP_POST,
     .path = "/sign/approvals/{id}/correct",
     .perm = APPROVAL_MEMBERS,
     .in = &correct_in,
     .write = correct_write,
     .form = one_read,
     .summary = N_("File the corrected version of a returned document"),
     .max_body = APPROVAL_FILE_MAX + 65536},
    {.method = HTTP_POST,
     .path = "/sign/approvals/{id}/prepare",
     .perm = APPROVAL_MEMBERS,
     .in = &prepare_in,
     .write = prepare_write,
     .form = one_read,
     .summary = N_("Begin an approval: what is to be signed"),
     .flags = ROUTE_IDEMPOTENT},
    {.method = HTTP_GET,
     .path = "/sign/approvals/{id}/sign",
     .perm = APPROVAL_MEMBERS,
     .read = sign_read,
     .summary = N_("Sign an approval: what is to be signed")},
    {.method = HTTP_GET,
     .path = "/sign/approvals/{id}/to-sign",
     .perm = APPROVAL_MEMBERS,
     .read = bytes_read,
     .summary = N_("The bytes to be signed, for signing with any tool")},
    {.method = HTTP_POST,
     .path = "/sign/approvals/{id}/sign",
     .perm = APPROVAL_MEMBERS,
     .in = &sign_in,
     .write = sign_write,
     .form = sign_read,
     .summary = N_("Approve with a signature over these bytes")},
};
const struct route_table sign_approval_routes = {"sign", routes, sizeof routes / sizeof routes[0]};
