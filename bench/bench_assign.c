/* Assignment of reviewers: bench_assign PROPOSALS K REVIEWERS MAX [DIMACS]. Proposals and reviewers have one of four
 * fields; affinity 40–100 within a field, else 0–40; 4 % conflicts. Writes the problem of the greatest total for the
 * peers. */
#include "mod/fund/engine/assign.h"

#include "bench_util.h"

static struct assign_in make(struct arena *a, size_t np, int32_t k, size_t nr, int32_t max)
{
    struct prng r;
    prng_seed(&r, 970);
    int32_t *affinity = ARENA_ARRAY(a, np * nr, int32_t), *bound = ARENA_ARRAY(a, nr, int32_t);
    uint8_t *conflict = ARENA_ARRAY(a, np * nr, uint8_t);
    if (!affinity || !bound || !conflict)
        exit(1);
    for (size_t p = 0; p < np; p++)
        for (size_t j = 0; j < nr; j++) {
            affinity[p * nr + j] = (int32_t)(p % 4 == j % 4 ? prng_range(&r, 40, 100) : prng_range(&r, 0, 40));
            conflict[p * nr + j] = prng_range(&r, 1, 100) <= 4;
        }
    for (size_t j = 0; j < nr; j++)
        bound[j] = max;
    return (struct assign_in){
        .n_proposals = np, .n_reviewers = nr, .k = k, .affinity = affinity, .conflict = conflict, .max = bound};
}

static void write_dimacs(const struct assign_in *in, const char *path)
{
    FILE *f = fopen(path, "w");
    if (!f)
        exit(1);
    size_t np = in->n_proposals, nr = in->n_reviewers, arcs = np + nr;
    for (size_t i = 0; i < np * nr; i++)
        arcs += !in->conflict[i];
    long long supply = (long long)np * in->k;
    fprintf(f, "p min %zu %zu\nn 1 %lld\nn 2 %lld\n", 2 + nr + np, arcs, supply, -supply);
    for (size_t r = 0; r < nr; r++)
        fprintf(f, "a 1 %zu 0 %d 0\n", 3 + r, in->max[r]);
    for (size_t p = 0; p < np; p++) {
        fprintf(f, "a %zu 2 0 %d 0\n", 3 + nr + p, in->k);
        for (size_t r = 0; r < nr; r++)
            if (!in->conflict[p * nr + r])
                fprintf(f, "a %zu %zu 0 1 %d\n", 3 + r, 3 + nr + p, -in->affinity[p * nr + r]);
    }
    fclose(f);
}

static void measure(struct assign_in *in, enum assign_aim aim, const char *name)
{
    enum { ROUNDS = 5 };
    int64_t took[ROUNDS];
    struct assign_out o;
    in->aim = aim;
    for (int i = 0; i < ROUNDS; i++) {
        struct arena *a = arena_new((size_t)4 << 30);
        int64_t start = clock_mono();
        MUST(assign_solve(a, in, &o, NULL));
        took[i] = clock_mono() - start;
        if (i + 1 == ROUNDS)
            printf("%-28s %8.3f s   total %lld, worst %lld of at most %lld\n", name,
                   (double)bench_percentile(took, ROUNDS, 50) / 1e6, (long long)o.total, (long long)o.worst,
                   (long long)o.worst_bound);
        arena_free(a);
    }
}

int main(int argc, char **argv)
{
    int64_t v[4];
    for (int i = 0; i < 4; i++)
        if (argc < 5 || str_to_i64(str_of(argv[i + 1]), &v[i]) != OK)
            return 2;
    struct arena *a = arena_new((size_t)1 << 30);
    struct assign_in in = make(a, (size_t)v[0], (int32_t)v[1], (size_t)v[2], (int32_t)v[3]);
    if (argc > 5)
        write_dimacs(&in, argv[5]);
    measure(&in, ASSIGN_TOTAL, "rise, greatest total");
    measure(&in, ASSIGN_FAIR, "rise, worst proposal first");
    arena_free(a);
    return 0;
}
