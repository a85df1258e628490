#!/usr/bin/env bash
# Our trust services as OpenSSL sees them: ceremony, certificates, lists, OCSP, time-stamps, over HTTP. Usage: ca.sh RISE [TOKEN]
set -euo pipefail
rise=$(realpath "$1")
. "$(dirname "$(realpath "$0")")/softhsm.sh"
has() { command -v "$1" >/dev/null || { echo "$1 is not installed"; return 1; }; }
has openssl && has curl || exit 77
dir=$(mktemp -d)
server=
stop() {
    [ -z "$server" ] || { kill "$server" && wait "$server" || true; }
    rm -rf "$dir"
}
trap stop EXIT
cd "$dir"
fail() { echo "ca.sh: $*" >&2; exit 1; }
refuses() { ! "$@" >refused 2>&1 || fail "was accepted: $*"; }

port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
url=http://127.0.0.1:$port
export RISE_DATA_DIR=$dir/var RISE_BASE_URL=$url RISE_LISTEN=127.0.0.1:$port
export LC_ALL=C.UTF-8

token=() vault=()
if [ "${2:-}" = token ]; then
    softhsm || exit 77
    new_token ca 4711
    new_token vault 1234
    echo 4711 >pin
    echo 1234 >root-pin
    token=(--token "$library" --token-label ca --pin-file pin)
    vault=(--root-token-label vault --root-pin-file root-pin)
fi

"$rise" init --admin admin@example.tw >/dev/null
"$rise" ca init 測試署 --by '林一、陳二' --permit example.tw "${token[@]}" "${vault[@]}" >transcript
[ "$(grep -c '^ *[0-9]*\. ' transcript)" = 8 ] || fail "transcript: $(cat transcript)"
refuses "$rise" ca init 測試署 --by 林一
openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out alice.key
openssl req -new -key alice.key -utf8 -subj /C=TW/CN=愛麗絲 -out alice.csr
alice=$("$rise" ca issue person --csr alice.csr -o alice.pem --email alice@example.tw)
bob=$("$rise" ca issue organisation --name 鮑伯 --organisation 鮑伯公司 --key-out bob.key --key rsa2048 -o bob.pem)
[ "$(stat -c %a bob.key)" = 600 ] || fail "the new key can be read by others"
[ "$(openssl pkey -in bob.key -pubout)" = "$(openssl x509 -in bob.pem -noout -pubkey)" ] || fail "bob's key is another"
openssl req -new -key alice.key -subj /CN=x -outform DER | python3 -c 'import sys; b = bytearray(sys.stdin.buffer.read()); b[-1] ^= 1; sys.stdout.buffer.write(b)' >forged.csr
refuses "$rise" ca issue person --csr forged.csr -o forged.pem # whoever asks does not have the key

"$rise" serve >serve.log 2>&1 &
server=$!
for _ in $(seq 100); do curl -fs "$url/api/health" >/dev/null && break; sleep 0.1; done

# ---- certificates and lists by the addresses that stand in them ----
fetch() { # NAME: certificates and lists as PEM, from the server
    curl -fsS "$url/pki/ca/$1.cer" | openssl x509 -inform DER -out "$1.pem"
    curl -fsS "$url/pki/crl/$1.crl" | openssl crl -inform DER -out "$1.crl"
}
fetch root
fetch issuing
openssl crl -in issuing.crl -CAfile issuing.pem -noout 2>&1 | grep -q 'verify OK' || fail "the list's signature"
for address in "$url/pki/crl/issuing.crl" "$url/pki/ca/issuing.cer" "OCSP - URI:$url/pki/ocsp"; do
    openssl x509 -in alice.pem -noout -text | grep -q "$address" || fail "$address does not stand in the certificate"
done
[ "$(curl -s -o /dev/null -w '%{http_code} %{content_type}' "$url/pki/crl/issuing.crl")" = '200 application/pkix-crl' ] || fail "type of the list"
[ "$(curl -s -o /dev/null -w '%{http_code} %{content_type}' "$url/pki/ca/root.cer")" = '200 application/pkix-cert' ] || fail "type of the certificate"
[ "$(curl -s -o /dev/null -w '%{http_code}' "$url/pki/ca/nobody.cer")" = 404 ] || fail "an authority that is not there"
verify() { openssl verify -x509_strict -crl_check_all -CAfile root.pem -untrusted issuing.pem -CRLfile root.crl -CRLfile issuing.crl "$1"; }
verify alice.pem >/dev/null
verify bob.pem >/dev/null
if has certtool; then
    certtool --verify-chain --verify-profile medium --infile <(cat alice.pem root.pem) >/dev/null || fail "certtool refuses alice"
