"""Refuses a Python that is too old, or moves on to a newer one. Read by Python 2.7 and 3.6 too: no new syntax here."""
# ruff: noqa: UP030, UP032

import os
import subprocess
import sys

OLDEST = (3, 11)
NEWEST = (3, 20)  # as far as a name on PATH is worth looking for


def move_on(argv):
    if sys.version_info[:2] >= OLDEST:
        return
    newer = newer_on(os.environ.get("PATH", ""))
    if newer:
        os.execv(newer, [newer] + argv)  # noqa: S606  # a path we just tried
    sys.stderr.write(refusal(sys.version_info) + "\n")
    sys.exit(2)


def refusal(version):
    return (
        "Reminder App needs Python 3.11 or newer, and this is Python {0}.{1}. "
        "Install one (for example: apt install python3.11 python3.11-venv), then start again."
    ).format(version[0], version[1])


def newer_on(path):
    """The newest python3.x of PATH that really runs, or None."""
    for minor in range(NEWEST[1], OLDEST[1] - 1, -1):
        for folder in path.split(os.pathsep):
            candidate = os.path.join(folder, "python3.{0}".format(minor))
            if os.access(candidate, os.X_OK) and runs(candidate):
                return candidate
    return None


def runs(candidate):
    """Version managers put shims on PATH that exist and start nothing."""
    with open(os.devnull, "w") as nowhere:
        try:
            return subprocess.call([candidate, "-c", ""], stdout=nowhere, stderr=nowhere) == 0
        except OSError:
            return False
