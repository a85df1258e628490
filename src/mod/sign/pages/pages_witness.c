/* The signer's page that records, and what it sends. The token in the address is the right to all of this, so there is
 * no further token against forged forms. */
#include "mod/sign/pages/pages_witness.h"

#include "base/json.h"
#include "core/party.h"
#include "mod/sign/pages/pages_signer.h"
#include "witness.view.h"

enum { DAYS_A_YEAR = 365, END_MAX = 256 << 10, INK_MAX = 60000, FRAMES_MAX = 100000 };

INPUT(end_in, {.name = "from", .type = F_INT, .required = true, .label = N_("Begin, by the device's clock (ms)")},
      {.name = "until", .type = F_INT, .required = true, .label = N_("End, by the device's clock (ms)")},
      {.name = "place", .type = F_TEXT, .max = 100, .personal = true, .label = N_("Place")},
      {.name = "device", .type = F_LINES, .max = 2000, .personal = true, .label = N_("Device")},
      {.name = "ink", .type = F_LINES, .max = INK_MAX, .personal = true, .label = N_("Strokes of the drawn signature")},
      {.name = "as_it_is", .type = F_BOOL, .label = N_("Go on although something is missing")},
      {.name = "frames", .type = F_INT, .min = -1, .max = FRAMES_MAX, .label = N_("Pictures looked at")},
      {.name = "face", .type = F_INT, .min = -1, .max = 1000, .label = N_("Of these with a face, in thousandths")},
      {.name = "light", .type = F_INT, .min = -1, .max = 1000, .label = N_("With enough light, in thousandths")},
      {.name = "open", .type = F_INT, .min = -1, .max = 1000, .label = N_("With the lens open, in thousandths")},
      {.name = "voice_ms",
       .type = F_INT,
       .min = -1,
       .max = 1000 * WITNESS_SECONDS_MAX,
       .label = N_("Time with a voice (ms)")},
      {.name = "photo_face", .type = F_INT, .min = -1, .max = 1, .label = N_("The photograph shows a face")},
      {.name = "video_sha256", .type = F_TEXT, .max = 64, .label = N_("SHA-256 of the video")},
      {.name = "video_from", .type = F_INT, .label = N_("Begin of the video (ms)")},
      {.name = "video_until", .type = F_INT, .label = N_("End of the video (ms)")},
      {.name = "voice_sha256", .type = F_TEXT, .max = 64, .label = N_("SHA-256 of the sound")},
      {.name = "voice_from", .type = F_INT, .label = N_("Begin of the sound (ms)")},
      {.name = "voice_until", .type = F_INT, .label = N_("End of the sound (ms)")},
      {.name = "photo_sha256", .type = F_TEXT, .max = 64, .label = N_("SHA-256 of the photograph")},
      {.name = "photo_from", .type = F_INT, .label = N_("Time of the photograph (ms)")},
      {.name = "photo_until", .type = F_INT, .label = N_("Time of the photograph (ms)")});
INPUT(meet_in, {.name = "words",
                .type = F_LINES,
                .max = WITNESS_REASON_MAX,
                .personal = true,
                .label = N_("A word to the sender"),
                .hint = N_("For example when you could come, or that you have no camera.")});

/* ---- who asks ---- */

struct caller {
    struct room room;
    struct signer signer;
};

/* ---- the page ---- */

static rc is_done(struct ctx *c, const struct signer *s, bool *out)
{
    struct err err = {0};
    str der;
    rc r = witness_attribute(c->tx, s, c->arena, &der, &err);
    *out = r == OK;
    return r == E_CONFLICT ? OK : r;
}

