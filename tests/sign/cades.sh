#!/usr/bin/env bash
# `rise sign cades` at every level and with every kind of key, read by OpenSSL, GnuTLS, NSS and pkijs, each of which refuses after
# one altered byte; its time-stamps by `openssl ts` over imprints computed in python3. The authority is `openssl ts`, too.
# Usage: cades.sh RISE
set -euo pipefail
rise=$(realpath "$1")
here=$(cd "$(dirname "$0")" && pwd)
dir=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server"; rm -rf "$dir"' EXIT
cd "$dir"
export RISE_DATA_DIR=$dir/data

fail() { echo "cades.sh: $*" >&2; exit 1; }
has() { command -v "$1" >/dev/null || { echo "$1 is not installed: its part is skipped"; return 1; }; }
has openssl || exit 77

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
    openssl req -new -key "$name.key" -subj "/C=TW/CN=簽章人 $name" -utf8 |
        openssl x509 -req -CA ca.pem -CAkey ca.key -CAcreateserial -days 30 -out "$name.crt" 2>/dev/null \
            -extfile <(printf '%b\nsubjectKeyIdentifier=hash\ncrlDistributionPoints=URI:%s/ca.crl\n' "$extensions" "$url")
}
person='keyUsage=critical,digitalSignature,nonRepudiation\nextendedKeyUsage=emailProtection'
make_key p256 "$person" -algorithm EC -pkeyopt ec_paramgen_curve:P-256
make_key p384 "$person" -algorithm EC -pkeyopt ec_paramgen_curve:P-384
make_key rsa "$person" -algorithm RSA -pkeyopt rsa_keygen_bits:2048
make_key ed25519 "$person" -algorithm ED25519
make_key tsa 'keyUsage=critical,digitalSignature\nextendedKeyUsage=critical,timeStamping' -algorithm EC -pkeyopt ec_paramgen_curve:P-256
make_key ocsp 'keyUsage=critical,digitalSignature\nextendedKeyUsage=OCSPSigning' -algorithm EC -pkeyopt ec_paramgen_curve:P-256
make_key asked "$person\nauthorityInfoAccess=OCSP;URI:$url/" -algorithm EC -pkeyopt ec_paramgen_curve:P-256
printf 'V\t360101000000Z\t\t%s\tunknown\t/CN=asked\n' "$(openssl x509 -in asked.crt -noout -serial | cut -d= -f2)" >>index.txt
printf '旭日東升 %s\n' $(seq 1000) >content

by_openssl() { # CMS CONTENT ("-": inside)
    local content=()
    [ "$2" = - ] || content=(-content "$2")
    openssl cms -verify -cades -binary -inform DER -in "$1" "${content[@]}" -CAfile ca.pem -purpose any -out /dev/null 2>err
}
by_gnutls() {
    local content=()
    [ "$2" = - ] || content=(--load-data "$2")
    certtool --p7-verify --inder --infile "$1" "${content[@]}" --load-ca-certificate ca.pem >err 2>&1 && ! grep -q FAILED err
}
by_nss() { # knows the trust of a database, not of a file
    local content=()
    [ "$2" = - ] || content=(-c "$2")
    cmsutil -D -d sql:nss -i "$1" "${content[@]}" -o /dev/null >err 2>&1
}
verifiers=openssl
has certtool && verifiers="$verifiers gnutls"
if has cmsutil && has certutil; then
    mkdir nss && certutil -N -d sql:nss --empty-password && certutil -A -d sql:nss -n ca -t C,C,C -i ca.pem
    verifiers="$verifiers nss"
fi
pkijs=
has node && [ -d "$here/../node_modules/pkijs" ] && pkijs=yes
knows() { # VERIFIER KIND
    case $1-$2 in
    openssl-ed25519*) false ;; # 3.0: "invalid digest"; newer ones were not tried
    nss-ed25519* | nss-*-pss | pkijs-ed25519*) false ;;
    nss-asked*) false ;; # no revocation data but CRLs (RFC 5652 section 10.2.1, "other")
    esac
}
# All questions in one process: starting node costs more than answering them.
ask_pkijs() { # CONTENT KIND
    local more=()
    [ "$1" = - ] || more=(out.p7 crl.pem)
    node "$here/pkijs.mjs" ca.pem out.p7 "$1" bad.p7 "$1" "${more[@]}" >err
    [ "$(head -1 err)" = ok ] || fail "pkijs refuses $2: $(cat err)"
    ! sed 1d err | grep -qx ok || fail "pkijs accepts $2 altered, or over other content: $(cat err)"
    [ "$(grep -c . err)" -ge 2 ] || fail "pkijs does not answer: $(cat err)"
}

