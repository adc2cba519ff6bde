"""The questions we put to an engine: who is in a cohort, their rows, and how many there are."""

import datetime
from collections.abc import Sequence

from sqlglot import exp

from muniment.dataplane.compile import cohort, nodes
from muniment.dataplane.spec import values
from muniment.dataplane.spec.fields import Field
from muniment.dataplane.spec.holding import Holding
from muniment.dataplane.spec.specification import Part
from muniment.dataplane.spec.values import FieldType

BASE = "b"
ROW = "r"
MISSING_LABEL = "missing"


def rows(
    part: Part,
    *,
    holding: Holding,
    table: str,
    columns: Sequence[str],
    as_of: datetime.datetime | None = None,
    of_anybody: bool = False,
) -> exp.Select:
    """Rows of one table that belong to the part's cohort, without those under embargo.

    Columns come in the order asked, under their own names; a derived variable of the part is one
    of the base table. The base table answers for itself; a row of a related table belongs when a
    base row of the cohort does. With `of_anybody` that is not asked of a related table: for a
    caller who joins the units of the cohort, which asks the same.
    """
    wanted = holding.get_table(table)
    compiler = cohort.Compiler(holding, as_of=as_of, computed=part.derived)
    if table == holding.base_table:
        where = _members(part, holding, compiler, ROW)
    elif of_anybody:
        where = compiler.visible(wanted, ROW)
    else:
        inner = [
            *compiler.joined(wanted, ROW, BASE),
            *_members(part, holding, compiler, BASE),
        ]
        source = nodes.table(holding.base_table, BASE)
        belongs = exp.Exists(this=nodes.select([nodes.number(1)], source=source, where=inner))
        where = [belongs, *compiler.visible(wanted, ROW)]
    chosen = [nodes.named(compiler.value(name, wanted, ROW), name) for name in columns]
    return nodes.select(chosen, source=nodes.table(table, ROW), where=where)


def _members(
    part: Part, holding: Holding, compiler: cohort.Compiler, alias: str
) -> list[exp.Expression]:
    conditions = compiler.visible(holding.base, alias)
    if part.cohort is not None:
        conditions.append(compiler.condition(part.cohort, holding.base, alias))
    return conditions


def totals(part: Part, *, holding: Holding, as_of: datetime.datetime | None = None) -> exp.Select:
    """One row: units in the cohort, and the XOR of their hashes.

    A unit is in when any of its base rows is; rows without a unit count for nobody. Bound
    parameters `inner` and `outer` are the pads of the units' keyed hash (RFC 2104).
    """
    members = _members_once(part, holding, as_of, cells=())
    columns = [
        nodes.named(exp.Count(this=nodes.number(1)), "members"),
        nodes.named(exp.Coalesce(this=_xor("u"), expressions=[nodes.number(0)]), "members_xor"),
    ]
    return nodes.select(columns, source=nodes.derived(members, "u"))


def everyone(
    part: Part, *, holding: Holding, most: int | None, as_of: datetime.datetime | None = None
) -> exp.Select:
    """One number: how many units the holding has that are not under embargo, cohort or not.

    With `most` only so many rows are looked at, which tells no more than "at least so many".
    """
    compiler = cohort.Compiler(holding, as_of=as_of, computed=part.derived)
    rows = nodes.select(
        [nodes.named(_unit(holding), "unit")],
        source=nodes.table(holding.base_table, BASE),
        where=[_is_known(holding), *compiler.visible(holding.base, BASE)],
    )
    if most is not None:
        rows.set("limit", exp.Limit(expression=nodes.number(most)))
    once = exp.Count(this=exp.Distinct(expressions=[nodes.column("d", "unit")]))
    return nodes.select([nodes.named(once, "everyone")], source=nodes.derived(rows, "d"))


def cells(part: Part, *, holding: Holding, as_of: datetime.datetime | None = None) -> exp.Select:
    """A row per cell with a member in it: its positions, its members and their XOR.

    A position is an index into `labels` of the variable; cells of undeclared values are left out.
    """
    indexes = [f"c{place}" for place in range(len(part.group_by))]
    grouped = [
        nodes.named(position(holding.base.get_field(name)), index)
        for name, index in zip(part.group_by, indexes, strict=True)
    ]
    members = _members_once(part, holding, as_of, cells=grouped)
    where = [
        exp.Not(this=exp.Is(this=nodes.column("u", index), expression=exp.Null()))
        for index in indexes
    ]
    columns = [
        *[nodes.column("u", index) for index in indexes],
        nodes.named(exp.Count(this=nodes.number(1)), "members"),
        nodes.named(_xor("u"), "members_xor"),
    ]
    group_by = [nodes.column("u", index) for index in indexes]
    source = nodes.derived(members, "u")
    return nodes.select(columns, source=source, where=where, group_by=group_by)


