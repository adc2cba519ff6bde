"""A worker that was told of a scanner or a mailbox that is none says so and does not start."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

MUNIMENT = Path(sys.executable).with_name("muniment")


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("MUNIMENT_SCANNER", "clamd", "MUNIMENT_SCANNER is 'clamd'; write tcp://"),
        ("MUNIMENT_IMAP_URL", "http://mail.example.org", "MUNIMENT_IMAP_URL must look like imaps:"),
    ],
)
def test_an_address_that_is_none_is_refused_at_start_in_one_sentence(
    tmp_path: Path, name: str, value: str, said: str
) -> None:
    environment = {**os.environ, "MUNIMENT_HOME": str(tmp_path), name: value}
    ran = subprocess.run(
        [MUNIMENT, "worker"], capture_output=True, text=True, timeout=120, env=environment
    )
    assert (ran.returncode, ran.stdout) == (1, "")
    assert ran.stderr.startswith(f"The settings cannot be used: {said}")
    assert ran.stderr.count("\n") == 1
