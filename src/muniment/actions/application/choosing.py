"""A dataset that was chosen and is taken out again before anything of it is asked."""

from datetime import datetime

from muniment import models
from muniment.actions import step
from muniment.queries import asked
from muniment.rulebook import words

from .answers import WRITERS
from .written import unless_being_written


def drop_dataset(
    case: models.Case, part_id: str, *, actor: models.Actor, now: datetime
) -> models.Part:
    """Take out a chosen dataset of which the specification asks nothing; an edit by its writers.

    What a version names leaves by the next version, so that the old one stays readable.
    """
    step.only_for(WRITERS, case, actor=actor, now=now)
    unless_being_written(case)
    present = asked.parsed(asked.find_specification(case))
    part = asked.live_parts(case).filter(part_id=part_id).first()
    if part is None or (present is not None and part_id in present.part_hashes):
        message = "There is no chosen dataset {part} of which nothing is asked."
        raise step.Refused([words.Refusal("part-unknown", message, {"part": part_id})])
    part.delete()
    return part
