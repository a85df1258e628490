#include "mod/sign/engine/pdf_dss.h"

#include "base/vec.h"
#include "crypto/digest.h"
#include "mod/sign/engine/pdf_impl.h"

static rc add_ref(struct arena *a, struct pdf_refs *list, struct pdf_ref ref)
{
    struct pdf_ref *r = VEC_ADD(list, a);
    if (!r)
        return arena_failed(a);
    *r = ref;
    return OK;
}

/* ---- read ---- */

static rc read_refs(struct pdf_doc *doc, const struct pdf_value *dict, str key, size_t rev, struct pdf_refs *out)
{
    const struct pdf_value *list;
    TRY(pdf_entry_resolved(doc, dict, key, rev, &list));
    if (!list || list->kind != PDF_ARRAY)
        return OK;
    for (const struct pdf_value *v = list->first; v; v = v->next) {
        if (v->kind != PDF_REF)
            return pdf_malformed(doc, E_INVALID, N_("Object {1} of the PDF should be a stream."), 0);
        if (out->n == PDF_DSS_MAX)
            return pdf_malformed(doc, E_LIMIT, NULL, 0);
        TRY(add_ref(doc->a, out, v->ref));
    }
    return OK;
}

/* /VRI: the keys of its lists have no plural, those of the store do. */
static rc read_vri(struct pdf_doc *doc, const struct pdf_value *all, size_t rev, struct pdf_dss *out)
{
    size_t n = 0;
    if (!all || all->kind != PDF_DICT)
        return OK;
    for (const struct pdf_value *v = all->first; v; v = v->next)
        n++;
    out->vri = ARENA_ARRAY(doc->a, n + 1, struct pdf_vri);
    if (!out->vri)
        return arena_failed(doc->a);
    for (const struct pdf_value *v = all->first; v; v = v->next) {
        struct pdf_vri *row = &out->vri[out->n_vri++];
        const struct pdf_value *dict;
        row->key = v->key;
        TRY(pdf_resolve(doc, v, rev, &dict));
        TRY(read_refs(doc, dict, STR("Cert"), rev, &row->certs));
        TRY(read_refs(doc, dict, STR("CRL"), rev, &row->crls));
        TRY(read_refs(doc, dict, STR("OCSP"), rev, &row->ocsps));
    }
    return OK;
}

rc pdf_dss_read(struct pdf_doc *doc, size_t rev, struct pdf_dss *out)
{
    const struct pdf_object *catalog;
    const struct pdf_value *vri;
    *out = (struct pdf_dss){0};
    TRY(pdf_catalog(doc, rev, &catalog));
    const struct pdf_value *dss = pdf_entry(catalog->value, STR("DSS"));
    TRY(pdf_resolve(doc, dss, rev, &out->dict));
    if (!out->dict || out->dict->kind != PDF_DICT) {
        out->dict = NULL;
        return OK;
    }
    if (dss->kind == PDF_REF)
        out->ref = dss->ref;
    TRY(read_refs(doc, out->dict, STR("Certs"), rev, &out->certs));
    TRY(read_refs(doc, out->dict, STR("CRLs"), rev, &out->crls));
    TRY(read_refs(doc, out->dict, STR("OCSPs"), rev, &out->ocsps));
    TRY(pdf_entry_resolved(doc, out->dict, STR("VRI"), rev, &vri));
    return read_vri(doc, vri, rev, out);
}

rc pdf_dss_bytes(struct pdf_doc *doc, struct pdf_ref ref, size_t rev, str *der)
{
    const struct pdf_object *o;
    TRY(pdf_object(doc, ref.num, rev, &o));
    return pdf_stream_bytes(doc, o, rev, der);
}

void pdf_vri_key(str contents, char out[PDF_VRI_KEY + 1])
{
    static const char HEX[] = "0123456789ABCDEF";
    struct digest_value d = digest_of(DIGEST_SHA1, contents);
    for (size_t i = 0; i < PDF_VRI_KEY / 2; i++) {
        out[2 * i] = HEX[d.b[i] >> 4];
        out[2 * i + 1] = HEX[d.b[i] & 15];
    }
    out[PDF_VRI_KEY] = 0;
}

