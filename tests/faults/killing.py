"""Workers that are started, stood still at a point and killed, and what can be seen afterwards."""

import hashlib
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

COLUMN, CELL = CANARIES = (b"USUBJID", b"APPLICATION SITE ERYTHEMA")
"""A column of the holding, and what stands in its cells as in those of the package: no file shows
them but those in rooms where rows or names belong."""
MEANT = ("holdings", "releases", "receipts")
"""The data, finished packages, the internal receipts: their folders are the office's alone. What a
build was still writing lies hidden in `releases/`; it is meant nowhere."""
TIDIED = "a worker started and tidied"
LONGEST = 300


def environment(home: Path, **more: str) -> dict[str, str]:
    (home / "tmp").mkdir(parents=True, exist_ok=True)
    words = os.environ | {"MUNIMENT_HOME": str(home), "TMPDIR": str(home / "tmp")} | more
    words.pop("DATABASE_URL", None)
    return words


def made(home: Path, road: str) -> Path:
    """A home where a signature waits to be sealed, a `build` to be made, a delivery to `pack`."""
    command = [sys.executable, "-m", "tests.faults.standing", str(home), road]
    subprocess.run(command, env=environment(home), check=True)
    return home


def forget(home: Path) -> None:
    """A home that ended well; many of them would fill the disk."""
    shutil.rmtree(home, ignore_errors=True)


def worker(home: Path, point: str = "", *, ahead: int = 0, **more: str) -> subprocess.Popen[str]:
    words = [sys.executable, "-m", "tests.faults.dying", str(home), point, str(ahead)]
    return subprocess.Popen(
        words, env=environment(home, **more), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        text=True, start_new_session=True,
    )  # fmt: skip


def standing_at(home: Path, point: str, *, ahead: int = 0) -> subprocess.Popen[str]:
    """A worker once it stands there."""
    found = worker(home, point, ahead=ahead)
    assert found.stdout is not None
    assert found.stdout.readline().strip() == f"at {point}", "the kill would not land inside"
    return found


def frozen_plane(of: subprocess.Popen[str]) -> int:
    """The data plane of a standing worker, once it stopped inside its step."""
    [child] = children(of.pid)
    until = time.monotonic() + LONGEST
    while state(child) not in "Tt":
        assert time.monotonic() < until, "the data plane did not stand still at its step"
        time.sleep(0.01)
    return child


def kill(victim: subprocess.Popen[str]) -> None:
    """It and the data plane it started."""
    for child in children(victim.pid):
        os.kill(child, signal.SIGKILL)
    victim.kill()
    victim.communicate(timeout=LONGEST)
    assert victim.returncode == -signal.SIGKILL


def kill_plane(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)


def go_on(waiting: subprocess.Popen[str]) -> None:
    told, _ = waiting.communicate("go on\n", timeout=LONGEST)
    assert told.strip() == "done"


def tidied(home: Path, *, ahead: int) -> None:
    """Start a worker, which tidies before it looks for work, and kill it there."""
    kill(standing_at(home, TIDIED, ahead=ahead))


def canceled(home: Path) -> None:
    """The build is called off by whoever started it."""
    command = [sys.executable, "-m", "tests.faults.calling_off"]
    subprocess.run(command, env=environment(home), check=True)


def work_off(home: Path, *, ahead: int, **more: str) -> None:
    told, _ = worker(home, ahead=ahead, **more).communicate(timeout=LONGEST)
    assert told.strip() == "done"


def children(pid: int) -> list[int]:
    """The processes that a process of ours started."""
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [int(each) for each in listed]


def state(pid: int) -> str:
    """One letter of the kernel: T is stopped by a signal."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]


def hashes(folder: Path) -> dict[str, str]:
    """What its files hold, by path."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def asked(home: Path, query: str, *values: object) -> list[tuple[object, ...]]:
    with sqlite3.connect(home / "muniment.sqlite3") as database:
        return list(database.execute(query, values))


