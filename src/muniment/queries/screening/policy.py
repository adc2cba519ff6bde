"""The third gate as a list to work through: every rule, its evidence, and what a person said."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from muniment import models
from muniment.programme import policy, policy_evidence
from muniment.programme.findings import Finding, Result
from muniment.queries import policy as held


@dataclass(frozen=True, slots=True)
class Judged:
    """One rule for one dataset (or the whole request), as it stands on record."""

    rule: Mapping[str, Any]
    dataset: str
    edition: str
    result: Result
    automatic: bool
    reason: str
    duty: str
    evidence: str
    by: str
    at: datetime | None
    question: str

    @property
    def key(self) -> str:
        """What its controls are named by."""
        return f"{self.rule['id']}.{self.dataset}" if self.dataset else str(self.rule["id"])


@dataclass(frozen=True, slots=True)
class Gate:
    """The whole gate. `unrun` counts the rules that have no result on record yet."""

    rules: tuple[Judged, ...]
    duties: tuple[models.PolicyFinding, ...]
    questions: tuple[models.PolicyQuestion, ...]
    unrun: int
    run_at: datetime | None

    def of(self, *results: Result) -> list[Judged]:
        """The rules with one of these results."""
        return [each for each in self.rules if each.result in results]


def gate_of(case: models.Case, *, now: datetime) -> Gate:
    """Every rule that binds the case today; a fixed number of queries."""
    given = held.inputs_of(case, now=now)
    expected = held.judge(case, now=now)
    rows = {
        (row.rule, row.dataset): row
        for row in held.findings_of(case).select_related("made_by__person").order_by("pk")
    }
    questions = tuple(case.policy_questions.filter(sent__isnull=True).order_by("pk"))
    gathered = {(each.rule, each.dataset): each.text for each in questions}
    bound = {each.rule["id"]: each for each in policy.in_force(given.bundle, given.current)}
    rules = []
    for found in expected:
        if found.rule in bound:
            row, one = rows.get((found.rule, found.dataset)), bound[found.rule]
            views = policy.views_of(given.bundle, one.rule, given.facts, given.parts)
            said = policy_evidence.evidence(given.bundle, one.rule, views[found.dataset])
            question = gathered.get((found.rule, found.dataset), "")
            rules.append(_judged(one.rule, found, row, said, question))
    keys = {(each.rule, each.dataset) for each in expected}
    runs = [row.made_at for row in rows.values() if row.automatic]
    duties = {row.duty: row for row in rows.values() if row.duty}
    return Gate(
        rules=tuple(rules),
        duties=tuple(duties.values()),
        questions=questions,
        unrun=len(keys - set(rows)),
        run_at=max(runs, default=None),
    )


def find_explained(
    case: models.Case, rule: str, dataset: str, *, now: datetime
) -> tuple[policy_evidence.Explanation, list[models.PolicyFinding]] | None:
    """What is behind one result, and every result the rule had here, newest first."""
    given = held.inputs_of(case, now=now)
    bound = {each.rule["id"]: each for each in policy.in_force(given.bundle, given.current)}
    if rule not in bound:
        return None
    views = policy.views_of(given.bundle, bound[rule].rule, given.facts, given.parts)
    if dataset not in views:
        return None
    explained = policy_evidence.explain(
        given.bundle, bound[rule], dataset=dataset, facts=views[dataset], purpose=given.purpose
    )
    rows = case.findings.filter(rule=rule, dataset=dataset).select_related("made_by__person")
    return explained, list(rows.order_by("-pk"))


def _judged(
    rule: Mapping[str, Any],
    found: Finding,
    row: models.PolicyFinding | None,
    evidence: str,
    question: str,
) -> Judged:
    """What is on record, and before the rules were run that nothing is known yet."""
    person = row.made_by.person if row is not None else None
    return Judged(
        rule=rule,
        dataset=found.dataset,
        edition=found.edition,
        result=Result(row.result) if row else Result.NEEDS_PERSON,
        automatic=found.automatic,
        reason=row.reason if row else "",
        duty=row.duty if row else "",
        evidence=evidence,
        by=person.name if person else "",
        at=row.made_at if row else None,
        question=question,
    )
