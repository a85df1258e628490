#!/bin/sh
# The manual page that `rise man` prints, read by the formatter of the system with its warnings on. usage: man.sh RISE
command -v man >/dev/null && command -v groff >/dev/null || { echo "skipped: man or groff is not installed"; exit 77; }
said=$("$1" man | MANWIDTH=80 man --warnings=w -E UTF-8 -l - 2>&1 >/dev/null)
[ -z "$said" ] || { echo "$said"; exit 1; }
