"""Each method on an engine, beside a plain Python account of what it should do."""

import datetime
from collections.abc import Sequence

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlglot import exp

from muniment.dataplane import methods
from muniment.dataplane.compile import nodes
from muniment.dataplane.methods import Place, bands, roll_up
from muniment.dataplane.methods.place import Need
from muniment.dataplane.spec.fields import Method
from muniment.dataplane.spec.values import FieldType

ODD_NAME = 'A"; DROP TABLE t; --'
TYPES = {
    FieldType.STRING: "VARCHAR",
    FieldType.INTEGER: "BIGINT",
    FieldType.NUMBER: "DOUBLE",
    FieldType.DATE: "DATE",
    FieldType.DATETIME: "TIMESTAMP",
    FieldType.YEAR: "BIGINT",
}


def applied(
    method: Method,
    values: Sequence[object],
    *,
    kind: FieldType,
    params: dict[str, object] | None = None,
    anchor: datetime.date | None = None,
    shift: int = 0,
    listed: Sequence[object] = (),
) -> list[object]:
    """The treated values, in order; the column has a name that would like to be code."""
    column = nodes.column("t", ODD_NAME)
    query = nodes.select([nodes.column("l", "value")], source=nodes.table("l", "l"))
    place = Place(
        kind=kind,
        anchor=nodes.column("t", "anchor"),
        shift=nodes.column("t", "shift"),
        pseudonym=nodes.column("t", "code"),
        beside=nodes.column("t", "code"),
        listed=query,
    )
    tree = methods.BY_NAME[method].apply(column, place=place, params=params or {})
    named = ODD_NAME.replace('"', '""')
    with duckdb.connect() as connection:
        listed_type = "DATE" if method is Method.WEEKLY_SHIFT else TYPES[kind]
        connection.execute(f"CREATE TABLE l(value {listed_type})")
        connection.execute(
            f'CREATE TABLE t(n INT, "{named}" {TYPES[kind]}, anchor DATE, shift INT, code TEXT)'
        )
        for value in listed:
            connection.execute("INSERT INTO l VALUES (?)", [value])
        for number, value in enumerate(values):
            row = [number, value, anchor, shift, f"code-{value}"]
            connection.execute("INSERT INTO t VALUES (?, ?, ?, ?, ?)", row)
        select = nodes.select([nodes.named(tree, "out")], source=nodes.table("t", "t"))
        select.set("order", exp.Order(expressions=[exp.Ordered(this=nodes.column("t", "n"))]))
        return [value for (value,) in connection.execute(nodes.sql(select)).fetchall()]


def test_every_method_of_the_descriptor_is_here() -> None:
    assert set(methods.BY_NAME) == set(Method)


def test_only_drop_and_free_text_keep_a_column_in() -> None:
    inside = {name for name, method in methods.BY_NAME.items() if not method.LEAVES}
    assert inside == {Method.DROP, Method.FREE_TEXT}


@pytest.mark.parametrize("method", [Method.DROP, Method.FREE_TEXT])
def test_a_withheld_column_is_empty_even_if_someone_wrote_it(method: Method) -> None:
    assert applied(method, ["Ann Smith"], kind=FieldType.STRING) == [None]
    assert "Not released" in methods.BY_NAME[method].words({})
    assert methods.BY_NAME[method].result(FieldType.STRING) is FieldType.STRING


def test_every_method_says_what_it_does_and_what_comes_out() -> None:
    params: dict[str, object] = {
        "anchor": "START",
        "edges": [10],
        "tables": ["2020"],
        "minimum": 3,
        "into": "Other",
        "to": 5,
        "least": 2,
        "most": 9,
    }
    for name, method in methods.BY_NAME.items():
        assert method.words(params).endswith("."), name
        assert method.result(FieldType.DATE) in FieldType, name
        assert all(need in Need for need in method.NEEDS), name


def test_keep_keeps() -> None:
    assert applied(Method.KEEP, ["a", None, ""], kind=FieldType.STRING) == ["a", None, ""]


@pytest.mark.parametrize(
    "method", [Method.PSEUDONYM, Method.RANDOM_CODE, Method.MARK, Method.REVIEWED_TEXT]
)
def test_what_was_made_outside_the_engine_is_what_was_joined_beside(method: Method) -> None:
    assert applied(method, ["S-1"], kind=FieldType.STRING) == ["code-S-1"]


DATES = st.dates(min_value=datetime.date(1900, 1, 1), max_value=datetime.date(2100, 12, 31))


@settings(max_examples=12)
@given(st.lists(DATES | st.none(), min_size=1, max_size=8), DATES)
def test_days_from_counts_calendar_days(
    dates: list[datetime.date | None], anchor: datetime.date
) -> None:
    expected = [None if date is None else (date - anchor).days for date in dates]
    assert applied(Method.DAYS_FROM, dates, kind=FieldType.DATE, anchor=anchor) == expected


def test_days_from_does_not_guess_partial_dates_or_missing_anchors() -> None:
    anchor = datetime.date(2013, 7, 1)
    written = ["2013-07-04", "2013-07", "unknown", None]
    out = applied(Method.DAYS_FROM, written, kind=FieldType.STRING, anchor=anchor)
    assert out == [3, None, None, None]
    assert applied(Method.DAYS_FROM, ["2013-07-04"], kind=FieldType.STRING) == [None]


def test_days_from_counts_days_not_hours() -> None:
    late = datetime.datetime(2013, 7, 1, 23, 59)  # noqa: DTZ001 - the engine holds naive UTC
    early = datetime.datetime(2013, 7, 2, 0, 1)  # noqa: DTZ001
    anchor = datetime.date(2013, 7, 1)
    assert applied(Method.DAYS_FROM, [late, early], kind=FieldType.DATETIME, anchor=anchor) == [
        0,
        1,
    ]


