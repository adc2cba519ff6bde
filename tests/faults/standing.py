"""Builds a home in which something waits for a worker: `python -m tests.faults.standing HOME ROAD`.

`seal`: all have signed; `money`: the card provider reported, twice, what an invoice asks for;
`build`: a build was started; `pack`: a delivery was opened. Everything before is done.
"""

import sys
from pathlib import Path


def main(home: Path, until: str) -> None:
    """Walk the demonstration's road to there, in a home of its own."""
    from muniment import cli

    cli.start_django()
    from django.core.management import call_command

    from muniment.actions import payment, people, release
    from muniment.demo import calendar, contracting, house, releasing, roads
    from muniment.demo.story import Story
    from muniment.rulebook.words import Role

    call_command("migrate", verbosity=0)
    stage = house.build(home, clock=calendar.Clock(days_ago=75))
    last = {
        "seal": contracting.sign, "money": contracting.invoice, "build": releasing.plan,
        "pack": releasing.check,
    }[until]  # fmt: skip
    with stage.plant.plane:
        story = Story(stage)
        for act, _ in roads.FULL:
            act(story)
            if act is last:
                break
        if until == "money":
            sent = story.case.invoices.get()
            reported = payment.Arrived(
                "card-1", story.today, sent.total_minor, sent.currency, f"{sent.number} pi_1"
            )
            for _ in range(2):
                payment.take_card_payment(reported, actor=people.system(), now=stage.now())
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
