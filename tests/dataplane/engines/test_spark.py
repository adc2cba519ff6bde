"""DuckDB and Spark: the same plan, the same answers, the same files."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow
import pytest

from muniment.dataplane import counts, engines, release
from muniment.dataplane.compile import questions
from muniment.dataplane.spec import holding, specification
from tests.dataplane import tables
from tests.dataplane.compile import questions_drawn
from tests.dataplane.engines import clusters
from tests.dataplane.extract import builds, test_secrets
from tests.dataplane.process import test_command_line

pytestmark = clusters.needs_spark

NOISE_KEY = bytes(range(32))
COHORTS = [
    None,
    {"variable": "AGE", "is": "at_least", "value": 65},
    {"not": {"variable": "AGE", "is": "between", "value": [40, 74]}},
    {"any": [{"variable": "BMI", "is": "less_than", "value": "18.5"},
             {"exists": {"table": "events", "where": {"variable": "GRADE", "is": "in",
                                                      "value": [3, 5]}}}]},
    {"not": {"exists": {"table": "events", "where": {"not": {"variable": "SERIOUS",
                                                             "is": "equals", "value": "Y"}}}}},
    {"all": [{"variable": "START", "is": "more_than", "value": "2012-03-01"},
             {"variable": "CONSENTED", "is": "equals", "value": "true"},
             {"variable": "AGE", "is": "present"}]},
]  # fmt: skip
GRAVE = {"variable": "GRADE", "is": "at_least", "value": 3}
SOON = {"variable": "ONSET", "is": "within", "of": {"base": "START"}, "days": [0, 60]}
EVENTS = {"table": "events", "where": GRAVE}
# The later words of the language; each has some people in and some out.
LATER_COHORTS = [
    {"exists": {"table": "events", "where": {"all": [SOON, GRAVE]}}},
    {"variable": "START", "is": "within", "of": "START", "days": [None, 0]},
    {"count": {**EVENTS, "is": "at_least", "value": 2}},
    {"not": {"count": {**EVENTS, "where": None, "is": "between", "value": [1, 2]}}},
    {"first": {**EVENTS, "by": "ONSET", "then": SOON}},
    {"last": {**EVENTS, "by": "ONSET", "where": None, "then": GRAVE}},
    {"variable": "STATE", "is": "under", "value": ["C50", "D05.1"], "of": "icd-10-cm"},
    {"variable": "AGED", "is": "at_least", "value": 2},
    {"variable": "LENGTH", "is": "equals", "value": 0},
    {"variable": "GRAVE", "is": "in", "value": [1, 3]},
    {"variable": "LATER", "is": "equals", "value": "true"},
]

# The descriptor's own methods are tried on a cluster, these on one machine.
OTHERS = {
    "policy": "others", "edition": "1",
    "fields": {
        "subjects.AGE": {"method": "bands", "edges": [40, 65]},
        "subjects.BMI": {"method": "round", "to": 5},
        "subjects.STATE": {
            "method": "roll_up", "levels": [{"CA": "West", "WY": "West", "NY": "East"}],
            "into": "Other",
        },
        "subjects.START": {"method": "year"},
        "events.GRADE": {"method": "top_bottom", "least": 2, "most": 4},
    },
}  # fmt: skip


@pytest.fixture(scope="module", params=["local", "standalone"])
def spark(request: pytest.FixtureRequest, tmp_path_factory: object) -> Iterator[engines.Setting]:
    if request.param == "local":
        yield clusters.local()
    else:
        folder = tmp_path_factory.mktemp("cluster")  # type: ignore[attr-defined]
        with clusters.standalone(folder) as setting:
            yield setting


def odd_holding(folder: Path) -> Path:
    """Rows with every cell that the readers must agree about, beside a hundred plain ones."""
    place = tables.small_holding(folder)
    subjects, events = place / "subjects.csv", place / "events.csv"
    odd = [
        ["S-90001", 'a "quoted" name', "F", "+65", ".5", "CA", "True", "2012-02-29", "two\nlines"],
        ["S-90002", " padded ", "M", "065", "3e1", "NY", "FALSE", "2013-02-29", "é, \\ and `"],
        ["S-90003", "", "", "12.5", "1,5", "", "yes", "1/2/2012", "'; DROP TABLE x; --"],
        ["", "nobody", "M", "40", "20", "TX", "1", "2014-01-01", ""],
        ["S-90004", "coded", "F", "50", "20", "C50911", "true", "2014-01-01", ""],
    ]
    tables.write_csv(place / "more.csv", tables.SUBJECT_COLUMNS, odd)
    subjects.write_bytes(
        subjects.read_bytes() + (place / "more.csv").read_bytes().split(b"\n", 1)[1]
    )
    (place / "more.csv").unlink()
    with events.open("a", encoding="utf-8") as file:
        file.write("E-9,S-90001,NAUSEA,Y,3,2012-03-01\nE-10,S-90002,RASH,,x,2013-02-29\n")
    return place


def test_both_engines_answer_every_question_alike(spark: engines.Setting, tmp_path: Path) -> None:
    place = odd_holding(tmp_path / "holding")
    source = holding.load(place)
    answers = []
    # What each word means is settled on one machine; a cluster has to agree about the rest.
    later = LATER_COHORTS if spark == clusters.local() else []
    cohorts = [*COHORTS, *later]
    for setting in (engines.EMBEDDED, spark):
        spill = tmp_path / setting.kind
        spill.mkdir()
        with engines.open(source, folder=place, setting=setting, spill=spill) as engine:
            answers.append([asked(engine, source, cohort) for cohort in cohorts])
        assert list(spill.iterdir()) == []
    assert sum(len(said) == 5 for said in answers[0]) >= 3  # noisy answers are among them
    for cohort, ours, theirs in zip(cohorts, *answers, strict=True):
        assert ours == theirs, cohort
    for cohort, said in zip(later, answers[0][len(COHORTS) :], strict=True):
        assert 0 < said[2] < answers[0][0][2], cohort


def asked(engine: engines.Engine, source: holding.Holding, cohort: object) -> list[Any]:
    """The rows of both tables in one order, the exact count, and the noisy answers."""
    asked: Any = tables.specification(
        cohort=cohort, level="aggregate", variables={}, group_by=["SEX"]
    )
    asked["parts"][0]["derived"] = questions_drawn.DERIVED if cohort in LATER_COHORTS else []
    part = specification.parse(asked).parts[0]
    said: list[Any] = []
    for table in source.tables:
        names = [field.name for field in table.fields]
        rows = engine.answer(questions.rows(part, holding=source, table=table.name, columns=names))
        said.append(sorted(map(repr, rows)))
    ask = {"holding": source, "connection": engine}
    said.append(counts.exact(part, **ask).reveal(purpose="Comparing engines."))
    if not counts.refusals(part, holding=source):
        said.append(counts.protected(part, key=NOISE_KEY, **ask))
        said.append(counts.breakdown(part, key=NOISE_KEY, **ask))
    return said


def test_a_release_built_by_spark_holds_the_same_files(
    spark: engines.Setting, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    place = builds.Bench.at(tmp_path)
    override = OTHERS if spark == clusters.local() else None
    asked = tables.specification(variables=builds.WHOLE)
    order = place.order(asked, override=override)
    keys = release.Keys(builds.LINE_KEY, builds.SIGNER)
    ours = release.build(order, keys=keys)
    other = place.order(asked, override=override)
    theirs = release.build(with_engine(other, spark), keys=keys)
    files = {name: data for name, data in builds.everything(ours).items() if "data/" in name}
    again = builds.everything(theirs)
    assert len(files) == 4
    for name, data in files.items():
        assert again[name] == data, name
    statements = str(theirs.receipt["statements"])
    assert "`" in statements
    assert "S-00001" not in statements
    printed = "".join(capfd.readouterr())
    for secret in (builds.LINE_KEY, *test_secrets.derived_keys()):
        for form in test_secrets.forms(secret):
            assert form not in statements.encode()
            assert form not in printed.encode()
    left = sorted(path.name for path in order.out.parent.iterdir())
    assert left == [order.out.name, other.out.name]


def test_a_command_works_on_a_cluster_shut_in_as_it_is(
    spark: engines.Setting, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A data plane with walls starts Java behind them: it counts on a cluster, and builds here."""
    desk = test_command_line.Desk(tmp_path, capsys)
    asked = tables.specification(cohort=COHORTS[1], variables={"subjects": ["USUBJID", "SEX"]})
    desk.spec = desk.write("cohort.json", json.dumps(asked))
    words = ["--engine", "spark", "--master", spark.master, "--memory-limit", spark.memory_limit]
    words += ["--spark-secret", spark.secret] if spark.secret else []
    if spark.secret:
        count = ["count", desk.spec, "--holding", desk.place.folder, "--format", "json"]
        alone, by_spark = desk.run(*count), desk.run(*count, *words, "--scratch", desk.root)
        assert (by_spark[0], json.loads(by_spark[1])["parts"][0]["shown"] > 0) == (0, True)
        assert by_spark == alone
        return
    keys = [f"--{name}={path}" for name, path in desk.keys(asked).items() if name != "public"]
    assert desk.extract(*keys)[0] == 0
    ours, desk.package = desk.package, desk.root / "by-spark"
    code, _, err = desk.extract(*keys, *words, "--format", "json")
    # On the error stream are steps alone, each a document: nothing of what Java says.
    steps = [json.loads(line) for line in err.splitlines()]
    assert (code, {"step": "treat p1", "percent": 0.0} in steps) == (0, True)
    files = [{path.name: path.read_bytes() for path in (place / "data").iterdir()}
             for place in (ours, desk.package)]  # fmt: skip
    assert len(files[0]) == 2
    assert files[0] == files[1]


