#!/bin/sh
# run.sh NODE FILE: one file of browser tests, or 77 when what it needs is not installed.
here=$(dirname "$0")
[ -x "${CHROMIUM:-/usr/bin/chromium-headless-shell}" ] || { echo "no Chromium"; exit 77; }
[ -d "$here/../node_modules/playwright-core" ] || { echo "no tests/node_modules: npm ci --prefix tests"; exit 77; }
exec "$1" --test "$2"
