"""Real and realistic holdings: load, check and rehearse an extract, by descriptors alone."""

import datetime
import json
import zipfile
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from muniment.dataplane import holding_check, loading, release
from muniment.dataplane.spec import holding, specification
from tests.holdings import places

pytestmark = pytest.mark.slow
HERE = Path(__file__).parent
NOW = datetime.datetime(2026, 11, 1, 12, tzinfo=datetime.UTC)

CASES = {
    "msk-impact-2017": ("msk_impact_2017", "json", {"patients": 10_336, "samples": 10_945}),
    "omop": ("omop_synthea27", "yaml", {"person": 28, "condition_occurrence": 470}),
    "measures": ("qpp_measures", "yaml", {"measures": 612, "benchmarks": 738}),
    "survey": ("springer_nature_survey", "yaml", {"answers": 7718}),
    "abstracts": ("pubmedqa_oncology", "json", {"abstracts": 192}),
    "providers": ("nppes_providers", "yaml", {"physicians": 12_500}),
    "trials": ("kmdata", "yaml", {"people": 146_593}),
    "breast": ("lifelines_cancer", "json", {"women": 686}),
    "fhir": ("ecqm_tests_A", "yaml", {"patients": 114, "conditions": 119}),
    "mcode": ("mcode_examples", "yaml", {"conditions": 4}),
    "registry": ("flux_mcode_mock", "yaml", {"people": 934, "effects": 1_881}),
}


def load(name: str, tmp_path: Path) -> loading.Outcome:
    folder, ending, _ = CASES[name]
    source = places.source(folder)
    for archive in source.glob("*.zip"):
        source = tmp_path / "unpacked"
        with zipfile.ZipFile(archive) as packed:
            packed.extractall(source)
    paper = HERE / f"{name}.{ending}"
    order = loading.Order(
        [str(source)],
        tmp_path / "edition",
        NOW,
        descriptor=paper if ending == "json" else None,
        mapping=paper if ending == "yaml" else None,
    )
    return loading.load(order)


def asked(source: holding.Holding) -> dict:
    """Everything of the base table that may leave."""
    names = [
        field.name
        for field in source.base.fields
        if field.release is not None and field.release.method not in ("drop", "free_text")
    ]
    variables = [{"name": name, "reason": "To rehearse."} for name in names]
    return {
        "muniment_specification": 1,
        "parts": [
            {
                "id": "p1", "holding": source.holding, "edition": source.edition,
                "level": "record", "cohort": None,
                "tables": [{"name": source.base_table, "variables": variables}],
            }
        ],
        "links": [],
    }  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_holding_loads_and_rehearses_an_extract(name: str, tmp_path: Path) -> None:
    outcome = load(name, tmp_path)
    assert outcome.folder is not None, [str(each) for each in outcome.report.findings]
    assert outcome.rows == CASES[name][2]
    assert holding_check.check(outcome.folder).fit
    source = holding.load(outcome.folder)
    wanted = specification.parse(asked(source))
    out = tmp_path / "package"
    order = release.Order(
        asked=wanted,
        folders={source.key: outcome.folder},
        override=None,
        out=out,
        receipt=tmp_path / "receipt.json",
        now=NOW,
    )
    key = Ed25519PrivateKey.generate()
    built = release.build(order, keys=release.Keys(line=b"k" * 32, sign=key))
    manifest = json.loads((built.folder / "manifest.json").read_text())
    assert manifest["kind"] == "rehearsal"
    used = {each["variable"]: each["method"] for each in manifest["parts"][0]["methods"]}
    direct = [f.name for f in source.base.fields if f.sensitivity == "direct"]
    assert {used[name] for name in direct if name in used} <= {"pseudonym"}
