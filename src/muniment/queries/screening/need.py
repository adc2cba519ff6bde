"""What the applicant says the analysis needs, against what is there.

A suggestion is made from the protected count alone, so that it tells an applicant nothing that the
count did not (privacy A2); exact figures are compared only for staff, where they are read.
"""

from dataclasses import dataclass
from typing import Any

from muniment import models
from muniment.queries import asked

PEOPLE, EVENTS = "people_needed", "events_needed"
"""The fields of a form in which numbers are stated; a form without them states none."""


@dataclass(frozen=True, slots=True)
class Need:
    """People, and people with an event; None where the form says nothing."""

    people: int | None = None
    events: int | None = None


def stated(case: models.Case) -> Need:
    """What the applicant wrote; a number with a fraction is rounded up."""
    return Need(*(_whole(asked.find_answer(case, name)) for name in (PEOPLE, EVENTS)))


def suggested(needed: int | None, shown: int | None, *, counted: bool = True) -> str:
    """sufficient, marginal or insufficient; empty where nothing is stated or nothing counted.

    Within a tenth of the need it is marginal: the protected count is not exact. Too few to show
    is never enough.
    """
    if needed is None or not counted:
        return ""
    if shown is None or shown * 10 < needed * 9:
        return models.Availability.Verdict.INSUFFICIENT.value
    if shown * 10 < needed * 11:
        return models.Availability.Verdict.MARGINAL.value
    return models.Availability.Verdict.SUFFICIENT.value


def _whole(value: Any) -> int | None:
    """A number as a form keeps it, whole or as decimal text."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    if not 0 < number < 2_000_000_000:
        return None
    return -int(-number // 1)
