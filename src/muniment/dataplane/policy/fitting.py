"""Whether a method can treat a field at all: its class, its type, and what the method points at."""

from collections.abc import Iterator

from muniment.dataplane import refusals
from muniment.dataplane.policy import persons
from muniment.dataplane.spec import faults, fields, holding, relations
from muniment.dataplane.spec.fields import Method, Release
from muniment.dataplane.spec.values import FieldType

TEXT = frozenset({FieldType.STRING})
MOMENTS = frozenset({FieldType.DATE, FieldType.DATETIME, FieldType.STRING})
NUMBERS = frozenset({FieldType.INTEGER, FieldType.NUMBER})
# A code is made from an identifier as text, and a double has as many texts as there are engines.
IDENTIFIERS = frozenset(FieldType) - {FieldType.NUMBER}
ACCEPTS = {
    Method.PSEUDONYM: IDENTIFIERS,
    Method.RANDOM_CODE: IDENTIFIERS,
    Method.DAYS_FROM: MOMENTS,
    Method.WEEKLY_SHIFT: MOMENTS,
    Method.YEAR: MOMENTS | {FieldType.YEAR},
    Method.BANDS: NUMBERS,
    Method.ROUND: NUMBERS,
    Method.TOP_BOTTOM: NUMBERS,
    Method.MARK: NUMBERS,
    Method.TOP90: NUMBERS,
    Method.ZIP3: TEXT,
    Method.ROLL_UP: TEXT,
    Method.RARE_MERGE: TEXT,
    Method.REVIEWED_TEXT: TEXT,
}
# What no group of an aggregate can be named after.
NO_GROUP = frozenset(
    {Method.DROP, Method.FREE_TEXT, Method.PSEUDONYM, Method.RANDOM_CODE, Method.REVIEWED_TEXT}
)
NEEDS_UNIT = frozenset({Method.DAYS_FROM, Method.WEEKLY_SHIFT})


def reasons(
    source: holding.Holding, table: holding.Table, field: fields.Field, rule: Release | None
) -> Iterator[refusals.Refusal]:
    """Why this field may not leave this way."""
    where = f"{table.name}.{field.name}"
    if field.sensitivity is None:
        yield reason("no-class", where, "has no declared class, so it cannot leave")
    elif rule is None:
        yield reason("no-method", where, "has no release method, so it cannot leave")
    elif persons.is_direct(source, table, field) and rule.method not in fields.DIRECT_METHODS:
        yield reason("direct-identifier", where, "names people: drop it or pseudonymize it")
    elif rule.method in ACCEPTS and field.type not in ACCEPTS[rule.method]:
        says = f"holds {field.type} values, which the method {rule.method} cannot treat"
        yield reason("wrong-type-for-method", where, says)
    else:
        yield from _pointing(source, where, rule)
    if rule is not None and needs_unit(rule) and not persons.person_columns(source, table):
        yield reason("no-person", where, f"belongs to no single {source.unit}, so has no dates")


def group_reasons(
    table: holding.Table, field: fields.Field, rule: Release | None
) -> Iterator[refusals.Refusal]:
    """Why nothing can be grouped by this field."""
    if rule is not None and rule.method in NO_GROUP:
        says = f"does not leave (method {rule.method}), so nothing can be grouped by it"
        yield reason("not-for-groups", f"{table.name}.{field.name}", says)


def reason(code: str, where: str, says: str) -> refusals.Refusal:
    """A refusal about one field."""
    return refusals.Refusal(code, f"{where} {says}.", {"field": where})


def _pointing(source: holding.Holding, where: str, rule: Release) -> Iterator[refusals.Refusal]:
    for param, says in (("anchor", "counts days from"), ("at", "is an age at")):
        if param not in rule.params:
            continue
        anchor = str(rule.params[param])
        found = relations.find_anchor(source, anchor)
        if found is None or not persons.person_columns(source, found[0]):
            message = f"{says} {faults.quoted(anchor)}, which is no date of a {source.unit}"
            yield reason("unknown-anchor", where, message)
    if rule.method is Method.ZIP3:
        yield from _unknown_tables(where, rule)


def needs_unit(rule: Release) -> bool:
    """Dates and ages are somebody's: birth years and ages of nobody cannot be held under 90."""
    return rule.method in NEEDS_UNIT or "of" in rule.params or "at" in rule.params


def _unknown_tables(where: str, rule: Release) -> Iterator[refusals.Refusal]:
    from muniment.dataplane import reference

    known = reference.zip3_years()
    years = rule.params["tables"]
    assert isinstance(years, list | tuple)
    for year in years:
        if year not in known:
            says = f"uses the ZIP table {faults.quoted(year)}; there is {', '.join(known)}"
            yield reason("unknown-reference-table", where, says)
