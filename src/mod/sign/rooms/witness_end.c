/* The end of a recording: what arrived is checked, committed to, and written into a manifest. */
#include <inttypes.h>
#include <stdio.h>

#include "crypto/sign.h"
#include "mod/sign/rooms/witness_impl.h"
#include "sys/random.h"

enum {
    MS = 1000,    /* µs */
    SLACK_S = 10, /* between two clocks, and on the way */
    AGAIN_MINUTES = 10,
    FRAMES_LEAST = 3, /* samples of the picture */
    FACE_LEAST = 300, /* thousandths: who writes looks down now and then, and a detector of frontal faces loses them */
    SEEN_LEAST = 500, /* thousandths with enough light, and with the lens open */
    VOICE_LEAST = 1000, /* ms: one spoken sentence is longer */
};

QUERY(witness_item_closed, "itbb", "",
      "UPDATE sign_witness_item SET outcome = $2, salt = $3, commitment = $4 WHERE id = $1");
QUERY(witness_closed, "iiitb", "i",
      "UPDATE sign_witness SET state = 'closed', ended = $2, previous = $3, manifest = $4, hash = $5"
      " WHERE id = $1 AND state = 'open' RETURNING id");

struct closing {
    const struct act *x;
    struct app *app;
    const struct room *room;
    struct witness w;
    const struct witness_end *end;
    const struct witness_hashed *hashed; /* NULL: nothing was read beforehand */
    struct witness_manifest m;
    bool failed; /* something was recorded whose checks do not hold: worth another try */
};

/* ---- small things that come with the end: place, device, strokes ---- */

/* "-121.5654": what a browser writes for degrees and metres. */
static bool is_decimal(str s, int64_t most)
{
    int64_t whole;
    str rest = s;
    str left = str_cut(&rest, '.');
    if (left.n && left.p[0] == '-')
        left = str_sub(left, 1, left.n);
    if (left.n == 0 || left.n > 9 || str_to_i64(left, &whole) != OK || whole < 0 || whole > most)
        return false;
    for (size_t i = 0; rest.p && i < rest.n; i++)
        if (rest.p[i] < '0' || rest.p[i] > '9')
            return false;
    return !rest.p || (rest.n > 0 && rest.n <= 17);
}

static bool put_place(str text, struct buf *out)
{
    str rest = text;
    str latitude = str_cut(&rest, ',');
    str longitude = str_cut(&rest, ',');
    str accuracy = str_cut(&rest, ',');
    int64_t ms;
    if (!is_decimal(latitude, 90) || !is_decimal(longitude, 180) || !is_decimal(accuracy, 50000000) ||
        str_to_i64(rest, &ms) != OK || ms <= 0 || ms > INT64_MAX / MS)
        return false;
    buf_printf(out, "latitude: %.*s\nlongitude: %.*s\naccuracy in metres: %.*s\nat: ", STR_ARG(latitude),
               STR_ARG(longitude), STR_ARG(accuracy));
    buf_instant(out, ms * MS);
    buf_putc(out, '\n');
    return true;
}

static void put_device(const struct witness_end *end, struct buf *out)
{
    buf_put(out, STR("User-Agent: "));
    buf_put(out, end->agent);
    buf_putc(out, '\n');
    buf_put(out, end->device);
    buf_putc(out, '\n');
}

/* Nothing is kept of a kind that was not asked for, whatever a page sends. */
static rc keep_text(const struct closing *c, enum witness_kind k, str text)
{
    struct witness_item i;
    if (!witness_asks(c->w.asked, k) || text.n == 0)
        return OK;
    TRY(witness_item_make(c->x, c->app, c->w.id, k, &i));
    for (size_t at = 0; at < text.n; at += WITNESS_PIECE_MAX) {
        TRY(witness_store(c->x, c->app, c->room->party, &i, str_sub(text, at, WITNESS_PIECE_MAX)));
        i.pieces++;
    }
    return OK;
}

static rc keep_texts(const struct closing *c)
{
    const struct witness_end *end = c->end;
    BUF_SCOPED place = BUF_INIT(WITNESS_TEXT_MAX);
    BUF_SCOPED device = BUF_INIT(WITNESS_TEXT_MAX);
    if (end->place.n && !put_place(end->place, &place))
        return ERR(tx_err(c->x->tx), E_INVALID, "WIT-005",
                   N_("What arrived is not what was sent, or no recording of this kind. Please record again."));
    if (end->device.n)
        put_device(end, &device);
    TRY(buf_rc(&device));
    TRY(keep_text(c, WITNESS_PLACE, buf_str(&place)));
    TRY(keep_text(c, WITNESS_DEVICE, buf_str(&device)));
    return keep_text(c, WITNESS_INK, end->ink);
}

/* ---- what is wrong with it, and what to do; NULL: nothing ---- */

