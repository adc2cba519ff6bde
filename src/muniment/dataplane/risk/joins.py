"""Would two releases join, person by person, without a common pseudonym? (`privacy.md` A10)

The days between a person's dates survive any shift, and the order of their codes survives any
pseudonym. Of each release we keep prints of both, made with a key of the programme: equal courses
have equal prints, and without the key a print says nothing. The courses themselves are not kept.
"""

import datetime
import hashlib
import hmac
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Any

from sqlglot import exp

from muniment.dataplane.compile import nodes
from muniment.dataplane.extract import session
from muniment.dataplane.extract.treat import CODE, Column, Treated
from muniment.dataplane.risk import course

# Courses are put together here, not in the engine, since the key must not go there.
MOST_ROWS = 2_000_000
FEWEST_DATES = 2
PRINT_BYTES = 10
INTERVALS, TRAJECTORY = "intervals", "trajectory"


@dataclass(frozen=True, slots=True)
class Sketch:
    """Of one table: `kind` of course, `on` which column, and a print per person, sorted."""

    kind: str
    on: str
    prints: tuple[str, ...]

    def document(self) -> dict[str, object]:
        return {"kind": self.kind, "on": self.on, "prints": list(self.prints)}

    @property
    def alone(self) -> int:
        """Persons whose course nobody else in the release has."""
        return len(_singles(self.prints))

    def measured(self) -> dict[str, object]:
        """Without the prints, for the receipt."""
        told = {"kind": self.kind, "on": self.on}
        return {**told, "units": len(self.prints), "alone": self.alone}


@dataclass(frozen=True, slots=True, repr=False)
class Prints:
    """The key that courses are printed with (None: none are), and those of earlier releases."""

    key: bytes | None = None
    earlier: tuple[Sketch, ...] = ()


NO_PRINTS = Prints()


def sketches(
    engine: session.Session, tables: Iterable[Treated], *, key: bytes | None
) -> list[Sketch]:
    """A sketch for each related table and kind that it has the columns for; none without a key.

    Tables of more than two million rows are left out; they are in no sketch and in no report.
    """
    made: list[Sketch] = []
    if key is None:
        return made
    for table in tables:
        if not table.about_units or table.rows > MOST_ROWS:
            continue
        moment = next((column for column in table.columns if course.is_moment(column)), None)
        code = next((column for column in table.columns if course.is_code(column)), None)
        if moment is not None:
            made.append(_sketch(engine, table, INTERVALS, moment, moment, key))
        if moment is not None and code is not None:
            made.append(_sketch(engine, table, TRAJECTORY, code, moment, key))
    return [each for each in made if each.prints]


def of_documents(documents: Iterable[Mapping[str, Any]]) -> list[Sketch]:
    """The sketches of an earlier release, as its trace file holds them."""
    return [Sketch(each["kind"], each["on"], tuple(each["prints"])) for each in documents]


def joined(mine: Sequence[Sketch], theirs: Sequence[Sketch]) -> list[dict[str, object]]:
    """For each kind in both: persons who are alone here and alone there with one course.

    Both sketches must be made with one key. Exact, for the receipt and for staff.
    """
    told = []
    for here in mine:
        for there in theirs:
            if here.kind == there.kind:
                both = _singles(here.prints) & _singles(there.prints)
                told.append(
                    {"kind": here.kind, "on": here.on, "with": there.on,
                     "units": len(here.prints), "joined": len(both)}
                )  # fmt: skip
    return told


def course_of(kind: str, rows: Sequence[tuple[object, object]]) -> str | None:
    """One person's course from (value, day) in order of days; None where there is too little."""
    if kind == TRAJECTORY:
        known = sorted((_day(day), str(value)) for value, day in rows if value is not None)
        return "\x1f".join(value for _, value in known) if len(known) >= FEWEST_DATES else None
    days = sorted(_day(day) for _, day in rows)
    if len(days) < FEWEST_DATES:
        return None
    return ",".join(str(later - earlier) for earlier, later in pairwise(days))


def printed(kind: str, text: str, *, key: bytes) -> str:
    """The print of a course: HMAC-SHA-256, cut to 80 bits, in hex."""
    message = f"muniment course 1\x00{kind}\x00{text}".encode()
    return hmac.new(key, message, hashlib.sha256).digest()[:PRINT_BYTES].hex()


def _sketch(
    engine: session.Session, table: Treated, kind: str, value: Column, moment: Column, key: bytes
) -> Sketch:
    day = nodes.column("t", moment.stored)
    query = nodes.select(
        [nodes.column("t", CODE), nodes.named(nodes.column("t", value.stored), "value"),
         nodes.named(day, "day")],
        source=nodes.table(table.stored, "t"), where=[session.present(day.copy())],
    )  # fmt: skip
    query.set("order", exp.Order(expressions=[exp.Ordered(this=nodes.column("t", CODE))]))
    prints = []
    for _, rows in groupby(engine.answer(query), key=lambda row: row[0]):
        text = course_of(kind, [(row[1], row[2]) for row in rows])
        if text is not None:
            prints.append(printed(kind, text, key=key))
    return Sketch(kind, f"{table.table.name}.{value.field.name}", tuple(sorted(prints)))


def _day(moment: object) -> int:
    """A day as a number: of a date, or already one that counts from an anchor."""
    if isinstance(moment, datetime.date):
        return moment.toordinal()
    return int(str(moment))


def _singles(prints: Iterable[str]) -> set[str]:
    counted: Mapping[str, int] = Counter(prints)
    return {each for each, many in counted.items() if many == 1}
