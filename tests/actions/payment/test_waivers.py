"""A fee is waived by somebody else than who asked, with a reason, and a refusal stays a refusal."""

from collections.abc import Callable

import pytest

from muniment import models
from muniment.actions import payment, review
from muniment.demo import contracting, releasing
from muniment.demo.story import Story
from muniment.rulebook.words import Role
from tests.evidence import assert_entered, by_and_at, marked, refused
from tests.world import World

ALICE = ("alice", Role.APPLICANT)
CORA = ("cora", Role.COORDINATOR)
FAY = ("fay", Role.FINANCE)
OTTO = ("otto", Role.DETERMINING_OFFICER)
STAYS = ("agreement", "agreement")
DECIDE = [payment.approve_waiver, payment.refuse_waiver]


def asked(world: World, who: tuple[str, Role] = ALICE) -> tuple[Story, models.Waiver]:
    """A waiver that waits for a decision."""
    story = world.after(contracting.sign)
    waiver = payment.ask_waiver(story.case, reason="Our grant has ended.", **world.by(*who))
    return story, fresh(waiver)


def fresh(waiver: models.Waiver) -> models.Waiver:
    return models.Waiver.objects.select_related("case", "made_by").get(pk=waiver.pk)


def test_a_waiver_is_asked_with_a_reason_and_only_once_at_a_time(world: World) -> None:
    story = world.after(contracting.sign)
    ask = payment.ask_waiver
    assert refused(lambda: ask(story.case, reason=" ", **world.by(*ALICE))) == ["reason-missing"]
    by = world.by(*ALICE)
    waiver = ask(story.case, reason="Our grant has ended.", **by)
    assert (waiver.case, waiver.reason) == (story.case, "Our grant has ended.")
    assert marked(waiver, "made") == by_and_at(by)
    assert marked(waiver, "approved") == marked(waiver, "refused") == (None, None)
    values = {"reason": "Our grant has ended."}
    assert_entered(story.case, "payment.ask_waiver", by, stages=STAYS, values=values)
    assert refused(lambda: ask(story.case, reason="And again.", **world.by(*CORA))) == [
        "waiver-undecided"
    ]


@pytest.mark.parametrize("decide", DECIDE)
def test_a_waiver_is_decided_with_a_reason(
    world: World, decide: Callable[..., models.Waiver]
) -> None:
    story, waiver = asked(world)
    mark = {"approve_waiver": "approved", "refuse_waiver": "refused"}[decide.__name__]
    other = {"approved": "refused", "refused": "approved"}[mark]
    assert refused(lambda: decide(waiver, reason="", **world.by(*FAY))) == ["reason-missing"]
    by = world.by(*FAY)
    decide(fresh(waiver), reason="It meets the rule.", **by)
    assert marked(waiver, mark) == by_and_at(by)
    assert marked(waiver, other) == (None, None)
    values = {"reason": "It meets the rule."}
    assert_entered(story.case, f"payment.{decide.__name__}", by, stages=STAYS, values=values)
    told = story.case.questions.latest("pk")
    assert (told.about, told.answer) == ("fee: waiver", "It meets the rule.")
    assert marked(told, "made") == marked(told, "answered") == by_and_at(by)
    letter = world.person("alice").messages.latest("pk")
    assert letter.kind == "waiver-decided"
    assert "meets the rule" not in letter.body


def test_an_approved_waiver_settles_the_fee(world: World) -> None:
    story, waiver = asked(world)
    payment.approve_waiver(waiver, reason="It meets the rule.", **world.by(*OTTO))
    assert refused(lambda: payment.issue_invoice(story.case, **world.by(*FAY))) == ["fee-settled"]
    contracting.meet_condition(story)
    releasing.open_line(story)
    assert story.case.stage == "building"


def test_a_refused_waiver_settles_nothing(world: World) -> None:
    story, waiver = asked(world)
    payment.refuse_waiver(waiver, reason="The grant runs on.", **world.by(*FAY))
    contracting.invoice(story)
    assert models.Invoice.objects.get(case=story.case).total_minor == 105_000


def test_whoever_asked_does_not_approve_under_any_other_office(world: World) -> None:
    story = world.after(contracting.sign)
    for role in (Role.FINANCE, Role.DETERMINING_OFFICER):
        world.appoint("cora", role)
    waiver = fresh(payment.ask_waiver(story.case, reason="For them.", **world.by(*CORA)))
    for role in (Role.FINANCE, Role.DETERMINING_OFFICER):
        by = world.by("cora", role)
        assert refused(lambda by=by: payment.approve_waiver(waiver, reason="Mine.", **by)) == [
            "own-request"
        ]


@pytest.mark.parametrize("decide", DECIDE)
def test_no_waiver_is_decided_by_the_wrong_person_or_with_a_conflict(
    world: World, decide: Callable[..., models.Waiver]
) -> None:
    story, waiver = asked(world)
    assert refused(lambda: decide(waiver, reason="Fine.", **world.by(*CORA))) == ["not-your-step"]
    review.declare_conflict(story.case, reason="My group.", **world.by(*OTTO))
    assert refused(lambda: decide(fresh(waiver), reason="Fine.", **world.by(*OTTO))) == [
        "recused",
        "conflicted",
    ]


def test_a_waiver_once_refused_is_not_approved_while_another_waits(world: World) -> None:
    story, first = asked(world)
    payment.refuse_waiver(first, reason="The grant runs on.", **world.by(*FAY))
    payment.ask_waiver(story.case, reason="Once more.", **world.by(*CORA))
    assert refused(
        lambda: payment.approve_waiver(fresh(first), reason="After all.", **world.by(*OTTO))
    ) == ["no-waiver-asked"]
    assert marked(first, "approved") == (None, None)


def test_no_waiver_is_asked_once_the_fee_is_settled(world: World) -> None:
    story = world.after(contracting.pay)
    assert refused(
        lambda: payment.ask_waiver(story.case, reason="Back, please.", **world.by(*ALICE))
    ) == ["fee-settled"]
