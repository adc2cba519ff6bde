"""Whether a request is being written; while it is not, every edit of it says so in one sentence."""

from muniment import models
from muniment.actions import input_refused
from muniment.actions.finding import WRITING
from muniment.rulebook import words


def against_writing(case: models.Case) -> list[words.Refusal]:
    """Why nothing of the request can be changed now; an empty list means go."""
    return [] if words.Stage(case.stage) in WRITING else [not_now()]


def unless_being_written(case: models.Case) -> None:
    """Raise `step.Refused` for an edit of a request that nobody is writing."""
    input_refused.unless_empty(against_writing(case))


def not_now() -> words.Refusal:
    """What every edit says that nothing opens."""
    message = "The request is with the office, so only what a question names can be changed."
    return words.Refusal("not-being-written", message)
