"""The states of an edition as tags, and its files in words."""

from django.utils.translation import gettext_lazy as _

from muniment.pages.wording.datasets import Tag

STATES = {
    "in_force": Tag(_("In force"), "good"),
    "draft": Tag(_("Draft"), "info"),
    "earlier": Tag(_("Earlier"), "line"),
    "retired": Tag(_("Retired"), "stop"),
}

FILES = {
    "calendar.yaml": _("Calendar: limits, reminders, days off"),
    "criteria.yaml": _("Criteria of the committee"),
    "fees.yaml": _("Fees"),
    "letters.yaml": _("Letters: which there are, and the words that may stand in them"),
    "roster.yaml": _("Roster: the smallest office that can take every step"),
}
