#!/usr/bin/env bash
# `rise sign pdf`, `rise extend` and `rise verify`: PDFs at every level, with every kind of key and both kinds of
# cross-reference, read by pdfsig, mutool and `openssl cms`, each of which refuses after one altered byte; then what
# `rise verify` says of PDF, CMS, XML and JSON files, good and altered. The authority is `openssl ts`.
# Usage: pades.sh RISE
set -euo pipefail
rise=$(realpath "$1")
here=$(cd "$(dirname "$0")" && pwd)
dir=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server"; rm -rf "$dir"' EXIT
cd "$dir"
export RISE_DATA_DIR=$dir/data LC_ALL=C.UTF-8

fail() { echo "pades.sh: $*" >&2; exit 1; }
has() { command -v "$1" >/dev/null || { echo "$1 is not installed: its part is skipped"; return 1; }; }
has openssl && has python3 || exit 77

openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ca.key -out ca.pem -subj '/CN=CA' -days 30 \
    -addext keyUsage=critical,keyCertSign,cRLSign 2>/dev/null
cat >tsa.cnf <<'CNF'
[tsa]
default_tsa = one
[one]
serial = ./serial
signer_digest = sha256
default_policy = 1.2.3.1
digests = sha256, sha384, sha512
accuracy = secs:1
ess_cert_id_alg = sha256
[ca]
default_ca = ca_one
[ca_one]
database = ./index.txt
default_md = sha256
default_crl_days = 30
CNF
echo 01 >serial
: >index.txt
openssl ca -gencrl -config tsa.cnf -keyfile ca.key -cert ca.pem -out crl.pem 2>/dev/null
openssl crl -in crl.pem -outform DER -out ca.crl
"$here/services.py" "$dir" >port &
server=$!
for _ in $(seq 200); do [ -s port ] && break; sleep 0.05; done
url=http://127.0.0.1:$(cat port)
make_key() { # NAME EXTENSIONS, then what genpkey wants
    local name=$1 extensions=$2
    shift 2
    openssl genpkey -out "$name.key" "$@" 2>/dev/null
    openssl req -new -key "$name.key" -subj "/C=TW/CN=林𣿆川 $name" -utf8 |
        openssl x509 -req -CA ca.pem -CAkey ca.key -CAcreateserial -days 30 -out "$name.crt" 2>/dev/null \
            -extfile <(printf '%b\nsubjectKeyIdentifier=hash\ncrlDistributionPoints=URI:%s/ca.crl\n' "$extensions" "$url")
}
person='keyUsage=critical,digitalSignature,nonRepudiation\nextendedKeyUsage=emailProtection'
make_key p256 "$person" -algorithm EC -pkeyopt ec_paramgen_curve:P-256
make_key p384 "$person" -algorithm EC -pkeyopt ec_paramgen_curve:P-384
make_key rsa "$person" -algorithm RSA -pkeyopt rsa_keygen_bits:2048
make_key tsa 'keyUsage=critical,digitalSignature\nextendedKeyUsage=critical,timeStamping' -algorithm EC -pkeyopt ec_paramgen_curve:P-256
mkdir -p trust/licensed trust/foreign
cp ca.pem trust/licensed/
cp ca.crl trust/
echo 測試名單 >trust/licensed/ca.txt

# Documents: the report on a file without signatures is a PDF as good as any.
echo nothing >none
code() { local got=0; "$@" >out 2>err || got=$?; echo $got; }
[ "$(code "$rise" verify none --pdf table.pdf)" = 4 ] || fail "a file without signature: $(cat out err)"
kinds=table
has qpdf && qpdf --object-streams=generate table.pdf stream.pdf && kinds="table stream"

