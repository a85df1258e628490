#include <stdlib.h>
#include <unistd.h>

#include "sys/config.h"
#include "sys/file.h"
#include "t.h"

static struct arena *arena;
static struct config c;
static struct err err;
static int rest_n;
static char **rest;
static const char *const *own; /* NULL unless a test sets it */

/* An empty folder to stand in, and no RISE_* but those a test sets. */
static void fresh(void)
{
    static char folder[] = "/tmp/test_config.XXXXXX";
    ck_assert_ptr_nonnull(mkdtemp(folder));
    ck_assert_int_eq(chdir(folder), 0);
    clearenv();
    arena = arena_new(1 << 20);
}

static void done(void)
{
    char here[100];
    ck_assert_ptr_nonnull(getcwd(here, sizeof here));
    t_ok(file_remove("rise.ini", NULL));
    t_ok(file_remove("other.ini", NULL));
    ck_assert_int_eq(rmdir(here), 0);
    arena_free(arena);
}

static rc load(const char *const *flags)
{
    char *argv[16];
    int n = 0;
    for (; flags[n]; n++) {
        size_t size = strlen(flags[n]) + 1;
        argv[n] = arena_alloc(arena, size);
        memcpy(argv[n], flags[n], size);
    }
    err_clear(&err);
    return config_load(arena, n, argv, own, &c, &rest_n, &rest, &err);
}
#define LOAD(...) load((const char *const[]){__VA_ARGS__, NULL})

static void refuses(rc got, const char *stable, const char *place)
{
    t_rc(got, E_INVALID);
    ck_assert_str_eq(err.main.code, stable);
    t_str(err.main.arg[0], str_of(place));
}

START_TEST(defaults)
{
    fresh();
    t_ok(config_load(arena, 0, NULL, NULL, &c, &rest_n, &rest, &err));
    t_str(c.listen, STR("127.0.0.1:8080"));
    t_str(c.base_url, STR("http://localhost:8080"));
    t_str(c.data_dir, STR("var"));
    t_str(c.db_url, STR("sqlite:var/rise.db"));
    t_str(c.smtp_url, STR(""));
    ck_assert(c.http_threads == 0 && c.max_body == 16 << 20 && c.max_streams == 1000 && !c.demo);
    t_ok(LOAD("--data-dir", "d", "--listen", "[::1]:99"));
    t_str(c.db_url, STR("sqlite:d/rise.db"));
    t_str(c.base_url, STR("http://localhost:99"));
    done();
}
END_TEST

START_TEST(nearest_source_wins)
{
    fresh();
    t_ok(
        file_write("rise.ini",
                   STR("\xef\xbb\xbf# comment\r\n\r\n; other\nlisten = 1.1.1.1:1\r\ndata-dir=ini\n db = sqlite:a=b \n"),
                   0600, NULL));
    setenv("RISE_DATA_DIR", "env", 1);
    setenv("RISE_LISTEN", "2.2.2.2:2", 1);
    setenv("RISE_TEST_DB", "for tests", 1);
    setenv("HOME", "/", 1);
    t_ok(LOAD("--listen=3.3.3.3:3"));
    t_str(c.listen, STR("3.3.3.3:3"));
    t_str(c.data_dir, STR("env"));
    t_str(c.db_url, STR("sqlite:a=b"));
    t_ok(file_write("other.ini", STR("max-streams = 5"), 0600, NULL));
    t_ok(LOAD("--config", "other.ini"));
    ck_assert_int_eq(c.max_streams, 5);
    t_str(c.db_url, STR("sqlite:env/rise.db"));
    setenv("RISE_CONFIG", "other.ini", 1);
    t_ok(LOAD("--demo"));
    ck_assert(c.max_streams == 5 && c.demo);
    setenv("RISE_SMTP", "", 1);
    t_ok(LOAD("--demo=no", "--base-url", "https://a.example//"));
    ck_assert(!c.demo);
    t_str(c.base_url, STR("https://a.example"));
    done();
}
END_TEST

