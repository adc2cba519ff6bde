"""Builds an office with one request to screen: `python -m tests.journeys.screening_house HOME`.

As `tests.journeys.house`, and Alice has submitted her request; its files are scanned.
"""

import sys
from pathlib import Path


def main(home: Path) -> None:
    """A home in which the work at the gates begins."""
    from muniment import cli

    cli.start_django()
    from django.core.management import call_command

    from muniment.demo import applying, calendar, house, roads
    from muniment.demo.story import Story

    call_command("migrate", verbosity=0)
    built = house.build(home, clock=calendar.Clock(days_ago=3))
    with built.plant.plane:
        story = Story(built)
        for act, _ in roads.FULL:
            act(story)
            if act is applying.submit:
                break


if __name__ == "__main__":
    main(Path(sys.argv[1]))
