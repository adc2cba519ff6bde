"""Ways to break a programme folder, each a small edit, and the fault each must give.

Reading a folder takes a moment, so edits that have no file in common are read together; each case
is still judged by itself, and nothing but its own fault may be reported for its files.
"""

import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from muniment.programme import folder
from tests.programme import shipped


@dataclass(frozen=True, slots=True)
class Case:
    """Replace `old` by `new` in `file`; then `message` is reported at the line that has `at`.

    `at` is looked for in `told_in` (the edited file unless named); an empty `at` is line 1.
    """

    name: str
    file: str
    old: str
    new: str
    at: str
    message: str
    told_in: str = ""

    @property
    def reported_in(self) -> str:
        return self.told_in or self.file

    @property
    def files(self) -> frozenset[str]:
        return frozenset({self.file, self.reported_in})


def expected(case: Case) -> str:
    """The fault as it must be printed."""
    lines = _edited(shipped.CENTRA, case) if case.file == case.reported_in else None
    text = lines or (shipped.CENTRA / case.reported_in).read_text(encoding="utf-8")
    found = [n for n, line in enumerate(text.split("\n"), start=1) if case.at in line]
    return f"{case.reported_in}:{found[0]}: {case.message}"


def reported(case: Case, among: Sequence[Case]) -> list[str]:
    """The faults that reading gives for the case's files, when it is broken with its round."""
    members = next(each for each in _rounds(tuple(among)) if case in each)
    return [str(fault) for fault in _read(members) if fault.file in case.files]


@cache
def _rounds(cases: tuple[Case, ...]) -> list[tuple[Case, ...]]:
    rounds: list[list[Case]] = []
    for case in cases:
        for members in rounds:
            if not any(case.files & other.files for other in members):
                members.append(case)
                break
        else:
            rounds.append([case])
    return [tuple(members) for members in rounds]


@cache
def _read(cases: tuple[Case, ...]) -> list[folder.Fault]:
    with tempfile.TemporaryDirectory() as place:
        copy = shipped.small_copy(Path(place) / "centra")
        for case in cases:
            (copy / case.file).write_text(_edited(copy, case), encoding="utf-8")
        return faults(copy)


def _edited(root: Path, case: Case) -> str:
    text = (root / case.file).read_text(encoding="utf-8")
    assert case.old in text, f"{case.name}: {case.file} does not hold {case.old!r} any more"
    return text.replace(case.old, case.new, 1) if case.old else case.new + text


def faults(copy: Path) -> list[folder.Fault]:
    """Every fault of a folder."""
    try:
        folder.read(copy)
    except folder.FolderFaulty as faulty:
        return faulty.faults
    return []


def names(cases: Iterable[Case]) -> list[str]:
    return [case.name for case in cases]
