"""What is typed wrongly is answered in our own sentences, the same as the form's own fields say."""

from datetime import date
from typing import Any

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile

from muniment.pages.wording import mistakes
from muniment.programme import fields

FIELD = {"id": "x", "label": "Mail"}
GARBAGE = ("", "x\x00y", "é@example.org", "12a", "2026-13-40", "x" * 400)
KINDS: dict[str, forms.Field] = {
    "text": forms.CharField(label="Mail", max_length=20, min_length=2),
    "mail": forms.EmailField(label="Mail"),
    "url": forms.URLField(label="Mail", assume_scheme="https"),
    "day": forms.DateField(label="Mail"),
    "number": forms.IntegerField(label="Mail", min_value=1, max_value=9),
    "amount": forms.DecimalField(label="Mail", max_value=9),
    "select": forms.ChoiceField(label="Mail", choices=[("a", "A")]),
    "radio": forms.ChoiceField(label="Mail", choices=[("a", "A")], widget=forms.RadioSelect),
    "many": forms.MultipleChoiceField(label="Mail", choices=[("a", "A")]),
    "tick": forms.BooleanField(label="Mail"),
    "json": forms.JSONField(label="Mail"),
    "file": forms.FileField(label="Mail"),
}


def said(kind: forms.Field, typed: Any, *, file: Any = None) -> list[str]:
    form = type("F", (forms.Form,), {"mail": kind})(
        {"mail": typed} if typed != "" else {}, {"mail": file} if file else {}
    )
    assert mistakes.named(form["mail"]) == mistakes.of(form["mail"])
    return mistakes.of(form["mail"])


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_whatever_is_typed_the_answer_is_ours_and_names_the_field(kind: str) -> None:
    for typed in GARBAGE:
        for sentence in said(KINDS[kind], typed):
            assert "“Mail”" in sentence, (typed, sentence)


@pytest.mark.parametrize(
    ("kind", "typed", "field"),
    [
        ("mail", "ann@", {"type": "text", "format": "email"}),
        ("day", "2026-13-40", {"type": "date"}),
        ("number", "12a", {"type": "number"}),
        ("number", "0", {"type": "number", "limits": {"minimum": 1}}),
        ("number", "10", {"type": "number", "limits": {"maximum": 9}}),
        ("text", "x" * 21, {"type": "text", "limits": {"max_length": 20}}),
    ],
)
def test_the_sentence_is_that_of_the_application_form(kind: str, typed: str, field: Any) -> None:
    [why] = fields.faults({**FIELD, **field}, typed, options={})
    assert said(KINDS[kind], typed) == [f"The answer to “Mail” {why}."]


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        ("text", "Fill in “Mail”."),
        ("select", "Choose an answer to “Mail”."),
        ("radio", "Choose an answer to “Mail”."),
        ("tick", "Tick “Mail”."),
        ("file", "Choose a file for “Mail”."),
    ],
)
def test_what_is_left_out_is_asked_for_by_its_name(kind: str, sentence: str) -> None:
    assert said(KINDS[kind], "") == [sentence]


def test_an_empty_file_is_named() -> None:
    empty = SimpleUploadedFile("a.pdf", b"")
    assert said(KINDS["file"], "", file=empty) == [
        "The file for “Mail” is empty. Choose another one."
    ]


class Own(forms.Form):
    """With words of its own."""

    day = forms.DateField(label="Day", error_messages={"required": "On which day?"})
    end = forms.DateField(label="End", initial=date(2026, 1, 1))

    def clean_end(self) -> None:
        """Refuses whatever comes."""
        raise forms.ValidationError("That is too early.")


def test_a_form_s_own_words_stay_and_carry_their_name_in_the_list_above() -> None:
    form = Own({"end": "2026-01-02"})
    assert mistakes.of(form["day"]) == ["On which day?"]
    assert mistakes.named(form["day"]) == ["Day: On which day?"]
    assert mistakes.named(form["end"]) == ["End: That is too early."]