static const char *video_fault(const struct witness_measures *m)
{
    if (m->frames < FRAMES_LEAST)
        return N_("The recording was too short to see anything. Sign a little more slowly.");
    if (m->open < SEEN_LEAST)
        return N_("The lens was covered. Take the finger off the camera.");
    if (m->light < SEEN_LEAST)
        return N_("It was too dark. Turn towards a window or a lamp.");
    if (m->face < FACE_LEAST)
        return N_("No face was in the picture. Hold the device so that you see yourself while you sign.");
    return NULL;
}

static const char *fault_of(enum witness_kind k, const struct witness_end *end)
{
    const struct witness_measures *m = &end->measured;
    if (k == WITNESS_VIDEO)
        return video_fault(m);
    if (k == WITNESS_VOICE && m->voice_ms < VOICE_LEAST)
        return N_("Nothing was to be heard. Read the sentence aloud, and see that the microphone is not muted.");
    if (k == WITNESS_PHOTO && m->photo_face < 1)
        return N_("No face is on the photograph. Hold the device so that you see yourself.");
    if (k <= WITNESS_PHOTO && end->of[k].sha256.n == 0)
        return N_("The recording broke off. Please record again.");
    return NULL;
}

static const char *absent(enum witness_kind k)
{
    if (k == WITNESS_VIDEO || k == WITNESS_PHOTO)
        return N_("There is no picture: the camera was refused, or the device has none.");
    if (k == WITNESS_VOICE)
        return N_("There is no sound: the microphone was refused, or the device has none.");
    if (k == WITNESS_PLACE)
        return N_("The place is not known: it was refused, or the device could not find it.");
    return N_("The device did not say what it is.");
}

/* ---- committing ---- */

static rc hash_item(struct tx *tx, struct app *app, const struct witness_item *i, struct witness_hashed *out,
                    struct arena *a)
{
    char *random = arena_alloc(a, WITNESS_SALT);
    BUF_SCOPED bytes = BUF_INIT((size_t)witness_most(i->kind));
    if (!random)
        return arena_failed(a);
    TRY(witness_bytes(tx, app, i, &bytes));
    random_bytes(random, WITNESS_SALT);
    *out = (struct witness_hashed){i->id, i->pieces, str_n(random, WITNESS_SALT), sha256_of(buf_str(&bytes)), {{0}}};
    out->commitment = witness_commitment(out->salt, buf_str(&bytes));
    return OK;
}

rc witness_hash(struct tx *tx, struct app *app, const struct signer *s, struct witness_hashed out[WITNESS_KINDS],
                struct arena *a)
{
    struct witness w;
    struct witness_item items[WITNESS_KINDS];
    size_t n = 0;
    memset(out, 0, WITNESS_KINDS * sizeof *out);
    TRY(witness_open_of(tx, s->id, &w, a));
    TRY(witness_items(tx, w.id, items, &n, a));
    for (size_t i = 0; i < n; i++)
        if (items[i].pieces)
            TRY(hash_item(tx, app, &items[i], &out[items[i].kind], a));
    return OK;
}

/* SHA-256 over what is stored, compared with what the page says it sent. */
static rc commit(const struct closing *c, const struct witness_item *i, const struct witness_claim *claim,
                 struct witness_hashed *out)
{
    bool known = c->hashed && c->hashed[i->kind].item == i->id && c->hashed[i->kind].pieces == i->pieces;
    if (known)
        *out = c->hashed[i->kind];
    else
        TRY(hash_item(c->x->tx, c->app, i, out, c->x->a));
    if (i->kind <= WITNESS_PHOTO && claim->sha256.n && !str_eq(claim->sha256, sha256_hex_text(c->x->a, &out->plain)))
        return ERR(tx_err(c->x->tx), E_INVALID, "WIT-005",
                   N_("What arrived is not what was sent, or no recording of this kind. Please record again."));
    return OK;
}

static void missing(struct closing *c, enum witness_kind k, const char *code, const char *msgid)
{
    if (k != WITNESS_INK) /* who cannot draw signs by name */
        err_note_field(tx_err(c->x->tx), witness_name(k), code, msgid, NULL, 0);
}

static rc close_item(struct closing *c, enum witness_kind k)
{
    struct witness_item i;
    const struct witness_claim *claim = &c->end->of[k];
    struct witness_listed *l = &c->m.items[c->m.n++];
    struct witness_hashed hashed = {.salt = STR_EMPTY};
    TRY(witness_item_make(c->x, c->app, c->w.id, k, &i));
    const char *fault = i.pieces ? fault_of(k, c->end) : NULL;
    *l = (struct witness_listed){.kind = k,
                                 .outcome = !i.pieces ? STR("refused")
                                            : fault   ? STR("failed")
                                                      : STR("recorded"),
                                 .type = i.type,
                                 .size = i.size,
                                 .from = (claim->from ? claim->from : c->end->from) * MS,
                                 .until = (claim->until ? claim->until : c->end->until) * MS,
                                 .has_commitment = i.pieces > 0};
    if (i.pieces)
        TRY(commit(c, &i, claim, &hashed));
    l->commitment = hashed.commitment;
    if (!i.pieces)
        missing(c, k, "WIT-004", absent(k));
    else if (fault)
        missing(c, k, "WIT-014", fault);
    c->failed = c->failed || fault;
    return db_exec(c->x->tx, &witness_item_closed,
                   VALS(v_int(i.id), v_text(l->outcome), v_blob(hashed.salt),
                        v_blob(l->has_commitment ? sha256_str(&l->commitment) : STR_EMPTY)),
                   NULL);
}

