/* Recordings of signings on both engines: arriving in pieces, refused, bound into signatures, chained, removed, looked
 * at, kept for their time; and that whatever is altered afterwards is found. */
#include "core/doctor.h"
#include "core/document.h"
#include "crypto/cms.h"
#include "crypto/oid.h"
#include "mod/sign/engine/pades.h"
#include "mod/sign/engine/validate_pdf.h"
#include "mod/sign/rooms/test_rooms.h"
#include "mod/sign/rooms/witness_impl.h"
#include "sys/file.h"

#define WEBM                                                                                                           \
    "\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\xf7\x81\x01\x42\xf2\x81\x04\x42\xf3\x81\x08\x42\x82\x84webm\x42\x87\x81" \
    "\x04"
#define JPEG "\xff\xd8\xff\xe0 a photograph"
enum { EVERYTHING = WITNESS_GO_ON - 1, MS = 1000 };

QUERY(test_witness_mask, "ii", "", "UPDATE sign_signer SET witness = $2 WHERE id = $1");
QUERY(test_witness_manifest, "it", "", "UPDATE sign_witness SET manifest = $2 WHERE id = $1");
QUERY(test_witness_hash, "ib", "", "UPDATE sign_witness SET hash = $2 WHERE id = $1");
QUERY(test_witness_swap, "ii", "", "UPDATE sign_witness_piece SET document = $2 WHERE item = $1 AND position = 0");
QUERY(test_witness_document, "i", "i", "SELECT document FROM sign_witness_piece WHERE item = $1 AND position = 0");

static struct rooms_world *w;
static int at; /* which of the two signers */
static struct witness_end end;
static struct witness_hashed *hashed; /* read beforehand; NULL: nothing was */
static enum witness_kind kind;
static int64_t position, next;
static str bytes;
static id item;

/* ---- what tests do ---- */

static rc do_mask(struct rooms_world *of, const struct act *x)
{
    return db_exec(x->tx, &test_witness_mask, VALS(v_int(of->signer[at]), v_int(of->n)), NULL);
}

static rc do_begin(struct rooms_world *of, const struct act *x)
{
    struct room r;
    struct signer s;
    struct witness out;
    TRY(room_get(x->tx, of->room, &r, x->a));
    TRY(signer_get(x->tx, of->signer[at], &s, x->a));
    TRY(witness_begin(x, &of->app, &r, &s, &out));
    of->out = out.id;
    of->n = out.attempt;
    return OK;
}

static rc do_piece(struct rooms_world *of, const struct act *x)
{
    struct signer s;
    TRY(signer_get(x->tx, of->signer[at], &s, x->a));
    return witness_piece(x, &of->app, &s, kind, position, bytes, &next);
}

static rc do_close(struct rooms_world *of, const struct act *x)
{
    struct room r;
    struct signer s;
    TRY(room_get(x->tx, of->room, &r, x->a));
    TRY(signer_get(x->tx, of->signer[at], &s, x->a));
    return witness_close(x, &of->app, &r, &s, &end, hashed);
}

static rc do_attribute(struct rooms_world *of, const struct act *x)
{
    struct signer s;
    str der;
    TRY(signer_get(x->tx, of->signer[at], &s, x->a));
    TRY(witness_attribute(x->tx, &s, of->keep, &der, tx_err(x->tx)));
    of->text = der;
    return OK;
}

static struct witness_hashed read_before[WITNESS_KINDS];

/* As the route does before it waits for the writer. */
static void do_hash(void)
{
    struct signer s = rooms_signer(w, w->signer[at]);
    struct tx *tx = rooms_look(w);
    t_ok(witness_hash(tx, &w->app, &s, read_before, w->keep));
    db_read_end(tx);
}

static void send(enum witness_kind k, int64_t n, str piece)
{
    kind = k;
    position = n;
    bytes = piece;
    t_ok(rooms_do(w, &act_system, do_piece));
    ck_assert_int_eq(next, n + 1);
}

static void claim(enum witness_kind k, str whole)
{
    end.of[k].sha256 = sha256_hex_of(w->keep, whole);
}

