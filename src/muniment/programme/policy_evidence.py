"""Why a rule has its result, in sentences: what it asks, what it looked at, what it found.

Nothing here decides. The words of a fact are those of the form, or of the information list.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from . import conditions, duo, forms, policy
from .bundle import Bundle
from .findings import Result

OPERATORS = {
    "equals": "is {value}",
    "not_equals": "is not {value}",
    "in": "is one of: {value}",
    "not_in": "is none of: {value}",
    "includes": "includes {value}",
    "includes_any": "includes one of: {value}",
    "at_least": "is at least {value}",
    "at_most": "is at most {value}",
    "more_than": "is more than {value}",
    "less_than": "is less than {value}",
    "present": "is given",
    "missing": "is not given",
}
FACTS = {
    "request.kind": "Kind of request",
    "request.linked": "Parts of the request are joined",
    "applicant.debarred": "Somebody on the team is debarred",
    "applicant.duties_open": "A duty from an earlier request is overdue",
    "part.dataset": "Dataset",
    "part.edition": "Edition",
    "part.level": "Level",
    "part.availability": "Availability",
    "part.embargoed": "Rows are under embargo",
    "dataset.status": "Status on the information list",
}


@dataclass(frozen=True, slots=True)
class Seen:
    """One fact that a rule looked at, in words; `value` is empty where it was not given."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Line:
    """One term of the Data Use Ontology that the dataset carries, and what it says here."""

    term: str
    label: str
    result: Result
    reason: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything behind one result. `asks` and `when` are sentences, empty where there is none."""

    rule: policy.Rule
    edition: str
    dataset: str
    when: str
    asks: str
    seen: tuple[Seen, ...]
    lines: tuple[Line, ...]


def explain(
    edition: Bundle,
    bound: policy.Bound,
    *,
    dataset: str,
    facts: policy.Facts,
    purpose: duo.Purpose,
) -> Explanation:
    """What a rule asks of these facts; `facts` are those of one view of the rule."""
    rule = bound.rule
    conditioned = [rule[name] for name in ("when", "test") if name in rule]
    if "when" in rule.get("duty", {}):
        conditioned.append(rule["duty"]["when"])
    names = dict.fromkeys(name for each in conditioned for name in conditions.facts_named(each))
    return Explanation(
        rule=rule,
        edition=bound.edition,
        dataset=dataset,
        when=sentence(edition, rule["when"]) if "when" in rule else "",
        asks=sentence(edition, rule["test"]) if "test" in rule else "",
        seen=tuple(_seen(edition, name, facts) for name in names),
        lines=_lines(rule, facts, purpose, dataset) if rule.get("engine") == "duo" else (),
    )


def sentence(edition: Bundle, condition: conditions.Condition) -> str:
    """A condition as people say it."""
    if "all" in condition:
        return "; and ".join(sentence(edition, each) for each in condition["all"])
    if "any" in condition:
        return "; or ".join(sentence(edition, each) for each in condition["any"])
    if "not" in condition:
        return f"not: {sentence(edition, condition['not'])}"
    name = condition["fact"]
    said = OPERATORS[condition["is"]]
    value = _value(edition, name, condition.get("value"))
    return f"\u201c{label(edition, name)}\u201d {said.format(value=value)}"


def label(edition: Bundle, name: str) -> str:
    """What a fact is called."""
    field = _field(edition, name)
    return str(field["label"]) if field else FACTS.get(name, name)


def evidence(edition: Bundle, rule: policy.Rule, facts: policy.Facts) -> str:
    """What an automatic rule looked at, in one line for the list of rules."""
    names = dict.fromkeys(conditions.facts_named(rule["test"])) if "test" in rule else ()
    seen = [_seen(edition, name, facts) for name in names]
    said = [f"{each.label.rstrip('.')}: {each.value or 'not given'}" for each in seen]
    return "; ".join(said).rstrip(".")


def _seen(edition: Bundle, name: str, facts: policy.Facts) -> Seen:
    value = conditions.find(facts, name)
    return Seen(label(edition, name), "" if value is None else _value(edition, name, value))


def _value(edition: Bundle, name: str, value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return ", ".join(str(each) for each in value.values())
    if isinstance(value, list | tuple):
        return ", ".join(_value(edition, name, each) for each in value)
    field = _field(edition, name)
    return forms.options(edition, field).get(value, str(value)) if field else str(value)


def _field(edition: Bundle, name: str) -> Mapping[str, Any] | None:
    wanted = name.removeprefix("answers.")
    if wanted == name:
        return None
    fields = [each for section in edition["form"]["sections"] for each in section["fields"]]
    return next((each for each in fields if each["id"] == wanted), None)


def _lines(
    rule: policy.Rule, facts: policy.Facts, purpose: duo.Purpose, dataset: str
) -> tuple[Line, ...]:
    match = duo.match(
        duo.use_of(facts["dataset"].get("duo")),
        purpose,
        dataset=dataset,
        interoperable=policy.is_interoperable(rule),
    )
    known = duo.all_terms()
    return tuple(
        Line(line.rule, known[line.rule].label, line.result, line.reason) for line in match.lines
    )
