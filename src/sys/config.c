#include "sys/config.h"

#include <unistd.h>

#include "sys/file.h"

#define TEXT(field)             SETTING_TEXT, offsetof(struct config, field), 0, 0
#define NUMBER(field, min, max) SETTING_INT, offsetof(struct config, field), (min), (max)
#define SWITCH(field)           SETTING_BOOL, offsetof(struct config, field), 0, 0

const struct setting config_settings[] = {
    {"config", "RISE_CONFIG", "", N_("Settings file; without it rise.ini in the working folder, if there is one"),
     SETTING_CONFIG_FILE, 0, 0, 0},
    {"listen", "RISE_LISTEN", "127.0.0.1:8080", N_("Address and port to listen on"), TEXT(listen)},
    {"base-url", "RISE_BASE_URL", "",
     N_("Address of this site as visitors see it; by default http://localhost and the port"), TEXT(base_url)},
    {"data-dir", "RISE_DATA_DIR", "var", N_("Folder for the database, documents and keys"), TEXT(data_dir)},
    {"db", "RISE_DB", "", N_("Database: sqlite:FILE or postgresql://…; by default sqlite:rise.db in the data folder"),
     TEXT(db_url)},
    {"smtp", "RISE_SMTP", "",
     N_("Mail server: smtp://user:password@host:port or smtps://…; without it mail stays in the outbox"),
     TEXT(smtp_url)},
    {"mail-from", "RISE_MAIL_FROM", "rise@localhost", N_("Sender of the e-mails"), TEXT(mail_from)},
    {"tsa", "RISE_TSA", "",
     N_("Time-stamp authority (RFC 3161) that finished documents are stamped by; by default this installation's own"),
     TEXT(tsa_url)},
    {"card-url", "RISE_CARD_URL", "", N_("Service for signing by card or phone (docs/card-adapter.md)"),
     TEXT(card_url)},
    {"card-secret", "RISE_CARD_SECRET", "", N_("Secret shared with that service; signs every request to it"),
     TEXT(card_secret)},
    {"log-name", "RISE_LOG_NAME", "rise.localhost/log",
     N_("Name (origin) of the public log; must never change once used"), TEXT(log_name)},
    {"http-threads", "RISE_HTTP_THREADS", "0", N_("Threads that serve requests; 0 means one per processor"),
     NUMBER(http_threads, 0, 1024)},
    {"max-body", "RISE_MAX_BODY", "16777216", N_("Largest request body in bytes"),
     NUMBER(max_body, 4096, INT64_C(1) << 32)},
    {"max-streams", "RISE_MAX_STREAMS", "1000", N_("Largest number of open event streams"),
     NUMBER(max_streams, 0, 100000)},
    {"rate", "RISE_RATE", "100", N_("Requests a second that one client address may make; 0 means no limit"),
     NUMBER(rate, 0, 1000000)},
    {"demo", "RISE_DEMO", "false", N_("Demonstration: marks every page, shows the outbox and sign-in links"),
     SWITCH(demo)},
};

enum { SETTINGS = sizeof config_settings / sizeof config_settings[0], INI_MAX = 64 * 1024 };

const size_t config_settings_n = SETTINGS;

/* What was said about each setting, and where; a later source never replaces an earlier one. */
struct said {
    str value[SETTINGS]; /* p == NULL: nothing yet */
    str place[SETTINGS]; /* "--listen", "RISE_LISTEN", "rise.ini:3" */
};

static ptrdiff_t find(str name)
{
    for (size_t i = 0; i < SETTINGS; i++)
        if (str_eq(name, str_of(config_settings[i].name)))
            return (ptrdiff_t)i;
    return -1;
}

static void say(struct said *s, ptrdiff_t i, str value, str place)
{
    if (s->value[i].p)
        return;
    s->value[i] = value;
    s->place[i] = place;
}

static bool listed(const char *const *names, str name)
{
    for (; names && *names; names++)
        if (str_eq(str_of(*names), name))
            return true;
    return false;
}