/* All that a good page sends of a good recording of 20 seconds. */
static void record_all(void)
{
    t_ok(rooms_do(w, &act_system, do_begin));
    send(WITNESS_VIDEO, 0, STR(WEBM "first"));
    send(WITNESS_VIDEO, 1, STR("second"));
    send(WITNESS_VOICE, 0, STR(WEBM "aloud"));
    send(WITNESS_PHOTO, 0, STR(JPEG));
    end = (struct witness_end){
        .measured = {.frames = 40, .face = 900, .light = 1000, .open = 990, .voice_ms = 2500, .photo_face = 1},
        .from = ROOMS_NOW / MS,
        .until = ROOMS_NOW / MS + 20000,
        .place = STR("25.033964,121.564468,12.5,1795608001000"),
        .device = STR("Screen: 360x740"),
        .agent = STR("Test/1"),
        .ink = STR("10,20,0 30,40,16\n500,500,900 510,505,916"),
    };
    claim(WITNESS_VIDEO, STR(WEBM "firstsecond"));
    claim(WITNESS_VOICE, STR(WEBM "aloud"));
    claim(WITNESS_PHOTO, STR(JPEG));
    clock_fix(clock_now() + 21 * SECOND);
}

static void world(int engine, struct rooms_world *of, int64_t mask)
{
    *of = rooms_open(engine);
    w = of;
    rooms_sent(w, "link", "link", 1, 1);
    for (at = 1; at >= 0; at--) {
        w->n = mask;
        t_ok(rooms_do(w, &act_system, do_mask));
    }
    at = 0;
}

static struct witness recording(void)
{
    struct witness v;
    struct tx *tx = rooms_look(w);
    t_ok(witness_of(tx, w->signer[at], &v, w->keep));
    db_read_end(tx);
    return v;
}

static struct witness_report checked(void)
{
    struct witness v = recording();
    struct witness_report r;
    struct tx *tx = rooms_look(w);
    t_ok(witness_check(tx, &w->app, &v, w->keep, &r));
    db_read_end(tx);
    return r;
}

/* ---- signing, as sealing will do it ---- */

static rc make_signer(struct rooms_world *of, const struct act *x, struct cms_signer **out)
{
    struct trust_authority by;
    struct trust_pair pair;
    struct trust_issued issued;
    struct pkey *ca = NULL;
    const struct trust_pair_options kind_ = {.kind = PKEY_P256};
    const struct cert_attribute subject[] = {{oid_common_name, STR("林𣿆川")}};
    TRY(trust_pair_make(x->a, &kind_, STR("p"), &pair, tx_err(x->tx)));
    TRY(trust_authority_named(x->tx, x->a, STR_EMPTY, &by));
    TRY(trust_key_load(x->tx, &of->app, x->a, by.key, &ca));
    const struct trust_order o = {
        TRUST_PERSON, {.subject = subject, .n_subject = 1, .not_after = x->at + DAY}, pair.key, STR("test")};
    TRY(trust_issue(x, &of->app, &by, ca, &o, &issued));
    return cms_signer_make(x->a, pair.key, issued.cert, &by.cert, 1, NULL, out, tx_err(x->tx));
}

/* With the attribute in of->text; without one when it is empty. */
static rc do_sign(struct rooms_world *of, const struct act *x)
{
    struct room r;
    struct pdf_doc *doc = NULL;
    struct cms_signer *signer = NULL;
    struct sign_raised made;
    str field;
    id file;
    const struct pades_extra extra = {.v = &of->text, .n = of->text.n ? 1 : 0};
    const struct sign_raise o = {.level = SIGN_B};
    struct pdf_place place = {.sub = PDF_SUB_CADES, .made = x->at};
    BUF_SCOPED pdf = BUF_INIT(8 << 20);
    BUF_SCOPED tail = BUF_INIT(8 << 20);
    str was;
    TRY(room_get(x->tx, of->room, &r, x->a));
    TRY(room_file_read(x->tx, &of->app, r.file, &was, x->a));
    buf_put(&pdf, was);
    TRY(pdf_open(x->a, buf_str(&pdf), &doc, tx_err(x->tx)));
    TRY(make_signer(of, x, &signer));
    random_bytes(place.id, sizeof place.id);
    TRY(pades_sign(doc, signer, &place, &extra, &o, &tail, &made, &field, tx_err(x->tx)));
    buf_put(&pdf, buf_str(&tail));
    TRY(document_add(x->tx, &of->app, r.party, STR("signed.pdf"), buf_str(&pdf), "application/pdf", 8 << 20, &file));
    return room_signed(x, &of->app, of->signer[at], file, sha256_hex_of(x->a, buf_str(&pdf)), STR_EMPTY, NULL);
}

