#!/usr/bin/env python3
"""The rules of the house that the compiler cannot know (ARCHITECTURE.md):

  - a file includes its own layer and lower ones:  base <- sys <- {crypto, db, http} <- web <- core <- mod <- cmd
  - a module includes of another only its public header, and only if its `needs` names it; needs have no cycle
  - a module's folder engine/ holds pure functions: base, sys, crypto, the types of http/input.h and itself, nothing else
  - a third-party library is included in one folder only
  - some C functions have a better one in src/base; a module takes memory from an arena

  check_layers.py ROOT      prints FILE:LINE: what is wrong; exit 1 when there is anything
"""
import os
import re
import sys

RANK = {"base": 0, "sys": 1, "crypto": 2, "db": 2, "http": 2, "web": 3, "core": 4, "mod": 5, "cmd": 6}

THIRD_PARTY = [  # (header, the only folder that may include it)
    (r"openssl/|fido\.h|fido/|cbor\.h|cbor/|p11-kit/", "src/crypto"),
    (r"sqlite3(ext)?\.h|libpq-fe\.h|libpq/|postgresql/", "src/db"),
    (r"microhttpd\.h|curl/", "src/http"),
    (r"jansson\.h|libxml/|zlib\.h|iconv\.h|uni(str|norm|case|conv|ctype|name|width|gbrk|wbrk|lbrk|stdio|types)\.h", "src/base"),
    (r"cairo|pango/|brotli/|hb(-|\.h)|fontconfig/|libintl\.h", "src/web"),
]

BANNED = [  # (functions, folder, what to do instead)
    ("strcpy stpcpy strncpy strcat strncat sprintf vsprintf gets", "src", "use str and buf (base/str.h, base/buf.h)"),
    ("atoi atol atoll atof strtol strtoll strtoul strtoull strtoimax strtoumax", "src", "use str_to_i64 (base/str.h)"),
    ("strtok strtok_r", "src", "use str_cut (base/str.h)"),
    ("rand srand random srandom rand_r drand48", "src", "use sys/random.h"),
    ("alloca mktemp tmpnam tempnam", "src", "never"),
    ("malloc calloc realloc reallocarray free strdup strndup asprintf vasprintf", "src/mod", "take memory from the arena"),
]

COMMENT_OR_LITERAL = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.S)
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', re.M)
VIEW_INCLUDE = re.compile(r'\{\{include\s+(")([^"]+)"\s*\}\}')
NEEDS = re.compile(r'\.needs\s*=\s*\([^)]*\)\s*\{([^}]*)\}')


def line_of(text, offset):
    return text.count("\n", 0, offset) + 1


def blank(match):
    """A comment or literal without its text but with its lines, so that offsets stay."""
    return re.sub(r"[^\n]", " ", match.group())


def without_comments(text):
    return COMMENT_OR_LITERAL.sub(lambda m: m.group() if m.group()[0] in "\"'" else blank(m), text)


def without_literals(text):
    return COMMENT_OR_LITERAL.sub(blank, text)


class House:
    def __init__(self, root):
        self.root = root
        self.findings = []
        self.files = sorted(self.walk())
        self.needs = {}
        for path in self.files:
            room = re.fullmatch(r"src/mod/([^/]+)/module\.c", path)
            if room:
                found = NEEDS.search(without_comments(self.read(path)))
                self.needs[room.group(1)] = re.findall(r'"([^"]+)"', found.group(1)) if found else []

    def walk(self):
        for top in ("src", "tools", "fuzz"):
            for folder, _, names in os.walk(os.path.join(self.root, top)):
                for name in names:
                    if name.endswith((".c", ".h")) or (name.endswith(".html") and os.path.basename(folder) == "views"):
                        yield os.path.relpath(os.path.join(folder, name), self.root)

    def read(self, path):
        with open(os.path.join(self.root, path), encoding="utf-8") as f:
            return f.read()

    def report(self, path, line, words):
        self.findings.append(f"{path}:{line}: {words}")

    def check_project_include(self, path, line, header):
        parts, target = path.split("/"), header.split("/")
        if target[0] not in RANK:
            if "/" in header:
                self.report(path, line, f'"{header}" is in no layer')
            return  # the file's own folder, or made by the build
        if parts[0] != "src":
            return  # build programs and fuzz programs may use any layer
        own, other = parts[1], target[0]
        if other != own and RANK[other] >= RANK[own]:
            self.report(path, line, f'{own} may not include "{header}": {other} is not below it')
        if own == "mod" and parts[3] == "engine" and other not in ("base", "sys", "crypto") and header != "http/input.h":
            if target[:3] != parts[1:4]:
                self.report(path, line, f'an engine may not include "{header}"')
        if own == other == "mod" and target[1] != parts[2]:
            if target[1] not in self.needs.get(parts[2], []):
                self.report(path, line, f'module {parts[2]} may not include "{header}": its needs do not name {target[1]}')
            elif target[1:] != [target[1], target[1] + ".h"]:
                self.report(path, line, f'"{header}" is not the public header of module {target[1]}')

    def check_system_include(self, path, line, header):
        for pattern, home in THIRD_PARTY:
            if re.match(pattern, header) and not path.startswith(home + "/"):
                self.report(path, line, f"<{header}> may be included in {home} only")
        if os.path.exists(os.path.join(self.root, "src", header)):
            self.report(path, line, f'<{header}> finds our own file: write "{header}", or do without the system\'s')

    def check_includes(self, path):
        text = self.read(path)
        found = VIEW_INCLUDE if path.endswith(".html") else INCLUDE
        text = text if path.endswith(".html") else without_comments(text)
        for m in found.finditer(text):
            check = self.check_project_include if m.group(1) == '"' else self.check_system_include
            check(path, line_of(text, m.start(1)), m.group(2))

    def check_calls(self, path):
        code = without_literals(self.read(path))
        for names, folder, instead in BANNED:
            if path.startswith(folder + "/"):
                for m in re.finditer(r"(?<![\w.>])(%s)\s*\(" % "|".join(names.split()), code):
                    self.report(path, line_of(code, m.start()), f"{m.group(1)}(): {instead}")

    def check_needs(self):
        def visit(name, way):
            if name in way:
                circle = " -> ".join(way[way.index(name):] + [name])
                self.report(f"src/mod/{name}/module.c", 1, f"needs go round in a circle: {circle}")
                return True
            return any(visit(n, way + [name]) for n in self.needs.get(name, []))

        for name in sorted(self.needs):
            for needed in self.needs[name]:
                if needed not in self.needs:
                    self.report(f"src/mod/{name}/module.c", 1, f"needs {needed}, which is no module")
        any(visit(name, []) for name in sorted(self.needs))

    def check(self):
        for path in self.files:
            self.check_includes(path)
            if not path.endswith(".html"):
                self.check_calls(path)
        self.check_needs()
        return self.findings


def main():
    if len(sys.argv) != 2 or not os.path.isdir(os.path.join(sys.argv[1], "src")):
        sys.exit(__doc__)
    house = House(sys.argv[1])
    findings = house.check()
    print("\n".join(findings) if findings else f"{len(house.files)} files keep the rules")
    sys.exit(1 if findings else 0)


if __name__ == "__main__":
    main()
