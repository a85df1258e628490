#include "sys/random.h"

#include <stdlib.h>
#include <unistd.h>

#include "sys/clock.h"
#include "sys/thread.h"

void random_bytes(void *p, size_t n)
{
    unsigned char *to = p;
    while (n) {
        size_t piece = n < 256 ? n : 256; /* getentropy (getrandom underneath) gives all of 256 bytes or fails */
        if (getentropy(to, piece) != 0)
            abort(); /* no key or token may ever be made from less */
        to += piece;
        n -= piece;
    }
}

uint64_t random_u64(void)
{
    uint64_t v;
    random_bytes(&v, sizeof v);
    return v;
}

id id_new(void)
{
    static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    static struct id_gen gen;
    static struct prng starts; /* an id is no secret: one system call per process is enough */
    static bool seeded;
    LOCKED(&lock);
    if (!seeded) {
        prng_seed(&starts, random_u64());
        seeded = true;
    }
    return id_next(&gen, clock_real(), (uint32_t)(prng_u64(&starts) >> 32));
}

static uint64_t rotl(uint64_t x, unsigned by)
{
    return x << by | x >> (64 - by);
}

/* The state is filled by splitmix64, as the authors of xoshiro ask (Blackman and Vigna, prng.di.unimi.it). */
void prng_seed(struct prng *p, uint64_t seed)
{
    for (int i = 0; i < 4; i++) {
        uint64_t z = seed += 0x9e3779b97f4a7c15;
        z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
        z = (z ^ z >> 27) * 0x94d049bb133111eb;
        p->s[i] = z ^ z >> 31;
    }
}

uint64_t prng_u64(struct prng *p)
{
    uint64_t *s = p->s;
    uint64_t result = rotl(s[1] * 5, 7) * 9;
    uint64_t t = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotl(s[3], 45);
    return result;
}

int64_t prng_range(struct prng *p, int64_t lo, int64_t hi)
{
    uint64_t span = (uint64_t)hi - (uint64_t)lo + 1;
    if (span == 0) /* all of int64 */
        return (int64_t)prng_u64(p);
    uint64_t uneven = (0 - span) % span; /* 2^64 mod span: draws below it would favour the low end */
    uint64_t v;
    do
        v = prng_u64(p);
    while (v < uneven);
    return (int64_t)((uint64_t)lo + v % span);
}
