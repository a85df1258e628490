#include "mod/sign/anchors.h"

#include <dirent.h>

#include "base/vec.h"
#include "sys/file.h"

enum { REASON_MAX = 4000, CRLS_MAX = 256, CRL_FILE_MAX = 64 << 20, FOLDER_FILES_MAX = 10000 };

struct reading {
    struct arena *a;
    VEC(struct sign_anchor) anchors;
    VEC(struct crl *) crls;
    struct sign_rules *rules;
    struct err *err;
};

/* ---- one file ---- */

static rc add_crl(struct reading *x, str bytes)
{
    struct crl *crl = NULL;
    str kept = arena_str(x->a, bytes); /* a list is views into it */
    TRY(arena_rc(x->a));
    rc r = crl_read(x->a, kept, &crl, NULL);
    TRY(arena_rc(x->a));
    if (r != OK)
        return OK; /* something else */
    if (x->crls.n == CRLS_MAX)
        return ERR(x->err, E_LIMIT, "SIG-603", N_("There are too many files to trust."));
    struct crl **place = VEC_ADD(&x->crls, x->a);
    if (!place)
        return arena_failed(x->a);
    *place = crl;
    return OK;
}

/* NAME.ending beside NAME.cer; n == 0 when it is not there. */
static rc beside(struct reading *x, const char *path, const char *ending, str *out)
{
    str stem = str_of(path);
    while (stem.n > 0 && stem.p[stem.n - 1] != '.' && stem.p[stem.n - 1] != '/')
        stem.n--;
    *out = STR_EMPTY;
    if (stem.n == 0 || stem.p[stem.n - 1] == '/')
        return OK;
    str name = arena_printf(x->a, "%.*s%s", STR_ARG(stem), ending);
    if (!name.p)
        return arena_failed(x->a);
    if (file_exists(name.p))
        *out = name;
    return OK;
}

static rc read_reason(struct reading *x, const char *path, str *out)
{
    BUF_SCOPED text = BUF_INIT(REASON_MAX);
    str name;
    TRY(beside(x, path, "txt", &name));
    *out = STR_EMPTY;
    if (name.n == 0)
        return OK;
    TRY(file_read(name.p, &text, x->err));
    *out = arena_str(x->a, str_trim(buf_str(&text)));
    return out->p ? OK : arena_failed(x->a);
}

static rc add_file(struct reading *x, const char *path, enum presumption p)
{
    BUF_SCOPED bytes = BUF_INIT(CRL_FILE_MAX);
    struct cert **v = NULL;
    size_t n = 0;
    str reason;
    struct err ignored = {0};
    TRY(file_read(path, &bytes, x->err));
    rc r = cert_read_all(x->a, buf_str(&bytes), ANCHORS_MAX, &v, &n, &ignored);
    TRY(arena_rc(x->a));
    if (r != OK)
        return add_crl(x, buf_str(&bytes));
    TRY(read_reason(x, path, &reason));
    if (p == PRESUMPTION_FOREIGN && reason.n == 0)
        return ERR(x->err, E_INVALID, "SIG-604",
                   N_("A foreign certification authority needs its reason in a text file beside it: {1}"),
                   str_of(path));
    for (size_t i = 0; i < n; i++) {
        struct sign_anchor *one = x->anchors.n < ANCHORS_MAX ? VEC_ADD(&x->anchors, x->a) : NULL;
        if (!one)
            return x->anchors.n < ANCHORS_MAX
                       ? arena_failed(x->a)
                       : ERR(x->err, E_LIMIT, "SIG-603", N_("There are too many files to trust."));
        *one = (struct sign_anchor){.cert = v[i], .presumption = p, .reason = reason};
    }
    return OK;
}

/* ---- a folder ---- */

static void close_dir(DIR **d)
{
    if (*d)
        closedir(*d);
}

static bool is_hidden_or_text(str name)
{
    return name.n == 0 || name.p[0] == '.' || str_ends(name, STR(".txt")) || str_ends(name, STR(".md"));
}

/* One file of a folder. */
typedef rc add_fn(struct reading *x, const char *path);

static rc add_plain(struct reading *x, const char *path)
{
    return add_file(x, path, PRESUMPTION_NONE);
}

static rc add_licensed(struct reading *x, const char *path)
{
    return add_file(x, path, PRESUMPTION_LICENSED);
}

static rc add_foreign(struct reading *x, const char *path)
{
    return add_file(x, path, PRESUMPTION_FOREIGN);
}

static rc add_list(struct reading *x, const char *path)
{
    str reason;
    str operators;
    if (!str_ends(str_of(path), STR(".xml")))
        return OK;
    TRY(beside(x, path, "pem", &operators));
    if (operators.n == 0)
        return ERR(x->err, E_INVALID, "SIG-615",
                   N_("A trusted list needs its scheme operator's certificates in a PEM file beside it: {1}"),
                   str_of(path));
    TRY(read_reason(x, path, &reason));
    return anchors_read_list(x->a, path, operators.p, reason, x->rules, x->err);
}

/* `there`: whether it is a folder. */
static rc add_folder(struct reading *x, const char *path, add_fn *add, bool *there)
{
    __attribute__((cleanup(close_dir))) DIR *d = opendir(path);
    size_t n = 0;
    *there = d != NULL;
    for (const struct dirent *e; d && (e = readdir(d)) != NULL;) {
        if (is_hidden_or_text(str_of(e->d_name)) || e->d_type == DT_DIR)
            continue;
        if (++n > FOLDER_FILES_MAX)
            return ERR(x->err, E_LIMIT, "SIG-603", N_("There are too many files to trust."));
        str file = arena_printf(x->a, "%s/%s", path, e->d_name);
        if (!file.p)
            return arena_failed(x->a);
        TRY(add(x, file.p));
    }
    return OK;
}

static rc add_subfolder(struct reading *x, const char *path, const char *name, add_fn *add)
{
    bool there;
    str folder = arena_printf(x->a, "%s/%s", path, name);
    return folder.p ? add_folder(x, folder.p, add, &there) : arena_failed(x->a);
}

rc anchors_read(struct arena *a, const char *path, struct sign_rules *rules, struct err *err)
{
    bool is_folder;
    struct reading x = {.a = a, .rules = rules, .err = err};
    TRY(add_folder(&x, path, add_plain, &is_folder));
    if (is_folder) {
        TRY(add_subfolder(&x, path, "licensed", add_licensed));
        TRY(add_subfolder(&x, path, "foreign", add_foreign));
    } else {
        TRY(add_plain(&x, path));
    }
    rules->anchors = x.anchors.v;
    rules->n_anchors = x.anchors.n;
    rules->crls = x.crls.v;
    rules->n_crls = x.crls.n;
    if (is_folder)
        TRY(add_subfolder(&x, path, "lists", add_list)); /* these go into the rules at once */
    if (rules->n_anchors == 0)
        return ERR(err, E_NOTFOUND, "SIG-602", N_("There is no certificate to trust in {1} (PEM or DER)."),
                   str_of(path));
    return OK;
}
