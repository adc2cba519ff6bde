"""One more request at every stage, so that whoever looks around the site finds each of them."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from muniment import models
from muniment.actions import enquiry
from muniment.rulebook.words import Role, Stage

from . import applying, contracting, judging, releasing, roads, turnings
from .calendar import Clock
from .house import House
from .story import Story

TO_THE_GATES: roads.Road = (
    (applying.start, Stage.DRAFT),
    (applying.pilot_draft, Stage.DRAFT),
    (applying.submit, Stage.SUBMITTED),
)
TO_THE_DATA: roads.Road = (*TO_THE_GATES, (applying.be_certified, Stage.AVAILABILITY))
TO_THE_POLICY: roads.Road = (*TO_THE_DATA, (judging.find_available, Stage.POLICY))
TO_THE_COMMITTEE: roads.Road = (
    *TO_THE_POLICY,
    (judging.pass_policy, Stage.IN_REVIEW),
    (judging.declare, Stage.IN_REVIEW),
)
TO_THE_OFFICER: roads.Road = (
    *TO_THE_COMMITTEE,
    (judging.score, Stage.IN_REVIEW),
    (judging.vote, Stage.IN_REVIEW),
    (judging.recommend, Stage.DETERMINATION),
)
TO_THE_SIGNERS: roads.Road = (
    *TO_THE_OFFICER,
    (judging.determine, Stage.AGREEMENT),
    (contracting.draft, Stage.AGREEMENT),
    (contracting.issue, Stage.AGREEMENT),
    (contracting.sign, Stage.AGREEMENT),
)
TO_THE_CHECK: roads.Road = (
    *TO_THE_SIGNERS,
    (contracting.invoice, Stage.AGREEMENT),
    (contracting.pay, Stage.AGREEMENT),
    (contracting.meet_condition, Stage.AGREEMENT),
    (releasing.open_line, Stage.BUILDING),
    (releasing.plan, Stage.BUILDING),
    (releasing.build, Stage.CHECKING),
)
TO_THE_DATA_IN_HAND: roads.Road = (
    *TO_THE_CHECK,
    (releasing.let_dev_check, Stage.CHECKING),
    (releasing.let_go, Stage.ACTIVE),
)


@dataclass(frozen=True, slots=True)
class Walk:
    """What a request asks, how long ago it began, and its road up to where it stands now."""

    title: str
    days_ago: int
    road: roads.Road


WALKS: tuple[Walk, ...] = (
    Walk("Itching and age: who stops early", 1, TO_THE_GATES[:2]),
    Walk("Skin reactions and other medicines", 2, TO_THE_GATES),
    Walk("Dizziness in the first month", 5,
         (*TO_THE_GATES, (applying.be_returned, Stage.RETURNED))),
    Walk("Heart rhythm under treatment", 4, TO_THE_DATA),
    Walk(
        "Sleep and skin reactions", 9, (*TO_THE_POLICY, (turnings.ask, Stage.POLICY))
    ),
    Walk("Reactions in women and men", 10, TO_THE_COMMITTEE),
    Walk("How reactions are reported by site", 16, TO_THE_OFFICER),
    Walk(
        "Early signs of a severe reaction", 18,
        (*TO_THE_OFFICER, (turnings.ask_to_revise, Stage.REVISING)),
    ),
    Walk("Reactions and length of exposure", 32, TO_THE_SIGNERS),
    Walk("Mild reactions that last", 42, TO_THE_CHECK),
    Walk(
        "Reactions by dose group", 48,
        (*TO_THE_DATA_IN_HAND, (turnings.finish, Stage.CLOSE_OUT)),
    ),
    Walk(
        "When reactions begin", 52,
        (*TO_THE_DATA_IN_HAND, (turnings.finish, Stage.CLOSE_OUT),
         (turnings.close, Stage.CLOSED)),
    ),
    Walk(
        "Reactions and earlier illness", 50,
        (*TO_THE_DATA_IN_HAND, (turnings.revoke, Stage.REVOKED)),
    ),
    Walk(
        "Reactions ten years later", 18, (*TO_THE_OFFICER, (turnings.deny, Stage.DENIED))
    ),
    Walk(
        "Doses after the end of treatment", 6,
        (*TO_THE_DATA, (turnings.find_nothing, Stage.NOT_AVAILABLE)),
    ),
    Walk(
        "The newer edition of the trial", 6,
        (*TO_THE_DATA, (turnings.find_elsewhere, Stage.REDIRECTED)),
    ),
    Walk("A question that another study answered", 4,
         (*TO_THE_GATES, (turnings.withdraw, Stage.WITHDRAWN))),
    Walk(
        "Reactions in warm weather", 70,
        (*TO_THE_GATES, (applying.be_returned, Stage.RETURNED),
         (turnings.fall_silent, Stage.LAPSED)),
    ),
)  # fmt: skip
"""Every stage but *building* and *active*, where the demonstration's own requests stand."""


def fill(house: House, *, say: Callable[[models.Case], None]) -> None:
    """Walk each of them at its own time, which ends about today, and ask what people ask."""
    for walk in WALKS:
        clock = Clock(days_ago=walk.days_ago)
        story = Story(replace(house, clock=clock), title=walk.title)
        roads.walk(story, walk.road)
        say(story.case)
    _ask(replace(house, clock=Clock(days_ago=6)))


def _ask(house: House) -> None:
    """One question that goes on in its thread, and one that nobody has taken yet."""
    story = Story(house)
    row = enquiry.ask_enquiry(
        house.cast.programme,
        "Laboratory values",
        "Does the pilot trial hold laboratory values?",
        **story.by("stan", Role.ANYONE),
    )
    house.clock.pass_days(1)
    enquiry.take_enquiry(row, **story.by("stella", Role.STATISTICIAN))
    enquiry.answer_enquiry(
        row,
        "Not in this edition. They are planned for the next one.",
        **story.by("stella", Role.STATISTICIAN),
    )
    house.clock.pass_days(1)
    enquiry.write_again(row, "When does it open?", **story.by("stan", Role.ANYONE))
    enquiry.ask_enquiry(
        house.cast.programme,
        "A letter for our funder",
        "Could you write what is available so far? The call closes next month.",
        **story.by("alice", Role.ANYONE),
    )
