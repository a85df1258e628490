/* For tests/sign/xml.mjs: signatures of every form and key into a folder, and a word about one that others made.
 *
 *   xml_tool make FOLDER FILE BESIDE…     FILE: an XML document; BESIDE: files for detached signatures
 *   xml_tool judge xades|jades|asic FILE [BESIDE…]   prints the outcome's name, and where */
#include <stdio.h>

#include "mod/sign/engine/asic.h"
#include "mod/sign/engine/jades.h"
#include "mod/sign/engine/test_keys.h"
#include "mod/sign/engine/xades.h"
#include "sys/file.h"

enum { ROOM = 1 << 26, BESIDE_MAX = 16 };

static struct arena *a;
static struct err err;

static int say(rc r)
{
    fprintf(stderr, "%s: %s\n", rc_name(r), err.main.msgid ? err.main.msgid : "");
    return 1;
}

static rc load(const char *path, str *out)
{
    BUF_SCOPED b = BUF_INIT(ROOM);
    TRY(file_read(path, &b, &err));
    *out = arena_str(a, buf_str(&b));
    return out->p ? OK : arena_rc(a);
}

static rc save(const char *folder, const char *form, const char *key, const char *suffix, str bytes)
{
    str path = arena_printf(a, "%s/%s-%s.%s", folder, form, key, suffix);
    FILE *f = fopen(path.p, "wb");
    if (!f)
        return E_IO;
    size_t n = fwrite(bytes.p, 1, bytes.n, f);
    return fclose(f) == 0 && n == bytes.n ? OK : E_IO;
}

/* Names as given on the command line, without their folders. */
static rc load_beside(int n, char **paths, struct sign_data *v)
{
    for (int i = 0; i < n; i++) {
        str name = str_of(paths[i]);
        for (ptrdiff_t slash; (slash = str_chr(name, '/')) >= 0;)
            name = str_sub(name, (size_t)slash + 1, SIZE_MAX);
        v[i] = (struct sign_data){.name = name, .mime = STR("text/plain")};
        TRY(load(paths[i], &v[i].bytes));
    }
    return OK;
}

struct signer {
    const char *name, *key, *cert;
    bool pss, xml;
};

static rc make_one(const struct signer *s, const char *folder, const struct sign_data *doc,
                   const struct sign_data *beside, size_t n)
{
    static const char *const forms[] = {"enveloped", "enveloping", "detached"};
    struct pkey *key;
    struct cert **cert;
    size_t one;
    TRY(pkey_read(str_of(s->key), STR_EMPTY, &key, &err));
    TRY(pkey_in(a, key));
    TRY(cert_read_all(a, str_of(s->cert), 1, &cert, &one, &err));
    struct xades_request x = {.key = key, .cert = cert[0], .pss = s->pss, .time = INT64_C(1795608000) * SECOND};
    for (int form = XADES_ENVELOPED; s->xml && form <= XADES_DETACHED; form++) {
        BUF_SCOPED out = BUF_INIT(ROOM);
        x.form = (enum xades_form)form;
        x.data = form == XADES_ENVELOPED ? doc : beside;
        x.n_data = form == XADES_ENVELOPED ? 1 : n;
        TRY(xades_make(a, &x, &out, &err));
        TRY(save(folder, forms[form], s->name, "xml", buf_str(&out)));
    }
    struct asic_request z = {.key = key, .cert = cert[0], .pss = s->pss, .time = x.time, .files = beside, .n_files = n};
    for (int cades = !s->xml; cades < 2; cades++) {
        BUF_SCOPED out = BUF_INIT(ROOM);
        z.cades = cades;
        TRY(asic_make(a, &z, &out, &err));
        TRY(save(folder, cades ? "cades" : "xades", s->name, "asice", buf_str(&out)));
    }
    struct jades_request j = {.key = key, .cert = cert[0], .pss = s->pss, .time = x.time};
    for (int i = 0; i < 4; i++) {
        BUF_SCOPED out = BUF_INIT(ROOM);
        j.form = i & 1 ? JADES_JSON : JADES_COMPACT;
        j.detached = i & 2;
        j.data = j.detached ? beside : doc;
        j.n_data = j.detached ? n : 1;
        TRY(jades_make(&j, &out, &err));
        TRY(save(folder, j.detached ? "beside" : "inside", s->name, i & 1 ? "json" : "jws", buf_str(&out)));
    }
    return OK;
}

static rc make(const char *folder, const char *path, int n, char **paths)
{
    static const struct signer signers[] = {{"p256", test_p256_key, test_p256_pem, false, true},
                                            {"p384", test_p384_key, test_p384_pem, false, true},
                                            {"rsa", test_rsa_key, test_rsa_pem, false, true},
                                            {"pss", test_rsa_key, test_rsa_pem, true, true},
                                            {"ed25519", test_ed25519_key, test_ed25519_pem, false, false}};
    struct sign_data doc = {.mime = STR("application/xml")}, beside[BESIDE_MAX];
    TRY(load(path, &doc.bytes));
    TRY(load_beside(n, paths, beside));
    for (size_t i = 0; i < sizeof signers / sizeof signers[0]; i++) {
        TRY(make_one(&signers[i], folder, &doc, beside, (size_t)n));
        TRY(save(folder, "cert", signers[i].name, "pem", str_of(signers[i].cert)));
        TRY(save(folder, "key", signers[i].name, "pem", str_of(signers[i].key)));
    }
    return save(folder, "cert", "ca", "pem", str_of(test_ca_pem));
}

static rc judge(str kind, const char *path, int n, char **paths)
{
    struct sign_data beside[BESIDE_MAX];
    str text, where;
    const char *outcome;
    TRY(load(path, &text));
    TRY(load_beside(n, paths, beside));
    if (str_eq(kind, STR("xades"))) {
        struct xades *x;
        struct xades_check k;
        TRY(xades_read(a, text, &x, &err));
        TRY(xades_verify(a, x, 0, beside, (size_t)n, NULL, 0, &k));
        outcome = xades_outcome_name(k.outcome), where = k.where;
    } else if (str_eq(kind, STR("asic"))) {
        struct asic *c;
        struct asic_check k;
        TRY(asic_read(a, text, &c, &err));
        TRY(asic_verify(a, c, NULL, 0, &k));
        outcome = asic_outcome_name(k.outcome), where = k.where;
    } else {
        struct jades *j;
        struct jades_check k;
        TRY(jades_read(a, text, &j, &err));
        TRY(jades_verify(a, j, beside, (size_t)n, NULL, 0, &k));
        outcome = jades_outcome_name(k.outcome), where = k.where;
    }
    printf("%s %.*s\n", outcome, STR_ARG(where));
    return OK;
}

int main(int argc, char **argv)
{
    a = arena_new((size_t)ROOM * 16);
    if (!a || argc < 4 || argc > 4 + BESIDE_MAX)
        return 2;
    str verb = str_of(argv[1]);
    rc r = str_eq(verb, STR("make")) ? make(argv[2], argv[3], argc - 4, argv + 4)
                                     : judge(str_of(argv[2]), argv[3], argc - 4, argv + 4);
    int exit_code = r == OK ? 0 : say(r);
    arena_free(a);
    return exit_code;
}
