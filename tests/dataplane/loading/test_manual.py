"""The mapping that the manual shows loads what it says it loads."""

import json
from pathlib import Path

from muniment.dataplane import loading
from tests.dataplane.loading import orders
from tests.docs import console, generate

PAGE = (generate.DOCS / "manual/holdings.md").read_text(encoding="utf-8")


def registry() -> dict:
    """The descriptor that the mapping names: patients, and their visits."""
    document = orders.descriptor([orders.field("patient_id"), orders.field("sex")])
    [patients] = document["resources"]
    fields = [
        orders.field("visit_id", "integer"), orders.field("patient_id"),
        orders.field("seen_on", "date"),
    ]  # fmt: skip
    reference = {"resource": "patients", "fields": ["patient_id"]}
    visits = {
        "name": "visits", "path": "visits.csv", "muniment": {"unit": "event"},
        "schema": {
            "primaryKey": ["visit_id"], "fields": fields,
            "foreignKeys": [{"fields": ["patient_id"], "reference": reference}],
        },
    }  # fmt: skip
    patients["name"] = document["muniment"]["base_table"] = "patients"
    document["resources"] = [patients, visits]
    return document


def test_the_mapping_of_the_manual_loads(tmp_path: Path) -> None:
    [text] = [body for language, _, body in console.BLOCK.findall(PAGE) if language == "yaml"]
    papers = orders.write(tmp_path / "papers", registry(), "registry.json").parent
    (papers / "mapping.yaml").write_text(text, encoding="utf-8")
    for number, gender in ((1, "female"), (2, "male")):
        patient = {"resourceType": "Patient", "id": f"p{number}", "gender": gender}
        orders.write(tmp_path / "in" / f"site-{number}", patient, "one.json")
    visits = "PATNR,DATE,ROOM\np2,31.01.2012,7\np2,01.02.2012,7\n"
    (tmp_path / "in" / "visits.csv").write_text(visits)
    order = loading.Order(
        [str(tmp_path / "in")], tmp_path / "edition", orders.NOW, mapping=papers / "mapping.yaml"
    )
    outcome = loading.load(order)
    assert outcome.folder is not None, json.dumps(outcome.document())
    assert orders.rows(outcome.folder, "patients") == [("p1", "F"), ("p2", "M")]
    seen = orders.rows(outcome.folder, "visits")
    assert [(key, who, str(day)) for key, who, day in seen] == [
        (1, "p2", "2012-01-31"), (2, "p2", "2012-02-01"),
    ]  # fmt: skip
