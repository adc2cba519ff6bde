"""Which agreements are in force: what was signed stays so until its next version is signed.

A draft of the next version takes the place of a text on the desk, so that nobody signs the earlier
one any more. It ends nothing that was signed; what ends it is said in decision 34.
"""

import functools
from collections.abc import Callable, Sequence
from datetime import date

from django.db.models import Q, QuerySet

from muniment import models
from muniment.queries.agreement import signers
from muniment.rulebook.words import Role

LEAD = models.Agreement.Kind.LEAD.value


def stands(agreement: models.Agreement, *, today: date) -> bool:
    """Whether data may be had under this text today; under a joinder, while the lead's runs too."""
    running = {
        each.pk: each.kind
        for each in list_in_force(agreement.case)
        if each.ends_on is None or each.ends_on >= today
    }
    return agreement.pk in running and LEAD in running.values()


def list_in_force(case: models.Case) -> list[models.Agreement]:
    """What was signed and not taken back, unless what takes its place was signed too."""
    texts = _newest_first(case)
    signed = functools.cache(is_signed)
    return [each for each in texts if _is_in_force(each, texts, signed)]


def find_lead(case: models.Case) -> models.Agreement | None:
    """The lead institution's agreement that is in force."""
    return next((each for each in list_in_force(case) if each.kind == LEAD), None)


def list_binding(case: models.Case) -> list[models.Agreement]:
    """Of each institution the same, and where there is none what was issued and not replaced.

    An institution that the lead left is among them: it has no more data, and its duties go on.
    """
    texts, signed = _newest_first(case), functools.cache(is_signed)
    issued = [each for each in texts if each.issued_at is not None]
    offered = [each for each in issued if each.superseded_at is None]
    alone = [each for each in offered if not _beside(each, issued)]
    known = [
        each
        for each in issued
        if each not in alone and _is_in_force(each, texts, signed, by=_is_next_version)
    ]
    waiting = [each for each in offered if not _beside(each, known)]
    return [*known, *(each for each in waiting if each not in known)]


def takes_place(later: models.Agreement, earlier: models.Agreement) -> bool:
    """Whether a text is the next of another: of the same institution, or the lead's anew.

    A request has one lead institution; where the lead moved, the next one's text takes the place of
    the text with the one before.
    """
    of_leads = later.kind == earlier.kind == LEAD and later.pk > earlier.pk
    return of_leads or _is_next_version(later, earlier)


def list_replaced(agreement: models.Agreement) -> QuerySet[models.Agreement]:
    """The texts of which this one takes the place; of one not saved yet, those that there are."""
    own = Q(institution=agreement.institution_id)
    if agreement.kind == LEAD:
        own |= Q(kind=LEAD)
    rows = agreement.case.agreements.filter(own)
    return rows if agreement.pk is None else rows.filter(pk__lt=agreement.pk)


def readable(case: models.Case) -> QuerySet[models.Agreement]:
    """What its parties may read: each text on offer, and what stays in force beside a draft."""
    earlier = list_superseded(case)
    on_offer = Q(issued_at__isnull=False, superseded_at__isnull=True)
    return case.agreements.filter(on_offer | Q(pk__in=[each.pk for each in earlier]))


def list_superseded(case: models.Case) -> list[models.Agreement]:
    """What stays in force although a next version was drafted."""
    if not case.agreements.filter(superseded_at__isnull=False, void_reason="").exists():
        return []
    return [each for each in list_in_force(case) if each.superseded_at is not None]


def is_signed(agreement: models.Agreement) -> bool:
    """Whether it was issued and everybody signed; a pledge binds only the one who gave it."""
    lacking = set(signers.missing(agreement)) - {Role.TEAM_MEMBER}
    return agreement.issued_at is not None and not lacking


def _newest_first(case: models.Case) -> list[models.Agreement]:
    rows = case.agreements.select_related("case__edition", "institution__official")
    return list(rows.order_by("-pk"))


def _is_in_force(
    agreement: models.Agreement,
    texts: Sequence[models.Agreement],
    signed: Callable[[models.Agreement], bool],
    *,
    by: Callable[[models.Agreement, models.Agreement], bool] = takes_place,
) -> bool:
    """`by` says which of two texts ends the other once it is signed."""
    if any(signed(each) for each in texts if by(each, agreement)) or not signed(agreement):
        return False
    return agreement.superseded_at is None or _gave_way_to_a_draft(agreement, texts)


def _gave_way_to_a_draft(agreement: models.Agreement, texts: Sequence[models.Agreement]) -> bool:
    """It was superseded by no more than a draft, which is made in the same moment."""
    made = (each.made_at for each in texts if takes_place(each, agreement))
    return not agreement.void_reason and agreement.superseded_at in made


def _is_next_version(later: models.Agreement, earlier: models.Agreement) -> bool:
    return later.pk > earlier.pk and later.institution_id == earlier.institution_id


def _beside(agreement: models.Agreement, texts: Sequence[models.Agreement]) -> bool:
    """Whether one of these is another text of the same institution."""
    place, own = agreement.institution_id, agreement.pk
    return any(each.institution_id == place and each.pk != own for each in texts)
