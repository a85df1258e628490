/* One pass over the text before libxml2 sees it: refuses document types, and what would cost libxml2 more than linear
 * time or memory (it compares each attribute of a tag with all others). Also finds an element's tags by its number. */
#include "base/xml_impl.h"

struct scan {
    str text;
    size_t at, elements, depth;
    size_t wanted;       /* ordinal of the element */
    size_t wanted_depth; /* != 0: it is open */
    struct xml_place *place;
};

static rc too_large(struct err *err)
{
    return ERR(err, E_LIMIT, "XML-002", N_("The XML is too large or nested too deeply."));
}

/* Moves behind the next `end`, or to the end of the text. */
static void skip_past(struct scan *s, str end)
{
    str rest = str_sub(s->text, s->at, SIZE_MAX);
    ptrdiff_t i = str_find(rest, end);
    s->at = i < 0 ? s->text.n : s->at + (size_t)i + end.n;
}

/* Behind the tag's '>' outside quotes. */
static rc skip_tag(struct scan *s, bool *one_tag, struct err *err)
{
    size_t attributes = 0;
    for (char quote = 0; s->at < s->text.n; s->at++) {
        char c = s->text.p[s->at];
        if (quote) {
            quote = c == quote ? (char)0 : quote;
        } else if (c == '"' || c == '\'') {
            quote = c;
            if (++attributes > XML_ATTRIBUTES_MAX)
                return too_large(err);
        } else if (c == '>') {
            *one_tag = s->text.p[s->at - 1] == '/';
            s->at++;
            break;
        }
    }
    return OK;
}

static rc start_tag(struct scan *s, size_t open, struct err *err)
{
    bool one_tag = false, wanted = s->place && s->elements == s->wanted;
    TRY(skip_tag(s, &one_tag, err));
    if (++s->elements > XML_ELEMENTS_MAX || s->depth >= XML_DEPTH_MAX)
        return too_large(err);
    if (wanted)
        *s->place = (struct xml_place){.open = open, .inside = s->at, .close = s->at, .one_tag = one_tag};
    if (!one_tag)
        s->depth++;
    if (wanted && !one_tag)
        s->wanted_depth = s->depth;
    return OK;
}

static rc end_tag(struct scan *s, size_t open, struct err *err)
{
    bool one_tag;
    TRY(skip_tag(s, &one_tag, err));
    if (s->wanted_depth != 0 && s->depth == s->wanted_depth) {
        s->place->close = open;
        s->wanted_depth = 0;
    }
    if (s->depth > 0)
        s->depth--;
    return OK;
}

rc xml_scan(str text, size_t ordinal, struct xml_place *place, struct err *err)
{
    struct scan s = {.text = text, .wanted = ordinal, .place = place};
    while (s.at < text.n) {
        const char *p = memchr(text.p + s.at, '<', text.n - s.at);
        if (!p)
            break;
        size_t open = (size_t)(p - text.p);
        str rest = str_sub(text, open, SIZE_MAX);
        s.at = open + 1;
        if (str_starts(rest, STR("<!--"))) {
            s.at = open + 4;
            skip_past(&s, STR("-->"));
        } else if (str_starts(rest, STR("<![CDATA["))) {
            skip_past(&s, STR("]]>"));
        } else if (str_starts(rest, STR("<!"))) {
            return ERR(err, E_INVALID, "XML-003", N_("The XML has a document type declaration or is not UTF-8."));
        } else if (str_starts(rest, STR("<?"))) {
            skip_past(&s, STR("?>"));
        } else if (str_starts(rest, STR("</"))) {
            TRY(end_tag(&s, open, err));
        } else {
            TRY(start_tag(&s, open, err));
        }
    }
    return OK;
}
