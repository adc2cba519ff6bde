"""How a derived variable may leave: coarser than what it is made of, never milder."""

import pytest

from muniment.dataplane import policy, refusals
from muniment.dataplane.spec import holding, specification
from tests.dataplane import tables

RASH = {"variable": "TERM", "is": "equals", "value": "RASH"}
LATE = {"variable": "ONSET", "is": "within", "of": {"base": "START"}, "days": [7300, None]}
SINCE = {"variable": "ONSET", "is": "at_least", "value": "2013-01-01"}
OLD = {"variable": "GRADE", "is": "at_least", "value": 4}
AGE = {"is": "age_at", "born": "START", "at": {"on": "2014-02-28"}}
DAYS = {"is": "days_between", "from": "START", "to": "SEEN"}
SHIFT, DROP = {"method": "weekly_shift"}, {"method": "drop"}
ANCHORED = {"method": "days_from", "anchor": "subjects.START"}


def count_of(where: object) -> dict:
    return {"is": "count_of", "table": "events", "where": where}


def any_of(where: object) -> dict:
    return {"is": "any_of", "table": "events", "where": where}


def source() -> holding.Holding:
    """The small holding with a second date in the base table, in the place of STATE."""
    shape = tables.descriptor()
    for field in shape["resources"][0]["schema"]["fields"]:
        if field["name"] == "STATE":
            del field["constraints"]
            field |= {"name": "SEEN", "type": "date"}
            field["muniment"] = {"class": "quasi", "release": {"method": "weekly_shift"}}
    return holding.parse(shape)


def resolved(each: dict, **rules: dict) -> dict:
    """The rule of X, the derived variable, under a policy; raises `Refused`."""
    asked = tables.specification(variables={"subjects": ["USUBJID", "X"]})
    asked["parts"][0]["derived"] = [{"name": "X", "reason": "x", **each}]
    named = {where.replace("__", "."): rule for where, rule in rules.items()}
    given = {policy.ALL: policy.read({"policy": "p", "edition": "1", "fields": named})}
    read, held = specification.parse(asked), source()
    given = given if named else {}
    found = policy.resolve(read, {held.key: held}, parts=read.parts, overriding=given)
    return found.holdings[held.key].rules["subjects.X"].document()


def refused(each: dict, **rules: dict) -> str:
    with pytest.raises(refusals.Refused) as stopped:
        resolved(each, **rules)
    return stopped.value.refusals[0].code


@pytest.mark.parametrize(
    ("each", "rule"),
    [
        (AGE, {"method": "top90"}),
        ({**AGE, "at": "SEEN"}, {"method": "top90"}),
        (count_of(None), {"method": "keep"}),
        (count_of(RASH), {"method": "keep"}),
        (any_of(RASH), {"method": "keep"}),
    ],
)
def test_what_follows_from_the_parts(each: dict, rule: dict) -> None:
    assert resolved(each) == rule


def test_days_leave_where_both_dates_leave_as_days_from_one_anchor() -> None:
    assert refused(DAYS) == "no-method"  # both dates are shifted
    both = {"subjects__START": ANCHORED, "subjects__SEEN": ANCHORED}
    assert resolved(DAYS, **both) == {"method": "keep"}
    assert refused(DAYS, subjects__START=ANCHORED) == "no-method"
    assert resolved(DAYS, **both, subjects__X={"method": "round", "to": 30})["to"] == 30


@pytest.mark.parametrize(
    ("each", "rules", "code"),
    [
        (AGE, {"subjects__X": {"method": "keep"}}, "derived-age"),
        (AGE, {"subjects__X": {"method": "round", "to": 5}}, "derived-age"),
        (AGE, {"subjects__X": {"method": "bands", "edges": [50, 90]}}, "derived-age"),
        (AGE, {"subjects__X": {"method": "bands", "edges": [50, 95], "of": "age"}}, "derived-age"),
        (AGE, {"subjects__X": {"method": "top90", "at": "SEEN"}}, "derived-age"),
        (DAYS, {"subjects__X": {"method": "round", "to": 30}}, "derived-tells"),
        (any_of(LATE), {}, "no-method"),
        (count_of(LATE), {"subjects__X": {"method": "bands", "edges": [1]}}, "derived-tells"),
        (count_of(SINCE), {"subjects__X": {"method": "bands", "edges": [1]}}, "derived-tells"),
        (
            count_of(OLD),
            {"events__GRADE": {"method": "top90"}, "subjects__X": {"method": "round", "to": 2}},
            "derived-tells",
        ),
        (
            count_of(RASH),
            {"events__TERM": {"method": "rare_merge", "minimum": 11, "into": "x"}},
            "no-method",
        ),
        (count_of(RASH), {"subjects__X": {"method": "pseudonym"}}, "derived-tells"),
    ],
)
def test_what_would_be_milder_is_refused(each: dict, rules: dict, code: str) -> None:
    assert refused(each, **rules) == code


@pytest.mark.parametrize("each", [AGE, DAYS, count_of(LATE)])
def test_anything_derived_may_be_dropped(each: dict) -> None:
    assert resolved(each, subjects__X=DROP) == DROP


def test_a_policy_may_make_it_coarser() -> None:
    banded = {"method": "bands", "edges": [50, 90], "of": "age"}
    assert resolved(AGE, subjects__X=banded) == banded
    merged = {"method": "rare_merge", "minimum": 11, "into": "x"}
    rounded = {"method": "round", "to": 2}
    assert resolved(count_of(RASH), events__TERM=merged, subjects__X=rounded) == rounded


def test_days_from_a_birth_date_are_an_age_whoever_says_that_it_is_one() -> None:
    both = {"subjects__START": ANCHORED, "subjects__SEEN": ANCHORED}
    born = {name: {**rule, "of": "birth"} for name, rule in both.items()}
    assert refused(DAYS, **born) == "derived-tells"
    asked = tables.specification(variables={"subjects": ["USUBJID", "X"]})
    days, age = ({"name": name, "reason": "x", **each} for name, each in (("X", DAYS), ("A", AGE)))
    [one] = asked["parts"]
    asked["parts"] = [{**one, "derived": [days]}, {**one, "id": "p2", "derived": [age, days]}]
    read, held = specification.parse(asked), source()
    named = {"subjects.START": ANCHORED, "subjects.SEEN": ANCHORED}
    given = {policy.ALL: policy.read({"policy": "p", "edition": "1", "fields": named})}
    with pytest.raises(refusals.Refused) as stopped:
        policy.resolve(read, {held.key: held}, parts=read.parts, overriding=given)
    assert {each.code for each in stopped.value.refusals} == {"derived-tells"}
