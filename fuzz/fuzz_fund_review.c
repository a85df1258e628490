/* Files of `rise fund assign`, `calibrate` and `sroi`: the same bytes are read as each of them, and what is accepted is
 * computed with. Whatever is not accepted has a fault or is too large. */
#include <stdlib.h>

#include "mod/fund/review_files.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { ARENA_BYTES = 256 << 20, FEW = 200 }; /* computing with more would only be slow */

static struct arena *a;
static struct table_faults faults;

static rc checked(rc r)
{
    if ((r == E_INVALID) != (faults.total > 0) && r != E_LIMIT && r != E_NOMEM)
        abort();
    BUF_SCOPED text = BUF_INIT(1 << 20);
    table_print_faults(&text, LANG_EN, &faults);
    return r;
}

static void fresh(void)
{
    arena_reset(a);
    faults.n = 0;
    faults.total = 0;
}

static void as_assignment(const struct named_bytes *f, bool twice)
{
    fresh();
    static const struct named_bytes two = {"p", STR_INIT("id\nA\nB\n")},
                                    three = {"r", STR_INIT("id,max\nA,2\nB,\nC,1\n")};
    struct assign_files files = {.k = 1, .max = ASSIGN_NO_MAX, .reviewers = *f, .proposals = *f};
    if (twice) /* as pairs between known ids */
        files = (struct assign_files){.k = 1,
                                      .max = ASSIGN_NO_MAX,
                                      .reviewers = three,
                                      .proposals = two,
                                      .conflicts = *f,
                                      .affinity = *f,
                                      .kept = *f};
    struct assign_named n = {0};
    struct assign_out o;
    if (checked(assign_files_read(a, &files, &n, &faults)) != OK || n.in.n_proposals > FEW)
        return;
    if (assign_solve(a, &n.in, &o, NULL) != OK)
        abort();
    BUF_SCOPED words = BUF_INIT(1 << 20);
    assign_words(&words, LANG_EN, &n.in, &o, n.proposals, n.reviewers);
    if ((words.n > 0) != (o.why.reason != ASSIGN_FEASIBLE))
        abort();
}

static void as_scores(const struct named_bytes *f)
{
    fresh();
    static const str columns[3] = {STR_INIT("reviewer"), STR_INIT("proposal"), STR_INIT("score")};
    struct calib_named n;
    struct calib_out o;
    if (checked(calib_file_read(a, f, columns, &n, &faults)) != OK || n.in.n > FEW || n.in.n == 0)
        return;
    n.in.pass = 1;
    rc r = calib_fit(a, &n.in, &o, NULL);
    if (r != OK && r != E_LIMIT)
        abort();
    for (size_t i = 0; r == OK && i < o.n_ranked; i++)
        if (o.proposals[o.order[i]].confidence < -1 || o.proposals[o.order[i]].confidence > 1000)
            abort();
}

static void as_value_map(const struct named_bytes *f)
{
    fresh();
    struct sroi_named n;
    struct sroi_out *o = ARENA_NEW(a, struct sroi_out);
    if (!o || checked(sroi_file_read(a, f, &n, &faults)) != OK)
        return;
    struct sroi_range rate = {35, 35, 35};
    sroi_spread(n.rows, n.n, &rate, 100);
    struct sroi_in in = {.rows = n.rows, .n = n.n, .inputs = n.inputs, .rate = rate};
    rc r = sroi_compute(a, &in, o, NULL);
    if (r == OK ? o->low.npv > o->high.npv : r != E_LIMIT && r != E_INVALID)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (!a && !(a = arena_new(ARENA_BYTES)))
        abort();
    struct named_bytes f = {"f", str_n(data, size)};
    as_assignment(&f, false);
    as_assignment(&f, true);
    as_scores(&f);
    as_value_map(&f);
    return 0;
}
