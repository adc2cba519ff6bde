"""A real table of 686 women with breast cancer: its public cube."""

import datetime
import json
from pathlib import Path

import pytest

from muniment.dataplane import cube, loading
from muniment.dataplane.cube import document
from muniment.dataplane.engines import duckdb as engine
from muniment.dataplane.spec import holding
from tests.holdings import places

DESCRIPTOR = Path(__file__).parents[2] / "holdings" / "real" / "breast.json"
NOW = datetime.datetime(2026, 11, 1, 12, tzinfo=datetime.UTC)
BANDS = [[None, 39], [40, 49], [50, 59], [60, 69], [70, None]]


@pytest.mark.slow
def test_a_real_cohort_has_a_proven_cube(tmp_path: Path) -> None:
    shape = json.loads(DESCRIPTOR.read_bytes())
    shape["muniment"] |= {"cube": [["age", "grade"]], "threshold": 11, "rounding": 5}
    for field in shape["resources"][0]["schema"]["fields"]:
        if field["name"] == "age":
            field["muniment"]["banded"] = BANDS
            field["constraints"] = {"required": True}
        if field["name"] == "grade":
            field["constraints"] = {"required": True, "enum": [1, 2, 3]}
    paper = tmp_path / "paper.json"
    paper.write_text(json.dumps(shape), encoding="utf-8")
    source = places.source("lifelines_cancer")
    order = loading.Order([str(source)], tmp_path / "edition", NOW, descriptor=paper)
    outcome = loading.load(order)
    assert outcome.folder is not None, [str(each) for each in outcome.report.findings]
    read = holding.load(outcome.folder)
    with engine.open(read, folder=outcome.folder) as connection:
        found = cube.count(read, connection)
    cells = document.cells(cube.make(found))
    assert cells[()] == 685
    assert len(cells) == 1 + 5 + 3 + 15
    assert cells[(("grade", "2"),)] == 445
    small = [cell for cell, value in enumerate(found.values) if value < 11]
    assert small
    hidden = [value for value in cells.values() if value is None]
    assert len(small) < len(hidden) <= 2 * len(small) + 4
