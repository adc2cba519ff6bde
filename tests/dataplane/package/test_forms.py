"""The same rows for statistics programs, and descriptions that other programs read."""

import json
import os
import shutil
import subprocess
import warnings
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet
import pyreadstat
import pytest
import rdflib

from muniment.dataplane import asking, refusals
from muniment.dataplane.extract import staging
from muniment.dataplane.package import crate, croissant, shape, statistical
from tests.dataplane import tables
from tests.dataplane.extract import builds
from tests.dataplane.package import releases
from tests.holdings import places

KINDS = ("parquet", "csv", "dta", "sav", "xpt")


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    bench = builds.Bench.at(tmp_path_factory.mktemp("release"))
    paper = bench.approved(releases.ASKED, kinds=KINDS)
    order = replace(bench.order(releases.ASKED, paper=paper), kinds=KINDS)
    from muniment.dataplane import release

    return release.build(order, keys=release.Keys(builds.LINE_KEY, builds.SIGNER)).folder


READERS = {"dta": pyreadstat.read_dta, "sav": pyreadstat.read_sav, "xpt": pyreadstat.read_xport}


@pytest.mark.parametrize("kind", READERS)
@pytest.mark.parametrize("table", ["subjects", "events"])
def test_every_form_holds_the_rows_of_the_parquet_file(
    package: Path, kind: str, table: str
) -> None:
    frame, notes = READERS[kind](package / "data" / f"{table}.{kind}")
    whole = pyarrow.parquet.read_table(package / "data" / f"{table}.parquet")
    assert (len(frame), list(frame.columns)) == (whole.num_rows, whole.schema.names)
    if table == "subjects":
        assert frame["USUBJID"].tolist() == whole["USUBJID"].to_pylist()
        ages = [None if age != age else age for age in frame["BMI"].tolist()]
        assert ages == pytest.approx([float(each) for each in whole["BMI"].to_pylist()])
        assert notes.column_names_to_labels["BMI"]


def test_every_file_is_in_the_manifest_and_the_crate(package: Path) -> None:
    there = {p.relative_to(package).as_posix() for p in package.rglob("*") if p.is_file()}
    listed = {
        each["path"] for each in json.loads((package / "manifest.json").read_bytes())["files"]
    }
    assert listed == there - {"manifest.json"}
    graph = json.loads((package / crate.NAME).read_bytes())["@graph"]
    named = {each["@id"] for each in graph if each["@type"] == "File"}
    assert named == listed - {crate.NAME}
    assert {f"data/subjects.{kind}" for kind in KINDS} <= named


def test_the_crate_reads_as_linked_data_with_what_version_1_2_asks_of_its_root(
    package: Path,
) -> None:
    document = json.loads((package / crate.NAME).read_bytes())
    context = places.source("validators", "ro_crate_1_2") / "context.jsonld"
    document["@context"] = json.loads(context.read_bytes())["@context"]
    graph = rdflib.Graph()
    with warnings.catch_warnings():  # the library's own parser uses what the library calls old
        warnings.simplefilter("ignore", DeprecationWarning)
        graph.parse(data=json.dumps(document), format="json-ld", publicID="urn:crate:")
    schema, terms = (
        rdflib.Namespace("http://schema.org/"),
        rdflib.Namespace("http://purl.org/dc/terms/"),
    )
    [about] = graph.subjects(terms.conformsTo, rdflib.URIRef(crate.PROFILE))
    [root] = graph.objects(about, schema.about)
    assert (root, rdflib.RDF.type, schema.Dataset) in graph
    for needed in (schema.name, schema.description, schema.datePublished, schema.license):
        assert graph.value(root, needed) is not None, needed
    parts = set(graph.objects(root, schema.hasPart))
    assert len(parts) > 10
    for part in parts:
        assert (part, rdflib.RDF.type, schema.MediaObject) in graph


