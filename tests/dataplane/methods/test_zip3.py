"""ZIP codes: the three censuses, their boundary, and codes that are none."""

import csv

import pytest

from muniment.dataplane import reference
from muniment.dataplane.methods import zip3
from muniment.dataplane.spec.fields import Method
from muniment.dataplane.spec.values import FieldType
from tests.dataplane.methods.test_methods import applied
from tests.holdings import places

ALL: dict[str, object] = {"tables": ["2000", "2010", "2020"]}

# US Department of Health and Human Services, de-identification guidance, from Census 2000.
RESTRICTED_2000 = {"036", "059", "063", "102", "203", "556", "692", "790", "821", "823"} | {
    "830", "831", "878", "879", "884", "890", "893",
}  # fmt: skip


def shown(codes: list[str | None], params: dict[str, object] = ALL) -> list[object]:
    return applied(Method.ZIP3, codes, kind=FieldType.STRING, params=params)


def test_the_tables_are_those_of_three_censuses() -> None:
    assert reference.zip3_years() == ("2000", "2010", "2020")
    sizes = [len(reference.zip3(year).restricted) for year in reference.zip3_years()]
    assert sizes == [17, 14, 18]
    assert reference.zip3("2000").restricted == RESTRICTED_2000
    assert reference.zip3_hash("2000") != reference.zip3_hash("2010")


def test_a_census_without_a_table_is_an_error() -> None:
    with pytest.raises(KeyError):
        reference.zip3("1990")


def test_the_newest_table_is_the_sum_of_the_census_areas() -> None:
    census = places.source("zip_population") / "zip-code-population.csv"
    people: dict[str, int] = {}
    with census.open(encoding="utf-8", newline="") as file:
        for code, count in (row for row in csv.reader(file) if not row[0].startswith("#")):
            people[code[:3]] = people.get(code[:3], 0) + int(count)
    table = reference.zip3("2020")
    assert table.known == set(people)
    few = {prefix for prefix, count in people.items() if count <= reference.LARGEST_SMALL_AREA}
    assert table.restricted == few


def test_three_digits_are_shown_where_enough_people_live() -> None:
    assert shown(["02139", "02139-4307", "021394307", " 10001 "]) == ["021", "021", "021", "100"]


def test_a_prefix_restricted_in_any_chosen_census_is_hidden() -> None:
    codes = ["06390", "20500", "75300"]  # restricted in 2000 only, in 2010 and 2020, in 2020 only
    assert shown(codes) == ["000", "000", "000"]
    assert shown(["06390"], {"tables": ["2010", "2020"]}) == ["063"]


@pytest.mark.parametrize("year", ["2000", "2010", "2020"])
def test_every_restricted_prefix_of_every_census_is_hidden(year: str) -> None:
    codes = [f"{prefix}01" for prefix in sorted(reference.zip3(year).restricted)]
    assert set(shown(codes, {"tables": [year]})) == {"000"}


def test_foreign_military_short_and_unknown_codes_are_hidden_and_missing_stays_missing() -> None:
    odd = ["1234", "SW1A 1AA", "09012", "34002", "96200", "K1A0B1", "", "00100", "02139\n", "021"]
    assert shown(odd) == ["000"] * len(odd)
    assert shown([None]) == [None]


def test_military_mail_is_hidden_under_a_census_that_lists_only_restricted_prefixes() -> None:
    assert shown(["09012", "02139", "10234"], {"tables": ["2000"]}) == ["000", "021", "000"]


def test_the_newest_census_also_hides_prefixes_it_does_not_know() -> None:
    allowed, listed = zip3.prefixes({"tables": ["2020"]})
    assert allowed
    assert "001" not in listed
    assert zip3.prefixes({"tables": ["2000"]})[0] is False


def test_military_prefixes_are_those_of_the_postal_service_and_hawaii_is_none() -> None:
    assert {"090", "099", "340", "962", "966"} <= zip3.MILITARY
    assert not {"089", "100", "961", "967"} & zip3.MILITARY
