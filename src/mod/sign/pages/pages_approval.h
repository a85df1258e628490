/* Private to the pages of approvals and devices: what their handlers hand to their views. */
#ifndef RISE_SIGN_PAGES_APPROVAL_H
#define RISE_SIGN_PAGES_APPROVAL_H
#include "mod/sign/rooms/approval.h"
#include "web/components.h"
#include "web/route.h"

extern const struct route_table sign_approval_routes;
extern const struct route_table sign_approval_file_routes;
extern const struct route_table sign_device_routes;

/* ---- pages_approval.c ---- */
struct approvals_page {
    const struct input_spec *spec;
    enum approval_show show;
    struct approval_row *v;
    size_t n;
    struct pages pages;
    bool filtered; /* something besides the tab was asked for */
};
struct approval_new_page {
    const struct input_spec *spec;
    struct option *members; /* first: nobody */
    size_t n_members;
};
struct approval_page {
    struct approval_whole w;
    const struct approval_step *turn; /* the reader's; NULL: not their turn */
    bool owns;
    struct device *devices; /* the reader's that live, when it is their turn */
    size_t n_devices;
    str keys;    /* their fingerprints, for the browser: spaces between */
    bool sound;  /* all approvals of the latest version were just verified */
    str trouble; /* why not; "" when sound */
    const struct input_spec *reason, *correct;
    str path; /* "/sign/approvals/ID" */
};
struct approval_sign_page {
    struct approval_whole w;
    const struct approval_step *turn;
    struct approval_ticket ticket;
    str to_sign; /* base64 */
    const struct input_spec *spec;
    str path;
};
const char *approval_colour(str state);      /* of its tag */
const char *approval_step_colour(str state); /* likewise */
/* "2cf24dba 5fb0a30e …": as people compare it. */
str approval_hash_groups(const struct ctx *c, const struct sha256 *h);
/* The path's approval, when the reader may see it, and its version named by the path's `version`. */
rc approval_of_path(const struct ctx *c, struct tx *tx, struct approval_whole *out);
rc approval_version_of_path(const struct ctx *c, const struct approval_whole *w, const struct approval_version **out);

/* ---- pages_device.c ---- */
struct devices_page {
    const struct input_spec *spec;
    struct device *v;
    size_t n;
    instant now;
    str next;   /* where to go after enrolling; "" here */
    bool ready; /* there is an authority to certify them */
};
#endif
