#include "sys/start.h"

#include <signal.h>

#include "base/map.h"
#include "sys/random.h"

void sys_start(void)
{
    map_seed(random_u64(), random_u64());
    signal(SIGPIPE, SIG_IGN);
}
