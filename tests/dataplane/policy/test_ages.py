"""Beside an age no date leaves of whom nobody can say, and no policy with one is ever signed."""

import copy
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from muniment.dataplane import approval, plan, policy, refusals, terms
from muniment.dataplane.extract import staging
from muniment.dataplane.release import gather
from muniment.dataplane.spec import holding, specification
from tests.dataplane import tables
from tests.dataplane.extract import builds

YEAR, TOP90, DROP = {"method": "year"}, {"method": "top90"}, {"method": "drop"}
AGE, ONSET = {"subjects": ["SEX", "AGE"]}, {"events": ["ONSET"]}
BOTH = AGE | ONSET
OLD = {"name": "OLD", "is": "age_at", "born": "NOTE", "at": "START", "reason": "x"}
DAYS = {"name": "DAYS", "is": "days_between", "from": "NOTE", "to": "START", "reason": "x"}
Rules = Mapping[str, Mapping[str, object]]


def shape(*, named: bool = False, name: str = "small") -> dict[str, Any]:
    """Its events name a record of a person, and the person only where they are `named`."""
    made: dict[str, Any] = tables.descriptor(holding=name)
    subjects, events = made["resources"]
    subjects["schema"]["primaryKey"] = ["NAME"]
    for field in events["schema"]["fields"]:
        if field["name"] == "GRADE":
            del field["constraints"]
    for field in subjects["schema"]["fields"]:
        if field["name"] == "NOTE":
            field["type"] = "date"
    record = {"resource": "subjects", "fields": "NAME"}
    events["schema"]["foreignKeys"] = [{"fields": "TERM", "reference": record}]
    if not named:
        del events["muniment"]["person_key"]
    return made


def held(**more: Any) -> holding.Holding:
    """Nobody says where its files are: no row can be looked at."""
    return holding.parse(shape(**more))


def part(
    variables: Mapping[str, Sequence[str]],
    *,
    derived: Sequence[Mapping[str, str]] = (),
    **more: Any,
) -> dict[str, Any]:
    [made] = tables.specification(variables=variables, **more)["parts"]
    return made | ({"derived": list(derived)} if derived else {})


def signed(
    *parts: dict[str, Any], rules: Rules, source: holding.Holding | None = None
) -> terms.Terms:
    """What an agreement over these parts would sign."""
    numbered = [{**each, "id": f"p{place}"} for place, each in enumerate(parts, start=1)]
    asked = {"muniment_specification": 1, "parts": numbered, "links": []}
    known = {each.key: each for each in (source or held(), held(name="other"))}
    override = policy.read({"policy": "x", "edition": "1", "fields": rules})
    given = gather.Given(specification.parse(asked), {}, {policy.ALL: override}, known)
    return gather.terms_of(given)


def refused(*parts: dict[str, Any], rules: Rules) -> list[tuple[str, object]]:
    """Every reason, by code and field."""
    with pytest.raises(refusals.Refused) as found:
        signed(*parts, rules=rules)
    return [(each.code, each.params["field"]) for each in found.value.refusals]


def test_a_date_of_nobody_named_is_refused_beside_an_age_and_says_what_to_do() -> None:
    with pytest.raises(refusals.Refused) as found:
        signed(part(BOTH), rules={"events.ONSET": YEAR})
    [reason] = found.value.refusals
    assert (reason.code, reason.params) == ("no-person", {"field": "events.ONSET"})
    assert str(reason) == (
        "events.ONSET names no single person, so no age over 89 could be withheld; drop it, or "
        "have each row of events name its person (person_key)."
    )


@pytest.mark.parametrize(
    ("variables", "rules", "source"),
    [
        (BOTH, {"events.ONSET": DROP}, held()),
        (BOTH, {"events.ONSET": YEAR, "subjects.AGE": DROP}, held()),
        (ONSET, {"events.ONSET": YEAR}, held()),
        (BOTH, {"events.ONSET": YEAR}, held(named=True)),
    ],
    ids=["date dropped", "age dropped", "age not asked for", "rows name their person"],
)
def test_each_way_out_leads_to_terms(
    variables: dict[str, list[str]], rules: Rules, source: holding.Holding
) -> None:
    assert signed(part(variables), rules=rules, source=source).hash


def test_every_fault_is_told_at_once_beside_those_of_other_kinds() -> None:
    asked = part({"subjects": ["SEX", "START"], "events": ["ONSET", "GRADE"]})
    rules = {
        "subjects.SEX": {"method": "round", "to": 5},
        "subjects.START": YEAR,
        "events.ONSET": YEAR,
        "events.GRADE": TOP90,
    }
    assert refused(asked, rules=rules) == [
        ("wrong-type-for-method", "subjects.SEX"),
        ("no-person", "events.GRADE"),
        ("no-person", "events.ONSET"),
    ]


