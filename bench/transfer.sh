#!/usr/bin/env bash
# The durable transfer over HTTP: RISE on SQLite and on PostgreSQL, fastify + PostgreSQL, and pgbench without HTTP and log. One PostgreSQL
# cluster with default durability; each run takes SECONDS_EACH (default 10) with 256 connections, after a warm-up of 3 s.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${SECONDS_EACH:-10} connections=${CONNECTIONS:-256}
rise=build/src/cmd/rise setup=build/bench/bench_transfer_setup
if [ -z "${RISE_TEST_PG:-}" ]; then RISE_TEST_PG_FSYNC=on exec tests/with-postgres "$0"; fi

work=$(mktemp -d)
server=
stop() { [ -z "$server" ] || { kill "$server" 2>/dev/null && wait "$server" 2>/dev/null; server=; } || true; }
trap 'stop; rm -rf "$work"' EXIT

free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
wait_port() { for _ in $(seq 100); do (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null && return 0; sleep 0.1; done; echo "no server on port $1" >&2; exit 1; }
load() { # URL [HOT]
    ACCOUNTS=$work/accounts TOKEN=$(cat "$work/key" 2>/dev/null || true) HOT=${2:-0} \
        wrk -t1 -c"$connections" -d"$3" --timeout 10s -s bench/transfer/load.lua "$1" | grep RESULT
}
ticks() { # of processes and their children, in hundredths of a second
    local sum=0 pid
    for pid in "$@" $(pgrep -P "$(IFS=,; echo "$*")" || true); do
        sum=$((sum + $(sed 's/.*) //' "/proc/$pid/stat" 2>/dev/null | awk '{ print $12 + $13 }' || echo 0) + 0))
    done
    echo "$sum"
}
pg_pid=$(head -1 "$RISE_TEST_PG_DATA/postmaster.pid")
field() { sed -E "s/.*$1=([0-9.]+).*/\1/" <<<"$2"; }
measure() { # NAME URL
    load "$2" 0 3s >/dev/null
    local even half before after
    before=$(ticks "$server" "$pg_pid")
    even=$(load "$2" 0 "${seconds}s")
    after=$(ticks "$server" "$pg_pid")
    half=$(load "$2" 1 "${seconds}s")
    rate[$1]=$(field rate "$even") p99[$1]=$(field p99_ms "$even") hot[$1]=$(field rate "$half")
    [ "$(field bad "$even")$(field bad "$half")" = 00 ] || echo "warning: $1 had refused or failed requests: $even / $half"
    printf '%-22s %8s/s   p99 %8s ms   hot account %8s/s   %4s us of CPU each\n' "$1" "${rate[$1]}" "${p99[$1]}" "${hot[$1]}" \
        $(((after - before) * 10000 / (rate[$1] * seconds)))
}
declare -A rate p99 hot

rise_run() { # NAME DB_URL
    local port dir="$work/$1"
    mkdir -m 700 "$dir"
    "$rise" init --data-dir "$dir" --db "$2" >/dev/null
    "$setup" --data-dir "$dir" --db "$2" 10000 "$work/accounts" "$work/key"
    port=$(free_port)
    "$rise" serve --data-dir "$dir" --db "$2" --listen "127.0.0.1:$port" --rate 0 >"$dir/log" 2>&1 &
    server=$!
    wait_port "$port"
    measure "$1" "http://127.0.0.1:$port/api/ledger/transfers"
    stop
    "$rise" doctor --data-dir "$dir" --db "$2" >"$dir/doctor" || { echo "doctor found faults after $1:"; cat "$dir/doctor"; exit 1; }
    rm -f "$work/key"
}

createdb_pg() { psql -q "$RISE_TEST_PG" -c "CREATE DATABASE $1 TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'"; }
pg_of() { sed -E "s#//([^/]*)/rise#//\1/$1#" <<<"$RISE_TEST_PG"; }

rise_run rise-sqlite "sqlite:$work/rise-sqlite/rise.db"
createdb_pg rise_bench
rise_run rise-postgresql "$(pg_of rise_bench)"

createdb_pg peer
peer=$(pg_of peer)
psql -q "$peer" -f bench/transfer/schema.sql
seq 10000 >"$work/accounts"
port=$(free_port)
DATABASE_URL=$peer PORT=$port node bench/transfer/fastify.mjs &
server=$!
wait_port "$port"
measure fastify-postgresql "http://127.0.0.1:$port/api/ledger/transfers"
stop

pgbench -n -M prepared -c 32 -j 1 -T 3 -f bench/transfer/pgbench.sql "$peer" >/dev/null 2>&1
tps=$(pgbench -n -M prepared -c 32 -j 1 -T "$seconds" -f bench/transfer/pgbench.sql "$peer" 2>&1 | sed -nE 's/^tps = ([0-9]+).*/\1/p')
printf '%-22s %8s/s   (32 clients, no HTTP, no log)\n' pgbench "$tps"

ratio() { python3 -c 'import sys; print(f"{float(sys.argv[1]) / float(sys.argv[2]):.2f}")' "$1" "$2"; }
echo
for name in rise-sqlite rise-postgresql; do
    echo "$name: $(ratio "${rate[$name]}" "${rate[fastify-postgresql]}") x fastify, $(ratio "${rate[$name]}" "$tps") x pgbench, hot account $(ratio "${hot[$name]}" "${rate[$name]}") of even"
done
