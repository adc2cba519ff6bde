"""Code that is tried inside a confined process: each attempt says what became of it."""

import json
import subprocess
import sys
import textwrap
from pathlib import Path

START = """
import json, os, sys
tried = {}

def attempt(name, do):
    try:
        do()
        tried[name] = "done"
    except BaseException as error:
        tried[name] = f"{type(error).__name__}: {error}"
"""
END = """
print(json.dumps(tried))
"""


def run(code: str, *values: object) -> dict[str, str]:
    """Run `code` in a fresh interpreter; `values` are its sys.argv[1:]. Returns its attempts."""
    words = [sys.executable, "-I", "-c", START + textwrap.dedent(code) + END]
    done = subprocess.run(
        [*words, *map(str, values)], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def refused(outcome: str) -> bool:
    """Whether the kernel or the engine said no, rather than something being absent."""
    # Landlock answers a link across its folders as if they were other devices.
    words = ("Permission denied", "Operation not permitted", "Invalid cross-device link")
    return any(word in outcome for word in words)


def folders(root: Path) -> tuple[Path, Path, Path]:
    """One to read, one to write, and a file of someone else's."""
    read, write = root / "read", root / "write"
    read.mkdir()
    write.mkdir()
    (read / "rows.csv").write_text("a\n1\n", encoding="utf-8")
    secret = root / "database.sqlite3"
    secret.write_text("a\nsecret\n", encoding="utf-8")
    return read, write, secret
