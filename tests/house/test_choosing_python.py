"""`scripts/python` finds a Python that can build .venv, or says in one sentence what is needed."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house import tree

SCRIPT = tree.ROOT / "scripts" / "python"
GOOD = "sys.version_info = (3, 12, 4)"
BAD = {
    "too old": "sys.version_info = (3, 10, 14)",
    "too new": "sys.version_info = (3, 15, 0)",
    "without venv": "sys.modules['venv'] = None",
    "without ensurepip": "sys.modules['ensurepip'] = None",
}


def chosen(folder: Path, **environment: str) -> tuple[int, str, str]:
    """What the script answers where only the programs of that folder are on the path."""
    alone = {"PATH": str(folder), **environment}
    done = subprocess.run([SCRIPT], env=alone, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout, done.stderr


def stands_in(folder: Path, name: str, *, as_if: str) -> Path:
    """This Python under another name, which says of itself what the line tells it to."""
    path = folder / name
    told = f"import sys; {as_if}; sys.executable = '{path}'; exec(sys.argv[1])"
    path.write_text(f'#!/bin/sh\nexec "{sys.executable}" -c "{told}" "$2"\n')
    path.chmod(0o755)
    return path


def assert_refused(answer: tuple[int, str, str], tried: str) -> None:
    code, out, said = answer
    assert (code, out) == (1, "")
    assert said == (
        f"Muniment needs Python 3.11 to 3.14 with its venv module, and '{tried}' offers none: "
        "install one (on Debian: apt-get install python3 python3-venv) or set PYTHON.\n"
    )


def test_without_any_python_it_says_what_to_install(tmp_path: Path) -> None:
    assert_refused(chosen(tmp_path), "python3.14 python3.13 python3.12 python3.11 python3")
    assert_refused(chosen(tmp_path, PYTHON="/nowhere/python3"), "/nowhere/python3")


@pytest.mark.parametrize("fault", BAD)
def test_a_python_that_cannot_do_it_is_not_taken(tmp_path: Path, fault: str) -> None:
    for name in ("python3.11", "python3"):
        stands_in(tmp_path, name, as_if=BAD[fault])
    assert_refused(chosen(tmp_path), "python3.14 python3.13 python3.12 python3.11 python3")
    assert_refused(chosen(tmp_path, PYTHON="python3"), "python3")


def test_the_newest_that_really_runs_is_taken(tmp_path: Path) -> None:
    shim = tmp_path / "python3.14"
    shim.write_text("#!/bin/sh\nexit 127\n")
    shim.chmod(0o755)
    stands_in(tmp_path, "python3.13", as_if=BAD["without venv"])
    taken = stands_in(tmp_path, "python3.12", as_if=GOOD)
    own = stands_in(tmp_path, "python3", as_if=GOOD)
    assert chosen(tmp_path) == (0, f"{taken}\n", "")
    assert chosen(tmp_path, PYTHON=str(own)) == (0, f"{own}\n", "")


def test_installing_stops_with_the_same_sentence(tmp_path: Path) -> None:
    """As `make` meets it: nothing is made, and no trace of the shell is shown."""
    copy = tmp_path / "scripts"
    copy.mkdir()
    for name in ("install", "python"):
        (copy / name).write_bytes((tree.ROOT / "scripts" / name).read_bytes())
        (copy / name).chmod(0o755)
    done = subprocess.run(
        [copy / "install", "runtime"], env=os.environ | {"PYTHON": "/nowhere/python3"},
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode != 0
    assert done.stderr.splitlines()[0].startswith("Muniment needs Python 3.11 to 3.14")
    assert len(done.stderr.splitlines()) == 1
    assert not (tmp_path / ".venv").exists()
