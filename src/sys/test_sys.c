#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/map.h"
#include "sys/clock.h"
#include "sys/log.h"
#include "sys/random.h"
#include "sys/start.h"
#include "sys/thread.h"
#include "t.h"

START_TEST(clock_can_be_fixed)
{
    instant t = clock_now();
    ck_assert_int_gt(t, day_of(2024, 1, 1) * DAY);
    clock_fix(5 * SECOND);
    ck_assert_int_eq(clock_now(), 5 * SECOND);
    ck_assert_int_ge(clock_real(), t);
    clock_fix(0);
    ck_assert_int_ge(clock_now(), t);
    int64_t m = clock_mono();
    ck_assert_int_ge(clock_mono(), m);
}
END_TEST

START_TEST(random_fills_every_byte)
{
    unsigned char bytes[1000] = {0}, any[1000] = {0};
    for (int round = 0; round < 20; round++) {
        random_bytes(bytes, sizeof bytes);
        for (size_t i = 0; i < sizeof bytes; i++)
            any[i] |= bytes[i];
    }
    for (size_t i = 0; i < sizeof any; i++) /* 2^-160 each if it is random */
        ck_assert_uint_ne(any[i], 0);
    ck_assert_uint_ne(random_u64(), random_u64());
}
END_TEST

START_TEST(prng_follows_its_authors)
{
    /* splitmix64 from seed 0, and xoshiro256** from the state 1 2 3 4: the first outputs of the reference code. */
    struct prng p;
    prng_seed(&p, 0);
    ck_assert_uint_eq(p.s[0], 0xe220a8397b1dcdaf);
    ck_assert_uint_eq(p.s[1], 0x6e789e6aa1b965f4);
    p = (struct prng){{1, 2, 3, 4}};
    const uint64_t want[] = {11520, 0, 1509978240, 1215971899390074240};
    for (size_t i = 0; i < 4; i++)
        ck_assert_uint_eq(prng_u64(&p), want[i]);
}
END_TEST

START_TEST(prng_range_is_even)
{
    struct prng p;
    prng_seed(&p, 7);
    int counts[6] = {0};
    for (int i = 0; i < 60000; i++) {
        int64_t v = prng_range(&p, -2, 3);
        t_loop(v >= -2 && v <= 3);
        counts[v + 2]++;
    }
    for (int i = 0; i < 6; i++) /* 10000 expected, six standard deviations are 550; the seed is fixed */
        ck_assert(counts[i] > 9450 && counts[i] < 10550);
    ck_assert_int_eq(prng_range(&p, 5, 5), 5);
    int64_t lo = prng_range(&p, INT64_MIN, INT64_MAX);
    ck_assert_int_ne(lo, prng_range(&p, INT64_MIN, INT64_MAX));
}
END_TEST

enum { THREADS = 4, EACH = 20000 };
static id made[THREADS][EACH];

static void *make_ids(void *arg)
{
    id *ids = arg;
    for (int i = 0; i < EACH; i++)
        ids[i] = id_new();
    return NULL;
}

static int by_value(const void *a, const void *b)
{
    id x = *(const id *)a, y = *(const id *)b;
    return x < y ? -1 : x > y;
}

START_TEST(ids_of_many_threads_differ)
{
    pthread_t t[THREADS];
    for (int i = 0; i < THREADS; i++)
        t_ok(thread_start(&t[i], "ids", make_ids, made[i]));
    for (int i = 0; i < THREADS; i++)
        pthread_join(t[i], NULL);
    for (int i = 0; i < THREADS; i++)
        for (int k = 1; k < EACH; k++)
            t_loop(made[i][k] > made[i][k - 1]);
    id *all = made[0];
    qsort(all, (size_t)THREADS * EACH, sizeof *all, by_value);
    for (int i = 1; i < THREADS * EACH; i++)
        t_loop(all[i] != all[i - 1]);
    ck_assert_int_le(id_time(all[0]), clock_real());
    ck_assert_int_gt(id_time(all[0]), clock_real() - HOUR);
}
END_TEST

static void *look_around(void *arg)
{
    sigset_t *mask = arg;
    pthread_sigmask(SIG_BLOCK, NULL, mask);
    return NULL;
}

