"""What is typed to sign an agreement, to ask for a change of it, and in the office about it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from muniment.pages.office.forms import DAY, Confirmed, Reason, choose

__all__ = ["Accept", "Change", "Draft", "Ink", "Master", "Official", "Reason", "Sign", "Verify"]

MOST = 20_000
LINES = forms.Textarea(attrs={"rows": 3})


class Sign(forms.Form):
    """The words that somebody agrees to, and the name that they sign with."""

    binds = forms.BooleanField()
    agrees = forms.BooleanField()
    name = forms.CharField(label=_("Type your full name"), max_length=200)
    shown = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, intent: tuple[str, str], **more: Any):
        super().__init__(*args, **more)
        for name, words in zip(("binds", "agrees"), intent, strict=True):
            if words:
                self.fields[name].label = words
            else:
                del self.fields[name]


class Change(forms.Form):
    """Another wording of one clause."""

    clause = forms.ChoiceField(label=_("Clause"))
    text = forms.CharField(
        label=_("How it should read"), max_length=MOST, widget=forms.Textarea(attrs={"rows": 5})
    )
    reason = forms.CharField(label=_("Reason"), max_length=2_000, widget=LINES)

    def __init__(self, *args: Any, clauses: list[tuple[str, str]], **more: Any):
        super().__init__(*args, **more)
        choose(self, "clause", clauses)


class Official(forms.Form):
    """Who can bind the institution; which one, where people of several hold data."""

    institution = forms.ChoiceField(label=_("Institution"))
    name = forms.CharField(label=_("Name"), max_length=200)
    email = forms.EmailField(label=_("E-mail address at work"))
    position = forms.CharField(label=_("Position"), max_length=200, required=False)

    def __init__(self, *args: Any, parties: list[tuple[str, str]], **more: Any):
        super().__init__(*args, **more)
        if len(parties) > 1:
            choose(self, "institution", parties)
        else:
            del self.fields["institution"]


class Draft(forms.Form):
    """The term of an agreement."""

    starts_on = forms.DateField(label=_("First day"), widget=DAY)
    ends_on = forms.DateField(label=_("Last day"), widget=DAY)
    institution = forms.ChoiceField(label=_("With"))

    def __init__(self, *args: Any, parties: list[tuple[str, str]], **more: Any):
        super().__init__(*args, **more)
        choose(self, "institution", parties)


class Verify(Confirmed):
    """How the office made sure who can bind the institution."""

    contact = forms.CharField(
        label=_("How you made sure"), max_length=300, widget=LINES,
        help_text=_("Use a contact that you found yourself, such as the institution’s directory, "
                    "and not one from the request."),
    )  # fmt: skip


class Accept(Confirmed):
    """A change to a clause is taken over."""


class Master(Confirmed):
    """What an institution signed once for all its projects."""

    number = forms.CharField(
        label=_("Number or title"), max_length=120, help_text=_("As it stands on the paper.")
    )
    signed_on = forms.DateField(label=_("Day of the last signature"), widget=DAY)
    ends_on = forms.DateField(
        label=_("Last day"), widget=DAY, required=False,
        help_text=_("Leave it empty where it runs until somebody ends it."),
    )  # fmt: skip
    scan = forms.ChoiceField(label=_("Scan"), help_text=_("A clean PDF among the request’s files."))

    def __init__(self, *args: Any, scans: list[Any], **more: Any):
        super().__init__(*args, **more)
        choose(self, "scan", scans)


class Ink(Confirmed):
    """A signature on paper."""

    signer = forms.ChoiceField(label=_("Who signed"))
    signed_on = forms.DateField(label=_("Day on the paper"), widget=DAY)
    scan = forms.ChoiceField(label=_("Scan"), help_text=_("A clean PDF among the request’s files."))

    def __init__(self, *args: Any, signers: list[Any], scans: list[Any], **more: Any):
        super().__init__(*args, **more)
        choose(self, "signer", signers)
        choose(self, "scan", scans)
