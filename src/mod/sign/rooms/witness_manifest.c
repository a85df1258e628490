/* The manifest as text, and its hash in a signature. Pure functions over bytes. */
#include "crypto/cms.h"
#include "crypto/der.h"
#include "crypto/digest.h"
#include "mod/sign/engine/validate_pdf.h"
#include "mod/sign/rooms/witness.h"

static const char version[] = "rise-witness/1";

const str oid_witness =
    STR_INIT("\x69\x81\xbf\xf6\x8f\xa6\xcd\xd3\xf2\x9a\x8d\x8a\xca\xe6\x87\x84\xe9\xa5\xb2\x27\x01");

struct sha256 witness_commitment(str salt, str bytes)
{
    return sha256_of2(salt, bytes);
}

/* ---- writing ---- */

static void put_time(struct json_out *o, const char *key, instant t)
{
    BUF_SCOPED text = BUF_INIT(64);
    buf_instant(&text, t);
    jo_kstr(o, key, buf_str(&text));
}

static void put_hash(struct json_out *o, const char *key, bool there, const struct sha256 *h)
{
    char hex[2 * SHA256_LEN + 1];
    jo_key(o, key);
    if (there) {
        sha256_hex(h, hex);
        jo_str(o, str_of(hex));
    } else {
        jo_null(o);
    }
}

static void put_asked(struct json_out *o, int64_t asked)
{
    jo_key(o, "asked");
    jo_arr(o);
    for (int k = 0; k < WITNESS_INK; k++)
        if (asked & (INT64_C(1) << k))
            jo_str(o, str_of(witness_name((enum witness_kind)k)));
    jo_end_arr(o);
    jo_kbool(o, "may_go_on", (asked & WITNESS_GO_ON) != 0);
}

static void put_claimed(struct json_out *o, const struct witness_measures *m)
{
    jo_key(o, "claimed");
    jo_obj(o);
    jo_kint(o, "frames", m->frames);
    jo_kint(o, "face", m->face);
    jo_kint(o, "light", m->light);
    jo_kint(o, "open", m->open);
    jo_kint(o, "voice_ms", m->voice_ms);
    jo_kint(o, "photo_face", m->photo_face);
    jo_end_obj(o);
}

static void put_item(struct json_out *o, const struct witness_listed *i)
{
    jo_obj(o);
    jo_kstr(o, "kind", str_of(witness_name(i->kind)));
    jo_kstr(o, "outcome", i->outcome);
    jo_kstr(o, "type", i->type);
    jo_kint(o, "size", i->size);
    put_time(o, "from", i->from);
    put_time(o, "until", i->until);
    put_hash(o, "commitment", i->has_commitment, &i->commitment);
    jo_end_obj(o);
}

void witness_manifest_write(const struct witness_manifest *m, struct buf *out)
{
    struct json_out o;
    jo_begin(&o, out);
    jo_obj(&o);
    jo_kstr(&o, "manifest", str_of(version));
    jo_kstr(&o, "room", m->room);
    jo_kstr(&o, "signer", m->signer);
    jo_kstr(&o, "document", m->document);
    put_asked(&o, m->asked);
    jo_kint(&o, "attempt", m->attempt);
    put_time(&o, "started", m->started);
    put_time(&o, "ended", m->ended);
    jo_key(&o, "chain");
    jo_obj(&o);
    jo_kint(&o, "position", m->position);
    put_hash(&o, "previous", m->has_previous, &m->previous);
    jo_kint(&o, "gap_seconds", m->gap);
    jo_end_obj(&o);
    put_claimed(&o, &m->claimed);
    jo_key(&o, "items");
    jo_arr(&o);
    for (size_t i = 0; i < m->n; i++)
        put_item(&o, &m->items[i]);
    jo_end_arr(&o);
    jo_end_obj(&o);
}

/* ---- reading ---- */

static bool take_time(const struct json *obj, const char *key, instant *out)
{
    str text = json_str(json_get(obj, key));
    return text.p && instant_parse(text, out) == OK;
}

static bool take_hash(const struct json *obj, const char *key, bool *there, struct sha256 *out)
{
    const struct json *j = json_get(obj, key);
    BUF_SCOPED bytes = BUF_INIT(SHA256_LEN);
    *there = json_type(j) != JSON_NULL_;
    if (!*there)
        return j != NULL;
    if (buf_unhex(&bytes, json_str(j)) != OK || bytes.n != SHA256_LEN)
        return false;
    memcpy(out->b, bytes.p, SHA256_LEN);
    return true;
}

static bool take_kind(const struct json *j, enum witness_kind *out)
{
    str name = json_str(j);
    for (int k = 0; k < WITNESS_KINDS; k++) {
        if (str_eq(name, str_of(witness_name((enum witness_kind)k)))) {
            *out = (enum witness_kind)k;
            return true;
        }
    }
    return false;
}

static bool take_asked(const struct json *obj, int64_t *out)
{
    const struct json *list = json_get(obj, "asked");
    *out = json_bool(json_get(obj, "may_go_on"), false) ? WITNESS_GO_ON : 0;
    for (size_t i = 0; i < json_count(list); i++) {
        enum witness_kind k;
        if (!take_kind(json_at(list, i), &k) || k == WITNESS_INK)
            return false;
        *out |= INT64_C(1) << k;
    }
    return true;
}

