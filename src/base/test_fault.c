/* Every allocation fails in turn: nothing crashes, nothing leaks (under AddressSanitizer), and the reason is E_NOMEM.
 */
#include "t.h"
#include "base/buf.h"
#include "base/csv.h"
#include "base/json.h"
#include "base/map.h"
#include "base/utf8.h"
#include "base/vec.h"

/* The linker sends base's calls here (--wrap), jansson's with them; those inside libunistring stay as they are. */
void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t size);

static int countdown = -1; /* calls until one fails; negative: never */

static bool fails(void)
{
    return countdown >= 0 && countdown-- == 0;
}

void *__wrap_malloc(size_t size)
{
    return fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t n, size_t size)
{
    return fails() ? NULL : __real_calloc(n, size);
}

void *__wrap_realloc(void *p, size_t size)
{
    return fails() ? NULL : __real_realloc(p, size);
}

static rc use_arena(void)
{
    struct arena *a = arena_new(1 << 24);
    if (!a)
        return E_NOMEM;
    VEC(int64_t) v = {0};
    for (int64_t *p = VEC_ADD(&v, a); p && v.n < 20000; p = VEC_ADD(&v, a))
        *p = 1;
    rc r = arena_rc(a);
    arena_free(a);
    return r;
}

static rc use_buf(void)
{
    BUF_SCOPED b = BUF_INIT(1 << 24);
    for (int i = 0; i < 3000; i++)
        buf_printf(&b, "%d", i);
    return buf_rc(&b);
}

static rc use_map(void)
{
    static char keys[200][4];
    struct map m = MAP_INIT;
    rc r = OK;
    size_t n = 0;
    for (; n < 200 && r == OK; n++)
        r = map_put(&m, str_n(keys[n], (size_t)snprintf(keys[n], 4, "%zu", n)), keys[n]);
    for (size_t i = 0; i + 1 < n; i++) /* what went in before is still there */
        t_loop(map_get(&m, str_of(keys[i])) == keys[i]);
    map_free(&m);
    return r;
}

static rc count(void *arg, int64_t row, int64_t line, const str *fields, size_t n)
{
    (void)line;
    (void)fields;
    *(int64_t *)arg = row + (int64_t)n;
    return OK;
}

static rc use_csv(void)
{
    int64_t seen = 0;
    struct csv *c = csv_new(NULL, count, &seen);
    if (!c)
        return E_NOMEM;
    rc r = OK;
    for (int i = 0; i < 100 && r == OK; i++)
        r = csv_feed(c, STR("a long field that makes the record grow,"), NULL);
    rc again = csv_end(c, NULL);
    t_loop(r == OK || again == r);
    csv_free(c);
    return again;
}

static rc use_json(void)
{
    struct arena *a = arena_new(1 << 24);
    if (!a)
        return E_NOMEM;
    BUF_SCOPED text = BUF_INIT(1 << 24);
    struct json_out o;
    jo_begin(&o, &text);
    jo_arr(&o);
    for (int i = 0; i < 2000; i++)
        jo_str(&o, STR("雲市集"));
    jo_end_arr(&o);
    const struct json *j;
    rc r = buf_rc(&text) == OK ? json_parse(a, buf_str(&text), 1 << 24, &j, NULL) : buf_rc(&text);
    if (r == OK && !utf8_fold(a, buf_str(&text)).p)
        r = arena_rc(a);
    arena_free(a);
    return r;
}

static int failures_of(rc (*use)(void))
{
    for (int n = 0;; n++) {
        countdown = n;
        rc r = use();
        bool all_passed = countdown >= 0;
        countdown = -1;
        if (all_passed) {
            t_ok(r);
            return n;
        }
        t_rc(r, E_NOMEM);
    }
}

START_TEST(out_of_memory)
{
    ck_assert_int_gt(failures_of(use_arena), 3);
    ck_assert_int_gt(failures_of(use_buf), 3);
    ck_assert_int_gt(failures_of(use_map), 3);
    ck_assert_int_gt(failures_of(use_csv), 3);
    ck_assert_int_gt(failures_of(use_json), 3);
}
END_TEST

T_MAIN("base/fault", out_of_memory)
