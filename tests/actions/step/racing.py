"""Two people take a step on one version of a case at the same moment, each on a connection.

It prints, as JSON, how each of them fared and what stayed.
"""

import json
import threading
import time
from datetime import timedelta
from typing import Any

from tests.actions import apart


def main() -> None:
    """Prepare, race, tell."""
    apart.prepare()
    from muniment import models
    from muniment.actions import ledger
    from tests.actions import rows

    home = rows.home()
    case = home.case()
    fared = race(home.acting("cora"), case, now=rows.NOW + timedelta(days=1))
    stored = models.Case.objects.get(pk=case.pk)
    told = {
        "fared": fared,
        "notes": list(case.notes.values_list("text", flat=True)),
        "version": stored.version,
        "entries": stored.ledger_length,
        "verified": ledger.verify()[1] == [],
    }
    print(json.dumps(told))


def race(actor: Any, case: Any, *, now: Any) -> dict[str, str]:
    """The first is in the middle of the step when the second begins; both read one version."""
    from django.db import connection

    from muniment import models
    from muniment.actions import case as course
    from muniment.actions import step

    fared: dict[str, str] = {}
    inside, begun = threading.Event(), threading.Event()

    def first() -> None:
        mine = models.Case.objects.get(pk=case.pk)
        with step.taking("write_note", mine, actor=actor, now=now):
            inside.set()
            begun.wait(timeout=60)
            time.sleep(0.3)  # the second is waiting for us by now
            mine.notes.create(text="first", happened_on=now.date(), made_at=now, made_by=actor)
        fared["first"] = "taken"
        connection.close()

    def second() -> None:
        mine = models.Case.objects.get(pk=case.pk)
        inside.wait(timeout=60)
        begun.set()
        try:
            course.write_note(mine, "second", actor=actor, now=now)
            fared["second"] = "taken"
        except step.Refused as refused:
            fared["second"] = ", ".join(reason.code for reason in refused.reasons)
        connection.close()

    both = [threading.Thread(target=each) for each in (first, second)]
    for each in both:
        each.start()
    for each in both:
        each.join()
    return fared


if __name__ == "__main__":
    main()
