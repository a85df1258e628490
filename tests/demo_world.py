#!/usr/bin/env python3
"""A demonstration world for a test: usage: demo_world.py RISE WORLDS FOLDER BASE_URL [--firms N] [--seed N]

Copies the world into FOLDER, which is made. It is made once for a program, its arguments and the hour, in the folder WORLDS, by whoever
needs it first; the others wait for it. (Making one takes five seconds of CPU, a copy a tenth of one; an hour, so that nothing in it is older
than what people leave lying about between two visits.) The sign-in links are to be made in the copy, by `rise demo`.

The address of the site stands in the mails of the outbox, and is changed there. In the certificates and the sealed files of the world it
cannot be: they name a host that nobody has (RFC 2606)."""
import fcntl
import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
import time

BASE = "http://demo.invalid"


def name_of(rise, size):
    with open(rise, "rb") as f:
        what = hashlib.sha256(f.read())
    what.update(repr((size, int(time.time()) // 3600)).encode())
    return what.hexdigest()[:16]


def make(rise, size, folder):
    worlds = os.path.dirname(folder)
    for old in os.scandir(worlds):
        if old.is_dir() and old.stat().st_mtime < time.time() - 2 * 3600:
            shutil.rmtree(old.path)
    part = folder + ".part"
    shutil.rmtree(part, ignore_errors=True)
    settings = ["--data-dir", part, "--base-url", BASE]
    for command in (["init"], ["demo", *size]):
        subprocess.run([rise, *command, *settings], check=True, stdout=subprocess.DEVNULL)
    os.rename(part, folder)


def move_to(base, folder):
    database = sqlite3.connect(os.path.join(folder, "rise.db"))
    with database:
        moved = database.execute("UPDATE outbox SET body = replace(body, ?, ?) WHERE instr(body, ?)", (BASE, base, BASE)).rowcount
    database.close()
    if moved == 0:
        sys.exit("demo_world: no mail of the demonstration holds a link: is its address kept elsewhere now?")


def main(rise, worlds, folder, base, *size):
    os.makedirs(worlds, exist_ok=True)
    made = os.path.join(worlds, name_of(rise, size))
    with open(os.path.join(worlds, "lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not os.path.isdir(made):
            make(rise, size, made)
        shutil.copytree(made, folder)
    move_to(base, folder)


main(*sys.argv[1:])
