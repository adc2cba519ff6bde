"""Damaged files for the readers: `python -m tests.dataplane.loading.fuzz 115000` is the soak.

Each slice runs in a child of its own with limits on time and memory. An input follows from its
number and a good file in `seeds/` (written once by pyarrow, openpyxl, pyreadstat and the library
under it), so that a failing one can be made again. The soak writes what came of them to
`fuzz.json`, slice by slice.
"""

import io
import json
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections import Counter
from pathlib import Path

from muniment.dataplane import refusals
from tests.dataplane.loading import orders

SEEDS = Path(__file__).with_name("seeds")
RESULTS = Path(__file__).with_name("fuzz.json")
ROOT = Path(__file__).resolve().parents[3]
SLICE = 1_000
# Of the processor, since a busy machine is no failure.
SECONDS = 300
MEMORY = 6 * 2**30
FIELDS = [orders.field("id"), orders.field("n", "integer"), orders.field("words")]
ENDINGS = ("csv", "parquet", "xlsx", "sav", "dta", "xpt", "json")
# A reader that came later has the numbers from here on, so that what is recorded stays as it is.
LATER = {100_000: "sas7bdat"}
MAPPING = {
    "muniment_mapping": 1,
    "tables": {
        "t": {
            "rows": {"each": "where(id)"},
            "columns": {"id": "id", "n": "n", "words": "words"},
        }
    },
}


def main(inputs: int) -> None:
    """The soak: in slices, each written when it is done, so that a stopped one can go on."""
    found = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {}
    slices = found.get("slices", [])
    for first in range(len(slices) * SLICE, inputs, SLICE):
        slices.append(child(first, SLICE))
        record = {"inputs": len(slices) * SLICE, "slice": SLICE, "total": total(slices)}
        text = json.dumps({**record, "slices": slices}, indent=None, sort_keys=True)
        RESULTS.write_text(text.replace('}, {"', '},\n {"') + "\n", encoding="utf-8")


def total(slices: list[dict[str, int]]) -> dict[str, int]:
    found: Counter[str] = Counter()
    for each in slices:
        found.update(each)
    return dict(sorted(found.items()))


def child(first: int, inputs: int) -> dict[str, int]:
    """What came of these inputs, from a process of its own; raises where it was not a sentence."""
    folder = Path(tempfile.mkdtemp(prefix="muniment-fuzz-"))
    words = [sys.executable, "-c", _CODE, str(folder), str(first), str(inputs)]
    try:
        done = subprocess.run(
            words, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, preexec_fn=limited,
            capture_output=True, text=True, check=False,
        )  # fmt: skip
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if done.returncode:
        raise AssertionError(f"inputs from {first}: {done.stderr[-3000:]}")
    told: dict[str, int] = json.loads(done.stdout.splitlines()[-1])
    return told


_CODE = (
    "import json, sys; from pathlib import Path; from tests.dataplane.loading import fuzz; "
    "print(json.dumps(fuzz.batch(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))))"
)


def batch(folder: Path, first: int, inputs: int) -> dict[str, int]:
    """What the child does: how many were refused with a sentence, and how many could be read."""
    told: Counter[str] = Counter()
    for number in range(first, first + inputs):
        ending = ending_of(number)
        told[f"{ending} {'loaded' if _loads(folder, number, ending) else 'refused'}"] += 1
    return dict(sorted(told.items()))


def ending_of(number: int) -> str:
    begun = max((first for first in LATER if first <= number), default=None)
    return ENDINGS[number % len(ENDINGS)] if begun is None else LATER[begun]


def _loads(folder: Path, number: int, ending: str) -> bool:
    source, out = folder / "in", folder / f"edition-{number}"
    source.mkdir(exist_ok=True)
    (source / f"t.{ending}").write_bytes(damaged(SEEDS / f"t.{ending}", number))
    descriptor = orders.descriptor(FIELDS, path=f"t.{ending}")
    try:
        outcome = orders.load(
            source, descriptor, out=out, mapping=MAPPING if ending == "json" else None
        )
    except refusals.Refused:
        outcome = None
    loaded = outcome is not None and outcome.folder is not None
    assert out.exists() == loaded, number
    assert not list(folder.glob(".muniment-build-*")), number
    shutil.rmtree(out, ignore_errors=True)
    return loaded


def damaged(seed: Path, number: int) -> bytes:
    """Damaged bytes; of every second workbook the bytes of a part inside, packed anew."""
    if seed.suffix != ".xlsx" or number % 2:
        return mutated(seed.read_bytes(), number)
    packed = io.BytesIO()
    with zipfile.ZipFile(seed) as good, zipfile.ZipFile(packed, "w") as bad:
        names = good.namelist()
        chosen = random.Random(number).choice(names)
        for name in names:
            data = good.read(name)
            bad.writestr(name, mutated(data, number) if name == chosen else data)
    return packed.getvalue()


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


def limited() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))


if __name__ == "__main__":
    main(int(sys.argv[1]))
