"""How a Django form's control is dressed; labels, hints and errors are the template's."""

from django import template
from django.forms import BoundField
from django.utils.safestring import SafeString

from muniment.pages.wording import mistakes

register = template.Library()


@register.simple_tag
def control(field: BoundField) -> SafeString:
    """The control in our look and its form's; Django adds what ties it to its hint and error."""
    kind = getattr(field.field.widget, "input_type", "textarea")
    look = {"checkbox": "form-check-input", "select": "form-select"}.get(kind, "form-control")
    own = field.field.widget.attrs.get("class", "")
    wrong = "is-invalid" if field.errors else ""
    return field.as_widget(attrs={"class": " ".join(filter(None, (look, own, wrong)))})


@register.filter(name="mistakes")
def mistakes_of(field: BoundField) -> list[str]:
    """What is wrong with a field, in our sentences."""
    return mistakes.of(field)


@register.filter
def named_mistakes(field: BoundField) -> list[str]:
    """The same, for the list above the form."""
    return mistakes.named(field)
