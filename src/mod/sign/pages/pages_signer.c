/* What a signer sees, and signing with the link or a one-time code. */
#include "mod/sign/pages/pages_signer.h"

#include "core/account.h"
#include "core/document.h"
#include "core/party.h"
#include "mod/sign/rooms/seal_fill.h"
#include "signer.view.h"

#define VALUE(n)                                                                                                       \
    {                                                                                                                  \
        .name = "v" #n, .type = F_TEXT, .max = ROOM_VALUE_MAX, .label = N_("What you fill in"), .personal = true       \
    }
enum { INK_MAX = 200000 /* characters */, BODY_MAX = 1 << 20 };

static const struct field sign_fields[] = {
    VALUE(0),
    VALUE(1),
    VALUE(2),
    VALUE(3),
    VALUE(4),
    VALUE(5),
    VALUE(6),
    VALUE(7),
    VALUE(8),
    VALUE(9),
    VALUE(10),
    VALUE(11),
    VALUE(12),
    VALUE(13),
    VALUE(14),
    VALUE(15),
    VALUE(16),
    VALUE(17),
    VALUE(18),
    VALUE(19),
    VALUE(20),
    VALUE(21),
    VALUE(22),
    VALUE(23),
    VALUE(24),
    VALUE(25),
    VALUE(26),
    VALUE(27),
    VALUE(28),
    VALUE(29),
    VALUE(30),
    VALUE(31),
    VALUE(32),
    VALUE(33),
    VALUE(34),
    VALUE(35),
    VALUE(36),
    VALUE(37),
    VALUE(38),
    VALUE(39),
    {.name = "ink", .type = F_LINES, .max = INK_MAX, .label = N_("Drawn signature"), .personal = true},
    {.name = "code",
     .type = F_TEXT,
     .max = 20,
     .later = true,
     .label = N_("The code from the e-mail"),
     .hint = N_("Six digits."),
     .autocomplete = "one-time-code"},
    {.name = "consent",
     .type = F_BOOL,
     .required = true,
     .label = N_("I have read the document and sign it electronically.")},
};
const struct input_spec signer_sign_in = {sign_fields, sizeof sign_fields / sizeof sign_fields[0]};

/* ---- who comes ---- */

struct room_from signer_from(const struct ctx *c)
{
    return (struct room_from){.address = c->req->client, .agent = request_header(c->req, "User-Agent")};
}

rc signer_of_link(const struct ctx *c, struct tx *tx, struct room *room, struct signer *signer)
{
    rc r = signer_by_token(tx, request_param(c->req, "token"), room, signer, c->arena);
    if (r != E_AUTH)
        return r;
    err_clear(tx_err(tx));
    return ERR(tx_err(tx), E_NOTFOUND, "RM-009",
               N_("This link is not valid (any more). Please use the one in the latest e-mail."));
}

rc signer_back(struct ctx *c, const char *where, const char *note)
{
    if (note)
        flash(c, note);
    return go(c, "/sign/s/%.*s%s", STR_ARG(request_param(c->req, "token")), where);
}

/* Cut off or of an earlier invitation: there is nothing to sign in for. */
rc signer_wrong_link(struct ctx *c)
{
    err_clear(&c->err);
    view_signer_wrong(&c->reply->body, c);
    return reply_page(c, 404);
}

static enum signer_at where(const struct room *r, const struct signer *s, instant now)
{
    static const struct {
        const char *state;
        enum signer_at at;
    } acted[] = {{"delegated", SIGNER_PASSED_ON}, {"declined", SIGNER_DECLINED}};
    for (size_t i = 0; i < sizeof acted / sizeof acted[0]; i++)
        if (str_eq(s->state, str_of(acted[i].state)))
            return acted[i].at;
    if (str_eq(r->state, STR("completed")))
        return SIGNER_FINISHED;
    if (str_eq(r->state, STR("finishing")))
        return SIGNER_SIGNED;
    if (!str_eq(r->state, STR("open")) || r->expires <= now)
        return SIGNER_ENDED;
    if (str_eq(s->state, STR("signed")))
        return SIGNER_SIGNED;
    if (!str_eq(s->state, STR("invited")))
        return SIGNER_WAITS;
    return s->viewed ? SIGNER_FILLS_IN : SIGNER_INVITED;
}

