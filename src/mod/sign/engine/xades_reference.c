/* The octets that a reference stands for, once it is known what it refers to. */
#include "mod/sign/engine/xades_impl.h"

/* References to nodes never see comments (XML Signature 4.4.3.3). */
rc xades_node_octets(const struct xades *x, const struct xades_signature *s, const struct xades_reference *f,
                     const struct xml_node *node, struct buf *out)
{
    struct xml_form form = f->form;
    form.comments = false;
    return xml_canonical(x->xml, node, f->enveloped ? s->node : NULL, &form, out);
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The URI names this path (RFC 3986: percent-encoding undone). */
static bool names(str uri, str path)
{
    size_t at = 0;
    for (size_t i = 0; i < uri.n; i++, at++) {
        int c = (unsigned char)uri.p[i];
        if (c == '%') {
            if (uri.n - i < 3 || hex_digit(uri.p[i + 1]) < 0 || hex_digit(uri.p[i + 2]) < 0)
                return false;
            c = hex_digit(uri.p[i + 1]) * 16 + hex_digit(uri.p[i + 2]);
            i += 2;
        }
        if (at >= path.n || (unsigned char)path.p[at] != c)
            return false;
    }
    return at == path.n;
}

size_t xades_file_of(str uri, const struct sign_data *files, size_t n)
{
    size_t i = 0;
    while (i < n && !names(uri, files[i].name))
        i++;
    return i;
}

rc xades_reference_octets(const struct xades *x, const struct xades_signature *s, const struct xades_reference *f,
                          const struct sign_data *files, size_t n_files, struct buf *out)
{
    struct xml_node *node = NULL;
    if (f->uri.n > 0 && f->uri.p[0] != '#') {
        size_t i = xades_file_of(f->uri, files, n_files);
        if (i == n_files)
            return E_NOTFOUND;
        buf_put(out, files[i].bytes);
        return buf_rc(out);
    }
    if (f->uri.n > 0 && xml_by_id(x->xml, str_sub(f->uri, 1, SIZE_MAX), &node) != 1)
        return E_INVALID;
    return xades_node_octets(x, s, f, node, out);
}
