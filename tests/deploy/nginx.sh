#!/usr/bin/env bash
# deploy/nginx.conf as it is, but for ports and certificate: nginx accepts it, and a page and an asset come through it by TLS and HTTP/2.
# usage: nginx.sh RISE
set -euo pipefail
here=$(cd "$(dirname "$0")/../.." && pwd)
rise=$1
nginx=$(command -v nginx || echo /usr/sbin/nginx)
[ -x "$nginx" ] || { echo "skipped: nginx is not installed"; exit 77; }
work=$(mktemp -d)
server=
stop() {
    [ ! -f "$work/nginx.pid" ] || kill "$(cat "$work/nginx.pid")" 2>/dev/null || true
    [ -z "$server" ] || kill "$server" 2>/dev/null || true
    wait
    rm -rf "$work"
}
trap stop EXIT
port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
app=$(port) plain=$(port) tls=$(port)

"$rise" init --data-dir "$work/var" >/dev/null
"$rise" serve --data-dir "$work/var" --listen "127.0.0.1:$app" --base-url "https://rise.example" 2>"$work/rise.log" &
server=$!
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=rise.example -addext subjectAltName=DNS:rise.example \
    -keyout "$work/privkey.pem" -out "$work/fullchain.pem" 2>/dev/null
{
    printf 'pid %s/nginx.pid;\nerror_log %s/error.log;\nevents {}\nhttp {\naccess_log off;\n' "$work" "$work"
    for kind in client_body proxy fastcgi uwsgi scgi; do printf '%s_temp_path %s/tmp-%s;\n' "$kind" "$work" "$kind"; done
    sed -e "s|/etc/ssl/rise|$work|; s|127.0.0.1:8080|127.0.0.1:$app|; /listen \[::\]/d; s|listen 80;|listen 127.0.0.1:$plain;|; s|listen 443 |listen 127.0.0.1:$tls |" \
        "$here/deploy/nginx.conf"
    echo '}'
} >"$work/nginx.conf"
"$nginx" -t -q -c "$work/nginx.conf" -e "$work/error.log"
"$nginx" -c "$work/nginx.conf" -e "$work/error.log"

get() { curl -sS --retry 20 --retry-connrefused --retry-delay 1 --cacert "$work/fullchain.pem" --resolve "rise.example:$tls:127.0.0.1" "$@"; }
version=$(get --http2 -o "$work/page" -D "$work/head" -w '%{http_version} %{http_code}' "https://rise.example:$tls/")
[ "$version" = "2 200" ] || { echo "expected HTTP/2 200, got $version"; cat "$work/error.log" "$work/rise.log"; exit 1; }
grep -qi '^strict-transport-security:' "$work/head" || { echo "HSTS is missing"; exit 1; }
asset=$(grep -o '/assets/[^"]*\.css' "$work/page" | head -1)
get --http2 -H 'Accept-Encoding: br' -o "$work/css" -D "$work/head" "https://rise.example:$tls$asset"
grep -qi '^content-encoding: br' "$work/head" || { echo "the asset was not sent precompressed"; cat "$work/head"; exit 1; }
[ "$(curl -s -o /dev/null -w '%{http_code}' -H 'Host: rise.example' "http://127.0.0.1:$plain/")" = 301 ] || { echo "plain HTTP does not redirect"; exit 1; }
echo "nginx: page by HTTP/2, asset precompressed, plain HTTP redirected"
