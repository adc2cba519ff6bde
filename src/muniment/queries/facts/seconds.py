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
from muniment.queries import asked, conflicts
from muniment.rulebook import reading
from muniment.rulebook.words import Fact, Mode

from .situation import Situation, reads

HOLDS = timedelta(days=14)
"""How long a word of confirmation may be used."""
NAMED = "second_person"


@reads(Fact.SECOND_PERSON_PRESENT)
def second_person_present(here: Situation) -> bool:
    """Confirmed by another verified person, or the mode lets one person act alone."""
    if _confirmed(here):
        return True
    others = (
        models.RoleGrant.objects.filter(programme_id=here.programme_id, role=here.actor.role)
        .exclude(person=here.person)
        .exclude(person=here.given("person"))  # nobody is there to confirm what is about them
        .select_related("person")
    )
    return not _mode(here).asks(
        someone_is_available=any(
            grant.person.is_active and grant.holds_on(here.today) for grant in others
        )
    )


@reads(Fact.COOLED_OFF)
def cooled_off(here: Situation) -> bool:
    """Whether a colleague was asked so long ago as the programme wants, where it wants that.

    It is the time in which a word that was given in haste, or got by a stolen session, is noticed.
    Before anybody was asked, and where one person may act alone, there is nothing to wait for.
    """
    hours = here.bundle["programme"]["second_person"].get("cooling_hours", 0)
    second = here.given(NAMED)
    if not hours or _named_is_enough(here) or second is None:
        return True
    asked_since = here.now - timedelta(hours=hours)
    words = given(here, second)
    return not words.exists() or words.filter(made_at__lte=asked_since).exists()


def find_lone_mode(here: Situation) -> Mode | None:
    """The mode by which one person alone may take the step that asks for two; else None.

    To be asked of a step that the rulebook lets through, before its body changes anything.
    """
    asks = Fact.SECOND_PERSON_PRESENT in reading.STEPS[here.step].needs
    return _mode(here) if asks and here.person is not None and not _confirmed(here) else None


def _confirmed(here: Situation) -> bool:
    """Whether a second person stands behind the step."""
    second = here.given(NAMED)
    return may_confirm(here, second) and (_named_is_enough(here) or given(here, second).exists())


def _mode(here: Situation) -> Mode:
    """The programme's mode for this step."""
    settings = here.bundle["programme"]["second_person"]
    return Mode(settings.get("steps", {}).get(here.step, settings["mode"]))


def _named_is_enough(here: Situation) -> bool:
    """Ahead of the step; and at the machine itself, whose keeper could act as anybody there."""
    return not here.taking or here.actor.via == models.Actor.Via.COMMAND


def may_confirm(here: Situation, second: models.Person | None) -> bool:
    """Someone else, known in person, who holds an office today and has no stake in the matter."""
    if second is None or second in (here.person, here.given("person")) or not second.is_active:
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
    """What an attempt is: the step, its subject, and all that comes with it but who confirms.

    Of a request also what it asks for now: a word for one round or scope is none for the next.
    """
    comes = {name: value for name, value in here.about.items() if name != NAMED}
    told = [here.step, _said(here.subject), _said(comes)]
    if isinstance(here.subject, models.Case):
        told += [here.case.round, _said(asked.find_specification(here.case))]
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
