"""The committee's pages in words: states, kinds of conflict, hints, outcomes, marks."""

from collections.abc import Iterable
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from muniment.pages.decision.drawing import DETERMINED
from muniment.pages.wording.datasets import Tag
from muniment.queries.review.given import Suggested
from muniment.queries.review.hints import Hint, Tie
from muniment.queries.review.listing import Row, State

STATES = {
    State.DECLARE: Tag(_("Declare first"), "warn"),
    State.REVIEW: Tag(_("Review"), "warn"),
    State.READ: Tag(_("To read"), "line"),
    State.GIVEN: Tag(_("Handed in"), "good"),
}
KINDS: dict[str, Promise] = {
    "team": _("I am applicant, on the team, or supervise somebody who is"),
    "institution": _("I work at an institution of the request, or have applied to"),
    "work": _("I wrote a paper or held a grant with the lead within three years"),
    "gain": _("I, or a near relative, could gain or lose money by the outcome"),
    "competing": _("A request of my own competes with this one"),
    "other": _("Something else"),
}
"""Kind of conflict to the member's own words for it."""
KINDS_OF_OTHERS: dict[str, Promise] = {
    "team": _("Applicant, on the team, or supervising somebody who is"),
    "institution": _("Works at an institution of the request, or has applied to"),
    "work": _("Wrote a paper or held a grant with the lead within three years"),
    "gain": _("Could gain or lose money by the outcome"),
    "competing": _("Has a competing request"),
    "other": _("Something else"),
}
"""The same, said of somebody else."""
HINTS = {
    Tie.INSTITUTION: _("Your profile names an institution of this request: %(what)s."),
    Tie.TEAM: _("Somebody on the team has your name or address: %(what)s."),
    Tie.COMPETING: _("A request of your own asks for the same data: %(what)s."),
    Tie.STAFF: _("One of the program’s own staff is on the team: %(what)s."),
}
CHOICES: dict[str, Promise] = {
    "approve": _("Approve"),
    "conditions": _("Approve with conditions"),
    "revise": _("Ask to revise"),
    "defer": _("Defer"),
    "deny": _("Deny"),
}
"""What a member may vote for, and how a review may lean."""
UNDECIDED = Tag(_("Not decided yet"), "line")
DECLARED = {
    "": Tag(_("Not yet"), "warn"),
    "none": Tag(_("No conflict"), "good"),
    "interest": Tag(_("No conflict, an interest"), "info"),
    "conflict": Tag(_("Recused"), "line"),
}
SUGGESTED = {
    "open": Tag(_("With the office"), "line"),
    "passed": Tag(_("Passed on"), "good"),
    "declined": Tag(_("Not passed on"), "line"),
}
VERDICTS = {
    "sufficient": Tag(_("Sufficient"), "good"),
    "marginal": Tag(_("Marginal"), "warn"),
    "insufficient": Tag(_("Insufficient"), "stop"),
}
RESULTS = {
    "met": Tag(_("Met"), "good"),
    "not_met": Tag(_("Not met"), "stop"),
    "obligation": Tag(_("Becomes a duty"), "info"),
    "needs_person": Tag(_("Not judged yet"), "warn"),
}


def rows(found: Iterable[Row]) -> list[dict[str, Any]]:
    """Requests before the committee, as the list draws them."""
    return [{"row": each, "tag": STATES[each.state]} for each in found]


def outcome(name: str) -> Tag:
    """The tag of a determination, or of none yet."""
    return DETERMINED[name] if name else UNDECIDED


def hints(found: Iterable[Hint]) -> list[str]:
    """Each hint as a sentence."""
    return [str(HINTS[each.tie]) % {"what": each.what} for each in found]


def suggested(found: Iterable[Suggested]) -> list[dict[str, Any]]:
    """Members' questions with what the office made of them."""
    return [{"one": each, "tag": SUGGESTED[each.state]} for each in found]
