"""What is asked beside the address when somebody makes an account.

Apart from `forms.py`, since allauth reads this one while its own forms are still being made.
"""

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _


class SignUp(forms.Form):
    """Asked beside the address when somebody signs up."""

    name = forms.CharField(
        label=_("Your name"),
        max_length=200,
        help_text=_("As it should stand in an agreement."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )

    def signup(self, request: HttpRequest, user: object) -> None:
        """The adapter has kept the name already."""