static rc read_flags(struct arena *a, int argc, char **argv, const char *const *own, struct said *s, int *rest_argc,
                     char ***rest_argv, struct err *err)
{
    char **rest = ARENA_ARRAY(a, (size_t)argc + 1, char *);
    if (!rest)
        return arena_rc(a);
    int n = 0;
    for (int i = 0; i < argc; i++) {
        str value = str_of(argv[i]);
        if (str_eq(value, STR("--"))) {
            while (i < argc)
                rest[n++] = argv[i++];
            break;
        }
        bool inline_value = str_chr(value, '=') >= 0;
        str flag = str_cut(&value, '=');
        str name = str_starts(flag, STR("--")) ? str_sub(flag, 2, SIZE_MAX) : STR_EMPTY;
        ptrdiff_t k = listed(own, name) ? -1 : find(name);
        if (k < 0) {
            rest[n++] = argv[i];
            continue;
        }
        if (!inline_value && config_settings[k].kind == SETTING_BOOL)
            value = STR("true");
        else if (!inline_value && i + 1 < argc)
            value = str_of(argv[++i]);
        else if (!inline_value)
            return ERR(err, E_INVALID, "CFG-006", N_("{1} needs a value."), flag);
        if (s->value[k].p)
            return ERR(err, E_INVALID, "CFG-004", N_("{1} is given twice."), flag);
        say(s, k, value, flag);
    }
    *rest_argc = n;
    *rest_argv = rest;
    return OK;
}

static rc read_environment(struct said *s, struct err *err)
{
    for (char **e = environ; e && *e; e++) {
        str value = str_of(*e);
        str name = str_cut(&value, '=');
        if (!str_starts(name, STR("RISE_")) || str_starts(name, STR("RISE_TEST_")))
            continue;
        size_t i = 0;
        while (i < SETTINGS && !str_eq(name, str_of(config_settings[i].env)))
            i++;
        if (i == SETTINGS)
            return ERR(err, E_INVALID, "CFG-002", N_("The environment variable {1} is not a setting."), name);
        say(s, (ptrdiff_t)i, value.p ? value : STR_EMPTY, name);
    }
    return OK;
}

static rc read_line(str line, str place, struct said *s, bool *seen, struct err *err)
{
    line = str_trim(line);
    if (line.n == 0 || line.p[0] == '#' || line.p[0] == ';')
        return OK;
    if (str_chr(line, '=') < 0)
        return ERR(err, E_INVALID, "CFG-003", N_("{1}: expected a line of the form “name = value”."), place);
    str name = str_trim(str_cut(&line, '='));
    ptrdiff_t i = find(name);
    if (i < 0 || config_settings[i].kind == SETTING_CONFIG_FILE)
        return ERR(err, E_INVALID, "CFG-001", N_("{1}: there is no setting “{2}”."), place, name);
    if (seen[i])
        return ERR(err, E_INVALID, "CFG-004", N_("{1}: {2} is given twice."), place, name);
    seen[i] = true;
    say(s, i, str_trim(line), place);
    return OK;
}

static rc read_ini(struct arena *a, const char *path, struct said *s, struct err *err)
{
    BUF_SCOPED file = BUF_INIT(INI_MAX);
    TRY(file_read(path, &file, err));
    str rest = arena_str(a, buf_str(&file)); /* values point into it */
    if (!rest.p)
        return arena_rc(a);
    if (str_starts(rest, STR("\xef\xbb\xbf")))
        rest = str_sub(rest, 3, SIZE_MAX);
    bool seen[SETTINGS] = {false};
    for (int line = 1; rest.p; line++) {
        str place = arena_printf(a, "%s:%d", path, line);
        if (!place.p)
            return arena_rc(a);
        TRY(read_line(str_cut(&rest, '\n'), place, s, seen, err));
    }
    return OK;
}

