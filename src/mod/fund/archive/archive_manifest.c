/* manifest.json of a round's archive. */
#include "base/json.h"
#include "mod/fund/archive/archive_tables.h"

static void put_file(struct json_out *o, const struct archive_file *f)
{
    char hex[2 * SHA256_LEN + 1];
    sha256_hex(&f->hash, hex);
    jo_obj(o);
    jo_kint(o, "bytes", f->bytes);
    jo_kstr(o, "name", f->name);
    jo_kstr(o, "sha256", str_of(hex));
    jo_end_obj(o);
}

static void put_instant(struct json_out *o, const char *key, instant t)
{
    BUF_SCOPED text = BUF_INIT(64);
    buf_instant(&text, t);
    jo_kstr(o, key, buf_str(&text));
}

void archive_manifest_put(const struct archive_manifest *m, struct buf *out)
{
    struct json_out o;
    jo_begin(&o, out);
    jo_obj(&o);
    jo_key(&o, "awards");
    jo_arr(&o);
    for (int take = FUND_TAKEN; take <= FUND_THIRD_AWARD; take++) {
        jo_obj(&o);
        jo_kint(&o, "amount", m->awards.amount[take]);
        jo_kint(&o, "count", m->awards.count[take]);
        jo_end_obj(&o);
    }
    jo_end_arr(&o);
    jo_key(&o, "files");
    jo_arr(&o);
    for (size_t i = 0; i < m->n_files; i++)
        put_file(&o, &m->files[i]);
    jo_end_arr(&o);
    put_instant(&o, "gifts_close", m->gifts_close);
    put_instant(&o, "gifts_open", m->gifts_open);
    jo_kint(&o, "places", m->places);
    jo_key(&o, "round");
    jo_obj(&o);
    jo_kstr(&o, "code", m->code);
    jo_kstr(&o, "name_en", m->name_en);
    jo_kstr(&o, "name_zh", m->name_zh);
    jo_end_obj(&o);
    jo_kstr(&o, "type", STR(FUND_ARCHIVE_TYPE));
    jo_kstr(&o, "vkey", m->vkey);
    jo_end_obj(&o);
    buf_putc(out, '\n');
}

static str text_of(const struct json *j)
{
    str s = json_str(j);
    return s.p ? s : STR_EMPTY;
}

static rc read_files(const struct json *list, struct archive_manifest *m, struct arena *a)
{
    m->n_files = json_count(list);
    if (m->n_files > FUND_ARCHIVE_FILES || !(m->files = ARENA_ARRAY(a, m->n_files + 1, struct archive_file)))
        return E_LIMIT;
    for (size_t i = 0; i < m->n_files; i++) {
        const struct json *f = json_at(list, i);
        BUF_SCOPED hash = BUF_INIT(SHA256_LEN);
        m->files[i] =
            (struct archive_file){.name = text_of(json_get(f, "name")), .bytes = json_int(json_get(f, "bytes"), -1)};
        if (buf_unhex(&hash, text_of(json_get(f, "sha256"))) != OK || hash.n != SHA256_LEN)
            return E_INVALID;
        memcpy(m->files[i].hash.b, hash.p, SHA256_LEN);
    }
    return OK;
}

rc archive_manifest_read(str text, struct archive_manifest *out, struct arena *a)
{
    const struct json *j;
    BUF_SCOPED again = BUF_INIT(text.n + 1024);
    *out = (struct archive_manifest){0};
    TRY(json_parse(a, text, 4 << 20, &j, NULL));
    const struct json *round = json_get(j, "round"), *awards = json_get(j, "awards");
    out->code = text_of(json_get(round, "code"));
    out->name_zh = text_of(json_get(round, "name_zh"));
    out->name_en = text_of(json_get(round, "name_en"));
    out->vkey = text_of(json_get(j, "vkey"));
    TRY(instant_parse(text_of(json_get(j, "gifts_open")), &out->gifts_open));
    TRY(instant_parse(text_of(json_get(j, "gifts_close")), &out->gifts_close));
    out->places = json_int(json_get(j, "places"), -1);
    for (int take = FUND_TAKEN; take <= FUND_THIRD_AWARD; take++) {
        const struct json *one = json_at(awards, (size_t)take - 1);
        out->awards.amount[take] = json_int(json_get(one, "amount"), -1);
        out->awards.count[take] = json_int(json_get(one, "count"), -1);
    }
    TRY(read_files(json_get(j, "files"), out, a));
    archive_manifest_put(out, &again); /* what was not looked at, or written another way, differs */
    TRY(buf_rc(&again));
    return str_eq(buf_str(&again), text) ? OK : E_INVALID;
}