static rc read_sender(struct ctx *c, struct tx *tx, struct signer_page *p)
{
    struct party party;
    struct account owner;
    TRY(party_get(tx, p->room.party, &party, c->arena));
    p->sender = party.name;
    p->sender_name = STR_EMPTY;
    if (p->room.owner == 0)
        return OK;
    TRY(account_get(tx, p->room.owner, &owner, c->arena));
    p->sender_name = owner.name;
    return OK;
}

static rc read_people(struct ctx *c, struct tx *tx, struct signer_page *p)
{
    struct signer *v;
    TRY(signers_of(tx, p->room.id, &v, &p->n_people, c->arena));
    p->people = v;
    p->delegate = p->refused_by = STR_EMPTY;
    for (size_t i = 0; i < p->n_people; i++) {
        if (v[i].id == p->signer.delegated_to)
            p->delegate = v[i].name;
        if (str_eq(v[i].state, STR("declined")))
            p->refused_by = v[i].name;
    }
    return OK;
}

rc signer_page_of(struct ctx *c, struct tx *tx, struct signer_page *p)
{
    struct document d;
    str token = request_param(c->req, "token");
    *p = (struct signer_page){.spec = &signer_sign_in, .path = arena_printf(c->arena, "/sign/s/%.*s", STR_ARG(token))};
    TRY(signer_of_link(c, tx, &p->room, &p->signer));
    TRY(document_get(tx, p->room.file, &d, c->arena));
    p->file_name = d.name;
    p->file_size = d.size;
    p->at = where(&p->room, &p->signer, c->now);
    p->own_key = str_eq(p->signer.level, STR("certificate")) || str_eq(p->signer.level, STR("card"));
    p->can_pass_on = !str_eq(p->signer.level, STR("card"));
    TRY(read_sender(c, tx, p));
    TRY(read_people(c, tx, p));
    return arena_rc(c->arena);
}

/* ---- what is to be filled in ---- */

static bool shows_signature(const struct room_field *f)
{
    return str_eq(f->kind, STR("signature")) || str_eq(f->kind, STR("initials"));
}

static str typed(const struct ctx *c, const char *name)
{
    return c->in.spec == &signer_sign_in ? in_value(&c->in, name)->raw : STR_EMPTY;
}

/* Their fields in order; the form's names count all of them, as sealing does. */
/* What was drawn while the signing was recorded is the signature, unless it is drawn again. */
static rc recorded_ink(struct ctx *c, struct tx *tx, struct signer_page *p)
{
    rc r = witness_ink(tx, c->app, &p->signer, c->arena, &p->ink);
    if (r != E_NOTFOUND)
        return r;
    err_clear(tx_err(tx));
    return OK;
}

rc signer_page_fields(struct ctx *c, struct tx *tx, struct signer_page *p)
{
    struct room_field *f;
    size_t n, mine = 0;
    TRY(room_fields_of(tx, p->room.id, &f, &n, c->arena));
    p->fields = ARENA_ARRAY(c->arena, SEAL_FILL_MAX, struct signer_field);
    if (!p->fields)
        return arena_failed(c->arena);
    for (size_t i = 0; i < n; i++) {
        if (f[i].signer != p->signer.id)
            continue;
        const size_t at = mine++;
        if (shows_signature(&f[i]) && p->pad_width == 0) {
            p->pad_width = f[i].w;
            p->pad_height = f[i].h;
        }
        if (!shows_signature(&f[i]) && at < SEAL_FILL_MAX)
            p->fields[p->n++] = (struct signer_field){
                .name = seal_field_names[at], .field = &f[i], .value = typed(c, seal_field_names[at])};
    }
    p->ink = typed(c, "ink");
    return p->ink.n || p->signer.witness == 0 ? OK : recorded_ink(c, tx, p);
}

