"""The tabs of a request's page: what each shows, and who may write in which."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from muniment.actions import people
from muniment.pages.application import files as file_pages
from muniment.pages.decision import drawing
from muniment.pages.people import signed_in
from muniment.pages.release import parcels
from muniment.programme import fees
from muniment.queries import access, files, papers, timeline
from muniment.queries import decision as decisions
from muniment.rulebook.words import Role

FIRST = "request"
TABS: dict[str, Promise] = {
    FIRST: _("Overview"),
    "messages": _("Questions and messages"),
    "files": _("Files"),
    "decision": _("Decision"),
    "agreement": _("Agreement"),
    "downloads": _("Downloads"),
}
"""Tab, which is also its template's name, to its words."""
WRITERS = (
    Role.APPLICANT, Role.CO_APPLICANT, Role.SUPERVISOR, Role.SIGNING_OFFICIAL,
    Role.CONTRACTS_CONTACT,
)  # fmt: skip
"""Who may write to the office, the closest to the request first; a step asks the rulebook again."""
REPORTERS = frozenset({Role.APPLICANT, Role.CO_APPLICANT, Role.SUPERVISOR})
"""Who hands in evidence for a condition."""
CAPACITIES = {role.value: role.label for role in Role}


def context(request: HttpRequest, page: timeline.Page, wanted: str) -> dict[str, Any]:
    """The tab that was asked for; the overview for a name that is none."""
    tab = wanted if wanted in TABS else FIRST
    case, sight = page.sight.case, page.sight
    drawn = [
        {"label": label, "url": address(case.reference, name), "active": name == tab}
        for name, label in TABS.items()
    ]
    writes = sight.sees_questions and any(role in sight.roles for role in WRITERS)
    return {"tab": tab, "tabs": drawn, "writes": writes, **_inside(request, tab, sight)}


def address(reference: str, tab: str) -> str:
    """Where a tab is."""
    here = reverse("request", args=[reference])
    return here if tab == FIRST else f"{here}?tab={tab}"


def acting(request: HttpRequest, sight: access.Sight) -> Any:
    """The reader in the closest of their own roles; the step refuses who has none."""
    role = next((each for each in WRITERS if each in sight.roles), Role.ANYONE)
    return people.acting(signed_in.person(request), role)


def find_question(sight: access.Sight, pk: int) -> Any:
    """A question of this request that the reader sees, or None."""
    return timeline.find_question(sight, pk)


def _inside(request: HttpRequest, tab: str, sight: access.Sight) -> dict[str, Any]:
    if tab == "files":
        return {"files": [_file(each) for each in files.list_attached(sight.case)]}
    if tab == "decision":
        return _decision(sight)
    if tab == "agreement":
        return {"contracts": [_contract(each) for each in papers.list_contracts(sight)],
                "offer": _offer(papers.find_offer(sight))}  # fmt: skip
    return parcels.context(request, sight) if tab == "downloads" else {}


def _decision(sight: access.Sight) -> dict[str, Any]:
    """The letter and the conditions; the committee reads the outcome among its own papers."""
    if not (sight.is_party or sight.is_office):
        return {"standing": None, "earlier": []}
    paper = decisions.paper_of(sight.case)
    standing = drawing.determined(paper.standing)
    asked = standing["conditions"] if standing else []
    return {
        "standing": standing,
        "earlier": [drawing.determined(each) for each in paper.earlier],
        "denied_parts": paper.denied_parts,
        "reports": bool(sight.roles & REPORTERS),
        "main_condition": next(
            (each["row"].pk for each in asked if each["open"] and not each["row"].evidence), None
        ),
    }


def _file(attachment: Any) -> dict[str, Any]:
    clean = attachment.file.verdict == file_pages.CLEAN
    return {"attachment": attachment, "tag": file_pages.TAGS[attachment.file.verdict],
            "open": clean}  # fmt: skip


def _contract(found: papers.Contract) -> dict[str, Any]:
    signed = [
        {"name": each.name, "on": each.on, "as": CAPACITIES.get(each.capacity, each.capacity)}
        for each in found.signatures
    ]
    return {"contract": found, "signed": signed}


def _offer(found: papers.Offer | None) -> dict[str, Any] | None:
    """The estimate with its amounts in words."""
    if found is None:
        return None
    return {
        "lines": [(what, fees.written(amount, found.currency)) for what, amount in found.lines],
        "total": fees.written(found.total_minor, found.currency),
        "until": found.valid_until_on,
        "accepted": found.accepted,
    }
