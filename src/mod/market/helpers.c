/* Small things several files of the module need: who may, what a message shows, what a text may hold, the event's
 * record. */
#include <stdio.h>

#include "base/utf8.h"
#include "core/publiclog.h"
#include "mod/market/parts.h"
#include "sys/random.h"

enum { KV_MAX = 24, RECORD_MAX = 8192 };

const struct session mkt_system = {.perms = PUBLIC | SIGNED_IN | AS_OFFICER | AS_ADMIN, .name = STR_INIT("")};

str mkt_number_text(struct arena *a, int64_t n)
{
    char digits[32], out[48];
    int len = snprintf(digits, sizeof digits, "%lld", (long long)n);
    size_t o = 0;
    for (int i = 0; i < len; i++) {
        if (i > 0 && (len - i) % 3 == 0 && digits[i - 1] != '-')
            out[o++] = ',';
        out[o++] = digits[i];
    }
    return arena_str(a, str_n(out, o));
}

str mkt_day_text(struct arena *a, instant t)
{
    int y, m, d;
    day_civil(instant_day(t), &y, &m, &d);
    return arena_printf(a, "%04d-%02d-%02d", y, m, d);
}

bool mkt_is_officer(const struct session *by)
{
    return (by->perms & (AS_OFFICER | AS_ADMIN)) != 0;
}

rc mkt_acts_for(const struct mkt_act *x, id party, perm bits)
{
    if (x->by->party == party && party != 0 && (x->by->perms & bits) != 0)
        return OK;
    return ERR(tx_err(x->tx), E_DENIED, "MKT-014", N_("You do not act for this organisation."));
}

rc mkt_wrong_state(const struct mkt_act *x)
{
    return ERR(tx_err(x->tx), E_CONFLICT, "MKT-013", N_("Somebody else was faster: please look at the present state."));
}

rc mkt_needs_officer(const struct mkt_act *x)
{
    if (mkt_is_officer(x->by))
        return OK;
    return ERR(tx_err(x->tx), E_DENIED, "MKT-014", N_("You do not act for this organisation."));
}

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

void mkt_check_text(struct err *e, const char *field, str s, size_t max_chars, bool required)
{
    rc r = OK;
    char digits[24];
    if (required && str_trim(s).n == 0)
        r = ERR_FIELD(e, field, "MKT-036", N_("This must be filled in."));
    else if (!utf8_valid(s) || utf8_has_control(s))
        r = ERR_FIELD(e, field, "MKT-037", N_("There are characters in it that cannot be stored."));
    else if (utf8_count(s) > max_chars)
        r = ERR_FIELD(e, field, "MKT-035", N_("This is too long: at most {1} characters."),
                      str_n(digits, (size_t)snprintf(digits, sizeof digits, "%zu", max_chars)));
    (void)r; /* collected in `e`; the caller looks there once, after all fields */
}

rc mkt_pattern(struct arena *a, str query, str *out)
{
    str folded = utf8_fold(a, str_trim(query));
    BUF_SCOPED b = BUF_INIT(4096);
    buf_putc(&b, '%');
    for (size_t i = 0; i < folded.n; i++) {
        if (folded.p[i] == '%' || folded.p[i] == '_' || folded.p[i] == '\\')
            buf_putc(&b, '\\');
        buf_putc(&b, folded.p[i]);
    }
    buf_putc(&b, '%');
    TRY(buf_rc(&b));
    *out = arena_str(a, buf_str(&b));
    return out->p ? OK : arena_rc(a);
}

static void record_member(struct json_out *o, const struct fact_kv *kv)
{
    if (kv->is_text)
        jo_kstr(o, kv->key, kv->s);
    else
        jo_kint(o, kv->key, kv->i);
}

/* Members in byte order of their names and whole numbers only: what RFC 8785 asks of a canonical record. Ids pass 2^53,
 * so they travel as text (RFC 8785 section 3.2.2.3 knows doubles only). */
rc mkt_log(const struct mkt_act *x, const char *what, id ref, const struct fact_kv *kv, size_t n, id *entry)
{
    struct fact_kv all[KV_MAX];
    char ref_text[ID_TEXT + 1];
    if (n + 3 > KV_MAX)
        return E_INTERNAL;
    id_text(ref, ref_text);
    BUF_SCOPED at = BUF_INIT(64);
    buf_instant(&at, x->at);
    for (size_t i = 0; i < n; i++)
        all[i] = kv[i];
    all[n++] = kv_text("at", buf_str(&at));
    all[n++] = kv_text("event", str_of(what));
    all[n++] = kv_text("ref", str_of(ref_text));
    for (size_t i = 1; i < n; i++)
        for (size_t j = i; j > 0 && strcmp(all[j - 1].key, all[j].key) > 0; j--) {
            struct fact_kv t = all[j];
            all[j] = all[j - 1];
            all[j - 1] = t;
        }
    BUF_SCOPED b = BUF_INIT(RECORD_MAX);
    struct json_out o;
    jo_begin(&o, &b);
    jo_obj(&o);
    for (size_t i = 0; i < n; i++)
        record_member(&o, &all[i]);
    jo_end_obj(&o);
    TRY(buf_rc(&b));
    id e = 0;
    TRY(log_append(x->tx, what, ref, buf_str(&b), &e));
    if (entry)
        *entry = e;
    return OK;
}

QUERY(mq_posting_add, "itiiiiii", "",
      "INSERT INTO market_posting (id, kind, programme, grant_id, vendor, order_id, points, at)"
      " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)");

QUERY(mq_total_add, "iti", "",
      "INSERT INTO market_total (programme, kind, points) VALUES ($1, $2, $3)"
      " ON CONFLICT (programme, kind) DO UPDATE SET points = market_total.points + excluded.points");

rc mkt_note_posting(const struct mkt_act *x, id transfer, const struct mkt_post *p)
{
    TRY(db_exec(x->tx, &mq_total_add, VALS(v_int(p->programme), v_text(str_of(p->kind)), v_int(p->points)), NULL));
    return db_exec(x->tx, &mq_posting_add,
                   VALS(v_int(transfer), v_text(str_of(p->kind)), v_int(p->programme), v_int(p->grant),
                        v_int(p->vendor), v_int(p->order), v_int(p->points), v_int(x->at)),
                   NULL);
}

rc mkt_post(const struct mkt_act *x, const struct mkt_post *p)
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