/* ---- write ---- */

struct storing {
    struct pdf_update *u;
    struct pdf_dss dss; /* grows by what is new */
    struct map known;   /* bytes → struct pdf_ref */
};

static rc remember(struct storing *s, str der, struct pdf_ref ref)
{
    struct pdf_ref *kept = ARENA_NEW(s->u->doc->a, struct pdf_ref);
    if (!kept)
        return arena_failed(s->u->doc->a);
    *kept = ref;
    return map_put(&s->known, der, kept);
}

static rc remember_old(struct storing *s, const struct pdf_refs *list)
{
    for (size_t i = 0; i < list->n; i++) {
        str der;
        TRY(pdf_dss_bytes(s->u->doc, list->v[i], s->u->rev, &der));
        if (!map_get(&s->known, der))
            TRY(remember(s, der, list->v[i]));
    }
    return OK;
}

static rc write_stream(struct storing *s, str der, struct pdf_ref *out)
{
    TRY(pdf_update_number(s->u, out));
    TRY(pdf_update_open(s->u, *out));
    buf_printf(s->u->out, "<< /Length %zu >>\nstream\n", der.n);
    buf_put(s->u->out, der);
    buf_put(s->u->out, STR("\nendstream"));
    pdf_update_close(s->u);
    return remember(s, der, *out);
}

static bool holds(const struct pdf_refs *list, struct pdf_ref ref)
{
    for (size_t i = 0; i < list->n; i++)
        if (list->v[i].num == ref.num)
            return true;
    return false;
}

/* Stores pieces that are new; `row`, if there is one, gets a reference to each. */
static rc store(struct storing *s, const str *der, size_t n, struct pdf_refs *all, struct pdf_refs *row)
{
    struct arena *a = s->u->doc->a;
    for (size_t i = 0; i < n; i++) {
        const struct pdf_ref *known = map_get(&s->known, der[i]);
        struct pdf_ref ref;
        if (known) {
            ref = *known;
        } else if (all->n == PDF_DSS_MAX) {
            return pdf_malformed(s->u->doc, E_LIMIT, NULL, 0);
        } else {
            TRY(write_stream(s, der[i], &ref));
            TRY(add_ref(a, all, ref));
        }
        if (row && !holds(row, ref))
            TRY(add_ref(a, row, ref));
    }
    return OK;
}

/* The row of a signature: the one that is there, or a new one; the table has room for it. */
static struct pdf_vri *row_of(struct storing *s, str contents)
{
    char key[PDF_VRI_KEY + 1];
    if (!contents.p)
        return NULL;
    pdf_vri_key(contents, key);
    for (size_t i = 0; i < s->dss.n_vri; i++)
        if (str_eq(s->dss.vri[i].key, str_n(key, PDF_VRI_KEY)))
            return &s->dss.vri[i];
    struct pdf_vri *row = &s->dss.vri[s->dss.n_vri++];
    *row = (struct pdf_vri){.key = arena_str(s->u->doc->a, str_n(key, PDF_VRI_KEY))};
    return row;
}

static rc store_all(struct storing *s, const struct pdf_evidence *list, size_t n)
{
    struct pdf_vri *room = ARENA_ARRAY(s->u->doc->a, s->dss.n_vri + n + 1, struct pdf_vri);
    if (!room)
        return arena_failed(s->u->doc->a);
    if (s->dss.n_vri)
        memcpy(room, s->dss.vri, s->dss.n_vri * sizeof *room);
    s->dss.vri = room;
    for (size_t i = 0; i < n; i++) {
        struct pdf_vri *row = row_of(s, list[i].contents);
        if (row && !row->key.p)
            return arena_failed(s->u->doc->a);
        TRY(store(s, list[i].certs, list[i].n_certs, &s->dss.certs, row ? &row->certs : NULL));
        TRY(store(s, list[i].crls, list[i].n_crls, &s->dss.crls, row ? &row->crls : NULL));
        TRY(store(s, list[i].ocsps, list[i].n_ocsps, &s->dss.ocsps, row ? &row->ocsps : NULL));
    }
    return OK;
}