fi
# Outside the authority's name constraint: refused before anything is signed; OpenSSL, asked about one made without us, says the same.
for outside in mallory@elsewhere.example mallory@sub.example.tw mallory@xexample.tw; do
    refuses "$rise" ca issue person --name Mallory --email $outside --key-out mallory.key -o mallory.pem
    grep -q 'issuing .*example.tw' refused || fail "$outside was refused for another reason: $(cat refused)"
    rm mallory.key
    openssl req -x509 -newkey rsa:2048 -nodes -keyout twin.key -out twin.pem -subj /CN=twin -addext nameConstraints=critical,permitted\;email:example.tw 2>/dev/null
    openssl x509 -req -in alice.csr -CA twin.pem -CAkey twin.key -extfile <(echo "subjectAltName=email:$outside") -out mallory.pem 2>/dev/null
    refuses openssl verify -CAfile twin.pem mallory.pem
    grep -q 'permitted subtree violation' refused || fail "$outside: OpenSSL says $(cat refused)"
done
[ "$("$rise" ca list | grep -c Mallory)" = 0 ] || fail "Mallory is in the list of certificates"

# ---- OCSP ----
ask() { # CERT ISSUER WORDS…: OpenSSL checks the answer's signature, nonce and times
    local cert=$1 issuer=$2
    shift 2
    openssl ocsp -issuer "$issuer" -cert "$cert" -CAfile root.pem -verify_other issuing.pem "$@" 2>&1
}
ask alice.pem issuing.pem -url "$url/pki/ocsp" >said
grep -q 'Response verify OK' said && grep -q 'alice.pem: good' said || fail "OCSP: $(cat said)"
! grep -q WARNING said || fail "nonce: $(cat said)"
openssl ocsp -issuer issuing.pem -sha256 -cert alice.pem -CAfile root.pem -verify_other issuing.pem -url "$url/pki/ocsp" 2>&1 | grep -q ': good' || fail "OCSP with SHA-256"
ask issuing.pem root.pem -url "$url/pki/ocsp" | grep -q ': good' || fail "OCSP of the issuing authority"
ask alice.pem issuing.pem -serial 0x1234 -url "$url/pki/ocsp" | grep -q '0x1234: unknown' || fail "OCSP of what was never issued"
openssl ocsp -issuer issuing.pem -cert alice.pem -no_nonce -reqout request.der
get=$(python3 -c 'import base64, urllib.parse as u; print(u.quote(base64.b64encode(open("request.der", "rb").read()), safe="/"))')
curl -fsS -D head "$url/pki/ocsp/$get" -o answer.der
grep -qi '^content-type: application/ocsp-response' head && grep -qi '^cache-control: public, max-age=' head || fail "head of GET: $(cat head)"
ask alice.pem issuing.pem -respin answer.der | grep -q 'alice.pem: good' || fail "OCSP by GET"
encoded=$(python3 -c 'import base64, urllib.parse as u; print(u.quote(base64.b64encode(open("request.der", "rb").read()), safe=""))') # slashes too
curl -fsS "$url/pki/ocsp/$encoded" -o slashes.der
ask alice.pem issuing.pem -respin slashes.der | grep -q 'alice.pem: good' || fail "OCSP by GET with encoded slashes"
[ "$(curl -s -o /dev/null -w '%{http_code}' "$url/pki%2Focsp/$get")" = 400 ] || fail "an encoded slash elsewhere"
curl -fsS "$url/pki/ocsp/nonsense" -o answer.der
(openssl ocsp -respin answer.der -noverify 2>&1 || true) | grep -q malformedrequest || fail "nonsense by GET"
[ "$(curl -s -o /dev/null -w '%{http_code}' -H 'Content-Type: text/plain' -d x "$url/pki/ocsp")" = 415 ] || fail "text is no OCSP request"

# ---- time-stamps ----
printf '旭日東升' >document
stamp() { # WORDS OF QUERY…
    openssl ts -query -data document -out query.tsq "$@" 2>/dev/null
    curl -fsS -H 'Content-Type: application/timestamp-query' --data-binary @query.tsq "$url/pki/tsa" -o reply.tsr
}
judge() { openssl ts -verify -queryfile query.tsq -in reply.tsr -CAfile root.pem -untrusted issuing.pem; }
for hash in sha256 sha384 sha512 sha3-256; do
    stamp "-$hash" -cert
    judge >/dev/null 2>err || fail "time-stamp over $hash: $(cat err)"
