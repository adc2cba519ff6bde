"""`standing`: what the rulebook asks about one step, gathered from rows.

Each fact of `words.Fact` has one reading, a function in the file of its room. Only the facts that
the step's own row names are gathered.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

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
    origins,
    payment,
    people,
    release,
    roles,
    schedule,
    whenever,
)
from .situation import READINGS, Situation, Subject

__all__ = ["READINGS", "Standing", "roles_of", "standing"]

ROOMS = (
    whenever,
    people,
    enquiry,
    application,
    datasets,
    gates,
    committee,
    determination,
    changes,
    origins,
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


def standing(
    name: str,
    subject: Subject,
    *,
    actor: models.Actor,
    now: datetime,
    about: Mapping[str, Any],
) -> Standing:
    """Gather what the rulebook's step `name` asks; raises KeyError for a fact nobody reads yet."""
    here = Situation(name, subject, actor, now, about)
    wanted = {step.fact_of(cell) for cell in _cells(name)}
    wanted |= {part for total in wanted for part in words.IMPLIED.get(total, ())}
    wanted -= words.IMPLIED.keys()
    case = subject if isinstance(subject, models.Case) else None
    return Standing(
        roles=roles.held(here),
        stage=words.Stage(case.stage) if case else None,
        track=words.Track(case.track) if case and case.track else None,
        facts=frozenset(fact for fact in sorted(wanted) if READINGS[fact](here)),
    )


def roles_of(subject: Subject, *, actor: models.Actor, now: datetime) -> frozenset[words.Role]:
    """The actor's role where it holds, else nothing; what an edit asks instead of a step's row."""
    return roles.held(Situation("", subject, actor, now))


def _cells(name: str) -> tuple[words.Fact | step.Need, ...]:
    row = reading.STEPS[name]
    return row.needs + row.never
