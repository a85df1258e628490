/* All files of an archive into memory: each must be there, none besides, and each must be of its form. */
#include "mod/fund/archive/archive_verify.h"

static const char unreadable[] = N_("This row, or the heading above it, is not of its form");

/* What stands in no list of expected files. */
struct expected {
    struct archive_read *r;
    size_t at; /* the next file in the archive's order */
};

static str next_file(struct expected *x, str name)
{
    struct archive_read *r = x->r;
    if (x->at >= r->n_files || !str_eq(r->files[x->at].name, name)) {
        archive_differs(r, CHECK_TABLES, N_("The file “{2}” belongs here"),
                        x->at < r->n_files ? r->files[x->at].name : name, 0, name, STR_EMPTY);
        return STR_EMPTY;
    }
    return r->files[x->at++].bytes;
}

static rc table_read(struct archive_read *r, rc e, str name, int64_t line)
{
    if (e == E_INVALID)
        archive_differs(r, CHECK_TABLES, unreadable, name, line, STR_EMPTY, STR_EMPTY);
    return e == E_INVALID ? OK : e;
}

static rc read_rules(struct archive_read *r, str text)
{
    BUF_SCOPED again = BUF_INIT(1 << 16);
    struct err err = {0};
    rc e = tally_rules_read(r->a, text, &r->rules, &err);
    if (e == E_INVALID) {
        archive_differs(r, CHECK_TABLES, N_("These are no rules of a tally"), STR("rules.json"), 0, STR_EMPTY,
                        STR_EMPTY);
        return OK;
    }
    TRY(e);
    tally_rules_json(&r->rules, &again);
    archive_same_text(r, CHECK_TABLES, STR("rules.json"), buf_str(&again), text);
    return OK;
}

static rc read_panels(struct expected *x)
{
    struct archive_read *r = x->r;
    for (size_t i = 0; i < r->n_panels; i++) {
        struct archive_stage *s = &r->stages[i];
        enum fund_stage stage = r->panels[i].stage;
        int64_t line = 0;
        str name = archive_name(r->a, "reviews", stage, ".csv"), text = next_file(x, name);
        TRY(table_read(r, archive_reviews_read(text, &s->reviews, &s->n_reviews, &line, r->a), name, line));
        name = archive_name(r->a, "decisions", stage, ".csv");
        text = next_file(x, name);
        TRY(table_read(r, archive_decided_read(text, stage, &s->decided, &s->n_decided, &line, r->a), name, line));
        r->out->reviews += (int64_t)s->n_reviews;
    }
    return OK;
}

static void expect_proofs(struct expected *x)
{
    struct archive_read *r = x->r;
    r->rules_proof.name = STR("log/rules.json");
    next_file(x, r->rules_proof.name);
    for (size_t i = 0; i < r->n_panels; i++) {
        r->stages[i].proof.name = archive_name(r->a, "log/decision", r->panels[i].stage, ".json");
        next_file(x, r->stages[i].proof.name);
    }
    for (size_t i = 0; i < r->n_imports; i++) {
        r->import_proofs[i].name = arena_printf(r->a, "log/import-%lld.json", (long long)r->imports[i].number);
        next_file(x, r->import_proofs[i].name);
    }
    r->tally_proof.name = STR("log/tally.json");
    next_file(x, r->tally_proof.name);
}

rc archive_read_tables(struct archive_read *r)
{
    struct expected x = {r, 1};
    int64_t line = 0;
    TRY(read_rules(r, next_file(&x, STR("rules.json"))));
    str text = next_file(&x, STR("proposals.csv"));
    TRY(table_read(r, archive_proposals_read(text, &r->proposals, &r->n_proposals, &line, r->a), STR("proposals.csv"),
                   line));
    text = next_file(&x, STR("panels.csv"));
    TRY(table_read(r, archive_panels_read(text, &r->panels, &r->n_panels, &line, r->a), STR("panels.csv"), line));
    TRY(read_panels(&x));
    text = next_file(&x, STR("imports.csv"));
    TRY(table_read(r, archive_imports_read(text, &r->imports, &r->n_imports, &line, r->a), STR("imports.csv"), line));
    text = next_file(&x, STR("gifts.csv"));
    TRY(table_read(r, archive_gifts_read(text, r->imports, r->n_imports, &r->gifts, &r->n_gifts, &line, r->a),
                   STR("gifts.csv"), line));
    next_file(&x, STR("results.csv"));
    r->import_proofs = ARENA_ARRAY(r->a, r->n_imports + 1, struct archive_proof);
    if (!r->import_proofs)
        return arena_rc(r->a);
    expect_proofs(&x);
    if (r->out->ok && x.at != r->n_files)
        archive_differs(r, CHECK_TABLES, N_("This file does not belong here"), r->files[x.at].name, 0, STR_EMPTY,
                        STR_EMPTY);
    r->out->proposals = (int64_t)r->n_proposals;
    r->out->rows = (int64_t)r->n_gifts;
    return OK;
}
