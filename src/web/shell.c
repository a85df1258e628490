/* The page shell's data: navigation, language switch, error pages. The markup is in views/shell.html and
 * views/errors.html. */
#include "web/shell.h"

#include "web/components.h"
#include "web/errors.view.h"
#include "web/problem.h"

static struct shell the_shell;

void shell_set(const struct shell *s)
{
    the_shell = *s;
}

const struct shell *shell_get(void)
{
    return &the_shell;
}

bool nav_exact(const struct ctx *c, const struct nav *item)
{
    return str_eq(c->req->path, str_of(item->path));
}

static bool at_or_below(str path, const char *entry)
{
    str e = str_of(entry);
    return str_eq(path, e) || (e.n > 1 && str_starts(path, e) && path.n > e.n && path.p[e.n] == '/');
}

const struct nav *group_entry(const struct ctx *c, const struct nav_group *g)
{
    for (size_t i = 0; i < g->n_nav; i++)
        if (may(c, g->nav[i].perm))
            return &g->nav[i];
    return NULL;
}

const struct nav_group *group_current(const struct ctx *c)
{
    for (size_t i = 0; i < the_shell.n_groups; i++)
        for (size_t k = 0; k < the_shell.groups[i].n_nav; k++)
            if (at_or_below(c->req->path, the_shell.groups[i].nav[k].path))
                return &the_shell.groups[i];
    return NULL;
}

/* The nearest entry only: below /market/firm the entry /market is not current as well. */
bool nav_current(const struct ctx *c, const struct nav *item)
{
    const struct nav_group *g = group_current(c);
    if (!at_or_below(c->req->path, item->path))
        return false;
    for (size_t i = 0; g && i < g->n_nav; i++) {
        const struct nav *other = &g->nav[i];
        if (may(c, other->perm) && strlen(other->path) > strlen(item->path) && at_or_below(c->req->path, other->path))
            return false;
    }
    return true;
}

str lang_switch(const struct ctx *c, enum lang to)
{
    str query = query_without(c, "lang");
    /* A form sent with POST is shown again under its own path, which answers GET as well. */
    str target = c->req->target;
    ptrdiff_t mark = str_chr(target, '?');
    str path = mark < 0 ? target : str_sub(target, 0, (size_t)mark);
    return arena_printf(c->arena, "%.*s?%.*s%slang=%s", STR_ARG(path), STR_ARG(query), query.n ? "&" : "",
                        to == LANG_EN ? "en" : "zh-Hant");
}

/* What happened and what to do next, by status. `next` is where the button leads. */
struct failure_words {
    int status;
    const char *title, *advice;
};

static const struct failure_words failures[] = {
    {400, N_("The request was not understood"),
     N_("Go back to the page you came from and try again. If you typed the address, check it.")},
    {401, N_("Please sign in"), N_("This page is for signed-in users. Sign in and you will come back here.")},
    {403, N_("You may not open this page"),
     N_("You may be acting for another organisation than the one this page belongs to. Switch it on your account page, "
        "or ask the person "
        "who manages its members.")},
    {404, N_("Page not found"),
     N_("If you typed or pasted the address, check that it is complete. What you look for may also have been taken "
        "down.")},
    {405, N_("This address cannot be used that way"), N_("Start again from the home page.")},
    {409, N_("This was changed in the meantime"),
     N_("Somebody else, or you in another window, changed it first. Load the page again to see how it stands now. "
        "Nothing was saved "
        "twice.")},
    {413, N_("That is too large"), N_("Send a smaller file or a shorter text. The limit stands beside the field.")},
    {415, N_("This kind of content is not accepted"), N_("Use the form of this site, or JSON for programs.")},
    {422, N_("Please check what you entered"), N_("Go back, correct what is marked, and send it again.")},
    {429, N_("Too many requests"), N_("Wait a minute, then try again.")},
    {503, N_("The service is busy at the moment"),
     N_("Nothing was lost and nothing was saved. Try again in a minute; the page you came from still holds what you "
        "entered.")},
    {500, N_("Something went wrong on our side"),
     N_("It was recorded. Try again later; if it happens again, tell us the request number below.")},
};

rc error_page(struct ctx *c, int status)
{
    const size_t n = sizeof failures / sizeof failures[0];
    const struct failure_words *words = &failures[n - 1]; /* 500 and everything unlisted */
    for (size_t i = 0; i < n; i++)
        if (failures[i].status == status)
            words = &failures[i];
    view_error_page(&c->reply->body, c, words->title, words->advice, status);
    return buf_rc(&c->reply->body);
}
