"""The three gates before merit: what was found, and whether it still holds."""

from collections.abc import Callable
from datetime import datetime

from django.db.models import QuerySet

from muniment import models
from muniment.programme.findings import Result
from muniment.queries import asked, policy, schedule
from muniment.rulebook.words import Fact

from .situation import Situation, reads

Outcome = models.Availability.Outcome
Verdict = models.Availability.Verdict
HAD = (Outcome.AVAILABLE, Outcome.PARTLY)
ENOUGH = (Verdict.SUFFICIENT, Verdict.MARGINAL)


@reads(Fact.EVERY_PART_ANSWERED)
def every_part_answered(here: Situation) -> bool:
    """Held here and judged on figures for what is asked now, or found not to be had."""
    return all(_is_answered(part) for part in asked.live_parts(here.case))


@reads(Fact.EVERY_PART_AVAILABLE)
def every_part_available(here: Situation) -> bool:
    return all(_is_enough(part) for part in asked.live_parts(here.case))


@reads(Fact.SOME_PART_AVAILABLE)
def some_part_available(here: Situation) -> bool:
    return any(_is_enough(part) for part in asked.live_parts(here.case))


@reads(Fact.EVERY_PART_ELSEWHERE)
def every_part_elsewhere(here: Situation) -> bool:
    parts = list(asked.live_parts(here.case))
    return bool(parts) and all(_is_elsewhere(part) for part in parts)


@reads(Fact.FIGURES_CURRENT)
def figures_current(here: Situation) -> bool:
    """The basis that the step brings, else that of the figures on record, is the present one."""
    part, basis = here.about["part"], here.given("basis")
    if basis is None:
        found = asked.live_answer(part)
        if found is None or found.outcome not in HAD:
            return False
        basis = asked.Basis(found.part_sha256, found.holding_sha256)
    return bool(basis == asked.basis_of(part))


@reads(Fact.SCOPE_PROPOSED)
def scope_proposed(here: Situation) -> bool:
    return schedule.list_proposed(here.case).exists()


@reads(Fact.SCOPE_REFUSED)
def scope_refused(here: Situation) -> bool:
    last = here.case.specifications.filter(proposed_at__isnull=False).order_by("-version").first()
    return last is not None and last.refused_at is not None


@reads(Fact.AVAILABILITY_CURRENT)
def availability_current(here: Situation) -> bool:
    """Each part stands in a pass as it is now; a pass of the parent counts for a child."""
    passed = _passed(here.case, models.GatePass.Gate.AVAILABILITY)
    now = asked.parts_by_hash(here.case)
    return any(now.items() <= each.parts.items() for each in passed)


@reads(Fact.POLICY_PASSED)
def policy_passed(here: Situation) -> bool:
    passed = _passed(here.case, models.GatePass.Gate.POLICY)
    answers, now = asked.answers_sha256(here.case), asked.parts_by_hash(here.case)
    return any(
        each.answers_sha256 == answers and now.items() <= each.parts.items() for each in passed
    )


@reads(Fact.EVERY_RULE_JUDGED)
def every_rule_judged(here: Situation) -> bool:
    """Each rule that applies today has a result on record, for each dataset it applies to."""
    expected = {(each.rule, each.dataset) for each in policy.judge(here.case, now=here.now)}
    judged = policy.findings_of(here.case).exclude(result=Result.NEEDS_PERSON.value)
    return expected <= set(judged.values_list("rule", "dataset"))


@reads(Fact.NEXT_PARTY_ACTED)
def next_party_acted(here: Situation) -> bool:
    """Whether whoever comes next built on the outcome that this step would take back."""
    return ACTED[here.step](here.case)


@reads(Fact.POLICY_FAILED_RULE)
def policy_failed_rule(here: Situation) -> bool:
    return policy.findings_of(here.case).filter(result=Result.NOT_MET.value).exists()


def _figures_came(case: models.Case) -> bool:
    """The statistician answered for a part since the request was certified."""
    since = _checked_at(case)
    answers = models.Availability.objects.filter(part__case=case)
    return since is None or answers.filter(made_at__gt=since).exists()


def _points_were_met(case: models.Case) -> bool:
    """The applicant worked on the request since it was returned."""
    since = _checked_at(case)
    return since is None or _applicant_worked(case, since=since)


def _checked_at(case: models.Case) -> datetime | None:
    """When the office last checked completeness; None where there is no check to take back."""
    return case.completeness_checks.order_by("pk").values_list("made_at", flat=True).last()


def _applicant_worked(case: models.Case, *, since: datetime) -> bool:
    return (
        case.sections.filter(saved_at__gt=since).exists()
        or case.specifications.filter(made_at__gt=since).exists()
        or case.points.filter(resolved_at__gt=since).exists()
    )


def _rule_was_judged(case: models.Case) -> bool:
    """A person judged a policy rule in this round."""
    judged = policy.findings_of(case).filter(automatic=False)
    return judged.exclude(result=Result.NEEDS_PERSON.value).exists()


def _merit_was_judged(case: models.Case) -> bool:
    """A member reviewed or voted, or an outcome was given, in this round."""
    given = (case.reviews, case.votes, case.recommendations, case.determinations)
    return any(rows.filter(round=case.round).exists() for rows in given)


def _outcome_was_used(case: models.Case) -> bool:
    """The agreement was issued on the outcome, or the applicant began to revise."""
    issued = case.agreements.filter(issued_at__isnull=False, superseded_at__isnull=True)
    last = case.determinations.order_by("-pk").first()
    worked = last is not None and _applicant_worked(case, since=last.made_at)
    return worked or issued.exists()


def _child_was_opened(case: models.Case) -> bool:
    """The applicant appealed against the outcome, or began a linked request."""
    return case.children.exists()


ACTED: dict[str, Callable[[models.Case], bool]] = {
    "correct_completeness": _figures_came,
    "correct_return": _points_were_met,
    "correct_availability": _rule_was_judged,
    "correct_policy": _merit_was_judged,
    "supersede_determination": _outcome_was_used,
    "reopen_not_available": _child_was_opened,
    "reopen_denied_on_policy": _child_was_opened,
    "reopen_denied": _child_was_opened,
}
"""By step, because each outcome has its own next party."""


def _passed(case: models.Case, gate: models.GatePass.Gate) -> QuerySet[models.GatePass]:
    cases = [case.pk, case.parent_id]
    return models.GatePass.objects.filter(case__in=cases, gate=gate, superseded_at__isnull=True)


def _is_answered(part: models.Part) -> bool:
    found = asked.live_answer(part)
    if found is None:
        return False
    return found.outcome not in HAD or (bool(found.verdict) and _is_current(part, found))


def _is_enough(part: models.Part) -> bool:
    found = asked.live_answer(part)
    return (
        found is not None
        and found.outcome in HAD
        and found.verdict in ENOUGH
        and _is_current(part, found)
    )


def _is_current(part: models.Part, found: models.Availability) -> bool:
    return asked.Basis(found.part_sha256, found.holding_sha256) == asked.basis_of(part)


def _is_elsewhere(part: models.Part) -> bool:
    found = asked.live_answer(part)
    listed = asked.status_of(part.dataset_edition) == models.Dataset.Status.ELSEWHERE
    return listed or (found is not None and found.outcome == Outcome.ELSEWHERE)
