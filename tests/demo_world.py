#!/usr/bin/env python3
"""A demonstration world for a test: demo_world.py RISE WORLDS FOLDER BASE_URL [--firms N] [--seed N]

FOLDER is made and gets a copy of the world that stands in the folder WORLDS for this program, these numbers and this hour; whoever needs one
first makes it while the others wait. (Making one takes several seconds of CPU, copying it a tenth; an hour, so that it is hardly older than
one of a test's own.) Sign-in links are to be made in the copy, by `rise demo`.

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
KEPT = 2 * 3600  # seconds


def name_of(rise, size):
    with open(rise, "rb") as f:
        what = hashlib.sha256(f.read())
    what.update(repr((size, int(time.time()) // 3600)).encode())
    return what.hexdigest()[:16]


def make(rise, size, folder):
    settings = ["--data-dir", folder, "--base-url", BASE]
    for command in (["init"], ["demo", *size]):
        subprocess.run([rise, *command, *settings], check=True, stdout=subprocess.DEVNULL)


def keep(folder, kept):
    for old in os.scandir(os.path.dirname(kept)):
        if old.is_dir() and old.stat().st_mtime < time.time() - KEPT:
            shutil.rmtree(old.path)
    part = kept + ".part"
    shutil.rmtree(part, ignore_errors=True)
    shutil.copytree(folder, part)
    os.utime(part)
    os.rename(part, kept)


def move_to(base, folder):
    database = sqlite3.connect(os.path.join(folder, "rise.db"))
    with database:
        moved = database.execute("UPDATE outbox SET body = replace(body, ?, ?) WHERE instr(body, ?)", (BASE, base, BASE)).rowcount
    database.close()
    if moved == 0:
        sys.exit("demo_world: no mail of the demonstration holds a link: is its address kept elsewhere now?")


def main(rise, worlds, folder, base, *size):
    os.makedirs(worlds, exist_ok=True)
    kept = os.path.join(worlds, name_of(rise, size))
    with open(os.path.join(worlds, "lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if os.path.isdir(kept):
            shutil.copytree(kept, folder)
        else:
            make(rise, size, folder)
            keep(folder, kept)
    move_to(base, folder)


main(*sys.argv[1:])
