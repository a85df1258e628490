#include "sys/thread.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>

rc thread_start(pthread_t *t, const char *name, void *(*fn)(void *), void *arg)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before); /* the new thread inherits this mask */
    int failed = pthread_create(t, NULL, fn, arg);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (failed)
        return failed == ENOMEM ? E_NOMEM : E_IO;
    pthread_setname_np(*t, name); /* for ps and gdb only */
    return OK;
}

int cpu_count(void)
{
    cpu_set_t set;
    int n = sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 1;
    return n > 0 ? n : 1;
}
