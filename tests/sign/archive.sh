#!/usr/bin/env bash
# The archive of a finished signing room, checked as its README says, without the site: pdfsig, mutool, openssl, rise.
# Then one byte is altered, and all of them refuse. Usage: archive.sh RISE TEST_SIGN_SEAL_ARCHIVE
set -euo pipefail
rise=$(realpath "$1")
maker=$(realpath "$2")
has() { command -v "$1" >/dev/null || { echo "$1 is not installed"; return 1; }; }
has openssl && has pdfsig && has mutool && has certutil && has python3 || exit 77
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export LC_ALL=C.UTF-8 RISE_DATA_DIR=$dir/none
fail() { echo "archive.sh: $*" >&2; exit 1; }
count() { [ "$(grep -c "$2" said)" = "$1" ] || fail "not $1 × “$2”: $(cat said)"; }

RISE_TEST_PG='' RISE_TEST_KEEP=$dir/made "$maker" >/dev/null
python3 -m zipfile -e made.zip archive
# The room is of the test's own day; its signatures are judged two hours later.
mkdir bin
cat >bin/rise <<END
#!/bin/sh
case \$1 in verify) set -- "\$@" --at 2026-11-25T14:00:00Z ;; esac
exec "$rise" "\$@"
END
chmod +x bin/rise
PATH=$dir/bin:$PATH

# The README's commands as they stand there.
commands() { awk '/^With /{on=1; next} on && !/^--/ && !/^Certificates/' README.en.txt; }
cd archive
[ "$(grep -c . README.zh-Hant.txt)" = "$(grep -c . README.en.txt)" ] || fail "the two README differ"
commands >commands
sh -e ./commands >said 2>&1 || fail "$(cat said)"
count 2 'Signature is Valid'
count 2 'The signature is valid'
count 2 'CMS Verification successful'
count 1 '^Verification: OK'
count 2 '^[AT].*TOTAL-PASSED' # of each file; its signatures are indented
for file in signed.pdf original.pdf; do
    grep -q "$(sha256sum <$file | cut -d' ' -f1)" README.en.txt evidence.json || fail "$file has another hash"
done
grep -q '"electronic_form":{' evidence.json || fail "the electronic form is not in the evidence"
[ "$(ls log/*.json | wc -l)" -ge 6 ] || fail "proofs: $(ls log)"

# ---- one byte ----
python3 - <<END
b = bytearray(open('signed.pdf', 'rb').read())
b[b.index(b'stream') + 40] ^= 1
open('signed.pdf', 'wb').write(b)
END
pdfsig -nocert signed.pdf >said
! grep -q 'Signature is Valid' said || fail "pdfsig: $(cat said)"
mutool sign -v signed.pdf >said 2>&1 || true
! grep -q 'signature is valid\|unchanged' said || fail "mutool: $(cat said)"
! rise verify signed.pdf --trust trust >said 2>&1 || fail "rise: $(cat said)"
grep -A3 '^# 1:' README.en.txt >one
! sh -e ./one >said 2>&1 || fail "openssl: $(cat said)"
sed -i 's/"index":/"index":1/' log/001-created.json
! rise verify-log log/001-created.json "$(cat log/vkey.txt)" >said 2>&1 || fail "log: $(cat said)"

# ---- as many signatures as there can be ----
cd "$dir"
pdfsig -nocert made-many.pdf >said
count 50 'Signature is Valid'
rise verify made-many.pdf --trust archive/trust >said || true # another world's root: not trusted, but nothing is refused
! grep -qi 'TOTAL-FAILED' said || fail "$(cat said)"
echo "archive.sh: all as it should be"
