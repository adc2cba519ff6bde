"""Whether the names inside a descriptor point at something: keys, anchors, embargo."""

from muniment.dataplane.spec import faults
from muniment.dataplane.spec.fields import DIRECT_METHODS, Field, Method, Sensitivity
from muniment.dataplane.spec.holding import ForeignKey, Holding, Table
from muniment.dataplane.spec.reader import Reader
from muniment.dataplane.spec.values import FieldType

MOST_TABLES = 40
MOST_AXES = 3
_MOMENTS = (FieldType.DATE, FieldType.DATETIME)


def check(reader: Reader, holding: Holding) -> None:
    """Record every name that points nowhere. Engines fold case, so names may not differ by it."""
    _once(reader, [table.name for table in holding.tables], "/resources", "table")
    _once(reader, [t.path for t in holding.tables if t.path], "/resources", "file")
    base = holding.find_table(holding.base_table)
    if base is None:
        message = f"There is no table {faults.quoted(holding.base_table)}."
        reader.fault("/muniment/base_table", "unknown-table", message)
    elif base.person_key is None and len(base.primary_key) != 1:
        message = "The base table needs a person_key, or a primaryKey of one column."
        reader.fault("/muniment/base_table", "no-unit-key", message)
    for place, table in enumerate(holding.tables):
        _check_table(reader, holding, table, faults.at("/resources", place))
    _check_embargo(reader, holding)
    if base is not None:
        _check_cube(reader, holding, base)


def cube(reader: Reader, value: object) -> tuple[tuple[str, ...], ...]:
    """The tables of the public cube: lists of at most three names, none twice."""
    tables = []
    for place, item in enumerate(reader.items(value, "/muniment/cube", least=0, most=MOST_TABLES)):
        path = faults.at("/muniment/cube", place)
        names = reader.items(item, path, least=1, most=MOST_AXES)
        read = [reader.text(name, faults.at(path, spot)) for spot, name in enumerate(names)]
        known = tuple(name for name in read if name is not None)
        if len(set(known)) < len(known):
            reader.fault(path, "duplicate", "A table of the cube names a variable twice.")
        tables.append(known)
    return tuple(tables)


def _check_cube(reader: Reader, holding: Holding, base: Table) -> None:
    """Only declared groups of the base table; nothing that tells single units apart."""
    for place, names in enumerate(holding.cube):
        path = faults.at("/muniment/cube", place)
        for name in names:
            _known(reader, base, name, path)
            field = base.find_field(name)
            if field is None:
                continue
            if holding.identifies(base, field) or field.sensitivity is None:
                message = f"{name} may not be asked about, so it cannot be in a public table."
                reader.fault(path, "identifier-like", message)
            if not (field.bands or field.codes or field.type is FieldType.BOOLEAN):
                message = f"{name} has no declared values or bands to group by."
                reader.fault(path, "no-declared-groups", message)


def _check_table(reader: Reader, holding: Holding, table: Table, path: str) -> None:
    schema = faults.at(path, "schema")
    _once(reader, [field.name for field in table.fields], faults.at(schema, "fields"), "column")
    if table.person_key is not None:
        _known(reader, table, table.person_key, faults.at(path, "muniment", "person_key"))
    for name in table.primary_key:
        _known(reader, table, name, faults.at(schema, "primaryKey"))
    for place, key in enumerate(table.foreign_keys):
        _check_key(reader, holding, table, key, faults.at(schema, "foreignKeys", place))
    for place, field in enumerate(table.fields):
        _check_rule(reader, holding, field, faults.at(schema, "fields", place, "muniment"))


def _check_key(reader: Reader, holding: Holding, table: Table, key: ForeignKey, path: str) -> None:
    for name in key.fields:
        _known(reader, table, name, faults.at(path, "fields"))
    target = holding.find_table(key.table)
    if target is None:
        message = f"There is no table {faults.quoted(key.table)}."
        reader.fault(faults.at(path, "reference"), "unknown-table", message)
        return
    for name in key.references:
        _known(reader, target, name, faults.at(path, "reference"))


def _check_rule(reader: Reader, holding: Holding, field: Field, path: str) -> None:
    rule = field.release
    if rule is None:
        return
    if field.sensitivity is Sensitivity.DIRECT and rule.method not in DIRECT_METHODS:
        message = f"{faults.quoted(field.name)} is a direct identifier: drop it or pseudonymize it."
        reader.fault(faults.at(path, "release"), "direct-identifier", message)
    if rule.method is Method.DAYS_FROM:
        anchor = str(rule.params["anchor"])
        if find_anchor(holding, anchor) is None:
            message = f"The anchor {faults.quoted(anchor)} is not a date column of this holding."
            reader.fault(faults.at(path, "release", "anchor"), "unknown-variable", message)


def find_anchor(holding: Holding, anchor: str) -> tuple[Table, Field] | None:
    """`table.field`, or a field of the base table; a table's name may itself contain a dot."""
    for table in holding.tables:
        for field in table.fields:
            names = {f"{table.name}.{field.name}"}
            if table.name == holding.base_table:
                names.add(field.name)
            if anchor in names and field.type in _MOMENTS:
                return table, field
    return None


def _check_embargo(reader: Reader, holding: Holding) -> None:
    if holding.embargo is None:
        return
    table = holding.find_table(holding.embargo.table)
    if table is None:
        message = f"There is no table {faults.quoted(holding.embargo.table)}."
        reader.fault("/muniment/embargo/table", "unknown-table", message)
        return
    field = table.find_field(holding.embargo.field)
    if field is None or field.type not in _MOMENTS:
        message = f"{faults.quoted(holding.embargo.field)} is not a date column of {table.name}."
        reader.fault("/muniment/embargo/field", "unknown-variable", message)


def _known(reader: Reader, table: Table, name: str, path: str) -> None:
    if table.find_field(name) is None:
        message = f"The table {table.name} has no column {faults.quoted(name)}."
        reader.fault(path, "unknown-variable", message)


def _once(reader: Reader, names: list[str], path: str, what: str) -> None:
    folded = [name.casefold() for name in names]
    for name in sorted({name for name in names if folded.count(name.casefold()) > 1}):
        message = f"The {what} {faults.quoted(name)} is declared twice (letter case aside)."
        reader.fault(path, "duplicate", message)
