#!/usr/bin/env python3
"""Turns the files NNNN_name.sql of a schema folder into C: const struct migration MODULE_migrations[].

usage: embed_schema.py MODULE OUTPUT.c FILE.sql ...

Versions must be 1, 2, 3 … without gaps. The checksum is the SHA-256 of the file as it lies on the disk, so a migration
that was edited after it had been applied is found at the next start.
"""
import hashlib
import pathlib
import re
import sys


def c_string(line: str) -> str:
    out = []
    for byte in line.encode("utf-8"):
        ch = chr(byte)
        if ch in '"\\':
            out.append("\\" + ch)
        elif ch == "\n":
            out.append("\\n")
        elif 32 <= byte < 127 and ch != "?":
            out.append(ch)
        else:  # octal: unlike \x it cannot swallow the characters behind it
            out.append(f"\\{byte:03o}")
    return '"' + "".join(out) + '"'


def main() -> int:
    if len(sys.argv) < 3:
        print(__doc__, file=sys.stderr)
        return 2
    module, output, files = sys.argv[1], sys.argv[2], sorted(sys.argv[3:], key=lambda f: pathlib.Path(f).name)
    parts = [
        f"/* Made by tools/embed_schema.py from schema/ of {module}. */",
        '#include "db/db.h"',
        "",
        '#pragma GCC diagnostic ignored "-Woverlength-strings"',
        "",
        f"extern const struct migration {module}_migrations[];",
        f"extern const size_t {module}_migrations_n;",
        "",
    ]
    rows = []
    for version, file in enumerate(files, 1):
        path = pathlib.Path(file)
        match = re.fullmatch(r"(\d{4})_([a-z0-9_]+)\.sql", path.name)
        if not match or int(match[1]) != version:
            print(f"{file}: expected a name like {version:04d}_what_it_does.sql", file=sys.stderr)
            return 1
        raw = path.read_bytes()
        parts.append(f"static const char sql_{version}[] =")
        parts += ["    " + c_string(line) for line in raw.decode("utf-8").splitlines(keepends=True)] or ['    ""']
        parts[-1] += ";"
        parts.append("")
        digest = hashlib.sha256(raw).hexdigest()
        rows.append(f'    {{"{module}", {version}, "{match[2]}", {{sql_{version}, sizeof sql_{version} - 1}},\n     "{digest}"}},')
    parts += [f"const struct migration {module}_migrations[] = {{", *rows, "};", f"const size_t {module}_migrations_n = {len(rows)};"]
    pathlib.Path(output).write_text("\n".join(parts) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
