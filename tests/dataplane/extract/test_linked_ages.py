"""An age in one holding and days of the same people in another, where a specification links them.

The attacker joins both packages by the codes of people. The control is the same release without the
guard.
"""

import dataclasses
import datetime
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from muniment.dataplane import plan, refusals, release
from muniment.dataplane.release import gather
from tests.dataplane import tables
from tests.dataplane.extract import builds, linked_people, old_people
from tests.dataplane.extract.linked_people import AGED, DATED, KEYS, PEOPLE, Linked
from tests.dataplane.extract.old_people import FROM_START, PLAIN, TOP90

# The attacks on one holding in which an age and days are in two tables, or in two columns of one.
ACROSS = [name for name in old_people.ATTACKS if name != "ages at events"]
TELLS = {"subjects": ["USUBJID", "AGE", "NOTE", "START"], "events": ["USUBJID", "GRADE"]}


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> Linked:
    return linked_people.written(tmp_path_factory.mktemp("linked"))


@pytest.fixture
def young(tmp_path: Path) -> Linked:
    """The same, to be changed: only what is refused is of interest."""
    return linked_people.written(tmp_path)


def oldest(built: release.Built, attack: old_people.Attack) -> float:
    """The greatest age of anybody that who joins both parts can prove."""
    events: dict[str, list[old_people.Row]] = {}
    for part in ("p1", "p2"):
        for row in builds.rows(built, f"{part}-events"):
            both = {"GRADE": "", "ONSET": ""} | row
            events.setdefault(row["USUBJID"], []).append(both)
    people = builds.rows(built, "p1-subjects")
    assert len(people) == len(events) == 80  # they are found in both
    return max(attack(person, events[person["USUBJID"]]) for person in people)


@pytest.mark.parametrize("name", ACROSS)
def test_no_age_over_89_follows_from_both_and_does_without_the_guard(
    old: Linked, name: str
) -> None:
    attack, guarded, control = old_people.ATTACKS[name]
    asked = old.document(TELLS, DATED)
    assert oldest(old.build(asked, control), attack) >= 90
    assert oldest(old.build(asked, guarded), attack) < 90


def onsets(built: release.Built, name: str) -> list[str]:
    return [row["ONSET"] for row in builds.rows(built, name)]


def test_what_is_not_linked_loses_nothing(old: Linked) -> None:
    """Nobody can join it: other codes. A date is lost by what is linked, and by that alone."""
    ages = {"subjects": ["USUBJID", "AGE"]}
    apart = old.build(old.document(ages, DATED, linked=False), AGED)
    together = old.build(old.document(ages, DATED), AGED)
    assert all(onsets(apart, "p2-events"))
    assert "" in onsets(together, "p2-events")
    dated = old.build(old.document(DATED, DATED), AGED)  # no age in either
    assert all(onsets(dated, "p1-events") + onsets(dated, "p2-events"))


def test_a_line_alone_withholds_what_both_would_and_says_what_it_read(old: Linked) -> None:
    ages = {"subjects": ["USUBJID", "AGE"]}
    asked = old.document(ages, DATED)
    both = old.build(asked, AGED)
    alone = old.build(asked, AGED, part_ids=["p2"])
    assert sorted(onsets(alone, "events")) == sorted(onsets(both, "p2-events"))
    assert {each["part"] for each in alone.receipt["statements"]} == {"p1", "p2"}
    assert not (alone.folder / "data" / "p1-subjects.csv").exists()
    # The line with ages has no date to withhold: it reads nothing of the other.
    other = old.build(asked, AGED, part_ids=["p1"])
    assert {each["part"] for each in other.receipt["statements"]} == {"p1"}
    read = [made.receipt["plan"]["holding_content_hashes"] for made in (alone, other)]
    assert [set(each) for each in read] == [{"small@2026.1", "other@2026.1"}, {"small@2026.1"}]


def test_rows_that_are_not_in_the_cohort_of_the_linked_part_tell_nothing(old: Linked) -> None:
    asked = old.document({"subjects": ["USUBJID", "AGE"]}, DATED)
    asked["parts"][0]["cohort"] = {"variable": "AGE", "is": "less_than", "value": 75}
    few = onsets(old.build(asked, AGED), "p2-events")
    asked["parts"][0]["cohort"] = None
    many = onsets(old.build(asked, AGED), "p2-events")
    assert few.count("") < many.count("")


