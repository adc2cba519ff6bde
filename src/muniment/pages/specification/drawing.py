"""One part as its page draws it: boxes for variables, rows for rules, faults beside their cause."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.translation import gettext, gettext_lazy

from muniment.dataplane.spec import cohort, fields, values
from muniment.dataplane.spec.faults import Fault
from muniment.dataplane.spec.fields import Field, Method, Sensitivity
from muniment.dataplane.spec.holding import Holding, Table
from muniment.dataplane.spec.values import FieldType
from muniment.queries import counts

from . import reading, rules

NEVER_LEAVES = frozenset({Method.DROP, Method.FREE_TEXT})
MOST_LISTED = 12
BLANK = rules.Rule()
OPERATORS = {
    cohort.Op.EQUALS: gettext_lazy("is"),
    cohort.Op.NOT_EQUALS: gettext_lazy("is not"),
    cohort.Op.IN: gettext_lazy("is one of"),
    cohort.Op.AT_LEAST: gettext_lazy("is at least"),
    cohort.Op.AT_MOST: gettext_lazy("is at most"),
    cohort.Op.MORE_THAN: gettext_lazy("is more than"),
    cohort.Op.LESS_THAN: gettext_lazy("is less than"),
    cohort.Op.BETWEEN: gettext_lazy("is between"),
    cohort.Op.MISSING: gettext_lazy("is missing"),
    cohort.Op.PRESENT: gettext_lazy("is not missing"),
}
HEADINGS = {
    rules.Kind.ALL: gettext_lazy("Include those where all of these are true"),
    rules.Kind.ANY: gettext_lazy("And at least one of these is true"),
    rules.Kind.NONE: gettext_lazy("And none of these is true"),
    rules.Kind.HAS: gettext_lazy("And a row in %(table)s fits all of these"),
    rules.Kind.HAS_NOT: gettext_lazy("And no row in %(table)s fits all of these"),
}


def groups(
    draft: reading.Draft, holding: Holding, *, faults: Iterable[tuple[rules.Place | None, Fault]]
) -> list[dict[str, Any]]:
    """Every group with its rows; a group without a row has an empty one to begin with."""
    said: dict[rules.Place, list[str]] = {}
    for place, fault in faults:
        if place is not None:
            said.setdefault(place, []).append(fault.message)
    drawn = []
    for number, group in enumerate(draft.groups):
        table = rules.table_of(group, holding)
        rows = group.rules or (() if group.kind in rules.RELATED else (BLANK,))
        drawn.append(
            {
                "number": number,
                "kind": group.kind.value,
                "table": group.table,
                "legend": str(HEADINGS[group.kind]) % {"table": table.title or table.name},
                "first": number == 0 and group.kind is rules.Kind.ALL,
                "rows": [
                    _row(number, spot, rule, table, holding, said.get((number, spot), []))
                    for spot, rule in enumerate(rows)
                ],
                "errors": said.get((number, -1), []),
            }
        )
    return drawn


def tables(draft: reading.Draft, holding: Holding, *, bare: set[tuple[str, str]]) -> list[Any]:
    """Every table with the variables that may be asked for; `bare` ones lack their reason."""
    drawn = []
    for number, table in enumerate(holding.tables):
        joined = table.name == holding.base_table or holding.find_join(table) is not None
        boxes = [
            _box(f"{number}.{spot}", table, field, draft, bare)
            for spot, field in enumerate(table.fields)
            if joined and _offered(field, draft, table)
        ]
        if boxes:
            chosen = sum(box["chosen"] for box in boxes)
            drawn.append(
                {
                    "name": table.name,
                    "title": table.title or table.name,
                    "boxes": boxes,
                    "chosen": chosen,
                    "open": chosen > 0 or table.name == holding.base_table,
                }
            )
    return drawn


def related(holding: Holding) -> list[dict[str, str]]:
    """The tables whose rows a rule may ask about."""
    joined = [table for table in holding.tables if holding.find_join(table) is not None]
    return [{"value": table.name, "label": table.title or table.name} for table in joined]


def grouping(draft: reading.Draft, holding: Holding) -> list[dict[str, Any]]:
    """The three boxes in which an aggregate part names what its numbers are grouped by."""
    names = [field.name for field in counts.groupable(holding)]
    chosen = [*draft.group_by, "", "", ""][:3]
    return [
        {
            "label": gettext("Group %(n)s") % {"n": number},
            "id": f"group-{number}",
            "options": _options(names, value),
        }
        for number, value in enumerate(chosen, start=1)
    ]


def _offered(field: Field, draft: reading.Draft, table: Table) -> bool:
    """What could leave; what was chosen is shown all the same, with its fault."""
    if (table.name, field.name) in draft.chosen:
        return True
    method = field.release.method if field.release else None
    if field.sensitivity is None or method in NEVER_LEAVES:
        return False
    return field.sensitivity is not Sensitivity.DIRECT or method in fields.CODES


def _box(
    name: str, table: Table, field: Field, draft: reading.Draft, bare: set[tuple[str, str]]
) -> dict[str, Any]:
    key = (table.name, field.name)
    return {
        "name": name,
        "variable": field.name,
        "label": field.title if field.title != field.name else field.description,
        "chosen": key in draft.chosen,
        "needs": reading.needs_reason(field),
        "coded": field.sensitivity is Sensitivity.DIRECT,
        "reason": draft.chosen.get(key, ""),
        "missing": key in bare,
    }


def _row(
    number: int, spot: int, rule: rules.Rule, table: Table, holding: Holding, errors: list[str]
) -> dict[str, Any]:
    name = f"g{number}.r{spot}"
    askable = [
        field
        for field in table.fields
        if field.sensitivity is not None and not holding.identifies(table, field)
    ]
    field = next((each for each in askable if each.name == rule.variable), None)
    values = [*rule.values, ""]
    return {
        "name": name,
        "place": f"{number}:{spot}",
        "says": rule.variable,
        "variables": _named(askable, rule.variable),
        "operators": list(_operators(rule, field)),
        "shape": _shape(rule, field),
        "value": "; ".join(rule.values) if rule.op == cohort.Op.IN else values[0],
        "to": values[1] if len(rule.values) > 1 else "",
        "codes": _codes(rule, field),
        "numeric": field is not None and field.type in rules.NUMBERS,
        "hint": _hint(rule, field),
        "errors": errors,
    }


def _named(askable: list[Field], chosen: str) -> list[dict[str, Any]]:
    found = [
        {"value": field.name, "label": _label(field), "chosen": field.name == chosen}
        for field in askable
    ]
    if chosen and not any(each["chosen"] for each in found):
        found.append({"value": chosen, "label": chosen, "chosen": True})
    return found


def _label(field: Field) -> str:
    if not field.title or field.title == field.name:
        return field.name
    return f"{field.title} ({field.name})"


def _operators(rule: rules.Rule, field: Field | None) -> Iterator[dict[str, Any]]:
    """Only those that make sense for the variable, and the one that is chosen."""
    for op, words in OPERATORS.items():
        fits = op not in cohort.ORDERED or field is None or field.type in values.ORDERED_TYPES
        if fits or op == rule.op:
            yield {"value": op.value, "label": words, "chosen": op == rule.op}


def _shape(rule: rules.Rule, field: Field | None) -> str:
    """Which control takes the value: none, two boxes, a list of codes, one code, or text."""
    if rule.op in cohort.VALUELESS:
        return "none"
    if rule.op == cohort.Op.BETWEEN:
        return "between"
    coded = field is not None and bool(_declared(field))
    if coded and rule.op == cohort.Op.IN:
        return "several"
    if coded and rule.op in (cohort.Op.EQUALS, cohort.Op.NOT_EQUALS):
        return "one"
    return "text"


def _codes(rule: rules.Rule, field: Field | None) -> list[dict[str, Any]]:
    return [] if field is None else _options(_declared(field), *rule.values)


def _declared(field: Field) -> list[str]:
    return ["true", "false"] if field.type is FieldType.BOOLEAN else list(field.codes)


def _options(names: Iterable[str], *chosen: str) -> list[dict[str, Any]]:
    listed = list(names)
    listed += [each for each in chosen if each and each not in listed]
    return [{"value": each, "label": each, "chosen": each in chosen} for each in listed]


def _hint(rule: rules.Rule, field: Field | None) -> str:
    """How values are written, and where a count may cut."""
    if field is None or rule.op in cohort.VALUELESS:
        return ""
    if rule.op == cohort.Op.IN and not _declared(field):
        return gettext("Put a semicolon between the values.")
    if field.bands and rule.op in cohort.ORDERED:
        labels = ", ".join(band.label for band in field.bands[:MOST_LISTED])
        more = ", …" if len(field.bands) > MOST_LISTED else ""
        return gettext("Counts cut at: %(bands)s") % {"bands": labels + more}
    return gettext("For example 2014-03-31") if field.type is FieldType.DATE else ""
