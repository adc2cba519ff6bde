"""Release lines: one part for one recipient agreement."""

from datetime import datetime

from muniment import models
from muniment.actions import step
from muniment.models import people


def open_line(
    part: models.Part, *, actor: models.Actor, now: datetime, agreement: models.Agreement
) -> models.ReleaseLine:
    """Open the first line: signed, settled, every condition before release met."""
    return _open("open_line", part, actor, now, agreement)


def open_further_line(
    part: models.Part, *, actor: models.Actor, now: datetime, agreement: models.Agreement
) -> models.ReleaseLine:
    """Open another line of a case that is already building."""
    return _open("open_further_line", part, actor, now, agreement)


def _open(
    name: str, part: models.Part, actor: models.Actor, now: datetime, agreement: models.Agreement
) -> models.ReleaseLine:
    about = {"part": part, "agreement": agreement}
    with step.taking(name, part.case, actor=actor, now=now, about=about) as taken:
        line = models.ReleaseLine.objects.create(
            part=part, agreement=agreement, public_id=people.opaque(), made_at=now, made_by=actor
        )
        taken.records(line=line.public_id, part=part.part_id)
    return line
