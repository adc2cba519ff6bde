"""Conditions until they are closed: met with evidence that the office accepts, or waived."""

from datetime import datetime

from muniment import models
from muniment.actions import input_refused, step
from muniment.rulebook import words


def report_condition_met(
    condition: models.Condition, *, actor: models.Actor, now: datetime, evidence: str
) -> models.Condition:
    """Hand in evidence for a condition; the office accepts or refuses it."""
    case, about = condition.determination.case, {"condition": condition}
    with step.taking("report_condition_met", case, actor=actor, now=now, about=about) as taken:
        message = "Say what shows that the condition is met, and where it is."
        input_refused.unless_written(evidence, words.Refusal("evidence-empty", message))
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


def waive_condition(
    condition: models.Condition,
    *,
    actor: models.Actor,
    now: datetime,
    reason: str,
    second_person: models.Person | None = None,
) -> models.Condition:
    """Let a condition go, with the reason; it binds nobody any more and stays on record."""
    case = condition.determination.case
    about = {"condition": condition, "reason": reason, "second_person": second_person}
    with step.taking("waive_condition", case, actor=actor, now=now, about=about) as taken:
        condition.waived_at, condition.waived_by = now, actor
        condition.waived_reason = reason.strip()
        condition.save(update_fields=["waived_at", "waived_by", "waived_reason"])
        taken.records(condition=condition.text, reason=reason)
    return condition
