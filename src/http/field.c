#include "http/field.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/utf8.h"

/* Whole numbers that every JSON reader keeps exactly (RFC 8259 section 6): ±(2^53 − 1). */
#define SAFE_MAX INT64_C(9007199254740991)

enum {
    TEXT_MAX = 200,
    LINES_MAX = 4000,
    EMAIL_MAX = 254,
    EMAIL_LOCAL_MAX = 64,
    CHOICES_MAX = 63,
    UBN_DIGITS = 8,
    LIST_MAX = 100
};

void field_bounds(const struct field *f, int64_t *min, int64_t *max)
{
    int64_t lo = 0, hi = 0;
    switch (f->type) {
    case F_TEXT:
        hi = TEXT_MAX;
        break;
    case F_LINES:
        hi = LINES_MAX;
        break;
    case F_INT:
        lo = -SAFE_MAX, hi = SAFE_MAX;
        break;
    case F_MONEY:
        hi = SAFE_MAX;
        break;
    case F_DAY:
        lo = day_of(1900, 1, 1), hi = day_of(9999, 12, 31);
        break;
    case F_EMAIL:
        hi = EMAIL_MAX;
        break;
    case F_FILE:
        hi = INT64_C(10) * 1024 * 1024;
        break;
    case F_LIST:
        hi = LIST_MAX;
        break;
    case F_UBN:
        lo = UBN_DIGITS, hi = UBN_DIGITS;
        break;
    case F_ID:
        lo = ID_TEXT, hi = ID_TEXT;
        break;
    case F_BOOL:
    case F_CHOICE:
    case F_CHOICES:
        break;
    }
    bool unset = f->min == 0 && f->max == 0;
    *min = unset ? lo : f->min;
    *max = unset || f->max < f->min ? hi : f->max;
}

struct number_text {
    char text[24];
};

static str number(int64_t v, struct number_text *t)
{
    /* cppcheck-suppress ctuuninitvar ; only written */
    int n = snprintf(t->text, sizeof t->text, "%" PRId64, v);
    return str_n(t->text, (size_t)n);
}

/* White space at the ends, the ideographic space (U+3000) and the no-break space (U+00A0) included. */
static str trim(str s)
{
    static const str wide = STR_INIT("\xe3\x80\x80"), nbsp = STR_INIT("\xc2\xa0");
    for (size_t before = s.n + 1; s.n < before;) {
        before = s.n;
        s = str_trim(s);
        if (str_starts(s, wide))
            s = str_sub(s, 3, s.n);
        if (str_starts(s, nbsp))
            s = str_sub(s, 2, s.n);
        if (str_ends(s, wide))
            s.n -= 3;
        if (str_ends(s, nbsp))
            s.n -= 2;
    }
    return s;
}

static bool is_ascii(str s)
{
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] >= 0x80)
            return false;
    return true;
}

/* Full-width digits, letters and signs as half-width ones. */
static rc narrow(struct arena *a, str s, str *out)
{
    *out = is_ascii(s) ? s : utf8_fold(a, s);
    return out->p ? OK : arena_rc(a);
}

static rc check_length(const struct field *f, str s, struct err *err)
{
    int64_t min, max, n = (int64_t)utf8_count(s);
    field_bounds(f, &min, &max);
    struct number_text t1, t2;
    if (n > max)
        return ERR_FIELD(err, f->name, "INP-005", N_("Use at most {1} characters; there are {2}."), number(max, &t1),
                         number(n, &t2));
    if (n < min)
        return ERR_FIELD(err, f->name, "INP-006", N_("Use at least {1} characters; there are {2}."), number(min, &t1),
                         number(n, &t2));
    return OK;
}

/* CRLF and a lone CR become LF. */
static str line_ends(struct arena *a, str s)
{
    if (!s.n || !memchr(s.p, '\r', s.n))
        return s;
    char *p = arena_alloc(a, s.n);
    if (!p)
        return (str){NULL, 0};
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '\r' && i + 1 < s.n && s.p[i + 1] == '\n')
            continue;
        p[n++] = s.p[i] == '\r' ? '\n' : s.p[i];
    }
    return str_n(p, n);
}

static rc check_text(struct arena *a, const struct field *f, str s, struct field_value *v, struct err *err)
{
    if (f->type != F_LINES && (memchr(s.p, '\n', s.n) || memchr(s.p, '\r', s.n) || memchr(s.p, '\t', s.n)))
        return ERR_FIELD(err, f->name, "INP-017", N_("Write this on one line, without tabs."));
    s = line_ends(a, s);
    if (s.p)
        s = utf8_nfc(a, s);
    if (!s.p)
        return arena_rc(a);
    v->text = s;
    return check_length(f, s, err);
}

/* [-]digits, or groups of three parted by commas: 1,234,567. False when it is no number. */
static bool plain_digits(str s, char out[32], size_t *n)
{
    *n = 0;
    size_t group = 0;
    bool commas = false;
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (c == '-' && i == 0) {
            out[(*n)++] = c;
        } else if (c == ',') {
            if (group == 0 || group > 3 || (commas && group != 3))
                return false;
            commas = true;
            group = 0;
        } else if (c >= '0' && c <= '9' && *n < 31) {
            out[(*n)++] = c;
            group++;
        } else {
            return false;
        }
    }
    return commas ? group == 3 : group > 0;
}

