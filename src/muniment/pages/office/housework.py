"""The desk for what belongs to a whole programme: its catalogue, its roster, its settings."""

from collections.abc import Mapping
from typing import Any, ClassVar, TypeVar

from django import shortcuts
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from muniment.actions import people, step
from muniment.pages import frame
from muniment.pages.people import signed_in
from muniment.queries import editions, roster
from muniment.rulebook import reading
from muniment.rulebook.words import Refusal, Role

Filled = TypeVar("Filled", bound=Form)


class HouseDesk:
    """One page about a programme in the hands of one of its office; a room's page inherits.

    A form that was posted with a mistake is shown again as it was typed.
    """

    ROUTE: ClassVar[str]
    TEMPLATE: ClassVar[str]
    HERE: ClassVar[str]
    """The link of the top bar that is the active one."""

    def __init__(self, request: HttpRequest, programme: Any, roles: frozenset[Role]) -> None:
        self.request, self.programme, self.roles = request, programme, roles
        self.now, self.person = timezone.now(), signed_in.person(request)
        self.typed: dict[str, Form] = {}

    @property
    def arguments(self) -> list[Any]:
        """What follows the route in the page's address."""
        return []

    def doing(self, name: str) -> Any:
        """The reader in the first office they hold that takes this step by the rulebook."""
        by = reading.STEPS[name].by
        return people.acting(self.person, next((r for r in by if r in self.roles), Role.ANYONE))

    def against(self, name: str, **about: Any) -> list[Refusal]:
        """Why the reader may not take a step now, a second person granted where there is one."""
        about.setdefault("second_person", next(iter(self.seconds.values()), None))
        return step.refusals(
            name, self.programme, actor=self.doing(name), now=self.now, about=about
        )

    def may(self, name: str, **about: Any) -> bool:
        """Whether the button belongs on the page."""
        return not self.against(name, **about)

    @property
    def seconds(self) -> dict[str, Any]:
        """Who can confirm as a second person, by public id."""
        today = editions.today(self.programme, self.now)
        found = roster.list_seconds(self.programme, self.person, today=today)
        return {each.public_id: each for each in found}

    def second(self, given: Mapping[str, Any]) -> Any:
        """The person whom a form names as the second one; None where nobody was."""
        return self.seconds.get(given["second_person"])

    def names(self) -> list[tuple[str, str]]:
        """Those people as choices."""
        return [("", "–"), *((key, person.name) for key, person in self.seconds.items())]

    def form(self, name: str, kind: type[Filled], **more: Any) -> Filled:
        """A form of the page under its name: filled in where it is the one that was posted."""
        if name in self.typed:
            return self.typed[name]  # type: ignore[return-value]  # it was made by this kind
        posted = self.request.method == "POST" and self.request.POST.get("do") == name
        form = kind(self.request.POST if posted else None, auto_id=f"{name}-%s", **more)
        if posted:
            self.typed[name] = form
        return form

    def context(self) -> Mapping[str, Any]:
        """What the page's own template draws."""
        return {}

    def page(self, *, refused: list[Refusal] | None = None, status: int = 200) -> HttpResponse:
        """The page as it stands."""
        told = self.context()
        wrong = next((form for form in self.typed.values() if form.errors), None)
        context = {
            "programme": self.programme,
            "refused": refused or [],
            "mistakes": wrong,
            **told,
        }
        return frame.render(self.request, self.TEMPLATE, context, here=self.HERE, status=status)

    def again(self) -> HttpResponse:
        """Back to the page after a step."""
        return shortcuts.redirect(reverse(self.ROUTE, args=self.arguments))
