"""The tabs that a request has in the office: what each is called, and whose work it is."""

from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from muniment.queries import access, release
from muniment.rulebook.words import Role

SCREENING = frozenset({Role.COORDINATOR, Role.STATISTICIAN, Role.POLICY_OFFICER})
OVERSEEING = frozenset({Role.AUDITOR, Role.ADMINISTRATOR, Role.DETERMINING_OFFICER})
FULFILLING = frozenset({Role.PROGRAMME_SIGNATORY, Role.DATA_ENGINEER, Role.CHECKER, Role.FINANCE})
DECIDING = frozenset({Role.COORDINATOR, Role.POLICY_OFFICER}) | OVERSEEING
RELEASING = OVERSEEING | (FULFILLING - {Role.FINANCE}) | {Role.COORDINATOR}
EVERYONE = access.FROM_SUBMISSION | access.FROM_AGREEMENT
CORRESPONDING = access.FROM_SUBMISSION
"""Questions and answers are for those who ask them, or judge by the answers."""
CONTRACTING = (
    frozenset({Role.COORDINATOR, Role.POLICY_OFFICER, Role.PROGRAMME_SIGNATORY}) | OVERSEEING
)
TABS: dict[str, tuple[Promise, frozenset[Role]]] = {
    "office_request": (_("Overview"), EVERYONE),
    "office_application": (_("Application"), access.FROM_SUBMISSION),
    "office_completeness": (_("Completeness"), SCREENING | OVERSEEING),
    "office_availability": (_("Availability"), SCREENING | OVERSEEING),
    "office_policy": (_("Policy"), SCREENING | OVERSEEING),
    "office_review": (_("Review"), SCREENING | OVERSEEING),
    "office_decision": (_("Decision"), DECIDING),
    "office_change": (_("Change"), DECIDING | SCREENING),
    "office_agreement": (_("Agreement"), CONTRACTING),
    "office_fees": (_("Fees"), frozenset({Role.COORDINATOR, Role.FINANCE}) | OVERSEEING),
    "office_release": (_("Release"), RELEASING),
    "office_series": (_("Series"), RELEASING | SCREENING | {Role.FINANCE}),
    "office_after": (_("After-care"), RELEASING | OVERSEEING | {Role.POLICY_OFFICER}),
    "office_messages": (_("Messages"), CORRESPONDING),
    "office_history": (_("History"), EVERYONE),
}
"""Route to its words and to the offices that have the tab; auditors read every one."""
OF_CHILDREN = "office_change"
"""Only what hangs on another request and is decided in steps of its own has this one."""
OF_SERIES = "office_series"
"""Only a request that asked for each new edition has this one."""
DECIDED_APART = ("amendment", "renewal", "appeal")
READERS = {route: roles for route, (_label, roles) in TABS.items()}


def drawn(sight: access.Sight, here: str) -> list[dict[str, Any]]:
    """The tabs of this reader, in the order of the line."""
    return [
        {
            "label": label,
            "url": reverse(route, args=[sight.case.reference]),
            "active": route == here,
        }
        for route, (label, roles) in TABS.items()
        if sight.roles & roles and _has(sight, route)
    ]


def _has(sight: access.Sight, route: str) -> bool:
    if route == OF_SERIES:
        return release.asked_until(sight.case) is not None
    return route != OF_CHILDREN or _is_change(sight)


def _is_change(sight: access.Sight) -> bool:
    return sight.case.child_kind in DECIDED_APART
