#!/usr/bin/env bash
# `rise sign` with keys that never leave a PKCS#11 token (SoftHSM): every format, every kind of key the token has, judged by
# programs that are not ours; what cannot be is refused by name. Usage: token.sh RISE
set -euo pipefail
rise=$(realpath "$1")
. "$(dirname "$(realpath "$0")")/softhsm.sh"
has() { command -v "$1" >/dev/null || { echo "$1 is not installed"; return 1; }; }
has openssl && has python3 || exit 77
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export RISE_DATA_DIR=$dir/data LC_ALL=C.UTF-8
fail() { echo "token.sh: $*" >&2; exit 1; }

softhsm || exit 77
new_token 'a card' 4711
echo 4711 >pin
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ca.key -out ca.pem -subj '/CN=CA' -days 30 \
    -addext keyUsage=critical,keyCertSign,cRLSign 2>/dev/null
make_key() { # NAME, then what genpkey wants: into the token, and gone
    local name=$1
    shift
    openssl genpkey -out made.key "$@" 2>/dev/null
    openssl pkey -in made.key -pubout -out "$name.pub"
    openssl req -new -key made.key -subj "/C=TW/CN=$name" | openssl x509 -req -CA ca.pem -CAkey ca.key -CAcreateserial -days 30 -out "$name.crt" \
        -extfile <(printf 'keyUsage=critical,digitalSignature,nonRepudiation\nextendedKeyUsage=emailProtection\n') 2>/dev/null
    softhsm2-util --import made.key --token 'a card' --label "$name" --id "$(printf %s "$name" | od -An -tx1 | tr -d ' \n')" --pin 4711 >said 2>&1
    rm made.key
}
make_key p256 -algorithm EC -pkeyopt ec_paramgen_curve:P-256
make_key p384 -algorithm EC -pkeyopt ec_paramgen_curve:P-384
make_key rsa -algorithm RSA -pkeyopt rsa_keygen_bits:2048
kinds="p256 p384 rsa"
make_key ed25519 -algorithm ED25519 && kinds="$kinds ed25519" || echo "this SoftHSM has no Ed25519"

token="module-path=$library&pin-source=file:$dir/pin"
sign() { # FORMAT KEY OUT FILE OPTIONS…
    local format=$1 key=$2 out=$3
    shift 3
    "$rise" sign "$format" "$@" -o "$out" --key "pkcs11:token=a%20card;object=$key?$token" --cert "$key.crt" --chain ca.pem 2>err
}
code() { local got=0; "$@" >said 2>err || got=$?; echo $got; }
by_openssl() { openssl cms -verify -cades -binary -inform DER -in "$1" -content "$2" -CAfile ca.pem -purpose any -out /dev/null 2>err; }

printf '甲方\n' >one.txt
printf '<?xml version="1.0"?>\n<a>甲方</a>\n' >doc.xml
[ "$(code "$rise" verify one.txt --pdf doc.pdf)" = 4 ] || fail "a PDF to sign: $(cat err)"
for key in $kinds; do
    sign cades "$key" out.p7 one.txt || fail "cades $key: $(cat err)"
    case $key in
    ed25519) ! has certtool || certtool --p7-verify --inder --infile out.p7 --load-data one.txt --load-ca-certificate ca.pem >err 2>&1 || fail "certtool: cades $key: $(cat err)" ;;
    *) by_openssl out.p7 one.txt || fail "openssl: cades $key: $(cat err)" ;;
    esac
    ! by_openssl out.p7 doc.xml || fail "openssl: cades $key over something else"

    sign jades "$key" out.jws one.txt || fail "jades $key: $(cat err)"
    python3 - <<'PY' || fail "jades $key: the parts"
import base64
head, body, value = open("out.jws", "rb").read().strip().split(b".")
value = base64.urlsafe_b64decode(value + b"==")
def number(n):
    n = int.from_bytes(n, "big")
    n = n.to_bytes(n.bit_length() // 8 + 1, "big")
    return bytes([2, len(n)]) + n
if b'"alg":"ES' in base64.urlsafe_b64decode(head + b"=="):
    pair = number(value[:len(value) // 2]) + number(value[len(value) // 2:])
    value = bytes([0x30, len(pair)]) + pair
open("input", "wb").write(head + b"." + body)
open("value", "wb").write(value)
PY
    case $key in
    ed25519) openssl pkeyutl -verify -pubin -inkey $key.pub -rawin -in input -sigfile value >err ;;
    p384) openssl dgst -sha384 -verify $key.pub -signature value input >err ;;
    *) openssl dgst -sha256 -verify $key.pub -signature value input >err ;;
    esac || fail "openssl: jades $key: $(cat err)"

    sign asice "$key" out.asice one.txt --cades || fail "asice $key: $(cat err)"
    python3 -c 'import zipfile; zipfile.ZipFile("out.asice").extractall("unpacked")'
    [ $key = ed25519 ] || by_openssl unpacked/META-INF/signature001.p7s unpacked/META-INF/ASiCManifest001.xml || fail "openssl: asice $key: $(cat err)"

    if [ $key = ed25519 ]; then # no name for it in XML Signature that verifiers know, and no PDF program that does
        [ "$(code sign xades $key none doc.xml)" = 2 ] && grep -q SIG-305 err || fail "xades $key: $(cat err)"
        [ "$(code sign pdf $key none doc.pdf)" = 2 ] && grep -q SIG-125 err && [ ! -e none ] || fail "pdf $key: $(cat err)"
    else
        sign xades "$key" out.xml doc.xml || fail "xades $key: $(cat err)"
        ! has xmlsec1 || xmlsec1 --verify --trusted-pem ca.pem --id-attr:Id 'http://uri.etsi.org/01903/v1.3.2#:SignedProperties' out.xml >err 2>&1 || fail "xmlsec1: xades $key: $(cat err)"
        sign pdf "$key" out.pdf doc.pdf || fail "pdf $key: $(cat err)"
        if has pdfsig; then
            pdfsig out.pdf >out 2>&1 || true
            grep -q 'Signature is Valid' out || fail "pdfsig: pdf $key: $(cat out)"
        fi
    fi
done

# Addresses and PINs.
refused() { # CODE ADDRESS OPTIONS…
    local want=$1 address=$2
    shift 2
    rm -f none
    [ "$(code "$rise" sign cades one.txt -o none --key "$address" --cert p256.crt "$@")" != 0 ] && grep -q "$want" err && [ ! -e none ] || fail "$address: $(cat err)"
}
echo 1234 >wrong
refused KEY-002 "pkcs11:object=p256?module-path=$library" --passphrase-file wrong
refused KEY-005 "pkcs11:object=nobody?$token"
refused KEY-005 "pkcs11:token=another;object=p256?$token"
refused KEY-004 "pkcs11:object=p256?module-path=/nowhere.so"
refused KEY-007 "pkcs11:token=a%20card;objekt=p256?$token"
refused SIG-622 "pkcs11:object=rsa?$token"
"$rise" sign cades one.txt -o out.p7 --key "pkcs11:id=%70256;type=private?module-path=$library" --passphrase-file pin --cert p256.crt || fail "by id"
by_openssl out.p7 one.txt || fail "openssl: by id"
echo "token.sh: all as it should be"
