"""The tabs that a request has in the office: what each is called, and whose work it is."""

from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from muniment.queries import access
from muniment.rulebook.words import Role

SCREENING = frozenset({Role.COORDINATOR, Role.STATISTICIAN, Role.POLICY_OFFICER})
OVERSEEING = frozenset({Role.AUDITOR, Role.ADMINISTRATOR, Role.DETERMINING_OFFICER})
FULFILLING = frozenset({Role.PROGRAMME_SIGNATORY, Role.DATA_ENGINEER, Role.CHECKER, Role.FINANCE})
EVERYONE = access.FROM_SUBMISSION | access.FROM_AGREEMENT
TABS: dict[str, tuple[Promise, frozenset[Role]]] = {
    "office_request": (_("Overview"), EVERYONE),
}
"""Route to its words and to the offices that have the tab; auditors read every one."""
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
        if sight.roles & roles
    ]
