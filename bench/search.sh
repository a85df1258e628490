#!/usr/bin/env bash
# 100,000 Chinese documents: indexing and the median of queries, on SQLite.
set -euo pipefail
cd "$(dirname "$0")/.."
ninja -C build --quiet bench/bench_search
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
build/bench/bench_search "sqlite:$work/search.db" "${DOCUMENTS:-100000}"
