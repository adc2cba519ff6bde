"""What a notice of a decision says beside its text: days, names, and where to go from here."""

from collections.abc import Sequence

from muniment import models
from muniment.queries import editions, schedule

from . import clocks, step

REVISE_DAYS = 30
"""How long a revision may take where the programme sets no time after which it lapses."""


def tell_decision(
    taken: step.Taken,
    case: models.Case,
    letter: str,
    *,
    reason: str,
    conditions: Sequence[str] = (),
) -> None:
    """Send the applicant the letter of a decision, with the days that count from it."""
    bundle, now = editions.bundle_of(case.edition), taken.now
    lapses = {each["stage"]: each["after_days"] for each in bundle["calendar"]["lapse"]}
    appeal = bundle["committee"]["appeal"]["days"]
    person = taken.actor.person
    taken.tells(
        case.applicant,
        letter,
        reason=reason,
        conditions="; ".join(conditions) or "None.",
        decided_on=schedule.today(case, now).isoformat(),
        decided_by=person.name if person else "",
        due_on=clocks.days_from(case, now, days=lapses.get("revising", REVISE_DAYS)).isoformat(),
        appeal_until=clocks.days_from(case, now, days=appeal).isoformat(),
    )
