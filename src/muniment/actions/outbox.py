"""The outbox: a message is a row written in the transaction of what it tells of.

A letter of the programme says what to do and links; it never carries the content itself.
"""

import uuid
from collections.abc import Mapping
from datetime import datetime

from muniment import models
from muniment.programme import letters
from muniment.queries import editions


def write(
    person: models.Person,
    letter: str,
    *,
    subject: models.Case | models.Programme | models.Holding,
    placeholders: Mapping[str, str],
    actor: models.Actor,
    now: datetime,
) -> models.Message:
    """Write the programme's letter of that name to a person; raises LetterFault for an unknown one.

    The body is Markdown.
    """
    case = subject if isinstance(subject, models.Case) else None
    if case is not None:
        bundle = editions.bundle_of(case.edition)
    elif isinstance(subject, models.Programme):
        bundle = editions.active_bundle(subject)
    else:
        bundle = editions.active_bundle(subject.programme)
    known = {
        "person_name": person.name,
        "programme_name": bundle["programme"]["short_name"],
        **(_of_case(case) if case else {"link": "/"}),
    }
    filled = letters.fill(bundle, letter, {**known, **placeholders})
    return models.Message.objects.create(
        to=person,
        case=case,
        kind=letter,
        subject=filled.subject,
        body=filled.body,
        message_id=f"<{uuid.uuid4().hex}@muniment.invalid>",
        made_at=now,
        made_by=actor,
    )


def _of_case(case: models.Case) -> dict[str, str]:
    return {
        "reference": case.reference,
        "title": case.title,
        "link": f"/requests/{case.reference}/",
    }