/* Something is missing: the person may go on when the owner allows it, and with what failed only after another try. */
static rc allowed(struct closing *c)
{
    struct err *err = tx_err(c->x->tx);
    if (err->n_fields == 0)
        return OK;
    if (!c->end->as_it_is || !(c->w.asked & WITNESS_GO_ON) || (c->failed && c->w.attempt < WITNESS_TRIES))
        return E_INVALID;
    err_clear(err);
    return OK;
}

/* ---- time and chain ---- */

static rc times(const struct closing *c)
{
    const struct witness_end *end = c->end;
    const int64_t passed_ms = (c->x->at - c->w.started) / MS;
    bool whole = end->from > 0 && end->until >= end->from && end->until <= INT64_MAX / MS;
    for (int k = 0; whole && k < WITNESS_KINDS; k++)
        whole = end->of[k].from >= 0 && end->of[k].from <= end->of[k].until && end->of[k].until <= INT64_MAX / MS;
    if (!whole || end->until - end->from > passed_ms + SLACK_S * MS)
        return ERR(tx_err(c->x->tx), E_INVALID, "WIT-013",
                   N_("The device says that it recorded for longer than time has passed here. Please record again."));
    if (end->until - end->from > (WITNESS_SECONDS_MAX + SLACK_S) * INT64_C(1000))
        return ERR(tx_err(c->x->tx), E_LIMIT, "WIT-006", N_("That is longer, larger or more often than is recorded."));
    return OK;
}

static rc chain(struct closing *c)
{
    struct witness before;
    struct witness_manifest m;
    c->m.position = 1;
    rc r = witness_last_of_room(c->x->tx, c->room->id, &before, c->x->a);
    if (r == E_NOTFOUND)
        return OK;
    TRY(r);
    TRY(witness_manifest_read(c->x->a, before.manifest, &m, tx_err(c->x->tx)));
    c->w.previous = before.id;
    c->m.has_previous = true;
    c->m.previous = before.hash;
    c->m.position = m.position + 1;
    c->m.gap = (c->x->at - before.ended) / SECOND;
    return OK;
}

static rc write_manifest(struct closing *c)
{
    BUF_SCOPED json = BUF_INIT(WITNESS_MANIFEST_MAX);
    id done;
    witness_manifest_write(&c->m, &json);
    TRY(buf_rc(&json));
    c->w.hash = sha256_of(buf_str(&json));
    rc r = db_one_int(c->x->tx, &witness_closed,
                      VALS(v_int(c->w.id), v_int(c->x->at), v_int(c->w.previous), v_text(buf_str(&json)),
                           v_blob(sha256_str(&c->w.hash))),
                      &done);
    return r == E_NOTFOUND ? act_wrong_state(c->x) : r;
}

/* The answer to the end was lost on the way, and it is sent again. */
static bool closed_just_now(const struct act *x, const struct signer *s)
{
    struct witness w;
    bool is = witness_of(x->tx, s->id, &w, x->a) == OK && x->at - w.ended < AGAIN_MINUTES * MINUTE;
    err_clear(tx_err(x->tx));
    return is;
}

rc witness_close(const struct act *x, struct app *app, const struct room *r, const struct signer *s,
                 const struct witness_end *end, const struct witness_hashed *hashed)
{
    char room[ID_TEXT + 1];
    char signer[ID_TEXT + 1];
    struct closing c = {.x = x, .app = app, .room = r, .end = end, .hashed = hashed};
    if (closed_just_now(x, s))
        return OK;
    TRY(witness_open_of(x->tx, s->id, &c.w, x->a));
    TRY(times(&c));
    TRY(keep_texts(&c));
    for (int k = 0; k < WITNESS_KINDS; k++)
        if (witness_asks(c.w.asked, (enum witness_kind)k))
            TRY(close_item(&c, (enum witness_kind)k));
    TRY(allowed(&c));
    TRY(chain(&c));
    id_text(r->id, room);
    id_text(s->id, signer);
    c.m.room = str_of(room);
    c.m.signer = str_of(signer);
    c.m.document = c.w.shown;
    c.m.asked = c.w.asked;
    c.m.attempt = c.w.attempt;
    c.m.started = c.w.started;
    c.m.ended = x->at;
    c.m.claimed = end->measured;
    TRY(write_manifest(&c));
    return room_note(x, r, s->id, "recorded", sha256_hex_text(x->a, &c.w.hash), STR_EMPTY, NULL);
}
