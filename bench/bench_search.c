/* Search over 100,000 invented Chinese documents: how long indexing and asking take.
 *
 *     bench_search [DATABASE-URL] [DOCUMENTS]
 *
 * Words of one to four characters are drawn from a vocabulary of 6,000 with Zipf's law, so that the commonest pairs
 * occur in a large part of all documents. Queries: the commonest pairs, pairs of middling and rare words, four
 * characters, two words, a single character, a Latin prefix. */
#include <math.h>
#include <string.h>

#include "base/utf8.h"
#include "bench_util.h"
#include "core/search.h"

enum { VOCABULARY = 6000, CHARS = 2500, BATCH = 2000, ROUNDS = 200 };

static char vocabulary[VOCABULARY][16];
static double cumulated[VOCABULARY];

static void make_vocabulary(struct prng *p)
{
    double sum = 0;
    for (int w = 0; w < VOCABULARY; w++) {
        BUF_SCOPED b = BUF_INIT(16);
        int n = w % 10 == 0 ? 1 : w % 10 < 7 ? 2 : (int)prng_range(p, 3, 4);
        for (int i = 0; i < n; i++) /* squared: some characters are in many words */
            utf8_put(&b, 0x4E00 + (uint32_t)(prng_range(p, 0, 49) * prng_range(p, 0, 49)) % CHARS);
        memcpy(vocabulary[w], b.p, b.n);
        sum += 1 / (w + 10.0);
        cumulated[w] = sum;
    }
}

static const char *word(struct prng *p)
{
    double at = (double)prng_range(p, 0, 1000000) / 1000000 * cumulated[VOCABULARY - 1];
    int lo = 0, hi = VOCABULARY - 1;
    while (lo < hi) {
        int mid = (lo + hi) / 2;
        if (cumulated[mid] < at)
            lo = mid + 1;
        else
            hi = mid;
    }
    return vocabulary[lo];
}

static void words(struct buf *b, struct prng *p, int n)
{
    static const char *const latin[] = {"cloud", "erp", "pos", "line", "crm", "booking", "invoice", "api"};
    for (int i = 0; i < n; i++) {
        buf_put(b, str_of(word(p)));
        if (i % 7 == 6)
            buf_put(b, STR("，"));
        if (i % 23 == 22)
            buf_printf(b, " %s%lld ", latin[prng_range(p, 0, 7)], (long long)prng_range(p, 0, 300));
    }
}

struct piece {
    struct search_doc docs[BATCH];
    size_t n;
};

static rc put_fn(struct tx *tx, void *arg)
{
    struct piece *p = arg;
    return search_put_all(tx, "bench", p->docs, p->n);
}

static void fill(struct db *db, struct prng *p, int64_t docs)
{
    static struct piece piece;
    struct arena *a = arena_new(64 << 20);
    int64_t characters = 0, begun = clock_mono();
    for (int64_t i = 0; i < docs; i += BATCH) {
        arena_reset(a);
        for (piece.n = 0; piece.n < BATCH; piece.n++) {
            BUF_SCOPED title = BUF_INIT(4096);
            BUF_SCOPED text = BUF_INIT(65536);
            words(&title, p, 5);
            words(&text, p, (int)prng_range(p, 40, 120));
            characters += (int64_t)utf8_count(buf_str(&text));
            piece.docs[piece.n] =
                (struct search_doc){id_new(), arena_str(a, buf_str(&title)), STR("軟體"), arena_str(a, buf_str(&text))};
        }
        MUST(db_write(db, put_fn, &piece));
        fprintf(stderr, "\r%lld documents", (long long)(i + BATCH));
    }
    double s = (double)(clock_mono() - begun) / 1e6;
    fprintf(stderr, "\r");
    printf("indexed %lld documents of %lld characters on average in %.1f s: %.0f/s\n", (long long)docs,
           (long long)(characters / docs), s, (double)docs / s);
    arena_free(a);
}

/* `make` writes the k-th query of its kind. */
static void ask(struct db *db, const char *kind, void (*make)(struct buf *b, int k))
{
    static int64_t us[ROUNDS];
    int64_t totals = 0;
    struct tx *tx;
    struct arena *a = arena_new(1 << 20);
    for (int k = 0; k < ROUNDS; k++) {
        BUF_SCOPED query = BUF_INIT(300);
        struct search_hit *hits;
        size_t n;
        int64_t total;
        make(&query, k);
        arena_reset(a);
        MUST(db_read_begin(db, &tx));
        int64_t begun = clock_mono();
        MUST(search_find(tx, "bench", buf_str(&query), 0, 20, &hits, &n, &total, a));
        us[k] = clock_mono() - begun;
        db_read_end(tx);
        totals += total;
    }
    int64_t median = bench_percentile(us, ROUNDS, 50);
    printf("%-28s median %6.2f ms   p95 %6.2f ms   hits %lld on average\n", kind, (double)median / 1000,
           (double)bench_percentile(us, ROUNDS, 95) / 1000, (long long)(totals / ROUNDS));
    arena_free(a);
}

static const char *nth_of(int characters, int k)
{
    for (int w = 0, seen = 0;; w = (w + 1) % VOCABULARY) {
        if (utf8_count(str_of(vocabulary[w])) == (size_t)characters && seen++ >= k)
            return vocabulary[w];
    }
}

static void common_pair(struct buf *b, int k)
{
    buf_put(b, str_of(nth_of(2, k % 20)));
}
static void middling_pair(struct buf *b, int k)
{
    buf_put(b, str_of(nth_of(2, 100 + k)));
}
static void rare_pair(struct buf *b, int k)
{
    buf_put(b, str_of(nth_of(2, 3000 + k)));
}
static void four_characters(struct buf *b, int k)
{
    buf_printf(b, "%s%s", nth_of(2, k % 14), nth_of(2, k % 15));
}
static void two_words(struct buf *b, int k)
{
    buf_printf(b, "%s %s", nth_of(2, k % 20), nth_of(2, 20 + k));
}
static void common_and_rare(struct buf *b, int k)
{
    buf_printf(b, "%s %s", nth_of(2, k % 20), nth_of(2, 3000 + k));
}
static void one_character(struct buf *b, int k)
{
    buf_put(b, str_of(nth_of(1, k)));
}
static void latin_prefix(struct buf *b, int k)
{
    buf_put(b, k % 2 ? STR("clo") : STR("invoice1"));
}

int main(int argc, char **argv)
{
    char url[256];
    struct prng p;
    snprintf(url, sizeof url, "sqlite:%s/rise.db", bench_dir());
    struct db *db = bench_open(argc > 1 && *argv[1] ? argv[1] : url);
    int64_t docs = 100000;
    if (argc > 2)
        MUST(str_to_i64(str_of(argv[2]), &docs));
    prng_seed(&p, 1);
    make_vocabulary(&p);
    fill(db, &p, docs);
    ask(db, "common pair", common_pair);
    ask(db, "middling pair", middling_pair);
    ask(db, "rare pair", rare_pair);
    ask(db, "four characters", four_characters);
    ask(db, "two words", two_words);
    ask(db, "a common and a rare word", common_and_rare);
    ask(db, "one character", one_character);
    ask(db, "Latin prefix", latin_prefix);
    db_close(db);
    bench_done();
    return 0;
}