def test_rows_under_embargo_tell_nothing_until_they_are_free(young: Linked) -> None:
    """No byte of what leaves depends on them: a missing date would tell that there is something."""
    asked = young.document({"subjects": ["USUBJID", "AGE"]}, DATED)
    young.change("small", embargo={"table": "subjects", "field": "START"})
    early = datetime.datetime(2012, 1, 1, 12, tzinfo=datetime.UTC)
    hidden = onsets(young.build(asked, AGED, part_ids=["p2"], now=early), "events")
    file = young.root / "small" / "subjects.csv"
    header, *rows = file.read_text("utf-8").splitlines()
    spot = header.split(",").index("START")
    free = [row for row in rows if row.split(",")[spot] <= "2011-12-31"]
    assert 0 < len(free) < len(rows) == 80
    file.write_text("\n".join([header, *free]) + "\n", "utf-8")
    absent = onsets(young.build(asked, AGED, part_ids=["p2"], now=early), "events")
    assert hidden == absent


def test_pieces_are_the_same(old: Linked) -> None:
    asked = old.document({"subjects": ["USUBJID", "AGE"]}, DATED)
    whole = old.build(asked, AGED)
    for _ in ("made", "found again"):
        pieces = old.build(asked, AGED, resume=old.root / "pieces")
        for name in ("p1-subjects", "p2-events"):
            assert builds.rows(whole, name) == builds.rows(pieces, name)
    assert list((old.root / "pieces").iterdir())


def test_two_editions_of_one_holding_are_read_together(tmp_path: Path) -> None:
    for number in ("1", "2"):
        old_people.write(tmp_path / f"small-{number}", edition=f"2026.{number}")
    place = Linked(tmp_path)
    asked = place.document({"subjects": ["USUBJID", "AGE"]}, DATED)
    asked["parts"][1] |= {"holding": "small", "edition": "2026.2"}
    folders = {("small", f"2026.{n}"): tmp_path / f"small-{n}" for n in ("1", "2")}
    order = dataclasses.replace(place.order(asked, AGED), folders=folders)
    assert "" in onsets(release.build(order, keys=KEYS), "p2-events")


def test_data_that_the_guard_reads_are_in_the_plan(young: Linked) -> None:
    asked = young.document({"subjects": ["USUBJID", "AGE"]}, DATED)
    before = young.terms(asked, AGED)
    with (young.root / "small" / "subjects.csv").open("a", encoding="utf-8") as file:
        file.write("\n")
    after = young.terms(asked, AGED)
    assert before.terms.hash == after.terms.hash
    assert before.plan.hash != after.plan.hash
    assert set(after.holdings) == {("small", "2026.1"), ("other", "2026.1")}
    assert set(after.places) == {("other", "2026.1")}
    assert set(plan.stamps(after.read)) > set(plan.stamps(after.places))


def refused(place: Linked, asked: Mapping[str, Any], rules: dict) -> refusals.Refused:
    with pytest.raises(refusals.Refused) as found:
        place.terms(asked, rules)
    return found.value


def test_a_link_by_another_key_than_that_of_people_is_refused(young: Linked) -> None:
    """Who reads both could join them all the same, and nothing says whose an age is."""
    young.change("small", links=[PEOPLE | {"field": "NOTE", "their_field": "NOTE"}])
    asked = young.document({"subjects": ["USUBJID", "AGE"]}, DATED)
    found = refused(young, asked, AGED)
    assert [each.code for each in found.refusals] == ["ages-across-link"]
    assert found.refusals[0].params == {"parts": ["p1", "p2"]}
    assert "Drop the ages or the dates, or take the link out" in str(found)
    young.terms(
        young.document({"subjects": ["USUBJID", "AGE"]}, DATED), AGED | {"subjects.AGE": PLAIN}
    )
    young.terms(young.document(DATED, DATED), AGED)


