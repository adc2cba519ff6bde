"""Rows that name nobody do not leave, so nothing in them counts for what does."""

from pathlib import Path

from tests.dataplane import tables
from tests.dataplane.extract import builds

MERGED = {"method": "rare_merge", "minimum": 2, "into": "Other"}


def test_a_value_that_nobody_has_makes_no_other_one_rare(tmp_path: Path) -> None:
    """As a merged value of no person it would take a frequent one with it."""
    shape = tables.descriptor()
    for field in shape["resources"][0]["schema"]["fields"]:
        if field["muniment"]["class"] == "quasi":
            field["muniment"]["class"] = "sensitive"
    row = dict.fromkeys(tables.SUBJECT_COLUMNS, "") | {"STATE": tables.STATES[0]}
    people = [[*(row | {"USUBJID": f"S-{n:05d}"}).values()] for n in range(40)]
    nobody = [*(row | {"STATE": tables.STATES[1]}).values()]
    folder = tables.write_holding(tmp_path / "holding", shape, subjects=[*people, nobody])
    override = {"policy": "x", "edition": "1", "fields": {"subjects.STATE": MERGED}}
    asked = tables.specification(variables={"subjects": ["STATE"]})
    built = builds.Bench(tmp_path, folder).build(asked, override=override)
    assert [row["STATE"] for row in builds.rows(built, "subjects")] == [tables.STATES[0]] * 40
