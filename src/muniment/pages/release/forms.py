"""What is typed on the workbench and beside downloads."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

MOST_LETTERS = 2_000


def _reason(label: Any, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        max_length=MOST_LETTERS,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class Look(forms.Form):
    """Why somebody looks at rows."""

    purpose = _reason(_("What for"), _("It is put on record with your name and the time."))


class Approve(forms.Form):
    """What a checker confirms, point by point, and why the build may leave.

    No field is called as a method of the form in a browser (`matches`): it would take its place.
    """

    fits = forms.BooleanField(label=_("The variables and files match what was approved"))
    risk = forms.BooleanField(label=_("The risk is within the limit"))
    rows = forms.BooleanField(label=_("I looked at sample rows and saw no identifier"))
    reason = _reason(_("Your finding"))
    package_sha256 = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, looked: bool, **more: Any):
        super().__init__(*args, **more)
        self._looked = looked

    def clean_rows(self) -> bool:
        """Nobody confirms rows that they did not open."""
        if not self._looked:
            raise forms.ValidationError(_("Open the sample rows first."))
        return True


class Reason(forms.Form):
    """Why a build goes back, is withdrawn or recalled."""

    reason = _reason(_("Reason"))


class Deliver(forms.Form):
    """Who is to have the data."""

    recipient = forms.ChoiceField(label=_("Recipient"))

    def __init__(self, *args: Any, people: list[tuple[str, str]], **more: Any):
        super().__init__(*args, **more)
        asked = self.fields["recipient"]
        assert isinstance(asked, forms.ChoiceField)
        asked.choices = people


class Confirm(forms.Form):
    """The fingerprint as its owner read it out, and how they were reached."""

    fingerprint = forms.CharField(
        label=_("First 16 characters of the fingerprint"),
        max_length=100,
        help_text=_("As the owner reads it out, not as it stands on a page."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    how = _reason(_("How you reached the owner"))


class Offer(forms.Form):
    """A public key."""

    public = forms.CharField(
        label=_("Your public key"),
        max_length=200,
        help_text=_(
            "An age key begins with age1; of a Crypt4GH key paste the whole file, three lines. "
            "Keep the secret half to yourself."
        ),
        widget=forms.Textarea(attrs={"autocomplete": "off", "spellcheck": "false", "rows": 3}),
    )


class Prove(forms.Form):
    """What the challenge said."""

    answer = forms.CharField(
        label=_("What the challenge says"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
