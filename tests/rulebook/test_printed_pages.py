"""The manual's pages are the tables: never stale, and read back they give the same answers."""

import itertools
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from muniment.rulebook import printing, reading
from muniment.rulebook.step import fact_of
from muniment.rulebook.tables.case.course import BEFORE_RELEASE
from muniment.rulebook.words import Fact, Role, Stage, Track

REFERENCE = Path(__file__).parents[2] / "docs" / "reference"
STAGES = list(Stage)


@pytest.mark.parametrize(
    ("page", "command"),
    [("steps", "muniment rules --format markdown"), ("stages", "muniment rules --diagram")],
)
def test_the_page_in_the_manual_is_what_the_command_prints(page: str, command: str) -> None:
    printed = {"steps": printing.steps_page, "stages": printing.stages_page}[page]()
    path = REFERENCE / f"{page}.md"
    stale = f"{path.name} is stale: run `{command} > docs/reference/{path.name}`"
    assert path.read_text(encoding="utf-8") == printed, stale


def test_the_matrix_has_a_row_for_every_step_and_no_other() -> None:
    assert [row["step"] for row in matrix()] == list(reading.STEPS)


def test_every_stage_role_and_step_is_as_the_matrix_prints_it() -> None:
    for row in matrix():
        printed, really = set(_printed_open(row)), set(_really_open(row["step"]))
        assert printed == really, row["step"]


def test_every_track_is_as_the_matrix_prints_it() -> None:
    wrong = [
        (row["step"], track)
        for row in matrix()
        for track in (None, *Track)
        if (track in _list(row["on"]) or not row["on"]) != _track_open(row["step"], track=track)
    ]
    assert wrong == []


def test_each_printed_need_refuses_when_it_is_missing_with_the_code_that_is_printed() -> None:
    codes = fact_codes(column="needed")
    for row in matrix():
        cells = dict(printed_cells(row["needs"], codes=codes))
        for fact, code in cells.items():
            others = frozenset(map(Fact, cells.keys() - {fact}))
            assert _codes(row["step"], facts=others) == [code], (row["step"], fact)


def test_each_printed_never_refuses_when_it_holds_with_the_code_that_is_printed() -> None:
    codes = fact_codes(column="in the way")
    for row in matrix():
        met = frozenset(map(fact_of, reading.STEPS[row["step"]].needs))
        for fact, code in printed_cells(row["never"], codes=codes):
            assert _codes(row["step"], facts=met | {Fact(fact)}) == [code], (row["step"], fact)


def test_a_step_goes_when_exactly_what_is_printed_holds() -> None:
    for row in matrix():
        met = frozenset(Fact(fact) for fact, _ in printed_cells(row["needs"], codes={}))
        assert _codes(row["step"], facts=met) == [], row["step"]
        assert (reading.next_stage(row["step"]) or "") == row["then"]


def test_the_diagrams_draw_every_step_that_moves_a_case_and_only_those() -> None:
    arrow = re.compile(r"    (\S+) --> (\S+): (.+)")
    drawn = set()
    for start, end, names in arrow.findall(page("stages")):
        starts = BEFORE_RELEASE if start == printing.BOX else [start]
        drawn |= {(str(at), end, name) for at in starts for name in names.split(", ")}
    moving = [step for step in reading.STEPS.values() if step.to]
    assert drawn == {(at, step.to, step.name) for step in moving for at in (step.at or ("[*]",))}


def test_the_diagrams_name_no_stage_that_is_not_one() -> None:
    named = set(re.findall(r"^    (\w+) -->", page("stages"), flags=re.M)) - {printing.BOX}
    assert named <= set(Stage)


def page(name: str) -> str:
    return (REFERENCE / f"{name}.md").read_text(encoding="utf-8")


def matrix() -> Iterator[dict[str, str]]:
    """The rows of every table of steps, by column, as they stand in the manual."""
    yield from rows(page("steps"), first="step")


def rows(text: str, *, first: str) -> Iterator[dict[str, str]]:
    """The rows of every table whose first column has this heading."""
    heading: list[str] = []
    for line in text.splitlines():
        if not line.startswith("|"):
            heading = []
        elif not heading:
            heading = cells_of(line)
        elif not line.startswith("|---") and heading[0] == first:
            yield dict(zip(heading, cells_of(line), strict=True))


def cells_of(line: str) -> list[str]:
    return [cell.strip() for cell in line[1:-1].split("|")]


def fact_codes(*, column: str) -> dict[str, str]:
    """The usual code of each fact, from the manual's table of facts."""
    return {row["fact"]: row[column].partition(":")[0] for row in rows(page("steps"), first="fact")}


def printed_cells(text: str, *, codes: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Each fact of a cell with the code it refuses with, its own or the usual one."""
    for word in _list(text):
        fact, _, own = word.partition(" (")
        yield fact, own.rstrip(")") or codes.get(fact, "")


def _list(text: str) -> list[str]:
    return text.split(", ") if text else []


def _stages(text: str) -> set[Stage]:
    """Read `draft, policy to determination` back."""
    found = set()
    for run in _list(text):
        first, _, last = run.partition(" to ")
        start, end = STAGES.index(Stage(first)), STAGES.index(Stage(last or first))
        found |= set(STAGES[start : end + 1])
    return found


def _printed_open(row: dict[str, str]) -> Iterator[tuple[Role, Stage | None]]:
    roles = [role for role in Role if row["by"] == "anyone" or role.value in _list(row["by"])]
    stages = _stages(row["at"]) if row["at"] else (None, *Stage)
    yield from itertools.product(roles, stages)


def _really_open(name: str) -> Iterator[tuple[Role, Stage | None]]:
    step = reading.STEPS[name]
    track = step.tracks[0] if step.tracks else None
    met = frozenset(map(fact_of, step.needs))
    for role, stage in itertools.product(Role, (None, *Stage)):
        if not reading.judge(step, roles=frozenset({role}), stage=stage, track=track, facts=met):
            yield role, stage


def _track_open(name: str, *, track: Track | None) -> bool:
    step = reading.STEPS[name]
    reasons = reading.judge(step, roles=frozenset(), stage=None, track=track, facts=frozenset())
    return "wrong-track" not in {reason.code for reason in reasons}


def _codes(name: str, *, facts: frozenset[Fact]) -> list[str]:
    step = reading.STEPS[name]
    reasons = reading.refusals(
        name,
        roles=frozenset(step.by),
        stage=step.at[0] if step.at else None,
        track=step.tracks[0] if step.tracks else Track.FULL,
        facts=facts,
    )
    return [reason.code for reason in reasons]
