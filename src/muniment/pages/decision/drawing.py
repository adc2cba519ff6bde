"""The decision in words: outcomes, who decided when, where each condition stands."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from muniment.pages.decision import forms
from muniment.pages.wording.datasets import Tag
from muniment.queries import decision as queries
from muniment.rulebook.words import Role

RECOMMENDED = {
    "approved": _("The committee recommends to approve."),
    "approved_with_conditions": _("The committee recommends to approve with conditions."),
    "revise_and_resubmit": _("The committee recommends to ask for a revision."),
    "deferred": _("The committee wants to take the request up again."),
    "denied": _("The committee recommends to deny."),
}
FINAL = {
    "approved": _("The committee resolved to approve."),
    "approved_with_conditions": _("The committee resolved to approve with conditions."),
    "revise_and_resubmit": _("The committee resolved to ask for a revision."),
    "deferred": _("The committee wants to take the request up again."),
    "denied": _("The committee resolved to deny."),
}
DETERMINED = {
    "approved": Tag(_("Approved"), "good"),
    "approved_with_conditions": Tag(_("Approved with conditions"), "good"),
    "revise_and_resubmit": Tag(_("To be revised"), "warn"),
    "denied": Tag(_("Denied"), "stop"),
}
VOTES = {
    "approve": _("to approve"),
    "conditions": _("to approve with conditions"),
    "revise": _("to ask for a revision"),
    "defer": _("to defer"),
    "deny": _("to deny"),
}
MET = Tag(_("Met"), "good")
WAIVED = Tag(_("Waived"), "line")
REPORTED = Tag(_("Evidence to check"), "info")
OPEN = Tag(_("Open"), "warn")
BOUND_NO_MORE = Tag(_("No longer asked for"), "line")


def recommended(found: Any, *, decider: Role) -> dict[str, Any] | None:
    """What the committee said, with its count; final where its own chair signs it."""
    if found is None:
        return None
    said = FINAL if decider is Role.CHAIR else RECOMMENDED
    votes = [(count, VOTES[choice]) for choice, count in found.tally.items()]
    return {"says": said[found.outcome], "reason": found.reason, "votes": votes}


def determined(said: queries.Said | None) -> dict[str, Any] | None:
    """A determination with its tag, letter and conditions."""
    if said is None:
        return None
    row = said.row
    return {
        "row": row,
        "on": said.on,
        "tag": DETERMINED[row.outcome],
        "by": row.made_by.person.name if row.made_by.person else "",
        "conditions": conditions(said.conditions, binds=row.superseded_at is None),
    }


def conditions(rows: Sequence[Any], *, binds: bool = True) -> list[dict[str, Any]]:
    """Each condition with its kind, its owner, and where it stands."""
    return [
        {
            "row": each,
            "when": forms.WHEN[each.when],
            "owner": each.owner.name if each.owner else "",
            "tag": _state(each) if binds else BOUND_NO_MORE,
            "open": binds and each.met_at is None and each.waived_at is None,
        }
        for each in rows
    ]


def _state(condition: Any) -> Tag:
    if condition.met_at is not None:
        return MET
    if condition.waived_at is not None:
        return WAIVED
    return REPORTED if condition.evidence else OPEN
