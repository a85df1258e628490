/* The view compiler's front end: any bytes give C text or messages, never a crash; a refused view says why. */
#include <stdlib.h>

#include "mkview.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    BUF_SCOPED c = BUF_INIT(64 << 20), h = BUF_INIT(64 << 20), messages = BUF_INIT(1 << 20);
    rc result = mkview_compile("fuzz.html", "fuzz.view.h", str_n(data, n), &c, &h, &messages);
    if (result == E_INVALID && messages.n == 0)
        abort();
    if (result == OK && messages.n != 0)
        abort();
    return 0;
}
