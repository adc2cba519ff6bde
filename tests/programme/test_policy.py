"""The sharing policy: met, not met, an obligation, or a person must judge; never yes by default."""

from typing import Any

import pytest

from muniment.programme import Bundle, duo, forms, policy
from muniment.programme.findings import Finding, Result, overall
from tests.programme import shipped
from tests.programme.answers import complete

PART = {
    "dataset": "sdtm-pilot",
    "edition": "2026.1",
    "level": "record",
    "availability": "available",
    "embargoed": False,
}
PURPOSE = duo.Purpose(kinds=frozenset({"HMB"}), ethics_document=True)


def judged(
    *,
    part: dict[str, Any] | None = None,
    purpose: duo.Purpose = PURPOSE,
    judgements: policy.Judgements | None = None,
    edition: Bundle | None = None,
    current: Bundle | None = None,
    applicant: dict[str, Any] | None = None,
    **changes: Any,
) -> dict[str, Finding]:
    """The findings by rule, for the complete application with changes."""
    facts = {
        "answers": forms.flat(complete(**changes)),
        "request": {"kind": "data", "linked": False},
        "applicant": applicant or {"debarred": False, "duties_open": False},
    }
    findings = policy.judge(
        edition or shipped.bundle(),
        facts=facts,
        parts=[PART | (part or {})],
        purpose=purpose,
        judgements=judgements,
        current=current,
    )
    return {finding.rule: finding for finding in policy.by_rule(findings)}


@pytest.mark.parametrize(
    ("rule", "changes", "result"),
    [
        ("research-purpose", {}, "met"),
        ("research-purpose", {"project_kind": "marketing"}, "not_met"),
        ("research-purpose", {"project_kind": "individual-decision"}, "not_met"),
        ("research-purpose", {"project_kind": None}, "needs_person"),
        ("research-purpose", {"prohibited_uses": False}, "not_met"),
        ("eligible-lead", {}, "met"),
        ("eligible-lead", {"lead_is_permanent": False}, "not_met"),
        ("statistician-named", {"statistician": None}, "not_met"),
        ("debarment", {}, "met"),
        ("debarment", {"applicant": {"debarred": True}}, "not_met"),
        ("debarment", {"applicant": {"duties_open": False}}, "needs_person"),
        ("earlier-duties", {"applicant": {"duties_open": True}}, "not_met"),
        ("training", {}, "obligation"),
        ("training", {"training_done": False}, "not_met"),
        ("ethics", {}, "obligation"),
        ("ethics", {"ethics_status": "refused"}, "not_met"),
        ("ethics", {"ethics_status": "not-needed"}, "met"),
        ("territory", {}, "obligation"),
        ("territory", {"storage_country": "FR"}, "not_met"),
        ("conflict-of-interest", {"conflicts": None}, "not_met"),
        ("publish-plan", {"will_publish": False}, "not_met"),
        ("register-consent", {"register_consent": False}, "not_met"),
        ("security", {}, "needs_person"),
        ("available-here", {}, "met"),
        ("available-here", {"part": {"availability": "not_available"}}, "not_met"),
        ("available-here", {"part": {"availability": None}}, "needs_person"),
        ("held-elsewhere", {"part": {"dataset": "cancerlinq"}}, "not_met"),
        ("not-open-yet", {"part": {"dataset": "tapur"}}, "not_met"),
        ("embargo", {}, "met"),
        ("embargo", {"part": {"embargoed": True}}, "obligation"),
        ("embargo", {"part": {"embargoed": None}}, "needs_person"),
        ("aggregate-only", {"part": {"dataset": "practice-census"}}, "not_met"),
        ("aggregate-only",
         {"part": {"dataset": "practice-census", "level": "aggregate"}}, "obligation"),
        ("not-for-commercial-use", {"part": {"dataset": "covid-19-registry"}}, "met"),
        ("not-for-commercial-use",
         {"part": {"dataset": "covid-19-registry"}, "commercial_use": True}, "not_met"),
        ("not-for-commercial-use",
         {"part": {"dataset": "covid-19-registry"}, "applicant_class": "industry"}, "not_met"),
        ("small-cells", {}, "obligation"),
        ("no-ranking", {"part": {"dataset": "qopi-rounds"}}, "obligation"),
        ("data-use-conditions", {}, "obligation"),
        ("data-use-conditions", {"part": {"dataset": "covid-19-registry"},
                                 "purpose": duo.Purpose(kinds=frozenset({"GRU"}))}, "not_met"),
        ("data-use-conditions", {"part": {"dataset": "cancerlinq"}}, "needs_person"),
    ],
)  # fmt: skip
def test_each_rule_gives_its_result(rule: str, changes: dict[str, Any], result: str) -> None:
    finding = judged(**changes)[rule]
    assert finding.result == result
    assert finding.reason.endswith(".")
    assert finding.edition == "2026.1"


