/* Bytes as a request head: first line, then fields, parted by LF. What the gate lets through is unambiguous. */
#include "base/utf8.h"
#include "fuzz.h"
#include "http/gate.h"

static size_t read_fields(str rest, struct gate_header *h, size_t max)
{
    size_t n = 0;
    while (rest.p && n < max) {
        str value = str_cut(&rest, '\n');
        h[n].name = str_cut(&value, ':');
        h[n].value = value.p ? str_trim(value) : STR_EMPTY;
        n++;
    }
    return n;
}

static size_t count(const struct gate_header *h, size_t n, str name)
{
    size_t found = 0;
    for (size_t i = 0; i < n; i++)
        found += str_ieq(h[i].name, name);
    return found;
}

static void check_path(str path)
{
    HOLDS(path.n > 0 && path.p[0] == '/');
    HOLDS(utf8_valid(path) && !utf8_has_control(path));
    for (str rest = path; rest.p;) {
        str segment = str_cut(&rest, '/');
        HOLDS(!str_eq(segment, STR(".")) && !str_eq(segment, STR("..")));
    }
    HOLDS(str_chr(path, '\\') < 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new(1 << 20);
    HOLDS(a);
    str rest = str_n(data, size);
    struct gate_header fields[GATE_HEADERS_MAX + 1];
    str line = str_cut(&rest, '\n');
    str method = str_cut(&line, ' ');
    str target = line.p ? str_cut(&line, ' ') : STR_EMPTY;
    size_t n = read_fields(rest, fields, GATE_HEADERS_MAX + 1);
    struct gate_head head = {method, target, line.p ? line : STR_EMPTY, fields, n, size, STR("/v/")};
    struct gate_result r;
    struct err err = {0};
    if (gate_check(a, &head, &r, &err) == OK) {
        bool http11 = str_eq(head.version, STR("HTTP/1.1"));
        HOLDS(count(fields, n, STR("host")) == 1 || (!http11 && count(fields, n, STR("host")) == 0));
        HOLDS(count(fields, n, STR("content-length")) <= 1);
        HOLDS(!r.chunked || (count(fields, n, STR("content-length")) == 0 && http11));
        HOLDS(r.chunked == (count(fields, n, STR("transfer-encoding")) == 1));
        check_path(r.path);
    } else {
        HOLDS(r.status >= 400 && r.status < 600);
        HOLDS(err.main.msgid);
    }
    arena_free(a);
    return 0;
}
