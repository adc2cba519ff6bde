"""form.yaml and policy.yaml, with the conditions in them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from muniment.programme import conditions, duo

from .problem import Place, Problem, Sections, keys, twice

# What may be asked of the world besides the form's answers and a dataset's own entry.
FACTS = {
    "request": {"kind", "track", "linked"},
    "applicant": {"debarred", "training_current", "duties_open", "verified"},
    "part": {"dataset", "edition", "level", "availability", "embargoed", "links", "persons"},
}
DATASET_FACTS = {"slug", "type", "status", "unit", "level", "kind", "synthetic", "license", "duo"}


def problems(sections: Sections) -> Iterator[Problem]:
    """Fields and rules that cannot work as they are written."""
    yield from _form(sections)
    yield from _policy(sections)


def condition_problems(
    condition: Mapping[str, Any], place: Place, *, known: Mapping[str, set[str] | None]
) -> Iterator[Problem]:
    """A condition that is written wrongly, names an unknown fact or an unknown choice.

    `known` gives each fact's choices, or None where any value is possible.
    """
    fault = conditions.shape_fault(condition)
    if fault:
        yield Problem(place, fault)
        return
    for name in dict.fromkeys(conditions.facts_named(condition)):
        if name not in known:
            yield Problem(place, f"nothing is known by the name {name!r} here.")
    for fact, value in _compared(condition):
        choices = known.get(fact)
        if choices is not None and isinstance(value, str) and value not in choices:
            yield Problem(place, f"{value!r} is not among the choices of {fact!r}.")


def _compared(condition: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Each fact with each value it is compared with."""
    if "fact" in condition and "value" in condition:
        value = condition["value"]
        values = value if isinstance(value, list | tuple) else [value]
        yield from ((condition["fact"], one) for one in values)
    for inner in (*condition.get("all", ()), *condition.get("any", ())):
        yield from _compared(inner)
    if "not" in condition:
        yield from _compared(condition["not"])


def answers_known(sections: Sections) -> dict[str, set[str] | None]:
    """Every field of the form with its choices, or None where it has none."""
    return {
        field["id"]: _choices(sections, field)
        for section in sections["form"]["sections"]
        for field in section["fields"]
    }


def _choices(sections: Sections, field: Mapping[str, Any]) -> set[str] | None:
    if "options_from" in field:
        return keys(sections["programme"][field["options_from"]])
    return keys(field["options"]) if "options" in field else None


def _form(sections: Sections) -> Iterator[Problem]:
    form = sections["form"]
    yield from twice(form["sections"], ("form", "sections"), key="id")
    everything = answers_known(sections)
    earlier: dict[str, set[str] | None] = {}
    seen: set[str] = set()
    for number, section in enumerate(form["sections"]):
        place: Place = ("form", "sections", number)
        if "when" in section:
            yield from _when(section["when"], (*place, "when"), earlier, everything)
        for index, field in enumerate(section["fields"]):
            inside = (*place, "fields", index)
            if field["id"] in seen:
                sentence = f"the id {field['id']!r} is given twice in the form."
                yield Problem((*inside, "id"), sentence)
            seen.add(field["id"])
            if "when" in field:
                yield from _when(field["when"], (*inside, "when"), earlier, everything)
            yield from _field(field, inside)
            earlier[field["id"]] = everything[field["id"]]


def _when(
    condition: Mapping[str, Any],
    place: Place,
    earlier: Mapping[str, set[str] | None],
    everything: Mapping[str, set[str] | None],
) -> Iterator[Problem]:
    """A form is read from the top, so a question may depend only on earlier ones."""
    yield from condition_problems(condition, place, known=everything)
    for name in dict.fromkeys(conditions.facts_named(condition)):
        if name in everything and name not in earlier:
            yield Problem(place, f"{name!r} is asked only further down; ask it earlier.")


