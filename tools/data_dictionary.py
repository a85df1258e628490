#!/usr/bin/env python3
"""Writes docs/data-dictionary.md from the schema files: every table with its columns, types, comments and the mark of personal data.

usage: tools/data_dictionary.py            rewrites the file
       tools/data_dictionary.py --check    fails when the file is not what the schema says (a meson test)
"""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "data-dictionary.md"
HEAD = """# Data dictionary

Made by `tools/data_dictionary.py` from the schema files; do not edit. INTEGER is 64 bits (amounts in whole units, instants in µs UTC, days since 1970-01-01, truth values 0 and 1).
**personal** marks personal data (個資法): it is scoped to those concerned, never logged, and never in the public log.
"""


def clean(comment):
    return re.sub(r"\s+", " ", comment).strip().replace("|", "\\|")


def tables(sql):
    """Yields (name, comment, [(column, type, comment)]) in order."""
    above, name, columns = [], None, []
    for line in sql.splitlines():
        text, _, comment = line.partition("--")
        text, comment = text.strip(), comment.strip()
        if name is None:
            opening = re.match(r"CREATE TABLE (\w+)", text)
            if opening:
                name, columns = opening.group(1), []
            elif not text:
                above = above + [comment] if comment else []
            else:
                above = []
        elif text.startswith(")"):
            yield name, clean(" ".join(above)), columns
            name, above = None, []
        else:
            column = re.match(r"(\w+)\s+(INTEGER|TEXT|BLOB)\b(.*)", text)
            if column:
                columns.append([column.group(1), column.group(2) + ("" if "NOT NULL" in text or "PRIMARY KEY" in text else ", may be NULL"), comment])
            elif comment and not text and columns:
                columns[-1][2] += " " + comment


def personal(comment):
    rest = re.sub(r"\[?\bpersonal\b\]?[;:,]?\s*", "", comment)
    return ("**personal** " if rest != comment else "") + clean(rest)


def page():
    out = [HEAD]
    for folder in sorted(ROOT.glob("src/core/schema")) + sorted(ROOT.glob("src/mod/*/schema")):
        out.append(f"\n## {folder.parent.relative_to(ROOT / 'src')}\n")
        for path in sorted(folder.glob("*.sql")):
            for name, comment, columns in tables(path.read_text(encoding="utf-8")):
                out.append(f"\n### {name}\n{comment}\n" if comment else f"\n### {name}\n")
                out.append("\n| column | type | meaning |\n|---|---|---|\n")
                out.extend(f"| {column} | {kind} | {personal(note)} |\n" for column, kind, note in columns)
    return "".join(out)


def main():
    if sys.argv[1:] == ["--check"]:
        if not PAGE.exists() or PAGE.read_text(encoding="utf-8") != page():
            sys.exit("docs/data-dictionary.md is not what the schema says: run tools/data_dictionary.py")
        return
    PAGE.write_text(page(), encoding="utf-8")


main()
