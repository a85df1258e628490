/* Canonical forms are compared with those printed in W3C's recommendations; hostile texts must cost nothing. */
#include "base/xml.h"

#include "t.h"

enum { ROOM = 1 << 22 };

static struct arena *a;
static struct err err;

static rc parse(str text, struct xml **x)
{
    err_clear(&err);
    return xml_parse(a, text, ROOM, x, &err);
}

static str canonical(str text, enum xml_c14n c14n, const char *id, str prefixes)
{
    struct xml *x = NULL;
    struct xml_node *n = NULL;
    BUF_SCOPED out = BUF_INIT(ROOM);
    t_ok(parse(text, &x));
    if (id)
        ck_assert_uint_eq(xml_by_id(x, str_of(id), &n), 1);
    t_ok(xml_canonical(x, n, NULL, &(struct xml_form){.c14n = c14n, .prefixes = prefixes}, &out));
    return arena_str(a, buf_str(&out));
}

/* Canonical XML 1.0, sections 3.1 to 3.3 (without the document type, which is refused here). */
START_TEST(canonical_as_published)
{
    a = arena_new(ROOM);
    t_str(canonical(STR("<?xml version=\"1.0\"?>\n\n<?xml-stylesheet   href=\"doc.xsl\"\n   type=\"text/xsl\"   ?>\n\n"
                        "<doc>Hello, world!<!-- Comment 1 --></doc>\n\n<?pi-without-data     ?>\n\n<!-- Comment 2 -->"),
                    XML_C14N_10, NULL, STR_EMPTY),
          STR("<?xml-stylesheet href=\"doc.xsl\"\n   type=\"text/xsl\"   ?>\n<doc>Hello, "
              "world!</doc>\n<?pi-without-data?>"));
    t_str(
        canonical(STR("<doc><e1   /><e3   name = \"elem3\"   id=\"elem3\"   />"
                      "<e5 a:attr=\"out\" b:attr=\"sorted\" attr2=\"all\" attr=\"I'm\" xmlns:b=\"http://www.ietf.org\" "
                      "xmlns:a=\"http://www.w3.org\" xmlns=\"http://example.org\"/></doc>"),
                  XML_C14N_10, NULL, STR_EMPTY),
        STR("<doc><e1></e1><e3 id=\"elem3\" name=\"elem3\"></e3><e5 xmlns=\"http://example.org\" "
            "xmlns:a=\"http://www.w3.org\" xmlns:b=\"http://www.ietf.org\" attr=\"I'm\" attr2=\"all\" "
            "b:attr=\"sorted\" "
            "a:attr=\"out\"></e5></doc>"));
    arena_free(a);
}
END_TEST

/* Exclusive XML Canonicalization 1.0, section 2.2: the context's namespaces stay outside. */
START_TEST(exclusive_and_inclusive_differ)
{
    static const str text =
        STR_INIT("<n0:pdu xmlns:n0='http://a.example' xml:lang='fr'><n1:elem2 xmlns:n1='http://b.example' "
                 "Id='e'><n3:stuff xmlns:n3='ftp://c.example'/></n1:elem2></n0:pdu>");
    a = arena_new(ROOM);
    t_str(canonical(text, XML_C14N_EXCLUSIVE, "e", STR_EMPTY),
          STR("<n1:elem2 xmlns:n1=\"http://b.example\" Id=\"e\"><n3:stuff "
              "xmlns:n3=\"ftp://c.example\"></n3:stuff></n1:elem2>"));
    t_str(canonical(text, XML_C14N_EXCLUSIVE, "e", STR(" n0 x")),
          STR("<n1:elem2 xmlns:n0=\"http://a.example\" xmlns:n1=\"http://b.example\" Id=\"e\"><n3:stuff "
              "xmlns:n3=\"ftp://c.example\"></n3:stuff></n1:elem2>"));
    t_str(
        canonical(text, XML_C14N_10, "e", STR_EMPTY),
        STR("<n1:elem2 xmlns:n0=\"http://a.example\" xmlns:n1=\"http://b.example\" Id=\"e\" xml:lang=\"fr\"><n3:stuff "
            "xmlns:n3=\"ftp://c.example\"></n3:stuff></n1:elem2>"));
    arena_free(a);
}
END_TEST

START_TEST(a_subtree_is_left_out)
{
    struct xml *x;
    BUF_SCOPED out = BUF_INIT(ROOM);
    a = arena_new(ROOM);
    t_ok(parse(STR("<r xmlns='urn:u'>1<s><t/></s>2</r>"), &x));
    t_ok(xml_canonical(x, NULL, xml_child(xml_root(x), "urn:u", "s"), &(struct xml_form){.c14n = XML_C14N_10}, &out));
    t_str(buf_str(&out), STR("<r xmlns=\"urn:u\">12</r>"));
    arena_free(a);
}
END_TEST

START_TEST(relative_namespaces_have_no_canonical_form)
{
    struct xml *x;
    BUF_SCOPED out = BUF_INIT(ROOM);
    a = arena_new(ROOM);
    t_ok(parse(STR("<r xmlns='u'/>"), &x));
    t_rc(xml_canonical(x, NULL, NULL, &(struct xml_form){.c14n = XML_C14N_10}, &out), E_INVALID);
    arena_free(a);
}
END_TEST

