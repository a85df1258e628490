#!/usr/bin/env python3
"""Translations: English msgids in C and views, Traditional Chinese in po/zh_TW/*.po (po/README.md).

  i18n.py catalogue OUT.c PO...   the sorted C table the program looks texts up in (build step)
  i18n.py check BUILD             names every msgid in use that lacks a translation; exit 1 when there is one
  i18n.py report BUILD            the same, but exit 77 (test skipped) then
  i18n.py update BUILD            refreshes po/messages.pot and adds what is missing, empty, to the po file of the layer or module that uses it
"""
import gettext
import html
import os
import re
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
KEYWORDS = ["N_", "tr:2", "tr_f:3", "tr_n:3,4", "ERR:4", "ERR_FIELD:4", "err_set:4", "err_field:4", "flash:2", "VIEW_MSG:1", "VIEW_PLURAL:1,2"]
PO_HEADER = '''msgid ""
msgstr ""
"Language: zh_TW\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"
'''


def run(*args, **kw):
    return subprocess.run(args, check=True, cwd=ROOT, **kw)


def po_files():
    folder = os.path.join(ROOT, "po", "zh_TW")
    return sorted(os.path.join(folder, f) for f in os.listdir(folder) if f.endswith(".po"))


def read_catalogue(files):
    """msgid -> translation; plurals under their singular. msgfmt checks form and leaves fuzzy entries out."""
    with tempfile.TemporaryDirectory() as tmp:
        merged, mo = os.path.join(tmp, "all.po"), os.path.join(tmp, "all.mo")
        for f in files:
            run("msgfmt", "--check-format", "--check-domain", "-o", os.devnull, os.path.abspath(f))
        run("msgcat", "--use-first", "--force-po", "-o", merged, *[os.path.abspath(f) for f in files])
        run("msgfmt", "-o", mo, merged)
        with open(mo, "rb") as f:
            raw = gettext.GNUTranslations(f)._catalog
    out = {}
    for key, text in raw.items():
        msgid = key[0] if isinstance(key, tuple) else key
        if msgid and text:
            out[msgid] = text
    return out


def places(text):
    return sorted(set(re.findall(r"\{[0-9n]\}", text)))


def c_string(text):
    out = []
    for ch in text:
        out.append({"\n": "\\n", '"': '\\"', "\\": "\\\\", "?": "\\?", "\t": "\\t"}.get(ch, ch))
    return '"' + "".join(out) + '"'


def catalogue(out, files):
    texts = read_catalogue(files)
    rows = []
    for msgid in sorted(texts, key=lambda s: s.encode()):
        text = texts[msgid]
        escaped = html.escape(text, quote=True)
        rows.append("    {%s, STR_INIT(%s), STR_INIT(%s)},\n" % (c_string(msgid), c_string(text), c_string(escaped)))
    rows = rows or ['    {"", STR_INIT(""), STR_INIT("")},\n']
    with open(out, "w", encoding="utf-8") as f:
        f.write('/* Made by tools/i18n.py from po/zh_TW/; do not edit. */\n#include "web/catalogue.h"\n\n')
        f.write("const struct msg catalogue_zh[] = {\n" + "".join(rows) + "};\n")
        f.write("const size_t catalogue_zh_n = %d;\n" % len(texts))


def sources(build):
    """C of the project, and the C that mkview made of the views (its #line rows lead back to them)."""
    found = []
    for folder, _, names in os.walk(os.path.join(ROOT, "src")):
        found += [os.path.join(folder, n) for n in names if n.endswith((".c", ".h")) and not n.startswith("test_")]
    for folder, _, names in os.walk(build):
        found += [os.path.join(folder, n) for n in names if n.endswith(".view.c")]
    return sorted(found)


