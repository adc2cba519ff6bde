"""Keyed hashes of units for an engine that may not see the key: joined from a table of them.

A question about counts hashes each unit with pads that are bound as parameters. Spark would write
bound values into plans, and those into logs, so there the driver makes the hashes, puts them into
a table that only its owner can read, and the question is rewritten to join it. Spark has no whole
number of 128 bits either: a hash travels as two halves, and their XORs are put together at the end.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlglot import exp

from muniment.dataplane.compile import nodes

if TYPE_CHECKING:
    import pyarrow

HASHED, IDENTIFIER, HIGH, LOW = "hashed", "identifier", "high", "low"
_OTHER_HALF = " low"
_MASK = (1 << 64) - 1
# Given a query of one column, the units' text: the name of a table with their hashes.
Keyed = Callable[[exp.Select], str]


@dataclass(frozen=True, slots=True)
class Split:
    """A question without keys, and which columns of its answer are the high half of the next."""

    tree: exp.Expression
    halves: tuple[int, ...]

    def whole(self, row: tuple[object, ...]) -> tuple[object, ...]:
        """A row of the answer as the question asked for it."""
        joined = list(row)
        for spot in self.halves:
            high, low = joined[spot], joined.pop(spot + 1)
            if isinstance(high, int) and isinstance(low, int):
                joined[spot] = (high & _MASK) << 64 | low & _MASK
        return tuple(joined)


def split(tree: exp.Expression, keyed: Keyed) -> Split:
    """The question with every keyed hash replaced by columns of the table that `keyed` makes."""
    root = exp.Paren(this=tree.copy())
    wide: set[str] = set()
    halves: tuple[int, ...] = ()
    for select in reversed(list(root.find_all(exp.Select))):
        halves = _doubled(select, wide, keyed)
    return Split(root.this, halves)


def schema() -> "pyarrow.Schema":
    """Of the table of hashes."""
    import pyarrow

    kinds = (pyarrow.string(), pyarrow.int64(), pyarrow.int64())
    return pyarrow.schema(list(zip((IDENTIFIER, HIGH, LOW), kinds, strict=True)))


def halved(pads: Mapping[str, object], identifiers: "pyarrow.Array") -> "pyarrow.Table":
    """Identifiers, high and low half of the first 128 bits of their HMAC-SHA-256 (RFC 2104)."""
    import numpy
    import pyarrow

    inner, outer = (hashlib.sha256(_bytes(pads[name])) for name in ("inner", "outer"))
    digests = bytearray()
    for identifier in identifiers.to_pylist():
        inside, outside = inner.copy(), outer.copy()
        inside.update(identifier.encode())
        outside.update(inside.digest())
        digests += outside.digest()[:16]
    halves = numpy.frombuffer(digests, ">i8").astype("i8").reshape(-1, 2)
    columns = [identifiers, pyarrow.array(halves[:, 0]), pyarrow.array(halves[:, 1])]
    return pyarrow.table(columns, schema=schema())


def _doubled(select: exp.Select, wide: set[str], keyed: Keyed) -> tuple[int, ...]:
    """Rewrite the columns of one SELECT; those that hold a hash become two each."""
    columns: list[exp.Expression] = []
    halves: list[int] = []
    names: set[str] = set()
    for column in select.expressions:
        made = next((cast for cast in column.find_all(exp.Cast) if _is_print(cast)), None)
        if made is not None:
            pair = _joined(select, column, made, keyed)
        elif any(each.name in wide for each in column.find_all(exp.Column)):
            pair = [column, _other_half(column, wide)]
        else:
            columns.append(column)
            continue
        halves.append(len(columns) - len(halves))
        names.add(column.alias_or_name)
        columns += pair
    select.set("expressions", columns)
    wide |= names
    return tuple(halves)


def _is_print(cast: exp.Cast) -> bool:
    return bool(cast.to.this == exp.DataType.Type.UINT128)


def _joined(
    select: exp.Select, column: exp.Expression, made: exp.Cast, keyed: Keyed
) -> list[exp.Expression]:
    """The column twice, with a half from the joined table where the hash was made."""
    unit = next(
        call.expressions[0] for call in made.find_all(exp.Anonymous) if call.this == "encode"
    )
    units = select.copy()
    for part in ("group", "order", "limit"):
        units.set(part, None)
    known = exp.Not(this=exp.Is(this=unit.copy(), expression=exp.Null()))
    units = nodes.narrowed(units, known)
    units.set("expressions", [nodes.named(unit.copy(), IDENTIFIER)])
    units.set("distinct", exp.Distinct())
    table = nodes.table(keyed(units), HASHED)
    same = exp.EQ(this=nodes.column(HASHED, IDENTIFIER), expression=unit.copy())
    pair: list[exp.Expression] = []
    for name, suffix in ((HIGH, ""), (LOW, _OTHER_HALF)):
        half: exp.Expression = nodes.column(HASHED, name)
        if select.args.get("group"):
            half = exp.Max(this=half)
        whole = column.copy()
        next(cast for cast in whole.find_all(exp.Cast) if _is_print(cast)).replace(half)
        pair.append(nodes.named(_inside(whole), column.alias_or_name + suffix))
    select.append("joins", exp.Join(this=table, on=same, side="LEFT"))
    return pair


def _other_half(column: exp.Expression, wide: set[str]) -> exp.Expression:
    other = column.copy()
    for each in list(other.find_all(exp.Column)):
        if each.name in wide:
            each.set("this", nodes.name(each.name + _OTHER_HALF))
    return nodes.named(_inside(other), column.alias_or_name + _OTHER_HALF)


def _inside(column: exp.Expression) -> exp.Expression:
    inner: exp.Expression = column.this if isinstance(column, exp.Alias) else column
    return inner


def _bytes(value: object) -> bytes:
    assert isinstance(value, bytes)
    return value
