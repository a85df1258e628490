/* XML signature wrapping: the classes of attack, each on a signature that was good before, and a generator that puts
 * evil root, signed original and signature together in every way. */
#include "mod/sign/engine/test_xades.h"
#include "mod/sign/engine/xades_impl.h"

static str joined(const str *v, size_t n)
{
    BUF_SCOPED b = BUF_INIT(ROOM);
    for (size_t i = 0; i < n; i++)
        buf_put(&b, v[i]);
    return arena_str(a, buf_str(&b));
}
#define JOIN(...) joined((const str[]){__VA_ARGS__}, sizeof((const str[]){__VA_ARGS__}) / sizeof(str))

static str good_signature(str text)
{
    return part(text, "<ds:Signature ", "</ds:Signature>");
}

START_TEST(wrapped_documents)
{
    setup();
    t_ok(make(XADES_ENVELOPED, &signers[0], &invoice, 1, NULL));
    str signed_ = arena_str(a, buf_str(&made)), root = part(signed_, "<inv:Invoice", "</inv:Invoice>"),
        sig = good_signature(signed_);
    /* the whole signed document inside another root: the signed one must be the root */
    outcome_is(JOIN(STR("<Evil xmlns='urn:inv'>"), root, STR("</Evil>")), NULL, 0, XADES_DIGEST_MISMATCH);
    /* the signature beside a new root element, the old one hidden in an Object of it */
    str original = with(a, root, sig.p, "");
    str hidden = with(a, sig, "<ds:Object><xades", "<ds:Object><xades");
    hidden = JOIN(str_sub(hidden, 0, hidden.n - 15), STR("<ds:Object>"), original, STR("</ds:Object></ds:Signature>"));
    outcome_is(JOIN(STR("<Evil>"), hidden, STR("</Evil>")), NULL, 0, XADES_DIGEST_MISMATCH);
    /* a second signature: which one counts? */
    outcome_is(JOIN(STR("<Evil>"), root, sig, STR("</Evil>")), NULL, 0, XADES_SEVERAL);
    /* inside an extension that nobody reads */
    outcome_is(JOIN(STR("<Evil Id='doc'><Header>"), root, STR("</Header></Evil>")), NULL, 0, XADES_DIGEST_MISMATCH);
    teardown();
}
END_TEST

/* References by Id, as other signers make them: built here by signing with our own key what a good signer would not. */
static str resigned(str text, const char *from_uri, const char *to_uri)
{
    return with(a, text, from_uri, to_uri);
}

START_TEST(references_to_elsewhere)
{
    setup();
    t_ok(make(XADES_ENVELOPED, &signers[0], &invoice, 1, NULL));
    str signed_ = arena_str(a, buf_str(&made));
    outcome_is(resigned(signed_, "URI=\"\"", "URI=\"#none\""), NULL, 0, XADES_REFERENCE);
    outcome_is(with(a, with(a, signed_, "URI=\"\"", "URI=\"#b\""), "<inv:Buyer", "<inv:Buyer Id='b'"), NULL, 0,
               XADES_REFERENCE);
    outcome_is(with(a, signed_, "URI=\"\"", "URI=\"#xpointer(/)\""), NULL, 0, XADES_REFERENCE);
    outcome_is(with(a, signed_, "URI=\"\"", "URI=\"file:///etc/passwd\""), NULL, 0, XADES_REFERENCE);
    outcome_is(with(a, signed_, "URI=\"\"", "URI=\"http://127.0.0.1/\""), files, 2, XADES_REFERENCE);
    /* by Id it is as good as by "" (the digest differs by what stands outside the root: nothing but the comment) */
    outcome_is(with(a, signed_, "URI=\"\"", "URI=\"#doc\""), NULL, 0, XADES_SIGNATURE_WRONG);
    outcome_is(with(a, with(a, signed_, "URI=\"\"", "URI=\"#doc\""), "<inv:Buyer", "<inv:Buyer id='doc'"), NULL, 0,
               XADES_REFERENCE);
    /* SignedProperties twice under one Id, the good ones moved away */
    str properties = part(signed_, "<xades:SignedProperties", "</xades:SignedProperties>");
    str twice = with(a, signed_, "</inv:Total>", arena_cstr(a, JOIN(properties, STR("</inv:Total>"))));
    ck_assert_int_ne(judged_with(twice, NULL, 0).outcome, XADES_VALID);
    str moved = with(a, with(a, signed_, properties.p, ""), "<xades:QualifyingProperties",
                     arena_cstr(a, JOIN(properties, STR("<xades:QualifyingProperties"))));
    outcome_is(moved, NULL, 0, XADES_FORMAT);
    teardown();
}
END_TEST

/* A good signature over an Object of its own says nothing of the document that it is put into. */
START_TEST(signature_moved_into_a_document)
{
    setup();
    t_ok(make(XADES_ENVELOPING, &signers[0], files, 1, NULL));
    str sig = good_signature(buf_str(&made));
    outcome_is(sig, NULL, 0, XADES_VALID);
    outcome_is(JOIN(STR("<Invoice><Total>1</Total>"), sig, STR("</Invoice>")), NULL, 0, XADES_NOT_COVERED);
    teardown();
}
END_TEST