START_TEST(threads_block_signals)
{
    sigset_t mine, theirs, after;
    pthread_sigmask(SIG_BLOCK, NULL, &mine);
    pthread_t t;
    t_ok(thread_start(&t, "look", look_around, &theirs));
    pthread_join(t, NULL);
    ck_assert(sigismember(&theirs, SIGTERM) && sigismember(&theirs, SIGINT));
    pthread_sigmask(SIG_BLOCK, NULL, &after);
    ck_assert_int_eq(sigismember(&after, SIGTERM), sigismember(&mine, SIGTERM));
    ck_assert_int_ge(cpu_count(), 1);
}
END_TEST

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static int locked_return(void)
{
    LOCKED(&lock);
    return pthread_mutex_trylock(&lock);
}

START_TEST(locks_end_with_the_scope)
{
    ck_assert_int_ne(locked_return(), 0);
    ck_assert_int_eq(pthread_mutex_trylock(&lock), 0);
    pthread_mutex_unlock(&lock);
}
END_TEST

/* What one log_event wrote, read from a pipe in one read: one event is one write. */
static size_t logged(char *to, size_t size, enum log_level level, const char *value)
{
    int ends[2];
    ck_assert_int_eq(pipe2(ends, O_CLOEXEC | O_NONBLOCK), 0);
    int before = dup(STDERR_FILENO);
    dup2(ends[1], STDERR_FILENO);
    log_event(level, "request", "status=%d value=%s", 200, value);
    dup2(before, STDERR_FILENO);
    close(before);
    ssize_t n = read(ends[0], to, size - 1);
    close(ends[0]);
    close(ends[1]);
    to[n > 0 ? n : 0] = '\0';
    return n > 0 ? (size_t)n : 0;
}

START_TEST(log_lines)
{
    char line[8192];
    size_t n = logged(line, sizeof line, LOG_INFO_, "a\nlevel=error\x1b[2J");
    ck_assert_int_eq(line[n - 1], '\n');
    ck_assert_ptr_eq(strchr(line, '\n'), line + n - 1);
    instant t;
    t_ok(instant_parse(str_n(line + 3, 24), &t));
    ck_assert_str_eq(line + 27, " level=info event=request status=200 value=a?level=error?[2J\n");

    ck_assert_uint_eq(logged(line, sizeof line, LOG_DEBUG_, "x"), 0);
    log_set_level(LOG_DEBUG_);
    ck_assert_uint_gt(logged(line, sizeof line, LOG_DEBUG_, "x"), 0);
    log_set_level(LOG_ERROR_);
    ck_assert_uint_eq(logged(line, sizeof line, LOG_WARN_, "x"), 0);

    static char wide[10000];
    memset(wide, 'x', sizeof wide - 1);
    ck_assert_uint_eq(logged(line, sizeof line, LOG_ERROR_, wide), 4096); /* cut, and still a line */
    ck_assert_int_eq(line[4095], '\n');
}
END_TEST

START_TEST(log_quotes)
{
    static const char *const rows[][2] = {
        {"plain-1.2/雲", "plain-1.2/雲"},
        {"", "\"\""},
        {"a b", "\"a b\""},
        {"a=\"b\\\n\x01", "\"a=\\\"b\\\\\\n\\x01\""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        BUF_SCOPED b = BUF_INIT(100);
        log_quote(&b, str_of(rows[i][0]));
        t_str(buf_str(&b), str_of(rows[i][1]));
    }
}
END_TEST

START_TEST(start_keys_the_tables)
{
    uint64_t before = str_hash(STR("x"));
    sys_start();
    ck_assert_uint_ne(str_hash(STR("x")), before);
    int ends[2];
    ck_assert_int_eq(pipe2(ends, O_CLOEXEC), 0);
    close(ends[0]);
    ck_assert_int_eq(write(ends[1], "x", 1), -1); /* and the process lives */
    close(ends[1]);
}
END_TEST

T_MAIN("sys", clock_can_be_fixed, random_fills_every_byte, prng_follows_its_authors, prng_range_is_even,
       ids_of_many_threads_differ, threads_block_signals, locks_end_with_the_scope, log_lines, log_quotes,
       start_keys_the_tables)
