"""How many people match, protected: noise, then threshold, then rounding.

Source of the rules: the privacy document of this project, parts A1 to A3. A refusal depends on
the question and the descriptor, and on the size of the whole edition; never on who matches.
Whoever lets somebody ask pays for it first: `budget` decides, `asked` says what it costs.
"""

import dataclasses
import datetime
import itertools
from typing import TYPE_CHECKING

from muniment.dataplane import noise
from muniment.dataplane.compile import questions
from muniment.dataplane.counts import asked, protection, tables
from muniment.dataplane.engines import duckdb as engine
from muniment.dataplane.spec import check, cohort, countable, faults
from muniment.dataplane.spec.answer import Breakdown, Cell, Count
from muniment.dataplane.spec.exact import Exact
from muniment.dataplane.spec.holding import Holding
from muniment.dataplane.spec.specification import Part

if TYPE_CHECKING:
    import duckdb

# An exact count needs no keyed hashes; the query has a place for their pads all the same.
NO_PADS = {"inner": bytes(noise.BLOCK), "outer": bytes(noise.BLOCK)}

# So many rows of the base table are looked at first for each unit that an edition must have.
ROWS_A_UNIT = 8


def refusals(part: Part, *, holding: Holding, path: str = "") -> list[faults.Fault]:
    """Why no live count is given for this question; empty means that one is."""
    return [
        *check.part_against(part, holding, path=path),
        *countable.faults(part, holding, path=path),
    ]


def protected(
    part: Part,
    *,
    holding: Holding,
    connection: "duckdb.DuckDBPyConnection",
    key: bytes,
    as_of: datetime.datetime | None = None,
) -> Count:
    """The protected number of distinct units in the part's cohort.

    `key` is the noise key (at least 32 bytes); `as_of` is needed where rows are under embargo.
    Raises `faults.Faulty` with the reasons where no count is given.
    """
    keys = _open(part, holding, key)
    return _total(part, part.cohort, holding, connection, keys, as_of)


def breakdown(
    part: Part,
    *,
    holding: Holding,
    connection: "duckdb.DuckDBPyConnection",
    key: bytes,
    as_of: datetime.datetime | None = None,
) -> Breakdown:
    """The protected number for every cell of the part's `group_by`, each by the same road.

    A cell has the same answer as the question "in the cohort and in this cell". Cells come in
    declared order, empty ones too; the cells of missing values come last.
    """
    keys = _open(part, holding, key)
    _refuse_small(part, holding, connection, as_of)
    tree = questions.cells(part, holding=holding, as_of=as_of)
    width = len(part.group_by)
    found = {
        row[:width]: (_whole(row[width]), _whole(row[width + 1]))
        for row in engine.answer(connection, tree, bound=keys.pads)
    }
    labels = [questions.labels(holding.base.get_field(name)) for name in part.group_by]
    rule = protection.rule_of(holding)
    cells = []
    for position in itertools.product(*[range(len(words)) for words in labels]):
        members, members_xor = found.get(position, (0, 0))
        question = asked.form(part, asked.in_cell(part, holding, position), holding=holding)
        said = protection.said(members, members_xor, question=question, rule=rule, keys=keys)
        named = tuple(words[place] for words, place in zip(labels, position, strict=True))
        cells.append(Cell(named, said))
    return Breakdown(part.group_by, tuple(cells))


def attrition(
    part: Part,
    *,
    holding: Holding,
    connection: "duckdb.DuckDBPyConnection",
    key: bytes,
    as_of: datetime.datetime | None = None,
) -> tables.Attrition:
    """How many are left after each criterion of the cohort, in the order written.

    Each step is the question of the criteria so far and has its answer, noise and all: a step may
    show a few more than the one before.
    """
    keys = _open(part, holding, key)
    return tables.Attrition(
        tuple(
            tables.Step(words, _total(part, node, holding, connection, keys, as_of))
            for words, node in zip(tables.words(part), asked.steps(part), strict=True)
        )
    )


def exact(
    part: Part,
    *,
    holding: Holding,
    connection: "duckdb.DuckDBPyConnection",
    as_of: datetime.datetime | None = None,
) -> Exact:
    """The exact number, for staff: shown only by `reveal(purpose=…)`, which the caller records."""
    _refuse(check.part_against(part, holding))
    return Exact(_totals(part, holding, connection, NO_PADS, as_of)[0])


def exact_attrition(
    part: Part,
    *,
    holding: Holding,
    connection: "duckdb.DuckDBPyConnection",
    as_of: datetime.datetime | None = None,
) -> list[tuple[str, Exact]]:
    """The same table as `attrition` for staff: each criterion's words and the exact number left."""
    _refuse(check.part_against(part, holding))
    return [
        (words, Exact(_totals(_with(part, node), holding, connection, NO_PADS, as_of)[0]))
        for words, node in zip(tables.words(part), asked.steps(part), strict=True)
    ]


def _open(part: Part, holding: Holding, key: bytes) -> noise.EditionKeys:
    _refuse(refusals(part, holding=holding))
    try:
        return noise.edition_keys(key, holding=holding.holding, edition=holding.edition)
    except ValueError as error:
        raise faults.Faulty([faults.Fault("", "no-noise-key", str(error))]) from None


def _total(
    part: Part,
    node: cohort.Node | None,
    holding: Holding,
    connection: "duckdb.DuckDBPyConnection",
    keys: noise.EditionKeys,
    as_of: datetime.datetime | None,
) -> Count:
    """The protected count of one condition on the part's holding."""
    _refuse_small(part, holding, connection, as_of)
    members, members_xor = _totals(_with(part, node), holding, connection, keys.pads, as_of)
    return protection.said(
        members,
        members_xor,
        question=asked.form(part, node, holding=holding),
        rule=protection.rule_of(holding),
        keys=keys,
    )


def _with(part: Part, node: cohort.Node | None) -> Part:
    return dataclasses.replace(part, cohort=node)


def _totals(
    part: Part,
    holding: Holding,
    connection: "duckdb.DuckDBPyConnection",
    pads: dict[str, bytes],
    as_of: datetime.datetime | None,
) -> tuple[int, int]:
    tree = questions.totals(part, holding=holding, as_of=as_of)
    [row] = engine.answer(connection, tree, bound=pads)
    members, members_xor = map(_whole, row)
    return members, members_xor


def _refuse_small(
    part: Part,
    holding: Holding,
    connection: "duckdb.DuckDBPyConnection",
    as_of: datetime.datetime | None,
) -> None:
    """A fact about the edition: it is the same for every question, and the catalogue shows it.

    A first look at some of the rows is enough for all but the smallest.
    """
    for most in (ROWS_A_UNIT * holding.minimum_size, None):
        tree = questions.everyone(part, holding=holding, most=most, as_of=as_of)
        [[found]] = engine.answer(connection, tree)
        if _whole(found) >= holding.minimum_size:
            return
    message = f"{holding.title} is too small for live counts: a statistician answers."
    _refuse([faults.Fault("", "no-live-counts", message)])


def _whole(value: object) -> int:
    if not isinstance(value, int):
        raise TypeError("The engine answers counts with whole numbers.")
    return value


def _refuse(found: list[faults.Fault]) -> None:
    if found:
        raise faults.Faulty(found)
