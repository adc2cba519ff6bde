"""Each method once more, one cell at a time in plain Python, from what its page says it does.

Nothing of how the trees are built is used here; the ZIP tables are read as data. A missing cell
stays missing under every method, so no function is asked about one.
"""

import calendar
import datetime
import math
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from fractions import Fraction

from muniment.dataplane import reference
from muniment.dataplane.spec.fields import Method
from muniment.dataplane.spec.values import FieldType

DATE_TEXT = re.compile(
    r"([1-9]\d{3}-\d\d-\d\d)"
    r"([T ]([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,6})?)?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)?)?",
    re.ASCII,
)
OF_YEAR, OF_MONTH, OF_DAY = r"(?:18|19|20)\d\d", r"(?:0[1-9]|1[012])", r"(?:0[1-9]|[12]\d|3[01])"
EITHER = r"(?:[12]\d|3[01]|0?[1-9])"
MONTHS = "(?:sept|" + "|".join(
    f"{month}|{month[:3]}" for month in map(str.lower, calendar.month_name[1:])
) + ")"  # fmt: skip
LAST_DAY = datetime.date.max.toordinal()
FIRST_DAY = datetime.date(1000, 1, 1).toordinal()
LONGEST_WHOLE = 10**18
MILITARY = {"340", *map(str, range(962, 967)), *(f"{n:03}" for n in range(90, 100))}


@dataclass(frozen=True)
class Told:
    """What a method is told beside the cell.

    `code` makes a code of an identifier, `moved` a mark's offset from a rounded number, `released`
    a text as its reader left it; `listed` are values to keep, or days to withhold.
    """

    kind: FieldType
    params: Mapping[str, object]
    code: Callable[[object], str]
    moved: Callable[[int, int], int]
    released: Callable[[str], str | None]
    shift: int = 0
    anchor: datetime.date | None = None
    listed: Collection[object] = ()


def treated(method: Method, cell: object, told: Told) -> object:
    return None if cell is None else BY_NAME[method](cell, told)


def keep(cell, told):
    return cell


def code(cell, told):
    return told.code(cell)


def days_from(cell, told):
    at = day(cell)
    return None if at is None or told.anchor is None else (at - told.anchor).days


def weekly_shift(cell, told):
    at = day(cell)
    if at is None or at in told.listed:
        return None
    moved = at.toordinal() + told.shift
    fits = FIRST_DAY <= moved <= LAST_DAY
    return datetime.date.fromordinal(moved) if fits else None


def year(cell, told):
    if told.kind is FieldType.YEAR:
        return cell
    at = day(cell)
    return None if at is None else at.year


def bands(cell, told):
    edges = told.params["edges"]
    under = [edge for edge in edges if edge <= cell]
    over = [edge for edge in edges if edge > cell]
    is_whole = told.kind is FieldType.INTEGER
    if not under:
        return f"up to {over[0] - 1}" if is_whole else f"under {over[0]}"
    if not over:
        return f"{under[-1]} and over"
    if not is_whole:
        return f"{under[-1]} to under {over[0]}"
    low, high = under[-1], over[0] - 1
    return str(low) if low == high else f"{low} to {high}"


def round_to(cell, told):
    """Halves go away from zero; what has no written form as a whole number is missing."""
    if abs(cell) >= LONGEST_WHOLE:
        return None
    to = told.params["to"]
    steps = math.floor(abs(Fraction(cell)) / to + Fraction(1, 2))
    return to * steps if cell >= 0 else -to * steps


def mark(cell, told):
    rounded = round_to(cell, told)
    return None if rounded is None else rounded + told.moved(rounded, told.params["to"])


def top_bottom(cell, told):
    least, most = told.params.get("least"), told.params.get("most")
    if least is not None and cell < least:
        return shown(least, told)
    return shown(most, told) if most is not None and cell > most else cell


def top90(cell, told):
    return shown(90, told) if cell >= 90 else cell


def shown(limit, told):
    return float(limit) if told.kind is FieldType.NUMBER else limit