done
serial() { openssl ts -reply -in reply.tsr -text 2>/dev/null | grep '^Serial number'; }
openssl ts -reply -in reply.tsr -text 2>/dev/null | grep -q '^Accuracy: 0x01 seconds' || fail "accuracy"
first=$(serial)
stamp -sha256 -cert
[ "$first" != "$(serial)" ] || fail "a serial number twice"
cp reply.tsr good.tsr
openssl ts -query -data transcript -sha256 -cert -out query.tsq 2>/dev/null
refuses judge # of another document
stamp -sha1 -cert
openssl ts -reply -in reply.tsr -text 2>/dev/null | grep -q 'Status: Rejected' || fail "SHA-1 was stamped"

# ---- pdfsig judges by NSS: it trusts the signer of a document when it trusts the root ----
if has pdfsig && has certutil; then
    python3 - <<'END'
objects = ["<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>", "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 99 99] >>"]
out, at = "%PDF-1.7\n", []
for i, text in enumerate(objects):
    at.append(len(out))
    out += f"{i + 1} 0 obj\n{text}\nendobj\n"
table = "".join(f"{n:010d} 00000 n \n" for n in at)
open("doc.pdf", "w").write(f"{out}xref\n0 4\n0000000000 65535 f \n{table}trailer\n<< /Size 4 /Root 1 0 R >>\nstartxref\n{len(out)}\n%%EOF\n")
END
    mkdir nss && certutil -N -d sql:nss --empty-password && certutil -A -d sql:nss -n root -t C,C,C -i root.pem
    for who in alice bob; do
        "$rise" sign pdf doc.pdf -o $who.pdf --key $who.key --cert $who.pem
        pdfsig -nssdir sql:nss $who.pdf >said
        grep -q 'Certificate is Trusted' said || fail "pdfsig does not trust $who: $(cat said)"
    done
fi

# ---- revoked ----
"$rise" ca revoke "$(openssl x509 -in alice.pem -noout -serial | cut -d= -f2)" --reason keyCompromise --by 陳二
refuses "$rise" ca revoke "$alice"
refuses "$rise" ca revoke 12ab
fetch issuing
refuses verify alice.pem
grep -q 'certificate revoked' refused || fail "refused for another reason: $(cat refused)"
verify bob.pem >/dev/null
ask alice.pem issuing.pem -url "$url/pki/ocsp" >said
grep -q 'alice.pem: revoked' said && grep -q 'Reason: keyCompromise' said || fail "OCSP after revoking: $(cat said)"
openssl crl -in issuing.crl -noout -crlnumber | grep -q '=\(0x\)\?0*2$' || fail "number of the list: $(openssl crl -in issuing.crl -noout -crlnumber)"

# ---- services with new keys are used at once; a hold is lifted, or becomes final ----
"$rise" ca issue tsa --name 'TSA 2' >/dev/null
stamp -sha256 -cert
openssl ts -reply -in reply.tsr -token_out 2>/dev/null | openssl pkcs7 -inform DER -print_certs | grep -q 'TSA 2' || fail "the new time-stamp key is not in use"
judge >/dev/null 2>&1
"$rise" ca revoke "$bob" --reason certificateHold
refuses "$rise" ca revoke "$bob" --reason certificateHold
fetch issuing
refuses verify bob.pem
"$rise" ca unhold "$bob"
refuses "$rise" ca unhold "$bob"
fetch issuing
verify bob.pem >/dev/null
ask bob.pem issuing.pem -url "$url/pki/ocsp" >said
grep -q 'bob.pem: good' said || fail "OCSP after lifting a hold: $(cat said)"
"$rise" ca revoke "$bob" --reason certificateHold
"$rise" ca revoke "$bob" --reason superseded
"$rise" ca crl --ca root -o again.crl
openssl crl -inform DER -in again.crl -noout -crlnumber | grep -q '=\(0x\)\?0*2$' || fail "the root's second list"
"$rise" ca list --profile person | grep -q "^$alice.person.issuing.*keyCompromise" || fail "list"
# ---- a further issuing authority, with limits, lists and a responder of its own ----
"$rise" ca add 測試署 --by '林一、陳二' --issuing second --permit second.example "${token[@]}" >transcript
[ "$(grep -c '^ *[0-9]*\. ' transcript)" = 4 ] || fail "transcript: $(cat transcript)"
refuses "$rise" ca add 測試署 --by 林一 --issuing second "${token[@]}"
refuses "$rise" ca issue person --ca second --name 丹 --email dan@example.tw --key-out dan.key -o dan.pem
rm dan.key
dan=$("$rise" ca issue person --ca second --name 丹 --email dan@second.example --key-out dan.key -o dan.pem)
fetch second
verify_dan() { openssl verify -x509_strict -crl_check_all -CAfile root.pem -untrusted second.pem -CRLfile root.crl -CRLfile second.crl dan.pem; }
verify_dan >/dev/null
ask_dan() { openssl ocsp -issuer second.pem -cert dan.pem -CAfile root.pem -verify_other second.pem -url "$url/pki/ocsp" >said 2>&1; }
ask_dan && grep -q 'Response verify OK' said && grep -q 'dan.pem: good' said || fail "OCSP of the further authority: $(cat said)"
"$rise" ca revoke "$dan"
ask_dan && grep -q 'dan.pem: revoked' said || fail "OCSP of the further authority after revoking: $(cat said)"
fetch second
refuses verify_dan