static void sign(void)
{
    t_ok(rooms_do(w, &act_system, do_attribute));
    t_ok(rooms_do(w, &act_system, do_sign));
}

/* ---- the cases ---- */

START_TEST(manifest_has_one_reading)
{
    struct witness_manifest m = {.room = STR("0123456789abc"),
                                 .signer = STR("0123456789abd"),
                                 .document = STR("ab"),
                                 .asked = 1 | WITNESS_GO_ON,
                                 .attempt = 2,
                                 .started = ROOMS_NOW,
                                 .ended = ROOMS_NOW + 20 * SECOND,
                                 .position = 1,
                                 .claimed = {.frames = 9, .voice_ms = -1},
                                 .n = 2};
    struct witness_manifest back;
    struct err err = {0};
    struct arena *a = arena_new(1 << 20);
    BUF_SCOPED json = BUF_INIT(WITNESS_MANIFEST_MAX);
    BUF_SCOPED other = BUF_INIT(WITNESS_MANIFEST_MAX);
    (void)_i;
    m.items[0] = (struct witness_listed){.kind = WITNESS_VIDEO,
                                         .outcome = STR("recorded"),
                                         .type = STR("video/webm"),
                                         .size = 7,
                                         .from = ROOMS_NOW,
                                         .until = ROOMS_NOW,
                                         .has_commitment = true,
                                         .commitment = witness_commitment(STR("salt"), STR("bytes"))};
    m.items[1] = (struct witness_listed){
        .kind = WITNESS_INK, .outcome = STR("refused"), .type = STR_EMPTY, .from = ROOMS_NOW, .until = ROOMS_NOW};
    witness_manifest_write(&m, &json);
    t_ok(witness_manifest_read(a, buf_str(&json), &back, &err));
    witness_manifest_write(&back, &other);
    ck_assert(str_eq(buf_str(&json), buf_str(&other)));
    ck_assert(back.asked == m.asked && back.attempt == 2 && back.n == 2 && back.claimed.voice_ms == -1);
    ck_assert(sha256_eq(&back.items[0].commitment, &m.items[0].commitment) && !back.items[1].has_commitment);
    /* any byte more, or another one, and it is no manifest, or another one */
    for (size_t i = 0; i < json.n; i++) {
        str was = arena_str(a, buf_str(&json));
        json.p[i] ^= 1;
        if (witness_manifest_read(a, buf_str(&json), &back, &err) == OK) {
            buf_clear(&other);
            witness_manifest_write(&back, &other);
            ck_assert(!str_eq(was, buf_str(&other)));
        }
        json.p[i] ^= 1;
    }
    buf_putc(&json, '\n');
    ck_assert_int_eq(witness_manifest_read(a, buf_str(&json), &back, &err), E_INVALID);
    arena_free(a);
}
END_TEST

START_TEST(arrives_in_pieces)
{
    static struct rooms_world of;
    static char large[WITNESS_PIECE_MAX + 1];
    world(_i, &of, EVERYTHING);
    kind = WITNESS_VIDEO;
    position = 0;
    bytes = STR(WEBM "first");
    rooms_refused(w, &act_system, do_piece, "WIT-003"); /* not begun */
    t_ok(rooms_do(w, &act_system, do_begin));
    bytes = STR("MZ a program");
    rooms_refused(w, &act_system, do_piece, "WIT-005");
    position = 1;
    bytes = STR(WEBM);
    rooms_refused(w, &act_system, do_piece, "WIT-007"); /* nothing before it */
    position = -1;
    rooms_refused(w, &act_system, do_piece, "WIT-007");
    position = 0;
    memset(large, 'x', sizeof large);
    memcpy(large, WEBM, sizeof WEBM - 1);
    bytes = str_n(large, sizeof large);
    rooms_refused(w, &act_system, do_piece, "WIT-006");
    send(WITNESS_VIDEO, 0, str_n(large, WITNESS_PIECE_MAX));
    t_ok(rooms_do(w, &act_system, do_piece)); /* the answer was lost: sent again */
    ck_assert_int_eq(next, 1);
    bytes = STR(WEBM "something else");
    rooms_refused(w, &act_system, do_piece, "WIT-005");
    send(WITNESS_VIDEO, 1, STR("and more"));
    for (int64_t i = 0; i < WITNESS_PHOTO_MAX / WITNESS_PIECE_MAX; i++)
        send(WITNESS_PHOTO, i, i ? str_n(large, WITNESS_PIECE_MAX) : STR(JPEG));
    kind = WITNESS_PHOTO;
    position = WITNESS_PHOTO_MAX / WITNESS_PIECE_MAX;
    bytes = str_n(large, WITNESS_PIECE_MAX);
    rooms_refused(w, &act_system, do_piece, "WIT-006"); /* more than is kept of a photograph */
    w->n = 1 << WITNESS_VOICE;
    t_ok(rooms_do(w, &act_system, do_mask));
    t_ok(rooms_do(w, &act_system, do_begin));
    ck_assert_int_eq(w->n, 2); /* the second attempt */
    kind = WITNESS_VIDEO;
    position = 0;
    bytes = STR(WEBM);
    rooms_refused(w, &act_system, do_piece, "WIT-005"); /* nobody asked for a picture */
    w->n = 0;
    t_ok(rooms_do(w, &act_system, do_mask));
    rooms_refused(w, &act_system, do_begin, "WIT-012");
    rooms_close(&of);
}
END_TEST

