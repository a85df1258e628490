/* rise fund sensitivity: the result without clusters of donors, or under other rules. */
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "base/csv.h"
#include "base/map.h"
#include "base/vec.h"
#include "mod/fund/cli/cli_gifts.h"
#include "mod/fund/engine/sensitivity.h"
#include "sys/file.h"
#include "web/i18n.h"

enum { CLUSTERS_FILE_MAX = 256 << 20 };

/* One question and what it is called. */
struct question {
    str name;
    const uint32_t *without;
    size_t n;
    const struct community *evidence; /* NULL: the caller named the donors */
    const struct tally_rules *rules;  /* NULL: the base's */
};

struct asking {
    struct app *app;
    const struct input *in;
    struct arena *a;
    struct arena *scratch; /* of one answer */
    struct gifts gifts;
    struct tally_rules rules, other;
    struct sens_base *base;
    struct map donors; /* id -> index + 1 */
    VEC(struct question) questions;
    uint32_t line;
};

static rc no_memory(struct asking *x, struct err *err)
{
    return ERR(err, arena_rc(x->a), "FND-154", N_("There is not enough memory."));
}

static rc ask(struct asking *x, struct question q, struct err *err)
{
    struct question *to = VEC_ADD(&x->questions, x->a);
    if (!to)
        return no_memory(x, err);
    *to = q;
    return OK;
}

/* ---- donors that the caller names ---- */

static rc index_donors(struct asking *x)
{
    for (uint32_t d = 0; d < x->gifts.columns.n_donors; d++)
        TRY(map_put(&x->donors, x->gifts.donor_id[d], (void *)(uintptr_t)(d + 1)));
    return OK;
}

static rc find_donor(const struct asking *x, str name, uint32_t *out, struct err *err)
{
    uintptr_t known = (uintptr_t)map_get(&x->donors, name);
    if (!known)
        return ERR(err, E_INVALID, "FND-120", N_("There is no donor {1} in the file."), name);
    *out = (uint32_t)(known - 1);
    return OK;
}

static rc ask_without(struct asking *x, struct err *err)
{
    VEC(uint32_t) list = {0};
    for (str rest = in_text(x->in, "without"); rest.p;) {
        uint32_t *to = VEC_ADD(&list, x->a);
        if (!to)
            return no_memory(x, err);
        TRY(find_donor(x, str_trim(str_cut(&rest, ',')), to, err));
    }
    return ask(x, (struct question){.name = in_text(x->in, "without"), .without = list.v, .n = list.n}, err);
}

/* ---- clusters from a file: rows of cluster, donor ---- */

struct cluster {
    str name;
    VEC(uint32_t) donors;
};

struct cluster_file {
    struct asking *x;
    struct err *err;
    struct map names; /* -> struct cluster * */
    VEC(struct cluster *) clusters;
};

static rc cluster_of(struct cluster_file *f, str name, struct cluster **out)
{
    *out = map_get(&f->names, name);
    if (*out)
        return OK;
    /* NOLINTNEXTLINE(bugprone-sizeof-expression): an array of pointers */
    struct cluster *fresh = ARENA_NEW(f->x->a, struct cluster), **to = VEC_ADD(&f->clusters, f->x->a);
    if (!fresh || !to || !(fresh->name = arena_str(f->x->a, name)).p)
        return no_memory(f->x, f->err);
    *out = *to = fresh;
    return map_put(&f->names, fresh->name, fresh);
}

static rc cluster_row(void *arg, int64_t row, int64_t line, const str *fields, size_t n)
{
    struct cluster_file *f = arg;
    struct cluster *c = NULL;
    if (n != 2 || (row == 1 && !(str_eq(fields[0], STR("cluster")) && str_eq(fields[1], STR("donor")))))
        return ERR(f->err, E_INVALID, "FND-121", N_("Line {1} of the clusters: two columns, cluster and donor."),
                   arena_printf(f->x->a, "%lld", (long long)line));
    if (row == 1)
        return OK;
    TRY(cluster_of(f, str_trim(fields[0]), &c));
    uint32_t *to = VEC_ADD(&c->donors, f->x->a);
    return to ? find_donor(f->x, str_trim(fields[1]), to, f->err) : no_memory(f->x, f->err);
}

static rc read_clusters(struct cluster_file *f, struct err *err)
{
    BUF_SCOPED text = BUF_INIT(CLUSTERS_FILE_MAX);
    const char *path = arena_cstr(f->x->a, in_text(f->x->in, "clusters"));
    if (!path)
        return no_memory(f->x, err);
    TRY(file_read(path, &text, err));
    struct csv *csv = csv_new(NULL, cluster_row, f);
    if (!csv)
        return E_NOMEM;
    rc r = csv_feed(csv, buf_str(&text), err);
    r = r == OK ? csv_end(csv, err) : r;
    csv_free(csv);
    return r;
}

