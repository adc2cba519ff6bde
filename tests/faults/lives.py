"""Which kills there are, and how a seed makes lives of them: a job that is killed again and again.

A kill takes the worker with its data plane, or the data plane alone. Each point is hit before any
is hit twice. A job gives up after five tries, so that a life holds at most four kills.
"""

import random
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from muniment.jobs import points
from tests.faults import killing

WORKER, PLANE = "worker", "data plane"
MOST = 4
LEASE = 11
"""Minutes after which a dead worker's job is another's."""


@dataclass(frozen=True, slots=True)
class Kill:
    """Where, and who."""

    point: str
    victim: str

    def __str__(self) -> str:
        return f"{self.point} ({self.victim})"


@dataclass(frozen=True, slots=True)
class Life:
    """One job's."""

    road: str
    kills: tuple[Kill, ...]

    def __str__(self) -> str:
        return f"{self.road}: {', '.join(str(kill) for kill in self.kills)}"


def _points(start: str) -> list[str]:
    return [each.value for each in points.Point if each.name.startswith(start)]


OF_PLANE = {"seal": (), "money": (), "build": points.OF_BUILD, "pack": points.OF_DELIVERY}
OF_WORKER = {road: _points(road.upper()) for road in OF_PLANE}
BOTH_DIE = {"treat …", "write the package", "publish", *points.OF_DELIVERY}
"""Where the worker is killed with its data plane too: from where rows are written on. Before that
it leaves what it leaves when it is killed with its job just claimed."""
EVERY = {
    road: [
        *(Kill(point, WORKER) for point in OF_WORKER[road]),
        *(Kill(point, WORKER) for point in OF_PLANE[road] if point in BOTH_DIE),
        *(Kill(point, PLANE) for point in OF_PLANE[road]),
    ]
    for road in OF_PLANE
}
LAST = {each.value for each in points.Point if each.name.endswith("_RECORDED")}
"""After these nothing is left to do, so nothing of that job can be killed any more."""


def drawn(kills: int, *, seed: int) -> list[Life]:
    """So many kills, by road; the same for the same seed."""
    chance = random.Random(seed)
    every = [(road, kill) for road in sorted(EVERY) for kill in EVERY[road]]
    wanted: list[tuple[str, Kill]] = []
    while len(wanted) < kills:
        wanted += chance.sample(every, min(len(every), kills - len(wanted)))
    lives = [
        life
        for road in sorted(EVERY)
        for life in _lives(road, [kill for at, kill in wanted if at == road], chance)
    ]
    chance.shuffle(lives)
    return lives


def _lives(road: str, kills: list[Kill], chance: random.Random) -> Iterator[Life]:
    """Of two to four kills; one that ends the job is the last of its life."""
    ends = [kill for kill in kills if kill.point in LAST]
    others = [kill for kill in kills if kill.point not in LAST]
    while others or ends:
        many = chance.randint(2, MOST)
        end = [ends.pop()] if ends else []
        some, others = others[: many - len(end)], others[many - len(end) :]
        yield Life(road, (*some, *end))


def lived(life: Life, standing: Path, home: Path) -> None:
    """Kill at each point in turn, look around each time, then let a worker end it.

    Whoever starts next tidies before it works: from then on nothing of the dead one can be read.
    """
    shutil.copytree(standing, home)
    before = killing.money(home)
    for turn, kill in enumerate(life.kills):
        try:
            BY_VICTIM[kill.victim](home, kill.point, turn * LEASE)
        except AssertionError as fault:
            raise AssertionError(f"{kill}: {fault}") from fault
        killing.tidied(home, ahead=turn * LEASE)
        assert killing.in_the_clear(home) == [], str(kill)
    killing.work_off(home, ahead=len(life.kills) * LEASE)
    killing.ENDS_WELL[life.road](home)
    assert killing.in_the_clear(home) == []
    if life.road != "money":
        assert killing.money(home) == before


def _worker_dies(home: Path, point: str, ahead: int) -> None:
    victim = killing.standing_at(home, point, ahead=ahead)
    if point in points.PLANE:
        killing.frozen_plane(victim)
    killing.kill(victim)


def _plane_dies(home: Path, point: str, ahead: int) -> None:
    """Its worker lives on, and puts the job back with a sentence."""
    victim = killing.standing_at(home, point, ahead=ahead)
    child = killing.frozen_plane(victim)
    killing.kill_plane(child)
    killing.go_on(victim)
    put_back = killing.asked(
        home, "SELECT state, error FROM muniment_job WHERE state != 'done' AND attempt > 0"
    )
    assert [(state, str(error).partition(" (")[0]) for state, error in put_back] == [
        ("queued", "The data plane ended in the middle of a request")
    ]


BY_VICTIM: dict[str, Callable[[Path, str, int], None]] = {
    WORKER: _worker_dies,
    PLANE: _plane_dies,
}
