#!/usr/bin/env bash
# The trust services over HTTP from SQLite: OCSP answers signed when asked and signed beforehand, time-stamps. P-256 keys, one thread of HTTP,
# 16 connections, questions about CERTIFICATES (100) certificates in turn, by POST, without nonce. Per second, and per second of the server's CPU.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${SECONDS_EACH:-8} certificates=${CERTIFICATES:-100} here=$PWD
rise=$here/build/src/cmd/rise
work=$(mktemp -d -p /var/tmp)
server=
trap '[ -z "$server" ] || kill "$server"; rm -rf "$work"' EXIT
cd "$work"
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
url=http://127.0.0.1:$port
export RISE_DATA_DIR=$work/var RISE_BASE_URL=$url RISE_LISTEN=127.0.0.1:$port RISE_RATE=0 RISE_HTTP_THREADS=1 LC_ALL=C.UTF-8
"$rise" init --admin bench@example.tw >/dev/null
"$rise" ca init bench --by bench >/dev/null
key=$("$rise" keys make bench --role officer --role admin)
"$rise" serve 2>/dev/null >&2 &
server=$!
curl -s --retry 20 --retry-connrefused --retry-delay 1 -o issuing.cer "$url/pki/ca/issuing.cer"
openssl x509 -inform DER -in issuing.cer -out issuing.pem
mkdir ocsp stamp
openssl ts -query -data issuing.pem -sha256 -cert -out stamp/1 2>/dev/null
ticks() { awk '{ print $14 + $15 }' "/proc/$server/stat"; }
measure() { # NAME PATH KIND FOLDER
    local before after
    load() { QUESTIONS=$work/$4 KIND=$3 wrk -t1 -c16 -d"$5s" -s "$here/bench/trust.lua" "$url$2"; }
    load "$@" 2 >/dev/null
    before=$(ticks)
    load "$@" "$seconds" >said
    after=$(ticks)
    ! grep -E 'Non-2xx|Socket errors' said || { echo "bench: $1: not all were answered" >&2; exit 1; }
    awk -v name="$1" -v ticks=$((after - before)) '/requests in/ { n = $1 }
        /Requests\/sec/ { printf "%-40s %8.0f /s  %8.0f /s of CPU\n", name, $2, n * 100 / ticks }' said
}
set_answers() { # live | presigned
    curl -fsS -o /dev/null -H "Authorization: Bearer $key" -d "value=$1" -d "from=$(TZ=Asia/Taipei date +%F)" -d reason=bench "$url/programmes/signing/ocsp.answers"
    sleep 2 # the server looks once a second
}
set_answers presigned # whoever is issued a certificate now has its answers at once
for i in $(seq "$certificates"); do
    "$rise" ca issue person --name "Person $i" --key-out key.pem -o one.pem >/dev/null
    openssl ocsp -issuer issuing.pem -cert one.pem -no_nonce -reqout "ocsp/$i" 2>/dev/null
    rm key.pem one.pem
done
measure 'OCSP, signed beforehand' /pki/ocsp application/ocsp-request ocsp
set_answers live
measure 'OCSP, signed when asked' /pki/ocsp application/ocsp-request ocsp
measure 'time-stamps, with certificates' /pki/tsa application/timestamp-query stamp
