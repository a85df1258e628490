#include "base/vec.h"

bool vec_grow(struct arena *a, void *v, size_t n, size_t *room, size_t size)
{
    size_t more;
    if (__builtin_mul_overflow(*room ? *room : 4, 2, &more))
        return false;
    void *fresh = arena_array(a, more, size);
    if (!fresh)
        return false;
    void *old;
    memcpy(&old, v, sizeof old);
    if (n)
        memcpy(fresh, old, n * size);
    memcpy(v, &fresh, sizeof fresh);
    *room = more;
    return true;
}
