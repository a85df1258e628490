/* Archives of rounds. The bytes are verified as they are; then what they hold is put into a container and a manifest
 * that fit, so that tables, rules, decisions and proofs are reached behind the hashes. Whatever comes, the verifier
 * answers: it cannot be read, or which checks hold. */
#include "fuzz.h"
#include "mod/fund/archive/archive_tables.h"

enum { FILES = 40, LOCAL_BYTES = 30 };

static size_t le(const uint8_t *p, int bytes)
{
    size_t v = 0;
    while (bytes-- > 0)
        v = v << 8 | p[bytes];
    return v;
}

/* Entries by their local headers alone, as far as they go. */
static size_t entries_of(const uint8_t *p, size_t n, struct zip_entry v[FILES])
{
    size_t count = 0;
    while (count < FILES && n >= LOCAL_BYTES && p[0] == 'P' && p[2] == 3) {
        size_t size = le(p + 22, 4), name = le(p + 26, 2);
        if (name > n - LOCAL_BYTES || size > n - LOCAL_BYTES - name)
            size = name > n - LOCAL_BYTES ? 0 : n - LOCAL_BYTES - name;
        if (name > n - LOCAL_BYTES)
            break;
        v[count++] = (struct zip_entry){str_n(p + LOCAL_BYTES, name), str_n(p + LOCAL_BYTES + name, size)};
        p += LOCAL_BYTES + name + size;
        n -= LOCAL_BYTES + name + size;
    }
    return count;
}

static void verify(struct arena *a, str zip, const struct fund_archive_ask *ask)
{
    static struct fund_archive_report report;
    static struct err err;
    err_clear(&err);
    if (fund_archive_verify(a, zip, ask, &report, &err) != OK) {
        HOLDS(err.main.msgid);
        return;
    }
    bool all = true;
    for (size_t i = 0; i < report.n; i++) {
        all &= report.checks[i].state == ARCHIVE_OK;
        HOLDS(report.checks[i].state != ARCHIVE_FAILED || report.checks[i].what);
    }
    HOLDS(all == report.ok);
}

static void verify_mended(struct arena *a, struct zip_entry *v, size_t n)
{
    struct archive_manifest m;
    BUF_SCOPED manifest = BUF_INIT(1 << 20);
    BUF_SCOPED zip = BUF_INIT(1 << 24);
    if (archive_manifest_read(v[0].bytes, &m, a) != OK)
        m = (struct archive_manifest){.code = STR("x"), .name_zh = STR("x"), .name_en = STR("x"), .vkey = STR("x")};
    m.files = ARENA_ARRAY(a, n, struct archive_file);
    m.n_files = n - 1;
    HOLDS(m.files);
    for (size_t i = 1; i < n; i++)
        m.files[i - 1] = (struct archive_file){v[i].name, sha256_of(v[i].bytes), (int64_t)v[i].bytes.n};
    archive_manifest_put(&m, &manifest);
    v[0] = (struct zip_entry){STR("manifest.json"), buf_str(&manifest)};
    struct fund_archive_ask ask = {.vkey = STR_EMPTY, .gift = v[n - 1].bytes};
    if (zip_write(v, n, &zip, NULL) == OK)
        verify(a, buf_str(&zip), &ask);
    ask.gift = STR_EMPTY;
    verify(a, buf_str(&zip), &ask);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct zip_entry v[FILES];
    struct arena *a = arena_new(256 << 20);
    size_t n = entries_of(data, size, v);
    HOLDS(a);
    verify(a, str_n(data, size), &(struct fund_archive_ask){.vkey = STR_EMPTY, .gift = STR_EMPTY});
    if (n > 1)
        verify_mended(a, v, n);
    arena_free(a);
    return 0;
}
