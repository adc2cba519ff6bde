"""Names and sentences for the strip of a request and for the guide."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SEGMENTS: dict[str, tuple[Promise, Promise]] = {
    "application": (_("Application"), _("You describe the question, the team and the data.")),
    "completeness": (_("Completeness"), _("The office checks that nothing is missing.")),
    "availability": (
        _("Availability"),
        _("The office finds out whether the data exist and are enough for your question."),
    ),
    "policy": (_("Policy"), _("The request is held against the sharing policy.")),
    "committee": (_("Committee"), _("The committee judges the request on its merit.")),
    "decision": (_("Decision"), _("You hear the outcome, with the reasons for it.")),
    "agreement": (
        _("Agreement"),
        _("You and your institution sign the Data Use Agreement; the fee is settled."),
    ),
    "release": (
        _("Release"),
        _("One person builds the files, another checks them; then you download them."),
    ),
    "after_care": (
        _("After-care"),
        _("You report what came of the data, and destroy them when the term is over."),
    ),
}
"""Segment of the strip to its name and the sentence of the guide."""

ENDED = {
    "closed": _("Closed"),
    "denied": _("Denied"),
    "not_available": _("Not available"),
    "redirected": _("Held elsewhere"),
    "withdrawn": _("Withdrawn"),
    "lapsed": _("Lapsed"),
    "revoked": _("Access revoked"),
}
"""An ended stage to its tag."""

ENDED_TEXT = {
    "closed": _("Every duty is done. You do not need to do anything."),
    "denied": _("The letter gives the reasons and says how to appeal or send a new request."),
    "not_available": _("The data do not exist here, or are not enough for this question."),
    "redirected": _("The data are held elsewhere; the letter says where to ask."),
    "withdrawn": _("The request was withdrawn. It can be read and no longer changed."),
    "lapsed": _("Nobody answered in time, so the request ended by itself."),
    "revoked": _("Access was taken back. The letter says why and what must be destroyed."),
}
"""An ended stage to what it means for the reader."""
