"""What a release shows of a holding, worked out row by row in plain Python.

Who belongs, under which code, and what is known of a person from all that leaves of them; what each
method makes of a cell is in `naive_methods`. Only the meaning of a written value and the parsed
specification are shared with what this checks, and the list of random codes: those are drawn.
"""

import datetime
import hmac
import json
import math
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cached_property

import pyarrow
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.cmac import CMAC

from muniment.dataplane.spec import derived
from muniment.dataplane.spec.fields import Field, Method, Release
from muniment.dataplane.spec.holding import Table
from tests.dataplane.compile import naive
from tests.dataplane.compile.naive_methods import WITHHELD, Told, common, day, names_date, treated

TELLS_A_DATE = (Method.DAYS_FROM, Method.WEEKLY_SHIFT, Method.YEAR)
OF_DATES = ("date", "datetime", "year")
OLDEST = 90
FAR = 12 * 10_000
"""More months than lie between any two dates that can be written."""


class Released:
    """All tables of one part. `wide` is its holding with the derived variables as columns."""

    def __init__(self, wide, part, rules: Mapping[str, Release], data, *, secret, group, today):
        self.wide, self.part, self.rules, self.data = wide, part, rules, data
        self.secret, self.group, self.today = secret, group, today
        self.key = wide.unit_key
        self.is_random = any(rule.method is Method.RANDOM_CODE for rule in rules.values())
        base = wide.get_table(wide.base_table)
        self.members = [
            row for row in data[base.name]
            if part.cohort is None or naive.fits(part.cohort, base, row, wide, data)
        ]  # fmt: skip
        self.persons = {row[self.key] for row in self.members} - {None}
        self.belonging = {table.name: self.find_belonging(table) for table in wide.tables}

    def rows(self, table: Table) -> list[tuple[object, ...]]:
        """The cells that leave, with those of each row in the order of the columns."""
        columns = list(self.leaving(table))
        whose = self.person_column(table)
        return [
            tuple(self.cell(table, row, field, rule, row.get(whose)) for field, rule in columns)
            for row in self.belonging[table.name]
        ]

    def cells(self, table: Table) -> dict[str, tuple[int, int]]:
        """Of each column that leaves, cells with a value as held, and those that became another."""
        columns, rows = list(self.leaving(table)), self.rows(table)
        held = self.belonging[table.name]
        return {
            field.name: (
                sum(row[field.name] is not None for row in held),
                sum(said(row[field.name]) != said(out[spot])
                    for row, out in zip(held, rows, strict=True)),
            )
            for spot, (field, _) in enumerate(columns)
        }  # fmt: skip

    def leaving(self, table: Table) -> Iterator[tuple[Field, Release]]:
        for field in table.fields:
            rule = self.rules.get(f"{table.name}.{field.name}")
            if rule is not None and rule.method not in WITHHELD:
                yield field, rule

    def find_belonging(self, table: Table) -> list[naive.Row]:
        """Rows of the cohort's persons; of a table about nobody those of the cohort's rows.

        Cohorts compare numbers as they are written; what leaves is a double, as engines hold them.
        """
        if table.name == self.wide.base_table:
            found = self.members
        else:
            pairs = self.wide.find_join(table)
            found = [
                row for row in self.data[table.name]
                if any(all(row[theirs] is not None and row[theirs] == member[ours]
                           for ours, theirs in pairs) for member in self.members)
            ]  # fmt: skip
        whose = self.person_column(table)
        return [
            {name: float(cell) if isinstance(cell, Decimal) else cell for name, cell in row.items()}
            for row in found if whose is None or row[whose] in self.persons
        ]  # fmt: skip

    def person_column(self, table: Table) -> str | None:
        return self.key if table.name == self.wide.base_table else table.person_key

    def cell(self, table: Table, row, field: Field, rule: Release, person: object) -> object:
        name = f"{table.name}.{field.name}"
        told = Told(
            kind=field.type,
            params=rule.params,
            code=lambda cell: self.code(self.namespace(table, field), cell),
            moved=lambda rounded, to: self.mark(name, rounded, to),
            released=lambda text: self.released(rule, text),
            shift=self.shift(person) if rule.method is Method.WEEKLY_SHIFT else 0,
            anchor=self.anchor(rule.params["anchor"], person) if "anchor" in rule.params else None,
            listed=self.listed(table, field, rule),
        )
        out = treated(rule.method, row[field.name], told)
        if out is None or self.shows_ninety(table, row, field, rule, person):
            return None
        # Beside ages nothing leaves as it is that names a date.
        is_held = self.computed(table, field) is None
        hides = is_held and self.person_column(table) and self.tells_ages
        shows = hides and shows_cells(field, rule)
        return None if shows and names_date(written(row[field.name])) else out

    def listed(self, table: Table, field: Field, rule: Release) -> set[object]:
        if rule.method is Method.WEEKLY_SHIFT:
            return self.shared_days
        return self.frequent(table, field, rule) if rule.method is Method.RARE_MERGE else set()

    def frequent(self, table: Table, field: Field, rule: Release) -> set[object]:
        """Persons are counted, and rows of a table about nobody."""
        whose = self.person_column(table)
        having: dict[str, set[object]] = {}
        for spot, row in enumerate(self.belonging[table.name]):
            if row[field.name] is not None:
                having.setdefault(row[field.name], set()).add(row[whose] if whose else spot)
        counts = {value: len(who) for value, who in having.items()}
        return common(counts, minimum=rule.params["minimum"], into=rule.params["into"])

    @cached_property
    def shared_days(self) -> set[datetime.date]:
        """Days that as many persons share as the threshold says, and one in twenty of all."""
        least = max(self.wide.threshold, math.ceil(len(self.persons) / 20))
        having: dict[datetime.date, set[object]] = {}
        for _, row, field, rule, person in self.told():
            if rule.method is Method.WEEKLY_SHIFT and (at := day(row[field.name])):
                having.setdefault(at, set()).add(person)
        return {at for at, persons in having.items() if len(persons) >= least}

    def anchor(self, named: str, person: object) -> datetime.date | None:
        """The earliest such date of a person."""
        table, field = self.spot(named)
        whose = self.person_column(table)
        days = [day(row[field]) for row in self.belonging[table.name]
                if row[whose] == person and row[field] is not None]  # fmt: skip
        return min(days, default=None)

    def spot(self, named: str) -> tuple[Table, str]:
        """The table and the column of `table.field`, or of a field of the base table."""
        table, _, field = named.rpartition(".")
        return self.wide.get_table(table or self.wide.base_table), field

    def told(self) -> Iterator[tuple[Table, naive.Row, Field, Release, object]]:
        """Every cell that leaves of a person, or tells something by its rule."""
        for table in self.wide.tables:
            whose = self.person_column(table)
            for field, rule in self.leaving(table) if whose else ():
                for row in self.belonging[table.name]:
                    yield table, row, field, rule, row[whose]

    def shows_ninety(self, table, row, field, rule, person) -> bool:
        """Whether a cell would show that somebody is over 89 (`over90`)."""
        each = self.computed(table, field)
        is_interval = isinstance(each, derived.DaysBetween)
        whose = self.person_column(table)
        if whose is None or not (is_interval or tells_date(field, rule)):
            return False
        ninety = self.ninetieth(person)
        if ninety is None:
            return False
        if rule.params.get("of") == "birth":
            return ninety <= months_of(self.today)
        names = [each.start, each.end] if is_interval else [field.name]
        held = max(months_of(true_day(row[name])) for name in names)
        is_year = rule.method is Method.YEAR or field.type == "year"
        return held[0] >= ninety[0] if is_year else held >= ninety

    def ninetieth(self, person: object) -> tuple[int, int, int] | None:
        if person not in self._ninetieth:
            self._ninetieth[person] = min(self.days_of_ninety(person), default=None)
        return self._ninetieth[person]

    @cached_property
    def _ninetieth(self) -> dict[object, tuple[int, int, int] | None]:
        return {}

    def days_of_ninety(self, person: object) -> Iterator[tuple[int, int, int]]:
        """90 years after birth and after a person's first date; 90 - A years after an age A.

        An age counts at the date its rule names, else at the dates of its own row, else at the
        first date of all: a row's own dates are those that leave of it, in a table that is not the
        base table.
        """
        mine = [each for each in self.told() if each[4] == person]
        ages, firsts = [], [self.anchor(named, person) for named in self.anchors]
        for table, row, field, rule, _ in mine:
            cell, each = row[field.name], self.computed(table, field)
            is_birth, is_age = rule.params.get("of") == "birth", tells_age(rule)
            if isinstance(each, derived.DaysBetween):
                firsts += [true_day(row[each.start]), true_day(row[each.end])]
            elif tells_date(field, rule) and not is_birth:
                firsts.append(true_day(cell))
            if is_birth and true_day(cell):
                yield later(true_day(cell), 12 * OLDEST)
            elif is_age and cell is not None:
                at = self.counts_at(table, row, field, rule, person)
                if at is None:
                    ages.append(cell)
                for one in filter(None, at or ()):
                    yield later(one, until_ninety(cell))
        if self.tells_ages and (first := min(filter(None, firsts), default=None)):
            yield later(first, 12 * OLDEST)
            if ages:
                yield later(first, until_ninety(max(ages)))

    @cached_property
    def of_persons(self) -> list[Release]:
        tables = [table for table in self.wide.tables if self.person_column(table)]
        return [rule for table in tables for _, rule in self.leaving(table)]

    @property
    def anchors(self) -> set[str]:
        return {str(rule.params["anchor"]) for rule in self.of_persons if "anchor" in rule.params}

    @property
    def tells_ages(self) -> bool:
        """Of anybody: without it nothing is withheld."""
        return any(tells_age(each) or each.params.get("of") == "birth" for each in self.of_persons)

    def counts_at(self, table, row, field, rule, person) -> list[datetime.date | None] | None:
        """The days at which an age counts; None for the person's first."""
        each = self.computed(table, field)
        if isinstance(each, derived.AgeAt):
            return [datetime.date.fromisoformat(each.on) if each.on else true_day(row[each.at])]
        if "at" in rule.params:
            other, name = self.spot(str(rule.params["at"]))
            return [true_day(row[name]) if other is table
                    else self.anchor(str(rule.params["at"]), person)]  # fmt: skip
        if table.name == self.wide.base_table:
            return None
        beside = [
            each.name for each, dated in self.leaving(table)
            if tells_date(each, dated) and dated.params.get("of") != "birth"
        ]  # fmt: skip
        return [true_day(row[name]) for name in beside] if beside else None

    def computed(self, table: Table, field: Field) -> derived.Derived | None:
        mine = self.part.derived if table.name == self.wide.base_table else ()
        return next((each for each in mine if each.name == field.name), None)

    def namespace(self, table: Table, field: Field) -> str:
        """A key shares the codes of what it points at."""
        if field.name == self.person_column(table):
            return "unit"
        for key in table.foreign_keys:
            if key.fields == (field.name,):
                return f"field {key.table}.{key.references[0]}"
        return f"field {table.name}.{field.name}"

    def code(self, namespace: str, cell: object) -> str:
        if self.is_random:
            kind = f"{self.group} {namespace}"
            return self.secret.random.codes(kind, pyarrow.array([said(cell)])).to_pylist()[0]
        return self.tag("pseudonym", namespace, said(cell)).hex()

    def shift(self, person: object) -> int:
        """4 to 52 whole weeks, either way."""
        drawn = int.from_bytes(self.tag("shift", "unit", said(person))) % 98
        weeks = 4 + drawn % 49
        return 7 * weeks if drawn < 49 else -7 * weeks

    def mark(self, name: str, rounded: int, to: int) -> int:
        """Less than half a step, either way."""
        reach = (to - 1) // 2
        made = int.from_bytes(self.tag("mark", f"field {name}", str(rounded)))
        return made % (2 * reach + 1) - reach

    def tag(self, purpose: str, namespace: str, message: str) -> bytes:
        """AES-CMAC (RFC 4493) under a key of its own (RFC 5869) for each use."""
        listed = ["muniment", 1, purpose, self.group, namespace]
        info = json.dumps(listed, separators=(",", ":"), ensure_ascii=False).encode()
        extracted = hmac.digest(bytes(32), self.secret.line_key, "sha256")
        mac = CMAC(AES(hmac.digest(extracted, info + b"\1", "sha256")[:16]))
        mac.update(message.encode())
        return mac.finalize()

    def released(self, rule: Release, text: str) -> str | None:
        """The text without the spans that its reader struck out; nothing that nobody read."""
        from hashlib import sha256

        approved = self.secret.redactions[str(rule.params["approved"])]
        spans = approved.texts.get("sha256:" + sha256(text.encode()).hexdigest())
        if spans is None:
            return None
        for start, end in reversed(spans):
            text = text[:start] + "[...]" + text[end:]
        return text


