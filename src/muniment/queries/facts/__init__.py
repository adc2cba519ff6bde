"""`standing`: what the rulebook asks about one step, gathered from rows.

Each fact of `words.Fact` has one reading, a function in the file of its room. Only the facts that
the step's own row names are gathered.
"""

from dataclasses import dataclass
from datetime import datetime

from muniment import models
from muniment.rulebook import reading, step, words

from . import (
    aftercare,
    agreement,
    application,
    changes,
    committee,
    datasets,
    delivery,
    determination,
    enquiry,
    gates,
    payment,
    people,
    release,
    roles,
    schedule,
    seconds,
    whenever,
)
from .situation import READINGS, Situation, Subject

__all__ = ["READINGS", "Situation", "Standing", "roles_of", "standing"]

ROOMS = (
    whenever,
    seconds,
    people,
    enquiry,
    application,
    datasets,
    gates,
    committee,
    determination,
    changes,
    agreement,
    payment,
    release,
    delivery,
    aftercare,
    schedule,
)
"""Imported so that every reading is declared."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Roles, stage, track and facts, in the rulebook's words."""

    roles: frozenset[words.Role]
    stage: words.Stage | None
    track: words.Track | None
    facts: frozenset[words.Fact]


def standing(here: Situation) -> Standing:
    """Gather what the rulebook's step asks; raises KeyError for a fact nobody reads yet."""
    wanted = {step.fact_of(cell) for cell in _cells(here.step)}
    wanted |= {part for total in wanted for part in words.IMPLIED.get(total, ())}
    wanted -= words.IMPLIED.keys()
    case = here.subject if isinstance(here.subject, models.Case) else None
    return Standing(
        roles=roles.held(here),
        stage=words.Stage(case.stage) if case else None,
        track=words.Track(case.track) if case and case.track else here.given("track"),
        facts=frozenset(fact for fact in sorted(wanted) if READINGS[fact](here)),
    )


def roles_of(subject: Subject, *, actor: models.Actor, now: datetime) -> frozenset[words.Role]:
    """The actor's role where it holds, else nothing; what an edit asks instead of a step's row."""
    return roles.held(Situation("", subject, actor, now))


def _cells(name: str) -> tuple[words.Fact | step.Need, ...]:
    row = reading.STEPS[name]
    return row.needs + row.never
