/* Threads and their signals. Locks are plain pthread mutexes with a scope guard. */
#ifndef RISE_SYS_THREAD_H
#define RISE_SYS_THREAD_H
#include <pthread.h>

#include "base/rc.h"

static inline void mutex_unlock_scope(pthread_mutex_t **m)
{
    if (*m)
        pthread_mutex_unlock(*m);
}
/* LOCKED(&m); … until the end of the scope */
#define LOCKED(m)                                                                                                      \
    __attribute__((cleanup(mutex_unlock_scope), unused)) pthread_mutex_t *locked_ = (m);                               \
    pthread_mutex_lock(locked_)

/* The new thread has all signals blocked. `name` (at most 15 bytes) is for ps and gdb. E_IO, E_NOMEM. */
rc thread_start(pthread_t *t, const char *name, void *(*fn)(void *), void *arg);
int cpu_count(void); /* CPUs this process may use, >= 1 */
#endif
