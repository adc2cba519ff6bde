"""Builds an office at work: `python -m tests.journeys.office_house HOME`.

As `tests.journeys.house`, with three requests on their way: one just submitted, one at its
availability, one that waits for the office's decision.
"""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any


def main(home: Path) -> None:
    """A home in which a day in the office begins."""
    from muniment import cli

    cli.start_django()
    from django.core.management import call_command

    from muniment.demo import applying, calendar, house, judging, roads

    call_command("migrate", verbosity=0)
    built = house.build(home, clock=calendar.Clock(days_ago=20))
    with built.plant.plane:
        walked(built, roads.FULL, until=applying.be_certified)
        walked(built, roads.EXPEDITED, until=judging.pass_policy_for_office)
        walked(built, roads.FULL, until=applying.submit)


def walked(built: Any, road: Any, *, until: Callable[..., None]) -> None:
    """One more request, as far along its road as an act leaves it."""
    from muniment.demo.story import Story

    story = Story(built)
    for act, _ in road:
        act(story)
        if act is until:
            break


if __name__ == "__main__":
    main(Path(sys.argv[1]))
