/* struct sign_net over HTTP: a time-stamp authority by its address, revocation data from where certificates say. For
 * the command line, and for jobs. */
#ifndef RISE_SIGN_CLI_NET_H
#define RISE_SIGN_CLI_NET_H
#include "mod/sign/engine/net.h"

struct cli_net {
    str tsa;          /* address; empty: none */
    bool public_only; /* addresses that certificates name may not lead into private networks */
};
/* SIG-211 E_UNAVAILABLE: no usable answer (arguments: address, status); SIG-213 E_UNAVAILABLE: none at all (address,
 * the network's words); SIG-212 E_NOTFOUND: the certificate names no source (argument: its name). */
struct sign_net cli_net_open(struct cli_net *n);
#endif
