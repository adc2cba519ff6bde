"""The chart beside a table of numbers: of what is printed in it, and of nothing else."""

from pathlib import Path

from muniment.dataplane.cube import chart
from muniment.dataplane.extract.aggregate import Grouped
from muniment.dataplane.policy.beside import CALENDAR_TYPES
from muniment.dataplane.spec import answer

FOLDER = "charts"


def write(grouped: Grouped, *, name: str, package: Path) -> Path:
    """A bar for each group in declared order, hidden ones hatched; returns the file.

    Bands of one variable that is a date or a year are a series: they stand side by side. Declared
    values may be in any order, and more than there is room for.
    """
    source = grouped.scope.source
    units = answer.plural(source.unit)
    everyone = f"all {units}"
    folder = package / FOLDER
    folder.mkdir(exist_ok=True)
    banded = [field for field in grouped.columns if field.bands and field.type in CALENDAR_TYPES]
    is_series = len(banded) == len(grouped.columns) == 1
    drawn = (chart.columns if is_series else chart.bars)(
        [chart.Bar(", ".join(labels) or everyone, number) for labels, number in grouped.printed],
        title=f"Counts of {units}, {source.title}",
        caption=f"Numbers of {units}, rounded to the nearest {source.rounding}.",
        threshold=source.threshold,
        alone=True,
    )
    file = folder / f"{name}.svg"
    file.write_text(drawn, encoding="utf-8")
    return file
