/* The statement on conflicts of interest: versioned by its hash, signed by every reviewer before anything is opened. */
#include "crypto/hash.h"
#include "mod/fund/board.h"

QUERY(fq_statement_sign, "itii", "",
      "UPDATE fund_reviewer SET statement = $2, signed = $3, signed_entry = $4 WHERE id = $1 AND state = 'accepted'");

const char *const fund_statement_lines[] = {
    N_("I review in my own person, by the criteria of this round, and on the proposal's merits alone."),
    N_("I do not review a proposal of my own, of my organisation, of my family, of persons with whom I have published "
       "or "
       "worked in the last three years, or one in which I have a financial interest."),
    N_("I declare every such conflict of interest that I know of on the page for conflicts before I open a proposal, "
       "and at once when I learn of one later. I then open that proposal no more."),
    N_("I keep proposals, scores and the panel's discussion to myself, before and after the decision."),
    N_("I know that my statement is recorded in the public log, without my name."),
    NULL};

rc fund_statement_hash(struct arena *a, str *hex)
{
    BUF_SCOPED b = BUF_INIT(64 * 1024);
    buf_printf(&b, "fund-statement-%d\n", FUND_STATEMENT_VERSION);
    for (const char *const *line = fund_statement_lines; *line; line++)
        for (int lang = 0; lang < LANGS; lang++)
            buf_printf(&b, "%s\n", tr((enum lang)lang, *line));
    TRY(buf_rc(&b));
    *hex = sha256_hex_of(a, buf_str(&b));
    return arena_rc(a);
}

bool fund_statement_signed(const struct fund_reviewer *r, struct arena *a)
{
    str now;
    return r->signed_at != 0 && fund_statement_hash(a, &now) == OK && str_eq(now, r->statement);
}

rc fund_statement_sign(const struct act *x, id reviewer, str hash)
{
    struct fund_reviewer r;
    str now;
    id entry;
    TRY(fund_reviewer_get(x->tx, reviewer, &r, x->a));
    TRY(fund_needs_reviewer(x, r.programme, false, &r));
    if (r.id != reviewer)
        return ERR(tx_err(x->tx), E_DENIED, "FND-402", N_("You are not a reviewer of this round."));
    TRY(fund_statement_hash(x->a, &now));
    if (!str_eq(now, hash))
        return ERR(tx_err(x->tx), E_CONFLICT, "FND-407",
                   N_("The statement's text has changed meanwhile. Please read it again."));
    TRY(act_log(x, "fund.statement.signed", reviewer,
                KVS(kv_text("sha256", hash), kv_int("version", FUND_STATEMENT_VERSION)), &entry));
    return db_exec(x->tx, &fq_statement_sign, VALS(v_int(reviewer), v_text(hash), v_int(x->at), v_int(entry)), NULL);
}
