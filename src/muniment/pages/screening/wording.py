"""How the results of the policy are called."""

from django.utils.translation import gettext_lazy as _

from muniment.pages.wording.datasets import Tag
from muniment.programme.findings import Result

RESULTS = {
    Result.MET: Tag(_("Met"), "good"),
    Result.OBLIGATION: Tag(_("Met, with an obligation"), "info"),
    Result.NEEDS_PERSON: Tag(_("Needs a person"), "warn"),
    Result.NOT_MET: Tag(_("Not met"), "stop"),
}
MET, ASK, NOT_MET = "met", "ask", "not_met"
CHOICES = [(MET, _("Met")), (ASK, _("Ask applicant")), (NOT_MET, _("Not met"))]
