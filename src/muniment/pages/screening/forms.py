"""What is typed at the gates."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from muniment.pages.office.forms import choose

MOST_LETTERS = 8_000
OUTCOMES = {
    "available": _("Available"),
    "partly": _("Partly available"),
    "planned": _("Planned, not open yet"),
    "elsewhere": _("Held elsewhere"),
    "restricted": _("Restricted"),
    "not_available": _("Not available"),
}
VERDICTS = {
    "sufficient": _("Sufficient"),
    "marginal": _("Marginal"),
    "insufficient": _("Insufficient"),
}


def words(rows: int) -> forms.Textarea:
    """Room for a few lines."""
    return forms.Textarea(attrs={"rows": rows})


class Reason(forms.Form):
    """Why; every step that takes something back, or closes, needs it."""

    reason = forms.CharField(label=_("Reason"), max_length=MOST_LETTERS, widget=words(2))


class Point(forms.Form):
    """One point of a return. Without text it is no point."""

    section = forms.ChoiceField(label=_("Section"))
    text = forms.CharField(
        label=_("What is to be completed"),
        required=False,
        max_length=MOST_LETTERS,
        widget=words(2),
    )

    def __init__(self, *args: Any, sections: dict[str, str], **more: Any):
        super().__init__(*args, **more)
        choose(self, "section", sections.items())


class Look(forms.Form):
    """Exact figures are shown for a purpose, and the purpose stays on record."""

    purpose = forms.CharField(
        label=_("What do you need the exact figures for?"),
        max_length=300,
        help_text=_("Your name, the time and this purpose are kept."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class Word(forms.Form):
    """Whether a part is held here, in the programme's own words."""

    outcome = forms.ChoiceField(label=_("Is it available?"), choices=list(OUTCOMES.items()))
    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=MOST_LETTERS,
        help_text=_("Needed where it is anything but available. The applicant may read it."),
        widget=words(2),
    )


class Described(Word):
    """The same for a holding that nothing counts: a statistician says what is there."""

    matching = forms.IntegerField(label=_("People who match"), min_value=0, required=False)
    smallest = forms.IntegerField(label=_("Smallest group"), min_value=0, required=False)
    events = forms.IntegerField(label=_("People with an event"), min_value=0, required=False)
    field_order = ("outcome", "matching", "smallest", "events", "reason")


class Verdict(forms.Form):
    """Whether it is enough for the question."""

    needed = forms.IntegerField(
        label=_("How many does the plan of the analysis ask for?"),
        min_value=0,
        max_value=2_000_000_000,
        required=False,
    )
    verdict = forms.ChoiceField(label=_("Is it enough?"), choices=list(VERDICTS.items()))
    reason = forms.CharField(
        label=_("Why"),
        max_length=MOST_LETTERS,
        help_text=_("Write no exact figure here; the applicant may read it."),
        widget=words(2),
    )


class Pointer(forms.Form):
    """Where the data are."""

    pointer = forms.CharField(
        label=_("Where the data can be had"), max_length=2_000, widget=words(2)
    )


class Second(forms.Form):
    """Who else confirms, where the programme asks for a second person."""

    second_person = forms.ChoiceField(
        label=_("Confirmed by"), required=False, help_text=_("A second person, where needed.")
    )

    def __init__(self, *args: Any, others: dict[str, str], **more: Any):
        super().__init__(*args, **more)
        choose(self, "second_person", [("", _("Nobody else")), *others.items()])


class Refuse(Second):
    """A denial at the gate: the reason on record, and the notice that the applicant reads."""

    reason = forms.CharField(label=_("Reason"), max_length=MOST_LETTERS, widget=words(2))
    notice = forms.CharField(
        label=_("Notice to the applicant"),
        max_length=MOST_LETTERS,
        help_text=_("It names the rule, says why it is not met, and what would change that."),
        widget=words(5),
    )
    field_order = ("reason", "notice", "second_person")


class Send(forms.Form):
    """Until when the applicant answers."""

    due_on = forms.DateField(
        label=_("Reply by"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, today: date, **more: Any):
        super().__init__(*args, **more)
        self.today = today

    def clean_due_on(self) -> date:
        """A day that is still to come."""
        day: date = self.cleaned_data["due_on"]
        if day <= self.today:
            raise forms.ValidationError(_("Choose a day after today."))
        return day


class Note(forms.Form):
    """What reviewers should know."""

    text = forms.CharField(
        label=_("What should reviewers know?"),
        required=False,
        max_length=MOST_LETTERS,
        help_text=_("Reviewers see this first. Applicants do not see it."),
        widget=words(4),
    )
