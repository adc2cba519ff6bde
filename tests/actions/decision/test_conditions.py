"""Conditions: reported by the applicant, accepted or refused by the office, open until then."""

from muniment import models
from muniment.actions import agreement, decision, review
from muniment.demo import contracting, judging
from muniment.demo.story import Story
from muniment.rulebook.words import Role
from tests.evidence import assert_entered, by_and_at, marked, refused
from tests.world import World

ALICE = ("alice", Role.APPLICANT)
CORA = ("cora", Role.COORDINATOR)
STAYS = ("agreement", "agreement")
TEXT = "Send the letter of the ethics board."


def condition(story: Story) -> models.Condition:
    """The one condition, read afresh with its case."""
    rows = models.Condition.objects.select_related("determination__case")
    return rows.get(determination__case_id=story.case_id)


def reported(world: World) -> Story:
    """An approved request whose evidence was handed in."""
    story = world.after(judging.determine)
    decision.report_condition_met(condition(story), evidence="Letter 7.", **world.by(*ALICE))
    return story


def test_the_applicant_hands_in_evidence(world: World) -> None:
    story = world.after(judging.determine)
    by = world.by(*ALICE)
    decision.report_condition_met(condition(story), evidence="Letter 7.", **by)
    assert condition(story).evidence == "Letter 7."
    assert marked(condition(story), "met") == (None, None)
    values = {"condition": TEXT, "evidence": "Letter 7."}
    assert_entered(story.case, "decision.report_condition_met", by, stages=STAYS, values=values)
    for nothing in ("", " "):
        again = world.by(*ALICE)
        assert refused(
            lambda nothing=nothing, again=again: decision.report_condition_met(
                condition(story), evidence=nothing, **again
            )
        ) == ["evidence-empty"]
    stan = world.by("stan", Role.APPLICANT)
    assert refused(
        lambda: decision.report_condition_met(condition(story), evidence="Mine.", **stan)
    ) == ["not-your-step"]


def test_the_office_accepts_the_evidence_and_the_condition_is_met(world: World) -> None:
    story = reported(world)
    by = world.by(*CORA)
    decision.accept_condition(condition(story), **by)
    assert marked(condition(story), "met") == by_and_at(by)
    values = {"condition": TEXT}
    assert_entered(story.case, "decision.accept_condition", by, stages=STAYS, values=values)
    for again in (
        lambda: decision.accept_condition(condition(story), **world.by(*CORA)),
        lambda: decision.refuse_condition(condition(story), reason="No.", **world.by(*CORA)),
        lambda: decision.report_condition_met(condition(story), evidence="8", **world.by(*ALICE)),
    ):
        assert refused(again) == ["condition-not-open"]


def test_the_office_refuses_the_evidence_and_asks_for_other(world: World) -> None:
    story = reported(world)
    by = world.by(*CORA)
    decision.refuse_condition(condition(story), reason="It names another study.", **by)
    assert condition(story).evidence == ""
    assert marked(condition(story), "met") == (None, None)
    values = {"condition": TEXT, "reason": "It names another study."}
    assert_entered(story.case, "decision.refuse_condition", by, stages=STAYS, values=values)
    assert refused(
        lambda: decision.refuse_condition(condition(story), reason="", **world.by(*CORA))
    ) == ["evidence-missing", "reason-missing"]


def test_no_condition_is_met_without_evidence_by_the_applicant_or_with_a_conflict(
    world: World,
) -> None:
    story = world.after(judging.determine)
    accept = decision.accept_condition
    assert refused(lambda: accept(condition(story), **world.by(*CORA))) == ["evidence-missing"]
    decision.report_condition_met(condition(story), evidence="Letter 7.", **world.by(*ALICE))
    assert refused(lambda: accept(condition(story), **world.by(*ALICE))) == [
        "not-your-step",
        "conflicted",
    ]
    review.declare_conflict(story.case, reason="My unit.", **world.by(*CORA))
    assert refused(lambda: accept(condition(story), **world.by(*CORA))) == [
        "recused",
        "conflicted",
    ]


def test_a_condition_before_the_agreement_holds_the_agreement_back(world: World) -> None:
    story = world.after(judging.recommend)
    asked = decision.Asked(models.Condition.When.BEFORE_AGREEMENT, TEXT)
    decision.approve_with_conditions(
        story.case,
        reason="Sound.",
        notice="Approved.",
        conditions=[asked],
        **world.by("otto", Role.DETERMINING_OFFICER),
    )
    contracting.draft(story)
    issue = agreement.issue_agreement_and_estimate
    assert refused(lambda: issue(story.case, **world.by(*CORA))) == ["agreement-before-conditions"]
    decision.report_condition_met(condition(story), evidence="Letter 7.", **world.by(*ALICE))
    assert refused(lambda: issue(story.case, **world.by(*CORA))) == ["agreement-before-conditions"]
    decision.accept_condition(condition(story), **world.by(*CORA))
    issue(story.case, **world.by(*CORA))
    assert story.agreement.issued_at is not None
