#!/usr/bin/env bash
# The published figures of one demonstration world are the same on both engines. usage: tests/with-postgres figures.sh RISE
set -euo pipefail
rise=$1
[ -n "${RISE_TEST_PG:-}" ] || { echo "skipped: no PostgreSQL of its own (tests/with-postgres)"; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
join='?'
[[ $RISE_TEST_PG != *\?* ]] || join='&'
figures() { # FOLDER [--db ADDRESS]
    local data=$work/$1
    shift
    "$rise" demo --firms 20 --data-dir "$data" "$@" >/dev/null # what is there is left alone; only the links are new
    "$rise" market figures --csv --data-dir "$data" "$@"
}
postgres() {
    "$rise" init --data-dir "$work/postgres" "$@" >/dev/null
    "$rise" demo --firms 20 --seed 7 --data-dir "$work/postgres" "$@" >/dev/null
    figures postgres "$@"
}
python3 "$(dirname "$0")/demo_world.py" "$rise" "$WORLDS" "$work/sqlite" http://127.0.0.1 --firms 20 --seed 7
figures sqlite >"$work/sqlite.csv"
postgres --db "$RISE_TEST_PG${join}options=-csearch_path%3Dt_figures_$$" >"$work/postgres.csv"
diff "$work/sqlite.csv" "$work/postgres.csv"
[ "$(wc -l <"$work/sqlite.csv")" -gt 50 ] || { echo "hardly any figures"; exit 1; }
echo "$(wc -l <"$work/sqlite.csv") lines of figures, equal on both engines"
