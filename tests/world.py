"""The world of the tests: the demonstration's people, on the demonstration's roads.

Every state under test is reached by walking the real actions, so it can be reached.

    @pytest.fixture
    def world(db): ...            the programme, its people and three checked holdings
    world.application_at(stage)   a Story whose request stands at that stage
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from muniment import models
from muniment.demo import house, roads, story
from muniment.demo.calendar import Clock
from muniment.rulebook.words import Role, Stage


@dataclass
class World:
    """A house and the stories walked in it."""

    house: house.House
    stories: list[story.Story] = field(default_factory=list)

    @property
    def now(self) -> Any:
        """The next moment."""
        return self.house.now()

    def person(self, name: str) -> models.Person:
        """One of the cast by first name."""
        return self.house.cast.people[name]

    def acting(self, name: str, role: Role) -> models.Actor:
        """That person in that role."""
        return self.house.acting(name, role)

    def by(self, name: str, role: Role) -> dict[str, Any]:
        """Who acts and when, as every action wants it."""
        return {"actor": self.acting(name, role), "now": self.now}

    def story(self) -> story.Story:
        """A story that has not begun."""
        begun = story.Story(self.house)
        self.stories.append(begun)
        return begun

    def application_at(
        self, stage: Stage, *, road: Any = roads.FULL, after: str | None = None
    ) -> story.Story:
        """Walk until the request first stands at that stage, or until the act named `after`."""
        begun = self.story()
        for act, stands_at in road:
            act(begun)
            assert begun.case.stage == stands_at, f"{act.__name__} ended at {begun.case.stage}"
            if after is None and stands_at is stage:
                return begun
            if after is not None and act.__name__ == after:
                assert stands_at is stage
                return begun
        raise AssertionError(f"the road has no {after or stage}")


def make(home: Path) -> World:
    """The world in a home folder that is empty."""
    for room in ("keys", "files", "holdings", "releases", "receipts"):
        (home / room).mkdir(parents=True, exist_ok=True)
    return World(house.build(home, clock=Clock(days_ago=90)))


