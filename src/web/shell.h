/* The page shell: what stands around every page's content (header, navigation, language switch, notes, footer).
 *
 * shell_set() is called once before serving; afterwards everything here is read-only and may be used from any thread.
 * The tables are borrowed and must outlive the program's serving. */
#ifndef RISE_WEB_SHELL_H
#define RISE_WEB_SHELL_H

#include "web/ctx.h"
#include "web/html.h"

/* An entry of a navigation: shown to callers who have one of the permission bits. */
struct nav {
    const char *path;
    const char *label; /* msgid */
    perm perm;
};

/* One service: its entry in the header's first row leads to the first of its pages that the reader may open; inside it
 * (below the path of any of them) the second row shows all of them. */
struct nav_group {
    const char *title; /* msgid */
    const struct nav *nav;
    size_t n_nav; /* at least 1 */
};

struct shell {
    bool demo; /* mark every page as demonstration */
    const struct nav_group *groups;
    size_t n_groups;
    const struct nav *footer;
    size_t n_footer;
    const char *sign_in, *sign_out, *account, *notices; /* paths; NULL: not offered. sign_out is a POST */
    int64_t (*unseen)(const struct ctx *c);             /* notices not yet seen; NULL: none */
};
void shell_set(const struct shell *s); /* copied; the tables are not */
const struct shell *shell_get(void);   /* all zero before shell_set */

/* A step of the breadcrumb trail; the page itself is not one. */
struct crumb {
    const char *label; /* msgid, or NULL: text */
    str text;
    str path;
};

/* What a page tells its shell: {{layout page(&(struct page){.title = N_("My orders")})}} … {{end}}. */
struct page {
    const char *title;   /* msgid; also the heading */
    str title_text;      /* instead: text as it is (a firm's name, a tr_f result) */
    const char *caption; /* msgid above the heading; may be NULL */
    const char *lead;    /* msgid, a sentence below the heading; may be NULL */
    bool no_heading;     /* the page writes its own h1 */
    bool wide;           /* the whole width: tables, catalogue */
    bool two_thirds;     /* reading width: forms, texts */
    const struct crumb *crumbs;
    size_t n_crumbs;
    str back;    /* path of a back link; "" none */
    str refresh; /* seconds after which a page without JavaScript reloads itself; "" never */
};

const struct nav *group_entry(const struct ctx *c, const struct nav_group *g); /* NULL: nothing for this reader */
const struct nav_group *group_current(const struct ctx *c);                    /* NULL: in none of them */
/* Is this entry where the reader is: the nearest above the page, or exactly there? */
bool nav_current(const struct ctx *c, const struct nav *item);
bool nav_exact(const struct ctx *c, const struct nav *item);

/* The address of this page in another language: the same path and query with lang replaced. Arena. */
str lang_switch(const struct ctx *c, enum lang to);

/* The page for a failure: c->err says what happened, the page says what to do next. Fills c->reply->body. For struct
 * dispatch_config. */
rc error_page(struct ctx *c, int status);

#endif
