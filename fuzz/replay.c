/* Runs a fuzz program over the files of the folders given: what was found once stays found. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#include "fuzz.h"

static int replay_file(const char *path)
{
    FILE *f = fopen(path, "rb");
    if (!f) {
        perror(path);
        return 1;
    }
    enum { MAX = 1 << 20 };
    uint8_t *bytes = malloc(MAX);
    size_t n = bytes ? fread(bytes, 1, MAX, f) : 0;
    int failed = !bytes || ferror(f);
    fclose(f);
    uint8_t *exact = n ? malloc(n) : NULL; /* so that AddressSanitizer sees a read past the end */
    if (n && exact)
        memcpy(exact, bytes, n);
    free(bytes);
    if (n && !exact)
        failed = 1;
    if (!failed)
        LLVMFuzzerTestOneInput(exact ? exact : (const uint8_t *)"", n);
    free(exact);
    return failed;
}

int main(int argc, char **argv)
{
    int failed = 0, count = 0;
    for (int i = 1; i < argc; i++) {
        DIR *folder = opendir(argv[i]);
        if (!folder) {
            perror(argv[i]);
            return 1;
        }
        for (struct dirent *e = readdir(folder); e; e = readdir(folder)) {
            char path[4096];
            if (e->d_name[0] == '.')
                continue;
            snprintf(path, sizeof path, "%s/%s", argv[i], e->d_name);
            failed |= replay_file(path);
            count++;
        }
        closedir(folder);
    }
    printf("%d seeds\n", count);
    return failed || count == 0;
}
