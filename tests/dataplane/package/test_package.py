"""The package as others read it: Data Package validators, spreadsheets, people."""

import csv
import json
from pathlib import Path

import frictionless
import jsonschema
import pytest
import referencing
import referencing.jsonschema

from muniment.dataplane.package import codebook, shape
from tests.dataplane import tables
from tests.dataplane.extract import builds
from tests.holdings import places

ASKED = tables.specification(variables=builds.WHOLE)


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return builds.Bench.at(tmp_path_factory.mktemp("package")).build(ASKED).folder


def test_frictionless_finds_descriptor_and_data_valid(package: Path) -> None:
    report = frictionless.validate(str(package / "datapackage.json"))
    assert report.flatten(["type", "message"]) == []
    assert report.valid


def test_frictionless_would_find_a_damaged_row(package: Path, tmp_path: Path) -> None:
    import shutil

    copy = tmp_path / "copy"
    shutil.copytree(package, copy)
    with (copy / "data" / "subjects.csv").open("a", encoding="utf-8") as file:
        file.write("x\n")
    assert not frictionless.validate(str(copy / "datapackage.json")).valid


def test_the_descriptor_fits_the_official_schema(package: Path) -> None:
    folder = places.source("validators", "datapackage_2_0")
    schemas = {path.name: json.loads(path.read_bytes()) for path in folder.glob("*.json")}

    def retrieve(uri: str) -> referencing.Resource:
        contents = schemas[uri.rpartition("/")[2]]
        return referencing.jsonschema.DRAFT7.create_resource(contents)

    validator = jsonschema.Draft7Validator(
        schemas["datapackage.json"], registry=referencing.Registry(retrieve=retrieve)
    )
    document = json.loads((package / "datapackage.json").read_bytes())
    assert [error.message for error in validator.iter_errors(document)] == []
    assert not validator.is_valid({**document, "resources": []})


def test_the_descriptor_keeps_the_keys_that_survived(package: Path) -> None:
    document = json.loads((package / "datapackage.json").read_bytes())
    subjects, events = document["resources"]
    assert subjects["schema"]["primaryKey"] == ["USUBJID"]
    assert events["schema"]["foreignKeys"] == [
        {"fields": ["USUBJID"], "reference": {"resource": "subjects", "fields": ["USUBJID"]}}
    ]
    assert "primaryKey" not in events["schema"]
    types = {field["name"]: field["type"] for field in events["schema"]["fields"]}
    assert types["ONSET"] == "integer"
    assert document["$schema"] == "https://datapackage.org/profiles/2.0/datapackage.json"
    assert document["name"].startswith("rehearsal-")


def test_keys_that_did_not_survive_are_not_declared(tmp_path: Path) -> None:
    override = {"policy": "x", "edition": "1", "fields": {"subjects.USUBJID": {"method": "drop"}}}
    asked = tables.specification(variables={"subjects": ["SEX"], "events": ["USUBJID"]})
    built = builds.Bench.at(tmp_path).build(asked, override=override)
    document = json.loads((built.folder / "datapackage.json").read_bytes())
    assert all("foreignKeys" not in each["schema"] for each in document["resources"])


def test_every_variable_is_in_the_codebook_with_declared_codes_only(package: Path) -> None:
    with (package / "codebook.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    named = [(row["table"], row["variable"]) for row in rows]
    assert sorted(named) == sorted(
        (table, name) for table, names in builds.WHOLE.items() for name in names
    )
    by_name = {row["variable"]: row for row in rows if row["table"] == "subjects"}
    assert by_name["STATE"]["codes"] == "CA; NY; TX; WY; Other"
    assert by_name["CONSENTED"]["missing"] == "under 5 %"
    assert by_name["BMI"]["codes"] == ""
    assert by_name["NOTE"]["treatment"] == "Not released: free text."
    assert {row["missing"] for row in rows} <= {
        "", "under 5 %", "5 to 20 %", "20 to 50 %", "over 50 %",
    }  # fmt: skip
    page = (package / "codebook.md").read_text(encoding="utf-8")
    assert all(f"### {name}" in page for name in builds.WHOLE["subjects"])


def test_band_labels_are_codes(tmp_path: Path) -> None:
    rule = {"method": "bands", "edges": [40, 65]}
    override = {"policy": "x", "edition": "1", "fields": {"subjects.AGE": rule}}
    built = builds.Bench.at(tmp_path).build(
        tables.specification(variables={"subjects": ["AGE"]}), override=override
    )
    page = (built.folder / "codebook.md").read_text(encoding="utf-8")
    assert "Codes: up to 39, 40 to 64, 65 and over" in page


DANGEROUS = ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "\nx"]