def test_croissant_names_every_table_by_hash_and_column(package: Path) -> None:
    document = json.loads((package / croissant.NAME).read_bytes())
    assert document["conformsTo"] == "http://mlcommons.org/croissant/1.1"
    files = {each["@id"]: each["sha256"] for each in document["distribution"]}
    assert set(files) == {
        f"data/{t}.{k}" for t in ("subjects", "events") for k in ("csv", "parquet")
    }
    for name, sha256 in files.items():
        import hashlib

        assert hashlib.sha256((package / name).read_bytes()).hexdigest() == sha256
    records = {each["name"]: each for each in document["recordSet"]}
    assert records["subjects"]["key"] == [{"@id": "subjects/USUBJID"}]
    assert "key" not in records["events"]
    types = {each["name"]: each["dataType"] for each in records["subjects"]["field"]}
    assert types["USUBJID"] == "sc:Text"


ORACLES = Path(os.environ.get("MUNIMENT_ORACLES", places.ROOT / ".venv" / "oracles"))
"""An environment of its own for judges whose wishes must not bind ours."""


def program(name: str) -> Path:
    found = ORACLES / "bin" / name
    if not found.exists():
        pytest.skip(f"{name} is not there: make setup-tests makes it.")
    return found


@pytest.mark.slow
def test_the_validator_of_research_objects_finds_nothing(package: Path, tmp_path: Path) -> None:
    context = places.source("validators", "ro_crate_1_2", "context.jsonld")
    program("rocrate-validator")
    asks = Path(__file__).with_name("asks_rocrate.py")

    def found(folder: Path) -> dict[str, object]:
        words = [program("python"), asks, folder, context]
        home = os.environ | {"HOME": str(tmp_path)}  # it keeps a cache there
        done = subprocess.run(words, capture_output=True, text=True, check=True, env=home)
        answer: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
        return answer

    assert found(package) == {"passed": True, "issues": []}
    spoiled = Path(shutil.copytree(package, tmp_path / "spoiled"))
    document = json.loads((spoiled / crate.NAME).read_bytes())
    for each in document["@graph"]:
        if each["@id"] == "./":
            del each["license"], each["datePublished"]
    (spoiled / crate.NAME).write_text(json.dumps(document))
    assert found(spoiled)["passed"] is False


@pytest.mark.slow
def test_the_validator_of_croissant_finds_nothing(package: Path) -> None:
    words = [program("mlcroissant"), "validate", "--jsonld", croissant.NAME]
    done = subprocess.run(words, cwd=package, capture_output=True, text=True, check=False)
    assert "error(s)" not in done.stderr, done.stderr
    assert "Done." in done.stderr


def column(name: str, title: str = "") -> shape.OutColumn:
    kind = next(iter(shape.FieldType))
    return shape.OutColumn(name, name, kind, title, "", "keep", "", ())


def out(*names: str) -> shape.OutTable:
    return shape.OutTable(
        "p1", "t", "t", "", "person", "t", tuple(column(name) for name in names), (), (), ()
    )


def test_names_are_made_fit_for_every_program_and_stay_apart() -> None:
    assert statistical.safe_names(["AGE", "1st", "a b", "a-b", "É"], longest=32) == [
        "AGE", "v1st", "a_b", "a_b_2", "v_",
    ]  # fmt: skip
    assert statistical.safe_names(["x" * 40, "X" * 40], longest=32) == ["x" * 32, "X" * 30 + "_2"]


def test_whole_numbers_truth_and_missing_values_survive(tmp_path: Path) -> None:
    import decimal

    source = tmp_path / "t.parquet"
    held = pa.table({
        "n": pa.array([1, None, 3]), "whole": pa.array([1, 2, 3]),
        "yes": pa.array([True, None, False]),
        "d": pa.array([decimal.Decimal("1.5"), None, decimal.Decimal("2.5")]),
    })  # fmt: skip
    pyarrow.parquet.write_table(held, source)
    for kind, read in READERS.items():
        target = tmp_path / f"t.{kind}"
        statistical.write(out("n", "whole", "yes", "d"), target, source=source)
        frame, _ = read(target)
        assert [None if x != x else x for x in frame["n"]] == [1, None, 3]
        assert frame["whole"].tolist() == [1, 2, 3]
        assert [None if x != x else x for x in frame["yes"]] == [1, None, 0]
        assert [None if x != x else x for x in frame["d"]] == [1.5, None, 2.5]


