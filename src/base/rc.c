#include "base/rc.h"

const char *rc_name(rc code)
{
    switch (code) {
    case OK:
        return "ok";
    case E_INVALID:
        return "invalid";
    case E_AUTH:
        return "unauthenticated";
    case E_DENIED:
        return "denied";
    case E_NOTFOUND:
        return "not-found";
    case E_CONFLICT:
        return "conflict";
    case E_LIMIT:
        return "limit";
    case E_BUSY:
        return "busy";
    case E_UNAVAILABLE:
        return "unavailable";
    case E_IO:
        return "io";
    case E_CORRUPT:
        return "corrupt";
    case E_NOMEM:
        return "no-memory";
    case E_INTERNAL:
        return "internal";
    }
    return "unknown";
}