START_TEST(transforms)
{
    static const char *const bad[] = {
        "http://www.w3.org/TR/1999/REC-xslt-19991116", "http://www.w3.org/TR/1999/REC-xpath-19991116",
        "http://www.w3.org/2002/06/xmldsig-filter2", "http://www.w3.org/2000/09/xmldsig#base64", "urn:none"};
    setup();
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        t_ok(make(XADES_ENVELOPED, &signers[0], &invoice, 1, NULL));
        outcome_is(with(a, buf_str(&made), "http://www.w3.org/2000/09/xmldsig#enveloped-signature", bad[i]), NULL, 0,
                   XADES_TRANSFORM);
        outcome_is(
            with(a, buf_str(&made), "<ds:Transforms>",
                 arena_cstr(a, JOIN(STR("<ds:Transforms><ds:Transform Algorithm=\""), str_of(bad[i]), STR("\"/>")))),
            NULL, 0, XADES_TRANSFORM);
    }
    teardown();
}
END_TEST

START_TEST(objects_that_nobody_signed)
{
    setup();
    t_ok(make(XADES_ENVELOPING, &signers[0], files, 2, NULL));
    str whole = arena_str(a, buf_str(&made)), object = part(whole, "<ds:Object xmlns", "</ds:Object>");
    outcome_is(with(a, whole, "<ds:Object xmlns", "<ds:Object Id='x'>evil</ds:Object><ds:Object xmlns"), NULL, 0,
               XADES_NOT_COVERED);
    outcome_is(with(a, whole, object.p, arena_cstr(a, JOIN(object, object))), NULL, 0, XADES_REFERENCE); /* Id twice */
    outcome_is(with(a, whole, "<ds:Object xmlns", "evil<ds:Object xmlns"), NULL, 0,
               XADES_VALID); /* text is no content */
    outcome_is(with(a, whole, "<ds:Object xmlns", "<evil/><ds:Object xmlns"), NULL, 0, XADES_FORMAT);
    /* the signed Object moved into another one, a new one in its place */
    str wrap = with(a, whole, object.p, arena_cstr(a, JOIN(STR("<ds:Object>"), object, STR("</ds:Object>"))));
    outcome_is(wrap, NULL, 0, XADES_REFERENCE);
    teardown();
}
END_TEST

/* ---- generated ---- */

static str cut(str text, str inner)
{
    return with(a, text, arena_cstr(a, inner), "");
}

static str base64_of(str bytes)
{
    BUF_SCOPED b = BUF_INIT(ROOM);
    buf_base64(&b, bytes);
    return arena_str(a, buf_str(&b));
}

/* The content of the first element that begins with `open` replaced. */
static str filled(str text, const char *open, str content)
{
    str old = part(text, open, "</"), start = part(old, "<", ">");
    return with(a, text, arena_cstr(a, old), arena_cstr(a, JOIN(start, content, STR("</"))));
}

static str canonical(str text, bool root)
{
    struct xades *x;
    BUF_SCOPED b = BUF_INIT(ROOM);
    t_ok(xades_read(a, text, &x, NULL));
    struct xml_node *sig = x->signatures[0].node;
    t_ok(xml_canonical(x->xml, root ? xml_root(x->xml) : x->signatures[0].signed_info, root ? sig : NULL,
                       &(struct xml_form){.c14n = XML_C14N_EXCLUSIVE, .prefixes = STR_EMPTY}, &b));
    return arena_str(a, buf_str(&b));
}

/* As other programs sign: the root is named by its Id. */
static str signed_by_id(void)
{
    BUF_SCOPED der = BUF_INIT(ROOM);
    BUF_SCOPED raw = BUF_INIT(ROOM);
    t_ok(make(XADES_ENVELOPED, &signers[0], &invoice, 1, NULL));
    str text = with(a, buf_str(&made), "URI=\"\"", "URI=\"#doc\"");
    struct digest_value v = digest_of(DIGEST_SHA256, canonical(text, true));
    text = filled(text, "<ds:DigestValue>", base64_of(digest_str(&v)));
    t_ok(pkey_sign(test_key(a, signers[0].key), (struct pkey_scheme){DIGEST_SHA256, false}, canonical(text, false),
                   &der));
    t_ok(pkey_raw_from_der(PKEY_P256, buf_str(&der), &raw));
    text = filled(text, "<ds:SignatureValue ", base64_of(buf_str(&raw)));
    outcome_is(text, NULL, 0, XADES_VALID);
    return text;
}

/* A verifier that looks up the Id and compares digests, and no more. */
static bool fools_the_naive(str text)
{
    struct xades *x;
    struct xml_node *n;
    BUF_SCOPED b = BUF_INIT(ROOM);
    if (xades_read(a, text, &x, NULL) != OK || x->n != 1 || xml_by_id(x->xml, STR("doc"), &n) != 1)
        return false;
    t_ok(xml_canonical(x->xml, n, x->signatures[0].node,
                       &(struct xml_form){.c14n = XML_C14N_EXCLUSIVE, .prefixes = STR_EMPTY}, &b));
    struct digest_value v = digest_of(DIGEST_SHA256, buf_str(&b));
    return str_find(text, base64_of(digest_str(&v))) >= 0;
}

