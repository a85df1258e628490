#include "core/act.h"

#include <stdio.h>

#include "base/utf8.h"
#include "core/publiclog.h"
#include "http/field.h"

enum { KV_MAX = 24, RECORD_MAX = 8192 };

const struct session act_system = {.perms = PUBLIC | SIGNED_IN | AS_OFFICER | AS_ADMIN, .name = STR_INIT("")};

str number_text(struct arena *a, int64_t n)
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

str day_text(struct arena *a, instant t)
{
    int y, m, d;
    day_civil(instant_day(t), &y, &m, &d);
    return arena_printf(a, "%04d-%02d-%02d", y, m, d);
}

bool act_is_officer(const struct session *by)
{
    return (by->perms & (AS_OFFICER | AS_ADMIN)) != 0;
}

rc act_for_party(const struct act *x, id party, perm bits)
{
    if (x->by->party == party && party != 0 && (x->by->perms & bits) != 0)
        return OK;
    return ERR(tx_err(x->tx), E_DENIED, "ACT-001", N_("You do not act for this organisation."));
}

rc act_wrong_state(const struct act *x)
{
    return ERR(tx_err(x->tx), E_CONFLICT, "ACT-002", N_("Somebody else was faster: please look at the present state."));
}

rc act_needs_officer(const struct act *x)
{
    if (act_is_officer(x->by))
        return OK;
    return ERR(tx_err(x->tx), E_DENIED, "ACT-001", N_("You do not act for this organisation."));
}

void check_text(struct err *e, const char *field, str s, size_t max_chars, bool required)
{
    rc r = OK;
    char digits[24];
    if (required && str_trim(s).n == 0)
        r = ERR_FIELD(e, field, "ACT-003", N_("This must be filled in."));
    else if (!utf8_valid(s) || utf8_has_control(s))
        r = ERR_FIELD(e, field, "ACT-004", N_("There are characters in it that cannot be stored."));
    else if (utf8_count(s) > max_chars)
        r = ERR_FIELD(e, field, "ACT-005", N_("This is too long: at most {1} characters."),
                      str_n(digits, (size_t)snprintf(digits, sizeof digits, "%zu", max_chars)));
    (void)r; /* collected in `e`; the caller looks there once, after all fields */
}

rc check_email(struct err *e, struct arena *a, const char *field, str s, bool required, str *kept)
{
    const struct field f = {.name = field, .type = F_EMAIL, .required = required, .label = N_("E-mail")};
    struct field_value v = {0};
    rc r = field_check(a, &f, s, &v, e);
    if (r == OK)
        r = field_check_required(&f, &v, e);
    if (r == OK && kept)
        *kept = v.text;
    return r;
}

rc like_pattern(struct arena *a, str query, str *out)
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
rc act_log(const struct act *x, const char *what, id ref, const struct fact_kv *kv, size_t n, id *entry)
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