# One bit of the signature's value, wherever it stands: openssl says what it is.
flip() { # CMS OUT
    python3 - "$here" "$1" "$2" <<'PY'
import importlib.util, sys
source = open(sys.argv[1] + "/cades_archive.py").read().rsplit("main()", 1)[0]
scope = {}
exec(source, scope)
der = bytearray(open(sys.argv[2], "rb").read())
value = scope["Signature"](bytes(der)).value
at = bytes(der).index(value)
der[at + len(value) // 2] ^= 1
open(sys.argv[3], "wb").write(der)
PY
}

count=0
check() { # LEVEL KEY WORDS…
    local level=$1 key=$2 content=content v
    shift 2
    local kind=$key${*:+-}$(printf %s "$*" | tr -d ' -')
    [[ " $* " == *" --attached "* ]] && content=-
    "$rise" sign cades content -o out.p7 --key "$key.key" --cert "$key.crt" --chain ca.pem --level "$level" --tsa "$url" "$@" 2>err ||
        fail "rise sign cades --level $level $kind: $? $(cat err)"
    flip out.p7 bad.p7
    for v in $verifiers; do
        knows "$v" "$kind" || continue
        "by_$v" out.p7 "$content" || fail "$v refuses $kind $level: $(cat err)"
        ! "by_$v" bad.p7 "$content" || fail "$v accepts $kind $level with an altered signature"
        [ "$content" = - ] || ! "by_$v" out.p7 crl.pem || fail "$v accepts $kind $level over other content"
        count=$((count + 1))
    done
    if [ -n "$pkijs" ] && knows pkijs "$kind"; then
        ask_pkijs "$content" "$kind $level"
        count=$((count + 1))
    fi
    local want=1 n
    case $level in b) want=0 ;; lta) want=2 ;; esac
    n=$("$here/cades_archive.py" out.p7 content .) || fail "$kind $level: the hash index does not fit"
    [ "$n" = $want ] || fail "$kind $level: $n time-stamps"
    while [ "$n" -gt 0 ]; do
        n=$((n - 1))
        openssl ts -verify -digest "$(cat $n.hash)" -token_in -in $n.token -CAfile ca.pem >err 2>&1 || fail "openssl ts refuses time-stamp $n of $kind $level: $(cat err)"
        count=$((count + 1))
    done
}
for level in b t lt lta; do
    for key in p256 p384 ed25519; do check $level $key; done
    check $level rsa --attached
    check $level rsa --pss
done
check lta p384 --attached
# An OCSP answer, and what proves the certificate of who signed it (a CRL), since it is not exempt by ocsp-nocheck.
check lt asked
openssl asn1parse -inform DER -in out.p7 >parsed
grep -q '1.3.6.1.5.5.7.16.2' parsed || fail "there is no OCSP answer in the signature"
openssl cms -cmsout -inform DER -in out.p7 -certsout certs -noout
grep -qxF "$(sed -n 6p ocsp.crt)" certs || fail "the responder's certificate is not in the signature"
openssl cms -inform DER -cmsout -print -in out.p7 -noout >printed 2>/dev/null || openssl cms -inform DER -cmsout -print -in out.p7 >printed
grep -q 'signingTime' printed || fail "there is no signing-time"

# A dead authority: signed, but lower, and told; a wrong key: not signed at all.
code=0
"$rise" sign cades content -o dead.p7 --key p256.key --cert p256.crt --level lta --tsa http://127.0.0.1:9/ 2>err || code=$?
[ $code = 3 ] || fail "a dead authority gives exit code $code"
grep -q B-B err || fail "a dead authority is not told: $(cat err)"
cat ca.pem >>p256.crt
by_openssl dead.p7 content || fail "what was signed with a dead authority does not verify"
code=0
"$rise" sign cades content -o none.p7 --key p384.key --cert p256.crt 2>err || code=$?
[ $code = 2 ] && [ ! -e none.p7 ] && grep -q SIG-622 err || fail "another's key signs: $code $(cat err)"
echo "$count agreements"
