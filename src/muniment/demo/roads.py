"""The roads, act by act. Each act says at which stage the request stands when it is done."""

from collections.abc import Callable, Sequence

from muniment.rulebook.words import Stage

from . import applying, contracting, judging, releasing
from .story import Story

Act = tuple[Callable[[Story], None], Stage]
Road = Sequence[Act]

FULL: Road = (
    (applying.ask_and_draft, Stage.DRAFT),
    (applying.pilot_draft, Stage.DRAFT),
    (applying.submit, Stage.SUBMITTED),
    (applying.be_returned, Stage.RETURNED),
    (applying.submit_again, Stage.SUBMITTED),
    (applying.be_certified, Stage.AVAILABILITY),
    (judging.find_available, Stage.POLICY),
    (judging.pass_policy, Stage.IN_REVIEW),
    (judging.declare, Stage.IN_REVIEW),
    (judging.score, Stage.IN_REVIEW),
    (judging.ask_and_answer, Stage.IN_REVIEW),
    (judging.vote, Stage.IN_REVIEW),
    (judging.recommend, Stage.DETERMINATION),
    (judging.determine, Stage.AGREEMENT),
    (contracting.draft, Stage.AGREEMENT),
    (contracting.issue, Stage.AGREEMENT),
    (contracting.sign, Stage.AGREEMENT),
    (contracting.invoice, Stage.AGREEMENT),
    (releasing.try_too_early, Stage.AGREEMENT),
    (contracting.pay, Stage.AGREEMENT),
    (contracting.meet_condition, Stage.AGREEMENT),
    (releasing.open_line, Stage.BUILDING),
    (releasing.plan, Stage.BUILDING),
    (releasing.try_with_changed_policy, Stage.BUILDING),
    (releasing.build, Stage.CHECKING),
    (releasing.check, Stage.CHECKING),
    (releasing.let_go, Stage.ACTIVE),
    (releasing.verify, Stage.ACTIVE),
)
"""The full track: three gates, the committee, a condition, signatures, payment, a checked build."""

EXPEDITED: Road = (
    (applying.start, Stage.DRAFT),
    (applying.abstracts_draft, Stage.DRAFT),
    (applying.submit, Stage.SUBMITTED),
    (applying.be_certified, Stage.AVAILABILITY),
    (judging.find_available, Stage.POLICY),
    (judging.pass_policy_for_office, Stage.DETERMINATION),
    (judging.approve_by_office, Stage.AGREEMENT),
    (contracting.draft, Stage.AGREEMENT),
    (contracting.issue, Stage.AGREEMENT),
    (contracting.accept_terms, Stage.AGREEMENT),
    (contracting.invoice, Stage.AGREEMENT),
    (contracting.pay, Stage.AGREEMENT),
    (releasing.open_line, Stage.BUILDING),
    (releasing.plan, Stage.BUILDING),
)
"""The expedited track, up to the build that an embargo holds back."""

AFTER_THE_EMBARGO: Road = (
    (releasing.build, Stage.CHECKING),
    (releasing.let_dev_check, Stage.CHECKING),
    (releasing.let_go, Stage.ACTIVE),
    (releasing.verify, Stage.ACTIVE),
)


def walk(story: Story, road: Road, *, until: Stage | None = None) -> Story:
    """Walk a road; with `until`, stop when the request first stands at that stage.

    Raises AssertionError where an act did not bring the request where the road says.
    """
    for act, stage in road:
        act(story)
        if story.case.stage != stage:
            raise AssertionError(f"{act.__name__} ended at {story.case.stage}, not {stage}")
        if until is not None and stage is until:
            return story
    return story
