#include "core/log_anchor.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/json.h"
#include "core/publiclog.h"
#include "sys/clock.h"
#include "sys/file.h"
#include "sys/log.h"

enum { PATH_BYTES = 4096 };
static const char file_name[] = "checkpoint.latest";

rc log_anchor_read(const struct app *app, struct log_anchor *out, struct err *err)
{
    *out = (struct log_anchor){0};
    BUF_SCOPED path = BUF_INIT(PATH_BYTES);
    BUF_SCOPED note = BUF_INIT(NOTE_MAX);
    if (app->config.data_dir.n == 0)
        return OK;
    TRY(app_path(app, file_name, &path));
    if (!file_exists(path.p))
        return OK;
    TRY(file_read(path.p, &note, err));
    /* The text of the note alone: the folder is ours, and a new key must not make the file worthless. */
    ptrdiff_t end = str_find(buf_str(&note), STR("\n\n"));
    struct checkpoint c;
    if (end < 0 || checkpoint_parse(str_sub(buf_str(&note), 0, (size_t)end + 1), &c) != OK)
        return ERR(err, E_CORRUPT, "LOG-014", N_("The file {1} does not hold a checkpoint."), buf_str(&path));
    *out = (struct log_anchor){str_eq(c.origin, app->config.log_name), c.size, c.root};
    return OK;
}

rc log_anchor_write(const struct app *app, str note, struct err *err)
{
    BUF_SCOPED path = BUF_INIT(PATH_BYTES);
    if (app->config.data_dir.n == 0)
        return OK;
    TRY(app_path(app, file_name, &path));
    return file_write(path.p, note, 0600, err);
}

static rc forked(uint64_t size, uint64_t published, struct err *err)
{
    char has[24], was[24];
    int n = snprintf(has, sizeof has, "%" PRIu64, size), m = snprintf(was, sizeof was, "%" PRIu64, published);
    return ERR(
        err, E_CONFLICT, "LOG-012",
        N_("The public log in the database ({1} entries) does not continue the checkpoint that was published for "
           "{2} entries (checkpoint.latest in the data folder): an older backup was restored, or the data "
           "folder is another one's. Nothing is signed, so that the log does not fork. Restore a newer backup, "
           "start a log under a new name, or accept the fork: rise serve --accept-log-fork REASON"),
        str_n(has, (size_t)n), str_n(was, (size_t)m));
}

rc log_anchor_continued(struct tx *tx, const struct log_head *head, const struct log_anchor *anchor, struct err *err)
{
    if (!anchor->there)
        return OK;
    if (head->size < anchor->size)
        return forked(head->size, anchor->size, err);
    struct sha256 root = head->root;
    if (head->size > anchor->size) {
        struct log_reader reader = {.tx = tx};
        TRY(merkle_root_read(anchor->size, log_reader_read, &reader, &root));
    }
    return sha256_eq(&root, &anchor->root) ? OK : forked(head->size, anchor->size, err);
}

rc log_anchor_check(const struct app *app, struct err *err)
{
    struct log_anchor anchor;
    struct log_head head;
    struct tx *tx;
    TRY(log_anchor_read(app, &anchor, err));
    struct arena *a = arena_new(2 * NOTE_MAX);
    if (!a)
        return E_NOMEM;
    rc r = db_read_begin(app->db, &tx);
    if (r == OK) {
        r = log_head_read(tx, &head, a);
        if (r == OK)
            r = log_anchor_continued(tx, &head, &anchor, err);
        db_read_end(tx);
    }
    arena_free(a);
    return r;
}

/* ---- accepting ---- */

struct acceptance {
    struct log_anchor anchor;
    str reason;
};

static rc accept_write(struct tx *tx, void *arg)
{
    const struct acceptance *x = arg;
    char hex[2 * SHA256_LEN + 1];
    id entry;
    sha256_hex(&x->anchor.root, hex);
    BUF_SCOPED text = BUF_INIT(LOG_RECORD_MAX);
    BUF_SCOPED at = BUF_INIT(64);
    buf_instant(&at, tx_now(tx));
    struct json_out o;
    jo_begin(&o, &text);
    jo_obj(&o);
    jo_kstr(&o, "abandoned_root", str_of(hex));
    jo_kint(&o, "abandoned_size", (int64_t)x->anchor.size);
    jo_kstr(&o, "at", buf_str(&at));
    jo_kstr(&o, "event", STR("log.fork.accepted"));
    jo_kstr(&o, "reason", x->reason);
    jo_end_obj(&o);
    TRY(buf_rc(&text));
    return log_append(tx, "log.fork.accepted", 0, buf_str(&text), &entry);
}

static rc set_aside(const struct app *app, struct err *err)
{
    BUF_SCOPED from = BUF_INIT(PATH_BYTES);
    BUF_SCOPED to = BUF_INIT(PATH_BYTES);
    TRY(app_path(app, file_name, &from));
    TRY(app_path(app, "checkpoint.forked-", &to));
    buf_instant(&to, clock_now());
    TRY(buf_rc(&to));
    return file_replace(from.p, to.p, err);
}

rc log_fork_accept(const struct app *app, str reason, struct err *err)
{
    struct acceptance x = {.reason = reason};
    struct err why = {0};
    rc r = log_anchor_check(app, &why);
    if (r == OK)
        return ERR(err, E_CONFLICT, "LOG-013",
                   N_("The public log continues what was published: there is no fork to accept. Start without "
                      "--accept-log-fork."));
    if (r != E_CONFLICT && r != E_CORRUPT)
        return r;
    (void)log_anchor_read(app, &x.anchor, NULL); /* what cannot be read is abandoned as size 0 */
    TRY(db_write(app->db, accept_write, &x));
    BUF_SCOPED quoted = BUF_INIT(8192);
    log_quote(&quoted, reason);
    log_event(LOG_WARN_, "log-fork-accepted", "abandoned_size=%" PRIu64 " reason=%.*s", x.anchor.size,
              STR_ARG(buf_str(&quoted)));
    return set_aside(app, err);
}
