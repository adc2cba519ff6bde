"""The mappings that ship: each loads what it is for, and the command line finds it by its name."""

import json
import shutil
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from muniment import cli
from muniment.dataplane.loading import documents, shipped
from tests.dataplane.loading import orders

HISTOLOGY = "http://hl7.org/fhir/us/mcode/StructureDefinition/mcode-histology-morphology-behavior"
SNOMED, ICD = "http://snomed.info/sct", "http://hl7.org/fhir/sid/icd-10-cm"


def coded(**codes: str) -> dict:
    return {"coding": [{"system": system, "code": code} for system, code in codes.items()]}


BUNDLE = {
    "resourceType": "Bundle",
    "entry": [
        {"resource": each}
        for each in (
            {"resourceType": "Patient", "id": "p1", "gender": "female", "birthDate": "1956-07-16"},
            {
                "resourceType": "Condition", "id": "c1",
                "subject": {"reference": "Patient/p1"},
                "clinicalStatus": coded(status="active"),
                "code": coded(**{SNOMED: "254637007", ICD: "C34.9"}),
                "bodySite": [coded(**{SNOMED: "39607008"})],
                "extension": [
                    {"url": HISTOLOGY, "valueCodeableConcept": coded(**{SNOMED: "35917007"})}
                ],
            },
            {
                "resourceType": "Observation", "id": "o1",
                "subject": {"reference": "urn:uuid:p1", "type": "Patient"},
                "code": coded(**{"http://loinc.org": "21905-5"}),
                "effectiveDateTime": "2020-01-01",
                "valueCodeableConcept": coded(**{"http://cancerstaging.org": "cT3"}),
            },
            {
                "resourceType": "Observation", "id": "o2", "subject": {"reference": "Patient/p1"},
                "code": coded(**{"http://loinc.org": "29463-7"}),
            },
        )
    ],
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(shipped.mappings()))
def test_a_mapping_that_ships_has_no_faults(name: str) -> None:
    asked = documents.read(None, shipped.place(Path(name)))
    assert asked.tables


def test_cancer_patients_load_out_of_a_bundle(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    orders.write(tmp_path / "in", BUNDLE, "one.json")
    out = tmp_path / "out"
    words = ["holding", "load", str(tmp_path / "in"), "--mapping", "mcode-stu3", "--out", str(out)]
    assert cli.main(words) == 0
    assert "a proposal.\nCheck each of them" in capsys.readouterr().err
    assert [row[:2] for row in orders.rows(out, "patients")] == [("p1", "female")]
    assert orders.rows(out, "conditions") == [
        ("c1", "p1", "C34.9", "254637007", "35917007", "39607008", "active")
    ]
    [stage] = orders.rows(out, "stages")
    assert (*stage[:4], str(stage[4])) == ("o1", "p1", "21905-5", "cT3", "2020-01-01")
    own = shutil.copytree(shipped.mappings()["mcode-stu3"], tmp_path / "own")
    assert cli.main([*words[:4], str(own), "--out", str(tmp_path / "mine")]) == 0
    assert capsys.readouterr().err == ""


def test_every_condition_loads_out_of_a_bundle(tmp_path: Path) -> None:
    orders.write(tmp_path / "in", BUNDLE, "one.json")
    order = orders.loading.Order(
        [str(tmp_path / "in")], tmp_path / "out", orders.NOW,
        mapping=shipped.place(Path("fhir-r4")),
    )  # fmt: skip
    outcome = orders.loading.load(order)
    assert outcome.folder is not None, outcome.document()
    [condition] = orders.rows(outcome.folder, "conditions")
    assert condition == ("c1", "p1", SNOMED, "254637007", "active")


def test_a_copy_in_a_folder_of_the_same_name_is_meant_and_not_the_one_that_ships(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So the manual says to begin an edition of one's own."""
    copy = shutil.copytree(shipped.mappings()["fhir-r4"], tmp_path / "fhir-r4")
    monkeypatch.chdir(tmp_path)
    assert shipped.place(Path("fhir-r4")).samefile(copy / shipped.MAPPING)
    assert shipped.place(Path("mcode-stu3")).parent == shipped.mappings()["mcode-stu3"]


def test_sources_with_odd_names_are_found(tmp_path: Path) -> None:
    folder = tmp_path / "we [ird] 'name'; \u00e9 #1"
    orders.write(folder / "sub folder", BUNDLE, "one [1] 'x'.json")
    order = orders.loading.Order(
        [str(folder)], tmp_path / "o ut", orders.NOW, mapping=shipped.place(Path("fhir-r4"))
    )
    assert orders.loading.load(order).rows == {"patients": 1, "conditions": 1}


def test_tables_of_omop_are_found_in_any_case_and_those_not_held_are_left_out(
    tmp_path: Path,
) -> None:
    source, own = tmp_path / "in", tmp_path / "own"
    source.mkdir()
    heads = ["person_id", "gender_concept_id", "year_of_birth", "race_concept_id",
             "ethnicity_concept_id"]  # fmt: skip
    (source / "Person.CSV").write_text(",".join(heads) + "\n1,8507,1980,0,0\n")
    (source / "death.csv").write_text("person_id,death_date,cause_concept_id\n1,2020-02-03,0\n")
    shutil.copytree(shipped.mappings()["omop-cdm-5.4"], own)
    held = ("person", "death")
    document = json.loads((own / "datapackage.json").read_text())
    document["resources"] = [each for each in document["resources"] if each["name"] in held]
    (own / "datapackage.json").write_text(json.dumps(document))
    lines = YAML(typ="safe").load(own / shipped.MAPPING)
    lines["tables"] = {name: lines["tables"][name] for name in held}
    (own / shipped.MAPPING).write_text(json.dumps(lines))
    order = orders.loading.Order([str(source)], tmp_path / "out", orders.NOW,
                                 mapping=shipped.place(own))  # fmt: skip
    assert orders.loading.load(order).rows == {"person": 1, "death": 1}


def test_mappings_are_listed_and_found(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["holding", "list", "--format", "json"]) == 0
    listed = json.loads(capsys.readouterr().out)["mappings"]
    assert set(listed) == {"omop-cdm-5.4", "fhir-r4", "mcode-stu3"}
    assert cli.main(["holding", "where", "fhir-r4"]) == 0
    assert capsys.readouterr().out.strip() == listed["fhir-r4"]
    assert shipped.place(tmp_path / "own.yaml") == tmp_path / "own.yaml"
    words = ["holding", "load", str(tmp_path), "--mapping", "no-such", "--out"]
    assert cli.main([*words, str(tmp_path / "x")]) == 1
    assert "no-such cannot be read" in capsys.readouterr().err