static void put_refs(struct buf *out, const char *key, const struct pdf_refs *list)
{
    if (list->n == 0)
        return;
    buf_printf(out, " /%s [", key);
    for (size_t i = 0; i < list->n; i++) {
        if (i)
            buf_putc(out, ' ');
        pdf_put_ref(out, list->v[i]);
    }
    buf_putc(out, ']');
}

/* A row keeps what else it held (/TU, /TS). */
static rc put_row(struct storing *s, const struct pdf_value *old_rows, const struct pdf_vri *row)
{
    static const str OWN[] = {STR_INIT("Cert"), STR_INIT("CRL"), STR_INIT("OCSP")};
    const struct pdf_value *old;
    TRY(pdf_entry_resolved(s->u->doc, old_rows, row->key, s->u->rev, &old));
    buf_putc(s->u->out, ' ');
    pdf_put_name(s->u->out, row->key);
    buf_put(s->u->out, STR(" <<"));
    pdf_put_entries_but(s->u->out, old, OWN, 3);
    put_refs(s->u->out, "Cert", &row->certs);
    put_refs(s->u->out, "CRL", &row->crls);
    put_refs(s->u->out, "OCSP", &row->ocsps);
    buf_put(s->u->out, STR(" >>"));
    return OK;
}

static rc write_dss(struct storing *s)
{
    static const str OWN[] = {STR_INIT("Certs"), STR_INIT("CRLs"), STR_INIT("OCSPs"), STR_INIT("VRI")};
    struct buf *out = s->u->out;
    const struct pdf_value *old_rows;
    TRY(pdf_entry_resolved(s->u->doc, s->dss.dict, STR("VRI"), s->u->rev, &old_rows));
    TRY(pdf_update_open(s->u, s->dss.ref));
    buf_put(out, STR("<<"));
    pdf_put_entries_but(out, s->dss.dict, OWN, 4);
    put_refs(out, "Certs", &s->dss.certs);
    put_refs(out, "CRLs", &s->dss.crls);
    put_refs(out, "OCSPs", &s->dss.ocsps);
    if (s->dss.n_vri) {
        buf_put(out, STR(" /VRI <<"));
        for (size_t i = 0; i < s->dss.n_vri; i++)
            TRY(put_row(s, old_rows, &s->dss.vri[i]));
        buf_put(out, STR(" >>"));
    }
    buf_put(out, STR(" >>"));
    pdf_update_close(s->u);
    return buf_rc(out);
}

static rc write_catalog(struct storing *s)
{
    enum { LEVEL = 5 };
    const struct pdf_object *catalog;
    int level;
    TRY(pdf_catalog(s->u->doc, s->u->rev, &catalog));
    TRY(pdf_extension_level(s->u->doc, catalog, s->u->rev, &level));
    if (s->dss.ref.num && level >= LEVEL)
        return OK;
    if (!s->dss.ref.num)
        TRY(pdf_update_number(s->u, &s->dss.ref));
    str added = arena_printf(s->u->doc->a, " /DSS %u %u R", s->dss.ref.num, s->dss.ref.gen);
    if (!added.p)
        return arena_failed(s->u->doc->a);
    return pdf_update_catalog(s->u, catalog, (const str[]){STR("DSS")}, 1, added, LEVEL);
}

static rc write_all(struct storing *s, const struct pdf_evidence *list, size_t n)
{
    TRY(pdf_dss_read(s->u->doc, s->u->rev, &s->dss));
    TRY(remember_old(s, &s->dss.certs));
    TRY(remember_old(s, &s->dss.crls));
    TRY(remember_old(s, &s->dss.ocsps));
    TRY(store_all(s, list, n));
    TRY(write_catalog(s));
    return write_dss(s);
}

rc pdf_dss_write(struct pdf_update *u, const struct pdf_evidence *list, size_t n)
{
    struct storing s = {.u = u};
    rc r = write_all(&s, list, n);
    map_free(&s.known);
    return r;
}