def _field(field: Mapping[str, Any], place: Place) -> Iterator[Problem]:
    kind = field["type"]
    choosing = kind in ("select", "multi")
    if choosing and ("options" in field) == ("options_from" in field):
        yield Problem(place, f"a {kind} field needs either 'options' or 'options_from'.")
    if not choosing and ("options" in field or "options_from" in field):
        yield Problem(place, f"a {kind} field has no options.")
    if (kind == "rows") != ("columns" in field):
        sentence = "a rows field needs 'columns'." if kind == "rows" else "only rows have columns."
        yield Problem(place, sentence)
    if "format" in field and kind != "text":
        yield Problem((*place, "format"), "only a text field has a format.")
    if "must_be" in field and kind != "yes-no":
        yield Problem((*place, "must_be"), "only a yes-no field can have 'must_be'.")
    yield from twice(field.get("options", ()), (*place, "options"), key="id")
    columns: Sequence[Mapping[str, Any]] = field.get("columns", ())
    yield from twice(columns, (*place, "columns"), key="id")
    for number, column in enumerate(columns):
        yield from _field(column, (*place, "columns", number))
        if "options_from" in column:
            inside = (*place, "columns", number, "options_from")
            yield Problem(inside, "a column lists its 'options' itself.")


def _policy(sections: Sections) -> Iterator[Problem]:
    rules = sections["policy"]["rules"]
    yield from twice(rules, ("policy", "rules"), key="id")
    used = {
        rule
        for entry in sections["information_list"]["datasets"]
        for rule in entry.get("restrictions", ())
    }
    for number, rule in enumerate(rules):
        place: Place = ("policy", "rules", number)
        yield from _rule(rule, place)
        known = facts_known(sections, about_a_part=rule.get("applies") != "request")
        for key, condition in _conditions(rule):
            yield from condition_problems(condition, (*place, *key), known=known)
        if rule.get("applies") == "listed" and rule["id"] not in used:
            yield Problem((*place, "applies"), "no dataset lists this rule as a restriction.")
    yield from _duties(sections)


def facts_known(sections: Sections, *, about_a_part: bool) -> dict[str, set[str] | None]:
    """Every fact a rule may look at; those of a part only where the rule is about parts."""
    known = {f"answers.{name}": choices for name, choices in answers_known(sections).items()}
    for group, names in FACTS.items():
        if group != "part" or about_a_part:
            known |= {f"{group}.{name}": None for name in names}
    if about_a_part:
        known |= {f"dataset.{name}": None for name in DATASET_FACTS}
        slugs = keys(sections["information_list"]["datasets"], key="slug")
        known |= {"part.dataset": slugs, "part.level": {"record", "aggregate"}}
    return known


def _conditions(rule: Mapping[str, Any]) -> Iterator[tuple[Place, Mapping[str, Any]]]:
    for key in ("when", "test"):
        if key in rule:
            yield (key,), rule[key]
    if "when" in rule.get("duty", {}):
        yield ("duty", "when"), rule["duty"]["when"]


def _rule(rule: Mapping[str, Any], place: Place) -> Iterator[Problem]:
    kind = rule["kind"]
    decides = ("test" in rule) + ("engine" in rule)
    if kind == "automatic" and decides != 1:
        yield Problem(place, "an automatic rule needs either 'test' or 'engine'.")
    if kind != "automatic" and decides:
        yield Problem(place, f"a {kind} rule has no 'test' and no 'engine'.")
    if kind == "stated" and "applies" in rule:
        yield Problem((*place, "applies"), "a stated rule is not judged, so it applies to nothing.")
    if kind != "stated" and "applies" not in rule:
        yield Problem(place, "say what the rule 'applies' to: request, part or listed.")
    if "matching" in rule and rule.get("engine") != "duo":
        yield Problem((*place, "matching"), "only a rule with the engine duo has a 'matching'.")
    if rule.get("engine") == "duo" and rule.get("applies") == "request":
        yield Problem((*place, "applies"), "use conditions belong to datasets: apply it to parts.")


def _duties(sections: Sections) -> Iterator[Problem]:
    """Every duty a rule can leave must be answered by a clause of the agreement."""
    clauses = sections["clauses"]["clauses"]
    answered = {duty for clause in clauses for duty in clause.get("duties", ())}
    for number, rule in enumerate(sections["policy"]["rules"]):
        place: Place = ("policy", "rules", number)
        if "duty" in rule and rule["duty"]["id"] not in answered:
            sentence = f"no clause answers to the duty {rule['duty']['id']!r}."
            yield Problem((*place, "duty", "id"), sentence)
        if rule.get("engine") == "duo":
            for duty in sorted(set(duo.DUTIES.values()) - answered):
                yield Problem((*place, "engine"), f"no clause answers to the duty {duty!r}.")
