"""The public cube of an edition: its tables counted once, protected once, audited, written down.

Source of the rules: the privacy document of this project, parts A1, A2 and A5.
"""

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from muniment.dataplane.cube import axes as axis_room
from muniment.dataplane.cube import compose, document
from muniment.dataplane.cube.axes import Axis
from muniment.dataplane.engines import duckdb as engine
from muniment.dataplane.spec import faults
from muniment.dataplane.spec.holding import Holding, Kind
from muniment.dataplane.suppression import audit, problem, secondary
from muniment.dataplane.suppression import frame as frames
from muniment.dataplane.suppression.frame import Frame
from muniment.dataplane.suppression.rule import Rule

if TYPE_CHECKING:
    import duckdb

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Counted:
    """Exact numbers of the declared tables: inside the data plane only.

    `places` has each unit's place on every axis, by the unit's key.
    """

    holding: Holding
    axes: tuple[Axis, ...]
    frame: Frame
    places: Mapping[str, tuple[int, ...]]
    values: tuple[int, ...]

    @property
    def rule(self) -> Rule:
        return Rule(self.holding.threshold, self.holding.rounding)


def refusals(holding: Holding) -> list[faults.Fault]:
    """Why this holding has no public cube, whatever is in it; empty means that it has one."""
    if holding.kind is Kind.DESCRIBED:
        message = f"{holding.title} is not loaded here, so it has no public tables."
        return [faults.Fault("", "no-cube", message)]
    if not holding.cube:
        message = (
            f"{holding.title} declares no public tables. Name them in the descriptor, as "
            '"cube": [["SEX", "AGE"]] beside "base_table".'
        )
        return [faults.Fault("/muniment/cube", "no-cube", message)]
    return []


def count(
    holding: Holding,
    connection: "duckdb.DuckDBPyConnection",
    *,
    as_of: datetime.datetime | None = None,
) -> Counted:
    """Count every declared table once. Raises `faults.Faulty` where there can be no cube."""
    _refuse(refusals(holding))
    names = list(dict.fromkeys(name for table in holding.cube for name in table))
    axes = axis_room.of(holding, names)
    tables = [[names.index(name) for name in table] for table in holding.cube]
    try:
        frame = frames.frame([len(axis.labels) for axis in axes], tables)
    except frames.TooLarge as large:
        message = f"The public tables are too large to audit: {large} Declare fewer or smaller."
        fault = faults.Fault("/muniment/cube", "cube-too-large", message)
        raise faults.Faulty([fault]) from None
    rows = engine.answer(connection, axis_room.units(holding, axes, as_of=as_of))
    places = {str(row[0]): axis_room.place(row[1:-1]) for row in rows}
    if len(places) < holding.minimum_size:
        message = f"{holding.title} is too small for public tables: a statistician answers."
        _refuse([faults.Fault("", "no-cube", message)])
    values = axis_room.fill(frame, [(place, 1) for place in places.values()])
    return Counted(holding, axes, frame, places, values)


def make(
    counted: Counted,
    *,
    earlier: Sequence[compose.Edition] = (),
    tell: Tell = lambda _: None,
) -> dict[str, object]:
    """The document of the public cube: protected, audited, and nothing exact in it.

    `earlier` is every edition of the holding whose tables were published, oldest first; a number
    then changes only where enough units came or went since each. Raises `faults.Faulty`.
    """
    if earlier:
        tell("compare with the earlier editions")
    kept = compose.kept(counted, earlier)
    asked = problem.counts(
        counted.frame,
        counted.values,
        rule=counted.rule,
        spans=kept.spans,
        hidden=kept.hidden,
    )
    tell(f"protect {counted.frame.counted_cells:,} cells")
    hidden, known = secondary.proven(asked)
    tell("audit")
    message = "The public tables cannot be protected as declared. Declare fewer of them."
    fault = faults.Fault("/muniment/cube", "not-protected", message)
    _refuse([fault] if audit.exposed(asked, hidden, known) else [])
    editions = [each.counted.holding.edition for each in earlier]
    return document.of(counted, hidden, printed=kept.printed, earlier=editions)


def _refuse(found: Sequence[faults.Fault]) -> None:
    if found:
        raise faults.Faulty(list(found))
