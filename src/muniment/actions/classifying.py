"""How each field leaves: the method policy of a holding, replaced as a whole, never edited.

The descriptor gives every field a class and a release rule; a policy may choose another rule. The
data plane checks the rules themselves when it draws terms from them.
"""

import hashlib
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import rfc8785

from muniment import models
from muniment.dataplane.spec import faults, rules
from muniment.dataplane.spec.reader import Reader
from muniment.rulebook import words

from . import input_refused, step

MEMBERS = {"policy", "edition", "fields"}
DIRECT = "direct"


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
    about = {"document": document, "second_person": second_person}
    with step.taking("classify_fields", holding, actor=actor, now=now, about=about) as taken:
        row = _written(holding, document, actor=actor, now=now)
        taken.records(policy=row.sha256)
    return row


def change_method_policy(
    holding: models.Holding,
    document: Mapping[str, Any],
    *,
    actor: models.Actor,
    now: datetime,
    reason: str,
    second_person: models.Person | None = None,
) -> models.MethodPolicy:
    """Replace the method policy of a holding, with the reason.

    Whoever does counts as a builder of what follows. Signed terms quote the rules, so a build under
    terms that name another is refused until they are signed anew.
    """
    about = {
        "document": document, "reason": reason, "second_person": second_person,
        "edition": holding.dataset_edition,
    }  # fmt: skip
    with step.taking("change_method_policy", holding, actor=actor, now=now, about=about) as taken:
        before = holding.policies.order_by("-pk").first()
        if before is None:
            message = "This holding has no method policy yet; give its fields their rules first."
            raise step.Refused([words.Refusal("no-policy", message)])
        row = _written(holding, document, actor=actor, now=now)
        taken.records(before=before.sha256, policy=row.sha256, reason=reason)
    return row


def _written(
    holding: models.Holding, document: Mapping[str, Any], *, actor: models.Actor, now: datetime
) -> models.MethodPolicy:
    input_refused.unless_empty(_faults(holding, document))
    text = rfc8785.dumps(dict(document)).decode()
    return models.MethodPolicy.objects.create(
        holding=holding,
        document=text,
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        made_at=now,
        made_by=actor,
    )


def _faults(holding: models.Holding, document: Mapping[str, Any]) -> list[words.Refusal]:
    missing = sorted(MEMBERS - set(document))
    if missing:
        message = "The method policy lacks: {names}."
        return [words.Refusal("policy-incomplete", message, {"names": ", ".join(missing)})]
    fields = document["fields"]
    if not isinstance(fields, Mapping):
        message = "Write the fields as an object of table.field and rule."
        return [words.Refusal("policy-incomplete", message)]
    classes = {
        f"{resource['name']}.{field['name']}": field.get("muniment", {}).get("class")
        for resource in holding.descriptor["resources"]
        for field in resource["schema"]["fields"]
    }
    message = "The holding has no field {name}; check its spelling in the method policy."
    unknown = [
        words.Refusal("unknown-field", message, {"name": name})
        for name in sorted(set(fields) - set(classes))
    ]
    return unknown or list(_rule_faults(fields, classes))


def _rule_faults(
    fields: Mapping[str, Any], classes: Mapping[str, str | None]
) -> Iterator[words.Refusal]:
    """Rules that cannot be read, and those that would let a direct identifier out."""
    for name, written in fields.items():
        reader = Reader()
        rule = rules.read(reader, written, faults.at("/fields", name))
        for fault in reader.faults:
            yield words.Refusal("rule-faulty", "{fault}", {"fault": str(fault)})
        if rule and classes[name] == DIRECT and rule.method not in rules.DIRECT_METHODS:
            message = "{name} is a direct identifier; it is dropped or leaves as a code only."
            yield words.Refusal("direct-loosened", message, {"name": name})
