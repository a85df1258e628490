/* The warning: which entries of the register a document's title and file name remind of. */
#include "base/utf8.h"
#include "base/vec.h"
#include "core/document.h"
#include "mod/sign/rooms/exclusion_impl.h"

enum { WORD_LEAST = 3 /* letters of a Latin word that counts */, TERMS_MAX = 200 };

QUERY(em_in_force, "i", EXCLUSION_TYPES,
      "SELECT " EXCLUSION_COLS
      " FROM sign_exclusion WHERE state = 'listed' AND starts <= $1 AND (ends = 0 OR ends >= $1)"
      " ORDER BY id");
QUERY(em_confirm, "iiiii", "",
      "INSERT INTO sign_exclusion_confirmed (room, exclusion, version, account, at) VALUES ($1, $2, $3, $4, $5)"
      " ON CONFLICT (room, exclusion) DO NOTHING");
QUERY(em_version, "i", "i", "SELECT version FROM sign_exclusion WHERE id = $1");

/* Of words whose edges count: ASCII and the Latin letters with marks. */
static bool is_letter(uint32_t cp)
{
    enum { LATIN_FIRST = 0xC0, LATIN_LAST = 0x24F };
    return (cp >= 'a' && cp <= 'z') || (cp >= '0' && cp <= '9') || (cp >= LATIN_FIRST && cp <= LATIN_LAST);
}

static bool is_word_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

/* ---- a part in a text ---- */

/* Han stands anywhere; a Latin word only as a word of its own, so that "will" is not found in "goodwill". */
static bool occurs(str text, str part)
{
    for (size_t from = 0; part.n && from + part.n <= text.n;) {
        ptrdiff_t at = str_find(str_sub(text, from, text.n), part);
        if (at < 0)
            return false;
        from += (size_t)at;
        size_t end = from + part.n;
        bool glued_before = from > 0 && is_word_byte(text.p[from - 1]) && is_word_byte(part.p[0]);
        bool glued_after = end < text.n && is_word_byte(text.p[end]) && is_word_byte(part.p[part.n - 1]);
        if (!glued_before && !glued_after)
            return true;
        from += 1;
    }
    return false;
}

/* ---- the terms of an act: overlapping pairs of Han, words of Latin ---- */

struct terms {
    str v[TERMS_MAX];
    size_t n;
};

static void add_term(struct terms *t, str s)
{
    for (size_t i = 0; i < t->n; i++)
        if (str_eq(t->v[i], s))
            return;
    if (t->n < TERMS_MAX)
        t->v[t->n++] = s;
}

static void cut_terms(str text, struct terms *t)
{
    str rest = text;
    const char *before = NULL; /* where the Han character before stands; NULL: there is none */
    while (rest.n) {
        const char *at = rest.p;
        uint32_t cp = utf8_next(&rest);
        if (utf8_is_han(cp)) {
            if (before)
                add_term(t, str_n(before, (size_t)(rest.p - before)));
            before = at;
            continue;
        }
        before = NULL;
        if (!is_letter(cp))
            continue;
        for (str ahead = rest; ahead.n && is_letter(utf8_next(&ahead));)
            rest = ahead;
        if (rest.p - at >= WORD_LEAST)
            add_term(t, str_n(at, (size_t)(rest.p - at)));
    }
}

/* At least two of the act's terms, and two thirds of them: “use permit” alone is in too many titles. Or the one that it
 * has. */
static bool act_matches(struct arena *a, str act, str text)
{
    struct terms *t = ARENA_NEW(a, struct terms);
    size_t found = 0;
    if (!t)
        return false; /* the arena says so: callers ask arena_rc() */
    cut_terms(act, t);
    for (size_t i = 0; i < t->n; i++)
        found += occurs(text, t->v[i]);
    return t->n == 1 ? found == 1 : found >= 2 && 3 * found >= 2 * t->n;
}

/* Keywords stand between commas, Chinese ones ("、") too. */
static str next_keyword(str *rest)
{
    static const str comma = STR_INIT("、");
    str word = str_cut(rest, ',');
    ptrdiff_t at = str_find(word, comma);
    if (at >= 0) {
        const char *next = word.p + at + comma.n;
        size_t left = rest->p ? (size_t)(rest->p + rest->n - next) : (size_t)(word.p + word.n - next);
        *rest = str_n(next, left);
        word.n = (size_t)at;
    }
    return str_trim(word);
}

bool exclusion_matches(struct arena *a, const struct exclusion *e, str text)
{
    str act = utf8_fold(a, e->act);
    for (str rest = utf8_fold(a, e->keywords); rest.p && rest.n;) {
        str word = next_keyword(&rest);
        if (word.n && occurs(text, word))
            return true;
    }
    return act_matches(a, act, text);
}

/* ---- a room ---- */

static rc words_of(struct tx *tx, const struct room *r, str *out, struct arena *a)
{
    struct document d = {.name = STR_EMPTY};
    if (r->original)
        TRY(document_get(tx, r->original, &d, a));
    *out = utf8_fold(a, arena_printf(a, "%.*s %.*s", STR_ARG(r->title), STR_ARG(d.name)));
    return out->p ? OK : arena_failed(a);
}

rc exclusions_for(struct tx *tx, const struct room *r, struct exclusion_hit **out, size_t *n, struct arena *a)
{
    VEC(struct exclusion_hit) hits = {0};
    struct rows rows;
    str text;
    struct arena *one = arena_new(1 << 20);
    if (!one)
        return E_NOMEM;
    rc e = words_of(tx, r, &text, a);
    if (e == OK)
        e = db_select(tx, &em_in_force, VALS(v_int(instant_day(tx_now(tx)))), &rows);
    if (e == OK) {
        while (hits.n < EXCLUSION_HITS_MAX && rows_next(&rows)) {
            struct exclusion x;
            struct exclusion_hit *h;
            arena_reset(one);
            exclusion_take(&rows, &x, one);
            if (!exclusion_matches(one, &x, text) || !(h = VEC_ADD(&hits, a)))
                continue;
            *h = (struct exclusion_hit){x.id, arena_str(a, x.agency), arena_str(a, x.act), arena_str(a, x.law)};
        }
        e = rows_end(&rows);
    }
    if (e == OK)
        e = arena_rc(one);
    arena_free(one);
    *out = hits.v;
    *n = hits.n;
    return e == OK ? arena_rc(a) : e;
}

rc exclusions_confirm(const struct act *x, const struct room *r, const struct exclusion_hit *v, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        char number[ID_TEXT + 1];
        int64_t version;
        id_text(v[i].id, number);
        TRY(db_one_int(x->tx, &em_version, VALS(v_int(v[i].id)), &version));
        TRY(db_exec(x->tx, &em_confirm,
                    VALS(v_int(r->id), v_int(v[i].id), v_int(version), v_int(x->by->account), v_int(x->at)), NULL));
        TRY(room_note(x, r, 0, "confirmed",
                      arena_printf(x->a, "%.*s: %.*s (%.*s) [%s]", STR_ARG(v[i].agency), STR_ARG(v[i].act),
                                   STR_ARG(v[i].law), number),
                      STR_EMPTY, NULL));
    }
    return OK;
}
