#!/usr/bin/env python3
"""The archive time-stamps of a CAdES signature, computed again from EN 319 122-1 section 5.5 without a line of our code.

    cades_archive.py SIGNATURE CONTENT FOLDER    writes FOLDER/N.token and FOLDER/N.hash (the imprint in hexadecimal, computed
                                                 here) of every time-stamp, signature-time-stamps first; prints how many
                                                 and exits 1 when a hash index does not fit
"""
import hashlib
import os
import sys

SIGNED_DATA = bytes.fromhex("06092a864886f70d010702")
SIGNATURE_TS = bytes.fromhex("060b2a864886f70d010910020e")
ARCHIVE_TS_V3 = bytes.fromhex("060604008d450204")
HASH_INDEX_V3 = bytes.fromhex("060604008d450205")
DIGESTS = {bytes.fromhex("0609608648016503040201"): "sha256", bytes.fromhex("0609608648016503040202"): "sha384",
           bytes.fromhex("0609608648016503040203"): "sha512"}


def split(data):
    """The elements in `data`: (tag, contents, whole)."""
    out = []
    while data:
        n, at = data[1], 2
        if n >= 0x80:
            at = 2 + (n & 0x7f)
            n = int.from_bytes(data[2:at], "big")
        out.append((data[0], data[at:at + n], data[:at + n]))
        data = data[at + n:]
    return out


def inside(data):
    (_, body, _), = split(data)
    return split(body)


def signed_data(content_info):
    oid, explicit = inside(content_info)
    assert oid[2] == SIGNED_DATA
    return inside(explicit[1])


class Signature:
    def __init__(self, der):
        parts = signed_data(der)
        self.content_type = split(parts[2][1])[0][2]
        content = split(parts[2][1])[1:]
        self.content = split(split(content[0][1])[0][2])[0][1] if content else None
        self.certs = [e[2] for p in parts[3:] if p[0] == 0xa0 for e in split(p[1])]
        self.revocations = [e[2] for p in parts[3:] if p[0] == 0xa1 for e in split(p[1])]
        info, = split(parts[-1][1])
        fields = split(info[1])
        unsigned = fields.pop() if fields[-1][0] == 0xa1 else None
        self.fields = [f[2] for f in fields]
        self.value = fields[-1][1]
        self.attributes = [split(a[1]) for a in split(unsigned[1])] if unsigned else []

    def tokens(self, oid):
        return [v[2] for a in self.attributes if a[0][2] == oid for v in split(a[1][1])]


def token_digest(token):
    """Of the imprint in its TSTInfo."""
    info = Signature(token).content
    return DIGESTS[split(split(inside(info)[2][1])[0][1])[0][2]]


def check_index(signature, index, name):
    algorithm, certs, revocations, attributes = inside(index)
    assert DIGESTS[split(algorithm[1])[0][2]] == name
    hashes = lambda data: {hashlib.new(name, d).digest() for d in data}
    values = [a[0][2] + v[2] for a in signature.attributes for v in split(a[1][1])]
    named = lambda e: {v[1] for v in split(e[1])}
    fits = (named(certs) <= hashes(signature.certs) and named(revocations) <= hashes(signature.revocations)
            and named(attributes) <= hashes(values))
    return fits and named(certs) and named(attributes)


def main():
    signature_file, content_file, folder = sys.argv[1:]
    signature = Signature(open(signature_file, "rb").read())
    content = open(content_file, "rb").read() if signature.content is None else signature.content
    stamps = []
    for token in signature.tokens(SIGNATURE_TS):
        stamps.append((token, hashlib.new(token_digest(token), signature.value).hexdigest()))
    for token in signature.tokens(ARCHIVE_TS_V3):
        name = token_digest(token)
        index, = [v[2] for a in Signature(token).attributes if a[0][2] == HASH_INDEX_V3 for v in split(a[1][1])]
        if not check_index(signature, index, name):
            sys.exit("a hash index names what is not there")
        data = signature.content_type + hashlib.new(name, content).digest() + b"".join(signature.fields) + index
        stamps.append((token, hashlib.new(name, data).hexdigest()))
    for n, (token, imprint) in enumerate(stamps):
        with open(os.path.join(folder, f"{n}.token"), "wb") as f:
            f.write(token)
        with open(os.path.join(folder, f"{n}.hash"), "w") as f:
            f.write(imprint)
    print(len(stamps))


main()
