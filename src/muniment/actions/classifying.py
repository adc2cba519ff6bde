"""How each field leaves: the method policy of a holding, replaced as a whole, never edited.

The descriptor gives every field a class and a release rule; a policy may choose another rule. The
data plane checks the rules themselves when it draws terms from them.
"""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import rfc8785

from muniment import models
from muniment.rulebook import words

from . import input_refused, step

MEMBERS = {"policy", "edition", "fields"}


def classify_fields(
    holding: models.Holding,
    document: Mapping[str, Any],
    *,
    actor: models.Actor,
    now: datetime,
    second_person: models.Person | None = None,
) -> models.MethodPolicy:
    """Give a holding a new method policy; who writes it counts as a builder of what follows.

    `document` is {"policy": id, "edition": label, "fields": {"table.field": {"method": …}}}, with
    the holding's own id as `holding` where it is meant for this one only.
    """
    about = {"second_person": second_person}
    with step.taking("classify_fields", holding, actor=actor, now=now, about=about) as taken:
        input_refused.unless_empty(_faults(holding, document))
        text = rfc8785.dumps(dict(document)).decode()
        row = models.MethodPolicy.objects.create(
            holding=holding,
            document=text,
            sha256=hashlib.sha256(text.encode()).hexdigest(),
            made_at=now,
            made_by=actor,
        )
        taken.records(policy=row.sha256)
    return row


def _faults(holding: models.Holding, document: Mapping[str, Any]) -> list[words.Refusal]:
    missing = sorted(MEMBERS - set(document))
    if missing:
        message = "The method policy lacks: {names}."
        return [words.Refusal("policy-incomplete", message, {"names": ", ".join(missing)})]
    known = {
        f"{resource['name']}.{field['name']}"
        for resource in holding.descriptor["resources"]
        for field in resource["schema"]["fields"]
    }
    message = "The holding has no field {name}; check its spelling in the method policy."
    return [
        words.Refusal("unknown-field", message, {"name": name})
        for name in sorted(set(document["fields"]) - known)
    ]
