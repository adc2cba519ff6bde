"""Attrition: how many are left after each criterion, as an applicant may see it."""

from dataclasses import dataclass

from muniment.dataplane.counts import asked
from muniment.dataplane.spec import sentences
from muniment.dataplane.spec.answer import Count
from muniment.dataplane.spec.specification import Part

EVERYONE = "everyone"


@dataclass(frozen=True, slots=True)
class Step:
    """One line: the criterion in words, and how many are left after it and those above."""

    criterion: str
    count: Count

    def document(self) -> dict[str, object]:
        return {"criterion": self.criterion, "count": self.count.document()}


@dataclass(frozen=True, slots=True)
class Attrition:
    """Everyone first, then the criteria in the order written."""

    steps: tuple[Step, ...]

    def document(self) -> dict[str, object]:
        return {"steps": [step.document() for step in self.steps]}


def words(part: Part) -> list[str]:
    """What the lines of a part's table are called."""
    return [EVERYONE, *[sentences.condition(node) for node in asked.criteria_of(part)]]