def zip3(cell, told):
    """45 CFR 164.514(b)(2)(i)(B): 20,000 people or fewer in any chosen census become 000."""
    written = cell.strip(" ")
    if not re.fullmatch(r"[0-9]{5}(-?[0-9]{4})?", written):
        return "000"
    first = written[:3]
    tables = [reference.zip3(census) for census in told.params["tables"]]
    is_small = any(first in table.restricted for table in tables)
    is_unlisted = any(table.known is not None and first not in table.known for table in tables)
    return "000" if is_small or is_unlisted or first in MILITARY else first


def roll_up(cell, told):
    for level in told.params["levels"]:
        if cell not in level:
            return told.params["into"]
        cell = level[cell]
    return cell


def rare_merge(cell, told):
    return cell if cell in told.listed else told.params["into"]


def reviewed_text(cell, told):
    return told.released(cell)


def day(cell: object) -> datetime.date | None:
    """The whole calendar day that a cell names, as it is written; nothing of a partial date."""
    if isinstance(cell, datetime.datetime):
        return cell.date()
    if isinstance(cell, datetime.date):
        return cell
    written = DATE_TEXT.fullmatch(str(cell))
    try:
        return datetime.date.fromisoformat(written[1]) if written else None
    except ValueError:
        return None


def common(persons: Mapping[str, int], *, minimum: int, into: str) -> set[str]:
    """The values that stay: those of enough people, unless the others are still too few together.

    Nobody knows whether people have several values, so together they are as many as the largest.
    """
    rarest_last = sorted(persons, key=lambda value: (persons[value], value), reverse=True)
    kept = [value for value in rarest_last if persons[value] >= minimum and value != into]
    merged = [persons[value] for value in rarest_last if value not in kept]
    while kept and merged and max(merged) < minimum:
        merged.append(persons[kept.pop()])
    return set(kept)


BY_NAME = {
    Method.KEEP: keep,
    Method.PSEUDONYM: code,
    Method.RANDOM_CODE: code,
    Method.DAYS_FROM: days_from,
    Method.WEEKLY_SHIFT: weekly_shift,
    Method.YEAR: year,
    Method.BANDS: bands,
    Method.ROUND: round_to,
    Method.MARK: mark,
    Method.TOP_BOTTOM: top_bottom,
    Method.TOP90: top90,
    Method.ZIP3: zip3,
    Method.ROLL_UP: roll_up,
    Method.RARE_MERGE: rare_merge,
    Method.REVIEWED_TEXT: reviewed_text,
}
WITHHELD = {Method.DROP, Method.FREE_TEXT}


def names_date(text: str) -> bool:
    """Whether a date stands in a text, to the month at least; years are 1800 to 2099."""
    alone = (rf"{OF_YEAR}{OF_MONTH}{OF_DAY}(\d{{4}}|\d{{6}})?", rf"{OF_YEAR}-{OF_MONTH}",
             rf"{EITHER}[/-]{OF_YEAR}", rf"{EITHER}/{EITHER}/\d\d")  # fmt: skip
    dash = "[-/.\u2010\u2011\u2012\u2013\u2014\u2015\u2212]"
    within = (rf"{OF_YEAR}{dash}{OF_MONTH}{dash}{OF_DAY}",
              rf"{EITHER}{dash}{EITHER}{dash}{OF_YEAR}",
              rf"{OF_YEAR}[-/](?:1[012]|0?[1-9])[-/]{EITHER}",
              rf"{OF_YEAR}[ -]?[Qq][1-4]", rf"{OF_YEAR}-W[0-5]\d",
              rf"[Qq][1-4][ -]?{OF_YEAR}", rf"[1-4][Qq][ -]?{OF_YEAR}")  # fmt: skip
    words = "".join(each.lower() if each.isascii() else each for each in text)
    after = rf"(?<![a-z]){MONTHS}[ .,/-]*({EITHER}(st|nd|rd|th)?[ ,]+)?{OF_YEAR}(?![a-z\d])"
    before = rf"(?<![a-z]){OF_YEAR}[ .,/-]*{MONTHS}(?![a-z\d])"
    return bool(
        any(re.fullmatch(form, text.strip(" "), re.ASCII) for form in alone)
        or re.fullmatch(rf"{EITHER}[ -]?{MONTHS}[ -]?\d\d", words.strip(" "), re.ASCII)
        or any(re.search(rf"(?<!\d)({form})(?!\d)", text, re.ASCII) for form in within)
        or any(re.search(form, words, re.ASCII) for form in (after, before))
    )
