"""What is asked when somebody is invited."""

from django import forms
from django.utils.translation import gettext_lazy as _


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
