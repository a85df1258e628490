/* From reviews to the score table that a panel decides on, and the texts that are published of both. Pure: used on the
 * database's rows (results.c) and on a published archive (archive_verify.c), which is what makes them comparable.
 *
 * Reviewers are numbered anew in each stage, in the order of what they gave: their reviews as a list (proposal's
 * number, scores), the lists compared member by member. So the numbers follow from what is published anyway and tell
 * nothing else, neither names nor the order of invitation; two reviewers with the same list are the same to every
 * computation.
 *
 * Units: scores are whole points, FUND_CANNOT_JUDGE where none was given; means milli-points. Results in the arena. */
#ifndef RISE_MOD_FUND_SCORE_TABLE_H
#define RISE_MOD_FUND_SCORE_TABLE_H

#include "mod/fund/engine/calibrate.h"
#include "mod/fund/review.h"

struct fund_review_line {
    int64_t number;   /* of the proposal */
    int64_t reviewer; /* any key; from 1 once numbered */
    int64_t scores[FUND_CRITERIA];
};
/* Replaces each key by its number and puts the lines in order of proposal, then reviewer. */
rc fund_reviewers_number(struct fund_review_line *v, size_t n, struct arena *a);
/* results.c: the submitted reviews of a panel, numbered. */
rc fund_review_lines(struct tx *tx, const struct fund_panel *p, struct fund_review_line **out, size_t *n,
                     struct arena *a);

struct fund_score_in {
    str code; /* of the round */
    enum fund_stage stage;
    int64_t places, score_max;
    const int32_t *weights;
    const int64_t *numbers; /* of the candidates, ascending */
    size_t n;
    const struct fund_review_line *lines; /* numbered; those of other proposals are left out */
    size_t n_lines;
};
struct fund_score_table {
    struct calib_out fit; /* fit.proposals[n], in the order of the numbers; all 0 where nothing was scored */
    str hash;             /* hex SHA-256, see score_table.c */
};
rc fund_score_table(const struct fund_score_in *in, struct fund_score_table *out, struct arena *a, struct err *err);

/* ---- CSV, as published ---- */
#define FUND_REVIEWS_HEADING "proposal,reviewer,social,impact,innovation,feasibility"
#define FUND_DECIDED_HEADING "proposal,reviews,raw,calibrated,raw_rank,rank,taken,amount,reason"
void fund_reviews_text(const struct fund_review_line *v, size_t n, struct buf *out);

/* One candidate of a decision, whether taken or not. */
struct fund_decided_line {
    int64_t number, reviews, raw, calibrated, raw_rank, rank;
    int take;
    int64_t amount;
    str reason;
};
/* In the order of numbers; `taken` is no or yes, of awards their class. */
void fund_decided_text(enum fund_stage stage, const struct fund_decided_line *v, size_t n, struct buf *out);
const char *fund_take_word(enum fund_stage stage, int take);
bool fund_take_of(enum fund_stage stage, str word, int *take);

#endif
