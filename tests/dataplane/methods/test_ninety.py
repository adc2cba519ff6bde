"""The rules of the guard over ages, one at a time; `extract/test_over90.py` attacks the whole."""

import datetime
from decimal import Decimal

import duckdb
import pytest
from sqlglot import exp

from muniment.dataplane.compile import nodes
from muniment.dataplane.methods import over90
from muniment.dataplane.spec.fields import Method, Release
from muniment.dataplane.spec.values import FieldType

DAY = datetime.timedelta(days=1)
NINETY = datetime.date(2014, 7, 1)
AGE = Release(Method.KEEP, {"of": "age"})
BIRTH = Release(Method.YEAR, {"of": "birth"})
TOP90, KEEP = Release(Method.TOP90, {}), Release(Method.KEEP, {})
DATED = [Release(method, {}) for method in (Method.DAYS_FROM, Method.WEEKLY_SHIFT, Method.YEAR)]


def answer(tree: exp.Expression) -> object:
    with duckdb.connect() as connection:
        return connection.execute("SELECT " + nodes.sql(tree)).fetchall()[0][0]


def test_the_days_of_ninety_are_calendar_days() -> None:
    born = nodes.literal(datetime.date(1924, 2, 29))
    half = over90.ninetieth(
        nodes.literal(datetime.date(2014, 1, 1)), age=nodes.literal(Decimal("89.5"))
    )
    first = over90.true_day(nodes.number(1931), kind=FieldType.YEAR)
    answers = [answer(tree) for tree in (over90.ninetieth(born), half, first)]
    expected = [datetime.date(2014, 2, 28), datetime.date(2014, 7, 1), datetime.date(1931, 1, 1)]
    assert answers == expected


def test_a_year_that_is_held_alone_begins_on_its_first_day() -> None:
    assert answer(over90.true_day(nodes.number(2014), kind=FieldType.YEAR)) == datetime.date(
        2014, 1, 1
    )
    held = nodes.literal(NINETY)
    assert answer(over90.true_day(held, kind=FieldType.DATE)) == NINETY


@pytest.mark.parametrize("first", [NINETY - DAY, NINETY, NINETY + DAY])
def test_the_later_of_two_days_is_the_later(first: datetime.date) -> None:
    found = over90.later(nodes.literal(first), nodes.literal(NINETY))
    assert answer(found) == max(first, NINETY)


def test_what_a_rule_tells_of_an_age() -> None:
    assert [over90.is_age(each) for each in (AGE, TOP90, BIRTH, KEEP)] == [True, True, False, False]
    assert [over90.is_birth(each) for each in (AGE, TOP90, BIRTH, KEEP)] == [
        False, False, True, False,
    ]  # fmt: skip


@pytest.mark.parametrize("kind", list(FieldType))
def test_a_date_that_leaves_as_it_is_is_one_too(kind: FieldType) -> None:
    assert all(over90.is_dated(each, kind=kind) for each in DATED)
    assert not any(over90.is_dated(each, kind=kind) for each in (BIRTH, TOP90))
    assert over90.is_dated(KEEP, kind=kind) is (kind in ("date", "datetime", "year"))
    assert over90.shows_date(BIRTH, kind=kind)


@pytest.mark.parametrize(
    ("rule", "held", "today", "shown"),
    [
        (KEEP, NINETY - DAY, NINETY, True),
        (KEEP, NINETY, NINETY, False),
        (DATED[0], NINETY - DAY, NINETY, True),
        (DATED[0], NINETY, NINETY, False),
        (DATED[1], NINETY + DAY, NINETY, False),
        # A year is one with all its days, those before the birthday too.
        (DATED[2], datetime.date(2014, 1, 1), NINETY, False),
        (DATED[2], datetime.date(2013, 12, 31), NINETY, True),
        (DATED[2], datetime.date(2015, 1, 1), NINETY, False),
        # A birth date tells the age of today, whatever day it names.
        (BIRTH, datetime.date(1924, 7, 1), NINETY - DAY, True),
        (BIRTH, datetime.date(1924, 7, 1), NINETY, False),
        (BIRTH, datetime.date(1924, 7, 1), NINETY + DAY, False),
    ],
)
def test_a_cell_is_missing_from_the_ninetieth_birthday_on(
    rule: Release, held: datetime.date, today: datetime.date, shown: bool
) -> None:
    found = withheld(rule, held, today=today)
    assert found == ("shown" if shown else None)


@pytest.mark.parametrize(("held", "shown"), [(2013, True), (2014, False), (2015, False)])
def test_a_year_that_is_held_alone_is_one_with_all_its_days(held: int, shown: bool) -> None:
    day = datetime.date(held, 1, 1)
    found = withheld(KEEP, day, today=NINETY, kind=FieldType.YEAR)
    assert found == ("shown" if shown else None)


def withheld(
    rule: Release,
    held: datetime.date,
    *,
    today: datetime.date,
    kind: FieldType = FieldType.DATE,
) -> object:
    tree = over90.withheld(
        nodes.literal("shown"),
        rule=rule,
        kind=kind,
        held=nodes.literal(held),
        ninetieth_day=nodes.literal(NINETY),
        today=nodes.literal(today),
    )
    return answer(tree)
