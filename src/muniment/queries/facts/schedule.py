"""Facts of days and turns: whether a time is up, whose turn it is, what may still be reopened."""

from collections.abc import Callable

from muniment.queries import schedule
from muniment.queries.timeline import turns
from muniment.rulebook import words
from muniment.rulebook.words import Fact, Stage

from .situation import Situation, reads


@reads(Fact.TIME_IS_UP)
def time_is_up(here: Situation) -> bool:
    """By step, because each waits for a day of its own."""
    return TIMES[here.step](here)


@reads(Fact.CLOCK_PAUSED)
def clock_paused(here: Situation) -> bool:
    return here.case.segments.filter(ended_at__isnull=True, paused=True).exists()


@reads(Fact.APPLICANTS_TURN)
def applicants_turn(here: Situation) -> bool:
    """Whether the first thing the case waits for is the applicant's to do."""
    return turns.open_turns(here.case)[0].role in words.CASE_ROLES


@reads(Fact.REOPEN_WINDOW_OPEN)
def reopen_window_open(here: Situation) -> bool:
    return here.today <= schedule.reopens_until(here.case, ended_on=here.case.stage_since)


@reads(Fact.DENIED_ON_POLICY)
def denied_on_policy(here: Situation) -> bool:
    """Whether the case came to its end from the policy gate; its clock tells."""
    before = here.case.segments.exclude(stage=here.case.stage).order_by("-pk").first()
    return before is not None and before.stage == Stage.POLICY


def _hold_is_over(here: Situation) -> bool:
    until = here.about["hold"].until_on
    return until is not None and here.today >= until


def _applicant_is_silent(here: Situation) -> bool:
    last = schedule.lapses_on(here.case)
    return last is not None and here.today > last


def _stage_is_overdue(here: Situation) -> bool:
    return schedule.is_overdue(here.case, now=here.now)


def _window_is_over(here: Situation) -> bool:
    return bool(here.today > here.about["delivery"].until_on)


TIMES: dict[str, Callable[[Situation], bool]] = {
    "close_delivery": _window_is_over,
    "end_hold": _hold_is_over,
    "lapse": _applicant_is_silent,
    "escalate": _stage_is_overdue,
}
