/* What happened in a room, for programs (evidence.json) and for people (evidence.pdf). */
#include "base/json.h"
#include "core/account.h"
#include "core/party.h"
#include "core/publiclog.h"
#include "mod/sign/rooms/objection.h"
#include "mod/sign/rooms/seal_archive.h"
#include "web/pdf.h"

enum { CELL_MAX = 4096, JSON_VERSION = 1 };

/* ---- reading ---- */

static rc read_log(struct seal_story *s)
{
    struct log_status log;
    TRY(log_status(s->tx, &log, s->a));
    s->log_origin = log.origin;
    s->log_vkey = log.vkey;
    for (size_t i = 0; i < s->n_events; i++) {
        struct log_entry e;
        TRY(log_entry_get(s->tx, s->event[i].log_entry, &e, s->a));
        if (e.index < 0 || (uint64_t)e.index >= log.size)
            return ERR(tx_err(s->tx), E_CONFLICT, "LOG-002",
                       N_("This record is not in the public log yet. Please try again in a few seconds."));
    }
    return OK;
}

static rc read_sender(struct seal_story *s)
{
    struct party p;
    struct account owner;
    TRY(party_get(s->tx, s->room.party, &p, s->a));
    s->sender = p.name;
    s->lang = LANG_ZH;
    if (s->room.owner && account_get(s->tx, s->room.owner, &owner, s->a) == OK)
        s->lang = owner.lang;
    return OK;
}

static rc read_names(struct seal_story *s)
{
    s->other_name = ARENA_ARRAY(s->a, s->n_signers + 1, str);
    if (!s->other_name)
        return arena_failed(s->a);
    for (size_t i = 0; i < s->n_signers; i++)
        TRY(signer_other_name(s->a, &s->signer[i], s->signer[i].cert, &s->other_name[i], tx_err(s->tx)));
    return OK;
}

rc seal_story_read(struct tx *tx, struct app *app, struct arena *a, id room, str file, instant at,
                   struct seal_story *out)
{
    *out = (struct seal_story){.tx = tx, .app = app, .a = a, .file = file, .at = at};
    TRY(room_get(tx, room, &out->room, a));
    TRY(signers_of(tx, room, &out->signer, &out->n_signers, a));
    TRY(read_names(out));
    TRY(room_events_of(tx, room, &out->event, &out->n_events, a));
    TRY(room_file_read(tx, app, out->room.original, &out->original, a));
    out->original_hash = sha256_of(out->original);
    out->file_hash = sha256_of(file);
    TRY(read_sender(out));
    return read_log(out);
}

/* ---- for programs ---- */

/* What there is not is left out, as in the answers of the API. */
static void put_signer(struct json_out *o, const struct signer *s, str other_name)
{
    struct sha256 cert = sha256_of(s->cert);
    char hex[2 * SHA256_LEN + 1];
    sha256_hex(&cert, hex);
    jo_obj(o);
    jo_kid(o, "id", s->id);
    jo_kint(o, "step", s->step);
    jo_kstr(o, "role", s->role);
    jo_kstr(o, "name", s->name);
    jo_kgiven(o, "email", s->email);
    jo_kstr(o, "level", s->level);
    jo_kstr(o, "state", s->state);
    jo_kwhen(o, "invited", s->invited);
    jo_kwhen(o, "viewed", s->viewed);
    jo_kwhen(o, "acted", s->acted);
    jo_kgiven(o, "reason", s->reason);
    jo_kid(o, "delegated_to", s->delegated_to);
    jo_kgiven(o, "certificate_sha256", s->cert.n ? str_of(hex) : STR_EMPTY);
    jo_kgiven(o, "certificate_other_name", other_name);
    jo_kgiven(o, "address", s->address);
    jo_kgiven(o, "agent", s->agent);
    jo_end_obj(o);
}

static void put_event(struct json_out *o, const struct room_event *e)
{
    jo_obj(o);
    jo_kwhen(o, "at", e->at);
    jo_kstr(o, "what", e->what);
    jo_kgiven(o, "who", e->who);
    jo_kid(o, "signer", e->signer);
    jo_kgiven(o, "detail", e->detail);
    jo_kgiven(o, "file_sha256", e->file_hash);
    jo_kgiven(o, "address", e->address);
    jo_kgiven(o, "agent", e->agent);
    jo_kid(o, "log_entry", e->log_entry);
    jo_end_obj(o);
}

