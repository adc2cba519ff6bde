"""Tables of numbers that left before: a new one cannot be subtracted from them."""

import json
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest

from muniment.dataplane import refusals, release
from muniment.dataplane.cube import earlier
from muniment.dataplane.spec import holding, specification
from muniment.dataplane.suppression.rule import Rule
from muniment.dataplane.trace import sketch
from tests.dataplane import tables
from tests.dataplane.extract import builds

SKETCH_KEY = bytes(range(50, 82))
CONSENTED = {"variable": "CONSENTED", "is": "equals", "value": "true"}
SVG = "{http://www.w3.org/2000/svg}"


def asked(*names: str, cohort: dict[str, object] | None = None, part: str = "p1") -> dict:
    shape = tables.specification(
        level="aggregate", variables={}, group_by=list(names), cohort=cohort
    )
    shape["parts"][0]["id"] = part
    return shape


@pytest.fixture
def place(tmp_path: Path) -> builds.Bench:
    """Two hundred people, half of each sex, of whom four did not consent."""
    people = [
        [f"S-{n}", "x", "F" if n % 2 else "M", "30", "20.00", "CA", str(n > 3).lower(),
         "2013-01-01", ""]
        for n in range(200)
    ]  # fmt: skip
    folder = tables.write_holding(tmp_path / "holding", tables.descriptor(), subjects=people)
    return builds.Bench(tmp_path, folder)


def build(
    place: builds.Bench, shape: dict, *prints: Path, **more: object
) -> tuple[release.Built, Path]:
    """A package, and the prints of it."""
    order = replace(place.order(shape, **more), earlier=prints)
    keys = release.Keys(builds.LINE_KEY, builds.SIGNER, sketch=SKETCH_KEY)
    return release.build(order, keys=keys), sketch.beside(order.receipt)


def shown(built: release.Built, name: str = "counts") -> dict[str, str]:
    return {row["SEX"]: row["number"] for row in builds.rows(built, name)}


def test_two_tables_that_would_tell_who_did_not_consent_do_not_both_show(
    place: builds.Bench,
) -> None:
    """The control: without what left before, their difference is known to be at most four."""
    whole, prints = build(place, asked("SEX"))
    alone, _ = build(place, asked("SEX", cohort=CONSENTED))
    rule = Rule(11, 5)
    both = {sex for sex, number in shown(whole).items() if number and shown(alone)[sex]}
    assert both
    for sex in both:
        most = rule.behind(int(shown(whole)[sex]))[1] - rule.behind(int(shown(alone)[sex]))[0]
        assert most < rule.secret[1]
    joint, _ = build(place, asked("SEX", cohort=CONSENTED), prints)
    assert not any(shown(joint)[sex] for sex in both)


def test_the_order_of_leaving_does_not_matter(place: builds.Bench) -> None:
    part, prints = build(place, asked("SEX", cohort=CONSENTED))
    whole, _ = build(place, asked("SEX"), prints)
    assert not any(number and shown(part)[sex] for sex, number in shown(whole).items())


def test_parts_of_one_build_are_held_against_each_other(place: builds.Bench) -> None:
    shape = asked("SEX")
    shape["parts"].append(asked("SEX", cohort=CONSENTED, part="p2")["parts"][0])
    built, prints = build(place, shape)
    first, second = shown(built, "p1-counts"), shown(built, "p2-counts")
    assert any(first.values())
    assert not any(number and second[sex] for sex, number in first.items())
    assert len(sketch.read(prints).aggregates) == 2


def test_the_same_table_again_shows_the_same(place: builds.Bench) -> None:
    for cohort in (None, CONSENTED):
        once, prints = build(place, asked("SEX", cohort=cohort))
        assert shown(build(place, asked("SEX", cohort=cohort), prints)[0]) == shown(once)


def test_a_finer_table_beside_a_coarse_one_keeps_what_that_hides(place: builds.Bench) -> None:
    coarse, prints = build(place, asked("SEX"))
    fine, _ = build(place, asked("STATE", "SEX"), prints)
    rows = builds.rows(fine, "counts")
    for sex, number in shown(coarse).items():
        cells = [row["number"] for row in rows if row["SEX"] == sex]
        assert number or not all(cells), sex


def test_other_editions_are_other_tables(place: builds.Bench) -> None:
    [table] = earlier.of_documents([{"part": asked("SEX")["parts"][0], "shown": [["F"]]}])
    mine = table.part
    assert earlier.of_edition([table], mine) == [table]
    assert earlier.of_edition([table], replace(mine, edition="2027.1")) == []


def test_one_cohort_in_other_words_is_one_cohort(place: builds.Bench) -> None:
    source = holding.load(place.folder)
    twice = {"not": {"not": CONSENTED}}
    parts = [
        specification.parse(asked("SEX", cohort=cohort)).parts[0]
        for cohort in (None, CONSENTED, twice)
    ]
    known = [earlier.Table(part, frozenset()) for part in parts]
    assert earlier.cohorts(known, parts[0], source) == [parts[1]]
    assert earlier.cohorts(known, parts[2], source) == []


