"""Input that cannot be used is refused like a step: a list of sentences, and nothing written."""

from muniment.rulebook import words

from . import step


def unless_reason(reason: str) -> None:
    """Raise `step.Refused` where a row keeps a reason and none is given."""
    if not reason.strip():
        raise step.Refused([words.MISSING[words.Fact.REASON_GIVEN]])


def unless_written(text: str, refusal: words.Refusal) -> None:
    """Raise `step.Refused` with this refusal where nothing was written."""
    if not text.strip():
        raise step.Refused([refusal])


def unless_empty(reasons: list[words.Refusal]) -> None:
    """Raise `step.Refused` with these reasons, if there are any."""
    if reasons:
        raise step.Refused(reasons)
