"""The information list through time: each dated edition that was ever in force, newest first."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from muniment import models
from muniment.programme import Bundle
from muniment.queries import editions


@dataclass(frozen=True, slots=True)
class Dated:
    """One edition of the information list."""

    label: str
    published_on: date
    in_force: bool


def list_bundles(programme: models.Programme) -> list[Bundle]:
    """Every edition of the programme that was activated, newest first."""
    rows = programme.editions.filter(activated_at__isnull=False).order_by("-number")
    return [editions.bundle_of(row) for row in rows]


def list_dated(programme: models.Programme) -> list[Dated]:
    """The list's own editions; one that several programme editions carried is named once."""
    now = editions.active_bundle(programme)["information_list"]["edition"]
    found: dict[str, Dated] = {}
    for bundle in list_bundles(programme):
        listed = bundle["information_list"]
        label = listed["edition"]
        day = date.fromisoformat(listed["published_on"])
        found.setdefault(label, Dated(label, day, label == now))
    return list(found.values())


def find_bundle(programme: models.Programme, label: str) -> Bundle | None:
    """The last programme edition that carried the list of this label; in force where empty."""
    active = editions.active_bundle(programme)
    if label in ("", active["information_list"]["edition"]):
        return active
    carried = [each for each in list_bundles(programme) if _label(each) == label]
    return carried[0] if carried else None


def list_policies() -> list[Mapping[str, Any]]:
    """The sharing policy in each of its editions that was ever in force, newest first."""
    running = models.Programme.objects.filter(active_edition__isnull=False).order_by("pk").first()
    found: dict[str, Mapping[str, Any]] = {}
    for bundle in list_bundles(running) if running else ():
        found.setdefault(bundle["policy"]["edition"], bundle["policy"])
    return list(found.values())


def _label(bundle: Bundle) -> str:
    return str(bundle["information_list"]["edition"])
