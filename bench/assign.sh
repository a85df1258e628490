#!/usr/bin/env bash
# Reviewers to proposals, beside scipy's HiGHS and GLPK's minimum-cost flow on the same problem.
set -euo pipefail
cd "$(dirname "$0")/.."
ninja -C build --quiet bench/bench_assign
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for size in "970 3 30 100" "2000 5 200 60"; do
    echo "-- proposals, reviews each, reviewers, most reviews of one: $size"
    # shellcheck disable=SC2086
    build/bench/bench_assign $size "$work/assign.min"
    /usr/bin/python3 bench/assign_peer.py "$work/assign.min" || echo "scipy: not measured"
    start=$(date +%s.%N)
    if timeout 120 glpsol --mincost "$work/assign.min" --write "$work/assign.sol" >/dev/null; then
        echo "$start $(date +%s.%N) $(awk '/^s /{print -$NF}' "$work/assign.sol")" |
            awk '{printf "%-28s %8.3f s   total %d\n", "glpsol --mincost (reads too)", $2 - $1, $3}'
    else
        echo "glpsol --mincost: not within 120 s"
    fi
done
