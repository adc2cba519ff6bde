"""The determination and its conditions. A determination is superseded, never overwritten."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from muniment import models
from muniment.queries import asked, roster, schedule
from muniment.queries.facts import committee, determination
from muniment.rulebook import words

from . import input_refused, notices, step

Outcome = models.Outcome


@dataclass(frozen=True, slots=True)
class Asked:
    """A condition as the determining officer words it."""

    when: models.Condition.When
    text: str
    due_on: date | None = None


def approve(
    case: models.Case, *, actor: models.Actor, now: datetime, reason: str, notice: str
) -> models.Determination:
    """Approve after the committee's recommendation; agreement and estimate come next."""
    return _determine("approve", case, Outcome.APPROVED, actor, now, reason, notice)


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
    return _determine(
        "approve_with_conditions", case, Outcome.CONDITIONS, actor, now, reason, notice, conditions
    )


def deny(
    case: models.Case, *, actor: models.Actor, now: datetime, reason: str, notice: str
) -> models.Determination:
    """Deny after the committee's recommendation, with the reason."""
    return _determine("deny", case, Outcome.DENIED, actor, now, reason, notice)


def ask_to_revise(
    case: models.Case, *, actor: models.Actor, now: datetime, reason: str, notice: str
) -> models.Determination:
    """Ask for a revision; the same reviewers see it in the next round."""
    return _determine("ask_to_revise", case, Outcome.REVISE, actor, now, reason, notice)


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
        case.agenda.filter(meeting__closed_at__isnull=True).update(left_at=now, left_by=actor)
        taken.records(recommended=said.outcome, reason=reason)
        notices.tell_decision(taken, case, "decision-deferred", reason=reason)
    return said


def refer_to_committee(
    case: models.Case, *, actor: models.Actor, now: datetime, reason: str
) -> models.Case:
    """Give the request to the committee: from now on it is on the full track, all of it."""
    about = {"reason": reason}
    with step.taking("refer_to_committee", case, actor=actor, now=now, about=about) as taken:
        taken.records(track_before=case.track, reason=reason)
        case.track = words.Track.FULL.value
        models.Case.objects.filter(pk=case.pk).update(track=case.track)
        asked.live_parts(case).update(track=case.track)
    return case


def approve_by_office(
    case: models.Case,
    *,
    actor: models.Actor,
    now: datetime,
    reason: str,
    notice: str,
    second_person: models.Person | None = None,
) -> models.Determination:
    """Approve a request whose track needs no committee."""
    outcome = Outcome.APPROVED
    return _determine(
        "approve_by_office", case, outcome, actor, now, reason, notice, second=second_person
    )


def deny_by_office(
    case: models.Case,
    *,
    actor: models.Actor,
    now: datetime,
    reason: str,
    notice: str,
    second_person: models.Person | None = None,
) -> models.Determination:
    """Deny a request whose track needs no committee, with the reason."""
    outcome = Outcome.DENIED
    return _determine(
        "deny_by_office", case, outcome, actor, now, reason, notice, second=second_person
    )


def _determine(
    name: str,
    case: models.Case,
    outcome: models.Outcome,
    actor: models.Actor,
    now: datetime,
    reason: str,
    notice: str,
    conditions: Sequence[Asked] = (),
    *,
    second: models.Person | None = None,
) -> models.Determination:
    listed = [{"when": str(each.when), "text": each.text} for each in conditions]
    about = {
        "outcome": outcome,
        "reason": reason,
        "notice": notice,
        "conditions": listed,
        "second_person": second,
    }
    with step.taking(name, case, actor=actor, now=now, about=about) as taken:
        input_refused.unless_reason(reason)
        determined = _write(taken, case, outcome, reason, notice)
        _list_conditions(taken, determined, conditions)
        taken.records(outcome=str(outcome), reason=reason, notice=notice, conditions=listed)
        texts = [each.text for each in conditions]
        notices.tell_decision(taken, case, _LETTERS[outcome], reason=reason, conditions=texts)
    return determined


def _write(
    taken: step.Taken, case: models.Case, outcome: models.Outcome, reason: str, notice: str
) -> models.Determination:
    recommended = committee.find_recommendation(case)
    return models.Determination.objects.create(
        case=case,
        round=case.round,
        outcome=outcome,
        reason=reason,
        letter=notice,
        differs=recommended is not None and recommended.outcome != outcome,
        made_at=taken.now,
        made_by=taken.actor,
    )


def _list_conditions(
    taken: step.Taken, determined: models.Determination, conditions: Sequence[Asked]
) -> None:
    models.Condition.objects.bulk_create(
        models.Condition(
            determination=determined,
            when=each.when,
            text=each.text,
            due_on=each.due_on,
            made_at=taken.now,
            made_by=taken.actor,
        )
        for each in conditions
    )


_LETTERS = {
    Outcome.APPROVED: "decision-approved",
    Outcome.CONDITIONS: "decision-approved",
    Outcome.REVISE: "decision-revise",
    Outcome.DENIED: "decision-denied",
}


def inform_committee(case: models.Case, *, actor: models.Actor, now: datetime) -> None:
    """Tell the committee what the office decided on its own."""
    with step.taking("inform_committee", case, actor=actor, now=now) as taken:
        for person in roster.members(case.programme, today=schedule.today(case, now)):
            taken.tells(person, "committee-informed")


def supersede_determination(
    case: models.Case, *, actor: models.Actor, now: datetime, reason: str
) -> models.Determination:
    """Take a determination back before the next party acted; it stays on record, superseded."""
    about = {"reason": reason}
    with step.taking("supersede_determination", case, actor=actor, now=now, about=about) as taken:
        standing = determination.find_determination(case)
        assert standing is not None
        standing.superseded_at, standing.superseded_by = now, actor
        standing.save(update_fields=["superseded_at", "superseded_by"])
        taken.records(outcome=standing.outcome, reason=reason)
    return standing


def report_condition_met(
    condition: models.Condition, *, actor: models.Actor, now: datetime, evidence: str
) -> models.Condition:
    """Hand in evidence for a condition; the office accepts or refuses it."""
    case, about = condition.determination.case, {"condition": condition}
    with step.taking("report_condition_met", case, actor=actor, now=now, about=about) as taken:
        condition.evidence = evidence
        condition.save(update_fields=["evidence"])
        taken.records(condition=condition.text, evidence=evidence)
    return condition


def accept_condition(
    condition: models.Condition, *, actor: models.Actor, now: datetime
) -> models.Condition:
    """Accept the evidence: the condition is met."""
    case, about = condition.determination.case, {"condition": condition}
    with step.taking("accept_condition", case, actor=actor, now=now, about=about) as taken:
        condition.met_at, condition.met_by = now, actor
        condition.save(update_fields=["met_at", "met_by"])
        taken.records(condition=condition.text)
    return condition


def refuse_condition(
    condition: models.Condition, *, actor: models.Actor, now: datetime, reason: str
) -> models.Condition:
    """Refuse the evidence, with the reason; the condition stays open and wants new evidence."""
    case, about = condition.determination.case, {"condition": condition, "reason": reason}
    with step.taking("refuse_condition", case, actor=actor, now=now, about=about) as taken:
        condition.evidence = ""
        condition.save(update_fields=["evidence"])
        taken.records(condition=condition.text, reason=reason)
    return condition
