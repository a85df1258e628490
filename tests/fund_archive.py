#!/usr/bin/env python3
"""A round's archive checked by a program that shares no code with the one that made it: Python's standard library (zipfile,
hashlib, csv, json, fractions) and OpenSSL's command line for the signature. Also: what `rise fund verify` says of the
archive, of one that was tampered with, and of what is none.

  fund_archive.py RISE            in a demonstration world of its own
  fund_archive.py RISE ARCHIVE    of an archive that is there
"""
import base64
import csv
import glob
import hashlib
import io
import json
import math
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import zipfile
from fractions import Fraction

from outside import RISE, WORK, check, failed, rise


def demonstration():
    data = os.path.join(WORK.name, "var")
    for verb in (["init"], ["demo", "--firms", "60"]):
        code, out, err = rise(verb[0], "--data-dir", data, *verb[1:], RISE_DEMO="1")
        check(f"rise {verb[0]}", code == 0, err[-500:])
    for blob in glob.glob(os.path.join(data, "blobs", "*", "*")):
        if zipfile.is_zipfile(blob) and "manifest.json" in zipfile.ZipFile(blob).namelist():
            return blob
    sys.exit("not ok: the demonstration world has no archive")


def sha(data):
    return hashlib.sha256(data).hexdigest()


# ---- RFC 6962 ----

def node(left, right):
    return hashlib.sha256(b"\x01" + left + right).digest()