# The Nth CMS of a file (-1: the last) and the bytes it covers, cut out without our reader; then, when the second file is
# named, one bit of the page, or of the signature's value, turned over there.
cut() { # FILE N [OUT page|value]
    python3 - "$here" "$@" <<'PY'
import re, sys
here, name, n, *flipped = sys.argv[1:]
b = bytearray(open(name, "rb").read())
r = [int(x) for x in re.findall(rb"/ByteRange\s*\[\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)", b)[int(n)]]
open("covered", "wb").write(b[r[0]:r[0] + r[1]] + b[r[2]:r[2] + r[3]])
der = bytes.fromhex(b[r[1] + 1:r[2] - 1].decode())
der = der[:int.from_bytes(der[2:2 + (der[1] & 127)], "big") + 2 + (der[1] & 127)]
open("cms", "wb").write(der)
if flipped:
    out, what = flipped
    at = b.index(b"stream\n") + 20
    if what == "value":
        scope = {}
        exec(open(here + "/cades_archive.py").read().rsplit("main()", 1)[0], scope)
        value = scope["Signature"](der).value
        at = r[1] + 1 + 2 * (der.index(value) + len(value) // 2)
    b[at] = ord("1" if b[at] == ord("0") else "0") if what == "value" else b[at] ^ 1
    open(out, "wb").write(b)
PY
}
by_pdfsig() { pdfsig "$1" >out 2>&1; grep -q "Signature Validation: Signature is Valid." out; }
by_mutool() { mutool sign -v "$1" >out 2>&1; grep -q "unchanged since signing\|signature is valid" out && ! grep -q "Digest error" out; }
by_openssl() {
    cut "$1" 0
    openssl cms -verify -cades -binary -inform DER -in cms -content covered -CAfile ca.pem -purpose any -out /dev/null 2>out
}
verifiers=openssl
has pdfsig && verifiers="$verifiers pdfsig"
has mutool && verifiers="$verifiers mutool"

# What the first signature and the time-stamps are, by openssl: no signing-time (PAdES forbids it); from B-T on a time-stamp
# over the signature, at B-LTA one over the document. cades_archive.py computes what the former is over.
stamps() { # FILE LEVEL
    cut "$1" 0
    if [ "$2" = b ]; then # above, the time-stamps inside have one of their own
        openssl cms -inform DER -cmsout -print -noout -in cms >out 2>&1
        ! grep -q signingTime out && grep -q messageDigest out
        return
    fi
    [ "$("$here/cades_archive.py" cms covered .)" = 1 ] || return
    openssl ts -verify -digest "$(cat 0.hash)" -token_in -in 0.token -CAfile ca.pem >out 2>&1 || return
    [ "$2" = lta ] || return 0
    cut "$1" -1
    openssl ts -verify -data covered -token_in -in cms -CAfile ca.pem >out 2>&1
}

verdict() { # WANTED-EXIT WANTED-LEVEL FILE OPTIONS…
    local want=$1 level=$2
    shift 2
    [ "$(code "$rise" verify "$@" --json)" = "$want" ] || fail "rise verify $*: not $want: $(cat out err)"
    [ -z "$level" ] || python3 -c 'import json,sys; s=json.load(open("out"))["signatures"][0]; assert s["level"] == sys.argv[1], s["level"]
assert s["law"]["presumption"] == "licensed" and s["law"]["article"] == 6, s["law"]' "$level" || fail "rise verify $*"
}

count=0
for xref in $kinds; do
    for key in p256 p384 rsa; do
        for level in b t lt lta; do
            "$rise" sign pdf $xref.pdf -o signed.pdf --key $key.key --cert $key.crt --chain ca.pem --level $level --tsa "$url" --reason 同意 2>err ||
                fail "sign pdf $xref $key $level: $(cat err)"
            cmp -n "$(stat -c %s $xref.pdf)" $xref.pdf signed.pdf || fail "the original's bytes were changed"
            verdict 0 "PAdES-B-${level^^}" signed.pdf --trust trust
            for v in $verifiers; do "by_$v" signed.pdf || fail "$v refuses $xref $key $level: $(cat out)"; done
            [ $key != p256 ] || stamps signed.pdf "$level" || fail "time-stamps of $xref $key $level: $(cat out)"
            whats="page" # the value is the same bytes in either kind of file
            [ $xref != table ] || whats="page value"
            for what in $whats; do
                cut signed.pdf 0 bad.pdf $what
                verdict 4 "" bad.pdf --trust trust
                for v in $verifiers; do
                    ! "by_$v" bad.pdf || fail "$v accepts $xref $key $level after one altered byte of the $what"
                    count=$((count + 1))
                done
            done
        done
    done
    "$rise" sign pdf $xref.pdf -o first.pdf --key p256.key --cert p256.crt --chain ca.pem --pkcs7 --certify 2
    for v in $verifiers; do "by_$v" first.pdf || fail "$v refuses adbe.pkcs7.detached, $xref: $(cat out)"; done
    grep -aq adbe.pkcs7.detached first.pdf || fail "--pkcs7 makes another form"
    "$rise" sign pdf first.pdf -o second.pdf --key rsa.key --cert rsa.crt --chain ca.pem --field 核准
    verdict 0 "" second.pdf --trust trust
    "$rise" extend second.pdf -o third.pdf --level lta --tsa "$url" --chain ca.pem || fail "extend"
    verdict 0 "" third.pdf --trust trust
    [ "$(python3 -c 'import json; r=json.load(open("out")); print(len(r["signatures"]), len(r["changes"]) > 0, any(c["refused"] for c in r["changes"]))')" = "3 True False" ] ||
        fail "changes: $(cat out)"
    "$rise" sign pdf third.pdf -o seen.pdf --key p384.key --cert p384.crt --chain ca.pem --reason 同意 --visible 1,320,700,200,60 --text '林𣿆川 核章'
    verdict 0 "" seen.pdf --trust trust
    ! has pdftotext || pdftotext seen.pdf - | grep -q '林𣿆川 核章' || fail "the visible signature cannot be read"
    ! has pdfsig || ! pdfsig seen.pdf 2>&1 | grep -qi 'signature is invalid\|mismatch' || fail "pdfsig on a visible signature: $(pdfsig seen.pdf)"
    [ "$(code "$rise" sign pdf third.pdf -o none.pdf --key p384.key --cert p384.crt --visible 1,2,3)" = 2 ] || fail "--visible that is no place"
    [ "$(code "$rise" sign pdf third.pdf -o none.pdf --key p384.key --cert p384.crt --visible 99,0,0,100,50)" != 0 ] || fail "--visible on no page"
    (cat third.pdf; echo x) >more.pdf
    verdict 4 "" more.pdf --trust trust
done

# What is not trusted, not known, not there.
verdict 5 "" signed.pdf
mkdir bare && cp ca.pem bare/
"$rise" sign pdf table.pdf -o b.pdf --key p256.key --cert p256.crt
verdict 5 "" b.pdf --trust bare
grep -q TRY_LATER out || fail "no revocation data: $(cat out)"
cp ca.pem trust/foreign/
[ "$(code "$rise" verify b.pdf --trust trust)" = 2 ] || fail "a foreign authority without its reason is accepted"
rm trust/foreign/ca.pem
[ "$("$rise" sign pdf table.pdf -o low.pdf --key p256.key --cert p256.crt --level t --tsa http://127.0.0.1:1/ 2>/dev/null; echo $?)" = 3 ] ||
    fail "a dead authority"
verdict 0 PAdES-B-B low.pdf --trust trust
[ "$(code "$rise" sign pdf table.pdf -o low.pdf --key p256.key --cert p256.crt --level t --tsa "$url/rubbish")" = 3 ] && grep -q B-B err ||
    fail "an authority that answers with something else: $(cat err)"
verdict 0 PAdES-B-B low.pdf --trust trust
# An authority abroad, accepted as equal with its reason: Article 15.
mkdir -p abroad/foreign && cp ca.pem abroad/foreign/ && cp ca.crl abroad/ && echo '技術對接合作 2026' >abroad/foreign/ca.txt
[ "$(code "$rise" verify b.pdf --trust abroad --json)" = 0 ] || fail "a foreign authority: $(cat out err)"
[ "$(python3 -c 'import json; l=json.load(open("out"))["signatures"][0]["law"]; print(l["presumption"], l["article"], l["reason"])')" = "foreign 15 技術對接合作 2026" ] ||
    fail "a foreign authority: $(cat out)"

# Encrypted, cut off, and with 10,000 objects.
if has qpdf; then
    qpdf --encrypt '' owner 256 -- table.pdf locked.pdf
    [ "$(code "$rise" sign pdf locked.pdf -o none.pdf --key p256.key --cert p256.crt)" = 2 ] && grep -q SIG-104 err || fail "an encrypted file: $(cat err)"
    [ "$(code "$rise" verify locked.pdf --json)" = 4 ] && grep -q SIG-104 out || fail "an encrypted file is judged: $(cat out)"
fi
head -c -100 table.pdf >broken.pdf
[ "$(code "$rise" sign pdf broken.pdf -o none.pdf --key p256.key --cert p256.crt)" = 2 ] && grep -q SIG-102 err && [ ! -e none.pdf ] || fail "a broken file: $(cat err)"
python3 - <<'PY'
out, at = bytearray(b"%PDF-1.7\n"), []
def put(text):
    at.append(len(out))
    out.extend(f"{len(at)} 0 obj\n{text}\nendobj\n".encode())
put("<< /Type /Catalog /Pages 2 0 R >>")
put(f"<< /Type /Pages /Count 5000 /Kids [{' '.join(f'{3 + 2 * i} 0 R' for i in range(5000))}] >>")
for i in range(5000):
    put(f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 99 99] /Contents {4 + 2 * i} 0 R >>")
    put("<< /Length 30 >>\nstream\n0 0 m 99 99 l S % some content\nendstream")
xref = len(out)
out.extend(f"xref\n0 {len(at) + 1}\n0000000000 65535 f \n{''.join(f'{n:010d} 00000 n {chr(10)}' for n in at)}trailer\n<< /Size {len(at) + 1} /Root 1 0 R >>\nstartxref\n{xref}\n%%EOF\n".encode())
open("many.pdf", "wb").write(out)
PY
"$rise" sign pdf many.pdf -o signed.pdf --key p256.key --cert p256.crt --visible 5000,9,9,80,40 || fail "10,002 objects"
verdict 0 PAdES-B-B signed.pdf --trust trust
cut signed.pdf 0 bad.pdf page
verdict 4 "" bad.pdf --trust trust
for v in $verifiers; do
    "by_$v" signed.pdf || fail "$v refuses 10,002 objects: $(cat out)"
    ! "by_$v" bad.pdf || fail "$v accepts 10,002 objects after one altered byte"
done

# The other formats.
printf '旭日東升\n' >content
printf '<a><b>旭日東升</b></a>' >doc.xml
printf 'other\n' >other
"$rise" sign cades content -o c.p7s --key p256.key --cert p256.crt --level t --tsa "$url"
verdict 0 CAdES-B-T c.p7s --trust trust --content content
verdict 4 "" c.p7s --trust trust --content other
verdict 5 "" c.p7s --trust trust
"$rise" extend c.p7s -o c2.p7s --level lta --tsa "$url" --content content --chain ca.pem
verdict 0 CAdES-B-LTA c2.p7s --trust trust --content content
"$rise" sign xades doc.xml -o x.xml --key p256.key --cert p256.crt
verdict 0 XAdES-B-B x.xml --trust trust
sed 's/旭/旮/' x.xml >bad.xml
verdict 4 "" bad.xml --trust trust
"$rise" extend x.xml -o x2.xml --level lta --tsa "$url" --chain ca.pem
verdict 0 XAdES-B-LTA x2.xml --trust trust
"$rise" sign jades content -o j.json --key p256.key --cert p256.crt
verdict 0 JAdES-B-B j.json --trust trust
verdict 4 "" j.json --trust trust --content other
echo "$count signatures agreed upon"