static rc check_number(struct arena *a, const struct field *f, str s, struct field_value *v, struct err *err)
{
    int64_t min, max;
    field_bounds(f, &min, &max);
    char digits[32];
    size_t n;
    str half;
    TRY(narrow(a, s, &half));
    if (plain_digits(half, digits, &n) && str_to_i64(str_n(digits, n), &v->i) == OK && v->i >= min && v->i <= max) {
        v->text = arena_str(a, str_n(digits, n));
        return v->text.p ? OK : arena_rc(a);
    }
    struct number_text t1, t2;
    if (min == -SAFE_MAX && max == SAFE_MAX)
        return ERR_FIELD(err, f->name, "INP-007", N_("Enter a whole number."));
    if (max == SAFE_MAX)
        return ERR_FIELD(err, f->name, "INP-007", N_("Enter a whole number of at least {1}."), number(min, &t1));
    return ERR_FIELD(err, f->name, "INP-007", N_("Enter a whole number between {1} and {2}."), number(min, &t1),
                     number(max, &t2));
}

static rc check_bool(const struct field *f, str s, struct field_value *v, struct err *err)
{
    static const str yes[] = {STR_INIT("1"), STR_INIT("true"), STR_INIT("on"), STR_INIT("yes")};
    static const str no[] = {STR_INIT("0"), STR_INIT("false"), STR_INIT("off"), STR_INIT("no")};
    for (size_t k = 0; k < 4; k++) {
        if (str_ieq(s, yes[k]) || str_ieq(s, no[k])) {
            v->i = str_ieq(s, yes[k]);
            return OK;
        }
    }
    return ERR_FIELD(err, f->name, "INP-009", N_("Answer yes or no."));
}

static rc check_day(struct arena *a, const struct field *f, str s, struct field_value *v, struct err *err)
{
    int64_t min, max;
    field_bounds(f, &min, &max);
    str half;
    day d;
    TRY(narrow(a, s, &half));
    if (day_parse(half, &d) != OK)
        return ERR_FIELD(err, f->name, "INP-010", N_("Enter a date such as 2026-05-31."));
    v->i = d;
    int y[3], m[3], md[3];
    day_civil(d, &y[0], &m[0], &md[0]);
    day_civil((day)min, &y[1], &m[1], &md[1]);
    day_civil((day)max, &y[2], &m[2], &md[2]);
    str text[3] = {0};
    for (int i = 0; i < 3; i++) {
        text[i] = arena_printf(a, "%04d-%02d-%02d", y[i], m[i], md[i]);
        if (!text[i].p)
            return arena_rc(a);
    }
    v->text = text[0];
    if (d < min || d > max)
        return ERR_FIELD(err, f->name, "INP-010", N_("Enter a date from {1} to {2}."), text[1], text[2]);
    return OK;
}

