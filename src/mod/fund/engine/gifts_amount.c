/* One amount as people and their spreadsheets write it, read without guessing. */
#include "mod/fund/engine/gifts_read.h"

enum { TEXT_MAX = 64, DIGITS_MAX = 18 };

/* ---- full width: digits, comma, full stop (U+FF10 … FF19, FF0C, FF0E), three bytes each ---- */

/* Folds to ASCII. False when full-width and ASCII digits are mixed. */
static bool fold(str s, char *out, size_t *n)
{
    bool wide = false, narrow = false;
    *n = 0;
    for (size_t i = 0; i < s.n; i++) {
        const unsigned char *p = (const unsigned char *)s.p + i;
        if (s.n - i >= 3 && p[0] == 0xef && p[1] == 0xbc && p[2] >= 0x90 && p[2] <= 0x99) {
            out[(*n)++] = (char)('0' + (p[2] - 0x90));
            wide = true;
            i += 2;
        } else if (s.n - i >= 3 && p[0] == 0xef && p[1] == 0xbc && (p[2] == 0x8c || p[2] == 0x8e)) {
            out[(*n)++] = p[2] == 0x8c ? ',' : '.';
            i += 2;
        } else {
            narrow = narrow || (p[0] >= '0' && p[0] <= '9');
            out[(*n)++] = (char)p[0];
        }
    }
    return !(wide && narrow);
}

/* ---- currency ---- */

static str without_own_currency(str s)
{
    static const str own[] = {STR_INIT("NT$"), STR_INIT("NTD"), STR_INIT("TWD")};
    for (size_t i = 0; i < sizeof own / sizeof own[0]; i++) {
        if (s.n > own[i].n && str_ieq(str_sub(s, 0, own[i].n), own[i]))
            return str_trim(str_sub(s, own[i].n, s.n));
        if (s.n > own[i].n && str_ieq(str_sub(s, s.n - own[i].n, s.n), own[i]))
            return str_trim(str_sub(s, 0, s.n - own[i].n));
    }
    return s;
}

/* Why a text with a digit is no number: letters that spell another currency, an exponent, or just not one. */
static enum gift_fault name_fault(str s)
{
    size_t digits = 0, e = 0, others = 0;
    for (size_t i = 0; i < s.n; i++) {
        bool digit = s.p[i] >= '0' && s.p[i] <= '9';
        digits += digit;
        if ((s.p[i] == 'e' || s.p[i] == 'E') && digits && !others)
            e++;
        else if (!digit && !strchr(".,+-", s.p[i]))
            others++;
    }
    if (!digits)
        return GIFT_NOT_A_NUMBER;
    if (e == 1 && !others)
        return GIFT_SCIENTIFIC;
    return others ? GIFT_CURRENCY : GIFT_NOT_A_NUMBER;
}

/* ---- digits ---- */

struct number {
    int64_t value;
    int decimals;
    bool grouped;
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Digits with commas between groups of three, the first of one to three. Moves *i behind them. */
static enum gift_fault whole_part(str s, size_t *i, struct number *out)
{
    size_t group = 0, digits = 0;
    for (; *i < s.n && (is_digit(s.p[*i]) || s.p[*i] == ','); ++*i) {
        if (s.p[*i] == ',') {
            if (out->grouped ? group != 3 : group < 1 || group > 3)
                return GIFT_AMBIGUOUS;
            out->grouped = true;
            group = 0;
            continue;
        }
        group++;
        if (digits || s.p[*i] != '0')
            digits++;
        if (digits > DIGITS_MAX)
            return GIFT_TOO_LARGE;
        out->value = out->value * 10 + (s.p[*i] - '0');
    }
    if (out->grouped && group != 3)
        return GIFT_AMBIGUOUS;
    return GIFT_FINE;
}

/* As many decimals as are written, up to `most`; behind that, zeros say nothing and others too much. */
static enum gift_fault fraction(str s, size_t *i, int most, struct number *out)
{
    size_t from = ++*i;
    for (; *i < s.n && is_digit(s.p[*i]); ++*i) {
        if (out->decimals == most) {
            if (s.p[*i] != '0')
                return GIFT_TOO_PRECISE;
            continue;
        }
        if (out->value > TALLY_AMOUNT_MAX / 10)
            return GIFT_TOO_LARGE;
        out->decimals++;
        out->value = out->value * 10 + (s.p[*i] - '0');
    }
    return *i == from ? GIFT_NOT_A_NUMBER : GIFT_FINE;
}

static enum gift_fault read_number(str s, int most, struct number *out)
{
    size_t i = 0;
    if (!is_digit(s.p[0]))
        return name_fault(s);
    enum gift_fault f = whole_part(s, &i, out);
    if (f == GIFT_FINE && i < s.n && s.p[i] == '.')
        f = fraction(s, &i, most, out);
    else if (f == GIFT_FINE && out->grouped && most >= 3 && i == s.n && s.n <= 7)
        f = GIFT_AMBIGUOUS; /* 1,234 may be one and a bit where three decimals may stand */
    if (f == GIFT_AMBIGUOUS || f == GIFT_FINE || i < s.n) {
        enum gift_fault other = name_fault(s);
        if (other == GIFT_SCIENTIFIC || other == GIFT_CURRENCY)
            return other;
    }
    if (f == GIFT_FINE && i < s.n)
        return GIFT_NOT_A_NUMBER;
    return f;
}

/* The usual case: nothing but a few digits. */
static bool only_digits(str s, int64_t *out)
{
    int64_t v = 0;
    if (s.n == 0 || s.n > 15)
        return false;
    for (size_t i = 0; i < s.n; i++) {
        if (!is_digit(s.p[i]))
            return false;
        v = v * 10 + (s.p[i] - '0');
    }
    *out = v;
    return v > 0;
}

enum gift_fault gift_amount(str text, int most, int64_t *out, int *decimals)
{
    char room[TEXT_MAX];
    struct number number = {0};
    *decimals = 0;
    if (only_digits(text, out))
        return GIFT_FINE;
    str s = str_trim(text);
    if (s.n == 0)
        return GIFT_NO_AMOUNT;
    if (s.n > TEXT_MAX)
        return GIFT_NOT_A_NUMBER;
    size_t n;
    if (!fold(s, room, &n))
        return GIFT_AMBIGUOUS;
    s = without_own_currency(str_n(room, n));
    if (s.n > 1 && s.p[0] == '-') {
        s = str_sub(s, 1, s.n);
        return is_digit(s.p[0]) && read_number(s, most, &number) != GIFT_SCIENTIFIC ? GIFT_NEGATIVE : name_fault(s);
    }
    if (s.n == 0)
        return GIFT_NOT_A_NUMBER;
    enum gift_fault f = read_number(s, most, &number);
    if (f != GIFT_FINE)
        return f;
    if (number.value > TALLY_AMOUNT_MAX)
        return GIFT_TOO_LARGE;
    *out = number.value;
    *decimals = number.decimals;
    return number.value == 0 ? GIFT_ZERO : GIFT_FINE;
}

enum gift_fault gift_amount_scaled(str text, int decimals, int64_t *out)
{
    int has = 0;
    enum gift_fault f = gift_amount(text, decimals, out, &has);
    for (; f == GIFT_FINE && has < decimals; has++) {
        if (*out > TALLY_AMOUNT_MAX / 10)
            return GIFT_TOO_LARGE;
        *out *= 10;
    }
    return f;
}
