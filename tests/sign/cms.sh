#!/usr/bin/env bash
# Our SignedData read by OpenSSL, GnuTLS and NSS, theirs by us; each refuses after one altered byte. Usage: cms.sh SIGN_TOOL
set -euo pipefail
tool=$(realpath "$1")
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"

fail() { echo "cms.sh: $*" >&2; exit 1; }
has() { command -v "$1" >/dev/null || { echo "$1 is not installed: its part is skipped"; return 1; }; }
has openssl || exit 77

# key and certificates of every kind: NAME.key, NAME.pem (signer first, then its issuer)
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ca.key -out ca.pem -subj '/CN=CA' -days 30 \
    -addext keyUsage=critical,keyCertSign,cRLSign 2>/dev/null
make_key() { # NAME, then what genpkey wants
    local name=$1
    shift
    openssl genpkey -out "$name.key" "$@" 2>/dev/null
    openssl req -new -key "$name.key" -subj "/C=TW/CN=簽章人 $name" -utf8 |
        openssl x509 -req -CA ca.pem -CAkey ca.key -CAcreateserial -days 30 -out "$name.crt" 2>/dev/null \
            -extfile <(printf 'keyUsage=critical,digitalSignature,nonRepudiation\nextendedKeyUsage=emailProtection\nsubjectKeyIdentifier=hash\n')
    cat "$name.crt" ca.pem >"$name.pem"
}
make_key p256 -algorithm EC -pkeyopt ec_paramgen_curve:P-256
make_key p384 -algorithm EC -pkeyopt ec_paramgen_curve:P-384
make_key rsa -algorithm RSA -pkeyopt rsa_keygen_bits:2048
make_key ed25519 -algorithm ED25519
printf '旭日東升\n' >content
printf '旭日東升!' >other

# A copy with one bit of the signature turned over: it stands near the end, whatever the encoding.
flip() { python3 - "$1" "$2" <<'PY'
import sys
b = bytearray(open(sys.argv[1], "rb").read())
b[-25] ^= 1
open(sys.argv[2], "wb").write(b)
PY
}

by_openssl() { # CMS: detached
    openssl cms -verify -cades -binary -inform DER -in "$1" -content "$2" -CAfile ca.pem -purpose any -out /dev/null 2>err
}
by_gnutls() {
    certtool --p7-verify --inder --infile "$1" --load-data "$2" --load-ca-certificate ca.pem >err 2>&1 && ! grep -q FAILED err
}
# NSS knows the trust of a database, not of a file.
nss_ready() {
    mkdir nss && certutil -N -d sql:nss --empty-password && certutil -A -d sql:nss -n ca -t C,C,C -i ca.pem
}
by_nss() {
    cmsutil -D -d sql:nss -i "$1" -c "$2" -o /dev/null >err 2>&1
}

verifiers="openssl"
has certtool && verifiers="$verifiers gnutls"
has cmsutil && has certutil && nss_ready && verifiers="$verifiers nss"

# What a verifier does not know is named here, and only that.
knows() { # VERIFIER KIND
    case $1-$2 in
    openssl-ed25519*) false ;; # 3.0: "invalid digest"; newer ones were not tried
    nss-ed25519* | nss-*-pss) false ;;
    esac
}

count=0
check() { # KIND KEY-NAME WORDS…
    local kind=$1 key=$2
    shift 2
    "$tool" cms-sign "$key.key" "$key.pem" content "$kind.p7s" time "$@"
    [ "$("$tool" cms-verify "$kind.p7s" content)" = valid ] || fail "we refuse our own $kind"
    flip "$kind.p7s" bad.p7s
    for v in $verifiers; do
        knows "$v" "$kind" || { echo "$v does not know $kind"; continue; }
        "by_$v" "$kind.p7s" content || fail "$v refuses $kind: $(cat err)"
        ! "by_$v" "$kind.p7s" other || fail "$v accepts $kind over other content"
        ! "by_$v" bad.p7s content || fail "$v accepts $kind with an altered signature"
        count=$((count + 1))
    done
}
check p256 p256
check p256-keyid p256 keyid
check p384 p384
check rsa rsa
check rsa-bare rsa rsa
check rsa-pss rsa pss
check ed25519 ed25519

# Theirs, read by us: DER, streamed BER with the content inside, without attributes, by key identifier, PSS, SHA-512.
theirs() { # NAME CONTENT-OR-EMPTY OPTIONS…
    local name=$1 content=$2
    shift 2
    openssl cms -sign -binary -outform DER -in content -out "$name.theirs" "$@" 2>err || fail "openssl cms -sign $name: $(cat err)"
    [ "$("$tool" cms-verify "$name.theirs" $content)" = valid ] || fail "we refuse OpenSSL's $name: $("$tool" cms-verify "$name.theirs" $content)"
    flip "$name.theirs" bad.theirs
    ! "$tool" cms-verify bad.theirs $content >got || fail "we accept OpenSSL's $name with an altered signature"
    grep -qx signature-wrong got || fail "an altered signature of $name is called $(cat got)"
    count=$((count + 1))
}
theirs p256 content -signer p256.crt -inkey p256.key -md sha256
theirs cades content -signer p256.crt -inkey p256.key -md sha256 -cades
theirs noattr content -signer p384.crt -inkey p384.key -md sha384 -noattr
theirs rsa-noattr content -signer rsa.crt -inkey rsa.key -md sha256 -noattr
theirs stream "" -signer rsa.crt -inkey rsa.key -nodetach -stream
theirs keyid content -signer rsa.crt -inkey rsa.key -keyid -md sha512
theirs pss content -signer rsa.crt -inkey rsa.key -md sha256 -keyopt rsa_padding_mode:pss -keyopt rsa_pss_saltlen:32
openssl cms -sign -binary -outform DER -in content -out sha1.theirs -signer rsa.crt -inkey rsa.key -md sha1
[ "$("$tool" cms-verify sha1.theirs content || true)" = weak-digest ] || fail "SHA-1 is not called weak"
[ "$("$tool" cms-verify p256.theirs other || true)" = digest-mismatch ] || fail "other content is not noticed"
if has certtool; then
    certtool --p7-detached-sign --load-certificate p256.crt --load-privkey p256.key --infile content --outder --outfile gnutls.p7s 2>/dev/null
    [ "$("$tool" cms-verify gnutls.p7s content)" = valid ] || fail "we refuse GnuTLS's"
    count=$((count + 1))
fi
echo "$count signatures agreed upon"
