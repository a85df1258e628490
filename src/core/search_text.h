/* Cutting text into terms, the same way for documents and queries. Private to search. */
#ifndef RISE_CORE_SEARCH_TEXT_H
#define RISE_CORE_SEARCH_TEXT_H

#include "base/arena.h"

enum search_field { FIELD_TITLE, FIELD_KEYWORDS, FIELD_TEXT, FIELDS };
enum { SEARCH_WORD_MAX = 64 }; /* bytes of a word that count */

enum term_kind { TERM_WORD, TERM_HAN, TERM_PAIR };

/* Called once for every term. `pos` numbers the characters and words of the text; adjacent characters of one run, and
 * only these, have consecutive numbers. `last`: the run ends here (a word, a lone character, the last pair). */
typedef rc (*search_term_fn)(void *arg, enum term_kind kind, str term, uint32_t pos, bool last);

/* `folded` comes from utf8_fold(); terms are views of it. In documents each character of a run is a term too; in
 * queries (`singles` false) only a run of one character gives it. */
rc search_cut(str folded, bool singles, search_term_fn fn, void *arg);
#endif
