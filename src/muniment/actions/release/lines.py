"""Release lines: one part for one recipient agreement."""

from datetime import datetime

from muniment import models
from muniment.actions import input_refused, step
from muniment.models import people
from muniment.rulebook import words


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
        input_refused.unless_empty(_faults(part, agreement))
        line = models.ReleaseLine.objects.create(
            part=part, agreement=agreement, public_id=people.opaque(), made_at=now, made_by=actor
        )
        taken.records(line=line.public_id, part=part.part_id)
    return line


def _faults(part: models.Part, agreement: models.Agreement) -> list[words.Refusal]:
    found = []
    if agreement.case_id != part.case_id:
        message = "This agreement was signed for another request; name one of this request."
        found.append(words.Refusal("other-agreement", message))
    if part.holding is None:
        message = "No holding stands behind this part; load or describe it first."
        found.append(words.Refusal("no-holding", message))
    if part.lines.filter(agreement=agreement).exists():
        message = "A release line is open for this part and agreement already."
        found.append(words.Refusal("line-open", message))
    return found
