"""What is typed after a release, by those who hold data and by the office."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

MOST_LETTERS = 8_000


def long_text(label: Any, help_text: Any = "") -> forms.CharField:
    """A text of some lines."""
    return forms.CharField(
        label=label,
        help_text=help_text,
        max_length=MOST_LETTERS,
        widget=forms.Textarea(attrs={"rows": 5}),
    )


def day(label: Any, help_text: Any = "", *, required: bool = True) -> forms.DateField:
    """A day."""
    return forms.DateField(
        label=label,
        help_text=help_text,
        required=required,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


class Report(forms.Form):
    """A progress report or the final one."""

    text = long_text(
        _("The report"), _("The state of the project, who has access, what was published.")
    )


class Output(forms.Form):
    """A publication or another output."""

    title = forms.CharField(label=_("Title"), max_length=400)
    doi = forms.CharField(
        label=_("DOI"), max_length=200, required=False, help_text=_("For example 10.1200/JCO.1")
    )
    published_on = day(_("Published on"), required=False)


class Breach(forms.Form):
    """A breach, or the suspicion of one."""

    text = long_text(_("What happened?"), _("Please write nothing about patients."))
    happened_on = day(_("When?"), required=False)


class Longer(forms.Form):
    """A wish to keep the data longer."""

    reason = long_text(_("Why must the data be kept?"))
    until_on = day(_("Until"))


class Certificate(forms.Form):
    """How the copies were destroyed."""

    how = long_text(_("How was every copy destroyed?"), _("Disks, backups, paper, the cloud."))


class Reason(forms.Form):
    """Why."""

    reason = long_text(_("Reason"))


class Confirmed(forms.Form):
    """Somebody else confirms, where the programme asks for a second person."""

    def __init__(self, *args: Any, others: list[tuple[str, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["second_person"] = forms.ChoiceField(
            label=_("Confirmed by"), required=False, choices=[("", _("Nobody else")), *others]
        )


class Revocation(Reason, Confirmed):
    """Why, by when every copy is to be destroyed, and who confirms."""

    destroy_by_on = day(_("Every copy destroyed by"))


class Lifting(Reason, Confirmed):
    """Why, and who confirms."""


class Granting(Confirmed):
    """Until when the data may be kept, and who confirms."""

    until_on = day(_("Until"))


class Audit(forms.Form):
    """How the data were found to be kept."""

    held_on = day(_("Held on"))
    findings = long_text(_("What was found"))


class Entry(forms.Form):
    """What the public reads, and why it changes."""

    title = forms.CharField(label=_("Title"), max_length=255)
    summary = long_text(_("Summary in plain words"))
    reason = forms.CharField(label=_("Reason for the change"), max_length=400)
    withdrawn = forms.BooleanField(
        label=_("Mark the entry as withdrawn; it stays with a note"), required=False
    )
