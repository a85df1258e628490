#include "web/shared.h"

#include <inttypes.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/map.h"
#include "sys/random.h"
#include "sys/thread.h"

enum { KEY_MAX = SHARED_TARGET_MAX + 16, LARGEST_PART = 8 };

struct kept {
    struct shared_page page; /* first: a reference to it is one to the whole */
    _Atomic int references;  /* one is the memory's own */
    struct shared_basis basis;
    instant made;
    struct kept *newer, *older; /* by the last time it was asked for */
    size_t bytes;
    size_t key_n;
    char text[]; /* key, body */
};

struct shared_pages {
    pthread_mutex_t lock; /* guards all below */
    struct map by_key;
    struct kept *newest, *oldest;
    size_t bytes, max_bytes;
    int64_t hits, misses;
};

struct shared_pages *shared_new(size_t max_bytes)
{
    struct shared_pages *s = calloc(1, sizeof *s);
    if (!s)
        return NULL;
    pthread_mutex_init(&s->lock, NULL);
    s->max_bytes = max_bytes;
    return s;
}

static struct kept *kept_of(const void *page)
{
    return (struct kept *)(uintptr_t)page;
}

void shared_release(void *page)
{
    struct kept *k = kept_of(page);
    if (k && atomic_fetch_sub(&k->references, 1) == 1)
        free(k);
}

/* ---- the list, with the lock held ---- */

static void unlink_(struct shared_pages *s, struct kept *k)
{
    *(k->newer ? &k->newer->older : &s->newest) = k->older;
    *(k->older ? &k->older->newer : &s->oldest) = k->newer;
}

static void link_newest(struct shared_pages *s, struct kept *k)
{
    k->newer = NULL;
    k->older = s->newest;
    *(s->newest ? &s->newest->newer : &s->oldest) = k;
    s->newest = k;
}

static void forget(struct shared_pages *s, struct kept *k)
{
    map_del(&s->by_key, str_n(k->text, k->key_n));
    unlink_(s, k);
    s->bytes -= k->bytes;
    shared_release(k);
}

void shared_free(struct shared_pages *s)
{
    if (!s)
        return;
    while (s->oldest)
        forget(s, s->oldest);
    map_free(&s->by_key);
    pthread_mutex_destroy(&s->lock);
    free(s);
}

/* ---- keys ---- */

/* "" when the address is too long to be remembered. */
static str key_text(const struct shared_key *key, char room[KEY_MAX])
{
    if (key->target.n > SHARED_TARGET_MAX)
        return STR_EMPTY;
    int n = snprintf(room, KEY_MAX, "%d %d ", (int)key->lang, (int)instant_day(key->now));
    memcpy(room + n, key->target.p, key->target.n);
    return str_n(room, (size_t)n + key->target.n);
}

static bool is_valid(const struct kept *k, const struct db_versions *versions, instant now)
{
    return now >= k->made && now - k->made < SHARED_KEEP &&
           db_versions_same(&k->basis.versions, versions, k->basis.tables);
}

const struct shared_page *shared_get(struct shared_pages *s, const struct shared_key *key,
                                     const struct db_versions *versions)
{
    char room[KEY_MAX];
    str text = key_text(key, room);
    LOCKED(&s->lock);
    struct kept *k = text.n ? map_get(&s->by_key, text) : NULL;
    if (!k || !is_valid(k, versions, key->now)) {
        s->misses++;
        return NULL;
    }
    s->hits++;
    unlink_(s, k);
    link_newest(s, k);
    atomic_fetch_add(&k->references, 1);
    return &k->page;
}

static struct kept *kept_new(str key, const struct shared_basis *basis, instant now, str body)
{
    size_t bytes = sizeof(struct kept) + key.n + body.n;
    struct kept *k = malloc(bytes);
    if (!k)
        return NULL;
    *k = (struct kept){.references = 1, .basis = *basis, .made = now, .bytes = bytes, .key_n = key.n};
    memcpy(k->text, key.p, key.n);
    memcpy(k->text + key.n, body.p, body.n);
    k->page.body = str_n(k->text + key.n, body.n);
    snprintf(k->page.etag, sizeof k->page.etag, "\"%016" PRIx64 "\"", random_u64());
    return k;
}

void shared_put(struct shared_pages *s, const struct shared_key *key, const struct shared_basis *basis, str body)
{
    char room[KEY_MAX];
    str text = key_text(key, room);
    if (text.n == 0 || body.n == 0 || body.n > s->max_bytes / LARGEST_PART)
        return;
    struct kept *k = kept_new(text, basis, key->now, body);
    if (!k)
        return;
    LOCKED(&s->lock);
    struct kept *before = map_get(&s->by_key, text);
    if (before)
        forget(s, before);
    if (map_put(&s->by_key, str_n(k->text, k->key_n), k) != OK) {
        shared_release(k);
        return;
    }
    link_newest(s, k);
    s->bytes += k->bytes;
    while (s->bytes > s->max_bytes)
        forget(s, s->oldest);
}

void shared_stats(struct shared_pages *s, struct shared_stats *out)
{
    LOCKED(&s->lock);
    *out = (struct shared_stats){s->hits, s->misses, s->by_key.n, s->bytes};
}
