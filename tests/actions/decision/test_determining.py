"""The determination: by the officer whom the track names, with a reason, and never overwritten."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from muniment import models
from muniment.actions import decision, people, review
from muniment.demo import contracting, judging, releasing, roads
from muniment.rulebook.words import Role, Stage
from tests import evidence, seconds
from tests.evidence import assert_entered, by_and_at, letters_to, marked, refused
from tests.world import World

OTTO = ("otto", Role.DETERMINING_OFFICER)
CORA = ("cora", Role.COORDINATOR)
WORDS = {"reason": "A sound question.", "notice": "Your request was decided."}
SAID = {
    "approved": "Approved",
    "denied": "Denied",
    "revise_and_resubmit": "Revision asked for",
}
CRITERIA = (
    "scientific-merit",
    "team-qualifications",
    "mission-concordance",
    "policy-concordance",
)
BEFORE_RELEASE = decision.Asked(models.Condition.When.BEFORE_RELEASE, "Send the ethics letter.")
AFTER = decision.Asked(models.Condition.When.AFTER, "Report each year.", date(2030, 1, 1))


def entered(outcome: str, conditions: list[dict[str, str]] | None = None) -> dict[str, object]:
    return {"outcome": outcome, "conditions": conditions or [], **WORDS}


@pytest.mark.parametrize(
    ("act", "outcome", "stage", "letter"),
    [
        (decision.approve, "approved", "agreement", "decision-approved"),
        (evidence.deny, "denied", "denied", "decision-denied"),
        (decision.ask_to_revise, "revise_and_resubmit", "revising", "decision-revise"),
    ],
    ids=["approve", "deny", "ask_to_revise"],
)
def test_the_officer_determines_after_the_committee(
    world: World, act: Callable[..., models.Determination], outcome: str, stage: str, letter: str
) -> None:
    story = world.after(judging.recommend)
    by = world.by(*OTTO)
    made = act(story.case, **WORDS, **by)
    assert (made.outcome, made.reason) == (outcome, WORDS["reason"])
    assert made.letter.startswith(f"{WORDS['notice']}\n\n{SAID[outcome]}. Decided on ")
    assert (made.round, made.differs, made.superseded_at) == (1, True, None)
    assert marked(made, "made") == by_and_at(by)
    stages, values = ("determination", stage), entered(outcome)
    tag = f"decision.{act.__name__}"
    assert_entered(story.case, tag, by, stages=stages, values=values)
    assert story.case.stage == stage
    assert letters_to(world.person("alice"))[-1] == letter


def test_approval_with_conditions_lists_each_of_them(world: World) -> None:
    story = world.after(judging.recommend)
    by = world.by(*OTTO)
    conditions = [BEFORE_RELEASE, AFTER]
    made = decision.approve_with_conditions(story.case, conditions=conditions, **WORDS, **by)
    assert (made.outcome, made.differs) == ("approved_with_conditions", False)
    rows = list(made.conditions.order_by("pk"))
    assert [(row.when, row.text, row.due_on) for row in rows] == [
        ("before_release", "Send the ethics letter.", None),
        ("after", "Report each year.", date(2030, 1, 1)),
    ]
    for row in rows:
        assert marked(row, "made") == by_and_at(by)
        assert marked(row, "met") == (None, None)
    listed = [
        {"when": "before_release", "text": "Send the ethics letter."},
        {"when": "after", "text": "Report each year."},
    ]
    assert_entered(
        story.case,
        "decision.approve_with_conditions",
        by,
        stages=("determination", "agreement"),
        values=entered("approved_with_conditions", listed),
    )
    assert letters_to(world.person("alice"))[-1] == "decision-approved"


def test_an_approval_with_conditions_needs_conditions_with_a_text(world: World) -> None:
    story = world.after(judging.recommend)
    blank = decision.Asked(models.Condition.When.AFTER, " ")
    for conditions in ([], [BEFORE_RELEASE, blank]):
        by = world.by(*OTTO)
        assert refused(
            lambda by=by, conditions=conditions: decision.approve_with_conditions(
                story.case, conditions=conditions, **WORDS, **by
            )
        ) == ["conditions-unlisted"]


@pytest.mark.parametrize("act", [decision.approve, evidence.deny, decision.ask_to_revise])
def test_only_the_officer_whom_the_track_names_determines(
    world: World, act: Callable[..., models.Determination]
) -> None:
    """On the full track the committee recommends and Otto determines; its chair does not."""
    story = world.after(judging.recommend)
    chair, cora = world.by("chen", Role.CHAIR), world.by(*CORA)
    assert refused(lambda: act(story.case, **WORDS, **chair)) == ["not-determining-here"]
    assert refused(lambda: act(story.case, **WORDS, **cora)) == [
        "not-your-step",
        "not-determining-here",
    ]


@pytest.mark.parametrize("act", [decision.approve, evidence.deny, decision.ask_to_revise])
def test_nobody_with_a_conflict_determines(
    world: World, act: Callable[..., models.Determination]
) -> None:
    story = world.after(judging.recommend)
    review.declare_conflict(story.case, reason="My group.", **world.by(*OTTO))
    assert refused(lambda: act(story.case, **WORDS, **world.by(*OTTO))) == [
        "recused",
        "conflicted",
    ]


@pytest.mark.parametrize(
    ("act", "codes"),
    [
        (decision.approve, ["difference-unexplained", "notice-missing"]),
        (
            evidence.deny,
            ["difference-unexplained", "reason-missing", "criteria-unreasoned", "notice-missing"],
        ),
        (decision.ask_to_revise, ["difference-unexplained", "reason-missing", "notice-missing"]),
    ],
    ids=["approve", "deny", "ask_to_revise"],
)
def test_an_outcome_that_differs_is_explained_and_every_outcome_has_a_notice(
    world: World, act: Callable[..., models.Determination], codes: list[str]
) -> None:
    story = world.after(judging.recommend)
    by = world.by(*OTTO)
    assert refused(lambda: act(story.case, reason="", notice=" ", **by)) == codes


def test_a_denial_gives_its_reason_for_every_criterion_in_its_letter(world: World) -> None:
    """Those that whoever decides left out of the letter stand below it; none may be missing."""
    story = world.after(judging.recommend)
    by, reasons = world.by(*OTTO), dict.fromkeys(CRITERIA, "Not shown.")
    lacking = {**reasons, CRITERIA[0]: " "}
    assert refused(lambda: decision.deny(story.case, **WORDS, criteria=lacking, **by)) == [
        "criteria-unreasoned"
    ]
    reasons[CRITERIA[0]] = WORDS["notice"]
    letter = decision.deny(story.case, **WORDS, criteria=reasons, **by).letter
    assert letter.startswith(f"{WORDS['notice']}\n\nReasons by criterion:\n\n")
    assert letter.count("Not shown.") == len(CRITERIA) - 1
    assert "Qualifications of the team: Not shown." in letter
    assert "Scientific merit:" not in letter


def test_an_outcome_as_recommended_needs_its_reason_too(world: World) -> None:
    story = world.after(judging.recommend)
    by = world.by(*OTTO)
    assert refused(
        lambda: decision.approve_with_conditions(
            story.case, reason=" ", notice="Approved.", conditions=[AFTER], **by
        )
    ) == ["reason-missing"]


def test_nothing_is_determined_before_the_committee_spoke(world: World) -> None:
    story = world.after(judging.vote)
    codes = refused(lambda: decision.approve(story.case, **WORDS, **world.by(*OTTO)))
    assert codes[:2] == ["wrong-stage", "recommendation-missing"]


def test_a_determination_is_superseded_and_stays_on_record(world: World) -> None:
    story = world.after(judging.determine)
    first = models.Determination.objects.get(case=story.case)
    by = world.by(*OTTO)
    back = decision.supersede_determination(story.case, reason="A clerical error.", **by)
    assert back.pk == first.pk
    assert marked(first, "superseded") == by_and_at(by)
    values = {"outcome": "approved_with_conditions", "reason": "A clerical error."}
    stages = ("agreement", "determination")
    tag = "decision.supersede_determination"
    assert_entered(story.case, tag, by, stages=stages, values=values)
    second = evidence.deny(story.case, **WORDS, **world.by(*OTTO))
    kept = list(models.Determination.objects.order_by("pk").values_list("pk", "outcome", "reason"))
    assert kept == [
        (first.pk, first.outcome, first.reason),
        (second.pk, "denied", WORDS["reason"]),
    ]


def test_a_determination_that_stands_is_never_overwritten(world: World) -> None:
    story = world.after(judging.recommend)
    decision.ask_to_revise(story.case, **WORDS, **world.by(*OTTO))
    models.Case.objects.filter(pk=story.case_id).update(stage=Stage.DETERMINATION)
    for act in (decision.approve, evidence.deny, decision.ask_to_revise):
        by = world.by(*OTTO)
        assert refused(lambda by=by, act=act: act(story.case, **WORDS, **by)) == [
            "determination-stands"
        ]


def test_no_determination_is_taken_back_without_reason_or_after_the_next_party_acted(
    world: World,
) -> None:
    story = world.after(judging.determine)
    assert refused(
        lambda: decision.supersede_determination(story.case, reason="", **world.by(*OTTO))
    ) == ["reason-missing"]
    contracting.draft(story)
    contracting.issue(story)
    assert refused(
        lambda: decision.supersede_determination(story.case, reason="Error.", **world.by(*OTTO))
    ) == ["next-party-acted"]


def test_the_conditions_of_a_superseded_determination_bind_nobody(world: World) -> None:
    story = world.after(judging.determine)
    decision.supersede_determination(story.case, reason="An error.", **world.by(*OTTO))
    decision.approve(story.case, **WORDS, **world.by(*OTTO))
    contracting.draft(story)
    for act in (contracting.issue, contracting.sign, contracting.invoice, contracting.pay):
        act(story)
    releasing.open_line(story)
    assert story.case.stage == "building"


@pytest.mark.parametrize(
    ("act", "outcome", "stage", "letter"),
    [
        (decision.approve_by_office, "approved", "agreement", "decision-approved"),
        (decision.deny_by_office, "denied", "denied", "decision-denied"),
        (decision.ask_to_revise_by_office, "revise_and_resubmit", "revising", "decision-revise"),
    ],
    ids=["approve", "deny", "revise"],
)
def test_the_office_decides_on_the_expedited_track(
    world: World, act: Callable[..., models.Determination], outcome: str, stage: str, letter: str
) -> None:
    story = world.after(judging.pass_policy_for_office, road=roads.EXPEDITED)
    by = world.by(*CORA)
    made = act(story.case, **WORDS, **by)
    assert (made.outcome, made.differs) == (outcome, False)
    assert made.letter.startswith(f"{WORDS['notice']}\n\n{SAID[outcome]}. Decided on ")
    assert marked(made, "made") == by_and_at(by)
    stages = ("determination", stage)
    tag = f"decision.{act.__name__}"
    assert_entered(story.case, tag, by, stages=stages, values=entered(outcome))
    assert letters_to(world.person("alice"))[-1] == letter


@pytest.mark.parametrize(
    "act",
    [decision.approve_by_office, decision.deny_by_office, decision.ask_to_revise_by_office],
)
def test_the_office_decides_neither_on_the_full_track_nor_in_anothers_name(
    world: World, act: Callable[..., models.Determination]
) -> None:
    story = world.after(judging.pass_policy_for_office, road=roads.EXPEDITED)
    otto, paula = world.by(*OTTO), world.by("paula", Role.POLICY_OFFICER)
    assert refused(lambda: act(story.case, **WORDS, **otto)) == ["not-determining-here"]
    assert refused(lambda: act(story.case, **WORDS, **paula)) == [
        "not-your-step",
        "not-determining-here",
    ]
    full = world.walk_beside(road=roads.FULL, until=judging.recommend)
    assert "wrong-track" in refused(lambda: act(full.case, **WORDS, **world.by(*CORA)))


def test_a_second_person_confirms_where_there_is_one(world: World) -> None:
    """A second coordinator holds the office, so Cora decides with somebody who may confirm."""
    story = world.after(judging.pass_policy_for_office, road=roads.EXPEDITED)
    world.appoint("stan", Role.COORDINATOR)
    people.verify_person(
        world.person("sam"),
        programme=world.house.cast.programme,
        how="Seen; he holds no office.",
        **world.by("ada", Role.ADMINISTRATOR),
    )

    def decide(second: models.Person | None) -> object:
        return decision.approve_by_office(
            story.case, second_person=second, **WORDS, **seconds.in_browser(world, *CORA)
        )

    nobody = [None, *(world.person(name) for name in ("cora", "sam", "alice"))]
    for second in nobody:
        assert refused(lambda second=second: decide(second)) == ["second-person-missing"]
    review.declare_conflict(
        story.case, reason="A friend.", **world.by("paula", Role.POLICY_OFFICER)
    )
    assert refused(lambda: decide(world.person("paula"))) == ["second-person-missing"]
    assert seconds.confirmed(lambda: decide(world.person("stan"))) is not None


def test_the_committee_is_told_what_the_office_decided(world: World) -> None:
    story = world.after(judging.pass_policy_for_office, road=roads.EXPEDITED)
    early = lambda: decision.inform_committee(story.case, **world.by(*CORA))  # noqa: E731
    assert refused(early) == ["no-determination"]
    decision.approve_by_office(
        story.case, second_person=world.person("paula"), **WORDS, **world.by(*CORA)
    )
    milos = models.RoleGrant.objects.get(person=world.person("milo"))
    milos.until_on = world.house.clock.now.date() - timedelta(days=1)
    milos.save()
    by = world.by(*CORA)
    decision.inform_committee(story.case, **by)
    assert_entered(story.case, "decision.inform_committee", by, stages=("agreement", "agreement"))
    told = models.Message.objects.filter(kind="committee-informed")
    assert sorted(told.values_list("to__name", flat=True)) == [
        "Chen Chair",
        "Max Member",
        "Mia Member",
    ]


def test_a_member_with_a_conflict_is_not_told_what_the_office_decided(world: World) -> None:
    story = world.after(judging.pass_policy_for_office, road=roads.EXPEDITED)
    reason = "Mia's sister is on the team."
    review.recuse(story.case, member=world.person("mia"), reason=reason, **world.by(*CORA))
    decision.approve_by_office(
        story.case, second_person=world.person("paula"), **WORDS, **world.by(*CORA)
    )
    decision.inform_committee(story.case, **world.by(*CORA))
    assert letters_to(world.person("max"))[-1] == "committee-informed"
    assert "committee-informed" not in letters_to(world.person("mia"))


def test_a_deferred_request_goes_back_and_the_committee_speaks_anew(world: World) -> None:
    story = world.after(judging.recommend)
    said = models.Recommendation.objects.get(case=story.case)
    by, reason = world.by(*OTTO), "The statistician was away."
    decision.defer(story.case, reason=reason, **by)
    assert marked(said, "superseded") == by_and_at(by)
    assert marked(story.case.agenda.get(), "left") == by_and_at(by)
    assert not story.case.determinations.exists()
    values = {"recommended": said.outcome, "reason": reason}
    stages = ("determination", "in_review")
    assert_entered(story.case, "decision.defer", by, stages=stages, values=values)
    assert letters_to(world.person("alice"))[-1] == "decision-deferred"
    vote = {"choice": models.Vote.Choice.APPROVE, **world.by("mia", Role.MEMBER)}
    assert "ballot-not-open" in refused(lambda: review.vote(story.case, **vote))
    held_on = world.house.clock.now.date() + timedelta(days=30)
    office = world.by(*CORA)
    meeting = review.plan_meeting(
        story.case.programme, held_on=held_on, chair=world.person("chen"), **office
    )
    item = review.put_on_agenda(story.case, meeting=meeting, **world.by(*CORA))
    assert (item.meeting, item.left_at) == (meeting, None)


def test_nobody_defers_without_a_reason_or_before_the_committee_spoke(world: World) -> None:
    story = world.after(judging.recommend)
    assert "reason-missing" in refused(
        lambda: decision.defer(story.case, reason="", **world.by(*OTTO))
    )
    assert refused(lambda: decision.defer(story.case, reason="Later.", **world.by(*CORA)))[0] == (
        "not-your-step"
    )
