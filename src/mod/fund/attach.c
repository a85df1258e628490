/* Attachments of a proposal: PDF and pictures, for the team and for those who judge and decide. */
#include "base/vec.h"
#include "mod/fund/call.h"
#include "mod/fund/review.h"
#include "sys/random.h"

QUERY(fq_attachments, "i", "ii", "SELECT id, document FROM fund_attachment WHERE proposal = $1 ORDER BY id");
QUERY(fq_attachment_count, "i", "i", "SELECT COUNT(*) FROM fund_attachment WHERE proposal = $1");
QUERY(fq_attachment_get, "i", "ii", "SELECT proposal, document FROM fund_attachment WHERE id = $1");
QUERY(fq_attachment_add, "iiii", "",
      "INSERT INTO fund_attachment (id, proposal, document, at) VALUES ($1, $2, $3, $4)");
QUERY(fq_attachment_remove, "ii", "", "DELETE FROM fund_attachment WHERE id = $1 AND proposal = $2");

rc fund_attach(const struct act *x, struct app *app, id proposal, str name, str bytes)
{
    struct fund_proposal p;
    int64_t cap, has;
    id document;
    TRY(fund_change_begin(x, proposal, &p));
    TRY(fund_param(x->tx, p.programme, "call.attachments", &cap));
    TRY(db_one_int(x->tx, &fq_attachment_count, VALS(v_int(proposal)), &has));
    if (has >= cap)
        return ERR(tx_err(x->tx), E_LIMIT, "FND-010", N_("There is room for {1} at most."), number_text(x->a, cap));
    TRY(document_add(x->tx, app, p.team, name, bytes, "application/pdf,image/png,image/jpeg", FUND_FILE_MAX,
                     &document));
    TRY(db_exec(x->tx, &fq_attachment_add, VALS(v_int(id_new()), v_int(proposal), v_int(document), v_int(x->at)),
                NULL));
    return fund_change_end(x, proposal);
}

static rc find(struct tx *tx, id attachment, id *proposal, id *document)
{
    struct rows r;
    rc e = db_one(tx, &fq_attachment_get, VALS(v_int(attachment)), &r);
    if (e == E_NOTFOUND)
        return ERR(tx_err(tx), E_NOTFOUND, "FND-006", N_("There is no such proposal."));
    TRY(e);
    *proposal = row_int(&r, 0);
    *document = row_int(&r, 1);
    return rows_end(&r);
}

rc fund_detach(const struct act *x, id proposal, id attachment)
{
    struct fund_proposal p;
    id of, document;
    TRY(fund_change_begin(x, proposal, &p));
    TRY(find(x->tx, attachment, &of, &document));
    if (of != proposal)
        return E_NOTFOUND;
    TRY(db_exec(x->tx, &fq_attachment_remove, VALS(v_int(attachment), v_int(proposal)), NULL));
    if (p.number == 0) /* earlier submissions name the bytes by their hash: those stay */
        TRY(document_remove(x->tx, document));
    return fund_change_end(x, proposal);
}

rc fund_attachments_of(struct tx *tx, id proposal, struct fund_attachment **out, size_t *n, struct arena *a)
{
    VEC(struct fund_attachment) list = {0};
    struct rows r;
    TRY(db_select(tx, &fq_attachments, VALS(v_int(proposal)), &r));
    while (rows_next(&r)) {
        struct fund_attachment *one = VEC_ADD(&list, a);
        if (!one)
            break;
        *one = (struct fund_attachment){.id = row_int(&r, 0), .document.id = row_int(&r, 1)};
    }
    TRY(rows_end(&r));
    TRY(arena_rc(a));
    for (size_t i = 0; i < list.n; i++)
        /* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): a vector that counts elements has them */
        TRY(document_get(tx, list.v[i].document.id, &list.v[i].document, a));
    *out = list.v;
    *n = list.n;
    return OK;
}

/* A reviewer may open what belongs to a sheet that is open to them. */
static rc may_open(struct tx *tx, const struct session *by, const struct fund_proposal *p, struct arena *a)
{
    struct fund_sheet sheet;
    struct act x = {.tx = tx, .a = a, .by = by, .at = tx_now(tx)};
    if ((by->perms & (AS_OFFICER | AS_AUDITOR | AS_ADMIN)) != 0 || fund_on_team(tx, p->team, by->account))
        return OK;
    if ((by->perms & AS_REVIEWER) != 0 && p->number > 0)
        return fund_sheet_open(&x, p->programme, p->number, &sheet);
    return ERR(tx_err(tx), E_NOTFOUND, "FND-006", N_("There is no such proposal."));
}

rc fund_attachment_get(struct tx *tx, const struct session *by, id attachment, struct fund_attachment *out,
                       struct arena *a)
{
    struct fund_proposal p;
    id proposal, document;
    TRY(find(tx, attachment, &proposal, &document));
    TRY(fund_proposal_get(tx, proposal, &p, a));
    TRY(may_open(tx, by, &p, a));
    out->id = attachment;
    return document_get(tx, document, &out->document, a);
}
