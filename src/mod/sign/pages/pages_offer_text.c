/* The notice's text: an organisation's own versions, and the installation's for its officers. */
#include "mod/sign/pages/pages_objection.h"
#include "offer_text.view.h"

INPUT(text_in,
      {.name = "zh",
       .type = F_LINES,
       .required = true,
       .max = OFFER_TEXT_MAX,
       .label = N_("Chinese text"),
       .hint = N_("It must say that silence counts as consent (視為同意).")},
      {.name = "en",
       .type = F_LINES,
       .required = true,
       .max = OFFER_TEXT_MAX,
       .label = N_("English text"),
       .hint = N_("It must say that silence counts as consent.")});

#define HOUSE_PATH "/sign/office/texts"
#define OWN_PATH   "/sign/objections/texts"

/* The installation's texts belong to party 0. */
static bool of_house(const struct ctx *c)
{
    return str_starts(str_of(c->route->path), STR(HOUSE_PATH));
}

static rc begin(struct ctx *c, struct offer_texts_page *p)
{
    struct offer_text *v;
    struct offer_text latest = {.zh = offer_text_zh, .en = offer_text_en};
    const id party = of_house(c) ? 0 : c->session.party;
    p->spec = &text_in;
    p->of_house = party == 0;
    p->path = p->of_house ? HOUSE_PATH : OWN_PATH;
    TRY(offer_texts_of(c->tx, party, &v, &p->n, c->arena));
    p->v = v;
    rc r = offer_text_latest(c->tx, party, &latest, c->arena);
    if (r == E_NOTFOUND)
        err_clear(tx_err(c->tx));
    else
        TRY(r);
    p->zh = latest.zh;
    p->en = latest.en;
    return OK;
}

static rc texts_read(struct ctx *c)
{
    struct offer_texts_page p = {.shown = NULL};
    TRY(begin(c, &p));
    view_sign_offer_texts(&c->reply->body, c, &p);
    return reply_page(c, 200);
}

static rc texts_write(struct tx *tx, struct ctx *c)
{
    struct act x = ACT(tx, c);
    id made;
    TRY(offer_text_add(&x, of_house(c) ? 0 : c->session.party, in_text(&c->in, "zh"), in_text(&c->in, "en"), &made));
    flash(c, N_("Saved. The next rooms show this version; those already sent keep theirs."));
    return go(c, "%s", of_house(c) ? HOUSE_PATH : OWN_PATH);
}

str offer_version_title(const struct ctx *c, int64_t version)
{
    BUF_SCOPED text = BUF_INIT(128);
    tr_f(&text, c->lang, N_("Version {1}"), (const str[]){number_text(c->arena, version)}, 1);
    return arena_str(c->arena, buf_str(&text));
}

static rc version_read(struct ctx *c)
{
    struct offer_texts_page p = {.shown = NULL};
    struct text_line *zh, *en;
    id wanted;
    size_t i = 0;
    TRY(path_id(c, "id", &wanted));
    TRY(begin(c, &p));
    while (i < p.n && p.v[i].id != wanted)
        i++;
    if (i == p.n)
        return E_NOTFOUND;
    const struct offer_text none = {.zh = STR_EMPTY, .en = STR_EMPTY};
    const struct offer_text *before = i + 1 < p.n ? &p.v[i + 1] : &none;
    p.shown = &p.v[i];
    TRY(text_diff(c->arena, before->zh, p.shown->zh, &zh, &p.n_zh));
    TRY(text_diff(c->arena, before->en, p.shown->en, &en, &p.n_en));
    p.zh_diff = zh;
    p.en_diff = en;
    view_sign_offer_version(&c->reply->body, c, &p);
    return reply_page(c, 200);
}

static const struct route routes[] = {
    {.method = HTTP_GET,
     .path = OWN_PATH,
     .perm = ROOM_OWNERS,
     .read = texts_read,
     .summary = N_("Versions of the organisation's notice about the electronic form")},
    {.method = HTTP_POST,
     .path = OWN_PATH,
     .perm = ROOM_OWNERS,
     .in = &text_in,
     .write = texts_write,
     .form = texts_read,
     .summary = N_("A new version of the organisation's notice")},
    {.method = HTTP_GET,
     .path = OWN_PATH "/{id}",
     .perm = ROOM_OWNERS,
     .read = version_read,
     .summary = N_("One version of the organisation's notice, and what it changed")},
    {.method = HTTP_GET,
     .path = HOUSE_PATH,
     .perm = AS_OFFICER | AS_ADMIN,
     .read = texts_read,
     .summary = N_("Versions of the installation's notice about the electronic form")},
    {.method = HTTP_POST,
     .path = HOUSE_PATH,
     .perm = AS_OFFICER | AS_ADMIN,
     .in = &text_in,
     .write = texts_write,
     .form = texts_read,
     .summary = N_("A new version of the installation's notice")},
    {.method = HTTP_GET,
     .path = HOUSE_PATH "/{id}",
     .perm = AS_OFFICER | AS_ADMIN,
     .read = version_read,
     .summary = N_("One version of the installation's notice, and what it changed")},
};
const struct route_table sign_offer_text_routes = {"sign", routes, sizeof routes / sizeof routes[0]};
