/* One request as handlers see it: who asks, in which language, with which input, and what to answer. */
#ifndef RISE_WEB_CTX_H
#define RISE_WEB_CTX_H

#include "db/db.h"
#include "http/http.h"
#include "web/i18n.h"

/* Who may call a route: a set of bits; the caller needs one of them. 0 is refused at start: PUBLIC must be written. */
typedef uint32_t perm;
enum {
    PUBLIC = 1u << 0,    /* anybody */
    SIGNED_IN = 1u << 1, /* any account */
    AS_FIRM = 1u << 2,   /* acting for a party as … */
    AS_VENDOR = 1u << 3,
    AS_OFFICER = 1u << 4,
    AS_AUDITOR = 1u << 5,
    AS_ADMIN = 1u << 6,
    AS_REVIEWER = 1u << 7,
    AS_TEAM = 1u << 8, /* a team that has handed in a proposal */
};

/* The signed-in person and the hat they wear (one membership at a time, switched on the account page). */
struct session {
    id account; /* 0: nobody is signed in */
    id session;
    id party;   /* the party acted for; 0: none */
    perm perms; /* PUBLIC always; SIGNED_IN and AS_* by the membership */
    str name;   /* the person's display name */
    str party_name;
    str csrf;   /* token for forms of this session (also of anonymous visitors: from their cookie) */
    id api_key; /* ≠ 0: authenticated by an API key (then no CSRF token is asked) */
};

struct app; /* the running program: db, settings, modules (core/app.h) */
struct route;
struct dispatch;

struct ctx {
    struct app *app;
    struct request *req;
    struct reply *reply;
    struct arena *arena;
    const struct route *route;
    struct session session;
    enum lang lang;
    struct input in; /* by the route's spec */
    struct err err;
    struct tx *tx;   /* the read transaction of .read handlers and of views */
    bool wants_json; /* Accept or /api/ path: problem documents and JSON instead of pages */
    instant now;
    struct dispatch *dispatch; /* private to web */
    void *found;               /* by the route's .before for its .write, in the arena; NULL: nothing */
    /* Set to true by what writes something that is for this reader alone, so that a page is not shared (web/shared.h);
     * NULL: nobody asks. */
    bool *only_for_one;
};

static inline void only_for_one(const struct ctx *c)
{
    if (c->only_for_one)
        *c->only_for_one = true;
}

static inline bool may(const struct ctx *c, perm p)
{
    return (c->session.perms & p) != 0;
}

#endif