START_TEST(read_before_it_is_closed)
{
    static struct rooms_world of;
    world(_i, &of, EVERYTHING);
    record_all();
    do_hash();
    ck_assert_int_eq(read_before[WITNESS_VIDEO].pieces, 2);
    ck_assert_int_eq(read_before[WITNESS_INK].item, 0);
    hashed = read_before;
    send(WITNESS_VIDEO, 2, STR("third")); /* after the reading */
    rooms_refused(w, &act_system, do_close, "WIT-005");
    claim(WITNESS_VIDEO, STR(WEBM "firstsecondthird"));
    t_ok(rooms_do(w, &act_system, do_close)); /* read again */
    hashed = NULL;
    struct witness_report r = checked();
    ck_assert(r.good);
    bool as_read = false;
    for (size_t i = 0; i < r.n; i++)
        as_read =
            as_read || (r.items[i].kind == WITNESS_VOICE && str_eq(r.items[i].salt, read_before[WITNESS_VOICE].salt));
    ck_assert(as_read); /* and this one was not */
    rooms_close(&of);
}
END_TEST

START_TEST(what_is_wrong_is_said)
{
    static struct rooms_world of;
    world(_i, &of, EVERYTHING);
    record_all();
    end.until += 60000;
    rooms_refused(w, &act_system, do_close, "WIT-013"); /* more time than has passed */
    end.until -= 60000;
    end.of[WITNESS_VOICE].sha256 = sha256_hex_of(w->keep, STR("other"));
    rooms_refused(w, &act_system, do_close, "WIT-005");
    claim(WITNESS_VOICE, STR(WEBM "aloud"));
    end.place = STR("91.5,0,1,1");
    rooms_refused(w, &act_system, do_close, "WIT-005");
    end.place = STR_EMPTY;
    end.measured.face = 100;
    rooms_refused(w, &act_system, do_close, "WIT-014");
    ck_assert_int_eq(w->err.n_fields, 2);
    ck_assert_str_eq(w->err.fields[0].field, "video");
    ck_assert_str_eq(w->err.fields[1].field, "place");
    ck_assert_str_eq(w->err.fields[1].code, "WIT-004");
    end.as_it_is = true;
    rooms_refused(w, &act_system, do_close, "WIT-014"); /* the owner did not allow it */
    rooms_refused(w, &act_system, do_attribute, "WIT-001");

    w->n = EVERYTHING | WITNESS_GO_ON;
    t_ok(rooms_do(w, &act_system, do_mask));
    record_all();
    end.measured.face = 100;
    end.as_it_is = true;
    t_ok(rooms_do(w, &act_system, do_close)); /* the second attempt, and it is allowed */
    struct witness_report r = checked();
    ck_assert(r.good && r.manifest.attempt == 2 && r.manifest.claimed.face == 100);
    ck_assert(str_eq(r.items[WITNESS_VIDEO].outcome, STR("failed")));
    ck_assert_int_eq(r.state[WITNESS_VIDEO], WITNESS_WHOLE);

    at = 1; /* no camera at all: the first attempt is enough, when it is allowed */
    w->n = EVERYTHING | WITNESS_GO_ON;
    t_ok(rooms_do(w, &act_system, do_mask));
    t_ok(rooms_do(w, &act_system, do_begin));
    end = (struct witness_end){.from = 1, .until = 2, .measured = {.face = -1}};
    rooms_refused(w, &act_system, do_close, "WIT-004");
    end.as_it_is = true;
    t_ok(rooms_do(w, &act_system, do_close));
    r = checked();
    ck_assert(r.good && r.n == WITNESS_KINDS);
    for (size_t i = 0; i < r.n; i++)
        ck_assert(str_eq(r.items[i].outcome, STR("refused")) && r.state[i] == WITNESS_NOTHING);
    rooms_close(&of);
}
END_TEST

