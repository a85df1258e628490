/* The public log: what a hash costs, how fast entries are appended and how fast the sequencer takes them in.
 *
 *     bench_log [DATABASE-URL] [ENTRIES]
 *
 * Entries carry a record of 220 bytes and are appended 200 a transaction, each transaction durable. The sequencer has
 * to keep up with appending: it gets all entries at once, as after a pause. */
#include "bench_util.h"
#include "core/merkle.h"
#include "core/publiclog.h"

enum { HASHES = 1000000, RECORD = 220, PER_WRITE = 200, PIPE = 100 };

struct span {
    int64_t wall;
    double cpu; /* of this process: on PostgreSQL most of the work is the server's */
};

static struct span begin(void)
{
    return (struct span){clock_mono(), cpu_seconds()};
}

static void print_rate(const char *what, struct span from, int64_t n)
{
    double seconds = (double)(clock_mono() - from.wall) / 1e6;
    printf("%-10s %9.0f /s   %6.2f µs CPU each\n", what, (double)n / seconds,
           (cpu_seconds() - from.cpu) * 1e6 / (double)n);
}

static char record[RECORD];

static void hashes(void)
{
    struct sha256 h = merkle_empty();
    struct span s = begin();
    for (int i = 0; i < HASHES; i++)
        h = merkle_node(&h, &h);
    print_rate("node", s, HASHES);
    s = begin();
    for (int i = 0; i < HASHES; i++)
        h = merkle_leaf(sha256_str(&h));
    print_rate("leaf", s, HASHES);
    s = begin();
    for (int i = 0; i < HASHES; i++)
        h = sha256_of2(sha256_str(&h), str_n(record, RECORD));
    print_rate("commitment", s, HASHES);
}

static rc append(struct tx *tx, void *arg)
{
    (void)arg;
    int64_t affected[PIPE];
    for (int done = 0; done < PER_WRITE; done += PIPE) {
        id entry;
        TRY(pipe_begin(tx));
        for (int i = 0; i < PIPE; i++)
            TRY(log_append_piped(tx, "bench.entry", id_new(), str_n(record, RECORD), &entry));
        TRY(pipe_end(tx, affected, PIPE));
    }
    return OK;
}

static void sequence(struct app *app)
{
    int64_t n, sum = 0;
    struct span s = begin();
    do {
        MUST(log_sequence(app, &n, NULL));
        sum += n;
    } while (n);
    print_rate("sequence", s, sum);
}

int main(int argc, char **argv)
{
    char url[128];
    int64_t entries = 200000;
    snprintf(url, sizeof url, "sqlite:%s/rise.db", bench_dir());
    if (argc > 2)
        MUST(str_to_i64(str_of(argv[2]), &entries));
    for (int i = 0; i < RECORD; i++)
        record[i] = (char)('a' + i % 26);
    hashes();

    struct app app = {.config.log_name = STR("bench.example/log"), .log_signer.loaded = true};
    MUST(ed25519_generate(&app.log_signer.key));
    MUST(note_verifier_init(app.config.log_name, app.log_signer.key.pub, &app.log_signer.verifier));
    app.db = bench_open(argc > 1 && *argv[1] ? argv[1] : url);
    struct span s = begin();
    for (int64_t i = 0; i < entries; i += PER_WRITE)
        MUST(db_write(app.db, append, NULL));
    print_rate("append", s, entries);
    sequence(&app);

    struct tx *tx;
    BUF_SCOPED finding = BUF_INIT(1024);
    MUST(db_read_begin(app.db, &tx));
    s = begin();
    MUST(log_check(tx, LANG_EN, &finding));
    print_rate("check", s, entries);
    db_read_end(tx);
    db_close(app.db);
    bench_done();
    return 0;
}
