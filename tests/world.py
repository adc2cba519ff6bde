"""The world of the tests: the demonstration's people, on the demonstration's roads.

Every state under test is reached by walking the real actions, so it can be reached. A road is
walked once in each process, and the rows are remembered as they stood after each act; a test
begins with the rows of one act, put into its own transaction.

    def test_…(world):                        (fixture `world`, tests/world_fixture.py)
        story = world.at(Stage.AGREEMENT)     the pilot request when it first stands there
        story = world.after(contracting.pay)  or when that act is done
        story = world.after(judging.pass_policy_for_office, road=roads.EXPEDITED)

One test begins one story; `walk_beside` carries a second request on in the same house.
"""

import atexit
import functools
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import connection, transaction

from muniment import home, models
from muniment.actions import people
from muniment.demo import cast, house, roads
from muniment.demo.calendar import Clock
from muniment.demo.story import Story
from muniment.rulebook.words import Role, Stage

Act = Callable[[Story], None]
Road = Sequence[roads.Act]
ADMINISTRATOR = Role.ADMINISTRATOR
WRITTEN = ("releases", "receipts")


@dataclass(frozen=True)
class Milestone:
    """How everything stood after an act."""

    rows: "Rows"
    now: datetime
    case_id: int
    files: Path


class Memory:
    """One house of this process, and the milestones of the roads that were walked in it."""

    def __init__(self, folder: Path) -> None:
        self.home = home.make(folder / "home")
        self._kept = folder / "kept"
        self._roads: dict[int, list[Milestone]] = {}

    @functools.cached_property
    def founded(self) -> Milestone:
        """The programme, its people and three checked holdings, before any request."""
        with rolled_back():
            built = house.build(self.home, clock=Clock(days_ago=90))
            self.plant = built.plant
            atexit.register(built.plant.plane.close)
            return self.keep(built, case_id=0)

    def milestone(self, road: Road, acts: int) -> Milestone:
        """How it stood after so many acts of a road, which is walked now if it never was."""
        known = self._roads.setdefault(id(road), [self.founded])
        if len(known) <= acts:
            with rolled_back():
                story = Story(self.recall(known[-1]), case_id=known[-1].case_id)
                for act in road[len(known) - 1 : acts]:
                    _take(act, story)
                    known.append(self.keep(story.house, case_id=story.case_id))
        return known[acts]

    def recall(self, stood: Milestone) -> house.House:
        """The house as it stood: its rows, its files and its time."""
        assert not models.Person.objects.exists(), "one test begins one story"
        put_rows(stood.rows)
        for room in WRITTEN:
            put_back(stood.files / room, self.home / room)
        clock = Clock(days_ago=0)
        clock.now = stood.now
        return house.House(self.home, clock, _cast(), self.plant)

    def keep(self, at: house.House, *, case_id: int) -> Milestone:
        """How it stands now, to be recalled by tests that begin here."""
        self._kept.mkdir(exist_ok=True)
        files = Path(tempfile.mkdtemp(dir=self._kept))
        for room in WRITTEN:
            shutil.copytree(self.home / room, files / room)
        return Milestone(rows_now(), at.clock.now, case_id, files)


@functools.cache
def memory() -> Memory:
    """The memory of this process."""
    folder = Path(tempfile.mkdtemp(prefix="muniment-world-")).resolve()
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return Memory(folder)


class World:
    """What one test begins with; its changes end with the test's transaction."""

    house: house.House

    def founded(self) -> house.House:
        """The house before any request."""
        self.house = memory().recall(memory().founded)
        return self.house

    def at(self, stage: Stage, *, road: Road = roads.FULL) -> Story:
        """The road's request as it first stands at a stage."""
        return self._after(road, 1 + next(n for n, act in enumerate(road) if act[1] is stage))

    def after(self, act: Act, *, road: Road = roads.FULL) -> Story:
        """The road's request as an act leaves it."""
        return self._after(road, 1 + next(n for n, each in enumerate(road) if each[0] is act))

    def walk_beside(self, *, road: Road, until: Act) -> Story:
        """A second request in the same house, walked until an act is done."""
        story = Story(self.house)
        for act in road:
            _take(act, story)
            if act[0] is until:
                return story
        raise AssertionError(f"the road has no {until.__name__}")

    def walk_on(self, story: Story, *, until: Act, road: Road = roads.FULL, after: Act) -> Story:
        """The rest of a road from the act after which a test changed something."""
        begin = next(n for n, act in enumerate(road) if act[0] is after)
        for act in road[begin + 1 :]:
            _take(act, story)
            if act[0] is until:
                return story
        raise AssertionError(f"the road has no {until.__name__}")

    def person(self, name: str) -> models.Person:
        """One of the cast by first name, as the database holds them now."""
        return models.Person.objects.get(pk=self.house.cast.people[name].pk)

    def by(self, name: str, role: Role) -> dict[str, Any]:
        """Who acts and when, as every action wants it."""
        return {"actor": self.house.acting(name, role), "now": self.house.now()}

    def appoint(self, name: str, role: Role) -> models.RoleGrant:
        """Give somebody an office, as Ada does, who sees them in person first."""
        of = self.house.cast.programme
        person = self.person(name)
        people.verify_person(person, programme=of, how="Seen.", **self.by("ada", ADMINISTRATOR))
        return people.grant_role(
            person,
            role,
            programme=self.house.cast.programme,
            from_on=self.house.clock.now.date(),
            second_person=self.person("cora"),
            **self.by("ada", ADMINISTRATOR),
        )

    def _after(self, road: Road, acts: int) -> Story:
        stood = memory().milestone(road, acts)
        self.house = memory().recall(stood)
        return Story(self.house, case_id=stood.case_id)


Rows = dict[str, tuple[list[str], list[tuple[Any, ...]]]]
"""Table -> its columns, and its rows as the driver gives and takes them."""


def rows_now() -> Rows:
    """Every row of our tables. Past the models, because a test cannot wait for a thousand."""
    found: Rows = {}
    with connection.cursor() as cursor:
        for model in apps.get_app_config("muniment").get_models():
            table = model._meta.db_table
            cursor.execute(f"SELECT * FROM {table}")
            columns = [f'"{column[0]}"' for column in cursor.description or ()]
            found[table] = (columns, cursor.fetchall())
    return found


def put_rows(kept: Rows) -> None:
    """Write rows as they were; what refers to what is checked at the end of the transaction."""
    with connection.cursor() as cursor:
        for table, (columns, rows) in kept.items():
            values = ", ".join(["%s"] * len(columns))
            if rows:
                cursor.executemany(
                    f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({values})", rows
                )


def put_back(kept: Path, folder: Path) -> None:
    """Make a folder hold what was kept; it stays the same folder, for the child is shut in it."""
    for path in folder.iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    shutil.copytree(kept, folder, dirs_exist_ok=True)


@contextmanager
def rolled_back() -> Iterator[None]:
    """A transaction of which nothing stays."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def _take(act: roads.Act, story: Story) -> None:
    step, stands_at = act
    step(story)
    assert story.case.stage == stands_at, f"{step.__name__} ended at {story.case.stage}"


def _cast() -> cast.Cast:
    """The people as the rows say, with nothing left on them from an earlier walk."""
    by_address = {each.email: each for each in models.Person.objects.all()}
    known = {name: by_address[cast.address_of(name)] for name in cast.PEOPLE}
    institution = models.Institution.objects.get(name=cast.INSTITUTION)
    return cast.Cast(known, institution, models.Programme.objects.get().pk)
