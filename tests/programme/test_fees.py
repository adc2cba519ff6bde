"""Fees: lines that add up, rounded once, never negative; zero is legal and said."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment.programme import Bundle, fees
from tests.programme import shipped

TODAY = date(2026, 11, 2)
SCHEDULE = shipped.bundle()["fees"]
DATASETS = ("sdtm-pilot", "qopi-rounds", "covid-19-registry", "practice-census", "qopi-measures")


def order(**changes: Any) -> fees.Order:
    return fees.Order(
        **{"applicant_class": "academic", "items": (fees.Item("sdtm-pilot"),)} | changes
    )


def estimated(edition: Bundle | None = None, **changes: Any) -> fees.Estimate:
    return fees.estimate(edition or shipped.bundle(), order(**changes), today=TODAY)


def lines(found: fees.Estimate) -> list[tuple[str, str, int]]:
    return [(line.kind, line.formula, line.amount_minor) for line in found.lines]


def taxed(percent: str) -> Bundle:
    return shipped.altered(lambda data: data["fees"]["tax"].update(percent=percent))


def test_base_and_data_make_the_smallest_estimate() -> None:
    found = estimated()
    assert lines(found) == [
        ("base", "1 request × USD 300.00", 30_000),
        ("data", "1 edition × USD 750.00", 75_000),
    ]
    assert (found.total_minor, found.currency) == (105_000, "USD")
    assert found.valid_until_on == date(2027, 1, 1)


def test_every_part_of_a_large_order_has_its_line() -> None:
    found = estimated(
        applicant_class="industry",
        items=(
            fees.Item("qopi-rounds", units=4),
            fees.Item("in-training-exam", 3, (2015, 2018, 2019)),
            fees.Item("covid-19-registry"),
        ),
        hours=Decimal("10.5"),
        deliveries=3,
        months=25,
        surcharges=("linkage",),
    )
    assert lines(found) == [
        ("base", "1 request × USD 300.00 × 2", 60_000),
        ("data", "4 round years × USD 250.00 × 2", 200_000),
        ("data", "3 years (2015, 2018 to 2019) × USD 200.00 × 2", 120_000),
        ("data", "1 request × USD 1,000.00 × 2", 200_000),
        ("hours", "10.5 hours at the rate for the class industry × USD 250.00", 262_500),
        ("delivery", "2 further deliveries × USD 150.00", 30_000),
        ("surcharge", "1 request × USD 600.00 × 2", 120_000),
        ("annual", "2 years after the first × USD 250.00 × 2", 100_000),
    ]


def test_years_are_named_only_while_they_are_as_many_as_is_charged() -> None:
    """The office may charge for fewer; a line never names years that it does not charge for."""
    charged = estimated(items=(fees.Item("in-training-exam", 1, (2015, 2018)),)).lines[1]
    assert charged.formula == "1 year × USD 200.00"


def test_a_class_with_a_rate_of_its_own_pays_that_and_no_factor() -> None:
    def rated(data: dict[str, Any]) -> None:
        data["fees"]["hours"]["by_class"] = {"industry": {"amount_minor": 34_000, "free": "1"}}

    def hours(applicant_class: str, edition: Bundle | None = None) -> tuple[str, str, int]:
        found = estimated(edition, applicant_class=applicant_class, hours=Decimal(4))
        return next(line for line in lines(found) if line[0] == "hours")

    edition = shipped.altered(rated)
    said = "3 hours after the free ones at the rate for the class industry × USD 340.00"
    assert hours("industry", edition) == ("hours", said, 102_000)
    assert hours("academic", edition)[2] == 25_000  # 2 free, at the rate for everybody
    older = shipped.altered(lambda data: data["fees"]["hours"].pop("by_class"))
    said = "2 hours after the free ones × USD 125.00 × 2"
    assert hours("industry", older) == ("hours", said, 50_000)


def test_an_order_comes_back_from_its_document_as_it_was() -> None:
    asked = order(items=(fees.Item("in-training-exam", 2, (2015, 2016)), fees.Item("sdtm-pilot")))
    assert fees.order_of(fees.document(asked)) == asked


@pytest.mark.parametrize(("months", "years"), [(1, 0), (12, 0), (13, 1), (24, 1), (25, 2)])
def test_a_begun_year_after_the_first_counts(months: int, years: int) -> None:
    annual = [line for line in estimated(months=months).lines if line.kind == "annual"]
    assert sum(line.amount_minor for line in annual) == years * 25_000


def test_one_year_and_one_delivery_are_written_as_one() -> None:
    said = [line.formula for line in estimated(months=24, deliveries=2).lines]
    assert "1 year after the first × USD 250.00" in said
    assert "1 further delivery × USD 150.00" in said


def test_the_first_hours_are_free_and_shown() -> None:
    hours = [line for line in estimated(hours=Decimal(2)).lines if line.kind == "hours"]
    assert [(line.amount_minor, line.formula) for line in hours] == [
        (0, "0 hours after the free ones × USD 125.00")
    ]


def test_a_waiver_takes_its_share_of_what_it_covers() -> None:
    found = estimated(applicant_class="trainee", waivers=("trainee",), hours=Decimal(4))
    assert lines(found)[-1] == ("waiver", "100 % of base, data, annual", -105_000)
    assert found.total_minor == 25_000  # the hours are not covered


def test_waivers_together_never_go_below_zero() -> None:
    found = estimated(waivers=("low-income", "trainee", "hardship"))
    assert found.total_minor == 0
    assert [line.amount_minor for line in found.lines if line.kind == "waiver"] == [-105_000, 0, 0]


def test_zero_is_legal_and_has_its_lines() -> None:
    found = estimated(applicant_class="staff")
    assert found.total_minor == 0
    assert [line.kind for line in found.lines] == ["base", "data"]


def test_a_track_without_fees_says_so_in_one_line() -> None:
    found = fees.estimate(shipped.bundle(), order(), today=TODAY, charged=False)
    assert [(line.what, line.amount_minor) for line in found.lines] == [
        ("No fee is charged on this track", 0)
    ]
    assert found.total_minor == 0


def test_tax_is_a_line_of_its_own_rounded_half_up() -> None:
    edition = taxed("7.25")
    found = estimated(edition, hours=Decimal("2.01"))
    assert lines(found)[-1] == ("tax", "7.25 % of the net sum", 7_622)  # 106,250 less rounding
    net = found.total_minor - 7_622
    assert net == 105_000 + 125


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"applicant_class": "robot"},
         "The fee schedule has no factor for applicants of class robot."),
        ({"items": (fees.Item("atlantis"),)}, "The information list has no dataset atlantis."),
        ({"items": (fees.Item("books"),)},
         "Books has no fee class, because it cannot be requested."),
        ({"items": (fees.Item("sdtm-pilot", units=-1),)}, "A quantity cannot be negative."),
        ({"months": -3}, "A quantity cannot be negative."),
        ({"hours": Decimal("-1")}, "The hours must be a number that is not negative."),
        ({"hours": Decimal("NaN")}, "The hours must be a number that is not negative."),
        ({"waivers": ("charm",)}, "The fee schedule has no waiver charm."),
        ({"surcharges": ("charm",)}, "The fee schedule has no surcharge charm."),
    ],
)  # fmt: skip
def test_what_the_schedule_does_not_know_is_one_sentence(
    changes: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(fees.FeeFault) as fault:
        estimated(**changes)
    assert str(fault.value) == sentence


def test_a_cost_more_than_a_tenth_above_needs_a_new_acceptance() -> None:
    def over(actual: int) -> bool:
        return fees.over_estimate(shipped.bundle(), accepted_minor=1_000, actual_minor=actual)

    assert [over(amount) for amount in (1_000, 1_100, 1_101)] == [False, False, True]


@pytest.mark.parametrize(
    ("amount", "text"),
    [(0, "USD 0.00"), (5, "USD 0.05"), (123_456_789, "USD 1,234,567.89"), (-150, "USD -1.50")],
)
def test_amounts_are_written_for_people(amount: int, text: str) -> None:
    assert fees.written(amount, "USD") == text


ORDERS = st.builds(
    fees.Order,
    applicant_class=st.sampled_from(sorted(SCHEDULE["factors"])),
    items=st.lists(
        st.builds(fees.Item, st.sampled_from(DATASETS), units=st.integers(0, 40)), max_size=6
    ).map(tuple),
    hours=st.decimals(0, 400, places=2),
    deliveries=st.integers(0, 20),
    months=st.integers(0, 120),
    surcharges=st.lists(st.sampled_from([s["id"] for s in SCHEDULE["surcharges"]])).map(tuple),
    waivers=st.lists(st.sampled_from([w["id"] for w in SCHEDULE["waivers"]])).map(tuple),
)
PERCENTS = st.sampled_from(["0", "5", "7.25", "19", "33.333333"])


@given(ORDERS, PERCENTS)
def test_lines_add_up_and_nothing_is_negative_but_waivers(asked: fees.Order, percent: str) -> None:
    found = fees.estimate(taxed(percent), asked, today=TODAY)
    assert found.total_minor == sum(line.amount_minor for line in found.lines) >= 0
    for line in found.lines:
        assert isinstance(line.amount_minor, int)
        assert line.amount_minor <= 0 if line.kind == "waiver" else line.amount_minor >= 0
        assert line.what
        assert line.formula


@given(ORDERS)
def test_a_waiver_never_makes_an_order_dearer(asked: fees.Order) -> None:
    without = fees.Order(
        asked.applicant_class, asked.items, asked.hours, asked.deliveries, asked.months,
        asked.surcharges,
    )  # fmt: skip
    waived = fees.estimate(shipped.bundle(), asked, today=TODAY).total_minor
    assert waived <= fees.estimate(shipped.bundle(), without, today=TODAY).total_minor


@given(ORDERS)
def test_a_company_pays_exactly_double_but_for_deliveries(asked: fees.Order) -> None:
    def total(applicant_class: str) -> int:
        plain = fees.Order(applicant_class, asked.items, months=asked.months, deliveries=0)
        return fees.estimate(shipped.bundle(), plain, today=TODAY).total_minor

    assert total("industry") == 2 * total("academic")
