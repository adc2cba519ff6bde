"""The days of the month, who comes in on them, and what the machine does by itself meanwhile."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import time_machine
from django.conf import settings
from django.test import Client
from django.utils import timezone

from muniment import models
from muniment.demo import house
from muniment.demo.calendar import Clock
from muniment.jobs import worker
from tests.journeys import small_office
from tests.month.reader import Reader

START = datetime(2026, 11, 2, 14, 0, tzinfo=UTC)
"""A Monday morning at the office."""
DATASETS = (house.PILOT, house.ABSTRACTS, house.CENSUS)


@dataclass
class Month:
    """The house of two, and the clock on its wall, which a test moves from day to day."""

    house: house.House
    clock: time_machine.Traveller
    _in: dict[str, Reader] = field(default_factory=dict)

    def person(self, name: str) -> Reader:
        """Somebody at their browser; who came in today is there already."""
        if name not in self._in:
            client, person = Client(enforce_csrf_checks=True), self.house.cast.people[name]
            client.force_login(person)
            _with_a_second_factor(client, person)
            self._in[name] = Reader(name, client)
        return self._in[name]

    @property
    def today(self) -> date:
        """The day on the calendar at the office."""
        return timezone.now().date()

    def passes(self, days: int = 1) -> None:
        """The machine's night, then the morning of a later day; everybody comes in anew."""
        self.works()
        for errand in (*worker.ROUND, *worker.hourly(self.house.plant)):
            errand(clock=timezone.now)
        morning = timezone.now().replace(hour=START.hour, minute=0, second=0, microsecond=0)
        self.clock.move_to(morning + timedelta(days=days))
        self._in.clear()

    def works(self) -> None:
        """What the worker does within a minute or two."""
        worker.work_off(plant=self.house.plant, clock=timezone.now)


def _with_a_second_factor(client: Client, person: models.Person) -> None:
    """Mark the session as allauth does once a passkey was shown; the door has its own journeys."""
    session = client.session
    session["account_authentication_methods"] = [
        {"method": "mfa", "at": timezone.now().timestamp()}
    ]
    session["account_authentication_methods_user"] = str(person.pk)
    session.save()


@contextmanager
def begun() -> Iterator[Month]:
    """The house on the first morning."""
    with time_machine.travel(START - timedelta(hours=2), tick=True) as clock:
        office = Clock(days_ago=0)
        office.now = timezone.now()
        built = small_office.two(settings.MUNIMENT_HOME, office, datasets=DATASETS)
        clock.move_to(START)
        with built.plant.plane:
            yield Month(built, clock)
