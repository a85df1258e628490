/* The page that checks a signed file. */
#ifndef RISE_SIGN_PAGES_VERIFY_H
#define RISE_SIGN_PAGES_VERIFY_H
#include "mod/sign/report/told.h"
#include "web/route.h"

extern const struct route_table sign_verify_routes;

struct verify_page {
    const struct input_spec *spec;
    const struct told *told; /* NULL: nothing was checked yet */
};
static inline const char *verify_note(enum verdict v)
{
    return v == VERDICT_PASSED ? "good" : v == VERDICT_INDETERMINATE ? "warn" : "bad";
}
static inline const char *verify_colour(enum verdict v)
{
    return v == VERDICT_PASSED ? "green" : v == VERDICT_INDETERMINATE ? "yellow" : "red";
}
#endif
