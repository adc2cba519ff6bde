"""What people read where the kernel cannot shut the data plane in: work goes on, and says so."""

import json
import os
import platform
import subprocess
import sys
from pathlib import Path

import pytest

from muniment.dataplane.confine import landlock, seccomp
from tests.dataplane import tables

pytestmark = [
    pytest.mark.slow,  # starts the data plane four times
    pytest.mark.skipif(
        platform.machine() not in seccomp.MACHINES, reason="No filter for this processor."
    ),
]
# A filter outlives what a process starts: all of its children meet an old kernel too.
OLD_KERNEL = f"""
import ctypes, errno, platform, sys
from muniment.dataplane.confine import seccomp
ctypes.CDLL(None).prctl(38, 1, 0, 0, 0)
assert seccomp.load(
    seccomp.step(seccomp.LOAD, seccomp.NUMBER)
    + seccomp.step(seccomp.EQUAL, {landlock.CREATE_RULESET}, when_false=1)
    + seccomp.step(seccomp.RETURN, seccomp.ERRNO | errno.ENOSYS)
    + seccomp.step(seccomp.RETURN, seccomp.ALLOW),
    call=seccomp.MACHINES[platform.machine()]["filter"],
)
"""
EXTRACT = """
import sys
from muniment import cli
sys.exit(cli.main(sys.argv[1:]))
"""
SERVE = """
import sys
from pathlib import Path
from muniment.cli import serve
serve._try_dataplane(Path(sys.argv[1]))
"""
GAP = "This kernel has no Landlock: files outside the data folders stay readable."


def run(code: str, *words: object) -> tuple[int, str, str]:
    done = subprocess.run(
        [sys.executable, "-c", code, *map(str, words)],
        capture_output=True, text=True, timeout=120, check=False, env=dict(os.environ),
    )  # fmt: skip
    return done.returncode, done.stdout, done.stderr


def test_extract_warns_and_makes_the_rehearsal(tmp_path: Path) -> None:
    tables.small_holding(tmp_path / "holding")
    asked = tables.specification(variables={"subjects": ["USUBJID", "SEX"]})
    (tmp_path / "asked.json").write_text(json.dumps(asked), encoding="utf-8")
    words = ["extract", tmp_path / "asked.json", "--holding", tmp_path / "holding", "--out"]
    code, out, err = run(OLD_KERNEL + EXTRACT, *words, tmp_path / "package")
    assert (code, out.splitlines()[0]) == (0, f"rehearsal: {tmp_path / 'package'}")
    told = f"WARNING: the data plane is not fully confined. {GAP}"
    # The child says it for itself as well, since nobody else may be there to do so.
    assert set(err.splitlines()) == {told}
    assert run(EXTRACT, *words, tmp_path / "again")[2] == ""


def test_serve_warns_loudly_before_it_says_that_the_data_plane_is_ready(tmp_path: Path) -> None:
    for folder in ("holdings", "staging", "releases", "receipts"):
        (tmp_path / folder).mkdir()
    code, out, err = run(OLD_KERNEL + SERVE, tmp_path)
    assert code == 0
    assert f"data plane: WARNING: not fully confined. {GAP}" in err.splitlines()
    assert out == "data plane: ready, confined by the kernel: with the gaps named above\n"
    whole = "data plane: ready, confined by the kernel: no network, no other files, no programs\n"
    assert run(SERVE, tmp_path)[1:] == (whole, "")
