"""The controls that are written straight away are, letter for letter, Django's own."""

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy
from hypothesis import given
from hypothesis import strategies as st

from muniment.templatetags import drawing

HOSTILE = '<b>"it\'s" & more</b>\n'
CHOICES = [
    ("", "Nobody"),
    (7, gettext_lazy("Yes")),
    (HOSTILE, HOSTILE),
    ("Group & co", [("a", 1234.5), ("b", "B")]),
]
WIDGETS: dict[str, forms.Widget] = {
    "text": forms.TextInput(attrs={"maxlength": 20, "required": True, "disabled": False}),
    "email": forms.EmailInput(attrs={"placeholder": HOSTILE}),
    "number": forms.NumberInput(),
    "date": forms.DateInput(attrs={"type": "date"}),
    "password": forms.PasswordInput(render_value=True),
    "url": forms.URLInput(),
    "hidden": forms.HiddenInput(),
    "checkbox": forms.CheckboxInput(),
    "textarea": forms.Textarea(),
    "select": forms.Select(choices=CHOICES),
    "several": forms.SelectMultiple(choices=CHOICES),
    "radio": forms.RadioSelect(choices=CHOICES),
    "file": forms.ClearableFileInput(),
}
PLAIN, OURS = DjangoTemplates(), drawing.Renderer()


def same(name: str, value: object) -> None:
    """Ours and Django's draw the control alike."""
    attrs = {"class": "form-control is-invalid", "id": "id_x", "aria-describedby": 'a"b'}
    drawn = [
        WIDGETS[name].render('na"me', value, attrs=attrs, renderer=each) for each in (PLAIN, OURS)
    ]
    assert drawn[0] == drawn[1]
    assert isinstance(drawn[1], SafeString)


@pytest.mark.parametrize("name", WIDGETS)
@pytest.mark.parametrize("value", [None, "", "7", "a", HOSTILE, 1234, True])
def test_a_control_is_drawn_as_django_draws_it(name: str, value: object) -> None:
    same(name, value)


@pytest.mark.parametrize("name", ["text", "textarea", "select", "hidden"])
@given(value=st.text())
def test_whatever_was_typed_is_drawn_as_django_draws_it(name: str, value: str) -> None:
    same(name, value)


def test_the_forms_of_the_site_are_drawn_by_it() -> None:
    class Form(forms.Form):
        words = forms.CharField()

    assert isinstance(Form().renderer, drawing.Renderer)
