"""A request on its way: the rows a walk needs next, always as the database holds them now."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from muniment import models
from muniment.actions import step
from muniment.queries import schedule
from muniment.rulebook.words import Refusal, Role

from .house import House

Say = Callable[[str, str], None]
Refuse = Callable[[Refusal], None]


def in_silence(*_: object) -> None:
    """For walks that nobody watches."""


@dataclass
class Story:
    """One request in a house. `say` tells a step that was taken, `refuse` one that was not.

    `title` is what it asks, where that is not what its road always asks.
    """

    house: House
    case_id: int = 0
    title: str = ""
    say: Say = in_silence
    refuse: Refuse = in_silence

    @property
    def case(self) -> models.Case:
        """The request as the database holds it now."""
        return models.Case.objects.get(pk=self.case_id)

    @property
    def part(self) -> models.Part:
        """Its only part."""
        return models.Part.objects.select_related("case", "holding").get(
            case_id=self.case_id, follows__isnull=True
        )

    @property
    def build(self) -> models.Build:
        """Its newest build."""
        builds = models.Build.objects.filter(line__part__case_id=self.case_id)
        return builds.select_related("plan", "line__agreement", "line__part__case").latest("pk")

    @property
    def agreement(self) -> models.Agreement:
        """Its present agreement."""
        return models.Agreement.objects.select_related("case").get(
            case_id=self.case_id, superseded_at__isnull=True
        )

    @property
    def released_to(self) -> Path:
        """The folder as the recipient has it."""
        return self.house.plant.releases / self.build.folder

    @property
    def today(self) -> date:
        """The day it is where the programme keeps its calendar."""
        return schedule.today(self.case, self.house.clock.now)

    def by(self, name: str, role: Role) -> dict[str, Any]:
        """Who acts and when, as every action wants it."""
        return {"actor": self.house.acting(name, role), "now": self.house.now()}

    def told(self, name: str, what: str) -> None:
        """Tell that a person took a step."""
        self.say(self.house.cast.people[name].name, what)

    def expect_refusal(self, code: str, attempt: Callable[[], object]) -> None:
        """Try what must be refused; it is told by the action's own sentence.

        Raises AssertionError when the house lets it pass or gives another reason.
        """
        try:
            attempt()
        except step.Refused as refused:
            found = next((each for each in refused.reasons if each.code == code), None)
            if found is None:
                raise AssertionError(f"expected {code}, got {refused}") from refused
            self.refuse(found)
            return
        raise AssertionError(f"{code} was not refused")