def test_cells_that_begin_a_formula_are_defused_in_csv_and_bare_in_parquet(tmp_path: Path) -> None:
    import pyarrow.parquet

    place = builds.Bench.at(tmp_path)
    with (place.folder / "events.csv").open("a", encoding="utf-8", newline="") as file:
        for number, cell in enumerate([*DANGEROUS, "x=1", "'quoted'"]):
            csv.writer(file, lineterminator="\n", quoting=csv.QUOTE_ALL).writerow(
                [f"E-90000{number}", "S-00001", cell, "Y", "-3", "2013-01-01"]
            )
    built = place.build(tables.specification(variables={"events": ["TERM", "GRADE"]}))
    terms = {row["TERM"] for row in builds.rows(built, "events")}
    assert {f"'{cell}" for cell in DANGEROUS} <= terms
    assert {"x=1", "'quoted'"} <= terms
    assert not terms & set(DANGEROUS)
    assert "-3" in {row["GRADE"] for row in builds.rows(built, "events")}
    parquet = pyarrow.parquet.read_table(built.folder / "data" / "events.parquet")
    assert set(DANGEROUS) <= set(parquet.column("TERM").to_pylist())
    assert "apostrophe" in (built.folder / "README.md").read_text(encoding="utf-8")
    assert codebook.defused("=1") == "'=1"
    assert codebook.defused("1=") == "1="


def test_credits_of_the_source_travel_with_the_package(tmp_path: Path) -> None:
    place = builds.Bench.at(tmp_path)
    path = place.folder / "datapackage.json"
    document = json.loads(path.read_bytes())
    licence = {"name": "Apache-2.0", "title": "Apache License 2.0"}
    document |= {"licenses": [licence, "odd"], "sources": [{"title": "Somewhere"}]}
    path.write_text(json.dumps(document), encoding="utf-8")
    asked = json.loads(json.dumps(ASKED))
    asked["parts"].append(json.loads(json.dumps(asked["parts"][0])) | {"id": "p2"})
    built = place.build(asked)
    written = json.loads((built.folder / "datapackage.json").read_bytes())
    assert written["licenses"] == [licence]
    text = (built.folder / "LICENSE.txt").read_text(encoding="utf-8")
    assert "License: Apache-2.0, Apache License 2.0" in text
    assert "Source: Somewhere" in text


def test_credits_of_an_odd_form_are_left_out(tmp_path: Path) -> None:
    place = builds.Bench.at(tmp_path)
    path = place.folder / "datapackage.json"
    document = json.loads(path.read_bytes()) | {"licenses": "none", "sources": [{"else": 1}]}
    path.write_text(json.dumps(document), encoding="utf-8")
    text = (place.build(ASKED).folder / "LICENSE.txt").read_text(encoding="utf-8")
    assert "License:" not in text
    assert "Source:" not in text


def test_synthetic_data_are_called_so(package: Path) -> None:
    readme = (package / "README.md").read_text(encoding="utf-8")
    assert "These data are synthetic" in readme
    document = json.loads((package / "manifest.json").read_bytes())
    assert document["parts"][0]["synthetic"] is True


def test_data_that_are_not_synthetic_are_not_called_so(tmp_path: Path) -> None:
    built = builds.Bench.at(tmp_path, settings={"synthetic": False}).build(ASKED)
    assert "synthetic" not in (built.folder / "README.md").read_text(encoding="utf-8")


def test_odd_table_names_become_safe_and_different_file_names(tmp_path: Path) -> None:
    place = builds.Bench.at(tmp_path)
    path = place.folder / "datapackage.json"
    document = json.loads(path.read_bytes())
    document["muniment"]["base_table"] = "../a b"
    for resource, name in zip(document["resources"], ("../a b", "a/b"), strict=True):
        resource["name"] = name
    keys = document["resources"][1]["schema"]["foreignKeys"]
    keys[0]["reference"]["resource"] = "../a b"
    onset = document["resources"][1]["schema"]["fields"][5]["muniment"]["release"]
    onset["anchor"] = "START"
    path.write_text(json.dumps(document), encoding="utf-8")
    asked = tables.specification(variables={"../a b": ["USUBJID"], "a/b": ["USUBJID", "TERM"]})
    built = place.build(asked)
    assert sorted(each.name for each in (built.folder / "data").glob("*.csv")) == [
        "a-b-2.csv", "a-b.csv",
    ]  # fmt: skip
    assert frictionless.validate(str(built.folder / "datapackage.json")).valid
    assert shape.slug("***") == "table"


def test_words_of_a_descriptor_stay_words_in_markdown() -> None:
    assert codebook.escaped("a\n<b> [c](d) `e`") == "a \\<b\\> \\[c\\](d) \\`e\\`"


def test_areas_that_places_were_rolled_up_to_are_declared_as_the_only_values(
    tmp_path: Path,
) -> None:
    levels = [{"CA": "West", "NY": "Northeast", "TX": "South"}]
    rule = {"method": "roll_up", "levels": levels, "into": "Elsewhere"}
    override = {"policy": "areas", "edition": "1", "fields": {"subjects.STATE": rule}}
    asked = tables.specification(variables={"subjects": ["STATE"]})
    built = builds.Bench.at(tmp_path).build(asked, override=override)
    areas = ["West", "Northeast", "South", "Elsewhere"]
    said = builds.everything(built)
    [book] = [data for name, data in said.items() if b"- Codes: " in data and name.endswith("md")]
    assert f"- Codes: {', '.join(areas)}\n".encode() in book
    assert {row["STATE"] for row in builds.rows(built, "subjects")} - {""} <= set(areas)
