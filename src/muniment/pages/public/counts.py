"""Public counts as pictures: columns, bar lists and tables, with hidden cells drawn.

Every size on the page follows from the printed number alone. A hidden cell is a hatched block of
one fixed size, so that it tells nothing (design, section 5).
"""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext

from muniment.queries.catalogue import cubes

PLOT = 180
"""Height of the plot in pixels; widths are percentages, so that text never shrinks."""
HIDDEN_HEIGHT = 28
HIDDEN_WIDTH = 12
MOST_COLUMNS = 14
LONGEST_LABEL = 7
MOST_TICKS = 4


@dataclass(frozen=True, slots=True)
class Mark:
    """One cell of a chart. `value` None is hidden; the rest are sizes for SVG attributes."""

    label: str
    value: int | None
    left: str
    middle: str
    width: str
    top: int
    height: int


@dataclass(frozen=True, slots=True)
class Tick:
    """A line of the scale."""

    value: int
    top: int


@dataclass(frozen=True, slots=True)
class Chart:
    """A table over one variable. `form` is columns or bars."""

    name: str
    title: str
    form: str
    marks: tuple[Mark, ...]
    ticks: tuple[Tick, ...]
    says: str
    """The one thing to see, for who cannot see the picture."""

    @property
    def many(self) -> bool:
        """Whether a phone has room for every second label only."""
        return len(self.marks) > 7

    @property
    def hides(self) -> bool:
        return any(mark.value is None for mark in self.marks)


@dataclass(frozen=True, slots=True)
class Cross:
    """A table over two or three variables: the last one across, the others down."""

    title: str
    down: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, tuple[int | None, ...]], ...]


@dataclass(frozen=True, slots=True)
class Drawn:
    """Everything a dataset's page shows of its public cube."""

    total: int | None
    unit: str
    threshold: int
    rounding: int
    synthetic: bool
    charts: tuple[Chart, ...]
    crosses: tuple[Cross, ...]


def drawn(cube: cubes.Cube, *, titles: Mapping[str, str]) -> Drawn:
    """The cube for a page; `titles` are the codebook's labels of its variables."""
    total = next((table.cells[()] for table in cube.tables if not table.variables), None)
    single = [table for table in cube.tables if len(table.variables) == 1]
    several = [table for table in cube.tables if len(table.variables) > 1]
    return Drawn(
        total,
        cube.unit,
        cube.threshold,
        cube.rounding,
        cube.synthetic,
        tuple(_chart(table, titles) for table in single),
        tuple(_cross(table, titles) for table in several),
    )


def _chart(table: cubes.Table, titles: Mapping[str, str]) -> Chart:
    name, labels = table.variables[0], table.labels[0]
    values = {label: table.cells[label,] for label in labels}
    return chart(name, titles.get(name, name), values)


def chart(name: str, title: str, numbers: Mapping[str, int | None], *, bars: bool = False) -> Chart:
    """A chart of numbers by label, in their order; None is drawn as hidden."""
    labels, values = tuple(numbers), list(numbers.values())
    columns = not bars and len(labels) <= MOST_COLUMNS and max(map(len, labels)) <= LONGEST_LABEL
    top = max((value for value in values if value), default=1)
    step = _step(top)
    scale = -(-top // step) * step
    draw = _columns if columns else _bars
    marks = [
        draw(label, value, spot, len(labels), scale)
        for spot, (label, value) in enumerate(zip(labels, values, strict=True))
    ]
    ticks = [Tick(at, PLOT - PLOT * at // scale) for at in range(step, scale + 1, step)]
    form = "columns" if columns else "bars"
    return Chart(name, title, form, tuple(marks), tuple(ticks), _says(title, labels, values))


def _columns(label: str, value: int | None, spot: int, number: int, scale: int) -> Mark:
    """A column in its share of the width, with a gap of a quarter of it."""
    share = 100 / number
    height = HIDDEN_HEIGHT if value is None else PLOT * value // scale
    return Mark(
        _label(label),
        value,
        f"{spot * share + share / 8:.2f}%",
        f"{spot * share + share / 2:.2f}%",
        f"{share * 3 / 4:.2f}%",
        PLOT - height,
        height,
    )


def _bars(label: str, value: int | None, spot: int, number: int, scale: int) -> Mark:
    wide = HIDDEN_WIDTH if value is None else 100 * value / scale
    return Mark(_label(label), value, "0", "0", f"{wide:.2f}%", 0, 0)


def _step(top: int) -> int:
    """The smallest of 1, 2, 5, 10, 20 … that needs no more than a few ticks."""
    ten = 1
    while True:
        for size in (ten, 2 * ten, 5 * ten):
            if top <= size * MOST_TICKS:
                return size
        ten *= 10


def _says(title: str, labels: tuple[str, ...], values: list[int | None]) -> str:
    shown = [
        (value, label) for label, value in zip(labels, values, strict=True) if value is not None
    ]
    if not shown:
        return gettext("%(title)s: every number is hidden.") % {"title": title}
    most, label = max(shown, key=lambda each: each[0])
    said = {"title": title, "label": _label(label), "n": f"{most:,}", "k": len(values) - len(shown)}
    return gettext("%(title)s: most, about %(n)s, in %(label)s; %(k)s hidden.") % said


def _cross(table: cubes.Table, titles: Mapping[str, str]) -> Cross:
    *down, across = table.variables
    heads = table.labels[-1]
    rows = [
        (", ".join(map(_label, place)), tuple(table.cells[(*place, head)] for head in heads))
        for place in itertools.product(*table.labels[:-1])
    ]
    names = [titles.get(name, name) for name in down]
    title = gettext("%(down)s by %(across)s") % {
        "down": ", ".join(names),
        "across": titles.get(across, across),
    }
    return Cross(title, ", ".join(names), tuple(map(_label, heads)), tuple(rows))


def _label(label: str) -> str:
    """The data plane's own words for what has no declared value, in the reader's language."""
    return {
        "missing": gettext("Missing"),
        "several values": gettext("Several values"),
    }.get(label, label)
