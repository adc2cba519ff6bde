"""Keys across holdings: whether a declared link leads somewhere, and how far."""

from collections.abc import Sequence
from pathlib import Path

from sqlglot import exp

from muniment.dataplane import diff
from muniment.dataplane.compile import nodes
from muniment.dataplane.engines import duckdb as engine
from muniment.dataplane.holding_check.report import Notes
from muniment.dataplane.spec import faults, holding
from muniment.dataplane.spec.holding import Holding, Link, Table


def check(
    folder: Path, found: Holding, readable: Sequence[Table], linked: Sequence[Path], notes: Notes
) -> None:
    """A link to a holding that is not at hand is only told."""
    others = {}
    for place in linked:
        try:
            other = holding.load(place)
            others[other.holding] = place, other
        except faults.Faulty as faulty:
            for fault in faulty.faults:
                notes.fault(fault.code, f"{place}: {fault.message}")
    names = {table.name for table in readable}
    for link in found.links:
        if link.holding not in others:
            message = f"The link to {link.holding} was not checked; name its folder to do so."
            notes.warning("link-unchecked", message, table=link.table, column=link.field)
        elif link.table in names and found.get_table(link.table).find_field(link.field):
            _link(folder, found, others[link.holding], link, notes)


def _link(
    folder: Path, found: Holding, target: tuple[Path, Holding], link: Link, notes: Notes
) -> None:
    place, other = target
    theirs = other.find_table(link.their_table)
    field = theirs.find_field(link.their_field) if theirs is not None else None
    if field is None:
        message = f"{link.holding} has no column {link.their_table}.{link.their_field}."
        notes.fault("link-target", message, table=link.table, column=link.field)
        return
    own = found.get_table(link.table).get_field(link.field)
    if own.type is not field.type:
        message = f"Here it is a {own.type}, in {link.holding} a {field.type}."
        notes.fault("link-type", message, table=link.table, column=link.field)
        return
    try:
        keys, known = _counts(folder, found, place, other, link)
    except faults.Faulty:
        message = f"The files of {link.holding} cannot be read; run a holding check on them."
        notes.fault("link-target", message, table=link.table, column=link.field)
        return
    if known == 0:
        message = f"None of its {keys:,} keys is in {link.holding}."
        notes.fault("link-empty", message, table=link.table, column=link.field)
    elif known < keys:
        message = f"{keys - known:,} of {keys:,} keys are not in {link.holding}."
        notes.warning("link-partial", message, table=link.table, column=link.field)


def _counts(
    folder: Path, found: Holding, place: Path, other: Holding, link: Link
) -> tuple[int, int]:
    """Different keys here, and how many of them are there."""
    here = nodes.column("k", "key")
    own = nodes.select(
        [nodes.named(nodes.column("t", link.field), "key")],
        source=nodes.table(diff.OLD + link.table, "t"),
        where=[exp.Not(this=exp.Is(this=nodes.column("t", link.field), expression=exp.Null()))],
        group_by=[nodes.column("t", link.field)],
    )
    same = exp.EQ(this=nodes.column("o", link.their_field), expression=here.copy())
    there = exp.Exists(
        this=nodes.select(
            [nodes.number(1)], source=nodes.table(diff.NEW + link.their_table, "o"), where=[same]
        )
    )
    hit = exp.Count(this=exp.Case(ifs=[exp.If(this=there, true=nodes.number(1))]))
    query = nodes.select([exp.Count(this=nodes.number(1)), hit], source=nodes.derived(own, "k"))
    with diff.both(found, folder, other, place) as connection:
        [[keys, known]] = engine.answer(connection, query)
    return int(str(keys)), int(str(known))
