"""The ways of looking at the queue that a person keeps."""

from dataclasses import dataclass

from django.db.models import QuerySet

from muniment import models
from muniment.queries import prepared

from .wanted import Wanted


@dataclass(frozen=True, slots=True)
class View:
    """A view under its name."""

    pk: int
    name: str
    wanted: Wanted


def list_views(person: models.Person) -> list[View]:
    """A person's own views by name; nobody sees anybody else's."""
    return [View(row.pk, row.name, Wanted.read(row.asked)) for row in _kept(person=person.pk)]


@prepared.query
def _kept(*, person: int) -> QuerySet[models.SavedView]:
    return models.SavedView.objects.filter(person=person).order_by("name")


def find_view(person: models.Person, pk: int) -> models.SavedView | None:
    """One of them, to be forgotten."""
    return person.views.filter(pk=pk).first()
