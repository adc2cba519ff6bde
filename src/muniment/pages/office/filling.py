"""A tab of a request with several forms on it: which are open, and what was typed into one."""

from collections.abc import Mapping
from typing import Any, TypeVar

from django.forms import Form
from django.http import HttpRequest
from django.utils.translation import gettext as _

from muniment.pages.office import desk
from muniment.queries import access
from muniment.rulebook import reading

Filled = TypeVar("Filled", bound=Form)


class FillingDesk(desk.Desk):
    """A desk that keeps what was typed where something is to fix."""

    def __init__(self, request: HttpRequest, sight: access.Sight) -> None:
        super().__init__(request, sight)
        self.typed: dict[str, Form] = {}

    def doing(self, name: str) -> Any:
        """The reader in an office that takes this step by the rulebook, as far as they hold one."""
        return self.acting(*reading.STEPS[name].by)

    def may(self, name: str, **about: Any) -> bool:
        """Whether the reader may take the step now."""
        return not self.against(name, *reading.STEPS[name].by, **about)

    def form(self, name: str, kind: type[Filled], **more: Any) -> Filled:
        """A form of the page under its name: filled in where it is the one that was posted."""
        posted = self.request.method == "POST" and self.request.POST.get("form") == name
        form = kind(self.request.POST if posted else None, auto_id=f"{name}-%s", **more)
        if posted:
            self.typed[name] = form
        return form

    def given(self, form: Form) -> dict[str, Any] | None:
        """What was typed; None where something is to fix, which the page then shows."""
        return form.cleaned_data if form.is_valid() else None

    def wrong(self) -> list[Form]:
        """The forms on which something is to fix."""
        return [form for form in self.typed.values() if form.errors]


def confirmers(others: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Colleagues who may confirm, as choices: by key, and nobody first."""
    return [("", _("Nobody")), *((key, each.name) for key, each in others.items())]


def key_of(given: str) -> int | None:
    """A row's key as a form posts it; None for what is no number."""
    return int(given) if given.isascii() and given.isdigit() and len(given) < 12 else None
