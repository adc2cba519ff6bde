"""Grouped numbers in place of rows: one cell per declared group, protected as a public table is.

Cells come in the declared order and all are listed, so that an absent group and a small one look
alike. No total is written beside them, but they are protected as if all totals were known.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from muniment.dataplane import refusals
from muniment.dataplane.cube import axes, earlier, measured, product
from muniment.dataplane.extract import embargoed, session
from muniment.dataplane.extract.scope import Scope
from muniment.dataplane.spec import fields
from muniment.dataplane.suppression import frame, secondary

if TYPE_CHECKING:
    import pyarrow

NUMBER = "number"
MEASURE = "m"


@dataclass(frozen=True, slots=True)
class Grouped:
    """The table `stored`: a text column per grouping field (`c0`, …), `number`, a whole one, and
    a number per measure (`m0`, …), which are in `measured` too, None where hidden."""

    scope: Scope
    columns: tuple[fields.Field, ...]
    stored: str
    cells: int
    shown: int
    exact: tuple[tuple[tuple[str, ...], int], ...]
    printed: tuple[tuple[tuple[str, ...], int | None], ...]
    measured: tuple[tuple[float | None, ...], ...] = ()

    @property
    def left(self) -> earlier.Table:
        """What a later table of the same edition has to know of this one."""
        shown = frozenset(labels for labels, number in self.printed if number is not None)
        return earlier.Table(self.scope.part, shown)


def table(engine: session.Session, scope: Scope, *, known: Sequence[earlier.Table] = ()) -> Grouped:
    """Count, protect beside the `known` tables, keep.

    Raises `Refused` (under-embargo) like a table of rows does, and (amount-left-before).
    """
    _refuse_twice(scope, known)
    columns = tuple(scope.source.base.get_field(name) for name in scope.part.group_by)
    solved = _solved(engine, scope, known)
    cells = solved.cells()
    amounts = _measured(engine, scope, solved)
    engine.bring("grouped", _brought(solved, amounts))
    return Grouped(
        scope=scope,
        columns=columns,
        stored=engine.temporary("grouped"),
        cells=len(cells),
        shown=sum(cell.shown is not None for cell in cells),
        exact=tuple((cell.labels, cell.exact) for cell in cells),
        printed=tuple((cell.labels, cell.shown) for cell in cells),
        measured=tuple(map(tuple, amounts)),
    )


def _solved(
    engine: session.Session, scope: Scope, known: Sequence[earlier.Table]
) -> product.Solved:
    """Every cell the declared values allow, protected together with all that is known."""
    asked = product.product(scope.source, scope.part, known=known)
    tree = axes.tally(
        scope.source, asked.axes, part=scope.part, as_of=scope.now, beside=asked.cohorts
    )
    rows = engine.answer(tree)
    if not any(row[len(asked.axes)] for row in rows):
        _refuse_nothing(engine, scope)
    try:
        return product.solved(asked, rows)
    except (frame.TooLarge, secondary.Unprotectable) as reason:
        message = f"These numbers cannot be protected. {reason} Ask for fewer groups."
        raise refusals.refused("not-protected", message, part=scope.part.id) from None


def _measured(
    engine: session.Session, scope: Scope, solved: product.Solved
) -> list[list[float | None]]:
    """One list per measure of the part, a number per cell or None where it is hidden."""
    part, known = scope.part, solved.asked.axes
    if not part.measures:
        return []
    names = [measure.variable for measure in part.measures]
    tree = axes.units(scope.source, known, part=part, as_of=scope.now, amounts=names)
    rows = engine.answer(tree)
    return [
        measured.shown(solved, measured.read(rows, axes=len(known), spot=spot), measure.kind)
        for spot, measure in enumerate(part.measures)
    ]


def _refuse_twice(scope: Scope, known: Sequence[earlier.Table]) -> None:
    mine = earlier.of_edition(known, scope.part)
    names = earlier.twice(mine, scope.part, scope.source)
    if names:
        again = "" if scope.source.embargo else ", or for that table again"
        message = (
            f"Another sum or mean of {', '.join(names)} left this edition, and the two together "
            f"would tell more than either. Ask for numbers only{again}."
        )
        raise refusals.refused("amount-left-before", message, part=scope.part.id)


def _refuse_nothing(engine: session.Session, scope: Scope) -> None:
    embargoed.refuse(engine, scope, scope.source.base)
    message = "No one matches, so there is nothing to count. Widen the cohort."
    raise refusals.refused("nothing-matches", message, part=scope.part.id)


def _brought(
    solved: product.Solved, measures: Sequence[Sequence[float | None]]
) -> "dict[str, pyarrow.Array]":
    """The columns of the kept table, each of one type also where every cell is hidden."""
    import pyarrow

    cells = solved.cells()
    labels = zip(*(cell.labels for cell in cells), strict=True)
    columns = {
        f"c{spot}": pyarrow.array(each, pyarrow.string()) for spot, each in enumerate(labels)
    }
    columns[NUMBER] = pyarrow.array([cell.shown for cell in cells], pyarrow.int64())
    for spot, numbers in enumerate(measures):
        columns[f"{MEASURE}{spot}"] = pyarrow.array(numbers, pyarrow.float64())
    return columns