# ---- the root's token locked away: everything goes on but what the root itself has to sign ----
if [ "${#vault[@]}" -gt 0 ]; then
    away=$(grep -l vault -r tokens | head -1 | xargs dirname)
    mv "$away" vault
    refuses "$rise" ca crl --ca root
    refuses "$rise" ca add 測試署 --by 林一 --issuing third "${token[@]}"
    "$rise" ca crl --ca issuing
    "$rise" ca issue person --name 艾 --key-out eve.key -o eve.pem >/dev/null
    ask issuing.pem root.pem -url "$url/pki/ocsp" | grep -q ': good' || fail "OCSP of the root while its token is away"
    mv vault "$away"
    "$rise" ca crl --ca root
fi

# ---- answers signed beforehand ----
key=$("$rise" keys make ca.sh)
curl -fsS -o /dev/null -H "Authorization: Bearer $key" -d value=presigned -d "from=$(TZ=Asia/Taipei date +%F)" -d reason=test "$url/programmes/signing/ocsp.answers"
sleep 1.1 # the server looks once a second
carol=$("$rise" ca issue person --name 卡蘿 --key-out carol.key -o carol.pem)
openssl ocsp -issuer issuing.pem -cert carol.pem -no_nonce -reqout request.der
get=$url/pki/ocsp/$(python3 -c 'import base64, urllib.parse as u; print(u.quote(base64.b64encode(open("request.der", "rb").read()), safe=""))')
curl -fsS -D head "$get" -o first.der
sleep 1.1
curl -fsS "$get" -o second.der
cmp first.der second.der || fail "the answer was not signed beforehand"
ask carol.pem issuing.pem -respin second.der | grep -q 'carol.pem: good' || fail "OCSP signed beforehand"
ask carol.pem issuing.pem -url "$url/pki/ocsp" >said
grep -q 'Response verify OK' said && grep -q 'carol.pem: good' said && grep -q 'WARNING: no nonce' said || fail "a nonce when answers are signed beforehand: $(cat said)"
header() { sed -n "s/^$1: //Ip" head | tr -d '\r'; }
openssl ocsp -respin first.der -noverify -text >said 2>&1
[ "$(date -d "$(header last-modified)" +%s)" = "$(date -d "$(sed -n 's/.*This Update: //p' said)" +%s)" ] || fail "Last-Modified: $(cat head)"
[ "$(date -d "$(header expires)" +%s)" = "$(date -d "$(sed -n 's/.*Next Update: //p' said)" +%s)" ] || fail "Expires: $(cat head)"
[ "$(header etag)" = "\"$(sha1sum <first.der | cut -d' ' -f1)\"" ] || fail "ETag: $(cat head)"
header cache-control | grep -q 'public, max-age=300, no-transform, must-revalidate' || fail "Cache-Control: $(cat head)"
same() { curl -fsS -o /dev/null -w '%{http_code}' -H "If-None-Match: $(header etag)" "$get"; }
[ "$(same)" = 304 ] || fail "what did not change was sent again"
"$rise" ca revoke "$carol" --reason keyCompromise
[ "$(same)" = 200 ] || fail "what changed was not sent"
curl -fsS "$get" -o answer.der
ask carol.pem issuing.pem -respin answer.der >said
grep -q 'carol.pem: revoked' said && grep -q 'Reason: keyCompromise' said || fail "right after revoking: $(cat said)"
"$rise" doctor >doctor.log || fail "doctor: $(grep -v '^ok' doctor.log)"
grep -q '^ok *ca-answers.*: [1-9]' doctor.log || fail "doctor on stored answers: $(cat doctor.log)"
echo "ca.sh: all as it should be"