@settings(max_examples=12)
@given(st.lists(DATES, min_size=2, max_size=6), st.sampled_from([-364, -28, 28, 49, 364]))
def test_a_weekly_shift_keeps_intervals_and_weekdays(
    dates: list[datetime.date], shift: int
) -> None:
    moved = applied(Method.WEEKLY_SHIFT, dates, kind=FieldType.DATE, shift=shift)
    assert moved == [date + datetime.timedelta(days=shift) for date in dates]


def test_a_weekly_shift_withholds_shared_dates_and_missing_ones() -> None:
    shared, own = datetime.date(2014, 7, 2), datetime.date(2014, 7, 3)
    out = applied(
        Method.WEEKLY_SHIFT, [shared, own, None], kind=FieldType.DATE, shift=28, listed=[shared]
    )
    assert out == [None, own + datetime.timedelta(days=28), None]


def test_year_is_the_year() -> None:
    dates = [datetime.date(2012, 12, 31), None]
    assert applied(Method.YEAR, dates, kind=FieldType.DATE) == [2012, None]
    assert applied(Method.YEAR, ["2013-02-03", "2013"], kind=FieldType.STRING) == [2013, None]
    assert applied(Method.YEAR, [1999], kind=FieldType.YEAR) == [1999]


@settings(max_examples=12)
@given(
    st.lists(st.integers(-5, 120) | st.none(), min_size=1, max_size=12),
    st.lists(st.integers(0, 110), min_size=1, max_size=5, unique=True),
)
def test_bands_hold_what_their_label_says(ages: list[int | None], edges: list[int]) -> None:
    params: dict[str, object] = {"edges": sorted(edges)}
    out = applied(Method.BANDS, ages, kind=FieldType.INTEGER, params=params)
    assert out == [None if age is None else _label(age, sorted(edges)) for age in ages]
    known = bands.labels(params, kind=FieldType.INTEGER)
    assert set(out) - {None} <= set(known)


def _label(age: int, edges: list[int]) -> str:
    if age < edges[0]:
        return f"up to {edges[0] - 1}"
    if age >= edges[-1]:
        return f"{edges[-1]} and over"
    low = max(edge for edge in edges if edge <= age)
    high = min(edge for edge in edges if edge > age) - 1
    return str(low) if low == high else f"{low} to {high}"


def test_a_band_of_one_number_is_called_by_it_and_a_wider_one_by_its_ends() -> None:
    params: dict[str, object] = {"edges": [5, 6, 8]}
    out = applied(Method.BANDS, [4, 5, 6, 7, 8], kind=FieldType.INTEGER, params=params)
    assert out == ["up to 4", "5", "6 to 7", "6 to 7", "8 and over"]


def test_bands_of_fractions_do_not_pretend_to_be_whole() -> None:
    params: dict[str, object] = {"edges": [18, 25, 30]}
    out = applied(Method.BANDS, [17.9, 24.99, 25.0, 30.0], kind=FieldType.NUMBER, params=params)
    assert out == ["under 18", "18 to under 25", "25 to under 30", "30 and over"]


def test_ages_from_90_are_90_and_nobody_gets_an_age_from_nothing() -> None:
    ages = [None, 0, 89, 90, 91, 120]
    assert applied(Method.TOP90, ages, kind=FieldType.INTEGER) == [None, 0, 89, 90, 90, 90]
    assert applied(Method.TOP90, [89.9, 90.5], kind=FieldType.NUMBER) == [89.9, 90.0]


@settings(max_examples=12)
@given(st.lists(st.integers(-999, 999) | st.none(), min_size=1, max_size=9), st.integers(2, 30))
def test_round_gives_the_nearest_step(values: list[int | None], to: int) -> None:
    out = applied(Method.ROUND, values, kind=FieldType.INTEGER, params={"to": to})
    for value, rounded in zip(values, out, strict=True):
        if value is None:
            assert rounded is None
        else:
            assert rounded % to == 0
            assert 2 * abs(rounded - value) <= to


def test_round_sends_halves_away_from_zero() -> None:
    out = applied(Method.ROUND, [5.0, -5.0, 4.99], kind=FieldType.NUMBER, params={"to": 10})
    assert out == [10, -10, 0]


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({"least": 2, "most": 4}, [None, 2, 2, 3, 4, 4]),
        ({"least": 2}, [None, 2, 2, 3, 4, 5]),
        ({"most": 4}, [None, 1, 2, 3, 4, 4]),
    ],
)
def test_values_beyond_a_limit_are_the_limit(
    params: dict[str, object], expected: list[int | None]
) -> None:
    values = [None, 1, 2, 3, 4, 5]
    assert applied(Method.TOP_BOTTOM, values, kind=FieldType.INTEGER, params=params) == expected


def test_top_and_bottom_coding_says_both_ends() -> None:
    said = methods.BY_NAME[Method.TOP_BOTTOM].words({"least": 2, "most": 40})
    assert said == "2 stands for 2 or less; 40 stands for 40 or more."


LEVELS: dict[str, object] = {
    "levels": [{"Kings": "NY", "Marin": "CA", "Nowhere": "XX"}, {"NY": "Northeast", "CA": "West"}],
    "into": "Elsewhere",
}


def test_a_place_becomes_the_area_it_lies_in_over_all_levels() -> None:
    held = ["Kings", "Marin", "Nowhere", "Atlantis", None, "O'Brien"]
    out = applied(Method.ROLL_UP, held, kind=FieldType.STRING, params=LEVELS)
    assert out == ["Northeast", "West", "Elsewhere", "Elsewhere", None, "Elsewhere"]
    assert roll_up.labels(LEVELS) == ["Northeast", "West", "Elsewhere"]
