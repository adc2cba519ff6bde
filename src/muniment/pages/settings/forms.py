"""What is typed in the settings."""

from django import forms
from django.utils.translation import gettext_lazy as _

from muniment.pages.office.forms import DAY, Confirmed
from muniment.rulebook.words import Mode, Role

MODES = {
    Mode.NEVER: _("Never: one person is enough"),
    Mode.IF_AVAILABLE: _("If available: a second person confirms if there is one"),
    Mode.ALWAYS: _("Always: a second person confirms, without exception"),
}
SEATS = {
    Role.MEMBER.value: _("Member"),
    "alternate": _("Alternate member"),
    Role.ACTING_CHAIR.value: _("Acting chair"),
    Role.CHAIR.value: _("Chair"),
}
LARGEST_TEXT = 400_000


class Reasoned(Confirmed):
    """The same, with the reason."""

    field_order: tuple[str, ...] = ("reason", "second_person")

    reason = forms.CharField(
        label=_("Reason"), max_length=2_000, widget=forms.Textarea(attrs={"rows": 3})
    )


class SecondPerson(Reasoned):
    """When a second person is asked for."""

    mode = forms.ChoiceField(label=_("A second person"), choices=list(MODES.items()))
    field_order = ("mode", "reason", "second_person")


class Seat(Confirmed):
    """Who is seated, as what, and for how long."""

    email = forms.EmailField(
        label=_("E-mail address"),
        help_text=_("Of a person with an account whose identity is on record."),
    )
    seat = forms.ChoiceField(label=_("Seat"), choices=list(SEATS.items()))
    fills = forms.ChoiceField(
        label=_("Which seat of the committee they fill"),
        required=False,
        help_text=_("As the rules of the committee name it, such as the patient advocate."),
    )
    from_on = forms.DateField(label=_("First day"), widget=DAY)
    until_on = forms.DateField(
        label=_("Last day"), required=False, widget=DAY,
        help_text=_("Without one it is the term that the program sets."),
    )  # fmt: skip
    field_order = ("email", "seat", "fills", "from_on", "until_on", "second_person")


class Text(forms.Form):
    """The text of one file."""

    text = forms.CharField(
        label=_("Text"),
        max_length=LARGEST_TEXT,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 28, "spellcheck": "true", "class": "font-monospace"}),
    )