def labels(field: Field) -> list[str]:
    """What the cells of a grouping variable are called, in order; the last is the missing ones."""
    if field.bands:
        declared = [band.label for band in field.bands]
    elif field.codes:
        declared = list(field.codes)
    else:
        declared = ["true", "false"]
    return [*declared, MISSING_LABEL]


def _members_once(
    part: Part,
    holding: Holding,
    as_of: datetime.datetime | None,
    *,
    cells: Sequence[exp.Expression],
) -> exp.Select:
    """One row per unit of the cohort (and cell): its keyed hash, called `print`.

    Hashing costs more than all the rest, so nobody outside the cohort is hashed.
    """
    compiler = cohort.Compiler(holding, as_of=as_of, computed=part.derived)
    rows = nodes.select(
        [nodes.named(_unit(holding), "unit"), *cells],
        source=nodes.table(holding.base_table, BASE),
        where=[_is_known(holding), *_members(part, holding, compiler, BASE)],
    )
    once = [nodes.column("d", "unit"), *[nodes.column("d", cell.alias) for cell in cells]]
    return nodes.select(
        [nodes.named(_print(nodes.column("d", "unit")), "print"), *once[1:]],
        source=nodes.derived(rows, "d"),
        group_by=once,
    )


def _unit(holding: Holding) -> exp.Expression:
    return exp.Cast(this=nodes.column(BASE, holding.unit_key), to=nodes.VARCHAR.copy())


def _is_known(holding: Holding) -> exp.Expression:
    return exp.Not(this=exp.Is(this=_unit(holding), expression=exp.Null()))


def _print(unit: exp.Expression) -> exp.Expression:
    """HMAC-SHA-256 of the unit's key, its first 128 bits as a number."""
    inner = _sha256(nodes.parameter("inner"), nodes.call("encode", unit))
    outer = _sha256(nodes.parameter("outer"), nodes.call("unhex", inner))
    digits = nodes.call("left", outer, nodes.number(32))
    written = nodes.call("concat", nodes.text("0x"), digits)
    return exp.Cast(this=written, to=nodes.UINT128.copy())


def _sha256(pad: exp.Expression, message: exp.Expression) -> exp.Expression:
    return nodes.call("sha256", exp.DPipe(this=pad, expression=message))


def _xor(alias: str) -> exp.Expression:
    return nodes.call("bit_xor", nodes.column(alias, "print"))


def position(field: Field) -> exp.Expression:
    """The index of a row's label, rows seen as `BASE`; NULL for a value that is not declared."""
    column = nodes.column(BASE, field.name)
    missing = exp.Is(this=column, expression=exp.Null())
    ifs = [exp.If(this=missing, true=nodes.number(len(labels(field)) - 1))]
    for place, fits in enumerate(_fits(field, column)):
        ifs.append(exp.If(this=fits, true=nodes.number(place)))
    return exp.Case(ifs=ifs)


def _fits(field: Field, column: exp.Expression) -> list[exp.Expression]:
    if field.bands:
        return [_in_band(field, band.low, band.high, column) for band in field.bands]
    if field.type is FieldType.BOOLEAN and not field.codes:
        return [exp.EQ(this=column, expression=exp.Boolean(this=truth)) for truth in (True, False)]
    return [exp.EQ(this=column, expression=_value(code, field)) for code in field.codes]


def _in_band(
    field: Field, low: int | str | None, high: int | str | None, column: exp.Expression
) -> exp.Expression:
    ends: list[exp.Expression] = []
    if low is not None:
        ends.append(exp.GTE(this=column, expression=_value(low, field)))
    if high is not None:
        ends.append(exp.LTE(this=column, expression=_value(high, field)))
    return nodes.every(ends)


def _value(written: int | str, field: Field) -> exp.Expression:
    meant = values.of(written, kind=field.type)
    if meant is None:
        raise ValueError(f"{field.name} declares a value that is none of its type.")
    return nodes.literal(meant)
