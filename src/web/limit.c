#include "web/limit.h"

#include <math.h>
#include <stdlib.h>

#include "base/map.h"
#include "sys/thread.h"

enum { SLOTS = 16384, WAYS = 4 };

struct bucket {
    uint64_t client; /* keyed hash of the address; 0: free */
    double tokens;
    int64_t at; /* clock_mono() of the last change */
};

struct limit {
    pthread_mutex_t lock;
    double rate, burst;
    struct bucket slots[SLOTS];
};

struct limit *limit_new(double per_second, double burst)
{
    struct limit *l = calloc(1, sizeof *l);
    if (!l)
        return NULL;
    pthread_mutex_init(&l->lock, NULL);
    l->rate = per_second;
    l->burst = burst;
    return l;
}

void limit_free(struct limit *l)
{
    if (!l)
        return;
    pthread_mutex_destroy(&l->lock);
    free(l);
}

/* One subscriber holds a whole /64, so the address's last four groups do not tell clients apart. */
static str client_part(str address)
{
    if (str_chr(address, ':') < 0)
        return address;
    int groups = 0;
    for (size_t i = 0; i < address.n; i++)
        if (address.p[i] == ':' && ++groups == 4)
            return str_sub(address, 0, i);
    return address;
}

static double tokens_now(const struct limit *l, const struct bucket *b, int64_t mono)
{
    double grown = b->tokens + (double)(mono - b->at) / (double)SECOND * l->rate;
    return grown < l->burst ? grown : l->burst;
}

static struct bucket *bucket_find(struct limit *l, uint64_t client, int64_t mono)
{
    struct bucket *set = &l->slots[client % (SLOTS / WAYS) * WAYS], *fullest = set;
    for (int i = 0; i < WAYS; i++) {
        if (set[i].client == client)
            return &set[i];
        if (set[i].client == 0 || (fullest->client && tokens_now(l, &set[i], mono) > tokens_now(l, fullest, mono)))
            fullest = &set[i];
    }
    *fullest = (struct bucket){client, l->burst, mono};
    return fullest;
}

bool limit_take(struct limit *l, str client, int64_t mono, int *wait_s)
{
    uint64_t hash = str_hash(client_part(client)) | 1;
    LOCKED(&l->lock);
    struct bucket *b = bucket_find(l, hash, mono);
    b->tokens = tokens_now(l, b, mono);
    b->at = mono;
    if (b->tokens >= 1) {
        b->tokens -= 1;
        return true;
    }
    double wait = ceil((1 - b->tokens) / l->rate);
    *wait_s = wait < 1 ? 1 : wait > 3600 ? 3600 : (int)wait;
    return false;
}
