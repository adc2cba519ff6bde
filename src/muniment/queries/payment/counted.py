"""How many units of its fee class each dataset is charged for: editions, cohorts, years.

A function of the specification and of what holdings declare, never of data: the fee may be shown
to everybody who may see the request.
"""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from muniment.dataplane.spec import cohort, specification, values
from muniment.dataplane.spec.cohort import Op
from muniment.dataplane.spec.fields import Field
from muniment.dataplane.spec.holding import Holding
from muniment.dataplane.spec.values import FieldType
from muniment.programme import Bundle, fees, information

YEARLY = frozenset({"year", "round_year"})
Truth = bool | None
"""None: it depends on the rest of the row."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """One part of a request: `holding` and `written` are None while nothing is known of it."""

    dataset: str
    edition: str
    holding: Holding | None
    written: specification.Part | None


def items(bundle: Bundle, wanted: Iterable[Wanted]) -> tuple[fees.Item, ...]:
    """One item for each dataset, in the order of the parts; raises `fees.FeeFault`."""
    by_dataset: dict[str, list[Wanted]] = {}
    for each in wanted:
        by_dataset.setdefault(each.dataset, []).append(each)
    return tuple(_item(bundle, slug, parts) for slug, parts in by_dataset.items())


def _item(bundle: Bundle, slug: str, parts: Sequence[Wanted]) -> fees.Item:
    per = fees.unit_of(bundle, slug)
    if per == "cohort":
        return fees.Item(slug, len(parts))
    if per == "edition":
        return fees.Item(slug, len({each.edition for each in parts}))
    if per not in YEARLY:
        return fees.Item(slug)
    named = information.get_dataset(bundle, slug).get("fee_years")
    pairs = {(each.edition, year) for each in parts for year in _years(each, named)}
    return fees.Item(slug, max(1, len(pairs)), tuple(sorted({year for _edition, year in pairs})))


def _years(part: Wanted, named: str | None) -> list[int]:
    """The years that the holding declares, without those that the part's cohort rules out."""
    if part.holding is None or part.holding.years is None:
        return []
    first, last = part.holding.years
    years = list(range(first, last + 1))
    node = part.written.cohort if part.written else None
    field = part.holding.base.find_field(named) if named else None
    if node is None or field is None:
        return years
    return [year for year in years if _fits(node, field, year) is not False]


def _fits(node: cohort.Node, field: Field, year: int) -> Truth:
    """Whether a row of this year can be in: yes, no, or as its other values say."""
    match node:
        case cohort.AllOf(nodes):
            return _all(_fits(child, field, year) for child in nodes)
        case cohort.AnyOf(nodes):
            return _any(_fits(child, field, year) for child in nodes)
        case cohort.Not(child):
            return _not(_fits(child, field, year))
        case cohort.Comparison(variable, op, asked) if variable == field.name:
            meant = [values.of(value, kind=field.type) for value in asked]
            return _compared(op, meant, field, year)
    return None


def _compared(op: Op, asked: Sequence[Any], field: Field, year: int) -> Truth:
    """A comparison with whichever value the field has in that year."""
    if op in (Op.MISSING, Op.PRESENT):
        return op is Op.PRESENT
    span = _span(field, year)
    if span is None or None in asked:
        return None
    low, high = span
    below = None if low < asked[0] <= high else high < asked[0]
    above = None if low <= asked[-1] < high else low > asked[-1]
    if op is Op.BETWEEN:
        return _all((_not(below), _not(above)))
    if op in (Op.IN, Op.EQUALS):
        return _any(_equal(low, high, each) for each in asked)
    if op is Op.NOT_EQUALS:
        return _not(_equal(low, high, asked[0]))
    if op in (Op.LESS_THAN, Op.AT_LEAST):
        return below if op is Op.LESS_THAN else _not(below)
    return above if op is Op.MORE_THAN else _not(above)


def _span(field: Field, year: int) -> tuple[Any, Any] | None:
    """The first and the last value of a year; None for types that hold no year."""
    if field.type in (FieldType.INTEGER, FieldType.YEAR):
        return year, year
    if field.type is FieldType.DATE:
        return datetime.date(year, 1, 1), datetime.date(year, 12, 31)
    return None


def _equal(low: Any, high: Any, asked: Any) -> Truth:
    if not low <= asked <= high:
        return False
    return True if low == high else None


def _not(truth: Truth) -> Truth:
    return None if truth is None else not truth


def _all(truths: Iterable[Truth]) -> Truth:
    found = set(truths)
    return False if False in found else None if None in found else True


def _any(truths: Iterable[Truth]) -> Truth:
    return _not(_all(_not(truth) for truth in truths))
