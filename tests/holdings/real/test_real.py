"""Real and realistic holdings: load, check, count, rehearse and verify, by descriptors alone."""

import datetime
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from muniment.dataplane import counts, holding_check, loading, release, verify
from muniment.dataplane.engines import duckdb as engine
from muniment.dataplane.loading import shipped
from muniment.dataplane.spec import answer, check, faults, holding, specification
from tests.holdings import places

pytestmark = pytest.mark.slow
HERE = Path(__file__).parent
NOW = datetime.datetime(2026, 11, 1, 12, tzinfo=datetime.UTC)

CASES = {
    "msk-impact-2017": ("msk_impact_2017", "json", {"patients": 10_336, "samples": 10_945}),
    "omop-cdm-5.4": (
        "omop_synthea27",
        "ships",
        {
            "person": 28,
            "observation_period": 28,
            "visit_occurrence": 1_791,
            "condition_occurrence": 470,
            "drug_exposure": 883,
        },
    ),
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


def equals(variable: str, value: object) -> dict:
    return {"variable": variable, "is": "equals", "value": value}


def row_with(table: str, variable: str, value: object) -> dict:
    return {"exists": {"table": table, "where": equals(variable, value)}}


def missing(variable: str) -> dict:
    return {"variable": variable, "is": "missing"}


# For each a question about many and one about fewer than its threshold.
QUESTIONS: dict[str, tuple[dict, dict]] = {
    "msk-impact-2017": (
        row_with("samples", "CANCER_TYPE", "Breast Cancer"),
        row_with("samples", "CANCER_TYPE", "Mastocytosis"),
    ),
    "measures": (equals("category", "quality"), equals("metric_type", "proportion")),
    "survey": (equals("country", "US - United States"), equals("country", "ZM - Zambia")),
    "abstracts": (equals("final_decision", "yes"), equals("year", 1989)),
    "providers": (equals("state", "CO"), equals("specialty", "Medical Toxicology")),
    "trials": (equals("arm", "placebo"), equals("arm", "no such arm")),
    "breast": ({"variable": "age", "is": "at_least", "value": 40}, missing("age")),
    "fhir": (equals("sex", "male"), equals("sex", "other")),
    "registry": (equals("sex", "female"), row_with("effects", "code", "no such code")),
}
# With 28 and 4 units these are too small to count in.
TOO_SMALL = {"omop-cdm-5.4": missing("race_concept_id"), "mcode": missing("category")}
NO_ABSTRACTS = {
    "all": [equals("in_progress", "yes"), equals("presentation_type", "plenary")],
}
MADE: dict[str, tuple[dict, dict]] = {
    "sdtm-pilot": (equals("SEX", "F"), equals("RACE", "ASIAN")),
    "qopi-rounds": (equals("setting", "metropolitan"), equals("ownership", "other")),
    "qopi-charts": (equals("intent", "curative"), equals("site", "C07")),
    "practice-census": (equals("setting", "metropolitan"), equals("state", "WY")),
    "meeting-abstracts": (equals("design", "cohort"), NO_ABSTRACTS),
    "basket-trial": (equals("sex", "female"), equals("tumor_type", "thymic")),
}


def load(name: str, tmp_path: Path) -> loading.Outcome:
    folder, ending, _ = CASES[name]
    source = places.source(folder)
    for archive in source.glob("*.zip"):
        source = tmp_path / "unpacked"
        with zipfile.ZipFile(archive) as packed:
            packed.extractall(source)
    paper = shipped.place(Path(name)) if ending == "ships" else HERE / f"{name}.{ending}"
    order = loading.Order(
        [str(source)],
        tmp_path / "edition",
        NOW,
        descriptor=paper if ending == "json" else None,
        mapping=None if ending == "json" else paper,
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


def in_groups(source: holding.Holding, groups: list[str]) -> dict:
    """How many there are in each group: all that an aggregate holding ever gives."""
    whole = asked(source)
    [part] = whole["parts"]
    variables = [{"name": name, "reason": "To rehearse."} for name in groups]
    part |= {"level": "aggregate", "group_by": groups}
    part["tables"] = [{"name": source.base_table, "variables": variables}]
    return whole


def count_twice(folder: Path, cohort: dict) -> tuple[answer.Count, int]:
    """The protected count of a cohort, the same however it is asked, and the number behind it."""
    source = holding.load(folder)
    wanted = in_groups(source, ["setting"]) if source.level == "aggregate" else asked(source)
    said = []
    with engine.open(source, folder=folder) as connection:
        for words in (cohort, {"not": {"not": {"any": [cohort, cohort]}}}):
            wanted["parts"][0]["cohort"] = words
            [part] = specification.parse(wanted).parts
            given = {"holding": source, "connection": connection, "as_of": NOW}
            said.append(counts.protected(part, key=b"n" * 32, **given))
            behind = counts.exact(part, **given).reveal(purpose="to compare in a test")
    assert said[0].document() == said[1].document()
    return said[0], behind


def assert_counts(folder: Path, questions: tuple[dict, dict]) -> None:
    """Many are shown rounded and near enough, few never as they are."""
    many, few = (count_twice(folder, each) for each in questions)
    for said, behind in (many, few):
        assert said.shown is None or said.shown >= said.threshold
        assert said.shown is None or said.shown % said.rounding == 0
        assert said.shown is None or abs(said.shown - behind) < 6 * said.sigma + said.rounding
    assert many[0].shown is not None
    assert few[1] < few[0].threshold


def rehearsed(folder: Path, wanted: dict, tmp_path: Path) -> dict:
    """The manifest of a rehearsal that its recipient's check accepts."""
    source = holding.load(folder)
    key = Ed25519PrivateKey.generate()
    order = release.Order(
        asked=specification.parse(wanted),
        folders={source.key: folder},
        overrides={},
        out=tmp_path / "package",
        receipt=tmp_path / "receipt.json",
        now=NOW,
    )
    built = release.build(order, keys=release.Keys(line=b"k" * 32, sign=key))
    held = verify.folder(built.folder, key=key.public_key(), rehearsal=True)
    assert held.files >= 3
    assert held.document["kind"] == "rehearsal"
    return json.loads((built.folder / "manifest.json").read_text())


@pytest.mark.parametrize("name", CASES)
def test_a_holding_loads_counts_and_rehearses_an_extract(name: str, tmp_path: Path) -> None:
    outcome = load(name, tmp_path)
    assert outcome.folder is not None, [str(each) for each in outcome.report.findings]
    assert outcome.rows.items() >= CASES[name][2].items()
    assert holding_check.check(outcome.folder).fit
    if name in TOO_SMALL:
        with pytest.raises(faults.Faulty, match="too small for live counts"):
            count_twice(outcome.folder, TOO_SMALL[name])
    else:
        assert_counts(outcome.folder, QUESTIONS[name])
    source = holding.load(outcome.folder)
    manifest = rehearsed(outcome.folder, asked(source), tmp_path)
    used = {each["variable"]: each["method"] for each in manifest["parts"][0]["methods"]}
    direct = [f.name for f in source.base.fields if f.sensitivity == "direct"]
    assert {used[name] for name in direct if name in used} <= {"pseudonym"}


@pytest.mark.parametrize("name", MADE)
def test_a_holding_that_ships_or_is_made_counts_and_rehearses(
    name: str, folder_of: Callable[[str], Path], tmp_path: Path
) -> None:
    folder = folder_of(name)
    assert holding_check.check(folder).fit
    assert_counts(folder, MADE[name])
    source = holding.load(folder)
    wanted = asked(source)
    if source.level == "aggregate":
        found = check.against(specification.parse(wanted), {source.key: source})
        assert [fault.code for fault in found] == ["aggregate-only"]
        with pytest.raises(Exception, match="aggregate"):
            rehearsed(folder, wanted, tmp_path)
        wanted = in_groups(source, ["setting", "ownership"])
    manifest = rehearsed(folder, wanted, tmp_path)
    assert manifest["parts"][0]["level"] == source.level