@pytest.mark.parametrize(
    ("rule", "changes"),
    [
        ("aggregate-only", {}),  # the dataset does not list it
        ("individual-applicant", {}),
        ("ai-tools", {}),
        ("no-linkage", {}),
        ("one-door", {}),  # stated, never judged
    ],
)
def test_a_rule_that_does_not_apply_says_nothing(rule: str, changes: dict[str, Any]) -> None:
    assert rule not in judged(**changes)


def test_an_ai_tool_open_to_the_public_is_refused() -> None:
    answers = {"ai_tools": True, "ai_hosting": "public-tool"}
    assert judged(**answers)["ai-tools"].result is Result.NOT_MET
    assert judged(ai_tools=True)["ai-tools"].result is Result.NEEDS_PERSON
    assert judged(ai_tools=True, ai_hosting="contract")["ai-tools"].duty == "ai-tools"


def test_a_rule_that_may_or_may_not_apply_needs_a_person() -> None:
    answers = {"ai_tools": None, "ai_hosting": "contract"}
    assert judged(**answers)["ai-tools"].result is Result.NEEDS_PERSON


def test_a_duty_whose_condition_is_unknown_is_left_standing() -> None:
    def change(data: dict[str, Any]) -> None:
        rule = next(one for one in data["policy"]["rules"] if one["id"] == "register-consent")
        unknown = {"fact": "answers.thesis_title", "is": "equals", "value": "x"}
        rule["duty"] = {"id": "publish", "text": "Publish.", "when": unknown}

    assert judged(edition=shipped.altered(change))["register-consent"].duty == "publish"


def test_linkage_is_judged_by_a_person() -> None:
    assert judged(linkage=True)["no-linkage"].result is Result.NEEDS_PERSON


def test_a_person_settles_what_the_facts_leave_open() -> None:
    decided = {("security", ""): policy.Judgement(Result.MET, "The plan is good.")}
    finding = judged(judgements=decided)["security"]
    assert (finding.result, finding.reason, finding.automatic) == (
        Result.MET,
        "The plan is good.",
        False,
    )


def test_no_person_turns_an_automatic_no_into_a_yes() -> None:
    rules = ("territory", "data-use-conditions")
    kind = Result.MET
    decided = {(rule, place): policy.Judgement(kind, "Fine.")
               for rule in rules for place in ("", "covid-19-registry")}  # fmt: skip
    found = judged(
        judgements=decided,
        storage_country="FR",
        part={"dataset": "covid-19-registry"},
        purpose=duo.Purpose(kinds=frozenset({"GRU"})),
    )
    assert {found[rule].result for rule in rules} == {Result.NOT_MET}
    assert found["territory"].automatic


def test_a_person_settles_doubtful_conditions_of_use() -> None:
    place = ("data-use-conditions", "cancerlinq")
    decided = {place: policy.Judgement(Result.NOT_MET, "No consent.")}
    found = judged(part={"dataset": "cancerlinq"}, judgements=decided)
    assert found["data-use-conditions"].result is Result.NOT_MET


