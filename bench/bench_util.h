/* What the measuring programs share: a database of their own, medians, a way out when something fails. */
#ifndef RISE_BENCH_UTIL_H
#define RISE_BENCH_UTIL_H

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/buf.h"
#include "db/db.h"
#include "sys/clock.h"
#include "sys/random.h"

extern const struct migration core_migrations[];
extern const size_t core_migrations_n;

#define MUST(expr)                                                                                                     \
    do {                                                                                                               \
        rc must_ = (expr);                                                                                             \
        if (must_ != OK) {                                                                                             \
            fprintf(stderr, "%s:%d: %s: %s\n", __FILE__, __LINE__, #expr, rc_name(must_));                             \
            exit(1);                                                                                                   \
        }                                                                                                              \
    } while (0)

/* Of the whole process, so that other work on the machine counts little. */
static inline double cpu_seconds(void)
{
    struct rusage r;
    getrusage(RUSAGE_SELF, &r);
    return (double)(r.ru_utime.tv_sec + r.ru_stime.tv_sec) + (double)(r.ru_utime.tv_usec + r.ru_stime.tv_usec) / 1e6;
}

/* `n` things since cpu_seconds() said `from`. */
static inline void bench_rate(const char *what, double from, int n)
{
    printf("%-28s %9.0f /s\n", what, n / (cpu_seconds() - from));
}

static inline struct db *bench_open(const char *url)
{
    struct db *db = NULL;
    struct err err = {0};
    if (db_open(str_of(url), NULL, &db, &err) != OK ||
        db_migrate(db, core_migrations, core_migrations_n, NULL, &err) != OK) {
        fprintf(stderr, "%s: %s %.*s %.*s\n", url, err.main.msgid ? err.main.msgid : "?", STR_ARG(err.main.arg[0]),
                STR_ARG(err.main.arg[1]));
        exit(1);
    }
    return db;
}

/* A folder that is removed with its files by bench_done(). */
static inline const char *bench_dir(void)
{
    static char dir[] = "/tmp/rise-bench-XXXXXX";
    static bool made;
    if (!made && !mkdtemp(dir)) {
        perror(dir);
        exit(1);
    }
    made = true;
    return dir;
}

static inline void bench_done(void)
{
    static const char *const files[] = {"rise.db", "rise.db-wal", "rise.db-shm", "raw.db", "raw.db-wal", "raw.db-shm"};
    char path[128];
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        snprintf(path, sizeof path, "%s/%s", bench_dir(), files[i]);
        unlink(path);
    }
    rmdir(bench_dir());
}

static inline int bench_by_value(const void *l, const void *r)
{
    int64_t a = *(const int64_t *)l, b = *(const int64_t *)r;
    return a < b ? -1 : a > b;
}

static inline int64_t bench_percentile(int64_t *v, size_t n, int percent)
{
    qsort(v, n, sizeof *v, bench_by_value);
    return v[(n - 1) * (size_t)percent / 100];
}

#endif
