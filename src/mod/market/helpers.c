/* Small things several files of the module need. */
#include "base/utf8.h"
#include "mod/market/parts.h"
#include "sys/random.h"

str mkt_mail_domain(struct arena *a, str email)
{
    ptrdiff_t at = str_chr(email, '@');
    if (at < 0)
        return STR_EMPTY;
    return utf8_fold(a, str_sub(email, (size_t)at + 1, email.n));
}

str mkt_secret_context(struct arena *a, id vendor)
{
    return arena_printf(a, "market_vendor.usage_secret:%lld", (long long)vendor);
}

QUERY(mq_posting_add, "itiiiiii", "",
      "INSERT INTO market_posting (id, kind, programme, grant_id, vendor, order_id, points, at)"
      " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)");

QUERY(mq_total_add, "iti", "",
      "INSERT INTO market_total (programme, kind, points) VALUES ($1, $2, $3)"
      " ON CONFLICT (programme, kind) DO UPDATE SET points = market_total.points + excluded.points");

rc mkt_note_posting(const struct act *x, id transfer, const struct mkt_post *p)
{
    TRY(db_exec(x->tx, &mq_total_add, VALS(v_int(p->programme), v_text(str_of(p->kind)), v_int(p->points)), NULL));
    return db_exec(x->tx, &mq_posting_add,
                   VALS(v_int(transfer), v_text(str_of(p->kind)), v_int(p->programme), v_int(p->grant),
                        v_int(p->vendor), v_int(p->order), v_int(p->points), v_int(x->at)),
                   NULL);
}

rc mkt_post(const struct act *x, const struct mkt_post *p)
{
    if (p->points == 0)
        return OK;
    struct transfer t = {.id = id_new(),
                         .debit = p->debit,
                         .credit = p->credit,
                         .amount = points(p->points),
                         .kind = p->kind,
                         .ref = p->order ? p->order : (p->grant ? p->grant : p->vendor),
                         .at = x->at};
    TRY(ledger_post(x->tx, &t));
    return mkt_note_posting(x, t.id, p);
}