def test_an_edition_may_ask_for_the_interoperability_mode() -> None:
    """The published table says yes where no permission is on record, and the reason says so."""

    def change(data: dict[str, Any]) -> None:
        rules = data["policy"]["rules"]
        rule = next(each for each in rules if each["id"] == "data-use-conditions")
        rule["matching"] = "interoperability"

    unsaid = {"part": {"dataset": "cancerlinq"}}
    assert judged(**unsaid)["data-use-conditions"].result == "needs_person"
    found = judged(**unsaid, edition=shipped.altered(change))["data-use-conditions"]
    assert (found.result, found.automatic) == ("met", True)
    assert found.reason.startswith("Interoperability mode: the published table allows")


def test_obligations_name_their_duties_for_the_clauses() -> None:
    found = judged(purpose=duo.Purpose(kinds=frozenset({"HMB"}), ethics_document=False))
    assert found["DUO:0000021"].duty == "ethics-document"
    assert policy.duties(found.values()) >= {"ethics-document", "publish", "small-cells"}
    assert policy.duties([found["conflict-of-interest"]]) == frozenset()


def test_nothing_that_is_undecided_is_allowed() -> None:
    assert overall([]) is Result.NOT_MET
    assert overall(judged().values()) is Result.NEEDS_PERSON
    met = Finding("a", Result.MET, "Yes.", "1")
    for worse in (Result.OBLIGATION, Result.NEEDS_PERSON, Result.NOT_MET):
        assert overall([met, Finding("b", worse, "No.", "1")]) is worse


def test_without_any_fact_no_rule_is_met() -> None:
    found = policy.judge(
        shipped.bundle(), facts={}, parts=[{"dataset": "sdtm-pilot"}], purpose=duo.Purpose()
    )
    known = {"held-elsewhere", "not-open-yet"}  # the information list answers these
    assert {one.rule for one in found if one.result is Result.MET} <= known
    assert overall(found) is not Result.MET


def test_several_parts_give_one_result_for_each_rule_the_worst() -> None:
    facts = {"answers": forms.flat(complete()), "request": {"kind": "data"}}
    parts = [PART, PART | {"dataset": "tapur"}]
    found = policy.judge(shipped.bundle(), facts=facts, parts=parts, purpose=PURPOSE)
    each = [one for one in found if one.rule == "not-open-yet"]
    assert [(one.dataset, one.result) for one in each] == [
        ("sdtm-pilot", Result.MET),
        ("tapur", Result.NOT_MET),
    ]
    merged = {one.rule: one for one in policy.by_rule(found)}["not-open-yet"]
    assert (merged.result, merged.dataset) == (Result.NOT_MET, "")
    assert merged.reason == each[1].reason


def tightened(binds: str) -> Bundle:
    """CENTRA's next edition, in which the territory rule allows Canada only."""

    def change(data: dict[str, Any]) -> None:
        data["policy"]["edition"] = "2027.1"
        rule = next(rule for rule in data["policy"]["rules"] if rule["id"] == "territory")
        rule["test"]["value"] = "CA"
        rule["binds"] = binds

    return shipped.altered(change)


def test_a_submitted_request_keeps_its_edition() -> None:
    found = judged(current=tightened("next_edition"))["territory"]
    assert (found.result, found.edition) == (Result.OBLIGATION, "2026.1")


def test_a_tightened_restriction_binds_at_once() -> None:
    found = judged(current=tightened("at_once"))["territory"]
    assert (found.result, found.edition) == (Result.NOT_MET, "2027.1")
    assert judged(current=shipped.bundle())["territory"].edition == "2026.1"


def test_two_parts_of_one_dataset_have_one_result_for_each_rule_the_worse() -> None:
    census = PART | {"dataset": "practice-census", "level": "aggregate"}
    found = policy.judge(
        shipped.bundle(),
        facts={"answers": forms.flat(complete()), "request": {"kind": "data", "linked": False},
               "applicant": {"debarred": False, "duties_open": False}},
        parts=[census, census | {"level": "record"}],
        purpose=PURPOSE,
    )  # fmt: skip
    named = [(finding.rule, finding.dataset) for finding in found]
    assert len(named) == len(set(named))
    worse = {finding.rule for finding in found if finding.result is Result.NOT_MET}
    assert "aggregate-only" in worse
