"""The second person: whether one is asked for, who may be one, and what they have confirmed.

Naming a colleague proves nothing (privacy, B1): a step that is taken needs their own word, given on
their own page for this attempt and nothing else. Where a page only looks ahead, it is enough that
there is somebody to ask.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db.models import Model, QuerySet

from muniment import models
from muniment.queries import conflicts
from muniment.rulebook.words import Fact, Mode

from .situation import Situation, reads

HOLDS = timedelta(days=14)
"""How long a word of confirmation may be used."""
NAMED = "second_person"


@reads(Fact.SECOND_PERSON_PRESENT)
def second_person_present(here: Situation) -> bool:
    """Confirmed by another verified person, or the mode lets one person act alone."""
    second = here.given(NAMED)
    if may_confirm(here, second) and (_named_is_enough(here) or given(here, second).exists()):
        return True
    settings = here.bundle["programme"]["second_person"]
    mode = Mode(settings.get("steps", {}).get(here.step, settings["mode"]))
    others = (
        models.RoleGrant.objects.filter(programme_id=here.programme_id, role=here.actor.role)
        .exclude(person=here.person)
        .select_related("person")
    )
    return not mode.asks(
        someone_is_available=any(
            grant.person.is_active and grant.holds_on(here.today) for grant in others
        )
    )


def _named_is_enough(here: Situation) -> bool:
    """Ahead of the step; and at the machine itself, whose keeper could act as anybody there."""
    return not here.taking or here.actor.via == models.Actor.Via.COMMAND


def may_confirm(here: Situation, second: models.Person | None) -> bool:
    """Someone else, known in person, who holds an office today and has no stake in the case."""
    if second is None or second == here.person or not second.is_active:
        return False
    if second.identity_verified_at is None:
        return False
    offices = models.RoleGrant.objects.filter(programme_id=here.programme_id, person=second)
    if not any(grant.holds_on(here.today) for grant in offices):
        return False
    is_case = isinstance(here.subject, models.Case)
    return not (is_case and conflicts.conflicted(here.case, second))


def given(here: Situation, second: models.Person | None) -> QuerySet[models.Confirmation]:
    """This person's word for exactly this attempt, not used yet."""
    return models.Confirmation.objects.filter(
        programme_id=here.programme_id,
        digest=digest(here),
        made_by__person=here.person,
        second=second,
        confirmed_at__gte=here.now - HOLDS,
        used_at__isnull=True,
    )


def digest(here: Situation) -> str:
    """What an attempt is: the step, its subject, and all that comes with it but who confirms."""
    comes = {name: value for name, value in here.about.items() if name != NAMED}
    told = [here.step, _said(here.subject), _said(comes)]
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def _said(value: Any) -> Any:
    """A value as JSON: a file or a text that has a hash by it, another row by its key."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, Mapping):
        return {str(key): _said(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_said(each) for each in value]
    if hasattr(value, "sha256"):
        return value.sha256
    return [value._meta.label, value.pk] if isinstance(value, Model) else str(value)
