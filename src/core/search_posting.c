#include "core/search_posting.h"

static void put_varint(struct buf *b, uint64_t v)
{
    char bytes[10];
    size_t n = 0;
    while (v >= 0x80) {
        bytes[n++] = (char)(unsigned char)(v | 0x80);
        v >>= 7;
    }
    bytes[n++] = (char)v;
    buf_putn(b, bytes, n);
}

static bool get_varint(str *s, uint64_t *out)
{
    uint64_t v = 0;
    for (size_t i = 0; i < s->n && i < 10; i++) {
        uint8_t byte = (uint8_t)s->p[i];
        v |= (uint64_t)(byte & 0x7F) << (7 * i);
        if (!(byte & 0x80)) {
            s->p += i + 1;
            s->n -= i + 1;
            *out = v;
            return true;
        }
    }
    return false;
}

static bool one_occurrence(uint8_t head)
{
    return posting_count(head, 0) + posting_count(head, 1) + posting_count(head, 2) == 1;
}

/* Cuts the places off the rest: their length is written, or it is that of a single varint. */
static bool take_places(str *rest, uint8_t head, str *places)
{
    str from = *rest;
    uint64_t n;
    if (one_occurrence(head)) {
        if (!get_varint(rest, &n))
            return false;
        *places = str_sub(from, 0, from.n - rest->n);
        return true;
    }
    if (!get_varint(rest, &n) || n > rest->n)
        return false;
    *places = str_sub(*rest, 0, (size_t)n);
    *rest = str_sub(*rest, (size_t)n, rest->n);
    return true;
}

bool posting_next(struct posting_reader *r, struct posting *out, rc *code)
{
    uint64_t delta;
    if (r->rest.n == 0)
        return false;
    *code = E_CORRUPT;
    if (!get_varint(&r->rest, &delta) || r->rest.n == 0 || delta > (uint64_t)(INT64_MAX - r->doc) ||
        (r->begun && delta == 0))
        return false;
    r->doc += (int64_t)delta;
    r->begun = true;
    *out = (struct posting){.doc = r->doc, .head = (uint8_t)r->rest.p[0], .places = STR_EMPTY};
    r->rest = str_sub(r->rest, 1, r->rest.n);
    if ((out->head & POSTING_PLACES) && !take_places(&r->rest, out->head, &out->places))
        return false;
    *code = OK;
    return true;
}

bool places_next(str *places, uint32_t *place)
{
    uint64_t delta;
    if (places->n == 0 || !get_varint(places, &delta) || delta > UINT32_MAX - *place)
        return false;
    *place += (uint32_t)delta;
    return true;
}

void posting_put(struct buf *b, id *before, const struct posting *p)
{
    put_varint(b, (uint64_t)(p->doc - *before));
    *before = p->doc;
    buf_putc(b, (char)p->head);
    if (p->head & POSTING_PLACES) {
        if (!one_occurrence(p->head))
            put_varint(b, p->places.n);
        buf_put(b, p->places);
    }
}

void posting_begin(struct posting_builder *b)
{
    buf_clear(&b->places);
    b->last = 0;
    b->head = 0;
}

void posting_add(struct posting_builder *b, uint32_t place, bool with_place)
{
    int field = (int)(place & 3);
    if (posting_count(b->head, field) < 3)
        b->head = (uint8_t)(b->head + (1u << (2 * field)));
    if (with_place) {
        b->head |= POSTING_PLACES;
        put_varint(&b->places, place - b->last);
        b->last = place;
    }
}