static void ink_is(const char *expected)
{
    struct signer s = rooms_signer(w, w->signer[at]);
    struct tx *tx = rooms_look(w);
    str ink;
    t_ok(witness_ink(tx, &w->app, &s, w->keep, &ink));
    db_read_end(tx);
    ck_assert(str_eq(ink, str_of(expected)));
}

/* openssl reads the attribute and the hash out of the signature, coreutils the commitment. */
static bool outside_agrees(const struct witness_report *r)
{
    struct pdf_report *report = NULL;
    static const struct sign_rules nobody;
    struct room room = rooms_room(w);
    str pdf;
    BUF_SCOPED cms = BUF_INIT(256);
    BUF_SCOPED item_ = BUF_INIT(4096);
    BUF_SCOPED command = BUF_INIT(4096);
    static struct err err;
    struct tx *tx = rooms_look(w);
    t_ok(room_file_read(tx, &w->app, room.file, &pdf, w->keep));
    buf_put(&item_, r->items[WITNESS_PLACE].salt);
    t_ok(witness_bytes(tx, &w->app, &r->items[WITNESS_PLACE], &item_));
    db_read_end(tx);
    t_ok(validate_pdf(w->keep, pdf, &nobody, &report));
    buf_printf(&cms, "%s/cms.der", w->app.config.data_dir.p);
    t_ok(file_write(cms.p, report->v[at].signature->contents, 0600, &err));
    cms.n -= strlen("cms.der");
    buf_put(&cms, STR("item"));
    t_ok(file_write(cms.p, buf_str(&item_), 0600, &err));
    str commitment = sha256_hex_text(w->keep, &r->manifest.items[WITNESS_PLACE].commitment);
    str hash = sha256_hex_text(w->keep, &r->witness.hash);
    buf_printf(&command,
               "cd %s && openssl cms -cmsout -print -inform DER -in cms.der -noout | tr -d '\\n ' > shown && "
               "grep -q 2.25.127554585334000864788147162015349692711.1 shown && "
               "openssl asn1parse -inform DER -in cms.der | grep -qi %.*s && sha256sum item | grep -q ^%.*s",
               w->app.config.data_dir.p, STR_ARG(hash), STR_ARG(commitment));
    return system(command.p) == 0;
}

/* Two people sign one after the other; each signature holds what was recorded, and the second the first. */
START_TEST(bound_and_chained)
{
    static struct rooms_world of;
    world(_i, &of, EVERYTHING);
    rooms_refused(w, &act_system, do_attribute, "WIT-001");
    record_all();
    t_ok(rooms_do(w, &act_system, do_close));
    ink_is("10,20 30,40\n500,500 510,505\n");
    struct witness_report first = checked();
    ck_assert(first.good && first.binding == WITNESS_PENDING && first.manifest.position == 1);
    clock_fix(clock_now() + 31 * MINUTE);
    rooms_refused(w, &act_system, do_attribute, "WIT-002");
    clock_fix(clock_now() - 31 * MINUTE);
    sign();
    first = checked();
    ck_assert(first.good && first.binding == WITNESS_BOUND && first.revision > 1);

    at = 1;
    clock_fix(clock_now() + 40 * SECOND);
    record_all();
    t_ok(rooms_do(w, &act_system, do_close));
    sign();
    struct witness_report second = checked();
    ck_assert(second.good && second.binding == WITNESS_BOUND && second.revision > first.revision);
    ck_assert(second.manifest.has_previous && sha256_eq(&second.manifest.previous, &first.witness.hash));
    ck_assert_int_eq(second.manifest.position, 2);
    ck_assert_int_eq(second.manifest.gap, 61);
    for (size_t i = 0; i < second.n; i++)
        ck_assert_int_eq(second.state[i], WITNESS_WHOLE);
    ck_assert(outside_agrees(&second));
    at = 0;
    ck_assert(outside_agrees(&first) && !outside_agrees(&second)); /* each in its own signature only */
    rooms_close(&of);
}
END_TEST

