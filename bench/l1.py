"""L1: an entry appended to a ledger's chain, against a plain insert of a row of the same size.

Both sides commit each unit. The work salts one value, hashes, writes entry and salt and moves the
head on the subject's row; the baseline is Django's own insert of one row with as many bytes.
"""

import json
import secrets
import sys
from collections.abc import Callable
from datetime import UTC, datetime

from bench import database

UNITS, ROUNDS, FULL_ROUNDS = 300, 7, 41
NOW = datetime(2026, 11, 3, 15, 0, tzinfo=UTC)
HASH = secrets.token_hex(32)


def measure(*, full: bool) -> tuple[float, float]:
    """Median CPU seconds of one append and of one insert."""
    return database.measured("bench.l1", str(FULL_ROUNDS if full else ROUNDS))


def main(rounds: int) -> None:
    """Measure in this process and print both figures."""
    database.prepare()
    both = {"append": appending("one"), "insert": inserting()}
    taken = database.compared(both, rounds=rounds, units=UNITS)
    print(json.dumps([taken["append"], taken["insert"]]))


def appending(name: str) -> Callable[[int], None]:
    """Append to the chain of a programme of that name, made here."""
    from django.db import transaction

    from muniment import models
    from muniment.actions import ledger, people

    programme = models.Programme.objects.create(slug=name, name=name)
    actor = people.system()

    def append(units: int) -> None:
        for _ in range(units):
            with transaction.atomic():
                values = {"reason": "The second reader was ill."}
                ledger.append(programme, tag="case.held", actor=actor, now=NOW, values=values)

    return append


def inserting() -> Callable[[int], None]:
    """Insert rows that nothing ties together."""
    from django.db import transaction

    from bench.floor import models

    def insert(units: int) -> None:
        for number in range(units):
            with transaction.atomic():
                models.Row.objects.create(
                    kind="programme",
                    subject=1,
                    number=number,
                    tag="case.held",
                    at=NOW,
                    actor=HASH[:32],
                    stage_from="",
                    stage_to="",
                    values={"reason": HASH},
                    previous=HASH,
                    sha256=HASH,
                    salt=HASH[:32],
                )

    return insert


if __name__ == "__main__":
    main(int(sys.argv[1]))
