"""Readers against damaged files: always a sentence, never a traceback, a hang or half an edition.

MUNIMENT_FUZZ sets how many inputs (2,000 else). Each batch runs in a child of its own with limits
on time and memory; inputs follow from their number, so that a failing one can be made again.
"""

import os
import random
import resource
import subprocess
import sys
from pathlib import Path

import pyarrow
import pyreadstat
import pytest
from openpyxl import Workbook
from pyarrow import parquet

from muniment.dataplane import refusals
from tests.dataplane.loading import orders

INPUTS = int(os.environ.get("MUNIMENT_FUZZ", "2000"))
BATCH = 100
SECONDS = 300
MEMORY = 6 * 2**30
FIELDS = [orders.field("id"), orders.field("n", "integer"), orders.field("words")]
ENDINGS = ("csv", "parquet", "xlsx", "sav", "dta", "xpt", "json")


def seeds(folder: Path) -> None:
    """One good file for each reader."""
    import pandas

    folder.mkdir(exist_ok=True)
    columns = {"id": ["a", "b"], "n": [1, 2], "words": ["x", 'y "z"\n€']}
    (folder / "t.csv").write_text('id,n,words\na,1,x\nb,2,"y ""z""\n€"\n')
    parquet.write_table(pyarrow.table(columns), folder / "t.parquet")
    book = Workbook()
    for row in [list(columns), ["a", 1, "x"], ["b", 2, "y"]]:
        book.active.append(row)
    book.save(folder / "t.xlsx")
    frame = pandas.DataFrame({"id": ["a", "b"], "n": [1.0, 2.0], "words": ["x", "y"]})
    pyreadstat.write_sav(frame, str(folder / "t.sav"))
    pyreadstat.write_dta(frame, str(folder / "t.dta"))
    pyreadstat.write_xport(frame, str(folder / "t.xpt"))
    (folder / "t.json").write_text('[{"id": "a", "n": 1, "words": "x"}, {"id": "b"}]')


def mutated(data: bytes, number: int) -> bytes:
    """Flip, cut, repeat or insert, a few times."""
    draw = random.Random(number)
    content = bytearray(data)
    for _ in range(draw.randrange(1, 6)):
        place = draw.randrange(len(content) + 1)
        match draw.randrange(5):
            case 0 if place < len(content):
                content[place] ^= 1 << draw.randrange(8)
            case 1:
                del content[place : place + draw.randrange(1, 40)]
            case 2:
                content[place:place] = content[: draw.randrange(1, 60)]
            case 3:
                content[place:place] = draw.choice([b"\x00", b'"', b"\xff\xfe", b"\n", b"[" * 50])
            case _:
                content = content[: max(1, place)]
    return bytes(content)


def batch(folder: Path, first: int) -> None:
    """What the child does."""
    for number in range(first, first + BATCH):
        ending = ENDINGS[number % len(ENDINGS)]
        source = folder / "in"
        source.mkdir(exist_ok=True)
        good = (folder / "seeds" / f"t.{ending}").read_bytes()
        (source / f"t.{ending}").write_bytes(mutated(good, number))
        mapping = None
        if ending == "json":
            columns = {"id": "id", "n": "n", "words": "words"}
            table = {"rows": {"each": "where(id)"}, "columns": columns}
            mapping = {"muniment_mapping": 1, "tables": {"t": table}}
        out = folder / f"edition-{number}"
        try:
            outcome = orders.load(
                source, orders.descriptor(FIELDS, path=f"t.{ending}"), out=out, mapping=mapping
            )
        except refusals.Refused:
            outcome = None
        loaded = outcome is not None and outcome.folder is not None
        assert out.exists() == loaded, number
        assert not list(folder.glob(".muniment-build-*")), number


def limited() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


@pytest.mark.slow
@pytest.mark.parametrize("first", range(0, INPUTS, BATCH))
def test_damaged_files_end_in_a_sentence(tmp_path: Path, first: int) -> None:
    seeds(tmp_path / "seeds")
    root = Path(__file__).resolve().parents[3]
    code = (
        "import sys; from pathlib import Path; from tests.dataplane.loading import test_fuzz; "
        "test_fuzz.batch(Path(sys.argv[1]), int(sys.argv[2]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path), str(first)],
        cwd=root, env={**os.environ, "PYTHONPATH": str(root)}, preexec_fn=limited,
        capture_output=True, text=True, timeout=SECONDS,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
