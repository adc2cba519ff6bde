"""Sums and means in a package: asked, checked, counted from the holding, said in the README."""

from pathlib import Path
from xml.etree import ElementTree

import pytest

from muniment.dataplane.spec import check, diff, faults, holding, specification
from tests.dataplane import tables
from tests.dataplane.extract import builds

SVG = "{http://www.w3.org/2000/svg}"


def asked(*measures: tuple[str, str], **part: object) -> dict[str, object]:
    shape = tables.specification(
        **{"level": "aggregate", "variables": {}, "group_by": ["STATE"], **part}
    )
    shape["parts"][0]["measures"] = [{"variable": name, "is": kind} for name, kind in measures]
    return shape


def test_a_mean_stands_beside_the_number(tmp_path: Path) -> None:
    place = builds.Bench.at(tmp_path, persons=300)
    built = place.build(asked(("BMI", "mean"), ("AGE", "sum")))
    found = {row["STATE"]: row for row in builds.rows(built, "counts")}
    bodies = [float(row["BMI"]) for row in builds.held(place, "subjects") if row["STATE"] == "CA"]
    ages = [int(row["AGE"] or 0) for row in builds.held(place, "subjects") if row["STATE"] == "CA"]
    assert float(found["CA"]["mean_BMI"]) == pytest.approx(sum(bodies) / len(bodies), rel=0.005)
    assert float(found["CA"]["sum_AGE"]) == pytest.approx(sum(ages), rel=0.005)
    assert found["missing"]["mean_BMI"] == found["missing"]["sum_AGE"] == ""
    readme = (built.folder / "README.md").read_text(encoding="utf-8")
    assert "2 largest make up more than 85 percent" in readme
    assert "The mean of BMI over the people" in readme


def test_each_measure_has_a_chart_that_draws_what_the_table_shows(tmp_path: Path) -> None:
    place = builds.Bench.at(tmp_path, persons=300)
    built = place.build(asked(("BMI", "mean"), ("AGE", "sum")))
    rows = builds.rows(built, "counts")
    for name, column in (("counts-mean-1", "mean_BMI"), ("counts-sum-2", "sum_AGE")):
        picture = ElementTree.parse(built.folder / "charts" / f"{name}.svg").getroot()
        words = [text.text for text in picture.findall(f"{SVG}text")]
        told = [f"{float(row[column]):,}".removesuffix(".0") for row in rows if row[column]]
        assert [word for word in words if word in told] == told
        assert words.count("hidden") == len(rows) - len(told) > 0
        assert words[-1].startswith("hidden: it would tell too much")
        assert f"charts/{name}.svg" in {each["path"] for each in built.manifest["files"]}
    assert "Sum of AGE" in (built.folder / "charts" / "counts-sum-2.svg").read_text()


def test_amounts_below_zero_have_no_chart(tmp_path: Path) -> None:
    states = [*tables.STATES, ""]
    people = [
        [f"S-{n}", "x", "F", "30", "-24.50", states[n % 5], "true", "2013-01-01", ""]
        for n in range(200)
    ]
    folder = tables.write_holding(tmp_path / "holding", tables.descriptor(), subjects=people)
    built = builds.Bench(tmp_path, folder).build(asked(("BMI", "sum")))
    assert {row["sum_BMI"] for row in builds.rows(built, "counts")} == {"-980.0"}
    assert [path.name for path in (built.folder / "charts").iterdir()] == ["counts.svg"]


def test_the_hash_is_as_it_was_where_nothing_is_measured() -> None:
    without = asked()
    del without["parts"][0]["measures"]
    old = specification.parse(without)
    assert specification.parse(asked()).hash == old.hash
    assert b"measures" not in old.canonical()
    new = specification.parse(asked(("BMI", "mean")))
    assert new.hash != old.hash
    assert specification.parse(new.document()) == new
    assert "by STATE, with the mean of BMI" in new.sentence()


@pytest.mark.parametrize(
    ("measures", "part", "code"),
    [
        ([("BMI", "median")], {}, "unknown-word"),
        ([("BMI", "sum"), ("BMI", "mean")], {}, "duplicate"),
        ([("BMI", "sum")], {"level": "record", "variables": {"subjects": ["SEX"]}},
         "unexpected-value"),
    ],
)  # fmt: skip
def test_measures_that_cannot_be_are_refused(
    measures: list[tuple[str, str]], part: dict[str, object], code: str
) -> None:
    shape = asked(*measures, **part)
    with pytest.raises(faults.Faulty) as refused:
        specification.parse(shape)
    assert code in [fault.code for fault in refused.value.faults]


def test_a_measure_that_is_no_object_is_refused() -> None:
    shape = asked()
    shape["parts"][0]["measures"] = ["BMI"]
    with pytest.raises(faults.Faulty) as refused:
        specification.parse(shape)
    assert [fault.path for fault in refused.value.faults] == ["/parts/0/measures/0"]


def test_another_measure_is_another_request() -> None:
    old, new = (specification.parse(asked(("BMI", kind))) for kind in ("mean", "sum"))
    assert [change.says for change in diff.diff(old, new)] == [
        "Part p1: it measures the sum of BMI."
    ]


def test_a_measure_is_of_declared_numbers_that_may_be_asked(tmp_path: Path) -> None:
    source = holding.load(tables.small_holding(tmp_path))
    wanted = specification.parse(asked(("NOPE", "sum"), ("SEX", "sum"), ("USUBJID", "mean")))
    found = check.against(wanted, {source.key: source})
    assert [(fault.path, fault.code) for fault in found] == [
        ("/parts/0/measures/0/variable", "unknown-variable"),
        ("/parts/0/measures/1/variable", "wrong-type"),
        ("/parts/0/measures/2/variable", "identifier-like"),
        ("/parts/0/measures/2/variable", "wrong-type"),
    ]
