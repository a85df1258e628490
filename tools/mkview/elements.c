/* What HTML says about elements and attributes: https://html.spec.whatwg.org/multipage/indices.html */
#include "compiler.h"

static bool listed(str name, const char *const *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (str_eq(name, str_of(list[i])))
            return true;
    return false;
}
#define LISTED(name, ...)                                                                                              \
    listed((name), (const char *const[]){__VA_ARGS__}, sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

bool element_void(str name)
{
    return LISTED(name, "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track",
                  "wbr");
}

bool element_closes_p(str name)
{
    return LISTED(name, "address", "article", "aside", "blockquote", "details", "dialog", "div", "dl", "fieldset",
                  "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hgroup",
                  "hr", "main", "menu", "nav", "ol", "p", "pre", "search", "section", "table", "ul");
}

bool element_block(str name)
{
    return element_closes_p(name) ||
           LISTED(name, "html", "head", "body", "title", "meta", "link", "script", "style", "base", "li", "dt", "dd",
                  "caption", "colgroup", "col", "thead", "tbody", "tfoot", "tr", "th", "td", "legend", "summary",
                  "option", "optgroup", "select", "datalist", "template", "svg", "g", "path", "circle", "rect", "line",
                  "polyline", "polygon", "defs", "symbol", "linearGradient", "stop", "use", "picture", "source");
}

bool element_known(str name)
{
    return element_block(name) || element_void(name) ||
           LISTED(name, "a", "abbr", "audio", "b", "bdi", "bdo", "button", "canvas", "cite", "code", "data", "del",
                  "dfn", "em", "i", "ins", "kbd", "label", "mark", "meter", "noscript", "output", "progress", "q", "rp",
                  "rt", "ruby", "s", "samp", "small", "span", "strong", "sub", "sup", "text", "tspan", "textarea",
                  "time", "u", "var", "video", "ellipse");
}

bool attribute_url(str name)
{
    return LISTED(name, "href", "src", "action", "formaction", "poster", "cite", "data", "xlink:href");
}

bool attribute_language(str name)
{
    return LISTED(name, "alt", "title", "placeholder", "aria-label", "aria-description", "aria-roledescription",
                  "aria-valuetext", "aria-placeholder", "label", "summary", "abbr") ||
           str_starts(name, STR("data-msg"));
}
