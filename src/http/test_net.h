/* For tests with real sockets: a raw client, and replies read as HTTP reads them. Every read gives up after a minute.
 */
#ifndef RISE_HTTP_TEST_NET_H
#define RISE_HTTP_TEST_NET_H

#include "base/buf.h"

int net_connect(int port);        /* aborts the test when it fails */
void net_send(int fd, str bytes); /* all of it; a peer that closed is no failure */
int net_reply(int fd,
              struct buf *out); /* one reply, head and decoded body, into out; its status; 0: closed before a reply */
str net_body(const struct buf *reply);
str net_field(const struct buf *reply, const char *name); /* "" when absent */
bool net_closed(int fd); /* waits until the peer closes; false when it sends something else */
bool net_read_until(int fd, struct buf *out, str mark); /* raw bytes until `mark` is among them; false at the end */
int net_once(int port, str request, struct buf *out);   /* connect, send, one reply, close */
void net_wait(bool (*done)(void *), void *arg);         /* polls until done; fails the test after a minute */

#endif
