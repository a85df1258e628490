/* vec: typed growable arrays inside an arena. The old storage stays in the arena until it is reset, so a vec suits
 * lists that are built once. One thread at a time. */
#ifndef RISE_BASE_VEC_H
#define RISE_BASE_VEC_H

#include "base/arena.h"

#define VEC(type)                                                                                                      \
    struct {                                                                                                           \
        type *v;                                                                                                       \
        size_t n;                                                                                                      \
        size_t room;                                                                                                   \
    }

/* Pointer to a new zeroed element, or NULL (see arena_rc). */
#define VEC_ADD(vec, a)                                                                                                \
    ((vec)->n < (vec)->room || vec_grow((a), &(vec)->v, (vec)->n, &(vec)->room, sizeof *(vec)->v)                      \
         ? &(vec)->v[(vec)->n++]                                                                                       \
         : NULL)

/* VEC_ADD's slow path; `v` is the address of the vec's pointer, of whatever type (hence not void **). */
bool vec_grow(struct arena *a, void *v, size_t n, size_t *room, size_t size);

#endif
