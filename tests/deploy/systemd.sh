#!/usr/bin/env bash
# deploy/rise.service: every command and flag in it is one the program has, and systemd accepts the unit where it is installed.
# usage: systemd.sh RISE
set -euo pipefail
here=$(cd "$(dirname "$0")/../.." && pwd)
rise=$1
unit=$here/deploy/rise.service
fail() { echo "$*"; exit 1; }

settings=$("$rise" help settings --lang en)
commands=$(grep -oE '^Exec[A-Za-z]*=.*' "$unit" | sed 's/^[^=]*=//')
[ -n "$commands" ] || fail "the unit starts nothing"
while read -r program verb rest; do
    [ "$program" = /usr/local/bin/rise ] || fail "$program is not where docs/operations.md installs the program"
    help=$("$rise" help "$verb" --lang en) || fail "there is no command: rise $verb"
    for word in $rest; do
        case $word in
        --*) grep -qE -- "^ +${word%%=*} " <<<"$settings"$'\n'"$help" || fail "rise $verb does not know ${word%%=*}" ;;
        esac
    done
done <<<"$commands"
grep -q '/usr/local/bin/rise' "$here/docs/operations.md" || fail "docs/operations.md installs the program elsewhere"
# The signal that systemd sends must be the one that `serve` finishes on.
! grep -q '^KillSignal=' "$unit" || fail "KillSignal: serve ends gracefully on SIGTERM, the default"

analyze=$(command -v systemd-analyze) || { echo "commands and flags are right; skipped: systemd is not installed"; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
sed "s|/usr/local/bin/rise|$(realpath "$rise")|" "$unit" >"$work/rise.service"
said=$("$analyze" verify --man=no --recursive-errors=no "$work/rise.service" 2>&1) || fail "systemd refuses the unit: $said"
[ -z "$said" ] || fail "systemd says: $said"
echo "commands and flags are right, systemd accepts the unit"
