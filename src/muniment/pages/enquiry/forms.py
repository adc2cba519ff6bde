"""What is typed about an enquiry, by whoever asks and by the office."""

import json
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from muniment.queries.facts import enquiry as facts

MOST_LETTERS = 8_000


class Ask(forms.Form):
    """A question of anybody's; the name and the address are where the answer goes."""

    name = forms.CharField(
        label=_("Your name"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = forms.EmailField(
        label=_("E-mail address"),
        help_text=_("The answer goes to this address."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    dataset = forms.ChoiceField(label=_("Which dataset is it about?"), required=False)
    text = forms.CharField(
        label=_("Your question"),
        max_length=MOST_LETTERS,
        help_text=_("Please write nothing about patients."),
        widget=forms.Textarea(attrs={"rows": 7}),
    )

    def __init__(self, *args: Any, datasets: list[tuple[str, str]], known: bool, **more: Any):
        super().__init__(*args, **more)
        asked = self.fields["dataset"]
        assert isinstance(asked, forms.ChoiceField)
        asked.choices = [("", _("None, or I do not know yet")), *datasets]
        if known:
            del self.fields["name"], self.fields["email"]


class Answer(forms.Form):
    """The office's answer."""

    answer = forms.CharField(
        label=_("Your answer"),
        max_length=MOST_LETTERS,
        widget=forms.Textarea(attrs={"rows": 6}),
    )


class Again(forms.Form):
    """More from whoever asked."""

    text = forms.CharField(
        label=_("Write again"),
        max_length=MOST_LETTERS,
        help_text=_("Please write nothing about patients."),
        widget=forms.Textarea(attrs={"rows": 5}),
    )


class Redirect(forms.Form):
    """Where the data are."""

    pointer = forms.CharField(
        label=_("Where the data can be had"),
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class Support(forms.Form):
    """A letter for a funder."""

    text = forms.CharField(
        label=_("Text of the letter"),
        max_length=MOST_LETTERS,
        help_text=_("Counts come from the field below, never typed here. That it is no guarantee "
                    "is added."),
        widget=forms.Textarea(attrs={"rows": 6}),
    )  # fmt: skip
    figures = forms.CharField(
        label=_("Protected counts"),
        required=False,
        max_length=100_000,
        help_text=_("What the count command prints as JSON, one document or a list of them."),
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
    )
    second_person = forms.ChoiceField(
        label=_("Confirmed by"), required=False, help_text=_("A second coordinator, where needed.")
    )

    def __init__(self, *args: Any, others: list[tuple[str, str]], **more: Any):
        super().__init__(*args, **more)
        asked = self.fields["second_person"]
        assert isinstance(asked, forms.ChoiceField)
        asked.choices = [("", _("Nobody else")), *others]

    def clean_figures(self) -> list[Any]:
        """The documents; whether they are protected is the rulebook's to say."""
        given = self.cleaned_data["figures"].strip()
        try:
            read = json.loads(given) if given else []
        except (ValueError, RecursionError):
            raise forms.ValidationError(
                _("This is not JSON. Paste it as it was printed.")
            ) from None
        listed = read if isinstance(read, list) else [read]
        try:
            return [figure for each in listed for figure in _figures(each)]
        except (AttributeError, KeyError, TypeError, ValueError):
            raise forms.ValidationError(_("Paste the counts as they were printed.")) from None


def _figures(document: dict[str, Any]) -> list[dict[str, Any]]:
    """The figures in a document, of whichever shape: a count, a breakdown, all that the count
    command printed. Raises one of Python's own errors for anything that has none of them.
    """
    if "muniment_count" not in document:
        facts.is_protected(document)
        for cell in document.get("cells", ()):
            ", ".join(cell["labels"])
        return [document]
    found = []
    for part in document["parts"]:
        about = {name: part[name] for name in facts.ABOUT}
        found.append({**about, **{name: part[name] for name in facts.FIGURE}})
        if part["breakdown"] is not None:
            found.append({**about, **part["breakdown"]})
    return [figure for each in found for figure in _figures(each)]
