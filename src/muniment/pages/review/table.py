"""A member at the committee's table: one request in their hands, at one moment.

Whoever is recused is told so, the same at every address of the request, and nothing else; whoever
has not declared is led to the declaration.
"""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from django import shortcuts
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from muniment.actions import people, step
from muniment.pages import frame, request_page
from muniment.pages.office import bench
from muniment.pages.people import signed_in
from muniment.queries import access, timeline
from muniment.queries.review import papers, place
from muniment.rulebook.words import Refusal

HERE = "review_list"
TABS: dict[str, tuple[Promise, bool]] = {
    "review": (_("My review"), False),
    "review_papers": (_("Papers"), False),
    "review_talk": (_("Discussion"), False),
    "review_readers": (_("Reviewers"), True),
}
"""Route to its words, and whether it is for whoever leads only."""


class Table:
    """A page of one request; each inherits, names its route and template, and fills `context`."""

    TAB: ClassVar[str]
    TEMPLATE: ClassVar[str]
    BEFORE_WORD: ClassVar[bool] = False
    """Whether the page is for who has not declared."""
    LEADERS: ClassVar[bool] = False
    """Whether the page is for whoever leads only."""
    OPENED: ClassVar[bool] = False
    """Whether the page is for who has opened the papers."""

    def __init__(self, request: HttpRequest, at: place.Place) -> None:
        self.request, self.at, self.now = request, at, timezone.now()
        self.case, self.person = at.case, at.member
        self.actor = people.acting(at.member, at.role)

    @property
    def by(self) -> dict[str, Any]:
        """Who acts and when, as every action wants it."""
        return {"actor": self.actor, "now": self.now}

    def against(self, name: str, **about: Any) -> list[Refusal]:
        """Why the member may not take a step now; empty where the button belongs."""
        return step.refusals(name, self.case, actor=self.actor, now=self.now, about=about)

    def context(self) -> Mapping[str, Any]:
        """What the page's own template draws."""
        return {}

    def page(self, *, refused: list[Refusal] | None = None, status: int = 200) -> HttpResponse:
        """The page as it stands, under the request's strip."""
        context: dict[str, Any] = {
            "case": self.case,
            "at": self.at,
            "refused": refused or [],
            "tabs": self._tabs(),
            **self._around(),
            **self.context(),
        }
        return frame.render(self.request, self.TEMPLATE, context, here=HERE, status=status)

    def again(self, route: str = "") -> HttpResponse:
        """Back to a page of the request after a step; to this one where none is named."""
        return shortcuts.redirect(reverse(route or self.TAB, args=[self.case.reference]))

    def _around(self) -> dict[str, Any]:
        """Strip and timeline data; a cover has neither."""
        if self.at.word is None:
            return {}
        page = timeline.page_of(self.at.sight, now=self.now)
        return {"strip": request_page.strip(page.steps), "meeting_on": page.meeting_on,
                "questions": page.questions}  # fmt: skip

    def _tabs(self) -> list[dict[str, Any]]:
        return [
            {
                "label": label,
                "url": reverse(route, args=[self.case.reference]),
                "active": route == self.TAB,
            }
            for route, (label, leaders) in TABS.items()
            if self.at.leads or not leaders
        ]


def answer(
    kind: type[Table],
    request: HttpRequest,
    reference: str,
    steps: Mapping[str, Callable[[Any], HttpResponse]] | None = None,
) -> HttpResponse:
    """The page for who may have it; else the way there, the one sentence, or nothing."""
    person, now = signed_in.person(request), timezone.now()
    recusal = place.find_recusal(person, reference, now=now)
    if recusal is not None and access.find_sight(person, reference, now=now) is None:
        return frame.render(request, "review/recused.html", {"recusal": recusal}, here=HERE)
    at = place.find_place(person, reference, now=now)
    if at is None or (kind.LEADERS and not at.leads):
        raise Http404
    if at.word is None and not kind.BEFORE_WORD:
        return shortcuts.redirect(reverse("review_conflict", args=[reference]))
    if kind.OPENED and not papers.has_opened(at):
        return shortcuts.redirect(reverse("review", args=[reference]))
    return bench.answer(kind(request, at), steps or {})
