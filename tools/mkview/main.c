/* mkview VIEW.html OUT.c OUT.h */
#include <stdio.h>
#include <stdlib.h>

#include "mkview.h"

enum { OUTPUT_MAX = 64 << 20 };

static bool read_file(const char *path, struct buf *out)
{
    FILE *f = fopen(path, "rb");
    if (!f)
        return false;
    char piece[8192];
    size_t n;
    while ((n = fread(piece, 1, sizeof piece, f)) > 0)
        buf_putn(out, piece, n);
    bool fine = !ferror(f) && buf_rc(out) == OK;
    fclose(f);
    return fine;
}

static bool write_file(const char *path, str s)
{
    FILE *f = fopen(path, "wb");
    if (!f)
        return false;
    bool fine = fwrite(s.p, 1, s.n, f) == s.n;
    return fclose(f) == 0 && fine;
}

int main(int argc, char **argv)
{
    if (argc != 4) {
        fprintf(stderr, "usage: mkview VIEW.html OUT.c OUT.h\n");
        return 2;
    }
    BUF_SCOPED source = BUF_INIT(VIEW_SOURCE_MAX), c = BUF_INIT(OUTPUT_MAX), h = BUF_INIT(OUTPUT_MAX),
               messages = BUF_INIT(65536);
    if (!read_file(argv[1], &source)) {
        fprintf(stderr, "mkview: cannot read %s (at most %d bytes)\n", argv[1], VIEW_SOURCE_MAX);
        return 1;
    }
    const char *slash = strrchr(argv[3], '/');
    rc result = mkview_compile(argv[1], slash ? slash + 1 : argv[3], buf_str(&source), &c, &h, &messages);
    fwrite(buf_str(&messages).p, 1, messages.n, stderr);
    if (result != OK) {
        if (!messages.n)
            fprintf(stderr, "mkview: %s: %s\n", argv[1], rc_name(result));
        return 1;
    }
    if (!write_file(argv[2], buf_str(&c)) || !write_file(argv[3], buf_str(&h))) {
        fprintf(stderr, "mkview: cannot write %s or %s\n", argv[2], argv[3]);
        return 1;
    }
    return 0;
}
