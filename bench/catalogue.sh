#!/usr/bin/env bash
# The catalogue page of 50 rows from SQLite, whole pages over HTTP, 800 services in the database.
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
for path in '/market?show=50' '/market?show=50&q=%E9%A0%90%E7%B4%84' '/'; do
    curl -s --retry 20 --retry-connrefused --retry-delay 1 -o "$work/page" "http://127.0.0.1:$port$path"
    wrk -t1 -c32 -d2s "http://127.0.0.1:$port$path" >/dev/null
    printf '%-40s %7d bytes  ' "$path" "$(stat -c %s "$work/page")"
    wrk -t1 -c32 -d"${seconds}s" --latency "http://127.0.0.1:$port$path" | awk '/50%|99%/ { printf "%s %s  ", $1, $2 } /Requests\/sec/ { printf "%s pages/s\n", $2 }'
done
