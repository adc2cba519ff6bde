"""What readers hand over, and what all of them do alike: find the columns, turn values to text."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from muniment.dataplane.holding_check import header as columns
from muniment.dataplane.holding_check.report import Notes
from muniment.dataplane.loading.wanted import Match, Wanted

ROWS = 20_000  # in one chunk
Cells = list[str | None]


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some records: cells by source column (by field, out of JSON), and each record's source row.

    `labels` holds a column's title and the labels of its codes, where the format keeps them.
    """

    rows: Sequence[int]
    cells: Mapping[str, Cells]
    labels: Mapping[str, tuple[str, Mapping[str, str]]] = field(default_factory=dict)


def positions(
    header: Sequence[str], table: Wanted, notes: Notes, *, file: str, row: int | None = None
) -> dict[str, int] | None:
    """Where each wanted column stands, or None after the faults that say why that is unknown."""
    wanted = table.columns()
    fits = columns.fits(
        header, wanted, notes,
        table=table.name, file=file, row=row,
        more=table.match is Match.SUBSET, ordered=table.match is Match.EXACT,
    )  # fmt: skip
    return {name: header.index(name) for name in wanted} if fits else None


def text(value: object) -> str | None:
    """A typed value of a source as the text the data plane reads (Table Schema, default formats).

    Text stays as it is; a whole number that a source keeps as a float loses its `.0`.
    """
    match value:
        case None | str():
            return value
        case bool():
            return "true" if value else "false"
        case float():
            if value != value:  # the only value that is not itself: missing in statistics files
                return None
            return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
        case Decimal():
            return None if value.is_nan() else format(value, "f")
        case datetime.datetime():
            return _moment(value)
        case datetime.date() | datetime.time():
            return value.isoformat()
        case bytes() | memoryview():
            return bytes(value).hex()
    return str(value)


def _moment(value: datetime.datetime) -> str:
    if value.tzinfo is not None:
        value = value.astimezone(datetime.UTC).replace(tzinfo=None)
        return value.isoformat() + "Z"
    return value.isoformat()
