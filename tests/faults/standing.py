"""Builds a home in which something waits for a worker: `python -m tests.faults.standing HOME ROAD`.

`seal`: all have signed; `build`: a build was started; `pack`: a delivery was opened. Everything
before is done.
"""

import sys
from pathlib import Path


def main(home: Path, until: str) -> None:
    """Walk the demonstration's road to there, in a home of its own."""
    from muniment import cli

    cli.start_django()
    from django.core.management import call_command

    from muniment.actions import release
    from muniment.demo import calendar, contracting, house, releasing, roads
    from muniment.demo.story import Story
    from muniment.rulebook.words import Role

    call_command("migrate", verbosity=0)
    stage = house.build(home, clock=calendar.Clock(days_ago=75))
    last = {"seal": contracting.sign, "build": releasing.plan, "pack": releasing.check}[until]
    with stage.plant.plane:
        story = Story(stage)
        for act, _ in roads.FULL:
            act(story)
            if act is last:
                break
        if until == "build":
            release.start_build(story.build, **story.by("dana", Role.DATA_ENGINEER))
        if until != "pack":
            return
        release.release(story.build, **story.by("dev", Role.CHECKER))
        release.open_delivery(
            story.build, recipient=stage.cast.alice, **story.by("cora", Role.COORDINATOR)
        )


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
