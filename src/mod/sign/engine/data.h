/* Something to be signed, or to be compared with what was signed: a file beside a signature, or inside it. */
#ifndef RISE_SIGN_DATA_H
#define RISE_SIGN_DATA_H
#include "base/str.h"

struct sign_data {
    str name; /* path as in a container: components separated by "/", UTF-8; empty where there is only one */
    str mime; /* when making */
    str bytes;
};
/* What a detached signature is over: each is known to it by its name. */
struct sign_files {
    const struct sign_data *v;
    size_t n; /* 0: none was given */
};
#endif
