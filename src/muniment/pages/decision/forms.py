"""What is typed to decide a request; the same names hold what was prepared."""

from collections.abc import Iterable, Mapping
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

LONGEST = 20_000
OUTCOMES = {
    "approved": _("Approve"),
    "approved_with_conditions": _("Approve with conditions"),
    "revise_and_resubmit": _("Ask to revise and resubmit"),
    "denied": _("Deny"),
}
WHEN = {
    "before_agreement": _("Before the agreement"),
    "before_release": _("Before release"),
    "after": _("After release"),
}
ROWS = 2
"""Empty rows for conditions to begin with; a button adds one more."""


class Decide(forms.Form):
    """Outcome, reasons, and the letter; who decides and who prepares fill in the same."""

    outcome = forms.ChoiceField(
        label=_("Outcome"),
        choices=list(OUTCOMES.items()),
        widget=forms.RadioSelect(attrs={"class": "form-check-input"}),
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=LONGEST,
        help_text=_("The applicant reads it. Where the outcome differs from the committee’s, say "
                    "why."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )  # fmt: skip
    letter = forms.CharField(
        label=_("Letter"),
        required=False,
        max_length=LONGEST,
        help_text=_("As the applicant will read it. Outcome, day, your name and a code to check it "
                    "by are added."),
        widget=forms.Textarea(attrs={"rows": 16}),
    )  # fmt: skip
    second_person = forms.ChoiceField(
        label=_("Confirmed by"),
        required=False,
        help_text=_("Somebody else in office, where the program asks for two."),
    )

    def __init__(
        self,
        *args: Any,
        criteria: Mapping[str, str],
        others: Iterable[tuple[str, str]],
        **more: Any,
    ) -> None:
        super().__init__(*args, **more)
        listed = [("", _("Nobody else")), *others]
        if len(listed) > 1:
            choice = self.fields["second_person"]
            assert isinstance(choice, forms.ChoiceField)
            choice.choices = listed
        else:
            del self.fields["second_person"]
        self.criteria = [f"criterion_{name}" for name in criteria]
        for name, title in criteria.items():
            self.fields[f"criterion_{name}"] = forms.CharField(
                label=title,
                required=False,
                max_length=LONGEST,
                widget=forms.Textarea(attrs={"rows": 2}),
            )

    @property
    def reasons(self) -> list[Any]:
        """The fields for reasons, one for each criterion."""
        return [self[name] for name in self.criteria]

    @property
    def reasons_given(self) -> bool:
        """Whether a criterion has a reason, or must have one: then the fields stand open."""
        denies = self["outcome"].value() == "denied"
        return denies or any(field.value() for field in self.reasons)

    def by_criterion(self) -> dict[str, str]:
        """What was typed for each criterion that has a reason."""
        said = {name: self.cleaned_data[name] for name in self.criteria}
        return {name.removeprefix("criterion_"): text for name, text in said.items() if text}


class Condition(forms.Form):
    """One condition: a row left empty is none."""

    text = forms.CharField(
        label=_("What is asked for"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    when = forms.ChoiceField(label=_("Due"), choices=list(WHEN.items()), initial="before_release")
    owner = forms.ChoiceField(label=_("Who sees to it"), required=False)
    due_on = forms.DateField(
        label=_("By"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )

    def __init__(self, *args: Any, owners: Iterable[tuple[str, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        choice = self.fields["owner"]
        assert isinstance(choice, forms.ChoiceField)
        choice.choices = list(owners)


class Conditions(forms.BaseFormSet):
    """The rows; only those with a text count."""

    def listed(self) -> list[dict[str, Any]]:
        """The conditions as typed, in order."""
        return [form.cleaned_data for form in self.forms if form.cleaned_data.get("text")]


def conditions(
    data: Any, *, owners: Iterable[tuple[str, str]], rows: int, initial: list[dict[str, Any]]
) -> Conditions:
    """The formset, with so many empty rows after those that are filled already."""
    made = forms.formset_factory(Condition, formset=Conditions, extra=rows, max_num=30)
    kept = {"owners": list(owners)}
    filled = made(data, initial=initial, prefix="conditions", form_kwargs=kept)
    return cast(Conditions, filled)