def root_of(leaves):
    """Recursive as in the RFC: split at the largest power of two below n."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1 << (len(leaves) - 1).bit_length() - 1
    return node(root_of(leaves[:k]), root_of(leaves[k:]))


def root_from_path(leaf, index, size, path):
    """RFC 9162 section 2.1.3.2."""
    fn, sn, r = index, size - 1, leaf
    for p in path:
        assert sn > 0
        if fn & 1 or fn == sn:
            r = node(p, r)
            while fn and not fn & 1:
                fn, sn = fn >> 1, sn >> 1
        else:
            r = node(r, p)
        fn, sn = fn >> 1, sn >> 1
    assert sn == 0
    return r


def signature_holds(vkey, note):
    text, _, signatures = note.rpartition("\n\n")
    text += "\n"
    name, _, key = vkey.split("+", 2)
    public = base64.b64decode(key)
    check("the key is Ed25519", public[0] == 1 and len(public) == 33)
    line = [s for s in signatures.split("\n") if s.startswith(f"— {name} ")][0]
    signature = base64.b64decode(line.rsplit(" ", 1)[1])[4:]
    paths = [os.path.join(WORK.name, n) for n in ("text", "sig", "key.der")]
    der = bytes.fromhex("302a300506032b6570032100") + public[1:]  # SubjectPublicKeyInfo, RFC 8410
    for path, data in zip(paths, (text.encode(), signature, der)):
        with open(path, "wb") as f:
            f.write(data)
    done = subprocess.run(["openssl", "pkeyutl", "-verify", "-rawin", "-pubin", "-keyform", "DER", "-inkey", paths[2],
                           "-in", paths[0], "-sigfile", paths[1]], capture_output=True)
    return done.returncode == 0, text


def open_proof(name, data, vkey, seen):
    proof = json.loads(data)
    salt = base64.b64decode(proof["salt"])
    leaf = hashlib.sha256(b"\x00" + hashlib.sha256(salt + proof["record"].encode()).digest()).digest()
    holds, text = signature_holds(vkey, proof["checkpoint"])
    size, root = int(text.split("\n")[1]), base64.b64decode(text.split("\n")[2])
    got = root_from_path(leaf, proof["index"], size, [base64.b64decode(p) for p in proof["path"]])
    check(f"{name}: signature", holds)
    check(f"{name}: path", got == root)
    seen.add(text)
    return proof["index"], json.loads(proof["record"])


# ---- the tally ----

def weights(rules, gifts):
    """Per project: donors, raised, counted, weight in 2^-32. Roots are floors of 2^-16."""
    sums = {}
    for g in gifts:
        per = sums.setdefault(int(g["project"]), {})
        raised, kind = per.get(g["donor"], (0, g["kind"]))
        per[g["donor"]] = (raised + int(g["amount"]), kind)
    out = {}
    for project, donors in sums.items():
        clip = rules["clip_organisation"]
        counted = [min(v, clip) if kind == "organisation" and clip else v for v, kind in donors.values()]
        roots = [math.isqrt(c << 32) for c in counted]
        square = sum(roots) ** 2
        weight = {"s2": square, "s2c": square - sum(r * r for r in roots), "s": sum(roots) << 16}[rules["weight"]]
        out[project] = (len(donors), sum(v for v, _ in donors.values()), sum(counted), weight)
    return out


def shares(rules, ranked):
    """The pool over (project, weight) in the order of ranks: exact fractions, the cap by a level, largest remainder."""
    pool, cap = rules["pool"], rules["cap"]
    with_weight = [(p, w) for p, w in ranked if w > 0]
    if not pool or not with_weight:
        return {}
    if cap and cap * len(with_weight) < pool:
        return {p: cap for p, _ in with_weight}
    capped = 0
    while True:  # more at the cap, until nobody's share is above it
        rest, total = pool - cap * capped, sum(w for _, w in with_weight[capped:])
        if not cap or capped == len(with_weight) or Fraction(rest * with_weight[capped][1], total) <= cap:
            break
        capped += 1
    match = {p: cap for p, _ in with_weight[:capped]}
    exact = [(Fraction(rest * w, total), w, p) for p, w in with_weight[capped:]]
    for x, _, p in exact:
        match[p] = math.floor(x)
    dust = pool - sum(match.values())
    for x, w, p in sorted(exact, key=lambda e: (-(e[0] - math.floor(e[0])), -e[1], e[2]))[:dust]:
        match[p] += 1
    return match, capped


def results_text(rules, places, projects, gifts):
    if rules["method"] != "qf" or rules["saturation"] != "scale":
        return None
    sums = weights(rules, gifts)
    ranked = sorted(((p, sums.get(p, (0, 0, 0, 0))[3]) for p in projects), key=lambda e: (-e[1], e[0]))
    got = shares(rules, ranked)
    match, capped = got if isinstance(got, tuple) else (got, len(got))
    lines = ["number,donors,raised,counted,weight,match,total,capped,rank,chosen"]
    for i, (p, w) in enumerate(ranked):
        donors, raised, counted, _ = sums.get(p, (0, 0, 0, 0))
        m = match.get(p, 0)
        lines.append(f"{p},{donors},{raised},{counted},{w},{m},{raised + m},{int(i < capped)},{i + 1},{int(i < places and w > 0)}")
    return "\n".join(lines) + "\n"


# ---- scores ----

def half_up(n, d):
    return (2 * n + d) // (2 * d)


def check_panel(panel, reviews, decided, code, stage_number, record):
    criteria = ("social", "impact", "innovation", "feasibility")
    totals = {}
    for r in reviews:
        given = [(int(panel[c]), int(r[c])) for c in criteria if r[c] != ""]
        weight = sum(w for w, _ in given)
        if weight:
            totals.setdefault(r["proposal"], []).append(half_up(1000 * sum(w * s for w, s in given), weight))
    text = f"fund-scores {code} {stage_number} {panel['places']}\n"
    for d in decided:
        mine = totals.get(d["proposal"], [])
        check(f"{panel['stage']}: reviews of {d['proposal']}", len(mine) == int(d["reviews"]))
        if mine:
            check(f"{panel['stage']}: raw mean of {d['proposal']}", half_up(sum(mine), len(mine)) == int(d["raw"]))
        text += " ".join(d[k] for k in ("proposal", "reviews", "raw", "calibrated", "raw_rank", "rank")) + "\n"
    check(f"{panel['stage']}: hash of the table", sha(text.encode()) == record["table_sha256"])
    by = "rank" if panel["basis"] == "calibrated" else "raw_rank"
    ranks = sorted(int(d[by]) for d in decided if int(d[by]) > 0)
    check(f"{panel['stage']}: ranks without gap", ranks == list(range(1, len(ranks) + 1)))
    if stage_number < 3:
        for d in decided:
            order = 0 < int(d[by]) <= int(panel["places"])
            check(f"{panel['stage']}: reason for {d['proposal']}", (d["taken"] == "yes") == order or d["reason"] != "")
    taken = [d["proposal"] for d in decided if d["taken"] != "no"]
    check(f"{panel['stage']}: places", len(taken) <= int(panel["places"]) and len(taken) == record["chosen"])


# ---- the whole ----

def verify(path):
    z = zipfile.ZipFile(path)
    check("zip", z.testzip() is None)
    files = {i.filename: z.read(i) for i in z.infolist()}
    check("stored", all(i.compress_type == zipfile.ZIP_STORED for i in z.infolist()))
    manifest = json.loads(files["manifest.json"])
    check("files", [f["name"] for f in manifest["files"]] == list(files)[1:])
    for f in manifest["files"]:
        check(f"hash of {f['name']}", sha(files[f["name"]]) == f["sha256"] and len(files[f["name"]]) == f["bytes"])

    def table(name):
        return list(csv.DictReader(io.StringIO(files[name].decode(), newline="")))

    seen = set()
    records = {n: open_proof(n, d, manifest["vkey"], seen) for n, d in files.items() if n.startswith("log/")}
    check("one checkpoint", len(seen) == 1)

    rules = json.loads(files["rules.json"])
    canonical = json.dumps(rules, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    fixed_at, fixed = records["log/rules.json"]
    check("canonical rules", files["rules.json"].decode() == canonical)
    check("rules hash", sha(canonical.encode()) == fixed["rules_sha256"])
    check("rules before gifts", fixed["at"] <= manifest["gifts_open"])

    proposals, gifts = table("proposals.csv"), table("gifts.csv")
    for i in table("imports.csv"):
        at, record = records[f"log/import-{i['import']}.json"]
        leaves = [bytes.fromhex(g["leaf"]) for g in gifts if g["import"] == i["import"]]
        root = root_of(leaves).hex()
        check(f"root of import {i['import']}", root == i["root"] == record["root"] and len(leaves) == record["rows"])
        check(f"import {i['import']} behind the rules", at > fixed_at)

    projects = [int(p["number"]) for p in proposals if p["stage"] in ("second", "final", "awarded") and p["state"] == "accepted"]
    counted = [g for g in gifts if g["reason"] == ""]
    text = results_text(rules, manifest["places"], projects, counted)
    check("the tally, computed with fractions", text == files["results.csv"].decode())
    check("hash of the result", sha(files["results.csv"]) == records["log/tally.json"][1]["results_sha256"])

    numbers = {"first": 1, "second": 2, "awards": 4}
    for panel in table("panels.csv"):
        stage = panel["stage"]
        record = records[f"log/decision-{stage}.json"][1]
        check(f"{stage}: reviews", sha(files[f"reviews-{stage}.csv"]) == record["reviews_sha256"])
        check(f"{stage}: decisions", sha(files[f"decisions-{stage}.csv"]) == record["decided_sha256"])
        check_panel(panel, table(f"reviews-{stage}.csv"), table(f"decisions-{stage}.csv"), manifest["round"]["code"],
                    numbers[stage], record)
    return files, len(counted)


def tampered(files):
    """A gift with another amount, all hashes made to fit."""
    files = dict(files)
    lines = files["gifts.csv"].decode().split("\r\n")
    at = next(i for i, line in enumerate(lines) if ",person,500," in line)
    lines[at] = lines[at].replace(",person,500,", ",person,900,")
    files["gifts.csv"] = "\r\n".join(lines).encode()
    manifest = json.loads(files["manifest.json"])
    for f in manifest["files"]:
        f["sha256"], f["bytes"] = sha(files[f["name"]]), len(files[f["name"]])
    files["manifest.json"] = (json.dumps(manifest, separators=(",", ":"), ensure_ascii=False) + "\n").encode()
    path = os.path.join(WORK.name, "tampered.zip")
    with zipfile.ZipFile(path, "w") as z:
        for name, data in files.items():
            z.writestr(zipfile.ZipInfo(name), data)
    return path


def offered(blob):
    """What the page of the round gives out: the same bytes, and a proof of their hash."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port = s.getsockname()[1]
    server = subprocess.Popen([RISE, "serve", "--data-dir", os.path.join(WORK.name, "var"), "--listen", f"127.0.0.1:{port}"],
                              stderr=subprocess.DEVNULL, env=dict(os.environ, RISE_DEMO="1"))
    try:
        def get(path):
            for _ in range(100):
                try:
                    with urllib.request.urlopen(f"http://127.0.0.1:{port}/fund/results/fund-demo-1/archive{path}") as r:
                        return r.read(), r.headers
                except ConnectionError:
                    time.sleep(0.1)
                except urllib.error.URLError as e:
                    if not isinstance(e.reason, ConnectionError):
                        raise
                    time.sleep(0.1)
            raise SystemExit("not ok: the server does not answer")

        data, headers = get("/file")
        with open(blob, "rb") as f:
            check("the file on the page", data == f.read() and headers["Content-Type"] == "application/zip", str(headers))
        page, _ = get("")
        check("its hash on the page", sha(data) in page.decode())
        proof = json.loads(get("/proof")[0])
        check("its hash in the log", json.loads(proof["record"])["sha256"] == sha(data))
        path = os.path.join(WORK.name, "archive-proof.json")
        with open(path, "w", encoding="utf-8") as f:
            json.dump(proof, f, ensure_ascii=False)
        code, out, err = rise("verify-log", path, "--vkey", proof["vkey"])
        check("rise verify-log of that proof", code == 0, out + err)
    finally:
        server.terminate()
        server.wait()


