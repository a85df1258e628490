/* Finds conflicts of interest from the rows: the reviewer's account or mail address among the team or the authors, the
 * same organisation (names compared folded and without spaces), the same mail domain unless half the country has it. */
#include "base/utf8.h"
#include "base/vec.h"
#include "mod/fund/board.h"
#include "sys/random.h"

/* Everybody who stands behind a candidate: authors, team members, and the team's own name as an organisation. */
QUERY(fq_detect_people, "i", "iittt",
      "SELECT u.proposal, 0, u.email, u.organisation, u.name FROM fund_author u JOIN fund_proposal p ON p.id ="
      " u.proposal WHERE p.programme = $1 AND p.number <> 0 AND p.state = 'accepted'"
      " UNION ALL SELECT p.id, m.account, a.email, t.name, a.name FROM fund_proposal p JOIN party t ON t.id = p.team"
      " JOIN member m ON m.party = t.id JOIN account a ON a.id = m.account"
      " WHERE p.programme = $1 AND p.number <> 0 AND p.state = 'accepted'"
      " UNION ALL SELECT p.id, 0, '', t.name, '' FROM fund_proposal p JOIN party t ON t.id = p.team"
      " WHERE p.programme = $1 AND p.number <> 0 AND p.state = 'accepted'");
QUERY(fq_detect_add, "iiiitti", "",
      "INSERT INTO fund_conflict (id, programme, reviewer, proposal, kind, note, source, by_account, at)"
      " VALUES ($1, $2, $3, $4, $5, $6, 'detected', 0, $7) ON CONFLICT (reviewer, proposal, kind) DO NOTHING");

/* Providers whose domain says nothing about where somebody works. */
static const char *const common_domains[] = {
    "gmail.com",   "googlemail.com", "yahoo.com",     "yahoo.com.tw", "hotmail.com",
    "outlook.com", "msn.com",        "live.com",      "icloud.com",   "me.com",
    "hinet.net",   "ms.hinet.net",   "pchome.com.tw", "seed.net.tw",  "protonmail.com",
    "proton.me",   "qq.com",         "163.com",       "livemail.tw",  "demo.example" /* of the demonstration */,
    NULL};

static str domain_of(str email)
{
    ptrdiff_t at = str_chr(email, '@');
    str domain = at < 0 ? STR_EMPTY : str_sub(email, (size_t)at + 1, email.n);
    for (const char *const *common = common_domains; *common; common++)
        if (str_ieq(domain, str_of(*common)))
            return STR_EMPTY;
    return domain;
}

/* An organisation's name for comparing: folded, without spaces and punctuation of ASCII. */
static str plain_name(struct arena *a, str name)
{
    str folded = utf8_fold(a, name);
    BUF_SCOPED b = BUF_INIT(4096);
    for (size_t i = 0; i < folded.n; i++) {
        unsigned char ch = (unsigned char)folded.p[i];
        if (ch >= 0x80 || (ch >= '0' && ch <= '9') || (ch >= 'a' && ch <= 'z'))
            buf_putc(&b, folded.p[i]);
    }
    return arena_str(a, buf_str(&b));
}

struct person {
    id proposal, account;
    str email, domain, organisation, name;
};

static rc people_of(struct tx *tx, id programme, struct person **out, size_t *n, struct arena *a)
{
    VEC(struct person) list = {0};
    struct rows r;
    TRY(db_select(tx, &fq_detect_people, VALS(v_int(programme)), &r));
    while (rows_next(&r)) {
        struct person *p = VEC_ADD(&list, a);
        if (!p)
            break;
        *p = (struct person){.proposal = row_int(&r, 0),
                             .account = row_int(&r, 1),
                             .email = utf8_fold(a, row_text(&r, 2)),
                             .organisation = plain_name(a, row_text(&r, 3)),
                             .name = row_dup(&r, 4, a)};
        p->domain = domain_of(p->email);
    }
    *out = list.v;
    *n = list.n;
    TRY(rows_end(&r));
    return arena_rc(a);
}

static rc found_one(const struct act *x, const struct fund_reviewer *r, const struct person *p, const char *kind,
                    str note, int64_t *found)
{
    int64_t added;
    TRY(db_exec(x->tx, &fq_detect_add,
                VALS(v_int(id_new()), v_int(r->programme), v_int(r->id), v_int(p->proposal), v_text(str_of(kind)),
                     v_text(note), v_int(x->at)),
                &added));
    if (added == 0)
        return OK; /* known already, perhaps lifted by an officer */
    *found += 1;
    TRY(fund_assignments_end(x, r->id, p->proposal, "conflict", str_of(kind)));
    return act_log(
        x, "fund.conflict.added", p->proposal,
        KVS(kv_text("kind", str_of(kind)), kv_int("reviewer_invited", r->invited), kv_text("source", STR("detected"))),
        NULL);
}

rc fund_conflicts_detect(const struct act *x, id programme, int64_t *found)
{
    struct fund_reviewer *reviewers;
    struct person *people;
    size_t n_reviewers, n_people;
    *found = 0;
    TRY(act_needs_officer(x));
    TRY(fund_reviewers(x->tx, programme, &reviewers, &n_reviewers, x->a));
    TRY(people_of(x->tx, programme, &people, &n_people, x->a));
    for (size_t i = 0; i < n_reviewers; i++) {
        const struct fund_reviewer *r = &reviewers[i];
        str organisation = plain_name(x->a, r->organisation), domain = domain_of(r->email);
        for (size_t j = 0; j < n_people; j++) {
            const struct person *p = &people[j];
            if (p->account == r->account || (p->email.n > 0 && str_eq(p->email, r->email)))
                TRY(found_one(x, r, p, "own", p->name, found));
            else if (organisation.n > 0 && str_eq(p->organisation, organisation))
                TRY(found_one(x, r, p, "organisation", r->organisation, found));
            else if (domain.n > 0 && str_eq(p->domain, domain))
                TRY(found_one(x, r, p, "organisation", domain, found));
        }
    }
    return arena_rc(x->a);
}