def with_engine(order: release.Order, setting: engines.Setting) -> release.Order:
    return replace(order, setting=setting)


def test_neither_pads_nor_hashes_are_in_what_spark_is_asked() -> None:
    """The key never reaches it: not in text, and not as a bound value."""
    from muniment.dataplane import noise
    from muniment.dataplane.engines import prints, spark_dialect

    source_folder = tables.descriptor()
    source = holding.parse(source_folder)
    part = specification.parse(tables.specification()).parts[0]
    asked_for = []

    def keyed(units: object) -> str:
        asked_for.append(spark_dialect.sql(units))
        return "hashes"

    tree = questions.totals(part, holding=source)
    written = spark_dialect.sql(prints.split(tree, keyed).tree)
    for text in (written, *asked_for):
        assert "inner" not in text.lower().replace("inner join", "")
        assert "sha" not in text.lower().replace("shared", "").replace("hashed", "")
    pads = noise.edition_keys(bytes(32), holding="small", edition="2026.1").pads
    known = ["S-1", "", "é\n2"]
    made = prints.halved(pads, pyarrow.array(known)).to_pylist()
    assert [row[prints.IDENTIFIER] for row in made] == known
    for row in made:
        whole = (row[prints.HIGH] % 2**64) << 64 | row[prints.LOW] % 2**64
        assert whole == independent(pads, row[prints.IDENTIFIER])
    assert prints.halved(pads, pyarrow.array([], pyarrow.string())).num_rows == 0


def independent(pads: dict[str, bytes], identifier: str) -> int:
    import hashlib

    inside = hashlib.sha256(pads["inner"] + identifier.encode()).digest()
    return int(hashlib.sha256(pads["outer"] + inside).hexdigest()[:32], 16)
