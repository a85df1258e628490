#!/usr/bin/env bash
# The tally engine: 100 million gifts in memory, a round of 100,000 gifts by each method, what-ifs, CSV; then the same round by a plain
# implementation in JavaScript. MILLIONS=10 bench/tally.sh is shorter.
set -euo pipefail
cd "$(dirname "$0")/.."
ninja -C build --quiet bench/bench_tally
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
build/bench/bench_tally "${MILLIONS:-100}" "$work/round.csv"
if command -v node >/dev/null; then node bench/tally/peer.mjs "$work/round.csv"; else echo "peer: skipped, no node"; fi
