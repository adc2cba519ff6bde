"""What is wrong with what was typed, said as the application form says it: which answer, and why.

Django's own sentences name no field and no way out. Where a form gives words of its own, they stay.
"""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BoundField
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

MISSING: dict[str, Promise] = {
    "checkbox": _("Tick “%(label)s”."),
    "select": _("Choose an answer to “%(label)s”."),
    "radio": _("Choose an answer to “%(label)s”."),
    "file": _("Choose a file for “%(label)s”."),
}
"""By the kind of control; whatever is typed is to be filled in."""
FILL_IN = _("Fill in “%(label)s”.")
NONE_OF_THEM = _("The answer to “%(label)s” is none of the choices.")
BY_CODE: dict[str, Promise] = {
    "invalid_choice": NONE_OF_THEM,
    "invalid_list": NONE_OF_THEM,
    "max_length": _(
        "The answer to “%(label)s” is longer than %(limit_value)s characters; shorten it."
    ),
    "min_length": _("The answer to “%(label)s” is shorter than %(limit_value)s characters."),
    "max_value": _("The answer to “%(label)s” must be at most %(limit_value)s."),
    "min_value": _("The answer to “%(label)s” must be at least %(limit_value)s."),
    "empty": _("The file for “%(label)s” is empty. Choose another one."),
    "null_characters_not_allowed": _(
        "The answer to “%(label)s” holds a character that cannot be kept. Write it anew."
    ),
}
NUMBER = _("The answer to “%(label)s” must be a number, such as 12 or 0.5.")
INVALID: tuple[tuple[type[forms.Field], Promise], ...] = (
    (
        forms.EmailField,
        _("The answer to “%(label)s” must be an e-mail address, such as name@example.org."),
    ),
    (forms.URLField, _("The answer to “%(label)s” must be an address that begins with https://.")),
    (forms.DateField, _("The answer to “%(label)s” must be a date, such as 2026-11-02.")),
    (forms.IntegerField, NUMBER),
    (forms.DecimalField, NUMBER),
    (
        forms.JSONField,
        _("The answer to “%(label)s” is no JSON; look for a missing comma."),
    ),
    (forms.FileField, _("No file came for “%(label)s”. Choose it again.")),
)
"""What does not fit at all, by the kind of field."""


def of(field: BoundField) -> list[str]:
    """Every mistake of a field, beside its control."""
    return [_ours(field, each) or _own(each) for each in field.errors.as_data()]


def named(field: BoundField) -> list[str]:
    """The same for a list far from the control: what does not name the field follows its name."""
    told = field.errors.as_data()
    return [_ours(field, each) or f"{field.label}: {_own(each)}" for each in told]


def _own(error: ValidationError) -> str:
    """The words that the form gives."""
    return " ".join(error.messages)


def _ours(field: BoundField, error: ValidationError) -> str:
    """Our sentence for one of Django's; empty where the form has its own."""
    code = error.code or ""
    if not any(error.message is each for each in _djangos(field.field, code)):
        return ""
    sentence = BY_CODE.get(code)
    if code == "required":
        sentence = MISSING.get(getattr(field.field.widget, "input_type", ""), FILL_IN)
    elif sentence is None:
        sentence = next((said for kind, said in INVALID if isinstance(field.field, kind)), None)
    if sentence is None:
        return ""
    return gettext(str(sentence)) % {"label": field.label, **(error.params or {})}


def _djangos(field: forms.Field, code: str) -> list[Any]:
    """What Django itself would say under this code."""
    classes = [getattr(kind, "default_error_messages", {}) for kind in type(field).__mro__]
    checks = [getattr(check, "message", None) for check in field.validators]
    return [said[code] for said in classes if code in said] + [each for each in checks if each]
