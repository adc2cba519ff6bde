"""One part of a request may be denied while the rest goes on."""

import json
from datetime import datetime

from muniment import models
from muniment.actions import step
from muniment.actions.application import specifying
from muniment.dataplane.spec import specification
from muniment.queries import asked


def deny_part(part: models.Part, *, actor: models.Actor, now: datetime, reason: str) -> models.Part:
    """Deny one part: it leaves the case as a frozen outcome, and nothing quotes it from now on.

    The applicant confirmed the specification with the part in it; the version without it keeps
    that confirmation, because it asks for nothing more.
    """
    case, about = part.case, {"part": part, "reason": reason}
    with step.taking("deny_part", case, actor=actor, now=now, about=about) as taken:
        present = asked.find_specification(case)
        assert present is not None  # a request with parts has one
        left = _without(present, part.part_id)
        specifying.new_version(
            case, left, actor=actor, now=now, reason=reason.strip(),
            confirmed_at=present.confirmed_at, confirmed_by=present.confirmed_by,
        )  # fmt: skip
        part.status = models.Part.Status.DENIED
        part.denied_at, part.denied_by, part.denied_reason = now, actor, reason.strip()
        part.save(update_fields=["status", "denied_at", "denied_by", "denied_reason"])
        taken.records(part=part.part_id, reason=reason)
    return part


def _without(present: models.Specification, part_id: str) -> specification.Specification:
    document = json.loads(present.document)
    document["parts"] = [each for each in document["parts"] if each["id"] != part_id]
    document["links"] = [each for each in document["links"] if part_id not in each["parts"]]
    return specification.parse(document)
