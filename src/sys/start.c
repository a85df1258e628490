#include "sys/start.h"

#include <malloc.h>
#include <signal.h>

#include "base/map.h"
#include "sys/random.h"

/* Bytes: where glibc's own adaptation ends once large blocks have been freed (mallopt(3), M_MMAP_THRESHOLD). */
enum { FROM_HEAP_MAX = 32 << 20, FREE_KEPT_MAX = 2 * FROM_HEAP_MAX };

/* What one request freed, the next one asks for again. At first glibc gives the end of its heap back to the kernel from
 * 128 KiB on; for a document that takes a millisecond to judge, that and getting it again was half of the time. */
static void keep_freed_memory(void)
{
    mallopt(M_MMAP_THRESHOLD, FROM_HEAP_MAX);
    mallopt(M_TRIM_THRESHOLD, FREE_KEPT_MAX);
}

void sys_start(void)
{
    keep_freed_memory();
    map_seed(random_u64(), random_u64());
    signal(SIGPIPE, SIG_IGN);
}
