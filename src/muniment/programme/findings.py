"""What an evaluation says about one rule or one term: a result with its reason."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Result(StrEnum):
    """Obligation: met, but something must be done. Needs person: the facts do not decide."""

    MET = "met"
    OBLIGATION = "obligation"
    NEEDS_PERSON = "needs_person"
    NOT_MET = "not_met"


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of one rule or term, for one dataset or (empty) for the whole request.

    `rule` is a rule's id or a DUO term; `edition` names the text that was applied, so that a
    decision can be read years later; `duty` is the id that clauses answer to.
    """

    rule: str
    result: Result
    reason: str
    edition: str
    dataset: str = ""
    automatic: bool = True
    duty: str = ""


def overall(findings: Iterable[Finding]) -> Result:
    """Default deny: no before unknown, unknown before yes, and nothing at all is no."""
    results = {finding.result for finding in findings}
    if not results:
        return Result.NOT_MET
    order = (Result.NOT_MET, Result.NEEDS_PERSON, Result.OBLIGATION, Result.MET)
    return next(result for result in order if result in results)
