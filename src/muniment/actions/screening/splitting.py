"""One part becomes a request of its own, so that the quick one need not wait for the slow one.

Nothing is asked anew: what the applicant sent, what the gates found about the part, and who is
recused go with it. From then on each request has its own track, clock and decision.
"""

from datetime import datetime

from muniment import models
from muniment.actions import input_refused, ledger, questions, step
from muniment.actions.application import specifying
from muniment.dataplane.spec import specification
from muniment.queries import asked, schedule
from muniment.rulebook import words

from . import copying


def split_part(
    part: models.Part, *, actor: models.Actor, now: datetime, reason: str
) -> models.Case:
    """The linked request that asks for this part alone; the parts that stay are unchanged.

    Refused where the applicant declared that the part is joined with another, and while a smaller
    scope waits for their answer.
    """
    case, about = part.case, {"part": part, "reason": reason}
    with step.taking("split_part", case, actor=actor, now=now, about=about) as taken:
        present = asked.find_specification(case)
        written = asked.parsed(present)
        assert present is not None  # more than one part is asked for
        assert written is not None
        _unless_free(case, written, part.part_id)
        child = _linked_request(case, part, actor=actor, now=now)
        marks = {"confirmed_at": present.confirmed_at, "confirmed_by": present.confirmed_by}
        own, rest = _divided(written, part.part_id)
        specifying.new_version(child, own, actor=actor, now=now, **marks)
        specifying.new_version(case, rest, actor=actor, now=now, **marks)
        copying.what_was_sent(case, child)
        copying.what_was_found(part, child)
        copying.who_is_recused(case, child)
        _follow_own_tracks(case, part)
        taken.records(part=part.part_id, child=child.reference, reason=reason)
        values = {"part": part.part_id, "parent": case.reference, "reason": reason}
        ledger.append(
            child, tag="screening.split_part", actor=actor, now=now, stage_to=child.stage,
            values=values,
        )  # fmt: skip
        title = _title(part)
        why = f"Why is {title} a request of its own, {child.reference}?"
        questions.tell(taken, case, why, reason)
        taken.tells(case.applicant, "part-split", datasets=title)
    return child


def _unless_free(case: models.Case, written: specification.Specification, part: str) -> None:
    refusals = []
    if any(part in link.parts for link in written.links):
        message = "This part is to be joined with another, so both stay in one request."
        refusals.append(words.Refusal("part-linked", message))
    if case.specifications.filter(schedule.OPEN_PROPOSAL).exists():
        message = "A smaller scope waits for the applicant's answer. Split the part after it."
        refusals.append(words.Refusal("scope-waits", message))
    input_refused.unless_empty(refusals)


def _divided(
    written: specification.Specification, part: str
) -> tuple[specification.Specification, specification.Specification]:
    """The specification of one part, and that of all others; no part changes by a byte."""
    document = written.document()
    own = [each.document() for each in written.parts if each.id == part]
    rest = [each.document() for each in written.parts if each.id != part]
    return (
        specification.parse({**document, "parts": own, "links": []}),
        specification.parse({**document, "parts": rest}),
    )


def _linked_request(
    case: models.Case, part: models.Part, *, actor: models.Actor, now: datetime
) -> models.Case:
    child = models.Case.objects.create(
        reference=copying.next_reference(case.programme, now),
        parent=case,
        child_kind=models.Case.ChildKind.SPLIT,
        track=case.track if _was_moved(case) else part.track,
        made_at=now,
        made_by=actor,
        **{name: getattr(case, name) for name in copying.CASE},
    )
    models.Part.objects.create(
        case=child,
        part_id=part.part_id,
        dataset_edition=part.dataset_edition,
        holding=part.holding,
        level=part.level,
        track=part.track,
    )
    return child


def _follow_own_tracks(case: models.Case, part: models.Part) -> None:
    """The request that stays follows the strictest of what is left, unless the office moved it."""
    moved = _was_moved(case)
    part.status = models.Part.Status.SPLIT
    part.save(update_fields=["status"])
    if not moved:
        case.track = _strictest(case)
        case.save(update_fields=["track"])


def _was_moved(case: models.Case) -> bool:
    """Whether the office put the request on a stricter track than its parts ask for."""
    return bool(case.track) and case.track != _strictest(case)


def _strictest(case: models.Case) -> str:
    return words.Track.strictest([words.Track(each.track) for each in asked.live_parts(case)]).value


def _title(part: models.Part) -> str:
    return str(part.dataset_edition.dataset.title)