/* Where the signed original goes: beside the signature, or into a part of it that nobody reads. */
static const char *const hiding_places[] = {
    "</ds:Signature>",               /* an Object of its own */
    "</ds:KeyInfo>",                 /* among the keys */
    "</xades:QualifyingProperties>", /* behind the signed properties */
    "</ds:X509Data>",
};
static const char *const ids[] = {"", " Id='doc'", " ID='doc'", " id='doc'", " xml:id='doc'", " Id='evil'"};
enum { PLACES = sizeof hiding_places / sizeof hiding_places[0], IDS = sizeof ids / sizeof ids[0] };

static str hidden_in(str sig, const char *place, str original)
{
    str inside = str_eq(str_of(place), STR("</ds:Signature>")) ? JOIN(STR("<ds:Object>"), original, STR("</ds:Object>"))
                                                               : original;
    return with(a, sig, place, arena_cstr(a, JOIN(inside, str_of(place))));
}

struct tally {
    int made, fooling;
};

static void attack(str text, struct tally *t)
{
    t->made++;
    t->fooling += fools_the_naive(text);
    ck_assert_msg(judged_with(text, NULL, 0).outcome != XADES_VALID, "believed: %.*s", STR_ARG(text));
}

/* Every evil root × where the original is × where the signature is. */
static void attacks_on(str text, struct tally *t)
{
    str root = part(text, "<inv:Invoice", "</inv:Invoice>"), sig = good_signature(text), original = cut(root, sig);
    for (int i = 0; i < IDS; i++) {
        str open = arena_printf(a, "<inv:Invoice xmlns:inv='urn:inv'%s><inv:Total>9999</inv:Total>", ids[i]);
        str close = STR("</inv:Invoice>"), h = STR("<Header>"), h_end = STR("</Header>");
        attack(JOIN(open, h, root, h_end, close), t);
        attack(JOIN(open, original, sig, close), t);
        attack(JOIN(open, sig, original, close), t);
        attack(JOIN(open, h, original, h_end, sig, close), t);
        attack(JOIN(open, h, sig, original, h_end, close), t);
        attack(JOIN(open, h, sig, h_end, h, original, h_end, close), t);
        attack(JOIN(open, root, sig, close), t);
        for (int k = 0; k < PLACES; k++) {
            str hiding = hidden_in(sig, hiding_places[k], original);
            attack(JOIN(open, hiding, close), t);
            attack(JOIN(open, h, hiding, h_end, close), t);
            attack(JOIN(open, hiding, original, close), t);
        }
    }
}

START_TEST(generated_wrappings)
{
    struct tally t = {0, 0};
    setup();
    attacks_on(signed_by_id(), &t);
    ck_assert_int_ge(t.fooling, 10); /* or the generator is no good */
    t_ok(make(XADES_ENVELOPED, &signers[0], &invoice, 1, NULL));
    attacks_on(arena_str(a, buf_str(&made)), &t);
    ck_assert_int_eq(t.made, 2 * IDS * (7 + 3 * PLACES));
    teardown();
}
END_TEST

/* The same for an Object inside the signature: another one takes its place. */
START_TEST(generated_wrappings_of_objects)
{
    setup();
    t_ok(make(XADES_ENVELOPING, &signers[0], files, 1, NULL));
    str whole = good_signature(arena_str(a, buf_str(&made))), object = part(whole, "<ds:Object xmlns", "</ds:Object>");
    str id = part(object, "o-", "\"");
    id.n--; /* the quote */
    static const char *const names[] = {"", "Id", "ID", "id", "xml:id"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        str evil = names[i][0] ? arena_printf(a, "<ds:Object %s='%.*s'>ZXZpbA==</ds:Object>", names[i], STR_ARG(id))
                               : STR("<ds:Object>ZXZpbA==</ds:Object>");
        str replaced = with(a, whole, arena_cstr(a, object), arena_cstr(a, evil));
        struct tally t = {0, 0};
        attack(replaced, &t);
        attack(JOIN(STR("<R>"), replaced, object, STR("</R>")), &t);
        attack(JOIN(STR("<R><H>"), object, STR("</H>"), replaced, STR("</R>")), &t);
        attack(with(a, whole, arena_cstr(a, object), arena_cstr(a, JOIN(object, evil))), &t);
        attack(with(a, whole, arena_cstr(a, object), arena_cstr(a, JOIN(evil, object))), &t);
        for (int k = 0; k < PLACES; k++)
            attack(hidden_in(replaced, hiding_places[k], object), &t);
    }
    teardown();
}
END_TEST

T_MAIN("sign/xades_wrap", wrapped_documents, references_to_elsewhere, signature_moved_into_a_document, transforms,
       objects_that_nobody_signed, generated_wrappings, generated_wrappings_of_objects)