def labeled(name: str, kind: shape.FieldType, *labels: tuple[str, str]) -> shape.OutColumn:
    codes = tuple(code for code, _ in labels)
    return replace(column(name), kind=kind, codes=codes, labels=labels)


def test_values_have_their_labels_in_every_program(tmp_path: Path) -> None:
    source, kinds = tmp_path / "t.parquet", shape.FieldType
    held = pa.table({
        "sex": ["F", "M"], "grade": pa.array([1, None]),
        "day": ["2026-01-02", "2026-01-03"], "dose": [0.5, 1.0], "ill": [True, False],
        "long": ["x", "y"],
    })  # fmt: skip
    pyarrow.parquet.write_table(held, source)
    told = replace(out(), columns=(
        labeled("sex", kinds.STRING, ("F", "Patient's sex: female"), ("M", "male\nor boy")),
        labeled("grade", kinds.INTEGER, ("1", "mild"), ("2", "severe"), ("n/a", "none")),
        labeled("day", kinds.DATE, ("2026-01-02", "the first")),
        labeled("dose", kinds.NUMBER, ("0.5", "half")),
        labeled("ill", kinds.BOOLEAN, ("true", "ill")),
        labeled("long", kinds.STRING),
    ))  # fmt: skip
    whole = {"grade": {1: "mild", 2: "severe"}, "ill": {0: "false", 1: "ill"}}
    others = {"sex": {"F": "Patient's sex: female", "M": "male\nor boy"}, "dose": {0.5: "half"}}
    for kind, expected in {"dta": whole, "sav": whole | others, "xpt": {}}.items():
        statistical.write(told, tmp_path / f"t.{kind}", source=source)
        frame, notes = READERS[kind](tmp_path / f"t.{kind}")
        assert notes.variable_value_labels == expected, kind
        assert list(frame.columns) == ["sex", "grade", "day", "dose", "ill", "long_"]
        assert frame["sex"].tolist() == ["F", "M"]
    assert (tmp_path / "t.sas").read_text().splitlines()[2:] == [
        '%xpt2loc(libref=work, memlist=t, filespec="&folder./t.xpt");',
        "proc format;",
        "  value $labels0_ /* sex */",
        "    'F' = 'Patient''s sex: female'",
        "    'M' = 'male or boy'",
        "  ;",
        "  value labels1_ /* grade */",
        "    1 = 'mild'",
        "    2 = 'severe'",
        "  ;",
        "  value labels2_ /* dose */",
        "    0.5 = 'half'",
        "  ;",
        "  value labels3_ /* ill */",
        "    0 = 'false'",
        "    1 = 'ill'",
        "  ;",
        "run;",
        "proc datasets library=work nolist;",
        "  modify t;",
        "  format sex $labels0_.;",
        "  format grade labels1_.;",
        "  format dose labels2_.;",
        "  format ill labels3_.;",
        "quit;",
    ]


def test_names_and_codes_that_a_program_does_not_take_stop_no_form(tmp_path: Path) -> None:
    """A member of a SAS library begins with a letter; Stata would label 0 for a large number."""
    source, kinds = tmp_path / "t.parquet", shape.FieldType
    held = {"n": pa.array([1, 2**31]), "far": pa.array([0, 1]), "text": ["x", "y"]}
    pyarrow.parquet.write_table(pa.table(held), source)
    hostile = 'it\'s; run; %put &sysdate "x" */'
    told = replace(out(), name="2026-visits", columns=(
        labeled("n", kinds.INTEGER, ("1", "one"), (str(2**31), "many"), (str(-(2**31)), "few")),
        labeled("far", kinds.INTEGER, (str(2**31 - 27), "far")),
        labeled("text", kinds.STRING, ("x'y;&z", hostile)),
    ))  # fmt: skip
    for kind in ("dta", "xpt"):
        statistical.write(told, tmp_path / f"t.{kind}", source=source)
    frame, notes = READERS["dta"](tmp_path / "t.dta")
    assert (notes.variable_value_labels, frame["n"].tolist()) == ({"n": {1: "one"}}, [1, 2**31])
    assert READERS["xpt"](tmp_path / "t.xpt")[1].table_name == "v2026_visits"
    lines = (tmp_path / "t.sas").read_text().splitlines()
    assert '%xpt2loc(libref=work, memlist=v2026_visits, filespec="&folder./t.xpt");' in lines
    assert "    'x''y;&z' = 'it''s; run; %put &sysdate \"x\" */'" in lines


