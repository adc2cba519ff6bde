"""What the tabs of the gates share: forms that keep what was typed, and a step's own refusals."""

from typing import Any, TypeVar

from django.forms import Form
from django.http import HttpRequest

from muniment.pages.office import desk
from muniment.queries import access
from muniment.rulebook import reading
from muniment.rulebook.words import Role

Typed = TypeVar("Typed", bound=Form)


class Gate(desk.Desk):
    """A tab with forms; one that was posted with a mistake is shown as it was typed."""

    def __init__(self, request: HttpRequest, sight: access.Sight) -> None:
        super().__init__(request, sight)
        self.typed: dict[str, Form] = {}

    def offers(self, name: str, *roles: Role, **about: Any) -> bool:
        """Whether a step goes now; one of another stage is not even asked about."""
        here = self.case.stage in reading.STEPS[name].at
        return here and not self.against(name, *roles, **about)

    def given(self, name: str, form: Form) -> dict[str, Any] | None:
        """What was typed; None where something is to fix, which the page then shows."""
        self.typed[name] = form
        return form.cleaned_data if form.is_valid() else None

    def form(self, name: str, fresh: Typed) -> Form | Typed:
        """The form as it was typed, or a fresh one."""
        return self.typed.get(name, fresh)

    def mistakes(self) -> Form | None:
        """The form that was posted, while there is something to fix in it."""
        return next((form for form in self.typed.values() if form.errors), None)
