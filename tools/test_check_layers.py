#!/usr/bin/env python3
"""check_layers.py finds what is wrong in a bad tree, where it is, and nothing in a good one."""
import os
import subprocess
import sys
import tempfile

TOOL = os.path.join(os.path.dirname(os.path.abspath(__file__)), "check_layers.py")

GOOD = {
    "src/base/a.h": '#include <unistr.h>\n#include <unistd.h>\n/* #include "web/x.h", and do not strcpy() */\n',
    "src/db/b.c": '#include "base/a.h"\n#include "sys/s.h"\n#include <sqlite3.h>\n#include "b.h"\n',
    "src/crypto/c.c": "#include <openssl/evp.h>\nvoid f(struct s *p) { p->free(1); p->x.gets(1); my_strcpy(2); puts(\"gets(\"); }\n",
    "src/http/h.c": "void f(void) { free(malloc(1)); }\n",
    "src/mod/fund/fund.h": "",
    "src/mod/fund/module.c": "const struct module fund = {.name = \"fund\", .needs = NULL};\n",
    "src/mod/market/module.c": 'const struct module m = {.needs = (const char *const[]){"fund", NULL}};\n'
                               '#include "mod/fund/fund.h"\n#include "mod/market/inner.h"\n#include "core/app.h"\n',
    "src/mod/fund/engine/e.c": '#include "mod/fund/engine/e.h"\n#include "http/input.h"\n#include "base/a.h"\n',
    "src/mod/market/views/v.html": '{{include "mod/market/pages.h"}}\n',
    "src/cmd/main.c": '#include "mod/market/market.h"\n',
    "tools/t.c": '#include "base/a.h"\n',
}

BAD = {  # file: (text, what must be printed about it)
    "src/base/up.c": ('#include "sys/clock.h"\n', ["src/base/up.c:1: base may not include"]),
    "src/db/side.h": ('\n#include "http/http.h"\n', ["src/db/side.h:2: db may not include"]),
    "src/web/up.c": ('#  include "core/app.h"\n', ["src/web/up.c:1: web may not include"]),
    "src/web/views/v.html": ('\n{{include "mod/market/pages.h"}}\n', ["src/web/views/v.html:2: web may not include"]),
    "src/core/odd.c": ('#include "somewhere/x.h"\n', ["src/core/odd.c:1: \"somewhere/x.h\" is in no layer"]),
    "src/core/third.c": ("#include <openssl/evp.h>\n/*\n*/\n#include <sqlite3.h>\n#include <libpq-fe.h>\n",
                         ["src/core/third.c:1: <openssl/evp.h>", "src/core/third.c:4: <sqlite3.h>", "src/core/third.c:5: <libpq-fe.h>"]),
    "src/base/third.c": ("#include <curl/curl.h>\n#include <microhttpd.h>\n#include <cairo/cairo.h>\n#include <fido.h>\n",
                         [f"src/base/third.c:{n}: <" for n in (1, 2, 3, 4)]),
    "src/web/third.c": ("#include <jansson.h>\n#include <uninorm.h>\n", [f"src/web/third.c:{n}: <" for n in (1, 2)]),
    "fuzz/third.c": ("#include <brotli/encode.h>\n", ["fuzz/third.c:1: <brotli/encode.h>"]),
    "src/sys/random.h": ("", []),
    "src/sys/shadow.c": ("#include <sys/random.h>\n", ["src/sys/shadow.c:1: <sys/random.h> finds our own file"]),
    "src/base/calls.c": ("void f(void) {\n  strcpy(a, b);\n  x = atoi (s) + strtol(s, 0, 10);\n  gets(s); sprintf(s, \"strcat(\");\n}\n",
                         ["src/base/calls.c:2: strcpy()", "src/base/calls.c:3: atoi()", "src/base/calls.c:3: strtol()",
                          "src/base/calls.c:4: gets()", "src/base/calls.c:4: sprintf()"]),
    "src/mod/fund/module.c": ('x = {.needs = (const char *const[]){"market", "ghost", NULL}};\n',
                              ["src/mod/fund/module.c:1: needs go round in a circle", "src/mod/fund/module.c:1: needs ghost"]),
    "src/mod/market/module.c": ('x = {.needs = (const char *const[]){"fund", NULL}};\n', []),
    "src/mod/fund/engine/up.c": ('#include "db/db.h"\n#include "mod/fund/fund.h"\n',
                                 [f"src/mod/fund/engine/up.c:{n}: an engine may not include" for n in (1, 2)]),
    "src/mod/market/use.c": ('#include "mod/fund/fund.h"\n#include "mod/fund/inner.h"\n#include "mod/sign/sign.h"\n#include "cmd/cmd.h"\n'
                             'void *p = malloc(1);\nvoid g(void) { free(p); }\n',
                             ["src/mod/market/use.c:2: \"mod/fund/inner.h\" is not the public header",
                              "src/mod/market/use.c:3: module market may not include", "src/mod/market/use.c:4: mod may not include",
                              "src/mod/market/use.c:5: malloc()", "src/mod/market/use.c:6: free()"]),
}


def run(tree):
    with tempfile.TemporaryDirectory() as root:
        for path, text in tree.items():
            os.makedirs(os.path.dirname(os.path.join(root, path)), exist_ok=True)
            with open(os.path.join(root, path), "w", encoding="utf-8") as f:
                f.write(text)
        done = subprocess.run([sys.executable, TOOL, root], capture_output=True, text=True)
        return done.returncode, done.stdout.splitlines()


def main():
    code, lines = run(GOOD)
    assert code == 0, lines
    code, lines = run({path: text for path, (text, _) in BAD.items()})
    assert code == 1
    wanted = [w for _, words in BAD.values() for w in words]
    for want in wanted:
        assert sum(line.startswith(want) for line in lines) == 1, (want, lines)
    assert len(lines) == len(wanted), [line for line in lines if not line.startswith(tuple(wanted))]
    print(f"{len(wanted)} faults found, none invented")


if __name__ == "__main__":
    main()
