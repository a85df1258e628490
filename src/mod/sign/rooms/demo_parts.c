/* What the demonstration's documents share: paper, and people. */
#include "core/account.h"
#include "core/party.h"
#include "mod/sign/rooms/demo_impl.h"
#include "mod/sign/rooms/room.h"
#include "web/pdf.h"

enum { PAPER_MAX = 4 << 20 };

rc demo_pdf(const struct demo_paper *paper, instant made, struct arena *a, str *out, struct err *err)
{
    struct pdf *p = NULL;
    BUF_SCOPED bytes = BUF_INIT(PAPER_MAX);
    const struct pdf_options o = {.lang = LANG_ZH, .title = str_of(paper->title), .made = made, .demo = true};
    TRY(pdf_new(&o, &p));
    pdf_heading(p, 1, o.title);
    for (size_t i = 0; i < paper->n; i++)
        pdf_paragraph(p, str_of(paper->text[i]));
    rc r = pdf_finish(p, &bytes, err);
    pdf_free(p);
    TRY(r);
    *out = arena_str(a, buf_str(&bytes));
    return arena_rc(a);
}

rc demo_session(struct tx *tx, const char *email, struct session *out, struct arena *a)
{
    struct account who;
    struct member *v = NULL;
    size_t n = 0;
    TRY(account_by_email(tx, str_of(email), &who, a));
    TRY(memberships_of(tx, who.id, &v, &n, a));
    if (n == 0)
        return E_NOTFOUND;
    *out = (struct session){
        .account = who.id, .party = v[0].party, .perms = PUBLIC | SIGNED_IN | v[0].perms, .name = who.name};
    return OK;
}

rc demo_rooms_begin(struct app *app, const char *email, struct session *out, struct arena *a, bool *fresh)
{
    struct tx *tx;
    struct room_row *rows;
    size_t n;
    int64_t total = 0;
    TRY(db_read_begin(app->db, &tx));
    rc r = demo_session(tx, email, out, a);
    if (r == OK)
        r = rooms_list(tx, &(struct room_query){.party = out->party, .words = STR_EMPTY, .limit = 1}, &rows, &n, &total,
                       a);
    db_read_end(tx);
    *fresh = r == OK && total == 0;
    return r == E_NOTFOUND ? OK : r;
}