static void put_room(struct json_out *o, const struct seal_story *s)
{
    jo_key(o, "room");
    jo_obj(o);
    jo_kid(o, "id", s->room.id);
    jo_kstr(o, "title", s->room.title);
    jo_kgiven(o, "message", s->room.message);
    jo_kstr(o, "sender", s->sender);
    jo_kwhen(o, "sent", s->room.sent);
    jo_kwhen(o, "sealed", s->at);
    jo_end_obj(o);
}

static void put_file(struct json_out *o, const char *name, const struct sha256 *hash)
{
    char hex[2 * SHA256_LEN + 1];
    sha256_hex(hash, hex);
    jo_obj(o);
    jo_kstr(o, "name", str_of(name));
    jo_kstr(o, "sha256", str_of(hex));
    jo_end_obj(o);
}

rc seal_story_json(const struct seal_story *s, struct buf *out)
{
    struct json_out o;
    jo_begin(&o, out);
    jo_obj(&o);
    jo_kstr(&o, "type", STR("rise-signing-evidence"));
    jo_kint(&o, "version", JSON_VERSION);
    put_room(&o, s);
    jo_key(&o, "files");
    jo_arr(&o);
    put_file(&o, "original.pdf", &s->original_hash);
    put_file(&o, "signed.pdf", &s->file_hash);
    jo_end_arr(&o);
    jo_key(&o, "signers");
    jo_arr(&o);
    for (size_t i = 0; i < s->n_signers; i++)
        put_signer(&o, &s->signer[i], s->other_name[i]);
    jo_end_arr(&o);
    jo_key(&o, "events");
    jo_arr(&o);
    for (size_t i = 0; i < s->n_events; i++)
        put_event(&o, &s->event[i]);
    jo_end_arr(&o);
    TRY(objection_evidence(s->tx, &s->room, &o, s->a));
    jo_key(&o, "log");
    jo_obj(&o);
    jo_kstr(&o, "origin", s->log_origin);
    jo_kstr(&o, "vkey", s->log_vkey);
    jo_end_obj(&o);
    jo_end_obj(&o);
    buf_putc(out, '\n');
    return buf_rc(out);
}

/* ---- for people ---- */

static str word(const struct seal_story *s, const struct choice *of, str value)
{
    str label = str_of(tr(s->lang, choice_label(of, value)));
    return label.n ? label : value;
}

static str when(const struct seal_story *s, instant t)
{
    BUF_SCOPED b = BUF_INIT(64);
    if (t)
        buf_local(&b, t);
    return arena_str(s->a, buf_str(&b));
}

static str hex_of(const struct seal_story *s, const struct sha256 *h)
{
    return sha256_hex_text(s->a, h);
}

static void put_heads(struct pdf *p, const struct seal_story *s)
{
    char number[ID_TEXT + 1];
    id_text(s->room.id, number);
    const struct pdf_pair pairs[] = {
        {str_of(tr(s->lang, N_("Document"))), s->room.title},
        {str_of(tr(s->lang, N_("Sent by"))), s->sender},
        {str_of(tr(s->lang, N_("Signing room"))), str_of(number)},
        {str_of(tr(s->lang, N_("Sent"))), when(s, s->room.sent)},
        {str_of(tr(s->lang, N_("SHA-256 of the uploaded file"))), hex_of(s, &s->original_hash)},
        {str_of(tr(s->lang, N_("SHA-256 of the signed file"))), hex_of(s, &s->file_hash)},
    };
    pdf_pairs(p, pairs, sizeof pairs / sizeof pairs[0]);
}

static str signer_end(const struct seal_story *s, const struct signer *v, const str *other_name)
{
    if (v->acted == 0)
        return STR_EMPTY;
    const char *did = str_eq(v->state, STR("delegated")) ? N_("Passed on {1}")
                      : str_eq(v->role, STR("approve"))  ? N_("Approved {1}, Taiwan time")
                                                         : N_("Signed {1}, Taiwan time");
    BUF_SCOPED b = BUF_INIT(CELL_MAX);
    str at = when(s, v->acted);
    tr_f(&b, s->lang, did, &at, 1);
    if (other_name->n > 0) {
        buf_putc(&b, '\n');
        tr_f(&b, s->lang, N_("Certificate in another name: {1}"), other_name, 1);
    }
    return arena_str(s->a, buf_str(&b));
}