def test_a_link_to_files_that_are_built_elsewhere_is_refused(young: Linked) -> None:
    young.change("small", links=[PEOPLE], kind="described")
    asked = young.document({"subjects": ["USUBJID", "AGE"]}, DATED)
    found = refused(young, asked, AGED)
    assert [each.code for each in found.refusals] == ["ages-across-link"]
    assert "the files of small are built elsewhere" in str(found)
    young.change("small", kind="loaded")
    assert young.terms(asked, AGED)


def test_people_who_are_followed_into_later_editions_are_refused(old: Linked) -> None:
    """What those will tell of them is not known when their dates leave."""
    ages = {"subjects": ["USUBJID", "AGE"]}

    def drawn(asked: Mapping[str, Any]) -> gather.Outline:
        order = old.order(asked, AGED)
        return gather.outline(
            gather.Given(order.asked, order.folders, order.overrides, over_time=True)
        )

    with pytest.raises(refusals.Refused, match="followed into later editions") as found:
        drawn(old.document(ages, DATED))
    assert [each.code for each in found.value.refusals] == ["ages-across-link"]
    drawn(old.document(ages, DATED, linked=False))
    drawn(old.document(DATED, DATED))


def test_only_the_linked_part_of_a_holding_counts(young: Linked) -> None:
    """Ages that leave of it under other codes are no reason against the link, and withhold less."""
    young.change("small", links=[PEOPLE])
    asked = young.document({"subjects": ["USUBJID", "SEX"]}, DATED)
    [ages] = tables.specification(variables={"subjects": ["USUBJID", "AGE"]})["parts"]
    asked["parts"].append({**ages, "id": "p3"})
    assert all(onsets(young.build(asked, AGED), "p2-events"))
    young.change("small", links=[PEOPLE | {"field": "NOTE", "their_field": "NOTE"}])
    assert young.terms(asked, AGED)


@pytest.mark.parametrize("linked", [True, False])
def test_what_tests_a_date_does_not_leave_beside_an_age(young: Linked, linked: bool) -> None:
    """Somebody of 85 with an event ten years later is told by the test as by the date."""
    young.change("small", links=[PEOPLE])
    late = {"variable": "ONSET", "is": "at_least", "value": "2022-01-01"}
    test = {"name": "LATE", "is": "any_of", "table": "events", "where": late, "reason": "x"}
    asked = young.document(
        {"subjects": ["USUBJID", "AGE"]}, {"subjects": ["USUBJID", "LATE"]}, linked=linked
    )
    asked["parts"][1]["derived"] = [test]
    rules = {"subjects.AGE": TOP90, "events.ONSET": PLAIN}
    if linked:
        found = refused(young, asked, rules)
        assert [(each.code, each.params["field"]) for each in found.refusals] == [
            ("derived-tells", "subjects.LATE")
        ]
    assert young.terms(asked, rules | ({"subjects.LATE": {"method": "drop"}} if linked else {}))


def test_a_date_of_nobody_named_is_refused_beside_a_linked_age(young: Linked) -> None:
    """Both ways: an age that cannot be held beside linked dates, a date beside linked ages."""
    path = young.root / "other" / "datapackage.json"
    shape = json.loads(path.read_text(encoding="utf-8"))
    subjects, events = shape["resources"]
    subjects["schema"]["primaryKey"] = ["NAME"]
    record = {"resource": "subjects", "fields": "NAME"}
    events["schema"]["foreignKeys"] = [{"fields": "TERM", "reference": record}]
    del events["muniment"]["person_key"]
    path.write_text(json.dumps(shape), encoding="utf-8")
    people = {"subjects": ["USUBJID"], "events": ["ONSET", "GRADE"]}
    ages = {"subjects": ["USUBJID", "AGE"]}
    found = refused(young, young.document(ages, people), AGED)
    assert [(each.code, each.params["field"]) for each in found.refusals] == [
        ("no-person", "events.ONSET")
    ]
    dates = {"subjects": ["USUBJID", "START"]}
    rules = {
        "subjects.START": FROM_START,
        "events.GRADE": TOP90,
        "events.ONSET": {"method": "drop"},
    }
    found = refused(young, young.document(dates, people), rules)
    assert [(each.code, each.params["field"]) for each in found.refusals] == [
        ("no-person", "events.GRADE")
    ]