static bool take_item(const struct json *j, struct witness_listed *out)
{
    out->outcome = json_str(json_get(j, "outcome"));
    out->type = json_str(json_get(j, "type"));
    out->size = json_int(json_get(j, "size"), -1);
    return take_kind(json_get(j, "kind"), &out->kind) && witness_outcome_label(out->outcome)[0] && out->type.p &&
           out->size >= 0 && take_time(j, "from", &out->from) && take_time(j, "until", &out->until) &&
           take_hash(j, "commitment", &out->has_commitment, &out->commitment);
}

static bool take_items(const struct json *obj, struct witness_manifest *m)
{
    const struct json *list = json_get(obj, "items");
    m->n = json_count(list);
    if (m->n > WITNESS_KINDS)
        return false;
    for (size_t i = 0; i < m->n; i++)
        if (!take_item(json_at(list, i), &m->items[i]) || (i > 0 && m->items[i].kind <= m->items[i - 1].kind))
            return false;
    return true;
}

static bool take_all(const struct json *obj, struct witness_manifest *m)
{
    const struct json *chain = json_get(obj, "chain");
    const struct json *claimed = json_get(obj, "claimed");
    m->room = json_str(json_get(obj, "room"));
    m->signer = json_str(json_get(obj, "signer"));
    m->document = json_str(json_get(obj, "document"));
    m->attempt = json_int(json_get(obj, "attempt"), 0);
    m->position = json_int(json_get(chain, "position"), 0);
    m->gap = json_int(json_get(chain, "gap_seconds"), 0);
    m->claimed = (struct witness_measures){.frames = json_int(json_get(claimed, "frames"), -1),
                                           .face = json_int(json_get(claimed, "face"), -1),
                                           .light = json_int(json_get(claimed, "light"), -1),
                                           .open = json_int(json_get(claimed, "open"), -1),
                                           .voice_ms = json_int(json_get(claimed, "voice_ms"), -1),
                                           .photo_face = json_int(json_get(claimed, "photo_face"), -1)};
    return m->room.p && m->signer.p && m->document.p && take_asked(obj, &m->asked) &&
           take_time(obj, "started", &m->started) && take_time(obj, "ended", &m->ended) &&
           take_hash(chain, "previous", &m->has_previous, &m->previous) && take_items(obj, m);
}

rc witness_manifest_read(struct arena *a, str json, struct witness_manifest *out, struct err *err)
{
    const struct json *root = NULL;
    BUF_SCOPED again = BUF_INIT(WITNESS_MANIFEST_MAX);
    *out = (struct witness_manifest){.n = 0};
    rc r = json_parse(a, json, WITNESS_MANIFEST_MAX, &root, NULL);
    if (r == E_NOMEM)
        return r;
    if (r == OK && take_all(root, out))
        witness_manifest_write(out, &again);
    if (buf_rc(&again) != OK || again.n == 0 || !str_eq(buf_str(&again), json))
        return ERR(err, E_INVALID, "WIT-010",
                   N_("This is no manifest of recordings, or not in the form it was made in."));
    return OK;
}

/* ---- in a signature ---- */

static void put_imprint(const struct sha256 *manifest, struct buf *out)
{
    size_t whole = der_open(out, DER_SEQUENCE);
    size_t algorithm = der_open(out, DER_SEQUENCE);
    der_put(out, DER_OID, digest_oid(DIGEST_SHA256));
    der_close(out, algorithm);
    der_put(out, DER_OCTET_STRING, sha256_str(manifest));
    der_close(out, whole);
}

void witness_attribute_write(const struct sha256 *manifest, struct buf *der)
{
    BUF_SCOPED value = BUF_INIT(256);
    put_imprint(manifest, &value);
    cms_put_attribute(der, oid_witness, buf_str(&value));
}

static bool names(const struct cms *cms, const struct sha256 *manifest)
{
    BUF_SCOPED expected = BUF_INIT(256);
    str value;
    put_imprint(manifest, &expected);
    return cms->n_signatures == 1 && buf_rc(&expected) == OK &&
           cms_attribute_only(cms->signatures[0].attributes, cms->signatures[0].n_attributes, oid_witness, &value) ==
               OK &&
           str_eq(value, buf_str(&expected));
}

/* Whether the certificate is to be trusted is another question (pages/pages_verify.h): here it is whether these bytes
 * were signed together. */
rc witness_bound(struct arena *a, str pdf, const struct sha256 *manifest, size_t *revision)
{
    static const struct sign_rules nobody;
    struct pdf_report *report = NULL;
    TRY(validate_pdf(a, pdf, &nobody, &report));
    for (size_t i = 0; i < report->n; i++) {
        const struct pdf_judged *j = &report->v[i];
        struct der whole;
        struct cms *cms = NULL;
        struct err err = {0};
        str rest = j->signature->contents;
        if (j->is_timestamp || j->subject.form != SUB_NONE || j->refused || der_next(&rest, &whole) != OK ||
            cms_read(a, whole.whole, &cms, &err) != OK || !names(cms, manifest))
            continue;
        *revision = j->signature->rev + 1;
        return OK;
    }
    TRY(arena_rc(a));
    return E_NOTFOUND;
}
