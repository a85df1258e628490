#include "core/notice.h"
#include "fuzz.h"
#include "web/dispatch.h"

/* The first line is a signature header, the rest a body: nothing but our own signature is ever accepted. And a redirect
 * target made of outside bytes stays on this site. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const str secret = STR("rise_hook_secret");
    const instant now = INT64_C(1777627800) * SECOND;
    str body = str_n(data, size), header = str_cut(&body, '\n');
    if (!body.p)
        body = STR_EMPTY;
    HOLDS(!webhook_verify(secret, header, body, now) || str_find(header, STR("v1=")) >= 0);
    BUF_SCOPED own = BUF_INIT(256);
    webhook_sign(secret, body, now, &own);
    HOLDS(buf_rc(&own) == OK && webhook_verify(secret, buf_str(&own), body, now));
    HOLDS(!webhook_verify(STR("another"), buf_str(&own), body, now));

    str path = local_path(header);
    HOLDS(path.n > 0 && path.p[0] == '/' && (path.n == 1 || (path.p[1] != '/' && path.p[1] != '\\')));
    HOLDS(str_chr(path, '\r') < 0 && str_chr(path, '\n') < 0);
    return 0;
}
