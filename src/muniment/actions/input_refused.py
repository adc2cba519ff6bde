"""Input that cannot be used is refused like a step: a list of sentences, and nothing written."""

from muniment.rulebook import words

from . import step


def unless_empty(reasons: list[words.Refusal]) -> None:
    """Raise `step.Refused` with these reasons, if there are any."""
    if reasons:
        raise step.Refused(reasons)