static rc do_loosen(struct rooms_world *of, const struct act *x)
{
    of->text = STR_EMPTY;
    return do_sign(of, x);
}

static rc do_spoil_manifest(struct rooms_world *of, const struct act *x)
{
    return db_exec(x->tx, &test_witness_manifest, VALS(v_int(of->out), v_text(of->text)), NULL);
}

static rc do_spoil_hash(struct rooms_world *of, const struct act *x)
{
    return db_exec(x->tx, &test_witness_hash, VALS(v_int(of->out), v_blob(of->text)), NULL);
}

/* The voice's bytes in the video's place: sealed for another. */
static rc do_swap(struct rooms_world *of, const struct act *x)
{
    id document;
    TRY(db_one_int(x->tx, &test_witness_document, VALS(v_int(of->out)), &document));
    return db_exec(x->tx, &test_witness_swap, VALS(v_int(item), v_int(document)), NULL);
}

static bool doctor_finds(void)
{
    struct tx *tx = rooms_look(w);
    BUF_SCOPED finding = BUF_INIT(4096);
    rc r = witness_checks[0].run(&w->app, tx, &finding);
    db_read_end(tx);
    ck_assert(finding.n > 0 && (r == OK || r == E_CORRUPT));
    return r == E_CORRUPT;
}

START_TEST(alterations_are_found)
{
    static struct rooms_world of;
    world(_i, &of, EVERYTHING);
    record_all();
    t_ok(rooms_do(w, &act_system, do_close));
    sign();
    struct witness_report r = checked();
    ck_assert(r.good && !doctor_finds());

    str manifest = r.witness.manifest;
    char *changed = arena_alloc(w->keep, manifest.n);
    memcpy(changed, manifest.p, manifest.n);
    changed[str_find(manifest, STR("\"face\":900")) + 7] = '8';
    w->out = r.witness.id;
    w->text = str_n(changed, manifest.n);
    t_ok(rooms_do(w, &act_system, do_spoil_manifest));
    r = checked();
    ck_assert(!r.good && !r.manifest_whole);
    struct sha256 fits = sha256_of(w->text); /* who can write one column can write two: then the signature says no */
    w->text = sha256_str(&fits);
    t_ok(rooms_do(w, &act_system, do_spoil_hash));
    r = checked();
    ck_assert(r.manifest_whole && !r.good && r.binding == WITNESS_LOOSE && doctor_finds());
    w->text = manifest;
    t_ok(rooms_do(w, &act_system, do_spoil_manifest));
    fits = sha256_of(manifest);
    w->text = sha256_str(&fits);
    t_ok(rooms_do(w, &act_system, do_spoil_hash));
    ck_assert(checked().good);

    at = 1;
    record_all();
    t_ok(rooms_do(w, &act_system, do_close));
    t_ok(rooms_do(w, &act_system, do_loosen)); /* signed by a way around the recording */
    ck_assert(!checked().good && checked().binding == WITNESS_LOOSE);
    at = 0;
    r = checked();
    item = r.items[WITNESS_VIDEO].id;
    w->out = r.items[WITNESS_VOICE].id;
    t_ok(rooms_do(w, &act_system, do_swap));
    r = checked();
    ck_assert(!r.good && r.state[WITNESS_VIDEO] == WITNESS_ALTERED && r.state[WITNESS_VOICE] == WITNESS_WHOLE);
    ck_assert(doctor_finds());
    rooms_close(&of);
}
END_TEST

static rc do_remove(struct rooms_world *of, const struct act *x)
{
    return witness_remove(x, item, of->text);
}

static rc do_open(struct rooms_world *of, const struct act *x)
{
    return witness_open(x, item, of->text, &of->out);
}

static rc do_opened(struct rooms_world *of, const struct act *x)
{
    struct witness_item i;
    TRY(witness_opened(x, of->out, &i));
    ck_assert_int_eq(i.id, item);
    return OK;
}

