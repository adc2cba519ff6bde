"""Grouped numbers in place of rows: one cell per declared group, protected as a public table is.

Cells come in the declared order and all are listed, so that an absent group and a small one look
alike. No total is written beside them, but they are protected as if all totals were known.
"""

from dataclasses import dataclass

from muniment.dataplane import refusals
from muniment.dataplane.cube import axes, measured, product
from muniment.dataplane.extract import embargoed, session
from muniment.dataplane.extract.lookups import Scope
from muniment.dataplane.spec import fields
from muniment.dataplane.suppression import frame, secondary

NUMBER = "number"
MEASURE = "m"


@dataclass(frozen=True, slots=True)
class Grouped:
    """The table `stored`: a text column per grouping field (`c0`, …), `number`, a whole one, and
    a number per measure (`m0`, …)."""

    scope: Scope
    columns: tuple[fields.Field, ...]
    stored: str
    cells: int
    shown: int
    exact: tuple[tuple[tuple[str, ...], int], ...]


def table(engine: session.Session, scope: Scope) -> Grouped:
    """Count, protect and keep. Raises `Refused` (under-embargo) like a table of rows does."""
    columns = tuple(scope.source.base.get_field(name) for name in scope.part.group_by)
    solved = _solved(engine, scope)
    cells = solved.cells()
    brought: dict[str, list[object]] = {
        f"c{spot}": [cell.labels[spot] for cell in cells] for spot in range(len(columns))
    }
    brought[NUMBER] = [cell.shown for cell in cells]
    for spot, numbers in enumerate(_measured(engine, scope, solved)):
        brought[f"{MEASURE}{spot}"] = list(numbers)
    engine.bring("grouped", _typed(brought))
    return Grouped(
        scope=scope,
        columns=columns,
        stored=engine.temporary("grouped"),
        cells=len(cells),
        shown=sum(cell.shown is not None for cell in cells),
        exact=tuple((cell.labels, cell.exact) for cell in cells),
    )


def _solved(engine: session.Session, scope: Scope) -> product.Solved:
    """Every cell the declared values allow, protected together with the public cube."""
    asked = product.product(scope.source, scope.part)
    tree = axes.tally(scope.source, asked.axes, part=scope.part, as_of=scope.now)
    rows = engine.answer(tree)
    if not any(row[-2] for row in rows):
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


def _refuse_nothing(engine: session.Session, scope: Scope) -> None:
    embargoed.refuse(engine, scope, scope.source.base)
    message = "No one matches, so there is nothing to count. Widen the cohort."
    raise refusals.refused("nothing-matches", message, part=scope.part.id)


def _typed(columns: dict[str, list[object]]):  # type: ignore[no-untyped-def]
    import pyarrow

    kinds = {NUMBER[0]: pyarrow.int64(), MEASURE: pyarrow.float64()}
    return {
        name: pyarrow.array(values, kinds.get(name[0], pyarrow.string()))
        for name, values in columns.items()
    }
