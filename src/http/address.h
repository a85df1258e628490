/* Which network addresses the program may call on somebody else's word (webhooks): only public ones. Pure. */
#ifndef RISE_HTTP_ADDRESS_H
#define RISE_HTTP_ADDRESS_H

#include <stdbool.h>
#include <sys/socket.h>

/* False for private, loopback, link-local, multicast, documentation, shared and other special ranges of the IANA
 * registries (RFC 6890 and its updates), and for IPv6 forms that carry such an IPv4 address. */
bool address_is_public(const struct sockaddr *sa);

#endif
