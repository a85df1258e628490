#!/usr/bin/env bash
# Time-stamps against `openssl ts` in both directions: its authority and our requests, our authority and its requests, each
# judging the other's tokens; one altered byte, another content and another request are refused. Usage: tsp.sh SIGN_TOOL
set -euo pipefail
tool=$(realpath "$1")
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"

fail() { echo "tsp.sh: $*" >&2; exit 1; }
command -v openssl >/dev/null || { echo "openssl is not installed: skipped"; exit 77; }

openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ca.key -out ca.pem -subj '/CN=CA' -days 30 \
    -addext keyUsage=critical,keyCertSign 2>/dev/null
make_tsa() { # NAME EKU, then what genpkey wants
    local name=$1 eku=$2
    shift 2
    openssl genpkey -out "$name.key" "$@" 2>/dev/null
    openssl req -new -key "$name.key" -subj "/CN=時戳 $name" -utf8 |
        openssl x509 -req -CA ca.pem -CAkey ca.key -CAcreateserial -days 30 -out "$name.crt" 2>/dev/null \
            -extfile <(printf 'keyUsage=critical,digitalSignature\nextendedKeyUsage=%s\nsubjectKeyIdentifier=hash\n' "$eku")
    cat "$name.crt" ca.pem >"$name.pem"
}
make_tsa p256 critical,timeStamping -algorithm EC -pkeyopt ec_paramgen_curve:P-256
make_tsa rsa critical,timeStamping -algorithm RSA -pkeyopt rsa_keygen_bits:2048
printf '旭日東升\n' >content
printf 'other\n' >other
cat >tsa.cnf <<'CNF'
[tsa]
default_tsa = one
[one]
serial = ./serial
signer_digest = sha256
default_policy = 1.2.3.1
other_policies = 1.2.3.2
digests = sha256, sha384, sha512
accuracy = secs:1, millisecs:200, microsecs:7
ordering = yes
ess_cert_id_chain = no
ess_cert_id_alg = sha256
CNF
echo 01 >serial

flip() { # a bit of the signature, near the end
    python3 - "$1" "$2" <<'PY'
import sys
b = bytearray(open(sys.argv[1], "rb").read())
b[-25] ^= 1
open(sys.argv[2], "wb").write(b)
PY
}
count=0

# our request, our answer, OpenSSL's judgement
for key in p256 rsa; do
    for digest in sha256 sha384 sha512; do
        for words in "nonce cert" "cert" ""; do
            "$tool" tsp-request content $digest q.tsq $words
            "$tool" tsp-answer $key.key $key.pem q.tsq r.tsr
            [ "$("$tool" tsp-accept r.tsr q.tsq content $key.crt)" = valid ] || fail "we refuse our own stamp: $key $digest $words"
            openssl ts -verify -in r.tsr -queryfile q.tsq -CAfile ca.pem -untrusted $key.crt >got 2>&1 || fail "openssl ts refuses ours: $key $digest '$words': $(cat got)"
            openssl ts -verify -in r.tsr -data content -CAfile ca.pem -untrusted $key.crt >got 2>&1 || fail "openssl ts refuses ours over the data: $(cat got)"
            ! openssl ts -verify -in r.tsr -data other -CAfile ca.pem -untrusted $key.crt >got 2>&1 || fail "openssl ts accepts ours over other data"
            flip r.tsr bad.tsr
            ! openssl ts -verify -in bad.tsr -data content -CAfile ca.pem -untrusted $key.crt >got 2>&1 || fail "openssl ts accepts an altered stamp"
            ! "$tool" tsp-accept bad.tsr q.tsq content $key.crt >got || fail "we accept an altered stamp"
            count=$((count + 1))
        done
    done
done
openssl ts -reply -in r.tsr -text >got 2>/dev/null
grep -q 'Accuracy: 0x01 seconds, 0x02 millis, 0x01F4 micros' got || fail "openssl ts reads another accuracy: $(cat got)"

# OpenSSL's request
openssl ts -query -data content -sha384 -cert -tspolicy 1.2.3.1 -out q.tsq 2>/dev/null
"$tool" tsp-answer p256.key p256.pem q.tsq r.tsr
openssl ts -verify -in r.tsr -queryfile q.tsq -CAfile ca.pem >got 2>&1 || fail "openssl ts refuses our answer to its request: $(cat got)"
[ "$("$tool" tsp-accept r.tsr q.tsq content)" = valid ] || fail "we refuse our answer to OpenSSL's request"

# OpenSSL's answer to ours
for key in p256 rsa; do
    for digest in sha256 sha512; do
        "$tool" tsp-request content $digest q.tsq nonce cert
        openssl ts -reply -config tsa.cnf -queryfile q.tsq -inkey $key.key -signer $key.crt -chain ca.pem -out r.tsr 2>got || fail "openssl ts cannot answer: $(cat got)"
        [ "$("$tool" tsp-accept r.tsr q.tsq content)" = valid ] || fail "we refuse OpenSSL's stamp: $("$tool" tsp-accept r.tsr q.tsq content)"
        [ "$("$tool" tsp-accept r.tsr q.tsq other || true)" = imprint ] || fail "we accept OpenSSL's stamp over other content"
        "$tool" tsp-request content $digest q2.tsq nonce cert
        [ "$("$tool" tsp-accept r.tsr q2.tsq content || true)" = nonce ] || fail "we accept a stamp for another request"
        flip r.tsr bad.tsr
        [ "$("$tool" tsp-accept bad.tsr q.tsq content || true)" = signature ] || fail "we accept OpenSSL's stamp when it was altered"
        count=$((count + 1))
    done
done

# refusals, understood both ways
openssl ts -query -data content -sha1 -out q.tsq 2>/dev/null
"$tool" tsp-answer p256.key p256.pem q.tsq r.tsr
openssl ts -reply -in r.tsr -text >got 2>/dev/null
grep -qi 'Failure info: unrecognized or unsupported algorithm' got || fail "openssl ts reads another refusal: $(cat got)"
openssl ts -query -data content -sha256 -tspolicy 1.2.3.9 -out q.tsq 2>/dev/null
"$tool" tsp-answer p256.key p256.pem q.tsq r.tsr
openssl ts -reply -in r.tsr -text >got 2>/dev/null
grep -qi 'policy is not supported' got || fail "openssl ts reads another refusal: $(cat got)"
openssl ts -reply -config tsa.cnf -queryfile q.tsq -inkey p256.key -signer p256.crt -out r.tsr 2>/dev/null
[ "$("$tool" tsp-accept r.tsr q.tsq content || true)" = "TSP-002 unacceptedPolicy" ] || fail "we read another refusal"
echo "$count stamps agreed upon"
