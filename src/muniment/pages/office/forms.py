"""What is typed on a request's pages in the office."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

MOST_LETTERS = 5_000
DAY = forms.DateInput(attrs={"type": "date"})


def choose(form: forms.Form, name: str, choices: Iterable[Any]) -> None:
    """Give a field of a form the choices that are open now."""
    asked = form.fields[name]
    assert isinstance(asked, forms.ChoiceField)
    asked.choices = list(choices)


class Confirmed(forms.Form):
    """A colleague who confirms, where the programme asks for one."""

    second_person = forms.ChoiceField(
        label=_("Confirmed by"),
        required=False,
        help_text=_(
            "Where the program asks for a second person, the colleague you name is asked to "
            "confirm on a page of their own."
        ),
    )

    def __init__(self, *args: Any, seconds: Iterable[tuple[str, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        choose(self, "second_person", seconds)


class Assign(forms.Form):
    """Whom the request is given to, in which office."""

    to = forms.ChoiceField(label=_("Give it to"))

    def __init__(self, *args: Any, candidates: list[tuple[str, str]], **more: Any):
        super().__init__(*args, **more)
        choose(self, "to", candidates)


class HandOver(Assign):
    """The same to a colleague in one's own office, with a note for them."""

    reason = forms.CharField(
        label=_("Note for them"), max_length=1_000, widget=forms.Textarea(attrs={"rows": 2})
    )


class Reason(forms.Form):
    """Why a step is taken, where it asks for no more."""

    reason = forms.CharField(
        label=_("Reason"), max_length=MOST_LETTERS, widget=forms.Textarea(attrs={"rows": 2})
    )


class Hold(Reason):
    """Why the request is held, and until when where that is known."""

    until_on = forms.DateField(
        label=_("Until"),
        required=False,
        widget=DAY,
        help_text=_("The hold ends by itself on this day; without one, somebody ends it."),
    )


class Note(forms.Form):
    """What the office writes for itself."""

    text = forms.CharField(
        label=_("Note"), max_length=MOST_LETTERS, widget=forms.Textarea(attrs={"rows": 3})
    )


class Contact(forms.Form):
    """What was said by telephone or written in a letter, and when."""

    means = forms.ChoiceField(
        label=_("What it was"), choices=[("call", _("Phone call")), ("letter", _("Letter"))]
    )
    happened_on = forms.DateField(
        label=_("Day it happened"),
        widget=DAY,
        help_text=_("The day it is written down is kept beside it."),
    )
    text = forms.CharField(
        label=_("What was said"), max_length=MOST_LETTERS, widget=forms.Textarea(attrs={"rows": 3})
    )


class Question(forms.Form):
    """A question to the applicant."""

    text = forms.CharField(
        label=_("Question"), max_length=MOST_LETTERS, widget=forms.Textarea(attrs={"rows": 3})
    )
    about = forms.ChoiceField(
        label=_("What it is about"),
        required=False,
        help_text=_("While a blocking question is open, the field it names can be changed."),
    )
    due_on = forms.DateField(
        label=_("Answer by"),
        required=False,
        widget=DAY,
        help_text=_("Empty: the time that the program gives for an answer."),
    )
    blocking = forms.BooleanField(
        label=_("It must be answered first: the clock stands still until then"), required=False
    )

    def __init__(self, *args: Any, fields: list[Any], **more: Any):
        super().__init__(*args, **more)
        choose(self, "about", [("", _("The request as a whole")), *fields])


class Answer(forms.Form):
    """The office's answer to a message of the applicant."""

    text = forms.CharField(
        label=_("Your answer"), max_length=MOST_LETTERS, widget=forms.Textarea(attrs={"rows": 3})
    )


class Later(Reason):
    """More time for an answer."""

    due_on = forms.DateField(label=_("New day"), widget=DAY)
