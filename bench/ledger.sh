#!/usr/bin/env bash
# The ledger alone and the writer alone, on both engines, durable.
set -euo pipefail
cd "$(dirname "$0")/.."
if [ -z "${RISE_TEST_PG:-}" ]; then RISE_TEST_PG_FSYNC=on exec tests/with-postgres "$0"; fi
ninja -C build --quiet bench/bench_ledger bench/bench_db
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
echo "-- SQLite, ledger, 10,000 accounts"
build/bench/bench_ledger "sqlite:$work/ledger.db" 200000 10000
echo "-- SQLite, writer, 256 submitters"
build/bench/bench_db "sqlite:$work/writer.db" 5
echo "-- PostgreSQL, ledger, 10,000 accounts"
build/bench/bench_ledger "$RISE_TEST_PG" 100000 10000