def main():
    path = os.path.abspath(sys.argv[2]) if len(sys.argv) > 2 else demonstration()
    files, counted = verify(path)
    code, out, err = rise("fund", "verify", path, "--json")
    report = json.loads(out)
    check("rise fund verify", code == 0 and report["ok"] and report["counted"] == counted, out[:2000] + err)
    code, out, err = rise("fund", "verify", path)
    check("rise fund verify, as a table", code == 0 and "Everything agrees." in out, out)
    code, out, err = rise("fund", "verify", path, "--vkey", "rise.example/other+00000000+AAAA")
    check("another key", code == 1, f"{code} {out}")
    code, out, err = rise("fund", "verify", tampered(files), "--json")
    states = {c["name"]: c["state"] for c in json.loads(out)["checks"]} if out else {}
    # zipfile writes other headers than ours: the container is found first
    check("a tampered archive", code == 1 and states.get("container") == "failed", f"{code} {out[:500]} {err}")
    code, out, err = rise("fund", "verify", RISE)
    check("what is no archive", code == 2 and "FND-621" in err, f"{code} {out} {err}")
    code, out, err = rise("fund", "verify", "/nowhere.zip")
    check("no file", code == 2, f"{code} {out} {err}")
    if len(sys.argv) < 3:
        offered(path)
    print(f"{counted} gifts; {len(failed)} failures")
    return 1 if failed else 0


sys.exit(main())
