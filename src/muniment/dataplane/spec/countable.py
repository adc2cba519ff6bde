"""Which questions a live count may answer: a function of question and descriptor, never of data.

A date or a number that could be cut anywhere singles people out, and so does free text: a count
compares numbers and dates only at published bands or declared values. Source of the rules: the
privacy document of this project, part A1.
"""

from collections.abc import Iterator, Mapping

from muniment.dataplane.spec import cohort, derived, fields, values
from muniment.dataplane.spec.faults import Fault, at
from muniment.dataplane.spec.holding import Holding, Kind, Table
from muniment.dataplane.spec.specification import Part

_CUT_ANYWHERE = values.ORDERED_TYPES - {values.FieldType.YEAR}
_FROM_LOW = frozenset({cohort.Op.AT_LEAST, cohort.Op.LESS_THAN})
_FROM_HIGH = frozenset({cohort.Op.AT_MOST, cohort.Op.MORE_THAN})


def faults(part: Part, holding: Holding, *, path: str = "") -> list[Fault]:
    """Why this part cannot be counted, beyond what `check` says; empty means that it can."""
    if holding.kind is Kind.DESCRIBED:
        message = f"{holding.title} is not loaded here: a statistician answers this question."
        return [Fault(path, "no-live-counts", message)]
    if part.cohort is None:
        return []
    computed = {each.name: each for each in part.derived}
    return list(_conditions(part.cohort, holding, holding.base, at(path, "cohort"), computed))


def _conditions(
    node: cohort.Node,
    holding: Holding,
    table: Table,
    path: str,
    computed: Mapping[str, derived.Derived],
) -> Iterator[Fault]:
    for leaf, here in cohort.walk(node, path):
        match leaf:
            case cohort.Comparison() if leaf.variable in computed:
                yield from _derived(computed[leaf.variable], holding, here)
            case cohort.Comparison() | cohort.Under():
                yield from _variable(leaf, table, here)
            case cohort.Exists(name, where):
                yield from _rows(name, where, holding, at(here, "exists", "where"))
            case cohort.Within():
                message = "A count cannot compare days between dates; a release can."
                yield Fault(here, "no-bands", message)
            case cohort.Count():
                message = "A count can ask whether there is such a row, not how many: use exists."
                yield Fault(here, "no-bands", message)
            case _:
                message = "A count cannot ask what came first or last; a release can."
                yield Fault(here, "no-bands", message)


def _derived(each: derived.Derived, holding: Holding, path: str) -> Iterator[Fault]:
    """Only a yes or no may be asked for, by the rules of what it is made of."""
    if isinstance(each, derived.AnyOf):
        yield from _rows(each.table, each.where, holding, at(path, "variable"))
    else:
        message = f"{each.name} has no published bands, so a count cannot compare it."
        yield Fault(at(path, "variable"), "no-bands", message)


def _rows(name: str, where: cohort.Node | None, holding: Holding, path: str) -> Iterator[Fault]:
    related = holding.find_table(name)
    if related is not None and where is not None:
        yield from _conditions(where, holding, related, path, {})


def _variable(leaf: cohort.Comparison | cohort.Under, table: Table, path: str) -> Iterator[Fault]:
    field = table.find_field(leaf.variable)
    if field is None:
        return
    if isinstance(leaf, cohort.Comparison):
        if leaf.op not in cohort.VALUELESS:
            yield from _comparison(leaf, field, path)
    elif _is_free_text(field):
        yield _free_text(field, path)


def _comparison(leaf: cohort.Comparison, field: fields.Field, path: str) -> Iterator[Fault]:
    if field.bands:
        if not _on_edges(leaf, field):
            yield _off_band(field, at(path, "value"))
    elif field.type in _CUT_ANYWHERE and not field.codes:
        message = (
            f"{field.name} has no published bands, so a count cannot compare it; "
            "it can ask whether it is missing."
        )
        yield Fault(at(path, "variable"), "no-bands", message)
    elif _is_free_text(field):
        yield _free_text(field, path)


def _is_free_text(field: fields.Field) -> bool:
    return field.release is not None and field.release.method is fields.Method.FREE_TEXT


def _free_text(field: fields.Field, path: str) -> Fault:
    message = f"{field.name} is free text, which a count cannot compare."
    return Fault(at(path, "variable"), "free-text", message)


def _on_edges(leaf: cohort.Comparison, field: fields.Field) -> bool:
    lows = {_meant(band.low, field) for band in field.bands if band.low is not None}
    highs = {_meant(band.high, field) for band in field.bands if band.high is not None}
    asked = [_meant(value, field) for value in leaf.values]
    if leaf.op in _FROM_LOW:
        return asked[0] in lows
    if leaf.op in _FROM_HIGH:
        return asked[0] in highs
    if leaf.op is cohort.Op.BETWEEN:
        return asked[0] in lows and asked[1] in highs
    single = {_meant(band.low, field) for band in field.bands if band.low == band.high}
    return all(value in single for value in asked)


def _meant(value: int | str | None, field: fields.Field) -> values.Value | None:
    return None if value is None else values.of(value, kind=field.type)


def _off_band(field: fields.Field, path: str) -> Fault:
    labels = ", ".join(band.label for band in field.bands[:12])
    more = ", …" if len(field.bands) > 12 else ""
    message = (
        f"Counts cut {field.name} only at its published bands, both ends included: {labels}{more}."
    )
    return Fault(path, "off-band", message)
