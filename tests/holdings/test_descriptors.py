"""Every holding that we ship, describe or make follows the contract of a holding."""

import json
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import frictionless
import jsonschema
import pytest

from muniment import holdings
from muniment.dataplane import holding_check
from muniment.dataplane.spec import budget, fields, holding
from muniment.holdings import generate
from tests.attacks import tradeoff
from tests.holdings import places

FolderOf = Callable[[str], Path]
every_holding = pytest.mark.parametrize("name", places.EVERY)
with_data = pytest.mark.parametrize("name", [*places.SHIPPED, *generate.NAMES])
MAIL = re.compile(r"[\w.+-]+@[\w-]+\.\w+")
TELEPHONE = re.compile(r"\b(?!555-01\d\d)(\(?\d{3}\)?[ .-])?\d{3}[.-]\d{4}\b")


def package(folder: Path) -> dict[str, Any]:
    return json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))


def every_field(folder: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    for resource in package(folder)["resources"]:
        for field in resource["schema"]["fields"]:
            yield f"{resource['name']}.{field['name']}", field


def test_the_package_ships_and_describes_exactly_these_holdings() -> None:
    assert sorted(holdings.shipped()) == sorted(places.SHIPPED)
    assert sorted(holdings.described()) == sorted(places.DESCRIBED)


@with_data
def test_whoever_asks_about_people_can_ask_for_a_breakdown_and_for_one_number_more(
    name: str, folder_of: FolderOf
) -> None:
    """At the noise that the attacks were measured at."""
    source = holding.load(folder_of(name))
    if source.unit not in ("person", "practice"):
        return
    assert source.noise_sigma == tradeoff.SHIPPED
    breakdown = budget.PRICE_OF_TOTAL + budget.PRICE_OF_BREAKDOWN
    assert budget.limits(source.noise_sigma).person >= breakdown + budget.PRICE_OF_TOTAL


@every_holding
def test_the_descriptor_fits_the_official_schema(name: str, folder_of: FolderOf) -> None:
    place = places.source("validators", "datapackage_2_0", "datapackage.json")
    judge = jsonschema.Draft7Validator(json.loads(place.read_text(encoding="utf-8")))
    assert [error.message for error in judge.iter_errors(package(folder_of(name)))] == []


@pytest.mark.slow
@every_holding
def test_the_data_plane_finds_nothing_to_say(name: str, folder_of: FolderOf) -> None:
    report = holding_check.check(folder_of(name))
    assert [str(finding) for finding in report.findings] == []
    assert (report.holding, report.fit) == (name, True)


@pytest.mark.slow
@every_holding
def test_an_independent_reader_takes_the_data(name: str, folder_of: FolderOf) -> None:
    report = frictionless.validate(str(folder_of(name) / "datapackage.json"))
    assert report.flatten(["type", "fieldName", "message"]) == []


@pytest.mark.parametrize("name", ["sdtm-pilot", "qopi-charts"])
def test_one_changed_byte_of_data_is_noticed(
    name: str, folder_of: FolderOf, tmp_path: Path
) -> None:
    copy = tmp_path / name
    shutil.copytree(folder_of(name), copy)
    table = copy / package(copy)["resources"][1]["path"]
    content = bytearray(table.read_bytes())
    content[-3] ^= 1
    table.write_bytes(content)
    report = frictionless.validate(str(copy / "datapackage.json"))
    assert "hash-count" in {kind for (kind,) in report.flatten(["type"])}


@every_holding
def test_every_name_says_the_same(name: str, folder_of: FolderOf) -> None:
    told = package(folder_of(name))
    assert told["name"] == told["muniment"]["holding"] == folder_of(name).name == name
    assert told["version"] == told["muniment"]["edition"]


@every_holding
def test_every_field_has_a_class_a_rule_and_a_description(name: str, folder_of: FolderOf) -> None:
    for place, field in every_field(folder_of(name)):
        assert field["muniment"]["class"] in set(fields.Sensitivity), place
        assert field["muniment"]["release"]["method"] in set(fields.Method), place
        assert len(field["description"]) > 5, place
        assert field["description"].endswith("."), place


@every_holding
def test_nothing_that_names_one_unit_may_be_asked_about(name: str, folder_of: FolderOf) -> None:
    found = holding.load(folder_of(name))
    for table in found.tables:
        for field in table.fields:
            if field.sensitivity is fields.Sensitivity.DIRECT:
                assert field.identifier_like, f"{table.name}.{field.name}"


@every_holding
def test_no_date_about_a_person_leaves_as_it_is(name: str, folder_of: FolderOf) -> None:
    found = holding.load(folder_of(name))
    if found.unit != "person":
        return
    for table in found.tables:
        for field in table.fields:
            if field.type in ("date", "datetime"):
                assert field.sensitivity is fields.Sensitivity.QUASI, field.name
                assert field.release is not None, field.name
                assert field.release.method is not fields.Method.KEEP, field.name


@pytest.mark.parametrize("name", places.DESCRIBED)
def test_a_described_holding_has_a_codebook_and_reasoned_figures(name: str) -> None:
    folder = holdings.described()[name]
    told = json.loads((folder / "described.json").read_text(encoding="utf-8"))
    assert (told["holding"], told["edition"]) == (name, package(folder)["version"])
    assert told["availability"].endswith(".")
    assert told["figures"]
    for figure in told["figures"]:
        assert figure["precision"] in ("published", "estimate")
        assert figure["value"] > 0
        assert figure["reason"].endswith(".")
    for resource in package(folder)["resources"]:
        names = [field["name"] for field in resource["schema"]["fields"]]
        assert resource["data"] == [names], "the header, and no row"


@pytest.mark.parametrize("name", generate.NAMES)
def test_what_is_synthetic_says_so_wherever_it_is_shown(name: str, folder_of: FolderOf) -> None:
    folder = folder_of(name)
    told = package(folder)
    assert told["muniment"]["synthetic"] is True
    assert "synthetic" in told["title"].lower()
    assert told["description"].startswith("Synthetic.")
    assert "synthetic" in (folder / "README.md").read_text(encoding="utf-8").lower()


@pytest.mark.parametrize("name", [*places.SHIPPED, *places.DESCRIBED])
def test_what_is_real_is_not_called_synthetic(name: str, folder_of: FolderOf) -> None:
    told = package(folder_of(name))
    assert told["muniment"]["synthetic"] is False
    assert "synthetic" not in told["title"].lower()


@every_holding
def test_source_and_license_travel_with_the_holding(name: str, folder_of: FolderOf) -> None:
    folder = folder_of(name)
    notice = (folder / "SOURCE.md").read_text(encoding="utf-8")
    told = package(folder)
    for license_ in told.get("licenses", []):
        assert license_["name"] in notice or license_["title"] in notice
    for origin in told.get("sources", []):
        assert origin["version"] in notice
        assert origin["path"] in notice


def test_licenses_that_ask_for_their_text_have_it() -> None:
    apache = (holdings.shipped()["sdtm-pilot"] / "LICENSE.txt").read_text(encoding="utf-8")
    assert "Apache License" in apache
    assert "END OF TERMS AND CONDITIONS" in apache
    notice = Path(generate.__file__).parent / "distributions" / "SOURCE.md"
    assert "Redistributions of source code must retain" in notice.read_text(encoding="utf-8")


@with_data
def test_no_address_or_telephone_of_anyone_is_in_the_data(name: str, folder_of: FolderOf) -> None:
    """Identifiers that a descriptor calls such may look like telephone numbers, and are not."""
    folder = folder_of(name)
    found = holding.load(folder)
    for table in found.tables:
        read = [f.name for f in table.fields if f.sensitivity is not fields.Sensitivity.DIRECT]
        for number, row in enumerate(places.rows(folder, table.name), start=2):
            text = " ".join(row[column] for column in read)
            told = [*MAIL.findall(text), *TELEPHONE.findall(text)]
            assert told == [], f"{table.name}, row {number}"


def test_embargo_is_declared_where_rows_can_be_under_one(folder_of: FolderOf) -> None:
    declared = {name for name in places.EVERY if holding.load(folder_of(name)).embargo}
    assert declared == {"meeting-abstracts"}


def test_census_and_examination_leave_only_as_aggregates(folder_of: FolderOf) -> None:
    levels = {name: holding.load(folder_of(name)).level for name in places.EVERY}
    aggregate = {name for name, level in levels.items() if level == "aggregate"}
    assert aggregate == {"practice-census", "in-training-exam"}


def test_the_covid_registry_is_not_for_commercial_use() -> None:
    duo = holding.load(holdings.described()["covid-19-registry"]).duo
    assert "DUO:0000046" in duo.modifiers  # non-commercial use only


@with_data
def test_every_method_of_a_holding_is_one_the_data_plane_has(
    name: str, folder_of: FolderOf
) -> None:
    from muniment.dataplane import methods

    used = {field["muniment"]["release"]["method"] for _, field in every_field(folder_of(name))}
    assert used <= set(methods.BY_NAME)


ONLY_BY_POLICY = {
    fields.Method.WEEKLY_SHIFT,  # days from an anchor are what we offer first
    fields.Method.RANDOM_CODE, fields.Method.REVIEWED_TEXT, fields.Method.ROLL_UP,
    fields.Method.TOP_BOTTOM, fields.Method.MARK,
}  # fmt: skip


def test_together_the_holdings_use_every_method_that_no_policy_has_to_choose(
    folder_of: FolderOf,
) -> None:
    used = {
        field["muniment"]["release"]["method"]
        for name in places.EVERY
        for _, field in every_field(folder_of(name))
    }
    assert set(fields.Method) - used == ONLY_BY_POLICY


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("write to a.person@example.org", True),
        ("call 212-867-5309", True),
        ("call 867-5309", True),
        ("lab call back to 555-0142.", False),
        ("2013-01-14 to 2013-02-08, 66.7% of 1,191", False),
    ],
)
def test_the_search_for_addresses_and_telephones_finds_them(text: str, found: bool) -> None:
    assert bool(MAIL.search(text) or TELEPHONE.search(text)) is found
