"""Years, editions and cohorts that a fee counts, from the specification and what is declared."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment import holdings
from muniment.dataplane.spec import holding as descriptors
from muniment.dataplane.spec import specification
from muniment.programme import fees
from muniment.queries.payment import counted
from tests.programme import shipped

EXAM = descriptors.load(holdings.described()["in-training-exam"])  # exam_year, 2008 to 2024
ARTICLES = descriptors.load(holdings.described()["journal-articles"])
YEAR = "exam_year"


TABLES = {
    "in-training-exam": [{"name": "examinees", "variables": [{"name": YEAR, "reason": "Trend."}]}],
    "journal-articles": [{"name": "articles", "variables": [{"name": "year", "reason": "Trend."}]}],
}


def part(node: Any, *, holding: str = "in-training-exam", name: str = "p1") -> specification.Part:
    document = {
        "muniment_specification": 1,
        "parts": [
            {
                "id": name,
                "holding": holding,
                "edition": "2026.1",
                "level": "aggregate",
                "tables": TABLES[holding],
                "cohort": node,
                "group_by": ["fellowship_year"],
            }
        ],
        "links": [],
    }
    return specification.parse(document).parts[0]


def years(node: Any) -> tuple[int, ...]:
    [item] = counted.items(
        shipped.bundle(), [counted.Wanted("in-training-exam", "2026.1", EXAM, part(node))]
    )
    assert item.units == max(1, len(item.years))
    return item.years


def when(op: str, value: Any = None, variable: str = YEAR) -> dict[str, Any]:
    return {"variable": variable, "is": op} | ({} if value is None else {"value": value})


OTHER = when("equals", 2, "fellowship_year")
EVERY = tuple(range(2008, 2025))


@pytest.mark.parametrize(
    ("node", "left"),
    [
        (None, EVERY),
        (OTHER, EVERY),
        (when("between", [2019, 2021]), (2019, 2020, 2021)),
        (when("at_least", 2023), (2023, 2024)),
        (when("more_than", 2023), (2024,)),
        (when("at_most", "2009"), (2008, 2009)),
        (when("less_than", 2009), (2008,)),
        (when("equals", 2010), (2010,)),
        (when("in", [2010, 2012, 1999]), (2010, 2012)),
        (when("not_equals", 2008), EVERY[1:]),
        (when("present"), EVERY),
        (when("missing"), ()),
        ({"not": when("at_least", 2010)}, (2008, 2009)),
        ({"all": [when("at_least", 2020), when("at_most", 2021), OTHER]}, (2020, 2021)),
        ({"any": [when("equals", 2008), when("equals", 2024)]}, (2008, 2024)),
        ({"any": [when("equals", 2008), OTHER]}, EVERY),  # anyone in the second year, of any year
        ({"not": {"all": [when("at_most", 2022), OTHER]}}, EVERY),
    ],
)
def test_only_years_that_the_cohort_rules_out_are_not_charged(
    node: Any, left: tuple[int, ...]
) -> None:
    assert years(node) == left


@pytest.mark.parametrize(
    ("node", "left"),
    [
        (when("between", ["2015-03-01", "2017-01-01"], "published_on"), (2015, 2016, 2017)),
        (when("more_than", "2024-12-31", "published_on"), (2025,)),
        (when("equals", "2020-02-29", "published_on"), (2020,)),
        ({"not": when("equals", "2020-02-29", "published_on")}, tuple(range(1983, 2026))),
        ({"not": when("at_least", "1984-01-01", "published_on")}, (1983,)),
        (when("equals", "no date", "published_on"), tuple(range(1983, 2026))),
    ],
)
def test_a_date_counts_by_its_year(node: Any, left: tuple[int, ...]) -> None:
    def dated(data: dict[str, Any]) -> None:
        listed = data["information_list"]["datasets"]
        articles = next(each for each in listed if each["slug"] == "journal-articles")
        articles["fee_years"] = "published_on"

    asked = replace(part(node, holding="journal-articles"), group_by=())
    wanted = counted.Wanted("journal-articles", "2026.1", ARTICLES, asked)
    assert counted.items(shipped.altered(dated), [wanted])[0].years == left


def test_a_field_that_holds_no_year_rules_nothing_out() -> None:
    def unfit(data: dict[str, Any]) -> None:
        listed = data["information_list"]["datasets"]
        articles = next(each for each in listed if each["slug"] == "journal-articles")
        articles["fee_years"] = "title"

    asked = part(when("equals", "A title", "title"), holding="journal-articles")
    wanted = counted.Wanted("journal-articles", "2026.1", ARTICLES, asked)
    assert counted.items(shipped.altered(unfit), [wanted])[0].units == 43


NODES = st.recursive(
    st.one_of(
        st.builds(when, st.sampled_from(["equals", "not_equals", "at_most", "less_than",
                                         "at_least", "more_than"]), st.integers(2005, 2027)),
        st.builds(when, st.sampled_from(["equals", "at_least"]), st.integers(1, 3),
                  st.just("fellowship_year")),
    ),
    lambda inner: st.one_of(
        st.fixed_dictionaries({"all": st.lists(inner, min_size=1, max_size=3)}),
        st.fixed_dictionaries({"any": st.lists(inner, min_size=1, max_size=3)}),
        st.fixed_dictionaries({"not": inner}),
    ),
    max_leaves=6,
)  # fmt: skip
PLAIN = {
    "equals": lambda has, asked: has == asked,
    "not_equals": lambda has, asked: has != asked,
    "at_most": lambda has, asked: has <= asked,
    "less_than": lambda has, asked: has < asked,
    "at_least": lambda has, asked: has >= asked,
    "more_than": lambda has, asked: has > asked,
}


def is_in(node: dict[str, Any], row: dict[str, int]) -> bool:
    """The language in plain Python, over one row."""
    if "all" in node:
        return all(is_in(each, row) for each in node["all"])
    if "any" in node:
        return any(is_in(each, row) for each in node["any"])
    if "not" in node:
        return not is_in(node["not"], row)
    return bool(PLAIN[node["is"]](row[node["variable"]], node["value"]))


@given(NODES)
def test_a_year_with_someone_in_it_is_always_charged(node: dict[str, Any]) -> None:
    peopled = {
        year
        for year in EVERY
        for other in (1, 2, 3)
        if is_in(node, {YEAR: year, "fellowship_year": other})
    }
    assert peopled <= set(years(node))


def test_parts_of_one_dataset_are_charged_together() -> None:
    """Two cohorts of one edition ask for the same years once; two editions are two."""
    early, late = part(when("at_most", 2010)), part(when("at_least", 2023), name="p2")
    both = [
        counted.Wanted("in-training-exam", "2026.1", EXAM, early),
        counted.Wanted("in-training-exam", "2026.1", EXAM, late),
        counted.Wanted("in-training-exam", "2025.1", EXAM, early),
        counted.Wanted("sdtm-pilot", "2026.1", None, None),
        counted.Wanted("sdtm-pilot", "2025.1", None, None),
        counted.Wanted("tapur", "2026.1", None, None),
        counted.Wanted("tapur", "2026.1", None, None),
        counted.Wanted("covid-19-registry", "2026.1", None, None),
        counted.Wanted("journal-articles", "2026.1", None, None),
    ]
    assert counted.items(shipped.bundle(), both) == (
        fees.Item("in-training-exam", 8, (2008, 2009, 2010, 2023, 2024)),
        fees.Item("sdtm-pilot", 2),
        fees.Item("tapur", 2),
        fees.Item("covid-19-registry", 1),
        fees.Item("journal-articles", 1),
    )