rc signer_filled(struct ctx *c, struct tx *tx, const struct signer_page *p, struct seal_filled *out)
{
    struct room_field *f;
    size_t n;
    str *v = ARENA_ARRAY(c->arena, SEAL_FILL_MAX, str);
    if (!v)
        return arena_failed(c->arena);
    *out = (struct seal_filled){.values = v, .n = 0, .ink = in_text(&c->in, "ink")};
    TRY(room_fields_of(tx, p->room.id, &f, &n, c->arena));
    for (size_t i = 0; i < n; i++)
        if (f[i].signer == p->signer.id && out->n < SEAL_FILL_MAX) {
            v[out->n] = in_text(&c->in, seal_field_names[out->n]);
            out->n++;
        }
    return OK;
}

/* ---- the page ---- */

/* Art. 5 comes first: the notice has a page of its own. */
static rc gates(struct ctx *c, struct tx *tx, struct signer_page *p, bool *elsewhere)
{
    str der;
    struct err why = {.code = OK};
    *elsewhere = false;
    rc r = objection_gate(tx, &p->room, &p->signer, &why);
    if (r == E_CONFLICT) {
        *elsewhere = true;
        return signer_back(c, "/notice", NULL);
    }
    TRY(r);
    r = witness_attribute(tx, &p->signer, c->arena, &der, &why);
    p->records = r == E_CONFLICT;
    return r == E_CONFLICT ? OK : r;
}

static rc show(struct ctx *c, struct tx *tx, struct signer_page *p)
{
    bool elsewhere = false;
    struct buf *body = &c->reply->body;
    switch (p->at) {
    case SIGNER_INVITED:
        view_signer_invited(body, c, p);
        break;
    case SIGNER_FILLS_IN:
        TRY(gates(c, tx, p, &elsewhere));
        if (elsewhere)
            return OK;
        TRY(signer_page_fields(c, tx, p));
        view_signer_form(body, c, p);
        break;
    case SIGNER_SIGNED:
    case SIGNER_FINISHED:
        view_signer_done(body, c, p);
        break;
    case SIGNER_WAITS:
    case SIGNER_DECLINED:
    case SIGNER_PASSED_ON:
    case SIGNER_ENDED:
        view_signer_plain(body, c, p);
        break;
    }
    return reply_page(c, 200);
}

static rc page_read(struct ctx *c)
{
    struct signer_page p;
    TRY(signer_page_of(c, c->tx, &p));
    return show(c, c->tx, &p);
}

static rc open_write(struct tx *tx, struct ctx *c)
{
    struct signer_page p;
    const struct act x = ACT(tx, c);
    const struct room_from from = signer_from(c);
    TRY(signer_page_of(c, tx, &p));
    if (p.at == SIGNER_INVITED)
        TRY(signer_viewed(&x, &p.room, &p.signer, &from));
    return signer_back(c, "", NULL);
}

/* ---- files ---- */

/* The document, as it stands; before its end only to those who take part and have opened it. */
static rc file_read(struct ctx *c)
{
    struct signer_page p;
    struct document d;
    TRY(signer_page_of(c, c->tx, &p));
    if (p.at == SIGNER_INVITED || p.at == SIGNER_WAITS || p.at == SIGNER_PASSED_ON)
        return signer_back(c, "", NULL);
    TRY(document_get(c->tx, p.room.file, &d, c->arena));
    return document_reply(c, &d);
}

static rc archive_read(struct ctx *c)
{
    struct signer_page p;
    struct document d;
    TRY(signer_page_of(c, c->tx, &p));
    if (p.at != SIGNER_FINISHED || p.room.archive == 0)
        return signer_back(c, "", NULL);
    TRY(document_get(c->tx, p.room.archive, &d, c->arena));
    return document_reply(c, &d);
}

