"""Whether the people of an office can take every step, also when one of them is conflicted.

The steps are the rulebook's own, so a new step is covered on the day it is written. A conflict of
any one person must not leave a case stuck: whoever is conflicted is taken out in turn, and every
step closed to the conflicted must still find somebody.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from muniment.programme import quorum
from muniment.programme.bundle import Sectioned
from muniment.rulebook import reading, step, words
from muniment.rulebook.step import Step

from .problem import Problem

People = Mapping[str, frozenset[str]]  # person -> roles held

_BARRED = {words.Fact.IS_CONFLICTED, words.Fact.RECUSED}
_COMMITTEE = {"chair", "acting_chair", "member"}


@dataclass(frozen=True, slots=True)
class Gap:
    """A group of steps that nobody can take, in one sentence."""

    message: str


def problems(sections: Mapping[str, Any]) -> Iterator[Problem]:
    """The gaps of the edition's own roster."""
    people = {entry["person"]: frozenset(entry["roles"]) for entry in sections["roster"]["people"]}
    if len(people) < len(sections["roster"]["people"]):
        yield Problem(("roster", "people"), "the same person is listed twice.")
    for gap in walk(sections, people):
        yield Problem(("roster", "people"), gap.message)


def walk(sections: Sectioned, people: People) -> list[Gap]:
    """Every gap; an empty list means that the office can walk every step.

    `sections` is an edition (a Bundle will do); `people` are verified persons, not accounts.
    """
    gaps = stuck(sections, people)
    if gaps:
        return gaps
    return [gap for away in sorted(people) for gap in stuck(sections, people, away)]


def stuck(sections: Sectioned, people: People, away: str | None = None) -> list[Gap]:
    """The gaps while nobody is conflicted, or while one person is."""
    gaps = [_gap(steps, roles, away) for roles, steps in _stuck(sections, people, away)]
    return gaps + _committee_gaps(sections, people, away)


def _stuck(
    sections: Sectioned, people: People, away: str | None
) -> list[tuple[tuple[str, ...], list[Step]]]:
    """Steps that nobody can take, in groups of the roles that could."""
    groups: dict[tuple[str, ...], list[Step]] = {}
    for row in _office_steps():
        never = set(map(step.fact_of, row.never))
        if away is not None and not never & _BARRED:
            continue
        for roles in _who_may(sections, row, away):
            if not _somebody(sections, row, roles, people, away):
                groups.setdefault(roles, []).append(row)
    return list(groups.items())


def _office_steps() -> Iterable[Step]:
    """The steps that only the office takes; others find their people outside it."""
    for row in reading.STEPS.values():
        if set(row.by) <= words.OFFICE_ROLES:
            yield row


def _who_may(sections: Sectioned, row: Step, away: str | None) -> list[tuple[str, ...]]:
    """The roles that may take a step, as alternatives of which each must be filled.

    Where the programme names who determines on a track, that office must be filled.
    """
    roles = tuple(role.value for role in row.by)
    if words.Fact.DETERMINES_HERE not in map(step.fact_of, row.needs):
        return [roles]
    determines = sections["committee"]["determines"]
    tracks = [track.value for track in row.tracks] or ["full"]
    named = dict.fromkeys(determines[track] for track in tracks)
    chair = ("chair", "acting_chair")
    return [chair if one == "chair" else (one,) for one in named if one in roles]


def _somebody(
    sections: Sectioned, row: Step, roles: tuple[str, ...], people: People, away: str | None
) -> bool:
    holders = {name for name, held in people.items() if held & set(roles)} - {away}
    if words.Fact.BUILT_IT in map(step.fact_of, row.never):
        builders = {name for name, held in people.items() if "data_engineer" in held} - {away}
        holders = {one for one in holders if builders - {one}}
    if _asks_always(sections, row):
        holders = {one for one in holders if set(people) - {one, away}}
    return bool(holders)


def _asks_always(sections: Sectioned, row: Step) -> bool:
    """Whether the step asks for a second person without exception, by law or by setting."""
    if words.Fact.ASKED_FOR_IT in map(step.fact_of, row.never):
        return True
    if words.Fact.SECOND_PERSON_PRESENT not in map(step.fact_of, row.needs):
        return False
    setting = sections["programme"]["second_person"]
    return bool(setting.get("steps", {}).get(row.name, setting["mode"]) == "always")


def _gap(steps: list[Step], roles: tuple[str, ...], away: str | None) -> Gap:
    who = " or ".join(role.replace("_", " ") for role in roles)
    example = f"\u201c{steps[0].says.rstrip('.')}\u201d"
    count = f"the step {example}" if len(steps) == 1 else f"{len(steps)} steps ({example} …)"
    if away is None:
        return Gap(f"nobody can take {count}: a person is needed as {who}.")
    return Gap(f"when {away} is conflicted, nobody can take {count}: one more {who} is needed.")


def _committee_gaps(sections: Sectioned, people: People, away: str | None) -> list[Gap]:
    """A quorum and somebody to lead, without the one who is conflicted."""
    left = {name: held for name, held in people.items() if name != away}
    voting = sum(bool(held & _COMMITTEE) for held in left.values())
    needed = quorum.needed(sections, voting)
    when = f"when {away} is conflicted, " if away else ""
    gaps = []
    if voting < needed:
        gaps.append(Gap(f"{when}the committee has {voting} members and needs {needed} to decide."))
    acts = "conflicted" in sections["committee"]["acting_chair"]["when"]
    leads = {"chair", "acting_chair"} if acts else {"chair"}
    if not any(held & leads for held in left.values()):
        gaps.append(Gap(f"{when}nobody can lead the committee: name an acting chair."))
    return gaps
