/* The public log's proofs, and what it knows about the rules. */
#include "mod/fund/archive/archive_verify.h"

/* Verifies one proof, parses its record, and holds it against the checkpoint of the others. */
static rc take_proof(struct archive_read *r, struct archive_proof *p, struct checkpoint *seen)
{
    struct log_proof proof;
    struct err err = {0};
    rc e = log_verify_proof(r->a, archive_file_of(r, p->name), r->manifest.vkey, &proof, &err);
    if (e == E_INVALID || e == E_CORRUPT) {
        archive_differs(r, CHECK_LOG, err.main.msgid, p->name, 0, STR_EMPTY,
                        err.main.n_args ? arena_str(r->a, err.main.arg[0]) : STR_EMPTY);
        return OK;
    }
    TRY(e);
    if (seen->origin.p == NULL)
        *seen = proof.checkpoint;
    else if (seen->size != proof.checkpoint.size || !sha256_eq(&seen->root, &proof.checkpoint.root))
        archive_differs(r, CHECK_LOG, N_("It leads to another checkpoint, of {1} entries instead of {2}"), p->name, 0,
                        arena_printf(r->a, "%llu", (unsigned long long)seen->size),
                        arena_printf(r->a, "%llu", (unsigned long long)proof.checkpoint.size));
    p->index = proof.index;
    e = json_parse(r->a, proof.record, LOG_PROOF_MAX, &p->record, NULL);
    if (e == E_INVALID)
        archive_differs(r, CHECK_LOG, N_("Its record is no JSON"), p->name, 0, STR_EMPTY, STR_EMPTY);
    return e == E_INVALID ? OK : e;
}

rc archive_check_log(struct archive_read *r)
{
    struct checkpoint seen = {0};
    TRY(take_proof(r, &r->rules_proof, &seen));
    for (size_t i = 0; i < r->n_panels; i++)
        TRY(take_proof(r, &r->stages[i].proof, &seen));
    for (size_t i = 0; i < r->n_imports; i++)
        TRY(take_proof(r, &r->import_proofs[i], &seen));
    TRY(take_proof(r, &r->tally_proof, &seen));
    r->out->origin = seen.origin.p ? seen.origin : STR_EMPTY;
    r->out->log_size = seen.size;
    if (r->ask->vkey.n > 0 && !str_eq(r->ask->vkey, r->manifest.vkey))
        archive_differs(r, CHECK_LOG, N_("The archive is of a log with another key: {1}"), STR("manifest.json"), 0,
                        r->ask->vkey, r->manifest.vkey);
    return OK;
}

rc archive_check_rules(struct archive_read *r)
{
    const struct archive_proof *p = &r->rules_proof;
    struct sha256 h = tally_rules_hash(&r->rules);
    instant fixed;
    archive_must_say(r, CHECK_RULES, p, "event", STR("fund.rules.fixed"));
    archive_must_say(r, CHECK_RULES, p, "rules_sha256", sha256_hex_text(r->a, &h));
    archive_must_say_int(r, CHECK_RULES, p, "places", r->manifest.places);
    if (instant_parse(archive_said(p, "at"), &fixed) != OK || fixed > r->manifest.gifts_open)
        archive_differs(r, CHECK_ORDER, N_("The rules were fixed after the crowdfunding had opened"), p->name, 0,
                        STR_EMPTY, STR_EMPTY);
    for (size_t i = 0; i < r->n_imports; i++)
        if (!r->import_proofs[i].record || r->import_proofs[i].index <= p->index)
            archive_differs(r, CHECK_ORDER, N_("These gifts stand in the log before the rules"),
                            r->import_proofs[i].name, 0, STR_EMPTY, STR_EMPTY);
    return OK;
}