/* ---- signing ---- */

static rc code_write(struct tx *tx, struct ctx *c)
{
    struct signer_page p;
    const struct act x = ACT(tx, c);
    TRY(signer_page_of(c, tx, &p));
    if (p.at != SIGNER_FILLS_IN)
        return signer_back(c, "", NULL);
    TRY(signer_code_send(&x, c->app, &p.signer));
    return signer_back(c, "#f-code", N_("The code is on its way. Please look into your mail."));
}

/* A wrong code is answered here and not refused, so that the try is counted. */
static rc refuse_code(struct ctx *c, struct tx *tx, struct signer_page *p, enum code_answer why)
{
    signer_code_refuse(&c->err, why);
    TRY(signer_page_fields(c, tx, p));
    view_signer_form(&c->reply->body, c, p);
    return reply_page(c, 200); /* 422 by c->err */
}

static rc sign_write(struct tx *tx, struct ctx *c)
{
    struct signer_page p;
    struct seal_filled filled;
    enum code_answer code = CODE_GOOD;
    const struct act x = ACT(tx, c);
    const struct room_from from = signer_from(c);
    TRY(signer_page_of(c, tx, &p));
    if (p.at != SIGNER_FILLS_IN)
        return signer_back(c, "", NULL);
    TRY(signer_filled(c, tx, &p, &filled));
    if (p.own_key) {
        TRY(seal_fill_in(&x, c->app, p.signer.id, &filled));
        return str_eq(p.signer.level, STR("card")) ? signer_card_begin(c, tx, &p) : signer_back(c, "/key", NULL);
    }
    if (str_eq(p.signer.level, STR("code")))
        TRY(signer_code_check(&x, &p.signer, in_text(&c->in, "code"), &code));
    if (code != CODE_GOOD)
        return refuse_code(c, tx, &p, code);
    TRY(seal_sign(&x, c->app, p.signer.id, &filled, &from));
    return signer_back(c, "", N_("You have signed. Thank you."));
}

static const struct route routes[] = {
    {.method = HTTP_GET,
     .path = "/sign/s/{token}",
     .perm = PUBLIC,
     .read = page_read,
     .absent = signer_wrong_link,
     .summary = N_("A signer's page: invitation, form, or what became of it"),
     .flags = ROUTE_NEVER_CACHE},
    {.method = HTTP_POST,
     .path = "/sign/s/{token}/open",
     .perm = PUBLIC,
     .write = open_write,
     .absent = signer_wrong_link,
     .summary = N_("A signer opens the document"),
     .flags = ROUTE_IDEMPOTENT},
    {.method = HTTP_GET,
     .path = "/sign/s/{token}/file",
     .perm = PUBLIC,
     .read = file_read,
     .absent = signer_wrong_link,
     .summary = N_("The document as it stands, for its signer"),
     .flags = ROUTE_NEVER_CACHE},
    {.method = HTTP_GET,
     .path = "/sign/s/{token}/archive",
     .perm = PUBLIC,
     .read = archive_read,
     .absent = signer_wrong_link,
     .summary = N_("The archive of a finished document, for its signer"),
     .flags = ROUTE_NEVER_CACHE},
    {.method = HTTP_POST,
     .path = "/sign/s/{token}/code",
     .perm = PUBLIC,
     .write = code_write,
     .form = page_read,
     .absent = signer_wrong_link,
     .summary = N_("A signer asks for a one-time code"),
     .flags = ROUTE_SIGN_IN},
    {.method = HTTP_POST,
     .path = "/sign/s/{token}",
     .perm = PUBLIC,
     .in = &signer_sign_in,
     .write = sign_write,
     .form = page_read,
     .absent = signer_wrong_link,
     .summary = N_("A signer signs"),
     .max_body = BODY_MAX},
};
const struct route_table sign_signer_routes = {"sign", routes, sizeof routes / sizeof routes[0]};
