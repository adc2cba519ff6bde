"""A class and a release rule to consider for a column, from what its cells look like.

The identifiers looked for are those of 45 CFR 164.514(b)(2)(i) that have a form of their own. A
pattern that most cells fit decides; a column whose values are nearly all different points at rows.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from muniment.dataplane.methods import dated_text
from muniment.dataplane.spec.fields import Method, Sensitivity
from muniment.dataplane.spec.values import FieldType

PATTERNS = {
    "e-mail": r"[^@\s]+@[^@\s]+\.[A-Za-z]{2,}",
    "telephone": r"(\+?1[ .-]?)?(\([0-9]{3}\) ?|[0-9]{3}[ .-])[0-9]{3}[ .-]?[0-9]{4}",
    "social security": r"[0-9]{3}-[0-9]{2}-[0-9]{4}",
    "web address": r"(https?://|www\.)\S+",
    "network address": r"([0-9]{1,3}\.){3}[0-9]{1,3}",
    "provider number": "[12][0-9]{9}",
    "ZIP": "[0-9]{5}(-?[0-9]{4})?",
    "date": dated_text.FORM,
    "name": r"[A-Z][a-z'-]+,? ([A-Z][a-z'.-]* ?){1,3}",
    "long text": r"(?s).{80,}",
}
_DIRECT = (
    "e-mail", "telephone", "social security", "web address", "network address",
    "provider number", "name",
)  # fmt: skip
MOST = 0.5  # of the cells that are there: then a pattern decides
NEARLY_ALL = 0.95  # of the cells are different: then they point at rows
FEW = 25  # distinct values of a category
LEAST = 20  # cells, below which a share says little
_AGES = ("age", "birth", "dob")


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a column; `key` where the descriptor makes it one, `year` where its name
    tells a year and its type does not."""

    name: str
    type: FieldType
    rows: int
    present: int
    distinct: int
    hits: Mapping[str, int]
    key: bool
    year: bool = False

    def mostly(self, pattern: str) -> bool:
        return self.present > 0 and self.hits.get(pattern, 0) > MOST * self.present


@dataclass(frozen=True, slots=True)
class Proposal:
    """For a person to weigh; `reason` is one sentence."""

    sensitivity: Sensitivity
    method: Method
    reason: str


def of(facts: Facts) -> Proposal:
    """The first sign that speaks, from the gravest down."""
    if facts.key:
        return Proposal(Sensitivity.DIRECT, Method.PSEUDONYM, "It is a key.")
    found = _by_pattern(facts)
    if found is not None:
        return found
    if facts.present == 0:
        return Proposal(Sensitivity.QUASI, Method.DROP, "It holds nothing to judge by.")
    if facts.year:
        reason = "Its name tells a year; declare its type as one."
        return Proposal(Sensitivity.QUASI, Method.DROP, reason)
    share = facts.distinct / facts.present
    if facts.type in (FieldType.DATE, FieldType.DATETIME):
        return Proposal(Sensitivity.QUASI, Method.DAYS_FROM, "Dates can point at people.")
    if facts.type is not FieldType.NUMBER and facts.present >= LEAST and share >= NEARLY_ALL:
        reason = "Nearly all values differ, as identifiers do."
        return Proposal(Sensitivity.DIRECT, Method.DROP, reason)
    if any(word in facts.name.lower().replace("_", " ").split() for word in _AGES):
        return Proposal(Sensitivity.QUASI, Method.TOP90, "Its name speaks of an age or a birth.")
    if facts.type in (FieldType.NUMBER, FieldType.INTEGER):
        return Proposal(Sensitivity.SENSITIVE, Method.KEEP, "A measurement or a count.")
    if facts.type is FieldType.YEAR or facts.distinct > FEW:
        reason = "Many values: some may be rare enough to point at someone."
        return Proposal(Sensitivity.QUASI, Method.RARE_MERGE, reason)
    return Proposal(Sensitivity.QUASI, Method.KEEP, "Few values, each of which groups people.")


def _by_pattern(facts: Facts) -> Proposal | None:
    if facts.type is FieldType.STRING:
        for pattern in _DIRECT:
            if facts.mostly(pattern) and (pattern != "name" or facts.distinct > FEW):
                reason = f"Most cells look like: {pattern}."
                return Proposal(Sensitivity.DIRECT, Method.DROP, reason)
        for pattern in _DIRECT[:4]:
            if facts.hits.get(pattern, 0):
                reason = f"Some cells hold: {pattern}. Treat it as free text."
                return Proposal(Sensitivity.SENSITIVE, Method.FREE_TEXT, reason)
        if facts.hits.get("long text", 0):
            return Proposal(Sensitivity.SENSITIVE, Method.FREE_TEXT, "It holds long text.")
    if facts.type in (FieldType.STRING, FieldType.INTEGER) and facts.mostly("date"):
        reason = "Most cells name a date; declare it as such."
        return Proposal(Sensitivity.QUASI, Method.DROP, reason)
    if facts.type in (FieldType.STRING, FieldType.INTEGER) and facts.mostly("ZIP"):
        named = "zip" in facts.name.lower() or "post" in facts.name.lower()
        if named or facts.type is FieldType.STRING:
            return Proposal(Sensitivity.QUASI, Method.ZIP3, "Most cells look like: ZIP.")
    return None
