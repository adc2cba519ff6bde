"""What is typed about an edition."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from muniment.pages.office.forms import choose

Choices = Iterable[tuple[str, str]]
RECALLS = {
    "stop_use": _("Stop using the files"),
    "replace": _("Replace them by the corrected edition"),
    "destroy": _("Destroy them"),
}


class Reason(forms.Form):
    """Why."""

    reason = forms.CharField(
        label=_("Reason"), max_length=2_000, widget=forms.Textarea(attrs={"rows": 3})
    )


class Announce(forms.Form):
    """A planned edition of a dataset."""

    dataset = forms.ChoiceField(label=_("Dataset"))
    label = forms.RegexField(
        r"^[0-9]{4}(-[0-9]{2}){0,2}(\.[0-9]{1,3})?$",
        label=_("Name of the edition"),
        help_text=_("A year or day with a number, for example 2027.1."),
    )
    note = forms.CharField(
        label=_("Note"), required=False, max_length=1_000,
        help_text=_("When it is expected, for example."),
    )  # fmt: skip

    def __init__(self, *args: Any, datasets: Choices, **more: Any) -> None:
        super().__init__(*args, **more)
        choose(self, "dataset", datasets)


class Tighten(Reason):
    """A rule of the policy that is put on the dataset."""

    restriction = forms.ChoiceField(label=_("Restriction"))
    field_order = ("restriction", "reason")

    def __init__(self, *args: Any, restrictions: Choices, **more: Any) -> None:
        super().__init__(*args, **more)
        choose(self, "restriction", restrictions)


class Withdraw(Reason):
    """Why an edition is taken back, and what recipients are to do."""

    recall = forms.ChoiceField(
        label=_("Recipients of releases are asked to"), choices=list(RECALLS.items())
    )


class Correct(Withdraw):
    """The same, with the edition that takes its place."""

    replacement = forms.ChoiceField(label=_("Corrected edition"))
    field_order = ("replacement", "reason", "recall")

    def __init__(self, *args: Any, replacements: Choices, **more: Any) -> None:
        super().__init__(*args, **{"initial": {"recall": "replace"}, **more})
        choose(self, "replacement", replacements)
