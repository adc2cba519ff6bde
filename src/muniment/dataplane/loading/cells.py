"""Cells from how a source writes them to how the standard does; what does not fit stays as it is.

A cell that stays is then named by the check, with its row: nothing is guessed here.
"""

import datetime
import re
from collections.abc import Callable

from muniment.dataplane.loading.wanted import Take
from muniment.dataplane.spec.values import FieldType

Cells = list[str | None]
_MIDNIGHT = re.compile(r"(\d{4}-\d{2}-\d{2})[T ]00:00(:00(\.0+)?)?Z?")
_SPACED = re.compile(r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}(\.\d{1,6})?")
_WHOLE = re.compile(r"([+-]?\d{1,18})\.0+")


def converted(source: Cells, take: Take, kind: str) -> Cells:
    """A column's cells, each with its own text converted once."""
    steps = _steps(take, kind)
    if not steps:
        return source
    known: dict[str, str] = {}
    result: Cells = []
    for cell in source:
        if cell is None:
            result.append(None)
            continue
        text = known.get(cell)
        if text is None:
            text = cell
            for step in steps:
                text = step(text)
            if len(known) < 100_000:
                known[cell] = text
        result.append(text)
    return result


def _steps(take: Take, kind: str) -> list[Callable[[str], str]]:
    steps: list[Callable[[str], str]] = []
    if take.trim:
        steps.append(str.strip)
    if take.codes:
        steps.append(lambda cell: take.codes.get(cell, cell))
    if take.date is not None:
        steps.append(_dated(take.date, kind))
    if kind in (FieldType.INTEGER, FieldType.NUMBER) and (take.group or take.decimal != "."):
        steps.append(_numbered(take))
    if kind == FieldType.DATE:
        steps.append(lambda cell: m.group(1) if (m := _MIDNIGHT.fullmatch(cell)) else cell)
    if kind == FieldType.DATETIME:
        steps.append(lambda cell: cell.replace(" ", "T") if _SPACED.fullmatch(cell) else cell)
    if kind in (FieldType.INTEGER, FieldType.YEAR):
        # Spreadsheets and data frames write whole numbers of a column with gaps as 12.0.
        steps.append(lambda cell: m.group(1) if (m := _WHOLE.fullmatch(cell)) else cell)
    return steps


def _dated(pattern: str, kind: str) -> Callable[[str], str]:
    def step(cell: str) -> str:
        try:
            moment = datetime.datetime.strptime(cell, pattern)  # noqa: DTZ007 (a zone is in %z)
        except ValueError:
            return cell
        if moment.tzinfo is not None:
            moment = moment.astimezone(datetime.UTC).replace(tzinfo=None)
        return moment.date().isoformat() if kind == FieldType.DATE else moment.isoformat()

    return step


def _numbered(take: Take) -> Callable[[str], str]:
    """Group signs only where groups are: 1.234,5 is a number, 12.34 is not one of these."""
    group, decimal = re.escape(take.group), re.escape(take.decimal)
    whole = rf"\d{{1,3}}(?:{group}\d{{3}})+|\d+" if take.group else r"\d+"
    form = re.compile(rf"[+-]?(?:{whole})(?:{decimal}\d*)?")

    def step(cell: str) -> str:
        if not form.fullmatch(cell):
            # Without this a point that groups would be read as the decimal sign.
            return cell if "." not in cell else f"{cell} "
        bare = cell.replace(take.group, "") if take.group else cell
        return bare.replace(take.decimal, ".")

    return step
