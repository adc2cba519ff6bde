"""The ways of looking at the queue that a person keeps."""

from dataclasses import dataclass

from muniment import models

from .wanted import Wanted


@dataclass(frozen=True, slots=True)
class View:
    """A view under its name."""

    pk: int
    name: str
    wanted: Wanted


def list_views(person: models.Person) -> list[View]:
    """A person's own views by name; nobody sees anybody else's."""
    rows = person.views.order_by("name")
    return [View(row.pk, row.name, Wanted.read(row.asked)) for row in rows]


def find_view(person: models.Person, pk: int) -> models.SavedView | None:
    """One of them, to be forgotten."""
    return person.views.filter(pk=pk).first()
