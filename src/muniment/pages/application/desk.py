"""The writer's desk: the one place where these pages find a request and who writes it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest
from django.utils import timezone

from muniment.actions import people
from muniment.pages.people import signed_in
from muniment.queries import access, editions
from muniment.rulebook.words import Role, Stage

WRITERS = (Role.APPLICANT, Role.CO_APPLICANT)
WRITING = {Stage.DRAFT, Stage.RETURNED, Stage.REVISING}


@dataclass(frozen=True, slots=True)
class Desk:
    """A request opened by one of its writers; `now` is one moment for the whole page."""

    sight: access.Sight
    person: Any
    role: Role
    now: datetime

    @property
    def case(self) -> Any:
        """The request itself."""
        return self.sight.case

    @property
    def is_open(self) -> bool:
        """Whether the request is being written; otherwise its pages only show it."""
        return Stage(self.case.stage) in WRITING

    @property
    def newer(self) -> dict[str, Any] | None:
        """The newer edition of the form that a draft may move to, and what its own one is called.

        `mine` says whether this writer chooses, `kept` whether the own edition may stay.
        """
        found = editions.find_newer(self.case) if self.case.stage == Stage.DRAFT else None
        if found is None:
            return None
        own = self.case.edition
        return {
            "label": editions.bundle_of(found).edition,
            "own": editions.bundle_of(own).edition,
            "mine": self.role is Role.APPLICANT,
            "kept": own.retired_at is None,
        }

    @property
    def actor(self) -> Any:
        """Who writes, as an actor; its row is made at the first write."""
        return people.acting(self.person, self.role)


def at(request: HttpRequest, reference: str) -> Desk:
    """The desk of a writer; for everyone else the request does not exist."""
    now = timezone.now()
    sight = access.find_sight(signed_in.person(request), reference, now=now)
    role = next((each for each in WRITERS if sight and each in sight.roles), None)
    if sight is None or role is None:
        raise Http404
    return Desk(sight, signed_in.person(request), role, now)


def version(request: HttpRequest) -> int:
    """The version of the text that was edited; 0 where the form names none."""
    given = request.POST.get("version", "")
    return int(given) if given.isascii() and given.isdecimal() and len(given) < 10 else 0
