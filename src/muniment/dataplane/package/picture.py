"""The charts beside a table of numbers: of what is printed in it, and of nothing else."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from muniment.dataplane.cube import chart, measured
from muniment.dataplane.extract.aggregate import Grouped
from muniment.dataplane.spec import answer
from muniment.dataplane.spec.values import CALENDAR

FOLDER = "charts"
TELLING = "hidden: it would tell too much of a few, or give another away"


def write(grouped: Grouped, *, name: str, package: Path) -> None:
    """A bar for each group in declared order, hidden ones hatched.

    The first is of the counts, each other one of a measure: `counts.svg`, `counts-sum-1.svg`. Bands
    of one variable that is a date or a year are a series: they stand side by side. Declared values
    may be in any order, and more than there is room for.
    """
    folder = package / FOLDER
    folder.mkdir(exist_ok=True)
    drawn = {name: _counts(grouped), **dict(_measures(grouped, name))}
    for stem, text in drawn.items():
        (folder / f"{stem}.svg").write_text(text, encoding="utf-8")


def _counts(grouped: Grouped) -> str:
    source = grouped.scope.source
    units = answer.plural(source.unit)
    return _drawn(
        grouped,
        [number for _, number in grouped.printed],
        title=f"Counts of {units}, {source.title}",
        caption=f"Numbers of {units}, rounded to the nearest {source.rounding}.",
        hidden=chart.few(source.threshold),
    )


def _measures(grouped: Grouped, name: str) -> Iterator[tuple[str, str]]:
    """Bars stand on zero, so that amounts below it have a table and no chart."""
    source = grouped.scope.source
    each = zip(grouped.scope.part.measures, grouped.measured, strict=True)
    for number, (measure, amounts) in enumerate(each, start=1):
        if any(amount is not None and amount < 0 for amount in amounts):
            continue
        words = f"{measure.kind.capitalize()} of {measure.variable}"
        yield (
            f"{name}-{measure.kind}-{number}",
            _drawn(
                grouped,
                amounts,
                title=f"{words}, {source.title}",
                caption=f"{words}, rounded to {measured.DIGITS} digits.",
                hidden=TELLING,
            ),
        )


def _drawn(
    grouped: Grouped, numbers: Sequence[float | None], *, title: str, caption: str, hidden: str
) -> str:
    everyone = f"all {answer.plural(grouped.scope.source.unit)}"
    banded = [field for field in grouped.columns if field.bands and field.type in CALENDAR]
    is_series = len(banded) == len(grouped.columns) == 1
    return (chart.columns if is_series else chart.bars)(
        [
            chart.Bar(", ".join(labels) or everyone, number)
            for (labels, _), number in zip(grouped.printed, numbers, strict=True)
        ],
        title=title,
        caption=caption,
        hidden=hidden,
        alone=True,
    )
