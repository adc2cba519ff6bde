"""After the committee: by whomever the programme names on the full track."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from muniment import models
from muniment.actions import notices, step
from muniment.programme import letters
from muniment.queries import decision as decisions
from muniment.queries.facts import committee

from .outcome import Asked, Outcome, Words, decide


def approve(
    case: models.Case, *, actor: models.Actor, now: datetime, reason: str, notice: str
) -> models.Determination:
    """Approve after the committee's recommendation; agreement and estimate come next."""
    return decide("approve", case, Words(Outcome.APPROVED, reason, notice), actor=actor, now=now)


def approve_with_conditions(
    case: models.Case,
    *,
    actor: models.Actor,
    now: datetime,
    reason: str,
    notice: str,
    conditions: Sequence[Asked],
) -> models.Determination:
    """Approve with conditions, each due before the agreement, before release, or later."""
    said = Words(Outcome.CONDITIONS, reason, notice, conditions)
    return decide("approve_with_conditions", case, said, actor=actor, now=now)


def deny(
    case: models.Case,
    *,
    actor: models.Actor,
    now: datetime,
    reason: str,
    notice: str,
    criteria: Mapping[str, str],
) -> models.Determination:
    """Deny after the committee's recommendation, with the reason and one for each criterion.

    `criteria` is criterion id to its reason; what the letter lacks of them is added to it.
    """
    titles = decisions.criteria_of(case)
    said = Words(Outcome.DENIED, reason, letters.with_criteria(notice, criteria, titles=titles),
                 criteria=criteria)  # fmt: skip
    return decide("deny", case, said, actor=actor, now=now)


def ask_to_revise(
    case: models.Case, *, actor: models.Actor, now: datetime, reason: str, notice: str
) -> models.Determination:
    """Ask for a revision; the same reviewers see it in the next round."""
    return decide(
        "ask_to_revise", case, Words(Outcome.REVISE, reason, notice), actor=actor, now=now
    )


def defer(
    case: models.Case, *, actor: models.Actor, now: datetime, reason: str
) -> models.Recommendation:
    """Give the request back to the committee for its next meeting.

    Nothing is determined. The committee's word of this time is superseded, so that it has to speak
    again; its votes stay with the meeting at which they were cast.
    """
    about = {"outcome": Outcome.DEFERRED, "reason": reason}
    with step.taking("defer", case, actor=actor, now=now, about=about) as taken:
        said = committee.find_recommendation(case)
        assert said is not None  # the rulebook asks for it
        said.superseded_at, said.superseded_by = now, actor
        said.save(update_fields=["superseded_at", "superseded_by"])
        waits = case.agenda.filter(meeting__closed_at__isnull=True, left_at__isnull=True)
        waits.update(left_at=now, left_by=actor)
        taken.records(recommended=said.outcome, reason=reason)
        notices.tell_decision(taken, case, "decision-deferred")
    return said
