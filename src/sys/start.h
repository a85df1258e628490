/* What every program does first, before it starts a thread or makes a map. */
#ifndef RISE_SYS_START_H
#define RISE_SYS_START_H

/* Keys the hash tables from the kernel's random source, makes writing to a closed connection an error instead of a
 * signal, and keeps freed memory for the next request. Never fails. */
void sys_start(void);

#endif
