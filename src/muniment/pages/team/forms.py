"""What is asked when somebody is invited, and of whom is invited when they accept."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from muniment.pages.office.forms import DAY


class Invitation(forms.Form):
    """A person, what they do, and what they may."""

    name = forms.CharField(label=_("Name"), max_length=200)
    email = forms.EmailField(
        label=_("E-mail address"),
        help_text=_("The invitation works only for this address."),
    )
    project_role = forms.CharField(label=_("Role in the project"), max_length=100)
    institution = forms.CharField(
        label=_("Institution"),
        max_length=300,
        required=False,
        help_text=_("People from another institution need an agreement of their own."),
    )
    may_edit = forms.BooleanField(
        label=_("May edit the application"),
        required=False,
        help_text=_("You both see and change the same answers. Only you can send it."),
    )
    will_access_data = forms.BooleanField(
        label=_("Will see the data"),
        required=False,
        help_text=_("Everybody who will see the data must be on the team."),
    )


class Acceptance(forms.Form):
    """What a member brings along; none of it is needed to join."""

    cv = forms.FileField(
        label=_("Your CV"),
        required=False,
        help_text=_("A short one, as PDF or Word file of at most 10 MB. It lies with the request."),
    )
    training = forms.CharField(
        label=_("A training in data protection that you did"),
        max_length=200,
        required=False,
        help_text=_("It goes on your profile, for every request."),
    )
    issued_on = forms.DateField(label=_("Day of its certificate"), required=False, widget=DAY)
    expires_on = forms.DateField(label=_("Valid until"), required=False, widget=DAY)
    certificate = forms.FileField(
        label=_("The certificate"),
        required=False,
        help_text=_("A PDF or a picture of at most 10 MB. The office confirms the training by it."),
    )

    def clean(self) -> dict[str, Any]:
        """A training has a name and a day, or nothing of it is told."""
        given = super().clean() or {}
        told = any(given.get(name) for name in ("training", "expires_on", "certificate"))
        if told or given.get("issued_on"):
            for name, said in (("training", _("Name the training.")),
                               ("issued_on", _("Give the day of the certificate."))):  # fmt: skip
                if not given.get(name) and name not in self.errors:
                    self.add_error(name, said)
        return given