@pytest.mark.parametrize(("by", "is_unnamed"), [("NAME", True), ("USUBJID", False), ("SEX", False)])
def test_a_row_that_one_record_alone_points_at_is_about_its_person(
    by: str, is_unnamed: bool
) -> None:
    """Rows that several share, as those of a practice, are about nobody; by the key of persons a
    row names its own."""
    made = shape()
    subjects, events = made["resources"]
    del events["schema"]["foreignKeys"]
    subjects["muniment"]["person_key"] = "USUBJID"  # NAME is the key of its rows
    events["schema"]["primaryKey"] = "TERM"
    reference = {"resource": "events", "fields": "TERM"}
    subjects["schema"]["foreignKeys"] = [{"fields": by, "reference": reference}]
    rules, source = {"events.ONSET": YEAR}, holding.parse(made)
    if not is_unnamed:
        assert signed(part(BOTH), rules=rules, source=source).hash
        return
    with pytest.raises(refusals.Refused) as found:
        signed(part(BOTH), rules=rules, source=source)
    assert [each.code for each in found.value.refusals] == ["no-person"]


def test_an_age_of_nobody_named_is_refused_beside_a_date() -> None:
    asked = part({"subjects": ["START"], "events": ["GRADE"]})
    found = refused(asked, rules={"subjects.START": YEAR, "events.GRADE": TOP90})
    assert found == [("no-person", "events.GRADE")]


@pytest.mark.parametrize(
    "other",
    [
        part(AGE),
        part({"subjects": ["SEX"]}, level="aggregate", group_by=["SEX", "AGE"]),
        part(
            {"subjects": ["OLD"]},
            derived=[OLD],
        ),
    ],
    ids=["rows", "numbers", "derived"],
)
def test_what_another_part_of_the_holding_tells_counts(other: dict[str, Any]) -> None:
    rules = {"events.ONSET": YEAR, "subjects.AGE": {"method": "bands", "edges": [50], "of": "age"}}
    assert refused(part(ONSET), other, rules=rules) == [("no-person", "events.ONSET")]
    assert refused(other, part(ONSET), rules=rules) == [("no-person", "events.ONSET")]


def test_a_holding_that_is_not_joined_tells_nothing_of_these_people() -> None:
    elsewhere = part(AGE, holding="other")
    assert signed(part(ONSET), elsewhere, rules={"events.ONSET": YEAR}).hash


def test_days_between_two_dates_are_dates_beside_an_age_of_nobody_named() -> None:
    rules = {
        "events.GRADE": TOP90,
        "subjects.START": {"method": "keep"},
        "subjects.NOTE": {"method": "keep"},
    }
    asked = part({"subjects": ["DAYS"], "events": ["GRADE"]}, derived=[DAYS])
    assert refused(asked, rules=rules) == [("no-person", "events.GRADE")]
    dropped = rules | {"subjects.DAYS": DROP}
    assert signed(asked, rules=dropped).hash


def test_what_is_of_nobody_by_itself_is_refused_once() -> None:
    rules = {"events.ONSET": {"method": "weekly_shift"}}
    with pytest.raises(refusals.Refused, match="belongs to no single person") as found:
        signed(part(BOTH), rules=rules)
    assert [each.code for each in found.value.refusals] == ["no-person"]


def test_what_was_signed_before_can_be_read_and_is_not_built(tmp_path: Path) -> None:
    """A paper of when only the build said so: the rule in its terms was still another's."""
    place = builds.Bench.at(tmp_path)
    (place.folder / holding.DESCRIPTOR).write_text(json.dumps(shape()), encoding="utf-8")
    asked = tables.specification(variables=BOTH)
    override = {"policy": "x", "edition": "1", "fields": {"events.ONSET": YEAR}}
    harmless = override | {"fields": {"events.ONSET": DROP}}
    order = place.order(asked, override=harmless)
    drawn = gather.draw(gather.Given(order.asked, order.folders, order.overrides))
    document: Any = copy.deepcopy(drawn.terms.document())
    document["method_policy"]["small@2026.1"]["fields"]["events.ONSET"] = YEAR
    hashes: Any = drawn.plan.document()["holding_content_hashes"]
    before = terms.Terms(document)
    data = approval.sign(
        before, plan.make(before, content_hashes=hashes), errand=builds.ERRAND, parts=["p1"],
        line_key=approval.named(builds.LINE_KEY), kinds=staging.KINDS,
        key=builds.APPROVER, signed_at=builds.NOW,
    )  # fmt: skip
    paper = approval.opened(data, key=builds.APPROVER.public_key())
    assert paper.terms == before
    with pytest.raises(refusals.Refused) as found:
        place.build(asked, override=override, paper=paper)
    assert [each.code for each in found.value.refusals] == ["no-person"]
    assert not (place.root / "out").exists()
