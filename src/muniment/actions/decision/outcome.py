"""What every determination leaves: its row, its conditions, its sealed letter, its notice."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from muniment import models
from muniment.actions import input_refused, notices, step
from muniment.queries.facts import committee

Outcome = models.Outcome
When = models.Condition.When


@dataclass(frozen=True, slots=True)
class Asked:
    """A condition as whoever decides words it; without an owner the applicant sees to it."""

    when: models.Condition.When
    text: str
    due_on: date | None = None
    owner: models.Person | None = None


@dataclass(frozen=True, slots=True)
class Words:
    """What is decided and what is said about it; `notice` is the letter's text as sent."""

    outcome: models.Outcome
    reason: str
    notice: str
    conditions: Sequence[Asked] = ()
    criteria: Mapping[str, str] = field(default_factory=dict)
    """Criterion id to its reason, of a denial."""

    @property
    def listed(self) -> list[dict[str, str]]:
        """The conditions as the ledger sees them."""
        return [{"when": str(each.when), "text": each.text} for each in self.conditions]

    def about(self, **more: Any) -> Mapping[str, Any]:
        """What the facts of the step ask about, and a second person confirms: every word of it."""
        return {
            "outcome": self.outcome,
            "reason": self.reason,
            "notice": self.notice,
            "criteria": dict(self.criteria),
            "conditions": [
                {"when": each.when, "text": each.text, "due_on": each.due_on, "owner": each.owner}
                for each in self.conditions
            ],
            **more,
        }


def decide(
    name: str,
    case: models.Case,
    said: Words,
    *,
    actor: models.Actor,
    now: datetime,
    second_person: models.Person | None = None,
) -> models.Determination:
    """Take a step that is a determination and nothing else."""
    about = said.about(second_person=second_person)
    with step.taking(name, case, actor=actor, now=now, about=about) as taken:
        return determine(taken, case, said)


def determine(taken: step.Taken, case: models.Case, said: Words) -> models.Determination:
    """Write the determination inside its step, and tell the applicant that there is one."""
    input_refused.unless_reason(said.reason)
    determined = write(taken, case, said)
    models.Condition.objects.bulk_create(
        models.Condition(
            determination=determined,
            when=each.when,
            text=each.text,
            due_on=each.due_on,
            owner=each.owner,
            made_at=taken.now,
            made_by=taken.actor,
        )
        for each in said.conditions
    )
    taken.records(
        outcome=str(said.outcome), reason=said.reason, notice=said.notice, conditions=said.listed
    )
    notices.tell_decision(taken, case, LETTERS[said.outcome])
    return determined


def write(taken: step.Taken, case: models.Case, said: Words) -> models.Determination:
    """The row itself, with the letter as it is sent; what was prepared for it is gone."""
    recommended = committee.find_recommendation(case)
    models.DraftDecision.objects.filter(case=case).delete()
    return models.Determination.objects.create(
        case=case,
        round=case.round,
        outcome=said.outcome,
        reason=said.reason,
        letter=notices.sealed(taken, case, said.outcome, said.notice),
        differs=recommended is not None and recommended.outcome != said.outcome,
        made_at=taken.now,
        made_by=taken.actor,
    )


LETTERS = {
    Outcome.APPROVED: "decision-approved",
    Outcome.CONDITIONS: "decision-approved",
    Outcome.REVISE: "decision-revise",
    Outcome.DENIED: "decision-denied",
}
