"""One row of the rulebook, and the groups of facts that many rows share.

Rows are named tuples: `muniment rules` answers at once, and the module of data classes alone takes
as long to load as all the tables (figure T1).
"""

from typing import NamedTuple

from muniment.rulebook.words import Fact, Role, Stage, Subject, Track


class Need(NamedTuple):
    """A fact in a row that refuses with words of its own instead of the fact's usual ones."""

    fact: Fact
    code: str
    message: str


class Step(NamedTuple):
    """What one button, one call of the API or one job does, and to whom it is open.

    An empty cell leaves the matter open: no `at` means that no stage of a case is involved (with a
    `to`, the step makes the case), no `tracks` means every track, no `to` means that the stage
    stays as it is.
    """

    name: str
    says: str
    by: tuple[Role, ...]
    subject: Subject
    room: str
    at: tuple[Stage, ...] = ()
    needs: tuple[Fact | Need, ...] = ()
    never: tuple[Fact | Need, ...] = ()
    to: Stage | None = None
    tracks: tuple[Track, ...] = ()


def fact_of(cell: Fact | Need) -> Fact:
    """The fact that a cell asks about, whichever way it is written."""
    return cell.fact if isinstance(cell, Need) else cell


PAUSED = (Fact.ON_HOLD, Fact.QUESTION_OPEN_BLOCKING)
INVOLVED = (Fact.RECUSED, Fact.IS_CONFLICTED)

UNOBTAINABLE = (
    Fact.EDITION_PLANNED,
    Fact.EDITION_ELSEWHERE,
    Fact.EDITION_WITHDRAWN,
    Fact.EDITION_NOT_OFFERED,
    Fact.EDITION_PUBLIC,
    Fact.CENSUS_AT_RECORD_LEVEL,
)
