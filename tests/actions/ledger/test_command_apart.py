"""`muniment ledger verify` where something it needs is not there: one sentence with the cause."""

import os
import subprocess
import sys
from pathlib import Path


def verified(home: Path, *words: str, **given: str) -> tuple[int, str]:
    """The exit code, and what stands on stderr."""
    known = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    command = [str(Path(sys.executable).with_name("muniment")), "ledger", "verify", *words]
    done = subprocess.run(
        command, capture_output=True, text=True, env=known | {"MUNIMENT_HOME": str(home)} | given
    )
    return done.returncode, done.stderr


def test_a_home_without_a_database(tmp_path: Path) -> None:
    assert verified(tmp_path) == (
        1, "The ledger cannot be read: this home has no database yet, or an older one.\n",
    )  # fmt: skip


def test_a_server_that_is_away(tmp_path: Path) -> None:
    nowhere = "postgres://nobody@127.0.0.1:1/none"
    assert verified(tmp_path, DATABASE_URL=nowhere) == (
        1, "The ledger cannot be read: the database does not answer.\n",
    )  # fmt: skip


def test_a_checkpoint_that_is_no_text_and_one_that_is_not_there(tmp_path: Path) -> None:
    file = tmp_path / "checkpoint"
    file.write_bytes(b"\x8e\xff")
    assert verified(tmp_path, "--checkpoint", str(file)) == (
        1, f"{file} is not text, so it is no checkpoint.\n",
    )  # fmt: skip
    file.unlink()
    assert verified(tmp_path, "--checkpoint", str(file)) == (
        1, f"{file} cannot be read: No such file or directory.\n",
    )  # fmt: skip


def test_a_home_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    code, said = verified(tmp_path / "file" / "home")
    assert code == 1
    assert said.startswith("The settings cannot be used: ")
    assert "Errno" not in said
    assert len(said.splitlines()) == 1
