"""Why a rule has its result, in sentences that name the form's own words."""

from typing import Any

import pytest

from muniment.programme import duo, policy, policy_evidence
from tests.world_front import complete_answers, shipped

FACTS = {
    "answers": {name: value for given in complete_answers().values() for name, value in
                given.items()},
    "request": {"kind": "data", "linked": False},
    "applicant": {"duties_open": False},
}  # fmt: skip


def bound(name: str) -> policy.Bound:
    return next(each for each in policy.in_force(shipped()) if each.rule["id"] == name)


def explained(name: str, facts: dict[str, Any] = FACTS, **more: Any) -> Any:
    given = {"dataset": "", "purpose": duo.Purpose(), **more}
    return policy_evidence.explain(shipped(), bound(name), facts=facts, **given)


@pytest.mark.parametrize(
    ("condition", "says"),
    [
        ({"fact": "answers.storage_country", "is": "equals", "value": "US"},
         "“In which country?” is US"),
        ({"not": {"fact": "answers.uses_cloud", "is": "equals", "value": True}},
         "not: “Is it in a cloud?” is yes"),
        ({"any": [{"fact": "answers.supervisor", "is": "present"},
                  {"fact": "answers.conflicts", "is": "missing"}]},
         "“Supervisor” is given; or “Conflicts of interest, real or possible” is not given"),
        ({"all": [{"fact": "answers.project_kind", "is": "not_in", "value": ["marketing"]},
                  {"fact": "part.level", "is": "equals", "value": "aggregate"}]},
         "“Kind of project” is none of: Marketing; and “Level” is aggregate"),
        ({"fact": "somewhere.else", "is": "at_least", "value": 3},
         "“somewhere.else” is at least 3"),
    ],
)  # fmt: skip
def test_a_condition_is_said_as_people_say_it(condition: dict[str, Any], says: str) -> None:
    assert policy_evidence.sentence(shipped(), condition) == says


def test_every_rule_of_the_shipped_policy_can_be_explained() -> None:
    for each in policy.in_force(shipped()):
        for name in ("when", "test"):
            if name in each.rule:
                said = policy_evidence.sentence(shipped(), each.rule[name])
                assert "answers." not in said


def test_an_explanation_shows_what_the_rule_looked_at() -> None:
    found = explained("ethics")
    assert (found.edition, found.rule["id"]) == ("2026.1", "ethics")
    assert ("Ethics review", "Approved") in [(each.label, each.value) for each in found.seen]
    assert found.when == "“Kind of request” is one of: data, both"
    assert found.lines == ()
    silent = explained("debarment")
    assert [each.value for each in silent.seen] == [""]
    assert explained("security").asks == ""


def test_people_and_rows_are_read_too() -> None:
    lead = {**FACTS, "answers": {**FACTS["answers"], "supervisor": {"name": "Sue", "email": "s@x"}}}
    values = {each.label: each.value for each in explained("eligible-lead", lead).seen}
    assert values["Supervisor"] == "Sue, s@x"
    assert values["Are you employed at your institution for longer than the project?"] == "yes"


def test_each_term_of_use_has_its_line_with_its_own_result() -> None:
    entry = {"duo": {"permission": "DUO:0000042", "modifiers": [{"term": "DUO:0000021"}]}}
    purpose = duo.Purpose(kinds=frozenset({"HMB"}), ethics_document=False)
    facts = {**FACTS, "dataset": entry}
    found = explained("data-use-conditions", facts, dataset="sdtm-pilot", purpose=purpose)
    assert [(line.term, line.result.value) for line in found.lines] == [
        ("DUO:0000042", "met"), ("DUO:0000021", "obligation"),
    ]  # fmt: skip
    assert found.lines[1].label == "ethics approval required"


def test_evidence_is_one_line_for_the_list() -> None:
    assert policy_evidence.evidence(shipped(), bound("territory").rule, FACTS) == (
        "In which country?: US"
    )
    assert policy_evidence.evidence(shipped(), bound("debarment").rule, FACTS) == (
        "Somebody on the team is debarred: not given"
    )
    assert policy_evidence.evidence(shipped(), bound("security").rule, FACTS) == ""


def test_a_rule_names_the_fields_it_looks_at_its_own_test_first() -> None:
    assert policy.fields_of(bound("territory").rule) == ["storage_country"]
    assert policy.fields_of(bound("ethics-sufficient").rule) == ["ethics_status"]
    assert policy.fields_of(bound("security").rule) == []
