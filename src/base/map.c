#include "base/map.h"

#include <stdlib.h>

struct map_slot {
    str key; /* p == NULL: free */
    void *value;
    uint64_t hash;
};

static uint64_t seed0 = 0x0706050403020100, seed1 = 0x0f0e0d0c0b0a0908;

void map_seed(uint64_t k0, uint64_t k1)
{
    seed0 = k0;
    seed1 = k1;
}

static uint64_t rotl(uint64_t x, unsigned by)
{
    return x << by | x >> (64 - by);
}

struct sip {
    uint64_t a, b, c, d;
};

static inline void sip_round(struct sip *v)
{
    v->a += v->b;
    v->b = rotl(v->b, 13) ^ v->a;
    v->a = rotl(v->a, 32);
    v->c += v->d;
    v->d = rotl(v->d, 16) ^ v->c;
    v->a += v->d;
    v->d = rotl(v->d, 21) ^ v->a;
    v->c += v->b;
    v->b = rotl(v->b, 17) ^ v->c;
    v->c = rotl(v->c, 32);
}

static inline void sip_word(struct sip *v, uint64_t w)
{
    v->d ^= w;
    sip_round(v);
    v->a ^= w;
}

/* n < 8 bytes. */
static uint64_t little_endian(const unsigned char *p, size_t n)
{
    uint64_t w = 0;
    for (size_t i = 0; i < n; i++)
        w |= (uint64_t)p[i] << (8 * i);
    return w;
}

static inline uint64_t little_endian_word(const unsigned char *p)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    uint64_t w;
    memcpy(&w, p, sizeof w);
    return w;
#else
    return little_endian(p, 4) | little_endian(p + 4, 4) << 32;
#endif
}

/* Aumasson and Bernstein, "SipHash: a fast short-input PRF", section 2.2, with c = 1 and d = 3. */
uint64_t str_hash(str s)
{
    struct sip v = {seed0 ^ 0x736f6d6570736575, seed1 ^ 0x646f72616e646f6d, seed0 ^ 0x6c7967656e657261,
                    seed1 ^ 0x7465646279746573};
    const unsigned char *p = (const unsigned char *)s.p;
    size_t n = s.n;
    for (; n >= 8; n -= 8, p += 8)
        sip_word(&v, little_endian_word(p));
    sip_word(&v, (uint64_t)s.n << 56 | little_endian(p, n));
    v.c ^= 0xff;
    for (int i = 0; i < 3; i++)
        sip_round(&v);
    return v.a ^ v.b ^ v.c ^ v.d;
}

void map_free(struct map *m)
{
    free(m->slots);
    *m = (struct map)MAP_INIT;
}

/* The slot that holds `key`, or the free one where it would go. `room` is a power of two and never full. */
static struct map_slot *probe(struct map_slot *slots, size_t room, str key, uint64_t hash)
{
    for (size_t i = hash & (room - 1);; i = (i + 1) & (room - 1)) {
        struct map_slot *s = &slots[i];
        if (!s->key.p || (s->hash == hash && str_eq(s->key, key)))
            return s;
    }
}

static rc grow(struct map *m)
{
    size_t room = m->room ? m->room * 2 : 16;
    struct map_slot *fresh = calloc(room, sizeof *fresh);
    if (!fresh)
        return E_NOMEM;
    for (size_t i = 0; i < m->room; i++)
        if (m->slots[i].key.p)
            *probe(fresh, room, m->slots[i].key, m->slots[i].hash) = m->slots[i];
    free(m->slots);
    m->slots = fresh;
    m->room = room;
    return OK;
}

rc map_put(struct map *m, str key, void *value)
{
    if (!key.p)
        key = STR_EMPTY;
    if (m->n >= m->room / 4 * 3)
        TRY(grow(m));
    uint64_t hash = str_hash(key);
    struct map_slot *s = probe(m->slots, m->room, key, hash);
    if (!s->key.p)
        m->n++;
    *s = (struct map_slot){key, value, hash};
    return OK;
}

void *map_get(const struct map *m, str key)
{
    if (!m->n)
        return NULL;
    const struct map_slot *s = probe(m->slots, m->room, key, str_hash(key));
    return s->key.p ? s->value : NULL;
}

bool map_del(struct map *m, str key)
{
    if (!m->n)
        return false;
    struct map_slot *hole = probe(m->slots, m->room, key, str_hash(key));
    if (!hole->key.p)
        return false;
    /* Pull later members of the run back, so that no probe meets a gap: no tombstones. */
    size_t mask = m->room - 1, gap = (size_t)(hole - m->slots);
    for (size_t i = (gap + 1) & mask; m->slots[i].key.p; i = (i + 1) & mask) {
        size_t home = m->slots[i].hash & mask;
        if (((i - home) & mask) < ((i - gap) & mask))
            continue;
        m->slots[gap] = m->slots[i];
        gap = i;
    }
    m->slots[gap] = (struct map_slot){0};
    m->n--;
    return true;
}

bool map_next(const struct map *m, size_t *i, str *key, void **value)
{
    while (*i < m->room) {
        const struct map_slot *s = &m->slots[(*i)++];
        if (!s->key.p)
            continue;
        *key = s->key;
        *value = s->value;
        return true;
    }
    return false;
}
