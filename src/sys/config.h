/* Bootstrap settings: where to listen, where the data lies, how mail leaves. Looked up as flag, then RISE_* variable, then the ini file, then
 * the default; a name the program does not know is an error that names its place. Anything that a law or a budget can
 * change is a programme parameter instead (core/programme.h). Filled once at start, read-only afterwards. */
#ifndef RISE_SYS_CONFIG_H
#define RISE_SYS_CONFIG_H
#include "base/arena.h"
#include "base/err.h"

struct config {
    str listen;            /* "127.0.0.1:8080" */
    str base_url;          /* how the outside calls this site: "http://localhost:8080"; https turns on __Host- cookies and HSTS */
    str data_dir;          /* "var" */
    str db_url;            /* "sqlite:var/rise.db" or postgresql://… */
    str smtp_url;          /* "" (outbox page only) or smtp://user:pass@host:port, smtps://… */
    str mail_from;
    str log_name;          /* origin of the public log, e.g. "rise.example/log" */
    int64_t http_threads;  /* 0: one per CPU */
    int64_t max_body;      /* bytes */
    int64_t max_streams;   /* listeners of events at once */
    bool demo;             /* mark every page as demonstration, show the outbox page and sign-in links */
};

/* One row per setting: serves flags, environment, ini file, `rise help settings` and docs/operations.md. */
struct setting { const char *name; const char *env; const char *fallback; const char *help; };
extern const struct setting config_settings[];
extern const size_t config_settings_n;

/* argv holds the flags only (--listen X or --listen=X); flags not in the table are left in *rest (arena array). */
rc config_load(struct arena *a, int argc, char **argv, struct config *out, int *rest_argc, char ***rest_argv, struct err *err);
#endif
