"""A worker that stops at a named point and waits to be killed: `python -m tests.faults.dying`.

Arguments: the home, the point, the minutes by which its clock is ahead. It says `at POINT` on its
output when it is there, and `done` when it got through. A line on its input lets it go on.
"""

import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any


def main(home: Path, point: str, ahead: int) -> None:
    """Work off what is due; stand still at the point."""

    def listen(event: str, given: tuple[Any, ...]) -> None:
        if event == "muniment.point" and given == (point,):
            stand(point)

    sys.addaudithook(listen)
    from muniment import cli

    cli.start_django()
    from muniment.jobs import builds, plane, worker
    from tests.faults import halting, killing

    given = plane.plant(home)
    room = os.environ.get(halting.ROOM, "")
    frozen = halting.Plane(home, point=point, stand=lambda: stand(point), room=room)
    plant = plane.Plant(home, given.keys, frozen, timestamp_url=os.environ.get("STAMPS", ""))
    now = datetime.now(UTC) + timedelta(minutes=ahead)  # it stands: what is put back stays so
    with plant.plane:
        builds.tidy(plant=plant, now=now)  # of what a worker does first, what is about rows
        if point == killing.TIDIED:
            stand(point)
        worker.work_off(plant=plant, clock=lambda: now)
    print("done", flush=True)


def stand(point: str) -> None:
    """Say where we are and wait to be killed, or told to go on; nobody else wakes us."""
    print(f"at {point}", flush=True)
    if not sys.stdin.readline():
        raise SystemExit("whoever started this worker is gone")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
