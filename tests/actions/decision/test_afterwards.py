"""Declined before release, a condition waived, a part denied, and what is prepared beforehand."""

from datetime import date

import pytest

from muniment import models
from muniment.actions import agreement, decision, review
from muniment.demo import contracting, judging, releasing, roads
from muniment.queries import asked
from muniment.rulebook.words import Role
from tests import evidence, seconds
from tests.evidence import assert_entered, by_and_at, letters_to, marked, refused
from tests.world import World

OTTO = ("otto", Role.DETERMINING_OFFICER)
CORA = ("cora", Role.COORDINATOR)
WORDS = {"reason": "A new law forbids it.", "notice": "We decline."}


def test_an_approved_request_is_declined_before_release(world: World) -> None:
    story = world.after(judging.determine)
    first = models.Determination.objects.get(case=story.case)
    by = world.by(*OTTO)
    made = decision.decline_before_release(story.case, **WORDS, **by)
    assert (made.outcome, made.reason, made.round) == ("denied", WORDS["reason"], 1)
    assert made.letter.startswith("We decline.\n\nDenied. Decided on ")
    assert marked(made, "made") == by_and_at(by)
    assert marked(first, "superseded") == by_and_at(by)
    old, new = models.Proof.objects.order_by("pk")
    assert (old.outcome, marked(old, "revoked")) == ("approved", by_and_at(by))
    assert (new.outcome, marked(new, "revoked")) == ("denied", (None, None))
    stages = ("agreement", "denied")
    values = {"outcome": "denied", **WORDS}
    assert_entered(story.case, "decision.decline_before_release", by, stages=stages, values=values)
    assert letters_to(world.person("alice"))[-1] == "decision-denied"


def test_nothing_is_declined_without_a_word_or_after_data_left(world: World) -> None:
    story = world.after(judging.determine)
    decline = decision.decline_before_release
    assert refused(lambda: decline(story.case, reason="", notice=" ", **world.by(*OTTO))) == [
        "reason-missing",
        "notice-missing",
    ]
    assert "not-your-step" in refused(lambda: decline(story.case, **WORDS, **world.by(*CORA)))


def test_nothing_is_declined_after_data_left(world: World) -> None:
    story = world.after(releasing.let_go)
    codes = refused(lambda: decision.decline_before_release(story.case, **WORDS, **world.by(*OTTO)))
    assert "wrong-stage" in codes


def condition_of(case_id: int) -> models.Condition:
    rows = models.Condition.objects.select_related("determination__case")
    return rows.get(determination__case_id=case_id)


def test_a_condition_is_waived_with_a_reason_and_binds_nobody_any_more(world: World) -> None:
    story = world.after(judging.recommend)
    before = decision.Asked(
        models.Condition.When.BEFORE_AGREEMENT,
        "Send the ethics letter.",
        date(2030, 1, 1),
        world.person("sam"),
    )
    decision.approve_with_conditions(
        story.case, reason="Sound.", notice="Approved.", conditions=[before], **world.by(*OTTO)
    )
    contracting.draft(story)
    issue = agreement.issue_agreement_and_estimate
    assert refused(lambda: issue(story.case, **world.by(*CORA))) == ["agreement-before-conditions"]
    row = condition_of(story.case_id)
    assert (row.owner, row.due_on) == (world.person("sam"), date(2030, 1, 1))
    by = world.by(*OTTO)
    decision.waive_condition(row, reason=" The board has no say. ", **by)
    assert marked(row, "waived") == by_and_at(by)
    assert row.waived_reason == "The board has no say."
    values = {"condition": "Send the ethics letter.", "reason": " The board has no say. "}
    stays = ("agreement", "agreement")
    assert_entered(story.case, "decision.waive_condition", by, stages=stays, values=values)
    issue(story.case, **world.by(*CORA))
    row = condition_of(story.case_id)
    assert refused(lambda: decision.waive_condition(row, reason="Again.", **world.by(*OTTO))) == [
        "condition-not-open"
    ]


def test_nobody_waives_without_a_reason_or_in_the_officers_place(world: World) -> None:
    story = world.after(judging.determine)
    row = condition_of(story.case_id)
    waive = decision.waive_condition
    assert refused(lambda: waive(row, reason=" ", **world.by(*OTTO))) == ["reason-missing"]
    assert refused(lambda: waive(row, reason="Mine.", **world.by(*CORA))) == [
        "not-determining-here"
    ]


def test_the_second_person_to_a_waiver_is_asked_for_where_there_is_one(world: World) -> None:
    story = world.after(judging.determine)
    world.appoint("stan", Role.DETERMINING_OFFICER)
    row = condition_of(story.case_id)
    assert refused(lambda: decision.waive_condition(row, reason="So.", **world.by(*OTTO))) == [
        "second-person-missing"
    ]
    stan, by = world.person("stan"), seconds.in_browser(world, *OTTO)
    seconds.confirmed(lambda: decision.waive_condition(row, reason="So.", second_person=stan, **by))
    assert row.waived_at is not None