def test_a_mean_beside_a_number_makes_it_exact_for_later_tables(place: builds.Bench) -> None:
    shape = asked("SEX")
    shape["parts"][0]["measures"] = [{"variable": "BMI", "is": "mean"}]
    _, prints = build(place, shape)
    [left] = sketch.read(prints).aggregates
    assert left.part.measures
    again, _ = build(place, asked("SEX"), prints)
    assert {sex for sex, number in shown(again).items() if number} == {sex for (sex,) in left.shown}


def test_two_sums_of_one_variable_that_could_be_subtracted_do_not_both_leave(
    place: builds.Bench,
) -> None:
    """The control: nothing stops the second where the first is not known."""
    whole, few, finer = asked("SEX"), asked("SEX", cohort=CONSENTED), asked("SEX", "STATE")
    means = asked("SEX")  # of the same people: the sum over the mean is their number
    for shape, kind in ((whole, "sum"), (few, "mean"), (finer, "sum"), (means, "mean")):
        shape["parts"][0]["measures"] = [{"variable": "BMI", "is": kind}]
    _, prints = build(place, whole)
    for other in (few, finer, means):
        build(place, other)
        with pytest.raises(refusals.Refused, match="Another sum or mean of BMI left") as refused:
            build(place, other, prints)
        assert refused.value.code == "amount-left-before"
    build(place, whole, prints)
    build(place, asked("SEX", cohort=CONSENTED), prints)


def test_a_sum_is_not_shown_again_once_rows_may_have_come_out_of_an_embargo(
    place: builds.Bench,
) -> None:
    """The same question has another answer then: its difference is theirs alone."""
    path = place.folder / "datapackage.json"
    shape = json.loads(path.read_text(encoding="utf-8"))
    shape["muniment"]["embargo"] = {"table": "subjects", "field": "START"}
    path.write_text(json.dumps(shape), encoding="utf-8")
    sums = asked("SEX")
    sums["parts"][0]["measures"] = [{"variable": "BMI", "is": "sum"}]
    _, prints = build(place, sums)
    with pytest.raises(refusals.Refused, match=r"sum or mean of BMI left.* for numbers only\.$"):
        build(place, sums, prints)
    build(place, asked("SEX"), prints)


def test_prints_hold_no_numbers_of_the_table(place: builds.Bench) -> None:
    _, prints = build(place, asked("SEX", cohort=CONSENTED))
    [kept] = json.loads(prints.read_text(encoding="utf-8"))["aggregates"]
    assert set(kept) == {"part", "shown"}
    assert all(isinstance(word, str) for labels in kept["shown"] for word in labels)


@pytest.mark.parametrize("wrong", [{}, [{}], [{"part": {}, "shown": []}], ["x"]])
def test_prints_that_cannot_be_read_refuse_the_build(place: builds.Bench, wrong: object) -> None:
    _, prints = build(place, asked("SEX"))
    held = json.loads(prints.read_text(encoding="utf-8"))
    prints.write_text(json.dumps({**held, "aggregates": wrong}), encoding="utf-8")
    with pytest.raises(refusals.Refused) as refused:
        build(place, asked("SEX"), prints)
    assert refused.value.code == "not-a-trace"


def test_shown_groups_that_are_no_list_are_refused() -> None:
    with pytest.raises(TypeError):
        earlier.of_documents([{"part": asked("SEX")["parts"][0], "shown": "F"}])


def test_prints_from_before_there_were_any_are_read(place: builds.Bench) -> None:
    _, prints = build(place, asked("SEX"))
    held = json.loads(prints.read_text(encoding="utf-8"))
    del held["aggregates"]
    prints.write_text(json.dumps(held), encoding="utf-8")
    assert sketch.read(prints).aggregates == ()


def test_a_chart_lies_beside_the_table_and_draws_what_it_shows(place: builds.Bench) -> None:
    built, _ = build(place, asked("SEX"))
    picture = ElementTree.parse(built.folder / "charts" / "counts.svg").getroot()
    bars = [rect.get("class") for rect in picture.findall(f"{SVG}rect")]
    numbers = list(shown(built).values())
    assert bars == ["chart-bar" if number else "chart-hidden" for number in numbers]
    words = [text.text for text in picture.findall(f"{SVG}text")]
    assert [word for word in words if word in shown(built)] == list(shown(built))
    assert {f"{int(number):,}" for number in numbers if number} <= set(words)
    listed = {each["path"] for each in built.manifest["files"]}
    assert "charts/counts.svg" in listed


def test_one_number_of_everybody_has_a_bar_of_its_own(place: builds.Bench) -> None:
    built, _ = build(place, asked())
    drawn = (built.folder / "charts" / "counts.svg").read_text(encoding="utf-8")
    assert ">all people<" in drawn
    assert ">200<" in drawn
