"""What the checks of `rise` from outside share: the program, a folder of their own, and a count of what did not hold."""
import os
import subprocess
import sys
import tempfile

RISE = os.path.abspath(sys.argv[1])
WORK = tempfile.TemporaryDirectory()
failed = []


def check(what, holds, detail=""):
    if not holds:
        failed.append(what)
        print(f"not ok: {what} {detail}")


def rise(*args, **settings):
    """Exit code, output and errors of one command, run in the folder; settings: of the environment."""
    env = dict(os.environ, LC_ALL="C.UTF-8", **settings)
    done = subprocess.run([RISE, *args], capture_output=True, text=True, env=env, cwd=WORK.name)
    return done.returncode, done.stdout, done.stderr
