#include "web/identity.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "sys/thread.h"

enum { SLOTS = 8192, WAYS = 4, LOCKS = 64, NAME_MAX_BYTES = 120, CSRF_MAX_BYTES = 48 };

struct entry {
    struct sha256 token;
    uint64_t generation; /* 0: free */
    instant at;
    struct session s; /* its texts point to the arrays below only while being copied out */
    char name[NAME_MAX_BYTES], party_name[NAME_MAX_BYTES], csrf[CSRF_MAX_BYTES];
};

struct identity_cache {
    pthread_mutex_t locks[LOCKS];
    struct entry slots[SLOTS];
};

static _Atomic uint64_t generation = 1;
static _Thread_local bool changed_here;

uint64_t identity_generation(void)
{
    return atomic_load(&generation);
}

void identity_changed(void)
{
    changed_here = true;
}

void identity_committed(void)
{
    if (!changed_here)
        return;
    changed_here = false;
    atomic_fetch_add(&generation, 1);
}

/* What is not drained in time is forgotten: "last used" is a hint, not a record. */
static struct {
    pthread_mutex_t lock;
    id keys[IDENTITY_KEYS_MAX];
    size_t n;
} used = {.lock = PTHREAD_MUTEX_INITIALIZER};

static void note_key(id key)
{
    LOCKED(&used.lock);
    for (size_t i = 0; i < used.n; i++)
        if (used.keys[i] == key)
            return;
    if (used.n < IDENTITY_KEYS_MAX)
        used.keys[used.n++] = key;
}

size_t identity_keys_used(id *out, size_t max)
{
    LOCKED(&used.lock);
    size_t n = used.n < max ? used.n : max;
    memcpy(out, used.keys + (used.n - n), n * sizeof *out);
    used.n -= n;
    return n;
}

struct identity_cache *identity_cache_new(void)
{
    struct identity_cache *k = calloc(1, sizeof *k);
    for (int i = 0; k && i < LOCKS; i++)
        pthread_mutex_init(&k->locks[i], NULL);
    return k;
}

void identity_cache_free(struct identity_cache *k)
{
    if (!k)
        return;
    for (int i = 0; i < LOCKS; i++)
        pthread_mutex_destroy(&k->locks[i]);
    free(k);
}

static struct entry *set_of(struct identity_cache *k, const struct sha256 *token, pthread_mutex_t **lock)
{
    uint32_t h;
    memcpy(&h, token->b, sizeof h);
    size_t set = h % (SLOTS / WAYS);
    *lock = &k->locks[set % LOCKS];
    return &k->slots[set * WAYS];
}

static bool fits(str s, size_t room)
{
    return s.n <= room;
}

bool identity_cache_get(struct identity_cache *k, const struct sha256 *token, instant now, struct session *out,
                        struct arena *a)
{
    pthread_mutex_t *lock;
    struct entry *set = set_of(k, token, &lock);
    LOCKED(lock);
    for (int i = 0; i < WAYS; i++) {
        struct entry *e = &set[i];
        if (e->generation == 0 || memcmp(&e->token, token, sizeof *token) != 0)
            continue;
        if (e->generation != identity_generation() || now < e->at || now - e->at > IDENTITY_KEEP)
            return false;
        *out = e->s;
        out->name = arena_str(a, str_n(e->name, e->s.name.n));
        out->party_name = arena_str(a, str_n(e->party_name, e->s.party_name.n));
        out->csrf = arena_str(a, str_n(e->csrf, e->s.csrf.n));
        return out->name.p && out->party_name.p && out->csrf.p;
    }
    return false;
}

void identity_cache_put(struct identity_cache *k, const struct sha256 *token, instant now, uint64_t seen,
                        const struct session *s)
{
    if (s->api_key)
        note_key(s->api_key);
    if (!fits(s->name, NAME_MAX_BYTES) || !fits(s->party_name, NAME_MAX_BYTES) || !fits(s->csrf, CSRF_MAX_BYTES))
        return;
    pthread_mutex_t *lock;
    struct entry *set = set_of(k, token, &lock), *oldest = set;
    LOCKED(lock);
    for (int i = 0; i < WAYS; i++) {
        if (memcmp(&set[i].token, token, sizeof *token) == 0) {
            oldest = &set[i];
            break;
        }
        if (set[i].at < oldest->at)
            oldest = &set[i];
    }
    oldest->token = *token;
    oldest->generation = seen;
    oldest->at = now;
    oldest->s = *s;
    memcpy(oldest->name, s->name.n ? s->name.p : "", s->name.n);
    memcpy(oldest->party_name, s->party_name.n ? s->party_name.p : "", s->party_name.n);
    memcpy(oldest->csrf, s->csrf.n ? s->csrf.p : "", s->csrf.n);
    oldest->s.name.p = oldest->s.party_name.p = oldest->s.csrf.p = NULL;
}