static rc record_read(struct ctx *c)
{
    struct caller who;
    struct party party;
    int64_t days;
    struct err err = {0};
    TRY(signer_of_link(c, c->tx, &who.room, &who.signer));
    str token = request_param(c->req, "token");
    if (who.signer.witness == 0 || objection_gate(c->tx, &who.room, &who.signer, &err) != OK)
        return go(c, "/sign/s/%.*s", STR_ARG(token));
    TRY(party_get(c->tx, who.room.party, &party, c->arena));
    TRY(sign_param(c->tx, "witness.days", c->now, &days));
    struct record_page p = {.room = &who.room,
                            .signer = &who.signer,
                            .token = token,
                            .asked = witness_words(c->arena, who.signer.witness & ~(int64_t)WITNESS_GO_ON),
                            .party = party.name,
                            .years = (days + DAYS_A_YEAR - 1) / DAYS_A_YEAR,
                            .may_record =
                                str_eq(who.signer.state, STR("invited")) && str_eq(who.room.state, STR("open")),
                            .hosted = c->session.party == who.room.party && may(c, ROOM_OWNERS),
                            .meet = &meet_in};
    if (p.may_record)
        TRY(is_done(c, &who.signer, &p.done));
    view_sign_record(&c->reply->body, c, &p);
    return reply_page(c, 200);
}

/* ---- what the page sends ---- */

static rc record_begin(struct tx *tx, struct ctx *c)
{
    struct act x = ACT(tx, c);
    struct caller who;
    struct witness w;
    struct json_out o;
    TRY(signer_of_link(c, tx, &who.room, &who.signer));
    TRY(objection_gate(tx, &who.room, &who.signer, tx_err(tx)));
    TRY(witness_begin(&x, c->app, &who.room, &who.signer, &w));
    jo_begin(&o, &c->reply->body);
    jo_obj(&o);
    jo_kint(&o, "attempt", w.attempt);
    jo_end_obj(&o);
    return reply_json(c, 200);
}

static rc kind_of(const struct ctx *c, enum witness_kind *out)
{
    str name = request_param(c->req, "kind");
    for (int k = 0; k <= WITNESS_PHOTO; k++) {
        if (str_eq(name, str_of(witness_name((enum witness_kind)k)))) {
            *out = (enum witness_kind)k;
            return OK;
        }
    }
    return E_NOTFOUND;
}

static rc record_piece(struct tx *tx, struct ctx *c)
{
    struct act x = ACT(tx, c);
    struct caller who;
    struct json_out o;
    enum witness_kind kind;
    int64_t position;
    int64_t next = 0;
    TRY(kind_of(c, &kind));
    if (str_to_i64(request_param(c->req, "position"), &position) != OK)
        return E_NOTFOUND;
    TRY(signer_of_link(c, tx, &who.room, &who.signer));
    TRY(witness_piece(&x, c->app, &who.signer, kind, position, c->req->body, &next));
    jo_begin(&o, &c->reply->body);
    jo_obj(&o);
    jo_kint(&o, "next", next);
    jo_end_obj(&o);
    return reply_json(c, 200);
}

/* "video_sha256" and so on: one name for each of the three that are sent in pieces. */
static struct witness_claim claim_of(const struct ctx *c, enum witness_kind k)
{
    static const char *const names[][3] = {{"video_sha256", "video_from", "video_until"},
                                           {"voice_sha256", "voice_from", "voice_until"},
                                           {"photo_sha256", "photo_from", "photo_until"}};
    return (struct witness_claim){in_text(&c->in, names[k][0]), in_int(&c->in, names[k][1]),
                                  in_int(&c->in, names[k][2])};
}

/* Nothing open: the end was sent again, or comes too late; closing says which. */
static rc record_hash(struct ctx *c)
{
    struct caller who;
    struct witness_hashed *v = ARENA_ARRAY(c->arena, WITNESS_KINDS, struct witness_hashed);
    if (!v)
        return arena_failed(c->arena);
    TRY(signer_of_link(c, c->tx, &who.room, &who.signer));
    rc r = witness_hash(c->tx, c->app, &who.signer, v, c->arena);
    if (r == E_CONFLICT)
        return OK;
    c->found = v;
    return r;
}