def entries(home: Path, tag: str) -> int:
    [[many]] = asked(home, "SELECT COUNT(*) FROM muniment_entry WHERE tag = ?", tag)
    return int(str(many))


def money(home: Path) -> list[tuple[object, ...]]:
    """All of it, to be compared."""
    queries = ("SELECT id, total_minor FROM muniment_invoice",
               "SELECT id, amount_minor FROM muniment_payment")  # fmt: skip
    return [row for query in queries for row in asked(home, query)]


def in_the_clear(home: Path) -> list[str]:
    """Files that show a canary and should not; the database holds specifications by design."""
    return [
        path.relative_to(home).as_posix()
        for path in home.rglob("*")
        if path.is_file()
        and not _meant(path.relative_to(home))
        and not path.name.startswith("muniment.sqlite3")
        and any(canary in path.read_bytes() for canary in CANARIES)
    ]


def _meant(path: Path) -> bool:
    return path.parts[0] in MEANT and not path.parts[1].startswith(".")


def build(home: Path) -> tuple[str, str]:
    [[found, folder]] = asked(home, "SELECT state, folder FROM muniment_build")
    return str(found), str(folder)


def packages(home: Path) -> list[str]:
    """What lies in releases/, hidden folders too."""
    return [path.name for path in (home / "releases").iterdir()]


def is_sealed_once(home: Path) -> None:
    """A seal for each of the three signatures, and the last file holds for all of them."""
    rows = asked(
        home,
        "SELECT s.signature_id, f.sha256 FROM muniment_seal s"
        " JOIN muniment_storedfile f ON f.id = s.file_id ORDER BY s.id",
    )
    assert len({signature for signature, _ in rows}) == len(rows) == 3
    from muniment.gateways.signing import local

    last = str(rows[-1][1])
    report = local.Sealer(home).check((home / "files" / last[:2] / last).read_bytes())
    assert (report.holds, len(report.steps)) == (True, 3)


def is_built_once(home: Path) -> None:
    found, folder = build(home)
    assert found == "checking"
    assert entries(home, "release.finish_build") == 1
    assert packages(home) == [folder]
    assert {path.name.partition(".json")[0].removesuffix(".trace")
            for path in (home / "receipts").iterdir()} == {folder}  # fmt: skip
    data = [path.read_bytes() for path in (home / "releases" / folder / "data").iterdir()]
    assert data
    assert all(COLUMN in each for each in data), "the canary would not be seen"
    assert any(CELL in each for each in data), "the canary would not be seen"


def is_packed_once(home: Path) -> None:
    [[sha256, secret]] = asked(home, "SELECT sha256, secret_sha256 FROM muniment_delivery")
    assert (home / "deliveries" / str(sha256)[:2] / str(sha256)).is_file()
    assert (home / "told" / str(secret)[:2] / str(secret)).is_file()
    assert [path.name for path in (home / "staging").glob(".muniment-seal-*")] == []
    assert [path.name for path in (home / "staging").glob("locked-*")] == []


def is_paid_once(home: Path) -> None:
    """What the card provider reported twice is money once: row, entry, letter, settled line."""
    [[asked_for]] = asked(home, "SELECT total_minor FROM muniment_invoice")
    assert asked(home, "SELECT amount_minor FROM muniment_payment") == [(asked_for,)]
    assert entries(home, "payment.record_card_payment") == 1
    lines = "SELECT payment_id FROM muniment_bankline"
    assert asked(home, lines) == asked(home, "SELECT id FROM muniment_payment")
    letters = "SELECT COUNT(*) FROM muniment_message WHERE kind = 'payment-received'"
    assert asked(home, letters) == [(1,)]
    assert asked(home, "SELECT DISTINCT state FROM muniment_job") == [("done",)]


ENDS_WELL = {
    "seal": is_sealed_once, "build": is_built_once, "pack": is_packed_once, "money": is_paid_once,
}  # fmt: skip
"""By road: nothing lost, nothing doubled, nothing half."""
