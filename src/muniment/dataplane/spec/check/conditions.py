"""Whether conditions and derived variables make sense for the columns they name."""

from collections.abc import Generator, Iterator
from dataclasses import dataclass

from muniment.dataplane.spec import cohort, derived, fields, terminologies, values
from muniment.dataplane.spec import faults as said
from muniment.dataplane.spec.check import absences
from muniment.dataplane.spec.faults import Fault, at, quoted
from muniment.dataplane.spec.holding import Holding, Table
from muniment.dataplane.spec.values import FieldType

MOMENTS = frozenset({FieldType.DATE, FieldType.DATETIME})
_NAMED_OPS = frozenset({cohort.Op.EQUALS, cohort.Op.NOT_EQUALS, cohort.Op.IN})


@dataclass(frozen=True, slots=True)
class Scope:
    """The table that a condition is about, and what the part derives (for the base table only)."""

    holding: Holding
    table: Table
    computed: tuple[derived.Derived, ...] = ()


def faults(node: cohort.Node, scope: Scope, path: str) -> Iterator[Fault]:
    """Everything in a condition that its tables cannot answer."""
    for leaf, here in cohort.walk(node, path):
        match leaf:
            case cohort.Exists() | cohort.Count() | cohort.Edge():
                yield from _relation(leaf, scope.holding, here)
            case cohort.Under():
                yield from _under(leaf, scope, here)
            case cohort.Within():
                yield from _within(leaf, scope, here)
            case _:
                yield from _comparison(leaf, scope, here)


def may_be_asked(holding: Holding, table: Table, field: fields.Field, path: str) -> Iterator[Fault]:
    """A column without a class, or one that tells single units apart, answers no question."""
    if field.sensitivity is None:
        yield absences.no_class(field, path)
    elif holding.identifies(table, field):
        message = f"{field.name} tells single units apart, so no question may be asked about it."
        yield Fault(path, "identifier-like", message)


def derived_faults(scope: Scope, path: str) -> Iterator[Fault]:
    """The same for every variable that a part derives."""
    taken = {field.name.casefold() for field in scope.holding.base.fields}
    for place, each in enumerate(scope.computed):
        here = at(path, place)
        if each.name.casefold() in taken:
            message = f"{quoted(each.name)} is the name of a variable already; choose another."
            yield Fault(at(here, "name"), "duplicate", message)
        taken.add(each.name.casefold())
        match each:
            case derived.AgeAt(born=born, at=day):
                yield from _moment(born, scope, at(here, "born"))
                if day is not None:
                    yield from _moment(day, scope, at(here, "at"))
            case derived.DaysBetween(start=start, end=end):
                yield from _moment(start, scope, at(here, "from"))
                yield from _moment(end, scope, at(here, "to"))
            case _:
                yield from _rows(each.table, each.where, scope.holding, here)


def _relation(leaf: cohort.Relation, holding: Holding, path: str) -> Iterator[Fault]:
    word = next(iter(leaf.document()))
    here = at(path, word)
    yield from _rows(leaf.table, leaf.where, holding, here)
    table = holding.find_table(leaf.table)
    if isinstance(leaf, cohort.Count) and leaf.op is cohort.Op.BETWEEN:
        if leaf.values[0] > leaf.values[1]:
            yield _empty_range(leaf.values, at(here, "value"))
    elif isinstance(leaf, cohort.Edge) and table is not None:
        scope = Scope(holding, table)
        yield from _moment(leaf.by, scope, at(here, "by"))
        yield from faults(leaf.then, scope, at(here, "then"))


def _rows(name: str, where: cohort.Node | None, holding: Holding, path: str) -> Iterator[Fault]:
    table = holding.find_table(name)
    if table is None:
        yield absences.unknown_table(holding, name, at(path, "table"))
        return
    if holding.find_join(table) is None:
        yield absences.unrelated(holding, table, at(path, "table"))
    if where is not None:
        yield from faults(where, Scope(holding, table), at(path, "where"))