START_TEST(refused)
{
    static const struct {
        str text;
        const char *code;
    } rows[] = {
        {STR_INIT(""), "XML-001"},
        {STR_INIT("text"), "XML-001"},
        {STR_INIT("<a>"), "XML-001"},
        {STR_INIT("<a/><b/>"), "XML-001"},
        {STR_INIT("<a b='1' b='2'/>"), "XML-001"},
        {STR_INIT("<p:a/>"), "XML-001"},
        {STR_INIT("<a>&unknown;</a>"), "XML-001"},
        {STR_INIT("<!DOCTYPE a [<!ENTITY e 'x'>]><a>&e;</a>"), "XML-003"},
        {STR_INIT("<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>"), "XML-003"},
        {STR_INIT("<a><!DOCTYPE a></a>"), "XML-003"},
        {STR_INIT("<?xml version='1.0' encoding='UTF-16'?><a/>"), "XML-001"}, /* its bytes are none */
        {STR_INIT("<?xml version='1.0' encoding='Big5'?><a/>"), "XML-003"},
        {STR_INIT("<a>\xff</a>"), "XML-003"},
        {STR_INIT("\xfe\xff\0<\0a\0/\0>"), "XML-003"},
    };
    a = arena_new(ROOM);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct xml *x;
        ck_assert_int_ne(parse(rows[i].text, &x), OK);
        ck_assert_msg(err.main.code && str_eq(str_of(err.main.code), str_of(rows[i].code)), "row %zu", i);
    }
    arena_free(a);
}
END_TEST

static str repeated(const char *head, const char *part, size_t times, const char *tail)
{
    BUF_SCOPED b = BUF_INIT(ROOM);
    buf_put(&b, str_of(head));
    for (size_t i = 0; i < times; i++)
        buf_put(&b, str_of(part));
    buf_put(&b, str_of(tail));
    return arena_str(a, buf_str(&b));
}

START_TEST(caps)
{
    struct xml *x;
    a = arena_new(ROOM * 4);
    t_rc(parse(repeated("", "<a>", 100000, ""), &x), E_LIMIT);
    t_rc(parse(repeated("<r>", "<a/>", XML_ELEMENTS_MAX, "</r>"), &x), E_LIMIT);
    t_rc(parse(repeated("<r ", "a=''", XML_ATTRIBUTES_MAX + 1, "/>"), &x), E_LIMIT);
    t_ok(parse(repeated("<r>", "<!-- <a> a='' -->\n", 5000, "</r>"), &x));
    t_ok(parse(repeated("<r><![CDATA[", "<a 'x' \"", 5000, "]]></r>"), &x));
    arena_free(a);
}
END_TEST

START_TEST(navigation)
{
    struct xml *x;
    struct xml_node *n;
    a = arena_new(ROOM);
    t_ok(parse(STR("<r xmlns='u' xmlns:v='w' Id='1'><a>x<![CDATA[<]]>y</a><v:a/><b id='2' v:Id='3'>t<!-- --></b>"
                   "<a xml:id='2'> 林 </a></r>"),
               &x));
    struct xml_node *r = xml_root(x);
    ck_assert(xml_is(r, "u", "r") && !xml_parent(r));
    ck_assert_uint_eq(xml_count(r, "u", "a"), 2);
    ck_assert_ptr_null(xml_only(r, "u", "a"));
    t_str(xml_text(a, xml_child(r, "u", "a")), STR("x<y"));
    ck_assert_ptr_null(xml_text(a, xml_child(r, "u", "b")).p); /* a comment could hide what is read */
    ck_assert_ptr_null(xml_text(a, r).p);
    t_str(xml_text(a, xml_child(r, "w", "a")), STR_EMPTY);
    ck_assert_uint_eq(xml_by_id(x, STR("1"), &n), 1);
    ck_assert_ptr_eq(n, r);
    ck_assert_uint_eq(xml_by_id(x, STR("2"), &n), 2);
    ck_assert_uint_eq(xml_by_id(x, STR("3"), &n), 0); /* v:Id is none */
    ck_assert_ptr_null(xml_attr(a, r, "id").p);
    size_t elements = 0;
    for (n = r; n; n = xml_after(n))
        elements++;
    ck_assert_uint_eq(elements, 5);
    arena_free(a);
}
END_TEST

static void inserts(str text, const char *id, const char *want)
{
    struct xml *x;
    struct xml_node *n;
    BUF_SCOPED out = BUF_INIT(ROOM);
    t_ok(parse(text, &x));
    ck_assert_uint_eq(xml_by_id(x, str_of(id), &n), 1);
    t_ok(xml_insert_last(x, n, STR("<N/>"), &out));
    t_str(buf_str(&out), str_of(want));
}

START_TEST(insertion_leaves_the_rest)
{
    a = arena_new(ROOM);
    inserts(STR("<?x?><r  Id='1'><a></a >\n</r><!-- -->"), "1", "<?x?><r  Id='1'><a></a >\n<N/></r><!-- -->");
    inserts(STR("<r><a/><!-- <b> --><b Id = \"1\" x='/>' /></r>"), "1",
            "<r><a/><!-- <b> --><b Id = \"1\" x='/>' ><N/></b></r>");
    inserts(STR("<r><a><a Id='1'><a>x</a></a></a></r>"), "1", "<r><a><a Id='1'><a>x</a><N/></a></a></r>");
    inserts(STR("<p:r xmlns:p='u'\n Id='1'/>"), "1", "<p:r xmlns:p='u'\n Id='1'><N/></p:r>");
    arena_free(a);
}
END_TEST

T_MAIN("base/xml", canonical_as_published, exclusive_and_inclusive_differ, a_subtree_is_left_out,
       relative_namespaces_have_no_canonical_form, refused, caps, navigation, insertion_leaves_the_rest)
