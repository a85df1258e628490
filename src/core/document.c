#include "core/document.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/utf8.h"
#include "core/doctor.h"
#include "sys/file.h"
#include "sys/random.h"
#include "web/route.h"

QUERY(document_insert, "iittibi", "",
      "INSERT INTO document (id, owner, name, type, size, hash, created) VALUES ($1, $2, $3, $4, $5, $6, $7)");

QUERY(document_by_id, "i", "iittibi", "SELECT id, owner, name, type, size, hash, created FROM document WHERE id = $1");

QUERY(document_delete, "i", "", "DELETE FROM document WHERE id = $1");

QUERY(document_named, "b", "i", "SELECT COUNT(*) FROM (SELECT 1 FROM document WHERE hash = $1 LIMIT 1) d");

QUERY(document_blobs, "ii", "iib", "SELECT id, size, hash FROM document WHERE id > $1 ORDER BY id LIMIT $2");

enum { PATH_ROOM = 2048 };

/* data_dir/blobs/ab/cdef… */
struct blob_path {
    char folder[PATH_ROOM];
    char file[PATH_ROOM];
};

static rc blob_path(const struct app *app, const struct sha256 *hash, struct blob_path *out)
{
    char hex[2 * SHA256_LEN + 1];
    sha256_hex(hash, hex);
    /* cppcheck-suppress ctuuninitvar ; only written */
    int a = snprintf(out->folder, sizeof out->folder, "%.*s/blobs/%.2s", STR_ARG(app->config.data_dir), hex);
    int b = snprintf(out->file, sizeof out->file, "%.*s/blobs/%.2s/%s", STR_ARG(app->config.data_dir), hex, hex + 2);
    return a > 0 && b > 0 && a < PATH_ROOM && b < PATH_ROOM ? OK : E_LIMIT;
}

/* Between storing and sweeping: a sweep looks at a file's age and removes it in one go, a store finds a file and makes
 * it young in one go. The lock goes with the descriptor. */
static rc lock_blobs(const struct app *app, short how, int *fd, struct err *err)
{
    char path[PATH_ROOM];
    int n = snprintf(path, sizeof path, "%.*s/blobs", STR_ARG(app->config.data_dir));
    if (n < 0 || n + 6 >= PATH_ROOM)
        return E_LIMIT;
    TRY(dir_make(path, 0700, err));
    memcpy(path + n, "/.lock", sizeof "/.lock");
    *fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (*fd < 0)
        return E_IO;
    struct flock whole = {.l_type = how, .l_whence = SEEK_SET};
    while (fcntl(*fd, F_OFD_SETLKW, &whole) != 0) {
        if (errno != EINTR)
            return E_IO;
    }
    return OK;
}

/* ---- storing ---- */

static bool type_allowed(str type, const char *allowed)
{
    str rest = str_of(allowed);
    while (rest.p) {
        if (str_eq(str_trim(str_cut(&rest, ',')), type))
            return true;
    }
    return false;
}

/* Bytes that are there already get a new time, so that a sweep at this moment leaves them alone. */
static rc store(const struct app *app, const struct sha256 *hash, str bytes, struct err *err)
{
    struct blob_path path;
    struct stat st;
    FD_SCOPED lock = -1;
    TRY(blob_path(app, hash, &path));
    TRY(lock_blobs(app, F_RDLCK, &lock, err));
    if (stat(path.file, &st) == 0 && st.st_size == (off_t)bytes.n && utimensat(AT_FDCWD, path.file, NULL, 0) == 0)
        return OK;
    TRY(dir_make(path.folder, 0700, err));
    return file_write(path.file, bytes, 0600, err);
}

/* The last part of what the browser calls the file. */
static str base_name(str name)
{
    for (size_t i = name.n; i > 0; i--) {
        if (name.p[i - 1] == '/' || name.p[i - 1] == '\\')
            return str_trim(utf8_cut(str_sub(name, i, name.n), DOCUMENT_NAME_MAX));
    }
    return str_trim(utf8_cut(name, DOCUMENT_NAME_MAX));
}

static rc check_upload(str name, str bytes, str type, const char *allowed, int64_t max, struct err *err)
{
    if (bytes.n == 0 || name.n == 0 || !utf8_valid(name) || utf8_has_control(name))
        return ERR(err, E_INVALID, "DOC-005", N_("The file is empty or has no usable name."));
    if (bytes.n > (size_t)max) {
        char kilobytes[24];
        snprintf(kilobytes, sizeof kilobytes, "%" PRId64, max / 1024);
        return ERR(err, E_LIMIT, "DOC-002", N_("The file is larger than {1} kB."), str_of(kilobytes));
    }
    if (allowed && (type.n == 0 || !type_allowed(type, allowed)))
        return ERR(err, E_INVALID, "DOC-001", N_("A file of this kind is not accepted here. Accepted: {1}."),
                   str_of(allowed));
    return OK;
}