static rc ask_clusters(struct asking *x, struct err *err)
{
    struct cluster_file f = {.x = x, .err = err};
    rc r = read_clusters(&f, err);
    for (size_t i = 0; r == OK && i < f.clusters.n; i++) {
        const struct cluster *c = f.clusters.v[i];
        r = ask(x, (struct question){.name = c->name, .without = c->donors.v, .n = c->donors.n}, err);
    }
    map_free(&f.names);
    return r;
}

/* ---- communities of the graph ---- */

static rc ask_communities(struct asking *x, struct err *err)
{
    struct community_limits l = community_usual;
    struct tally_table t;
    const struct community *found;
    size_t n;
    if (in_given(x->in, "likeness"))
        l.permille = (uint32_t)in_int(x->in, "likeness");
    TRY(tally_group(x->a, &x->gifts.columns, &x->rules, &t, err));
    TRY(community_find(x->a, &t, &l, &found, &n, err));
    for (size_t i = 0; i < n; i++) {
        str name = arena_printf(x->a, "community-%zu", i + 1);
        if (!name.p)
            return no_memory(x, err);
        TRY(ask(x, (struct question){name, found[i].donor, found[i].n_donors, &found[i], NULL}, err));
    }
    return OK;
}

/* ---- other rules ---- */

static bool other_rules_given(const struct input *in)
{
    static const char *const names[] = {"try-method", "try-weight", "try-pool", "try-cap", "try-min", "try-clip"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (in_given(in, names[i]))
            return true;
    return false;
}

static rc ask_other_rules(struct asking *x, struct err *err)
{
    const struct input *in = x->in;
    struct tally_rules *r = &x->other;
    *r = x->rules;
    if (in_given(in, "try-method")) {
        *r = tally_rules_default((enum tally_method)in_int(in, "try-method"));
        r->decimals = x->rules.decimals;
        r->pool = x->rules.pool;
        r->cap = x->rules.cap;
        if (r->method != TALLY_QV) {
            r->min = x->rules.min;
            r->min_of = x->rules.min_of;
            r->clip_person = x->rules.clip_person;
            r->clip_organisation = x->rules.clip_organisation;
        }
    }
    if (in_given(in, "try-weight"))
        r->weight = (enum tally_weight)in_int(in, "try-weight");
    TRY(cli_amount(in, "try-pool", r->decimals, r->pool, &r->pool, err));
    TRY(cli_amount(in, "try-cap", r->decimals, r->cap, &r->cap, err));
    TRY(cli_amount(in, "try-min", r->decimals, r->min, &r->min, err));
    TRY(cli_amount(in, "try-clip", r->decimals, r->clip_organisation, &r->clip_organisation, err));
    if (in_given(in, "try-clip") && !x->gifts.has_kind)
        r->clip_person = r->clip_organisation;
    TRY(tally_rules_check(r, err));
    return ask(x, (struct question){.name = STR("rules"), .rules = r}, err);
}

/* ---- answers ---- */

static void put_ids(struct json_out *o, const char *key, const struct asking *x, const uint32_t *p, size_t n)
{
    jo_key(o, key);
    jo_arr(o);
    for (size_t i = 0; i < n; i++)
        jo_str(o, x->gifts.columns.project_id[p[i]]);
    jo_end_arr(o);
}

static void put_evidence(struct json_out *o, const struct asking *x, const struct question *q)
{
    jo_key(o, "donor_ids");
    jo_arr(o);
    for (size_t i = 0; i < q->n; i++)
        jo_str(o, x->gifts.donor_id[q->without[i]]);
    jo_end_arr(o);
    if (!q->evidence)
        return;
    jo_key(o, "shared");
    jo_arr(o);
    for (uint32_t k = 0; k < q->evidence->n_projects; k++) {
        jo_obj(o);
        jo_kstr(o, "id", x->gifts.columns.project_id[q->evidence->project[k]]);
        jo_kint(o, "givers", q->evidence->givers[k]);
        jo_end_obj(o);
    }
    jo_end_arr(o);
}

static void put_changes(struct json_out *o, const struct asking *x, const struct sens_answer *s)
{
    jo_key(o, "changes");
    jo_arr(o);
    for (uint32_t i = 0; i < s->result.n; i++) {
        uint32_t p = s->result.order[i];
        if (s->change[p] == 0)
            continue;
        jo_obj(o);
        jo_kstr(o, "id", x->gifts.columns.project_id[p]);
        cli_amount_json(o, "match", s->result.project[p].match, x->rules.decimals);
        cli_amount_json(o, "change", s->change[p], x->rules.decimals);
        jo_end_obj(o);
    }
    jo_end_arr(o);
}

static void put_answer_json(struct json_out *o, const struct asking *x, const struct question *q,
                            const struct sens_answer *s)
{
    jo_obj(o);
    jo_kstr(o, "name", q->name);
    if (q->rules)
        cli_rules_json(o, q->rules);
    jo_kint(o, "donors", (int64_t)q->n);
    cli_amount_json(o, "removed", s->gifts_removed, x->rules.decimals);
    cli_amount_json(o, "moved", s->moved, x->rules.decimals);
    put_ids(o, "enter", x, s->enter, s->n_enter);
    put_ids(o, "leave", x, s->leave, s->n_leave);
    put_evidence(o, x, q);
    put_changes(o, x, s);
    jo_end_obj(o);
}

static void put_names(struct buf *out, const struct asking *x, char sign, const uint32_t *p, size_t n)
{
    for (size_t i = 0; i < n; i++)
        buf_printf(out, " %c%.*s", sign, STR_ARG(x->gifts.columns.project_id[p[i]]));
}

static void put_answer_row(struct buf *out, const struct asking *x, const struct question *q,
                           const struct sens_answer *s)
{
    struct buf removed = BUF_INIT(64), moved = BUF_INIT(64);
    tally_put_amount(&removed, s->gifts_removed, x->rules.decimals);
    tally_put_amount(&moved, s->moved, x->rules.decimals);
    buf_printf(out, "%8zu %18.*s %18.*s  %.*s:", q->n, STR_ARG(buf_str(&removed)), STR_ARG(buf_str(&moved)),
               STR_ARG(q->name));
    put_names(out, x, '+', s->enter, s->n_enter);
    put_names(out, x, '-', s->leave, s->n_leave);
    buf_putc(out, '\n');
    buf_free(&removed);
    buf_free(&moved);
}

static rc answer_all(struct asking *x, struct buf *out, struct err *err)
{
    bool json = in_bool(x->in, "json");
    struct json_out o;
    jo_begin(&o, out);
    if (json) {
        jo_obj(&o);
        cli_rules_json(&o, &x->rules);
        jo_kint(&o, "line", x->line);
        jo_key(&o, "questions");
        jo_arr(&o);
    } else {
        enum lang lang = x->app->lang;
        buf_printf(out, "%8s %18s %18s  %s\n", tr(lang, N_("donors")), tr(lang, N_("removed")), tr(lang, N_("moved")),
                   tr(lang, N_("who enters (+) and leaves (-)")));
    }
    for (size_t i = 0; i < x->questions.n; i++) {
        const struct question *q = &x->questions.v[i];
        struct sens_change c = {q->without, q->n, q->rules, x->line};
        struct sens_answer s;
        arena_reset(x->scratch);
        TRY(sens_try(x->base, x->scratch, &c, &s, err));
        if (json)
            put_answer_json(&o, x, q, &s);
        else
            put_answer_row(out, x, q, &s);
    }
    if (json) {
        jo_end_arr(&o);
        jo_end_obj(&o);
        buf_putc(out, '\n');
    }
    return buf_rc(out);
}

/* ---- the verb ---- */

static rc run(struct asking *x, struct buf *out, struct err *err)
{
    x->line = in_given(x->in, "line") ? (uint32_t)in_int(x->in, "line") : 20;
    TRY(cli_gifts(x->app, x->in, x->a, &x->gifts, &x->rules, err));
    TRY(sens_begin(x->a, &x->gifts.columns, &x->rules, &x->base, err));
    TRY(index_donors(x));
    if (in_given(x->in, "without"))
        TRY(ask_without(x, err));
    if (in_given(x->in, "clusters"))
        TRY(ask_clusters(x, err));
    if (in_bool(x->in, "communities"))
        TRY(ask_communities(x, err));
    if (other_rules_given(x->in))
        TRY(ask_other_rules(x, err));
    if (x->questions.n == 0 && !in_bool(x->in, "communities"))
        return ERR(err, E_INVALID, "FND-122",
                   N_("What if? Name it by --without, --clusters, --communities or --try-…"));
    return answer_all(x, out, err);
}

int fund_verb_sensitivity(struct app *app, const struct input *in, struct err *err)
{
    BUF_SCOPED out = BUF_INIT(GIFTS_OUT_MAX);
    struct asking x = {.app = app,
                       .in = in,
                       .a = arena_new(GIFTS_OUT_MAX * 8),
                       .scratch = arena_new(GIFTS_OUT_MAX * 8),
                       .donors = MAP_INIT};
    rc r = x.a && x.scratch ? run(&x, &out, err) : E_NOMEM;
    r = cli_write(r, &out, err);
    map_free(&x.donors);
    arena_free(x.scratch);
    arena_free(x.a);
    return verb_exit(r);
}