def _under(leaf: cohort.Under, scope: Scope, path: str) -> Iterator[Fault]:
    here = at(path, "variable")
    kind = yield from _asked(leaf.variable, scope, here)
    if kind not in (None, FieldType.STRING):
        message = f"{leaf.variable} holds {kind} values, which are no codes of {leaf.of}."
        yield Fault(at(path, "is"), "impossible-comparison", message)
    tree = terminologies.tree(leaf.of.value)
    for place, code in enumerate(leaf.codes):
        if tree.find(code) is None:
            message = f"{quoted(code)} is no code of {leaf.of} {tree.edition} ({tree.covers})."
            yield Fault(at(path, "value", place), "unknown-code", message)


def _within(leaf: cohort.Within, scope: Scope, path: str) -> Iterator[Fault]:
    yield from _moment(leaf.variable, scope, at(path, "variable"))
    other = Scope(scope.holding, scope.holding.base) if leaf.base else scope
    here = at(path, "of", "base") if leaf.base else at(path, "of")
    yield from _moment(leaf.of, other, here)
    if leaf.low is not None and leaf.high is not None and leaf.low > leaf.high:
        yield _empty_range((leaf.low, leaf.high), at(path, "days"))


def _moment(name: str, scope: Scope, path: str) -> Iterator[Fault]:
    """A declared date; a derived variable is none."""
    field = scope.table.find_field(name)
    if field is None:
        yield absences.unknown_variable(scope.table, name, path)
        return
    yield from may_be_asked(scope.holding, scope.table, field, path)
    if field.type not in MOMENTS:
        message = f"{name} holds {field.type} values; days are counted between dates."
        yield Fault(path, "impossible-comparison", message)


def _asked(name: str, scope: Scope, path: str) -> Generator[Fault, None, FieldType | None]:
    """Yields what forbids asking; returns the type of the variable, None where there is none."""
    each = next((one for one in scope.computed if one.name == name), None)
    if each is not None:
        return derived.type_of(each)
    field = scope.table.find_field(name)
    if field is None:
        yield absences.unknown_variable(scope.table, name, path)
        return None
    yield from may_be_asked(scope.holding, scope.table, field, path)
    return field.type


def _comparison(leaf: cohort.Comparison, scope: Scope, path: str) -> Iterator[Fault]:
    kind = yield from _asked(leaf.variable, scope, at(path, "variable"))
    if kind is None:
        return
    if leaf.op in cohort.ORDERED and kind not in values.ORDERED_TYPES:
        message = f'{leaf.variable} holds {kind} values, which "{leaf.op}" cannot compare.'
        yield Fault(at(path, "is"), "impossible-comparison", message)
        return
    here = at(path, "value")
    field = scope.table.find_field(leaf.variable)
    codes = () if field is None else field.codes
    read = [values.of(value, kind=kind) for value in leaf.values]
    for value, meant in zip(leaf.values, read, strict=True):
        if meant is None:
            message = f"{leaf.variable} holds {kind} values; {quoted(value)} is none."
            yield Fault(here, "impossible-comparison", message)
        elif leaf.op in _NAMED_OPS and not _declared(codes, kind, meant):
            known = ", ".join(said.shortened(code) for code in codes[:10])
            message = f"{quoted(value)} is not a value of {leaf.variable}; it has: {known}."
            yield Fault(here, "unknown-code", message)
    if leaf.op is cohort.Op.BETWEEN and None not in read and read[0] > read[1]:  # type: ignore[operator]
        yield _empty_range(leaf.values, here)


def _declared(codes: tuple[str, ...], kind: FieldType, meant: values.Value) -> bool:
    return not codes or meant in [values.of(code, kind=kind) for code in codes]


def _empty_range(ends: tuple[cohort.Scalar, ...], path: str) -> Fault:
    message = f"Nothing lies between {ends[0]} and {ends[1]}; swap them."
    return Fault(path, "empty-range", message)
