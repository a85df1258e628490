/* What the PDF engine costs without cryptography, in CPU time of the one thread:
 *
 *     bench_pdf FILE.pdf …
 *
 * Each file is opened, and opened with room for a signature made behind it (invisible, 8 KB for the CMS). */
#include "bench_util.h"
#include "mod/sign/engine/pdf_place.h"
#include "sys/file.h"

static void once(struct arena *a, str file, struct buf *tail)
{
    struct err err = {0};
    struct pdf_doc *doc;
    struct pdf_placed at;
    arena_reset(a);
    MUST(pdf_open(a, file, &doc, &err));
    if (!tail)
        return;
    buf_clear(tail);
    MUST(pdf_place(doc, &(struct pdf_place){.sub = PDF_SUB_CADES, .room = 8192, .made = SECOND}, tail, &at));
}

static double microseconds(struct arena *a, str file, struct buf *tail)
{
    int n = 0;
    double from = cpu_seconds(), spent;
    do {
        for (int i = 0; i < 100; i++)
            once(a, file, tail);
        n += 100;
        spent = cpu_seconds() - from;
    } while (spent < 1);
    return spent / n * 1e6;
}

int main(int argc, char **argv)
{
    struct arena *a = arena_new((size_t)1 << 30);
    BUF_SCOPED tail = BUF_INIT(1 << 24);
    if (!a)
        return 1;
    printf("%-40s %12s %12s %20s\n", "file", "bytes", "open, us", "open and place, us");
    for (int i = 1; i < argc; i++) {
        struct file_map map;
        MUST(file_map(argv[i], &map, NULL));
        double open = microseconds(a, map.bytes, NULL), place = microseconds(a, map.bytes, &tail);
        printf("%-40s %12zu %12.2f %20.2f\n", argv[i], map.bytes.n, open, place);
        file_unmap(&map);
    }
    arena_free(a);
    return 0;
}
