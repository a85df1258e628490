#!/usr/bin/env python3
"""rise fund assign, calibrate, sroi from outside: figures recomputed with exact fractions, wrong files, exit codes.

  fund_review.py RISE
"""
import csv
import io
import json
import math
import os
import random
import sys
from fractions import Fraction

import outside
from outside import WORK, check, failed


def rise(*args):
    return outside.rise("fund", *args)


def put(name, text):
    path = os.path.join(WORK.name, name)
    with open(path, "w", encoding="utf-8") as f:
        f.write(text)
    return name


def even(x):
    """A fraction rounded half to even (what Python's round does with fractions)."""
    return round(x)


# ---- sroi: the declared rounding, step by step, and the exact value beside it ----

def discounts(rate, mid, years):
    d, out = 10**18, []
    for y in range(years):
        if mid and y == 0:
            d = math.isqrt((10**36 * 1000) // (1000 + rate))
        else:
            d = even(Fraction(d * 1000, 1000 + rate))
        out.append(d)
    return out


def milli(text):
    return int(Fraction(text) * 1000)


def sroi_by_hand(rows, inputs, rate, mid):
    values, exact = [0] * 61, [Fraction(0)] * 61
    for r in rows:
        first = Fraction(r["quantity"]) * Fraction(r["proxy"])
        for share in ("deadweight", "displacement", "attribution"):
            first *= 1 - Fraction(r[share]) / 100
        drop = Fraction(r["drop_off"]) / 100
        v, e = even(first * 1000), first
        start = 2 if r["starts"] == "after" else 1
        for y in range(start, start + int(r["duration"])):
            values[y] += v
            exact[y] += e
            v, e = even(v * (1 - drop)), e * (1 - drop)
    d = discounts(rate, mid, 60)
    pvs = [even(Fraction(values[y] * d[y - 1], 10**18)) for y in range(1, 61)]
    r = Fraction(rate, 1000)
    true = None if mid else sum(exact[y] / (1 + r) ** y for y in range(1, 61))
    pv = sum(pvs)
    return values[1:], pvs, pv, even(Fraction(pv * 1000, inputs)), even(Fraction((pv - inputs) * 1000, inputs)), true


def test_sroi():
    rng = random.Random(7)
    for n in range(40):
        rows = [{
            "outcome": f"o{i}", "kind": "", "starts": rng.choice(["during", "after", ""]),
            "quantity": f"{rng.randint(0, 99999) / 1000:.3f}", "proxy": f"{rng.randint(-300000, 900000) / 100:.2f}",
            "deadweight": f"{rng.randint(0, 1000) / 10:.1f}", "displacement": str(rng.randint(0, 100)),
            "attribution": f"{rng.randint(0, 1000) / 10:.1f}", "drop_off": str(rng.randint(0, 100)),
            "duration": str(rng.randint(0, 12))} for i in range(rng.randint(1, 6))]
        paid = rng.randint(1, 10**6)
        rate, mid = rng.randint(0, 120), n % 2 == 1
        out = io.StringIO()
        w = csv.DictWriter(out, list(rows[0]))
        w.writeheader()
        w.writerows(rows + [dict.fromkeys(rows[0], "") | {"outcome": "grant", "kind": "input", "proxy": str(paid)}])
        file = put("map.csv", out.getvalue())
        if n % 4 >= 2:  # the same map as JSON
            file = put("map.json", json.dumps(list(csv.DictReader(io.StringIO(out.getvalue())))))
        code, text, err = rise("sroi", file, "--rate", str(rate), "--convention", "mid" if mid else "end", "--json")
        check("sroi runs", code == 0, err)
        got = json.loads(text)
        values, pvs, pv, ratio, net, true = sroi_by_hand(rows, paid * 1000, rate, mid)
        base = got["base"]
        for y in base["years"]:
            check("value of a year", milli(y["value"]) == values[y["year"] - 1], y)
            check("present value of a year", milli(y["pv"]) == pvs[y["year"] - 1], y)
        check("present value", milli(base["pv"]) == pv, (base["pv"], pv))
        check("ratio", milli(base["ratio"]) == ratio and milli(base["net_ratio"]) == net, base)
        if true is not None:  # all rounding together stays below half a thousandth for each figure
            check("close to the exact value", abs(true * 1000 - pv) <= len(rows) * 80 + 80, (float(true), pv))
        check("never one bare number", milli(got["low"]["npv"]) <= milli(base["npv"]) <= milli(got["high"]["npv"]))
        check("a default range", pv == 0 or got["low"]["npv"] != got["high"]["npv"], got["low"])


# ---- assign ----

def test_assign():
    r, p = put("r.csv", "id,max\nA,3\nB,\nC,2\n"), put("p.csv", "id,title\n1,x\n2,y\n3,z\n")
    c = put("c.csv", "reviewer,proposal\nA,1\n")
    a = put("a.json", json.dumps([{"reviewer": x, "proposal": y, "affinity": v} for x, y, v in
                                  [("B", 1, 50), ("C", "1", 20), ("A", 2, 90), ("B", 2, 10), ("C", 3, 70), ("A", 3, 5)]]))
    common = ["assign", "--k", "2", "--reviewers", r, "--proposals", p, "--conflicts", c, "--affinity", a]
    code, text, err = rise(*common)
    check("assign", code == 0 and text.replace("\r", "") ==
          "proposal,reviewer,affinity\n1,B,50\n1,C,20\n2,A,90\n2,B,10\n3,A,5\n3,C,70\n", text + err)
    kept = put("kept.csv", "proposal,reviewer\n3,B\n")
    code, text, err = rise(*common, "--kept", kept, "--json")
    got = json.loads(text)
    check("what is kept stays", code == 0 and [x["kept"] for x in got["assignments"]].count(True) == 1, text)
    code, text, err = rise(*common, "--kept", put("again.csv", rise(*common)[1]), "--json")
    check("the output can be kept", code == 0 and all(x["kept"] for x in json.loads(text)["assignments"]), text + err)
    code, text, err = rise(*common, "--max", "1", "--json")
    got = json.loads(text)
    check("infeasible is exit 2 and explained", code == 2 and got["reason"] == "capacity" and got["need"] == 6 and
          got["would_work_with"] == {"max": 2, "k": 1, "more_reviewers": 1} and "upper bound" in err, text + err)
    code, text, err = rise("assign", "--k", "3", "--reviewers", r, "--proposals", p, "--conflicts", c)
    check("which proposal lacks reviewers", code == 2 and "Proposal 1 needs 3 reviews, but only 2" in err, err)
    bad = put("bad.csv", "reviewer,proposal,affinity\nB,1,5x0\nD,1,20\nB,2,1e3\nB,2,５\n")
    code, text, err = rise("assign", "--k", "1", "--reviewers", r, "--proposals", p, "--affinity", bad)
    check("each wrong row is named", code == 2 and text == "" and
          all(f"bad.csv:{n}:" in err for n in (2, 3, 4, 5)) and "FND-216" in err, err)
    code, text, err = rise("assign", "--k", "1", "--reviewers", "none.csv", "--proposals", p)
    check("a missing file", code != 0 and "none.csv" in err, err)


# ---- calibrate ----

def test_calibrate():
    rows = "r1,1,7\nr2,1,6\nr1,2,5\nr2,2,4.1\nr1,3,8.1\nr2,3,7\nr1,4,6.5\nr2,4,5.5\nr1,5,6.9\nr2,6,6.2\nr2,7,\n"
    code, text, err = rise("calibrate", put("s.csv", "who,what,points\n" + rows), "--pass", "3", "--json", "--map",
                           "reviewer=who,proposal=what,score=points")
    got = json.loads(text)
    by_id = {x["id"]: x for x in got["proposals"]}
    check("calibrate", code == 0 and got["missing"] == 1 and got["components"] == 1, text + err)
    check("who crosses", by_id["6"]["pass"] and not by_id["6"]["raw_pass"] and not by_id["5"]["pass"] and
          by_id["5"]["raw_pass"], text)
    check("raw mean is exact", by_id["2"]["raw"] == "4.550", text)
    check("no score, no rank", "rank" not in by_id["7"], text)
    code, text, err = rise("calibrate", put("two.csv", "reviewer,proposal,score\na,1,5\na,2,6\nb,3,5\nb,4,7\n"))
    check("groups are warned of", code == 0 and "2 groups" in err and "1: 1 2" in err and "2: 3 4" in err, err)
    code, text, err = rise("calibrate", put("nan.csv", "reviewer,proposal,score\na,1,NaN\na,2,6.1234\n"))
    check("wrong scores", code == 2 and "nan.csv:2:" in err and "nan.csv:3:" in err, err)
    code, text, err = rise("calibrate", put("not.csv", "reviewer,proposal\na,1\n"))
    check("a column is missing", code == 2 and "score" in err and "FND-210" in err, err)
    code, text, err = rise("calibrate", put("open.csv", 'reviewer,proposal,score\na,1,"5\n'))
    check("an open quotation mark", code == 2 and "CSV-002" in err, err)
    code, text, err = rise("calibrate", put("torn.json", '[{"reviewer": "a", '))
    check("torn JSON", code == 2 and "torn.json" in err, err)


test_sroi()
test_assign()
test_calibrate()
code, text, err = rise("sroi", put("typo.csv", "outcome,proxy,deadwieght\na,1,50\n"))
check("a misspelt column is refused", code == 2 and "deadwieght" in err, err)
print("failed" if failed else "all hold")
sys.exit(len(failed) > 0)
