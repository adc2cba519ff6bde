"""Random codes, marks and reviewed texts in a whole build, and what a build needs for them."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from muniment.dataplane import crosswalk, pseudonyms, refusals, release
from muniment.dataplane.freetext import review
from muniment.dataplane.methods import mark
from tests.dataplane import tables
from tests.dataplane.extract import builds

pytestmark = pytest.mark.slow

RANDOM = {"method": "random_code"}
CODED = {
    "policy": "random",
    "edition": "1",
    "fields": {"subjects.USUBJID": RANDOM, "events.USUBJID": RANDOM},
}
ASKED = {"subjects": ["USUBJID"], "events": ["USUBJID"]}


@pytest.fixture
def place(tmp_path: Path) -> builds.Bench:
    return builds.Bench.at(tmp_path)


def codes(built: release.Built, table: str = "subjects") -> set[str]:
    return {row["USUBJID"] for row in builds.rows(built, table)}


def test_a_rebuild_with_the_lines_list_gives_everyone_the_same_random_code(
    place: builds.Bench,
) -> None:
    asked = tables.specification(variables=ASKED)
    listed = crosswalk.Crosswalk()
    women = {"variable": "SEX", "is": "equals", "value": "F"}
    some = tables.specification(variables=ASKED, cohort=women)
    first = coded(place, some, listed)
    kept = crosswalk.opened(listed.sealed(builds.LINE_KEY), line_key=builds.LINE_KEY)
    again = coded(place, asked, kept)
    assert codes(first) < codes(again)
    assert codes(again, "events") <= codes(again)
    assert len(codes(again)) == 120
    assert not codes(again) & codes(coded(place, asked, crosswalk.Crosswalk()))


def coded(
    place: builds.Bench, asked: dict[str, object], listed: crosswalk.Crosswalk | None
) -> release.Built:
    keys = release.Keys(builds.LINE_KEY, builds.SIGNER, listed)
    return release.build(place.order(asked, override=CODED), keys=keys)


def test_a_random_code_owes_nothing_to_the_key_of_the_line(place: builds.Bench) -> None:
    key = pseudonyms.derive(builds.LINE_KEY, purpose="pseudonym", group="p1", namespace="unit")
    keyed = {
        pseudonyms.tag(key, row["USUBJID"].encode()).hex() for row in builds.held(place, "subjects")
    }
    assert not keyed & codes(coded(place, tables.specification(variables=ASKED), None))


def test_a_release_does_not_draw_codes_that_nobody_keeps(place: builds.Bench) -> None:
    asked = tables.specification(variables=ASKED)
    paper = place.approved(asked, override=CODED)
    order = place.order(asked, override=CODED, paper=paper)
    with pytest.raises(refusals.Refused) as refused:
        release.build(order, keys=release.Keys(builds.LINE_KEY, builds.SIGNER))
    assert refused.value.code == "no-crosswalk"
    listed = crosswalk.Crosswalk()
    keys = release.Keys(builds.LINE_KEY, builds.SIGNER, listed)
    assert release.build(replace(order, paper=paper), keys=keys).folder.exists()


def test_random_codes_of_other_identifiers_are_drawn_too(place: builds.Bench) -> None:
    path = place.folder / "datapackage.json"
    shape = json.loads(path.read_text(encoding="utf-8"))
    shape["resources"][1]["schema"]["fields"][0]["muniment"]["release"] = RANDOM
    path.write_text(json.dumps(shape), encoding="utf-8")
    asked = tables.specification(variables={"events": ["EVENTID", "TERM"]})
    events = builds.rows(place.build(asked), "events")
    assert len({row["EVENTID"] for row in events}) == len(events)
    assert all(len(row["EVENTID"]) == 32 for row in events)


def test_marked_values_carry_the_mark_of_their_line_and_round_back(place: builds.Bench) -> None:
    rule = {"method": "mark", "to": 3}
    override = {"policy": "m", "edition": "1", "fields": {"subjects.BMI": rule}}
    asked = tables.specification(variables={"subjects": ["BMI"]})
    built = place.build(asked, override=override)
    values = [int(row["BMI"]) for row in builds.rows(built, "subjects")]
    held = [float(row["BMI"]) for row in builds.held(place, "subjects")]
    assert sorted((v + 1) // 3 * 3 for v in values) == sorted(3 * round(b / 3) for b in held)
    key = pseudonyms.derive(
        builds.LINE_KEY, purpose="mark", group="p1", namespace="field subjects.BMI"
    )
    grid = [mark.rounded(value, to=3) for value in values]
    assert mark.marked(grid, key=key, to=3) == values
    assert b"marks this copy" in b"".join(builds.everything(built).values())
    other = place.build(asked, override=override, line_key=builds.OTHER_LINE_KEY)
    theirs = [int(row["BMI"]) for row in builds.rows(other, "subjects")]
    assert sorted(theirs) != sorted(values)


def reviewed(approved: review.Approved) -> dict[str, object]:
    rule = {"method": "reviewed_text", "approved": approved.hash}
    return {"policy": "r", "edition": "1", "fields": {"subjects.NOTE": rule}}


@pytest.mark.parametrize("read", [True, False])
def test_only_texts_that_were_read_leave_and_without_what_was_struck_out(
    place: builds.Bench, read: bool
) -> None:
    texts = {review.text_hash("moved, then came back"): [(0, 5)]} if read else {}
    approved = review.read(
        review.approve(texts, field="subjects.NOTE", reviewer="A. Reader", on="2026-11-22")
    )
    asked = tables.specification(variables={"subjects": ["NOTE", "SEX"]})
    order = place.order(asked, override=reviewed(approved))
    keys = release.Keys(builds.LINE_KEY, builds.SIGNER, redactions={approved.hash: approved})
    built = release.build(order, keys=keys)
    left = {row["NOTE"] for row in builds.rows(built, "subjects")}
    assert left == ({"", "[...], then came back"} if read else {""})


def test_a_build_without_the_approved_redactions_is_refused(place: builds.Bench) -> None:
    approved = review.read(review.approve({}, field="x.y", reviewer="A", on="2026-11-22"))
    with pytest.raises(refusals.Refused) as refused:
        place.build(
            tables.specification(variables={"subjects": ["NOTE", "SEX"]}),
            override=reviewed(approved),
        )
    assert refused.value.code == "no-redactions"


def test_secrets_do_not_show_themselves() -> None:
    keys = release.Keys(builds.LINE_KEY, builds.SIGNER)
    assert repr(keys.secret()) == "Secrets(hidden)"
