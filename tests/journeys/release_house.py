"""The office of the journeys with one request that is signed, paid and ready to be opened.

`python -m tests.journeys.release_house HOME`: a process of its own, before the first page.
"""

import sys
from pathlib import Path


def main(home: Path) -> None:
    """Walk the demonstration's road until only the release is left to do."""
    from muniment import cli

    cli.start_django()
    from django.core.management import call_command

    from muniment.demo import calendar, contracting, house, roads
    from muniment.demo.story import Story

    call_command("migrate", verbosity=0)
    stage = house.build(home, clock=calendar.Clock(days_ago=50))
    with stage.plant.plane:
        story = Story(stage)
        for act, _ in roads.FULL:
            act(story)
            if act is contracting.meet_condition:
                break


if __name__ == "__main__":
    main(Path(sys.argv[1]))
