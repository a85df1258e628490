/* A table with one place for each value of a hash's first bits. */
#include "crypto/x509_cache.h"

#include "sys/thread.h"

struct slot {
    struct sha256 of_der;
    X509 *x; /* NULL: empty */
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct slot slots[X509_CACHE_SLOTS];

static struct slot *slot_of(const struct sha256 *of_der)
{
    return &slots[(of_der->b[0] << 8 | of_der->b[1]) % X509_CACHE_SLOTS];
}

X509 *x509_cache_get(const struct sha256 *of_der)
{
    LOCKED(&lock);
    const struct slot *s = slot_of(of_der);
    return s->x && sha256_eq(&s->of_der, of_der) && X509_up_ref(s->x) == 1 ? s->x : NULL;
}

void x509_cache_put(const struct sha256 *of_der, X509 *x)
{
    if (X509_up_ref(x) != 1)
        return;
    LOCKED(&lock);
    struct slot *s = slot_of(of_der);
    X509_free(s->x);
    *s = (struct slot){*of_der, x};
}
