#include "mod/sign/engine/stamp.h"

enum digest stamp_digest(const struct sign_raise *o)
{
    return o->stamp_digest != DIGEST_NONE ? o->stamp_digest : DIGEST_SHA256;
}

rc stamp_ask_for(struct arena *a, const struct sign_raise *o, const struct digest_value *v, struct tsp_token *out,
                 struct err *err)
{
    unsigned char nonce[TSP_NONCE_LEN];
    BUF_SCOPED request = BUF_INIT(TSP_REQUEST_MAX);
    BUF_SCOPED response = BUF_INIT(TSP_TOKEN_MAX);
    tsp_nonce_new(nonce);
    struct tsp_request r = {
        .digest = stamp_digest(o), .imprint = digest_str(v), .nonce = str_n(nonce, sizeof nonce), .cert_req = true};
    tsp_request_write(&r, &request);
    TRY(buf_rc(&request));
    TRY(o->net->timestamp(o->net->arg, buf_str(&request), &response, err));
    str kept = arena_str(a, buf_str(&response));
    return kept.p ? tsp_accept(a, kept, &r, out, err) : arena_failed(a);
}

rc stamp_ask(struct arena *a, const struct sign_raise *o, str bytes, struct tsp_token *out, struct err *err)
{
    struct digest_value v = digest_of(stamp_digest(o), bytes);
    return stamp_ask_for(a, o, &v, out, err);
}

bool stamp_is_elsewhere(const struct arena *a, rc r)
{
    return arena_rc(a) == OK && (r == E_UNAVAILABLE || r == E_NOTFOUND || r == E_INVALID || r == E_LIMIT);
}
