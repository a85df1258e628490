#!/usr/bin/env bash
# Public pages from SQLite, whole, over HTTP: the catalogue of 50 rows out of 800 services, the fund's proposals, 24 out of 922.
set -euo pipefail
cd "$(dirname "$0")/.."
rise=build/src/cmd/rise seconds=${SECONDS_EACH:-10}
work=$(mktemp -d -p /var/tmp)
server=
trap '[ -z "$server" ] || kill "$server"; rm -rf "$work"' EXIT
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
"$rise" init --data-dir "$work/var" >/dev/null
"$rise" demo --data-dir "$work/var" >/dev/null
"$rise" serve --data-dir "$work/var" --listen "127.0.0.1:$port" --rate 0 2>/dev/null >&2 &
server=$!
# The server's CPU time in ticks of 10 ms, for µs a page whatever else runs on the machine.
ticks() { awk '{ print $14 + $15 }' "/proc/$server/stat"; }
measure() { # PATH [HEADER]
    local url="http://127.0.0.1:$port$1" before after
    curl -s --retry 20 --retry-connrefused --retry-delay 1 -H "${2:-Accept: text/html}" -o "$work/page" "$url"
    wrk -t1 -c32 -d2s -H "${2:-Accept: text/html}" "$url" >/dev/null
    before=$(ticks)
    wrk -t1 -c32 -d"${seconds}s" --latency -H "${2:-Accept: text/html}" "$url" >"$work/wrk"
    after=$(ticks)
    printf '%-36s %-16s %7d bytes  ' "$1" "${2:+not remembered}" "$(stat -c %s "$work/page")"
    awk -v ticks=$((after - before)) '/50%|99%/ { printf "%s %s  ", $1, $2 } /requests in/ { n = $1 }
        /Requests\/sec/ { printf "%s pages/s  %.0f µs of CPU a page\n", $2, ticks * 10000 / n }' "$work/wrk"
}
measure '/market?show=50'
measure '/market?show=50' 'Cookie: flash=x' # a note to be shown keeps a page from being shared (web/shared.h)
measure '/market?show=50&q=%E9%A0%90%E7%B4%84'
measure '/market?show=50&q=%E9%A0%90%E7%B4%84' 'Cookie: flash=x'
measure '/fund/proposals?round=fund-demo-1'
measure '/fund/proposals?round=fund-demo-1' 'Cookie: flash=x'
measure '/'