static rc put_people(struct pdf *p, const struct seal_story *s)
{
    enum { COLUMNS = 4 };
    const struct pdf_column columns[COLUMNS] = {{.heading = str_of(tr(s->lang, N_("Person"))), .weight = 3},
                                                {.heading = str_of(tr(s->lang, N_("Role"))), .weight = 1},
                                                {.heading = str_of(tr(s->lang, N_("Known by"))), .weight = 2},
                                                {.heading = str_of(tr(s->lang, N_("What they did"))), .weight = 3}};
    str *cells = arena_array(s->a, COLUMNS * s->n_signers + 1, sizeof(str));
    if (!cells)
        return arena_failed(s->a);
    for (size_t i = 0; i < s->n_signers; i++) {
        const struct signer *v = &s->signer[i];
        str *c = &cells[COLUMNS * i];
        c[0] = arena_printf(s->a, "%.*s\n%.*s", STR_ARG(v->name), STR_ARG(v->email));
        c[1] = word(s, room_roles, v->role);
        c[2] = str_eq(v->role, STR("copy")) ? STR("–") : word(s, room_levels, v->level);
        c[3] = signer_end(s, v, &s->other_name[i]);
    }
    TRY(arena_rc(s->a));
    pdf_heading(p, 2, str_of(tr(s->lang, N_("People"))));
    pdf_table(p, &(struct pdf_table){columns, COLUMNS, cells, s->n_signers});
    return OK;
}

static rc put_history(struct pdf *p, const struct seal_story *s)
{
    enum { COLUMNS = 4 };
    const struct pdf_column columns[COLUMNS] = {{.heading = str_of(tr(s->lang, N_("Taiwan time"))), .weight = 2},
                                                {.heading = str_of(tr(s->lang, N_("What"))), .weight = 2},
                                                {.heading = str_of(tr(s->lang, N_("Who"))), .weight = 2},
                                                {.heading = str_of(tr(s->lang, N_("Details"))), .weight = 5}};
    str *cells = arena_array(s->a, COLUMNS * s->n_events + 1, sizeof(str));
    if (!cells)
        return arena_failed(s->a);
    for (size_t i = 0; i < s->n_events; i++) {
        const struct room_event *e = &s->event[i];
        str *c = &cells[COLUMNS * i];
        c[0] = when(s, e->at);
        c[1] = word(s, room_events, e->what);
        c[2] = e->who;
        str detail = str_eq(e->detail, e->who) ? STR_EMPTY : e->detail;
        c[3] = arena_printf(s->a, "%.*s%s%.*s%s%.*s", STR_ARG(detail), detail.n && e->address.n ? "\n" : "",
                            STR_ARG(e->address), e->file_hash.n ? "\nSHA-256 " : "", STR_ARG(e->file_hash));
    }
    TRY(arena_rc(s->a));
    pdf_heading(p, 2, str_of(tr(s->lang, N_("History"))));
    pdf_table(p, &(struct pdf_table){columns, COLUMNS, cells, s->n_events});
    return OK;
}

static void put_log(struct pdf *p, const struct seal_story *s)
{
    pdf_heading(p, 2, str_of(tr(s->lang, N_("The public log"))));
    pdf_paragraph(p, str_of(tr(s->lang, N_("A commitment to each of these events stands in the public log, in which "
                                           "nothing can be changed or taken back later. The proofs lie in the folder "
                                           "“log” of the archive."))));
    const struct pdf_pair pairs[] = {{str_of(tr(s->lang, N_("Name of the log"))), s->log_origin},
                                     {str_of(tr(s->lang, N_("Its key"))), s->log_vkey}};
    pdf_pairs(p, pairs, sizeof pairs / sizeof pairs[0]);
}

static rc put_all(struct pdf *p, const struct seal_story *s)
{
    pdf_heading(p, 1, str_of(tr(s->lang, N_("Evidence of signing"))));
    put_heads(p, s);
    TRY(put_people(p, s));
    TRY(put_history(p, s));
    put_log(p, s);
    return OK;
}

rc seal_story_pdf(const struct seal_story *s, struct buf *out, struct err *err)
{
    struct pdf *p = NULL;
    char number[ID_TEXT + 1];
    id_text(s->room.id, number);
    TRY(pdf_new(&(struct pdf_options){.lang = s->lang,
                                      .title = str_of(tr(s->lang, N_("Evidence of signing"))),
                                      .reference = str_of(number),
                                      .made = s->at,
                                      .demo = s->app->config.demo},
                &p));
    rc r = put_all(p, s);
    if (r == OK)
        r = pdf_finish(p, out, err);
    pdf_free(p);
    return r;
}
