#!/usr/bin/env bash
# A PDF of 100,000 bytes signed: the bare signatures by `openssl speed`, ours, OpenSSL's CMS, and two npm packages in the same run; then how many times as fast.
# usage: bench/sign.sh [FILE]
set -euo pipefail
cd "$(dirname "$0")/.."
ninja -C build --quiet bench/bench_pades
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
command -v node >/dev/null || { echo "peers: skipped, no node"; exit 0; }
doc=${1:-$work/doc.pdf}
[ $# -gt 0 ] || node bench/sign_peer.mjs make "$doc"
openssl speed -seconds 3 ecdsap256 rsa2048 2>/dev/null | awk '
    /^rsa 2048/ { printf "openssl speed, RSA-2048    %8.0f /s\n", $6 }
    /nistp256/ { printf "openssl speed, P-256       %8.0f /s\n", $(NF - 1) }'
build/bench/bench_pades "$doc" | tee "$work/ours"
if [ ! -d bench/node_modules/@signpdf ]; then
    echo "peers: skipped (npm ci --prefix bench)"
    exit 0
fi
[ -d bench/node_modules/@documenso ] || { echo "peers: skipped, @documenso/pdf-sign is for Linux on x86-64"; exit 0; }
openssl req -x509 -newkey rsa:2048 -nodes -keyout "$work/key.pem" -out "$work/cert.pem" -subj /CN=signer -days 30 2>/dev/null
openssl pkcs12 -export -legacy -inkey "$work/key.pem" -in "$work/cert.pem" -passout pass: -out "$work/key.p12"
node bench/sign_peer.mjs "$doc" "$work/key.p12" "$work" | tee "$work/peers"
for made in signpdf documensopdfsign; do
    ! command -v pdfsig >/dev/null || pdfsig "$work/$made.pdf" 2>/dev/null | grep -q 'Signature is Valid' || echo "$made: what it made is not valid"
done
awk 'FNR == NR { if (/^signed/) ours[$4] = $(NF - 1); next }
    { for (kind in ours) printf "ours (%s) is %.0f times as fast as %s\n", kind, ours[kind] / $(NF - 1), $1 }' "$work/ours" "$work/peers"