START_TEST(leaves_the_rest)
{
    fresh();
    t_ok(LOAD("--firms", "50000", "--db", "sqlite:x", "-v", "name", "--", "--listen", "y"));
    ck_assert_int_eq(rest_n, 7);
    const char *want[] = {"--firms", "50000", "-v", "name", "--", "--listen", "y"};
    for (int i = 0; i < rest_n; i++)
        ck_assert_str_eq(rest[i], want[i]);
    t_str(c.db_url, STR("sqlite:x"));
    done();
}
END_TEST

START_TEST(a_commands_own_option_wins)
{
    fresh();
    static const char *const names[] = {"rate", NULL};
    own = names;
    t_ok(LOAD("file", "--rate", "20..35..50", "--listen", "127.0.0.1:1"));
    own = NULL;
    ck_assert_int_eq(rest_n, 3);
    ck_assert_str_eq(rest[1], "--rate");
    ck_assert_str_eq(rest[2], "20..35..50");
    ck_assert_int_eq(c.rate, 100);
    t_str(c.listen, STR("127.0.0.1:1"));
}
END_TEST

START_TEST(unknown_names_have_a_place)
{
    fresh();
    t_ok(file_write("rise.ini", STR("listen = 127.0.0.1:1\n\nlissen = 127.0.0.1:1\n"), 0600, NULL));
    refuses(LOAD("--demo"), "CFG-001", "rise.ini:3");
    t_str(err.main.arg[1], STR("lissen"));
    t_ok(file_write("rise.ini", STR("config = other.ini"), 0600, NULL));
    refuses(LOAD("--demo"), "CFG-001", "rise.ini:1");
    t_ok(file_write("rise.ini", STR("\n[server]\n"), 0600, NULL));
    refuses(LOAD("--demo"), "CFG-003", "rise.ini:2");
    t_ok(file_write("rise.ini", STR("demo = yes\ndemo = no\n"), 0600, NULL));
    refuses(LOAD("--demo"), "CFG-004", "rise.ini:2");
    t_ok(file_remove("rise.ini", NULL));
    setenv("RISE_LISSEN", "x", 1);
    refuses(LOAD("--demo"), "CFG-002", "RISE_LISSEN");
    done();
}
END_TEST

START_TEST(bad_values_have_a_place)
{
    fresh();
    t_ok(file_write("rise.ini", STR("max-body = many"), 0600, NULL));
    refuses(LOAD("--demo"), "CFG-005", "rise.ini:1");
    t_ok(file_remove("rise.ini", NULL));
    setenv("RISE_HTTP_THREADS", "-1", 1);
    refuses(LOAD("--demo"), "CFG-005", "RISE_HTTP_THREADS");
    unsetenv("RISE_HTTP_THREADS");
    refuses(LOAD("--demo=perhaps"), "CFG-005", "--demo");
    refuses(LOAD("--listen", "8080"), "CFG-005", "--listen");
    refuses(LOAD("--listen", ":8080"), "CFG-005", "--listen");
    refuses(LOAD("--listen", "localhost:65536"), "CFG-005", "--listen");
    refuses(LOAD("--base-url", "ftp://x"), "CFG-005", "--base-url");
    refuses(LOAD("--base-url", "http://"), "CFG-005", "--base-url");
    refuses(LOAD("--data-dir", ""), "CFG-005", "--data-dir");
    refuses(LOAD("--listen"), "CFG-006", "--listen");
    refuses(LOAD("--listen", "a:1", "--listen=b:2"), "CFG-004", "--listen");
    t_rc(LOAD("--config", "absent.ini"), E_NOTFOUND);
    done();
}
END_TEST

START_TEST(table_is_sound)
{
    for (size_t i = 0; i < config_settings_n; i++) {
        const struct setting *s = &config_settings[i];
        ck_assert(str_starts(str_of(s->env), STR("RISE_")) && !str_starts(str_of(s->env), STR("RISE_TEST_")));
        ck_assert(s->help && s->help[0] && s->fallback);
        for (size_t k = 0; k < i; k++)
            ck_assert(strcmp(s->name, config_settings[k].name) && strcmp(s->env, config_settings[k].env));
    }
}
END_TEST

T_MAIN("sys/config", defaults, nearest_source_wins, leaves_the_rest, a_commands_own_option_wins,
       unknown_names_have_a_place, bad_values_have_a_place, table_is_sound)