def extract(build, pot):
    files = "\n".join(os.path.relpath(f, ROOT) for f in sources(build))
    run("xgettext", "--language=C", "--from-code=UTF-8", "--keyword", *["--keyword=" + k for k in KEYWORDS], "--sort-by-file",
        "--package-name=RISE", "--no-wrap", "-o", pot, "--files-from=-", input=files.encode())
    with open(pot, encoding="utf-8") as f:
        text = f.read()
    text = re.sub(r"(\.\./)+src/", "src/", text.replace("charset=CHARSET", "charset=UTF-8"))
    text = re.sub(r'"POT-Creation-Date:[^"]*"\n', "", text)
    with open(pot, "w", encoding="utf-8") as f:
        f.write(text)


def po_string(block, keyword):
    m = re.search(r"^" + keyword + r' ((?:"(?:[^"\\]|\\.)*"\n?)+)', block, re.M)
    text = "".join(re.findall(r'"((?:[^"\\]|\\.)*)"', m.group(1))) if m else ""
    return re.sub(r"\\(.)", lambda e: {"n": "\n", "t": "\t"}.get(e.group(1), e.group(1)), text)


def entries(pot):
    """[(references, block of lines, msgid, the text whose placeholders a translation must have)] of a pot file."""
    out = []
    with open(pot, encoding="utf-8") as f:
        blocks = f.read().split("\n\n")
    for block in blocks:
        refs = re.findall(r"^#: (.*)$", block, re.M)
        msgid = po_string(block, "msgid")
        if refs and msgid:
            out.append((" ".join(refs).split(), block.strip(), msgid, po_string(block, "msgid_plural") or msgid))
    return out


def owner(ref):
    """src/web/x.c -> web, src/mod/market/y.c -> market"""
    parts = ref.split(":")[0].split("/")
    return parts[2] if parts[1] == "mod" and len(parts) > 3 else parts[1]


def missing(build):
    with tempfile.TemporaryDirectory() as tmp:
        pot = os.path.join(tmp, "messages.pot")
        extract(build, pot)
        used = entries(pot)
    known = read_catalogue(po_files())
    return used, known, [e for e in used if e[2] not in known]


def check(build):
    used, known, lacking = missing(build)
    for refs, _, msgid, _ in lacking:
        print("%s: no translation in po/zh_TW/%s.po: %r" % (refs[0], owner(refs[0]), msgid))
    wrong = [(m, known[m]) for _, _, m, full in used if m in known and places(full) != places(known[m])]
    for msgid, text in wrong:
        print("placeholders differ: %r / %r" % (msgid, text))
    print("%d texts, %d without translation, %d with other placeholders" % (len(used), len(lacking), len(wrong)))
    return 1 if lacking or wrong else 0


def update(build):
    extract(build, os.path.join(ROOT, "po", "messages.pot"))
    _, _, lacking = missing(build)
    for refs, block, _, _ in lacking:
        path = os.path.join(ROOT, "po", "zh_TW", owner(refs[0]) + ".po")
        lines = [l for l in block.split("\n") if not l.startswith(("#:", "#,"))]
        text = "\n".join(lines)
        old = open(path, encoding="utf-8").read() if os.path.exists(path) else PO_HEADER
        first = re.search(r'^msgid (?:"[^\n]*"\n?)+', text, re.M).group(0)
        if first in old:
            continue  # stands there already, empty or fuzzy
        with open(path, "w", encoding="utf-8") as f:
            f.write(old.rstrip("\n") + "\n\n" + text + "\n")
    print("%d texts without translation" % len(lacking))
    return 0


def main(argv):
    if len(argv) >= 3 and argv[0] == "catalogue":
        catalogue(argv[1], argv[2:])
        return 0
    if len(argv) == 2 and argv[0] == "check":
        return check(os.path.abspath(argv[1]))
    if len(argv) == 2 and argv[0] == "report":
        return 77 if check(os.path.abspath(argv[1])) else 0
    if len(argv) == 2 and argv[0] == "update":
        return update(os.path.abspath(argv[1]))
    print(__doc__, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