static rc bad_value(const struct said *s, size_t i, struct err *err)
{
    return ERR(err, E_INVALID, "CFG-005", N_("{1}: “{2}” is not a valid value for {3}."), s->place[i], s->value[i],
               str_of(config_settings[i].name));
}

static bool parse_bool(str v, bool *out)
{
    *out = str_eq(v, STR("true")) || str_eq(v, STR("yes")) || str_eq(v, STR("on")) || str_eq(v, STR("1"));
    return *out || str_eq(v, STR("false")) || str_eq(v, STR("no")) || str_eq(v, STR("off")) || str_eq(v, STR("0"));
}

static rc apply(const struct said *s, size_t i, struct config *out, struct err *err)
{
    const struct setting *row = &config_settings[i];
    char *to = (char *)out + row->at;
    switch (row->kind) {
    case SETTING_CONFIG_FILE:
        return OK;
    case SETTING_TEXT:
        memcpy(to, &s->value[i], sizeof(str));
        return OK;
    case SETTING_INT: {
        int64_t v;
        if (str_to_i64(s->value[i], &v) != OK || v < row->min || v > row->max)
            return bad_value(s, i, err);
        memcpy(to, &v, sizeof v);
        return OK;
    }
    case SETTING_BOOL: {
        bool v;
        if (!parse_bool(s->value[i], &v))
            return bad_value(s, i, err);
        memcpy(to, &v, sizeof v);
        return OK;
    }
    }
    return E_INTERNAL;
}

/* HOST:PORT; the port is what follows the last colon, since an IPv6 host has its own inside brackets. */
static bool split_listen(str listen, str *host, str *port)
{
    size_t at = listen.n;
    while (at && listen.p[at - 1] != ':')
        at--;
    if (at < 2)
        return false;
    *host = str_sub(listen, 0, at - 1);
    *port = str_sub(listen, at, SIZE_MAX);
    int64_t n;
    return str_to_i64(*port, &n) == OK && n >= 0 && n <= 65535;
}

static bool is_web_url(str url)
{
    return (str_starts(url, STR("http://")) && url.n > 7) || (str_starts(url, STR("https://")) && url.n > 8);
}

/* Checks that need more than one row's type, and defaults that follow from other settings. */
static rc complete(struct arena *a, const struct said *s, struct config *c, struct err *err)
{
    str host, port;
    if (!split_listen(c->listen, &host, &port))
        return bad_value(s, (size_t)find(STR("listen")), err);
    if (c->base_url.n == 0)
        c->base_url = arena_printf(a, "http://localhost:%.*s", STR_ARG(port));
    else if (!is_web_url(c->base_url))
        return bad_value(s, (size_t)find(STR("base-url")), err);
    while (str_ends(c->base_url, STR("/")))
        c->base_url.n--;
    if (c->data_dir.n == 0)
        return bad_value(s, (size_t)find(STR("data-dir")), err);
    if (c->db_url.n == 0)
        c->db_url = arena_printf(a, "sqlite:%.*s/rise.db", STR_ARG(c->data_dir));
    return c->base_url.p && c->db_url.p ? OK : arena_rc(a);
}

rc config_load(struct arena *a, int argc, char **argv, const char *const *own, struct config *out, int *rest_argc,
               char ***rest_argv, struct err *err)
{
    struct said s = {0};
    TRY(read_flags(a, argc, argv, own, &s, rest_argc, rest_argv, err));
    TRY(read_environment(&s, err));
    str file = s.value[find(STR("config"))];
    if (file.n)
        TRY(read_ini(a, arena_cstr(a, file), &s, err));
    else if (!file.p && file_exists("rise.ini"))
        TRY(read_ini(a, "rise.ini", &s, err));
    *out = (struct config){0};
    for (size_t i = 0; i < SETTINGS; i++) {
        say(&s, (ptrdiff_t)i, str_of(config_settings[i].fallback), str_of(config_settings[i].env));
        TRY(apply(&s, i, out, err));
    }
    return complete(a, &s, out, err);
}
