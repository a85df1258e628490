#include "crypto/der.h"
#include "fuzz.h"

/* What is DER has one form only: read and written again it is the same. */
static void same_again(const struct der *e)
{
    BUF_SCOPED again = BUF_INIT(1 << 20);
    BUF_SCOPED value = BUF_INIT(1 << 20);
    str whole = e->whole;
    int64_t number;
    str natural;
    instant t;
    der_put(&again, e->tag, e->body);
    HOLDS(str_eq(buf_str(&again), e->whole));
    if (der_take_i64(&whole, &number) == OK)
        der_put_i64(&value, number);
    else if (der_take_natural(&whole, &natural) == OK)
        der_put_natural(&value, natural);
    else if (e->tag == DER_GENERALIZED_TIME && e->body.n <= 22 && der_take_time(&whole, &t) == OK)
        der_put_generalized(&value, t); /* µs at most: finer ones are cut */
    else
        return;
    HOLDS(str_eq(buf_str(&value), e->whole));
}

static void oids(struct arena *a, str oid)
{
    BUF_SCOPED text = BUF_INIT(1 << 20);
    str back;
    der_oid_text(&text, oid);
    if (str_chr(buf_str(&text), '.') > 0 && oid.n < 64 && der_oid_parse(a, buf_str(&text), &back) == OK)
        HOLDS(back.n <= oid.n); /* leading zero groups are left out */
}

static void walk(struct arena *a, str d, int depth)
{
    struct der e;
    while (d.n > 0 && depth < 40 && der_next(&d, &e) == OK) {
        same_again(&e);
        if (e.tag == DER_OID)
            oids(a, e.body);
        if (e.tag & 0x20)
            walk(a, e.body, depth + 1);
    }
}

/* Twice from BER is once from BER. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new(1 << 22);
    str s = str_n(data, size);
    str once;
    str twice;
    walk(a, s, 0);
    if (size < 1 << 16 && der_from_ber(a, s, &once) == OK) {
        HOLDS(der_from_ber(a, once, &twice) == OK);
        HOLDS(once.p == twice.p && once.n == twice.n);
    }
    arena_free(a);
    return 0;
}