rc document_add(struct tx *tx, struct app *app, id owner, str name, str bytes, const char *allowed, int64_t max,
                id *out)
{
    str type = document_sniff(bytes);
    name = base_name(name);
    TRY(check_upload(name, bytes, type, allowed, max, tx_err(tx)));
    if (type.n == 0)
        type = STR("application/octet-stream");
    struct sha256 hash = sha256_of(bytes);
    TRY(store(app, &hash, bytes, tx_err(tx)));
    *out = id_new();
    return db_exec(tx, &document_insert,
                   VALS(v_int(*out), v_int(owner), v_text(name), v_text(type), v_int((int64_t)bytes.n),
                        v_blob(sha256_str(&hash)), v_int(tx_now(tx))),
                   NULL);
}

/* ---- reading ---- */

rc document_get(struct tx *tx, id doc, struct document *out, struct arena *a)
{
    struct rows r;
    rc code = db_one(tx, &document_by_id, VALS(v_int(doc)), &r);
    if (code == E_NOTFOUND)
        return ERR(tx_err(tx), E_NOTFOUND, "DOC-003", N_("There is no such document."));
    TRY(code);
    *out = (struct document){.id = row_int(&r, 0),
                             .owner = row_int(&r, 1),
                             .name = row_dup(&r, 2, a),
                             .type = row_dup(&r, 3, a),
                             .size = row_int(&r, 4),
                             .created = row_int(&r, 6)};
    str hash = row_text(&r, 5);
    bool whole = hash.n == SHA256_LEN;
    if (whole)
        memcpy(out->hash.b, hash.p, SHA256_LEN);
    TRY(rows_end(&r));
    if (!out->name.p || !out->type.p)
        return arena_rc(a);
    return whole ? OK : E_CORRUPT;
}

static rc not_stored(struct err *err)
{
    return ERR(err, E_CORRUPT, "DOC-004", N_("The stored file is damaged or missing."));
}

