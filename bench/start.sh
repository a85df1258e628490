#!/usr/bin/env bash
# From the start of the program to the first page, and memory then, with FIRMS firms (default 50,000; making them takes minutes).
set -euo pipefail
cd "$(dirname "$0")/.."
rise=$PWD/build/src/cmd/rise
work=$(mktemp -d -p /var/tmp)
server=
trap '[ -z "$server" ] || kill "$server"; rm -rf "$work"' EXIT
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
"$rise" init --data-dir "$work/var" >/dev/null
begun=$(date +%s)
"$rise" demo --data-dir "$work/var" --firms "${FIRMS:-50000}" >/dev/null
echo "demonstration world of ${FIRMS:-50000} firms: $(($(date +%s) - begun)) s, $(du -sh "$work/var" | cut -f1)"
python3 - "$rise" "$work/var" "$port" <<'PY'
import subprocess, sys, time, urllib.request
rise, data, port = sys.argv[1:]
begun = time.monotonic()
server = subprocess.Popen([rise, "serve", "--data-dir", data, "--listen", f"127.0.0.1:{port}", "--rate", "0"], stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
try:
    while True:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/market").read()
            break
        except OSError:
            time.sleep(0.005)
    print(f"start to first catalogue page: {time.monotonic() - begun:.3f} s")
    for _ in range(200):
        for path in ("/", "/market", "/market/figures", "/log"):
            urllib.request.urlopen(f"http://127.0.0.1:{port}{path}").read()
    status = dict(line.split(":", 1) for line in open(f"/proc/{server.pid}/status") if ":" in line)
    print("memory after 800 pages: resident", status["VmRSS"].strip(), "of which files", status["RssFile"].strip())
finally:
    server.terminate()
    server.wait()
PY
