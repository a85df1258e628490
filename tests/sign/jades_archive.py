#!/usr/bin/env python3
"""The time-stamps of a JAdES signature (flattened JSON), computed again from TS 119 182-1 clauses 5.3.4 and 5.3.6.3 without
a line of our code.

    jades_archive.py SIGNATURE FOLDER [FILE…]   FILEs: what sigD names. Writes FOLDER/N.token and FOLDER/N.hash (the imprint
                                                in hexadecimal, computed here) of every time-stamp in its order; prints
                                                what stands in etsiU, and exits 1 when evidence is missing before an arcTst
"""
import base64
import hashlib
import json
import os
import sys

DIGESTS = {bytes.fromhex("0609608648016503040201"): "sha256", bytes.fromhex("0609608648016503040202"): "sha384",
           bytes.fromhex("0609608648016503040203"): "sha512"}
BY_URI_HASH = "http://uri.etsi.org/19182/ObjectIdByURIHash"


def from_url(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def to_url(octets):
    return base64.urlsafe_b64encode(octets).rstrip(b"=")


def digest_in(token):
    """Of the imprint: the first digest's identifier behind TSTInfo's policy is its, since both digests are of one kind
    here; openssl ts says otherwise when they are not."""
    at = token.index(bytes.fromhex("060b2a864886f70d0109100104"))  # id-ct-TSTInfo
    return min((token.find(oid, at), name) for oid, name in DIGESTS.items() if token.find(oid, at) >= 0)[1]


def content(signature, header, files):
    """What was signed, as clause 5.3.6.3.1 takes it."""
    encoded = header.get("b64", True)
    if "sigD" not in header:
        return signature["payload"].encode()
    assert header["sigD"]["mId"] == BY_URI_HASH
    octets = [files[name] for name in header["sigD"]["pars"]]
    return b"".join(to_url(o) if encoded else o for o in octets)


def main():
    signature_file, folder, *paths = sys.argv[1:]
    signature = json.load(open(signature_file, encoding="utf-8"))
    files = {os.path.basename(p): open(p, "rb").read() for p in paths}
    header = json.loads(from_url(signature["protected"]))
    start = b".".join([content(signature, header, files), signature["protected"].encode(), signature["signature"].encode(), b""])
    seen, names, stamps = b"", [], []
    for text in signature.get("header", {}).get("etsiU", []):
        (name, value), = json.loads(from_url(text)).items()
        if name == "arcTst" and not {"sigTst", "xVals", "rVals"} <= set(names):
            sys.exit("an archive time-stamp over less than a signature needs")
        if name in ("sigTst", "arcTst"):
            token, = value["tstTokens"]
            octets = signature["signature"].encode() if name == "sigTst" else start + seen
            stamps.append((base64.b64decode(token["val"], validate=True), octets))
        names.append(name)
        seen += text.encode()
    for n, (token, octets) in enumerate(stamps):
        with open(os.path.join(folder, f"{n}.token"), "wb") as f:
            f.write(token)
        with open(os.path.join(folder, f"{n}.hash"), "w") as f:
            f.write(hashlib.new(digest_in(token), octets).hexdigest())
    print(",".join(names))


main()
