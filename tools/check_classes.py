#!/usr/bin/env python3
"""Every class of ours (rise-…) that a view gives to an element has a rule in the stylesheet: a part that nobody styled
is found here and not by a user.

  check_classes.py ROOT      prints FILE:LINE: the class; exit 1 when there is any
  check_classes.py --test    the check finds what it should, and nothing else
"""
import glob
import os
import re
import sys

CLASS = re.compile(r'\bclass="((?:\{\{.*?\}\}|[^"{]|\{(?!\{))*)"', re.S)
OURS = re.compile(r"\brise-[a-z0-9_-]+")
RULE = re.compile(r"\.(rise-[a-z0-9_-]+)")
COMMENT = re.compile(r"/\*.*?\*/|(?<!:)//[^\n]*", re.S)


def styled(sheets):
    return {name for text in sheets for name in RULE.findall(COMMENT.sub("", text))}


def unstyled(view, rules):
    """(line, class) of a view's classes without a rule. One that ends in a dash goes on with an expression."""
    for attribute in CLASS.finditer(view):
        for name in OURS.finditer(attribute.group(1)):
            known = any(r.startswith(name.group()) for r in rules) if name.group().endswith("-") else name.group() in rules
            if not known:
                yield view.count("\n", 0, attribute.start(1) + name.start()) + 1, name.group()


def test():
    rules = styled([".rise-a { .x & { } }\n.rise-b__c:hover, .rise-note--good { } /* .rise-no { } */ // .rise-never\n"])
    assert rules == {"rise-a", "rise-b__c", "rise-note--good"}, rules
    view = '<p class="rise-a {{if x}}rise-gone{{end}}">\n<b class="{{= on ? "rise-b__c" : "rise-lost"}} rise-note--{{= kind}}">rise-text</b>\n<i class="rise-odd-{{= k}}" id="rise-id">'
    assert list(unstyled(view, rules)) == [(1, "rise-gone"), (2, "rise-lost"), (3, "rise-odd-")], list(unstyled(view, rules))


def read(path):
    with open(path, encoding="utf-8") as f:
        return f.read()


def main(root):
    rules = styled(read(p) for p in glob.glob(os.path.join(root, "assets/css/*.scss")))
    views = sorted(glob.glob(os.path.join(root, "src/**/views/*.html"), recursive=True))
    found = [f"{os.path.relpath(p, root)}:{line}: .{name} has no rule in assets/css" for p in views for line, name in unstyled(read(p), rules)]
    print("\n".join(found) if found else f"{len(views)} views, {len(rules)} classes")
    return 1 if found or not views or not rules else 0


if __name__ == "__main__":
    sys.exit(test() if sys.argv[1:] == ["--test"] else main(sys.argv[1]))