START_TEST(looked_at_and_removed)
{
    static struct rooms_world of;
    struct witness_access *v = NULL;
    size_t n = 0;
    world(_i, &of, EVERYTHING);
    record_all();
    t_ok(rooms_do(w, &act_system, do_close));
    sign();
    item = checked().items[WITNESS_VIDEO].id;
    w->text = STR("申訴調查");
    rooms_refused(w, &w->stranger, do_open, "RM-003");
    rooms_refused(w, &w->stranger, do_remove, "RM-003");
    w->text = STR(" ");
    rooms_refused(w, &w->owner, do_open, "ACT-003"); /* not without a reason */
    w->text = STR("申訴調查");
    t_ok(rooms_do(w, &w->owner, do_open));
    t_ok(rooms_do(w, &w->owner, do_opened));
    rooms_refused(w, &w->stranger, do_opened, "WIT-008");
    clock_fix(clock_now() + 11 * MINUTE);
    rooms_refused(w, &w->owner, do_opened, "WIT-008"); /* ten minutes, then a reason again */
    struct tx *tx = rooms_look(w);
    t_ok(witness_accesses(tx, w->room, &v, &n, w->keep));
    db_read_end(tx);
    ck_assert(n == 1 && v[0].kind == WITNESS_VIDEO && str_eq(v[0].reason, STR("申訴調查")) && v[0].log_entry != 0);
    ck_assert(str_eq(v[0].who, STR("王主任")) && str_eq(v[0].signer, STR("林𣿆川")));

    t_ok(rooms_do(w, &w->owner, do_remove));
    struct witness_report r = checked();
    ck_assert(r.good && r.binding == WITNESS_BOUND && r.state[WITNESS_VIDEO] == WITNESS_REMOVED);
    const struct witness_item *i = &r.items[WITNESS_VIDEO];
    ck_assert(i->salt.n == 0 && i->commitment.n == SHA256_LEN && str_eq(i->removed_reason, STR("申訴調查")));
    rooms_refused(w, &w->owner, do_open, "WIT-009");
    rooms_refused(w, &w->owner, do_remove, "WIT-009");
    ck_assert(!doctor_finds());
    rooms_close(&of);
}
END_TEST

static rc do_retention(struct rooms_world *of, const struct act *x)
{
    int n = 0;
    TRY(witness_remove_old(x, JOB_TURN_MOST, &n));
    of->n = n;
    return OK;
}

static rc do_abandoned(struct rooms_world *of, const struct act *x)
{
    int n = 0;
    TRY(witness_drop_abandoned(x, JOB_TURN_MOST, &n));
    of->n = n;
    return OK;
}

START_TEST(kept_for_its_time)
{
    static struct rooms_world of;
    world(_i, &of, EVERYTHING);
    record_all();
    t_ok(rooms_do(w, &act_system, do_close));
    sign();
    at = 1;
    t_ok(rooms_do(w, &act_system, do_begin));
    send(WITNESS_VIDEO, 0, STR(WEBM "left behind"));
    t_ok(rooms_do(w, &act_system, do_abandoned));
    ck_assert_int_eq(w->n, 0);
    clock_fix(clock_now() + 25 * HOUR);
    t_ok(rooms_do(w, &act_system, do_abandoned));
    ck_assert_int_eq(w->n, 1);
    kind = WITNESS_VIDEO;
    position = 1;
    bytes = STR("more");
    rooms_refused(w, &act_system, do_piece, "WIT-003");
    at = 0;
    t_ok(rooms_do(w, &act_system, do_retention));
    ck_assert_int_eq(w->n, 0);
    clock_fix(clock_now() + 2557 * DAY);
    t_ok(rooms_do(w, &act_system, do_retention));
    ck_assert_int_eq(w->n, WITNESS_KINDS);
    struct witness_report r = checked();
    ck_assert(r.good && r.binding == WITNESS_BOUND);
    for (size_t i = 0; i < r.n; i++)
        ck_assert_int_eq(r.state[i], WITNESS_REMOVED);
    rooms_close(&of);
}
END_TEST

DBT_MAIN("sign/witness", manifest_has_one_reading, arrives_in_pieces, read_before_it_is_closed, what_is_wrong_is_said,
         bound_and_chained, alterations_are_found, looked_at_and_removed, kept_for_its_time)