def test_the_office_approves_with_conditions_where_no_committee_is_needed(world: World) -> None:
    story = world.after(judging.pass_policy_for_office, road=roads.EXPEDITED)
    by = world.by(*CORA)
    after = decision.Asked(models.Condition.When.AFTER, "Report each year.")
    made = decision.approve_by_office_with_conditions(
        story.case, reason="Sound.", notice="Approved.", conditions=[after], **by
    )
    assert (made.outcome, made.conditions.get().text) == (
        "approved_with_conditions",
        "Report each year.",
    )
    values = {
        "outcome": "approved_with_conditions",
        "reason": "Sound.",
        "notice": "Approved.",
        "conditions": [{"when": "after", "text": "Report each year."}],
    }
    tag, stages = "decision.approve_by_office_with_conditions", ("determination", "agreement")
    assert_entered(story.case, tag, by, stages=stages, values=values)
    assert letters_to(world.person("alice"))[-1] == "decision-approved"
    decision.waive_condition(made.conditions.get(), reason="Not needed.", **world.by(*CORA))


def test_the_offices_conditions_are_listed(world: World) -> None:
    story = world.after(judging.pass_policy_for_office, road=roads.EXPEDITED)
    assert refused(
        lambda: decision.approve_by_office_with_conditions(
            story.case, reason="So.", notice="Yes.", conditions=[], **world.by(*CORA)
        )
    ) == ["conditions-unlisted"]


def second_part(story_case: models.Case) -> models.Part:
    """The request as if it had asked for its table twice, in two parts, from the beginning."""
    import json

    from muniment.dataplane.spec import specification

    present = asked.find_specification(story_case)
    assert present is not None
    document = json.loads(present.document)
    first = document["parts"][0]
    document["parts"].append({**first, "id": "p2"})
    document["links"] = [{"parts": [first["id"], "p2"], "reason": "The same people."}]
    twice = specification.parse(document)
    present.document, present.sha256 = twice.canonical().decode(), twice.hash[7:]
    present.save()
    part = story_case.parts.get()
    part.pk, part.part_id = None, "p2"
    part.save()
    return models.Part.objects.select_related("case").get(pk=part.pk)


def test_a_part_is_denied_and_the_rest_goes_on_without_it(world: World) -> None:
    story = world.after(judging.recommend)
    part = second_part(story.case)
    confirmed = asked.find_specification(story.case)
    assert confirmed is not None
    by = world.by(*OTTO)
    decision.deny_part(part, reason=" Too few people. ", **by)
    assert (part.status, part.denied_reason) == ("denied", "Too few people.")
    assert marked(part, "denied") == by_and_at(by)
    left = asked.find_specification(story.case)
    parsed = asked.parsed(left)
    assert left is not None
    assert parsed is not None
    assert ([each.id for each in parsed.parts], list(parsed.links)) == (["p1"], [])
    assert (left.confirmed_at, left.confirmed_by) == (
        confirmed.confirmed_at,
        confirmed.confirmed_by,
    )
    assert [each.part_id for each in asked.live_parts(story.case)] == ["p1"]
    stays = ("determination", "determination")
    values = {"part": "p2", "reason": " Too few people. "}
    assert_entered(story.case, "decision.deny_part", by, stages=stays, values=values)
    decision.approve(story.case, reason="Sound.", notice="Approved.", **world.by(*OTTO))
    assert story.case.stage == "agreement"


def test_the_last_part_is_denied_only_with_the_request(world: World) -> None:
    story = world.after(judging.recommend)
    assert refused(lambda: decision.deny_part(story.part, reason="No.", **world.by(*OTTO))) == [
        "last-part"
    ]
    assert "not-determining-here" in refused(
        lambda: decision.deny_part(story.part, reason="No.", **world.by(*CORA))
    )


def test_a_draft_is_kept_and_gone_once_the_decision_is_made(world: World) -> None:
    story = world.after(judging.recommend)
    by = world.by(*CORA)
    decision.keep_draft(story.case, {"outcome": "approved"}, **by)
    kept = decision.keep_draft(story.case, {"outcome": "denied"}, **world.by(*OTTO))
    assert models.DraftDecision.objects.get() == kept
    assert (kept.document, kept.round) == ({"outcome": "denied"}, 1)
    evidence.deny(story.case, reason="No.", notice="Denied.", **world.by(*OTTO))
    assert not models.DraftDecision.objects.exists()


@pytest.mark.parametrize(
    ("name", "role", "code"),
    [("max", Role.MEMBER, "not-your-step"), ("stan", Role.ANYONE, "not-your-step")],
)
def test_only_who_decides_or_coordinates_prepares_a_decision(
    world: World, name: str, role: Role, code: str
) -> None:
    story = world.after(judging.recommend)
    assert refused(lambda: decision.keep_draft(story.case, {}, **world.by(name, role))) == [code]


def test_nothing_is_prepared_at_another_stage_or_with_a_conflict(world: World) -> None:
    story = world.after(judging.recommend)
    review.declare_conflict(story.case, reason="My friend.", **world.by(*CORA))
    assert refused(lambda: decision.keep_draft(story.case, {}, **world.by(*CORA))) == ["conflicted"]
    evidence.deny(story.case, reason="No.", notice="Denied.", **world.by(*OTTO))
    assert refused(lambda: decision.keep_draft(story.case, {}, **world.by(*OTTO))) == [
        "not-at-determination"
    ]