def test_a_table_without_labels_needs_no_program(tmp_path: Path) -> None:
    source, target = tmp_path / "t.parquet", tmp_path / "t.xpt"
    pyarrow.parquet.write_table(pa.table({"note": ["x"]}), source)
    assert statistical.write(out("note"), target, source=source) == [target]
    assert not target.with_suffix(".sas").exists()


def test_declared_labels_go_from_the_descriptor_into_the_package(tmp_path: Path) -> None:
    bench = builds.Bench.at(tmp_path)
    shown = tables.descriptor()
    fields = {each["name"]: each for each in shown["resources"][0]["schema"]["fields"]}
    del fields["SEX"]["constraints"]
    fields["SEX"]["categories"] = [{"value": "F", "label": "female"}, {"value": "M"}]
    (bench.folder / "datapackage.json").write_text(json.dumps(shown))
    asked = tables.specification(variables={"subjects": ["SEX", "CONSENTED"]})
    order = replace(bench.order(asked), kinds=("parquet", "csv", "sav", "xpt"))
    from muniment.dataplane import release

    folder = release.build(order, keys=release.Keys(builds.LINE_KEY, builds.SIGNER)).folder
    _, notes = pyreadstat.read_sav(folder / "data" / "subjects.sav")
    assert notes.variable_value_labels["SEX"] == {"F": "female"}
    [resource] = json.loads((folder / "datapackage.json").read_bytes())["resources"]
    described = {each["name"]: each for each in resource["schema"]["fields"]}
    assert described["SEX"]["categories"] == [
        {"value": "F", "label": "female"}, {"value": "M", "label": "M"},
    ]  # fmt: skip
    assert "categories" not in described["CONSENTED"]
    assert "Codes: F = female, M" in (folder / "codebook.md").read_text()
    listed = json.loads((folder / "manifest.json").read_bytes())["files"]
    assert "data/subjects.sas" in {each["path"] for each in listed}


def test_text_that_a_form_cannot_hold_is_refused_and_named(tmp_path: Path) -> None:
    source = tmp_path / "t.parquet"
    pyarrow.parquet.write_table(pa.table({"note": ["x" * 3000]}), source)
    with pytest.raises(refusals.Refused) as caught:
        statistical.write(out("note"), tmp_path / "t.dta", source=source)
    assert caught.value.code == "text-too-long"
    statistical.write(out("note"), tmp_path / "t.sav", source=source)


def test_the_kinds_that_are_asked_for_come_with_the_file_they_are_made_from() -> None:
    assert asking.kinds({}) == staging.KINDS
    assert asking.kinds({"kinds": ["csv"]}) == ("csv",)
    assert asking.kinds({"kinds": ["dta"]}) == ("parquet", "dta")
    assert asking.kinds({"kinds": ["csv", "sav", "exe"]}) == ("parquet", "csv", "sav")


def test_a_package_of_parquet_alone_is_described_by_it(tmp_path: Path) -> None:
    bench = builds.Bench.at(tmp_path)
    order = replace(
        bench.order(tables.specification(variables={"subjects": ["SEX"]})), kinds=("parquet",)
    )
    from muniment.dataplane import release

    folder = release.build(order, keys=release.Keys(builds.LINE_KEY, builds.SIGNER)).folder
    [record] = json.loads((folder / croissant.NAME).read_bytes())["recordSet"]
    assert record["field"][0]["source"]["fileObject"]["@id"] == "data/subjects.parquet"