static bool is_alnum(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* RFC 5321 section 4.1.2: a dot-string; quoted local parts exist only in the standard. */
static bool local_part_ok(str s)
{
    if (s.n == 0 || s.n > EMAIL_LOCAL_MAX)
        return false;
    for (size_t i = 0; i < s.n; i++) {
        bool dot = s.p[i] == '.';
        if (dot && (i == 0 || i + 1 == s.n || s.p[i - 1] == '.'))
            return false;
        if (!dot && !is_alnum(s.p[i]) && !memchr("!#$%&'*+-/=?^_`{|}~", s.p[i], 19))
            return false;
    }
    return true;
}

/* At least two labels of letters, digits and inner hyphens, at most 63 bytes each (RFC 1035 section 2.3.4). */
static bool domain_ok(str s)
{
    size_t labels = 0;
    for (str rest = s; rest.p; labels++) {
        str label = str_cut(&rest, '.');
        if (label.n == 0 || label.n > 63 || label.p[0] == '-' || label.p[label.n - 1] == '-')
            return false;
        for (size_t i = 0; i < label.n; i++)
            if (!is_alnum(label.p[i]) && label.p[i] != '-')
                return false;
    }
    return labels >= 2;
}

static rc check_email(struct arena *a, const struct field *f, str s, struct field_value *v, struct err *err)
{
    str half;
    TRY(narrow(a, s, &half));
    ptrdiff_t at = str_chr(half, '@');
    if (at < 0 || half.n > EMAIL_MAX || !local_part_ok(str_sub(half, 0, (size_t)at)) ||
        !domain_ok(str_sub(half, (size_t)at + 1, half.n)))
        return ERR_FIELD(err, f->name, "INP-012", N_("Enter an e-mail address such as name@example.tw."));
    char *p = arena_alloc(a, half.n);
    if (!p)
        return arena_rc(a);
    for (size_t i = 0; i < half.n; i++) /* domains ignore case, local parts need not */
        p[i] = i > (size_t)at && half.p[i] >= 'A' && half.p[i] <= 'Z' ? (char)(half.p[i] + 32) : half.p[i];
    v->text = str_n(p, half.n);
    return OK;
}

static rc check_choice(const struct field *f, str s, struct field_value *v, struct err *err)
{
    for (int i = 0; f->choices && f->choices[i].value && i < CHOICES_MAX; i++) {
        if (!str_eq(s, str_of(f->choices[i].value)))
            continue;
        v->text = str_of(f->choices[i].value);
        v->i = f->type == F_CHOICES ? v->i | INT64_C(1) << i : i;
        return OK;
    }
    return ERR_FIELD(err, f->name, "INP-013", N_("Choose one of the options listed."));
}

static rc check_ubn(struct arena *a, const struct field *f, str s, struct field_value *v, struct err *err)
{
    str half;
    TRY(narrow(a, s, &half));
    bool good = half.n == UBN_DIGITS;
    for (size_t i = 0; i < half.n && good; i++)
        good = half.p[i] >= '0' && half.p[i] <= '9';
    if (!good)
        return ERR_FIELD(err, f->name, "INP-014", N_("Enter the 8 digits of the business number."));
    v->text = half;
    return OK;
}

static rc check_id(const struct field *f, str s, struct field_value *v, struct err *err)
{
    if (id_parse(s, &v->i) != OK)
        return ERR_FIELD(err, f->name, "INP-011", N_("This reference is not valid."));
    v->text = s;
    return OK;
}

static rc check_type(struct arena *a, const struct field *f, str s, struct field_value *v, struct err *err)
{
    switch (f->type) {
    case F_TEXT:
    case F_LINES:
        return check_text(a, f, s, v, err);
    case F_INT:
    case F_MONEY:
        return check_number(a, f, s, v, err);
    case F_BOOL:
        return check_bool(f, s, v, err);
    case F_DAY:
        return check_day(a, f, s, v, err);
    case F_ID:
        return check_id(f, s, v, err);
    case F_EMAIL:
        return check_email(a, f, s, v, err);
    case F_CHOICE:
    case F_CHOICES:
        return check_choice(f, s, v, err);
    case F_UBN:
        return check_ubn(a, f, s, v, err);
    case F_FILE:
        return ERR_FIELD(err, f->name, "INP-016", N_("Choose a file."));
    case F_LIST:
        return field_check_list_text(a, f, s, v, err);
    }
    return E_INTERNAL;
}

rc field_check(struct arena *a, const struct field *f, str raw, struct field_value *v, struct err *err)
{
    raw.p = raw.p ? raw.p : "";
    if (!v->raw.p || v->raw.n == 0)
        v->raw = raw;
    str s = trim(raw);
    if (s.n == 0)
        return OK;
    v->given = true;
    rc code;
    if (!utf8_valid(s) || utf8_has_control(s))
        code = ERR_FIELD(err, f->name, "INP-004", N_("Remove the characters that cannot be printed."));
    else
        code = check_type(a, f, s, v, err);
    v->bad = v->bad || code != OK;
    return code;
}

rc field_check_file(const struct field *f, const struct upload *file, struct field_value *v, struct err *err)
{
    int64_t min, max;
    field_bounds(f, &min, &max);
    if (file->name.n == 0 && file->bytes.n == 0) /* what a browser sends when no file was chosen */
        return OK;
    v->raw = file->name;
    v->given = true;
    if (f->type != F_FILE) {
        v->bad = true;
        return ERR_FIELD(err, f->name, "INP-016", N_("Write text here; a file came instead."));
    }
    v->file = *file;
    int64_t n = (int64_t)file->bytes.n;
    struct number_text t;
    v->bad = n > max || n < min || n == 0;
    if (n > max)
        return ERR_FIELD(err, f->name, "INP-015", N_("The file is too large: at most {1} KiB are accepted."),
                         number(max / 1024, &t));
    if (v->bad)
        return ERR_FIELD(err, f->name, "INP-015", N_("The file is empty or too small."));
    return OK;
}

rc field_check_required(const struct field *f, struct field_value *v, struct err *err)
{
    bool missing = f->required && !v->bad && (f->type == F_BOOL ? v->i == 0 : !v->given);
    if (!missing)
        return OK;
    v->bad = true;
    switch (f->type) {
    case F_BOOL:
        return ERR_FIELD(err, f->name, "INP-003", N_("Tick this box to go on."));
    case F_CHOICE:
        return ERR_FIELD(err, f->name, "INP-003", N_("Choose one of the options listed."));
    case F_CHOICES:
        return ERR_FIELD(err, f->name, "INP-003", N_("Choose at least one option."));
    case F_FILE:
        return ERR_FIELD(err, f->name, "INP-003", N_("Choose a file."));
    case F_TEXT:
    case F_LINES:
    case F_INT:
    case F_MONEY:
    case F_DAY:
    case F_ID:
    case F_EMAIL:
    case F_UBN:
    case F_LIST:
        break;
    }
    return ERR_FIELD(err, f->name, "INP-003", N_("Fill in this field."));
}