def shows_cells(field: Field, rule: Release) -> bool:
    """Whether text leaves as it is held, or a number more or less so."""
    if field.type == "string":
        return rule.method in (Method.KEEP, Method.RARE_MERGE)
    less = (Method.ROUND, Method.TOP_BOTTOM, Method.MARK, Method.BANDS)
    is_number = field.type in ("integer", "number") and "of" not in rule.params
    return is_number and rule.method in (Method.KEEP, *less)


def written(cell: object) -> str:
    """A number without its fraction; one that is no date in digits alone is none."""
    if isinstance(cell, str):
        return cell
    return str(math.floor(cell)) if 18_000_101 <= cell <= 20_991_231 else ""


def tells_date(field: Field, rule: Release) -> bool:
    """By its method, or as it is."""
    is_kept = rule.method is Method.KEEP and field.type in OF_DATES
    return is_kept or rule.method in TELLS_A_DATE


def tells_age(rule: Release) -> bool:
    return rule.method is Method.TOP90 or rule.params.get("of") == "age"


def said(cell: object) -> str | None:
    """A cell as text: truths in small letters, of a second no more digits than it has."""
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, datetime.datetime) and cell.microsecond:
        return str(cell).rstrip("0")
    return None if cell is None else str(cell)


def true_day(cell: object) -> datetime.date | None:
    """A year that is held alone begins on its first day."""
    if cell is None:
        return None
    return datetime.date(cell, 1, 1) if isinstance(cell, int) else day(cell)


def until_ninety(age: float) -> int:
    """Whole months, rounded down."""
    return math.floor(max(-FAR, min(FAR, (OLDEST - age) * 12)))


def months_of(at: datetime.date) -> tuple[int, int, int]:
    return at.year, at.month, at.day


def later(at: datetime.date, months: int) -> tuple[int, int, int]:
    """Calendar months on, at the latest the last day of the month; years may be any number."""
    year, month = divmod(12 * at.year + at.month - 1 + months, 12)
    is_leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    last = [31, 29 if is_leap else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month]
    return year, month + 1, min(at.day, last)
