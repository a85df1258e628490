/* `rise keys make`: an API key of the operator's own organisation, for programs beside this one. */
#include <stdio.h>

#include "core/keys.h"
#include "core/party.h"

static const struct choice roles[] = {
    {"officer", N_("officer")}, {"auditor", N_("auditor")}, {"admin", N_("administrator")}, {NULL, NULL}};

INPUT(make_in, {.name = "label", .type = F_TEXT, .required = true, .max = 60, .label = N_("What is the key for?")},
      {.name = "role", .type = F_CHOICES, .choices = roles, .label = N_("What it may do; officer when not given")});

struct making {
    str label;
    perm perms;
    struct buf key;
};

static rc make_write(struct tx *tx, void *arg)
{
    struct making *m = arg;
    buf_clear(&m->key);
    struct member *members;
    size_t n;
    struct arena *a = arena_new(1 << 20);
    if (!a)
        return E_NOMEM;
    rc result = members_of(tx, PARTY_OPERATOR, &members, &n, a);
    id account = result == OK && n > 0 ? members[0].account : 0, made;
    arena_free(a);
    TRY(result);
    return account ? apikey_make(tx, PARTY_OPERATOR, account, m->perms, m->label, &m->key, &made) : E_NOTFOUND;
}

static int verb_make(struct app *app, const struct input *in, struct err *err)
{
    static const perm bits[] = {AS_OFFICER, AS_AUDITOR, AS_ADMIN};
    struct making m = {.label = in_text(in, "label"), .key = BUF_INIT(256)};
    for (size_t i = 0; i < sizeof bits / sizeof bits[0]; i++)
        if (in_int(in, "role") & (INT64_C(1) << i))
            m.perms |= bits[i];
    if (m.perms == 0)
        m.perms = AS_OFFICER;
    rc result = db_write(app->db, make_write, &m);
    if (result == OK)
        printf("%.*s\n", STR_ARG(buf_str(&m.key)));
    else if (result == E_NOTFOUND)
        (void)ERR(err, result, "ACC-006", N_("There is no administrator yet. Run first: rise init --admin EMAIL"));
    else
        (void)ERR(err, result, "ACC-007", N_("The key could not be made."));
    buf_free(&m.key);
    return result == OK ? 0 : 1;
}

const struct verb keys_verbs[KEYS_VERBS] = {
    {"make", "LABEL [--role ROLE]", N_("Make an API key of this site's operator and print it"), NULL, &make_in, true,
     verb_make},
};
