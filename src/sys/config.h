/* Bootstrap settings: where to listen, where the data lies, how mail leaves. Looked up as flag, then RISE_* variable,
 * then the ini file (--config FILE, else rise.ini in the working folder if there is one), then the default. Anything
 * that a law or a budget can change is a programme parameter instead (core/programme.h). Filled once at start,
 * read-only afterwards; the text lives in the arena.
 *
 * The ini file has lines `name = value`, with the names of the flags; empty lines and lines that begin with # or ; are
 * skipped. A name that the program does not know is an error that names its place: E_INVALID CFG-001 (ini file),
 * CFG-002 (variable; RISE_TEST_* is left to tests), CFG-003 (not a line of that form), CFG-004 (named twice), CFG-005
 * (bad value), CFG-006 (flag without its value). */
#ifndef RISE_SYS_CONFIG_H
#define RISE_SYS_CONFIG_H
#include "base/arena.h"
#include "base/err.h"

struct config {
    str listen;   /* "127.0.0.1:8080" */
    str base_url; /* how the outside calls this site, without a final slash: "http://localhost:8080"; https
                     turns on __Host- cookies and HSTS */
    str data_dir; /* "var" */
    str db_url;   /* "sqlite:var/rise.db" or postgresql://… */
    str smtp_url; /* "" (outbox page only) or smtp://user:pass@host:port, smtps://… */
    str mail_from;
    str tsa_url;          /* "" (this installation's own) or the address of a time-stamp authority */
    str card_url;         /* "" (demonstrations: the simulator) or where cards and phones are asked to sign */
    str card_secret;      /* shared with that service: signs every request */
    str log_name;         /* origin of the public log, e.g. "rise.example/log" */
    int64_t http_threads; /* 0: one per CPU */
    int64_t max_body;     /* bytes */
    int64_t max_streams;  /* listeners of events at once */
    int64_t rate;         /* requests a second and client address, after a burst of ten seconds' worth; 0: no limit */
    bool demo;            /* mark every page as demonstration, show the outbox page and sign-in links */
};

enum setting_kind { SETTING_TEXT, SETTING_INT, SETTING_BOOL, SETTING_CONFIG_FILE };

/* One row per setting: serves flags, environment, ini file, `rise help settings` and docs/operations.md. */
struct setting {
    const char *name; /* of the flag (without --) and in the ini file */
    const char *env;
    const char *fallback; /* "": derived from other settings, as `help` says, or empty */
    const char *help;     /* msgid */
    enum setting_kind kind;
    size_t at; /* offset in struct config */
    int64_t min, max;
};
extern const struct setting config_settings[];
extern const size_t config_settings_n;

/* argv holds the flags only (--listen X or --listen=X, --demo alone means true); flags not in the table, what is no
 * flag, and everything from "--" on are left in *rest (arena array, in order). So are flags named in `own`
 * (NULL-terminated, may be NULL): a command's option may be called as a setting is. */
rc config_load(struct arena *a, int argc, char **argv, const char *const *own, struct config *out, int *rest_argc,
               char ***rest_argv, struct err *err);
#endif
