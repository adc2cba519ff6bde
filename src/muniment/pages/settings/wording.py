"""The states of an edition as tags."""

from django.utils.translation import gettext_lazy as _

from muniment.pages.wording.datasets import Tag

STATES = {
    "in_force": Tag(_("In force"), "good"),
    "draft": Tag(_("Draft"), "info"),
    "earlier": Tag(_("Earlier"), "line"),
    "retired": Tag(_("Retired"), "stop"),
}