rc document_open(struct app *app, const struct document *d, int *fd, struct err *err)
{
    struct blob_path path;
    struct stat st;
    TRY(blob_path(app, &d->hash, &path));
    FD_SCOPED f = open(path.file, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (f < 0 || fstat(f, &st) != 0 || st.st_size != (off_t)d->size)
        return not_stored(err);
    *fd = f;
    f = -1;
    return OK;
}

rc document_reply(struct ctx *c, const struct document *d)
{
    int fd;
    const char *type = arena_cstr(c->arena, d->type);
    if (!type)
        return arena_rc(c->arena);
    TRY(document_open(c->app, d, &fd, &c->err));
    c->reply->fd = fd; /* closed with the reply */
    c->reply->fd_size = d->size;
    return reply_download(c, type, d->name);
}

rc document_remove(struct tx *tx, id doc)
{
    int64_t n = 0;
    TRY(db_exec(tx, &document_delete, VALS(v_int(doc)), &n));
    return n ? OK : ERR(tx_err(tx), E_NOTFOUND, "DOC-003", N_("There is no such document."));
}

/* ---- sweeping ---- */

static void dir_close(DIR **d)
{
    if (*d)
        closedir(*d);
}

#define DIR_SCOPED __attribute__((cleanup(dir_close))) DIR

static bool unhex(const char *folder, const char *file, struct sha256 *out)
{
    char hex[2 * SHA256_LEN + 1];
    int n = snprintf(hex, sizeof hex, "%s%s", folder, file);
    if (n != 2 * SHA256_LEN)
        return false;
    BUF_SCOPED b = BUF_INIT(SHA256_LEN);
    if (buf_unhex(&b, str_n(hex, (size_t)n)) != OK || b.n != SHA256_LEN)
        return false;
    memcpy(out->b, b.p, SHA256_LEN);
    return true;
}

/* Temporary files that a crash left behind have other names; they go by age alone. */
static rc sweep_file(struct app *app, struct tx *tx, const char *path, const char *folder, const char *name,
                     instant now, int64_t *removed, struct err *err)
{
    struct stat st;
    struct sha256 hash;
    int64_t named = 0;
    FD_SCOPED lock = -1;
    TRY(lock_blobs(app, F_WRLCK, &lock, err));
    if (stat(path, &st) != 0 || !S_ISREG(st.st_mode) || st.st_mtim.tv_sec * SECOND > now - DAY)
        return OK;
    if (unhex(folder, name, &hash))
        TRY(db_one_int(tx, &document_named, VALS(v_blob(sha256_str(&hash))), &named));
    if (named)
        return OK;
    TRY(file_remove(path, err));
    ++*removed;
    return OK;
}

static rc sweep_folder(struct app *app, struct tx *tx, const char *root, const char *folder, instant now,
                       int64_t *removed, struct err *err)
{
    char path[PATH_ROOM];
    int n = snprintf(path, sizeof path, "%s/%s", root, folder);
    if (n < 0 || n >= PATH_ROOM)
        return E_LIMIT;
    DIR_SCOPED *d = opendir(path);
    for (struct dirent *e; d && (e = readdir(d)) != NULL;) {
        if (e->d_name[0] == '.' && (e->d_name[1] == 0 || e->d_name[1] == '.'))
            continue;
        n = snprintf(path, sizeof path, "%s/%s/%s", root, folder, e->d_name);
        if (n > 0 && n < PATH_ROOM)
            TRY(sweep_file(app, tx, path, folder, e->d_name, now, removed, err));
    }
    return OK;
}

rc document_sweep(struct app *app, struct tx *tx, instant now, int64_t *removed, struct err *err)
{
    char root[PATH_ROOM];
    *removed = 0;
    int n = snprintf(root, sizeof root, "%.*s/blobs", STR_ARG(app->config.data_dir));
    if (n < 0 || n >= PATH_ROOM)
        return E_LIMIT;
    DIR_SCOPED *d = opendir(root);
    if (!d)
        return errno == ENOENT ? OK : E_IO;
    for (struct dirent *e; (e = readdir(d)) != NULL;) {
        if (strlen(e->d_name) == 2 && e->d_name[0] != '.')
            TRY(sweep_folder(app, tx, root, e->d_name, now, removed, err));
    }
    return OK;
}

/* ---- proving ---- */

struct blob {
    id doc;
    int64_t size;
    struct sha256 hash;
};

static rc blob_intact(const struct app *app, const struct blob *b, bool *out)
{
    struct blob_path path;
    TRY(blob_path(app, &b->hash, &path));
    *out = false;
    FD_SCOPED fd = open(path.file, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0)
        return OK;
    struct sha256_stream *s = sha256_start();
    char piece[8192];
    ssize_t got;
    int64_t size = 0;
    while ((got = read(fd, piece, sizeof piece)) > 0) {
        sha256_add(s, str_n(piece, (size_t)got));
        size += got;
    }
    struct sha256 hash = sha256_finish(s);
    *out = got == 0 && size == b->size && str_eq(sha256_str(&hash), sha256_str(&b->hash));
    return OK;
}

enum { CHECK_PIECE = 64, FINDINGS_MAX = 20 };

static rc load_piece(struct tx *tx, id after, struct blob *out, size_t *n)
{
    struct rows r;
    *n = 0;
    TRY(db_select(tx, &document_blobs, VALS(v_int(after), v_int(CHECK_PIECE)), &r));
    while (*n < CHECK_PIECE && rows_next(&r)) {
        str hash = row_text(&r, 2);
        struct blob *b = &out[(*n)++];
        *b = (struct blob){.doc = row_int(&r, 0), .size = row_int(&r, 1)};
        memcpy(b->hash.b, hash.p, hash.n < SHA256_LEN ? hash.n : SHA256_LEN);
    }
    return rows_end(&r);
}

rc document_check(struct app *app, struct tx *tx, struct buf *finding)
{
    struct blob piece[CHECK_PIECE];
    size_t n = CHECK_PIECE;
    id after = 0;
    int64_t seen = 0;
    int bad = 0;
    while (n == CHECK_PIECE && bad < FINDINGS_MAX) {
        TRY(load_piece(tx, after, piece, &n));
        for (size_t i = 0; i < n && bad < FINDINGS_MAX; i++, seen++) {
            bool intact;
            after = piece[i].doc;
            TRY(blob_intact(app, &piece[i], &intact));
            if (!intact && ++bad)
                FINDING_N(finding, app->lang, N_("document {1}: its file is missing or damaged"), piece[i].doc);
        }
    }
    if (bad)
        return E_CORRUPT;
    FINDING_N(finding, app->lang, N_("{1} documents"), seen);
    return OK;
}
