"""One request on the desk of somebody in the office; for everybody else there is none."""

import functools
from collections.abc import Mapping
from typing import Any, ClassVar, Self

from django import shortcuts
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from muniment.actions import people, step
from muniment.pages import frame, request_page
from muniment.pages.office import tabs
from muniment.pages.people import signed_in
from muniment.queries import access, timeline
from muniment.rulebook.words import Refusal, Role


class Desk:
    """A tab of a request; each room's tab inherits, names its route, and fills `context`."""

    TAB: ClassVar[str]
    """The route of this page, which is also its tab."""
    TEMPLATE: ClassVar[str]
    """Extends `office/case.html` and fills its blocks `tab` and, where needed, `side`."""

    def __init__(self, request: HttpRequest, sight: access.Sight) -> None:
        self.request, self.sight, self.now = request, sight, timezone.now()
        self.case, self.person = sight.case, signed_in.person(request)
        self._actors: dict[Role, Any] = {}
        self._seen: dict[Any, Any] = {}

    @classmethod
    def of(cls, request: HttpRequest, reference: str) -> Self:
        """The desk of one of the office whose work shows on this tab."""
        sight = access.find_sight(signed_in.person(request), reference, now=timezone.now())
        if sight is None or not sight.is_office or sight.roles.isdisjoint(tabs.READERS[cls.TAB]):
            raise Http404
        return cls(request, sight)

    @functools.cached_property
    def turn(self) -> timeline.Turn:
        """Whose turn it is."""
        return timeline.turn_of(self.sight, now=self.now)

    def acting(self, *roles: Role) -> Any:
        """The reader in the first of these roles that they hold here; the step refuses nobody's."""
        held = next((role for role in roles if role in self.sight.roles), Role.ANYONE)
        if held not in self._actors:
            self._actors[held] = people.acting(self.person, held)
        return self._actors[held]

    def against(self, name: str, *roles: Role, **about: Any) -> list[Refusal]:
        """Why the reader may not take a step now; empty where the button belongs."""
        actor = self.acting(*roles)
        return step.refusals(
            name, self.case, actor=actor, now=self.now, about=about, seen=self._seen
        )

    def context(self) -> Mapping[str, Any]:
        """What the tab's own template draws."""
        return {}

    def page(self, *, refused: list[Refusal] | None = None, status: int = 200) -> HttpResponse:
        """The tab as it stands, under the request's strip and bar."""
        page = timeline.page_of(self.sight, now=self.now, turn=self.turn)
        context = {
            **request_page.context(page),
            "tabs": tabs.drawn(self.sight, self.TAB),
            "refused": refused or [],
            **self.context(),
        }
        return frame.render(
            self.request, self.TEMPLATE, context, here="office_queue", status=status
        )

    def again(self) -> HttpResponse:
        """Back to the tab after a step."""
        return shortcuts.redirect(reverse(self.TAB, args=[self.case.reference]))
