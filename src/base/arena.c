#include "base/arena.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define WITH_ASAN 1
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define WITH_ASAN 1
#endif

#ifdef WITH_ASAN
#include <sanitizer/asan_interface.h>
#define POISON(p, n)   ASAN_POISON_MEMORY_REGION((p), (n))
#define UNPOISON(p, n) ASAN_UNPOISON_MEMORY_REGION((p), (n))
#else
#define POISON(p, n)   ((void)(p), (void)(n))
#define UNPOISON(p, n) ((void)(p), (void)(n))
#endif

enum {
    ALIGN = 16,
    BLOCK_MIN = 16 * 1024, /* one page shell's worth: most requests never need a second block */
    BLOCK_MAX = 1024 * 1024,
    HUGE_PAGE = 2 * 1024 * 1024,
    HUGE_MIN = 4 * HUGE_PAGE,
#ifdef WITH_ASAN
    RED_ZONE = ALIGN, /* kept poisoned behind every allocation */
#else
    RED_ZONE = 0,
#endif
};

struct block {
    struct block *prev;
    size_t room;
    _Alignas(ALIGN) unsigned char data[];
};

struct deferred {
    struct deferred *next;
    void (*fn)(void *);
    void *p;
};

struct arena {
    struct block *block; /* newest first; the last of the chain is the one made by arena_new */
    size_t at;           /* bytes of `block` in use, a multiple of ALIGN */
    size_t used;
    size_t cap;
    struct deferred *deferred;
    rc error;
};

/* Large blocks come from the kernel, which zeroes their pages when they are first touched; ours would be the second
 * time.
 */
static struct block *block_new(size_t room)
{
    struct block *b = room > BLOCK_MAX ? calloc(1, sizeof *b + room) : malloc(sizeof *b + room);
    if (!b)
        return NULL;
    if (room >= HUGE_MIN) { /* a hint: one fault for 2 MiB instead of 512; the first page is the allocator's */
        uintptr_t from = ((uintptr_t)b + HUGE_PAGE - 1) / HUGE_PAGE * HUGE_PAGE;
        (void)madvise((void *)from, ((uintptr_t)b->data + room - from) / HUGE_PAGE * HUGE_PAGE, MADV_HUGEPAGE);
    }
    b->prev = NULL;
    b->room = room;
    POISON(b->data, room);
    return b;
}

static void block_free(struct block *b)
{
    UNPOISON(b->data, b->room);
    free(b);
}

struct arena *arena_new(size_t cap)
{
    struct arena *a = malloc(sizeof *a);
    struct block *b = block_new(BLOCK_MIN);
    if (!a || !b) {
        free(a);
        if (b)
            block_free(b);
        return NULL;
    }
    *a = (struct arena){.block = b, .cap = cap};
    return a;
}

static void run_deferred(struct arena *a)
{
    while (a->deferred) {
        struct deferred *d = a->deferred;
        a->deferred = d->next;
        d->fn(d->p);
    }
}

void arena_reset(struct arena *a)
{
    run_deferred(a);
    while (a->block->prev) {
        struct block *b = a->block;
        a->block = b->prev;
        block_free(b);
    }
    POISON(a->block->data, a->block->room);
    a->at = 0;
    a->used = 0;
    a->error = OK;
}

void arena_free(struct arena *a)
{
    if (!a)
        return;
    arena_reset(a);
    block_free(a->block);
    free(a);
}

size_t arena_used(const struct arena *a)
{
    return a->used;
}

rc arena_rc(const struct arena *a)
{
    return a->error;
}

void arena_fail(struct arena *a, rc why)
{
    a->error = why;
}

static void *refuse(struct arena *a, rc why)
{
    a->error = why;
    return NULL;
}

/* `need` bytes (a multiple of ALIGN) that do not fit the newest block. */
static bool add_block(struct arena *a, size_t need)
{
    size_t room = a->block->room < BLOCK_MAX / 2 ? a->block->room * 2 : BLOCK_MAX;
    struct block *b = block_new(need > room ? need : room);
    if (!b)
        return false;
    b->prev = a->block;
    a->block = b;
    a->at = 0;
    return true;
}

void *arena_alloc(struct arena *a, size_t size)
{
    if (size > a->cap || size > SIZE_MAX - 2 * ALIGN - sizeof(struct block))
        return refuse(a, E_LIMIT);
    size_t rounded = (size + ALIGN - 1) / ALIGN * ALIGN;
    if (rounded > a->cap - a->used)
        return refuse(a, E_LIMIT);
    size_t need = rounded + RED_ZONE;
    if (need > a->block->room - a->at && !add_block(a, need))
        return refuse(a, E_NOMEM);
    unsigned char *p = a->block->data + a->at;
    a->at += need;
    a->used += rounded;
    UNPOISON(p, size);
    if (need <= BLOCK_MAX) /* else the block is its own, and fresh */
        memset(p, 0, size);
    return p;
}

void *arena_array(struct arena *a, size_t n, size_t size)
{
    size_t total;
    if (__builtin_mul_overflow(n, size, &total))
        return refuse(a, E_LIMIT);
    return arena_alloc(a, total);
}

str arena_str(struct arena *a, str s)
{
    char *p = s.n < SIZE_MAX ? arena_alloc(a, s.n + 1) : refuse(a, E_LIMIT);
    if (!p)
        return (str){NULL, 0};
    if (s.n)
        memcpy(p, s.p, s.n);
    return (str){p, s.n};
}

const char *arena_cstr(struct arena *a, str s)
{
    return arena_str(a, s).p;
}

str arena_vprintf(struct arena *a, const char *fmt, va_list ap)
{
    char small[256];
    va_list again;
    va_copy(again, ap);
    int n = vsnprintf(small, sizeof small, fmt, ap);
    str out = {NULL, 0};
    if (n < 0) {
        a->error = E_INTERNAL;
    } else if ((size_t)n < sizeof small) {
        out = arena_str(a, (str){small, (size_t)n});
    } else {
        char *p = arena_alloc(a, (size_t)n + 1);
        if (p) {
            (void)vsnprintf(p, (size_t)n + 1, fmt, again);
            out = (str){p, (size_t)n};
        }
    }
    va_end(again);
    return out;
}

str arena_printf(struct arena *a, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    str s = arena_vprintf(a, fmt, ap);
    va_end(ap);
    return s;
}

rc arena_defer(struct arena *a, void (*fn)(void *), void *p)
{
    struct deferred *d = ARENA_NEW(a, struct deferred);
    if (!d)
        return a->error;
    *d = (struct deferred){a->deferred, fn, p};
    a->deferred = d;
    return OK;
}
