"""Master agreements: which one runs, and what an annex made under it leaves to it."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Q

from muniment import models
from muniment.programme import clauses, tracks
from muniment.queries import editions
from muniment.rulebook import words

MARK, PREVAILS = "in_master", "prevails"
"""Say of a clause on its way into the document whether a master agreement says it already, and
whether it settles which of the two prevails, as which only an annex needs it."""


def find_running(
    institution: models.Institution | None, programme: models.Programme, *, on: date
) -> models.MasterAgreement | None:
    """The institution's master agreement with the programme that is in force on the day."""
    rows = models.MasterAgreement.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=on),
        institution=institution, programme=programme, signed_on__lte=on, ended_at__isnull=True,
    )  # fmt: skip
    return rows.select_related("scan", "institution").order_by("-pk").first()


def split(agreement: models.Agreement, chosen: list[dict[str, Any]], *, on: date) -> dict[str, Any]:
    """The clauses of the document and, of an annex, its master with those that it covers.

    A clause that was changed for this project, or is asked to be, stays: the master does not say
    it so. Joinders keep every clause, for their institution did not sign the master of another.
    """
    general = [each["id"] for each in chosen if each.pop(MARK)]
    settled = {each["id"]: word for each in chosen if (word := each.pop(PREVAILS))}
    master = _of(agreement, on=on)
    if master is None:
        return {"clauses": _numbered(each for each in chosen if each["id"] not in settled)}
    covered = set(general) - _touched(agreement)
    return {
        "clauses": _numbered(each for each in chosen if each["id"] not in covered),
        "master": {
            "number": master.number,
            "signed_on": master.signed_on.isoformat(),
            "ends_on": master.ends_on.isoformat() if master.ends_on else "",
            "sha256": master.scan.sha256,
            "covers": [
                {"id": each["id"], "title": each["title"]}
                for each in chosen
                if each["id"] in covered
            ],
            "prevails": [{"clause": name, "which": word} for name, word in settled.items()],
        },
    }


def _numbered(stays: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{**each, "number": place} for place, each in enumerate(stays, start=1)]


def _of(agreement: models.Agreement, *, on: date) -> models.MasterAgreement | None:
    """What stands behind it; standard terms are accepted by a person and have no master."""
    case = agreement.case
    terms = tracks.terms_of(editions.bundle_of(case.edition), words.Track(case.track))["terms"]
    if agreement.kind != models.Agreement.Kind.LEAD or terms != clauses.AGREEMENT:
        return None
    return find_running(agreement.institution, case.programme, on=on)


def _touched(agreement: models.Agreement) -> set[str]:
    """Clauses with a change that was taken over for the institution, or waits for a decision."""
    changes = models.ClauseChange.objects.filter(
        agreement__case=agreement.case,
        agreement__institution=agreement.institution,
        refused_at__isnull=True,
    )
    return set(changes.values_list("clause", flat=True))
