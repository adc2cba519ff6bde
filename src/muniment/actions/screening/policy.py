"""The third gate: do the rules of the sharing policy allow it? Never judged before availability."""

from collections.abc import Iterable
from datetime import datetime

from muniment import models
from muniment.actions import notices, people, step
from muniment.programme import policy
from muniment.programme.findings import Finding, Result
from muniment.queries import policy as held
from muniment.rulebook import words

from .availability import pass_gate

JUDGED = (Result.MET, Result.OBLIGATION, Result.NOT_MET)


def run_policy_rules(
    case: models.Case, *, actor: models.Actor, now: datetime
) -> list[models.PolicyFinding]:
    """Hold the rules against the answers; what they leave open waits for a person.

    Run again, it replaces every finding; what people judged in this round stays.
    """
    with step.taking("run_policy_rules", case, actor=actor, now=now) as taken:
        findings = held.judge(case, now=now)
        case.findings.filter(superseded_at__isnull=True).update(
            superseded_at=now, superseded_by=actor
        )
        taken.records(results={_key(each): each.result.value for each in findings})
        return _keep(taken, case, findings)


def hold_rules_against(
    case: models.Case, *, actor: models.Actor, now: datetime
) -> list[models.PolicyFinding]:
    """Have the system run the rules now, because somebody at the gate asks for it."""
    asking = {words.Role.POLICY_OFFICER, words.Role.COORDINATOR}
    step.only_for(asking, case, actor=actor, now=now)
    return run_policy_rules(case, actor=people.system(), now=now)


def judge_policy_rule(
    case: models.Case,
    rule: str,
    result: Result,
    *,
    actor: models.Actor,
    now: datetime,
    reason: str,
    dataset: str = "",
) -> models.PolicyFinding:
    """Judge a rule that the answers leave open; an automatic result cannot be turned over."""
    about = {"reason": reason}
    with step.taking("judge_policy_rule", case, actor=actor, now=now, about=about) as taken:
        judgement = policy.Judgement(result, reason)
        judged = held.judge(case, now=now, judgements={(rule, dataset): judgement})
        finding = next((f for f in judged if (f.rule, f.dataset) == (rule, dataset)), None)
        if finding is None or finding.automatic or result not in JUDGED:
            message = "The rule {rule} is not one that a person judges here."
            raise step.Refused([words.Refusal("rule-not-judged", message, {"rule": rule})])
        case.findings.filter(rule=rule, dataset=dataset, superseded_at__isnull=True).update(
            superseded_at=now, superseded_by=actor
        )
        taken.records(rule=rule, dataset=dataset, result=finding.result.value, reason=reason)
        return _keep(taken, case, [finding], reason=reason)[0]


def pass_policy(
    case: models.Case,
    *,
    actor: models.Actor,
    now: datetime,
    second_person: models.Person | None = None,
) -> models.GatePass:
    """Pass the request on to the committee."""
    about = {"second_person": second_person}
    with step.taking("pass_policy", case, actor=actor, now=now, about=about) as taken:
        return pass_gate(taken, case, models.GatePass.Gate.POLICY)


def pass_policy_for_office(
    case: models.Case,
    *,
    actor: models.Actor,
    now: datetime,
    second_person: models.Person | None = None,
) -> models.GatePass:
    """Pass the request on to the office that decides on its track."""
    about = {"second_person": second_person}
    with step.taking("pass_policy_for_office", case, actor=actor, now=now, about=about) as taken:
        return pass_gate(taken, case, models.GatePass.Gate.POLICY)


def deny_on_policy(
    case: models.Case,
    *,
    actor: models.Actor,
    now: datetime,
    reason: str,
    notice: str,
    second_person: models.Person | None = None,
) -> models.Determination:
    """Deny the request because a rule is not met; the notice says which and why."""
    about = {"reason": reason, "notice": notice, "second_person": second_person}
    with step.taking("deny_on_policy", case, actor=actor, now=now, about=about) as taken:
        failed = held.findings_of(case).filter(result=Result.NOT_MET.value)
        rules = sorted(failed.values_list("rule", flat=True))
        taken.records(rules=rules, reason=reason, notice=notice)
        determined = models.Determination.objects.create(
            case=case,
            round=case.round,
            outcome=models.Outcome.DENIED,
            reason=reason,
            letter=notices.sealed(taken, case, models.Outcome.DENIED, notice),
            made_at=now,
            made_by=actor,
        )
        notices.tell_decision(taken, case, "decision-denied")
    return determined


def _keep(
    taken: step.Taken, case: models.Case, findings: Iterable[Finding], *, reason: str = ""
) -> list[models.PolicyFinding]:
    """One row for each finding; `reason` is the person's own where one judged."""
    return models.PolicyFinding.objects.bulk_create(
        models.PolicyFinding(
            case=case,
            round=case.round,
            rule=finding.rule,
            dataset=finding.dataset,
            edition=finding.edition,
            duty=finding.duty,
            result=finding.result.value,
            automatic=finding.automatic,
            reason=reason or finding.reason,
            made_at=taken.now,
            made_by=taken.actor,
        )
        for finding in findings
    )


def _key(finding: Finding) -> str:
    return f"{finding.rule} {finding.dataset}".strip()
