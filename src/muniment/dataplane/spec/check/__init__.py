"""A specification held against the holdings it names: what cannot be given is refused whole."""

from collections.abc import Iterator

from muniment.dataplane.spec import derived, fields, values
from muniment.dataplane.spec.check import absences, conditions, links
from muniment.dataplane.spec.derived import leaving
from muniment.dataplane.spec.faults import Fault, at, quoted
from muniment.dataplane.spec.holding import Holding, Holdings
from muniment.dataplane.spec.specification import Level, Part, Specification


def against(specification: Specification, holdings: Holdings) -> list[Fault]:
    """Every reason why this specification cannot be answered; an empty list means that it can."""
    found: list[Fault] = []
    for place, part in enumerate(specification.parts):
        path = at("/parts", place)
        holding = holdings.get((part.holding, part.edition))
        if holding is None:
            found.append(_absent(part, holdings, path))
        else:
            found.extend(part_against(part, holding, path=path))
    found.extend(_one_meaning(specification))
    if all((part.holding, part.edition) in holdings for part in specification.parts):
        found.extend(links.faults(specification, holdings))
    return found


def part_against(part: Part, holding: Holding, *, path: str = "") -> list[Fault]:
    """The same for one part; `path` is the JSON Pointer of the part."""
    return [
        *_level(part, holding, path),
        *_tables(part, holding, path),
        *_cohort(part, holding, path),
        *_groups(part, holding, path),
        *_measures(part, holding, path),
    ]


def _absent(part: Part, holdings: Holdings, path: str) -> Fault:
    editions = sorted(edition for name, edition in holdings if name == part.holding)
    if not editions:
        message = f"There is no holding called {quoted(part.holding)} here."
        return Fault(at(path, "holding"), "unknown-holding", message)
    message = (
        f"{part.holding} has no edition {quoted(part.edition)} here; "
        f"there is {', '.join(editions)}."
    )
    return Fault(at(path, "edition"), "unknown-edition", message)


def _level(part: Part, holding: Holding, path: str) -> Iterator[Fault]:
    if part.level is Level.RECORD and holding.level is Level.AGGREGATE:
        message = f"{holding.title} may leave only as grouped numbers; ask for an aggregate."
        yield Fault(at(path, "level"), "aggregate-only", message)


def _tables(part: Part, holding: Holding, path: str) -> Iterator[Fault]:
    computed = {each.name: each for each in part.derived}
    for place, asked in enumerate(part.tables):
        here = at(path, "tables", place)
        table = holding.find_table(asked.name)
        if table is None:
            yield absences.unknown_table(holding, asked.name, at(here, "name"))
            continue
        if table.name != holding.base_table and holding.find_join(table) is None:
            yield absences.unrelated(holding, table, at(here, "name"))
        for spot, variable in enumerate(asked.variables):
            where = at(here, "variables", spot, "name")
            field = table.find_field(variable.name)
            each = computed.get(variable.name) if table.name == holding.base_table else None
            if field is None and each is not None:
                made = leaving.field_of(each, holding)
                # What it is made of is checked where it is defined.
                yield from _may_leave(made, part.level, where) if made else ()
            elif field is None:
                yield absences.unknown_variable(table, variable.name, where)
            else:
                yield from _may_leave(field, part.level, where)


def _may_leave(field: fields.Field, level: Level, path: str) -> Iterator[Fault]:
    if field.sensitivity is None:
        yield absences.no_class(field, path)
    elif field.sensitivity is fields.Sensitivity.DIRECT:
        pseudonym = field.release is not None and field.release.method in fields.CODES
        if not (pseudonym and level is Level.RECORD):
            message = f"{field.name} identifies people directly and never leaves; take it out."
            yield Fault(path, "direct-identifier", message)


def _one_meaning(specification: Specification) -> Iterator[Fault]:
    """Parts of one holding are released under one set of rules, by name."""
    known: dict[tuple[str, str, str], derived.Derived] = {}
    for place, part in enumerate(specification.parts):
        for spot, each in enumerate(part.derived):
            first = known.setdefault((part.holding, part.edition, each.name), each)
            if first.definition() != each.definition():
                message = f"Another part derives {quoted(each.name)} in another way; rename one."
                yield Fault(at("/parts", place, "derived", spot, "name"), "duplicate", message)


def _cohort(part: Part, holding: Holding, path: str) -> Iterator[Fault]:
    scope = conditions.Scope(holding, holding.base, part.derived)
    yield from conditions.derived_faults(scope, at(path, "derived"))
    if part.cohort is not None:
        yield from conditions.faults(part.cohort, scope, at(path, "cohort"))


def _groups(part: Part, holding: Holding, path: str) -> Iterator[Fault]:
    base = holding.base
    for place, name in enumerate(part.group_by):
        here = at(path, "group_by", place)
        field = base.find_field(name)
        if field is None:
            yield absences.unknown_variable(base, name, here)
            continue
        yield from conditions.may_be_asked(holding, base, field, here)
        if not (field.bands or field.codes or field.type is values.FieldType.BOOLEAN):
            message = f"{name} has no declared values or bands to group by."
            yield Fault(here, "no-declared-groups", message)


def _measures(part: Part, holding: Holding, path: str) -> Iterator[Fault]:
    for place, measure in enumerate(part.measures):
        here = at(path, "measures", place, "variable")
        field = holding.base.find_field(measure.variable)
        if field is None:
            yield absences.unknown_variable(holding.base, measure.variable, here)
            continue
        yield from conditions.may_be_asked(holding, holding.base, field, here)
        if field.type not in (values.FieldType.INTEGER, values.FieldType.NUMBER):
            message = f"{field.name} holds no numbers, so it has no {measure.kind}."
            yield Fault(here, "wrong-type", message)
