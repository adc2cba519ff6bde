"""Which agreements are in force: what was signed stays so until its next version is signed.

A draft of the next version takes the place of a text on the desk, so that nobody signs the earlier
one any more. It ends nothing that was signed; what ends it is said in decision 34.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

from django.db.models import Q, QuerySet

from muniment import models
from muniment.queries.agreement import signers
from muniment.rulebook.words import Role


def stands(agreement: models.Agreement, *, today: date) -> bool:
    """Whether data may be had under this text today; under a joinder, while the lead's runs too."""
    running = {
        each.pk: each.kind
        for each in list_in_force(agreement.case)
        if each.ends_on is None or each.ends_on >= today
    }
    return agreement.pk in running and models.Agreement.Kind.LEAD.value in running.values()


def list_in_force(case: models.Case) -> list[models.Agreement]:
    """Of each institution the newest version that was signed, unless it was taken back."""
    found = (_newest_signed(versions) for versions in _by_party(case))
    return [each for each in found if each is not None]


def list_binding(case: models.Case) -> list[models.Agreement]:
    """The same, and of an institution without one what was issued and not replaced."""
    found = (_binding(versions) for versions in _by_party(case))
    return [each for each in found if each is not None]


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


def _by_party(case: models.Case) -> Iterable[Sequence[models.Agreement]]:
    """The versions of each institution's agreement, newest first."""
    rows = case.agreements.select_related("case__edition", "institution__official")
    versions: dict[int | None, list[models.Agreement]] = defaultdict(list)
    for each in rows.order_by("-version"):
        versions[each.institution_id].append(each)
    return versions.values()


def _newest_signed(versions: Sequence[models.Agreement]) -> models.Agreement | None:
    newest = next((each for each in versions if is_signed(each)), None)
    return newest if newest is not None and _goes_on(newest, versions) else None


def _goes_on(signed: models.Agreement, versions: Sequence[models.Agreement]) -> bool:
    """It was superseded by no more than a draft, which is made in the same moment."""
    if signed.superseded_at is None:
        return True
    return not signed.void_reason and any(
        each.made_at == signed.superseded_at for each in versions if each.version > signed.version
    )


def _binding(versions: Sequence[models.Agreement]) -> models.Agreement | None:
    issued = [each for each in versions if each.issued_at is not None]
    offered = next((each for each in issued if each.superseded_at is None), None)
    return offered if issued == [offered] else _newest_signed(versions) or offered