static rc record_end(struct tx *tx, struct ctx *c)
{
    struct act x = ACT(tx, c);
    struct caller who;
    struct json_out o;
    const struct input *in = &c->in;
    const struct witness_end end = {
        .of = {claim_of(c, WITNESS_VIDEO), claim_of(c, WITNESS_VOICE), claim_of(c, WITNESS_PHOTO)},
        .measured = {.frames = in_int(in, "frames"),
                     .face = in_int(in, "face"),
                     .light = in_int(in, "light"),
                     .open = in_int(in, "open"),
                     .voice_ms = in_int(in, "voice_ms"),
                     .photo_face = in_int(in, "photo_face")},
        .from = in_int(in, "from"),
        .until = in_int(in, "until"),
        .place = in_text(in, "place"),
        .device = in_text(in, "device"),
        .agent = signer_from(c).agent,
        .ink = in_text(in, "ink"),
        .as_it_is = in_bool(in, "as_it_is")};
    TRY(signer_of_link(c, tx, &who.room, &who.signer));
    TRY(witness_close(&x, c->app, &who.room, &who.signer, &end, c->found));
    jo_begin(&o, &c->reply->body);
    jo_obj(&o);
    jo_end_obj(&o);
    return reply_json(c, 200);
}

/* ---- other ways ---- */

static rc record_without(struct tx *tx, struct ctx *c)
{
    struct act x = ACT(tx, c);
    struct caller who;
    TRY(signer_of_link(c, tx, &who.room, &who.signer));
    TRY(objection_gate(tx, &who.room, &who.signer, tx_err(tx)));
    TRY(witness_without(&x, c->app, &who.room, &who.signer, signer_from(c).agent));
    return go(c, "/sign/s/%.*s", STR_ARG(request_param(c->req, "token")));
}

static rc record_meet(struct tx *tx, struct ctx *c)
{
    struct act x = ACT(tx, c);
    struct caller who;
    const struct room_from from = signer_from(c);
    TRY(signer_of_link(c, tx, &who.room, &who.signer));
    TRY(witness_meeting(&x, &who.room, &who.signer, in_text(&c->in, "words"), &from));
    flash(c, N_("The sender was told that you want to sign in person."));
    return go(c, "/sign/s/%.*s/record", STR_ARG(request_param(c->req, "token")));
}

static const struct route routes[] = {
    {.method = HTTP_GET,
     .path = "/sign/s/{token}/record",
     .perm = PUBLIC,
     .read = record_read,
     .absent = signer_wrong_link,
     .summary = N_("Be recorded while signing"),
     .flags = ROUTE_NEVER_CACHE | ROUTE_RECORDS},
    {.method = HTTP_POST,
     .path = "/sign/s/{token}/record/begin",
     .perm = PUBLIC,
     .write = record_begin,
     .summary = N_("A recording begins"),
     .flags = ROUTE_NO_CSRF | ROUTE_IDEMPOTENT | ROUTE_NEVER_CACHE},
    {.method = HTTP_POST,
     .path = "/sign/s/{token}/record/pieces/{kind}/{position}",
     .perm = PUBLIC,
     .write = record_piece,
     .summary = N_("A piece of a recording"),
     .flags = ROUTE_NO_CSRF | ROUTE_IDEMPOTENT | ROUTE_NEVER_CACHE,
     .max_body = WITNESS_PIECE_MAX},
    {.method = HTTP_POST,
     .path = "/sign/s/{token}/record/end",
     .perm = PUBLIC,
     .in = &end_in,
     .before = record_hash,
     .write = record_end,
     .summary = N_("A recording ends and is checked"),
     .flags = ROUTE_NO_CSRF | ROUTE_IDEMPOTENT | ROUTE_NEVER_CACHE,
     .max_body = END_MAX},
    {.method = HTTP_POST,
     .path = "/sign/s/{token}/record/without",
     .perm = PUBLIC,
     .write = record_without,
     .form = record_read,
     .absent = signer_wrong_link,
     .summary = N_("Sign without being recorded, where the sender allows it"),
     .flags = ROUTE_NEVER_CACHE},
    {.method = HTTP_POST,
     .path = "/sign/s/{token}/record/meet",
     .perm = PUBLIC,
     .in = &meet_in,
     .write = record_meet,
     .form = record_read,
     .absent = signer_wrong_link,
     .summary = N_("Ask to sign in person"),
     .flags = ROUTE_NEVER_CACHE},
};
const struct route_table sign_witness_routes = {"sign", routes, sizeof routes / sizeof routes[0]};
