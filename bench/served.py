"""A web process that serves one size: the queue, the pages of a request, a search, a step.

Each is a request of somebody signed in with a second factor, through the middleware of its site.
"""

import difflib
import json
import os
import re
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from bench import database, w3

UNITS, STEPS, STEPPED = 20, 40, 200
SEARCHED = "cohort000007"
"""A word in the titles of 25 requests at every size."""
DAYS = re.compile(r"\d+|\b(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\w*")


def main(rounds: int) -> None:
    """Measure in this process and print the figures."""
    import django

    django.setup()
    from django.conf import settings
    from django.test import override_settings

    with override_settings(ROOT_URLCONF="bench.floor.views", ALLOWED_HOSTS=["testserver"]):
        print(json.dumps(figures(settings.MIDDLEWARE, rounds=rounds)))


def figures(middleware: Sequence[str], *, rounds: int) -> dict[str, float]:
    """CPU seconds of a unit of each work, and the bytes that stay with the process after pages."""
    from muniment import models

    cora = models.Person.objects.get(email__startswith="cora@")
    at_work = models.Case.objects.filter(stage="in_review").order_by("due_on", "pk")
    case = at_work.filter(reference__startswith="CLONE").first()
    walked = at_work.exclude(reference__startswith="CLONE").get()
    office, own = w3.signed_in(cora), w3.signed_in(case.applicant)
    one = f"/office/{case.reference}/"
    resembles(middleware, office, case, walked)
    sides = {
        "list": getting("/office/", office, middleware),
        "bare list": getting("/bare-list", office, w3.BARE),
        "page": getting(one, office, middleware),
        "own page": getting(f"/requests/{case.reference}/", own, middleware),
        "bare row": getting(f"/bare-row/{walked.pk}", office, w3.BARE),
        "search": getting(f"/office/?tab=every&words={SEARCHED}", office, middleware),
    }
    taken = database.compared(sides, rounds=rounds, units=UNITS)
    memory = {"memory": float(resident())}
    return taken | memory | stepping(office, middleware, rounds=rounds)


def stepping(cookie: str, middleware: Sequence[str], *, rounds: int) -> dict[str, float]:
    """A step on requests that no measured page shows, against a bare insert."""
    from muniment import models

    clones = models.Case.objects.filter(stage="in_review", reference__startswith="CLONE")
    found = clones.order_by("-due_on", "-pk")
    references = list(found.values_list("reference", flat=True)[:STEPPED])
    units = (rounds + 1) * STEPS
    step = w3.posting("/step", cookie, middleware=middleware, units=units, references=references)
    bare = w3.posting("/bare", cookie, middleware=w3.BARE, units=units, references=references)
    return database.compared({"step": step, "bare step": bare}, rounds=rounds, units=STEPS)


def getting(path: str, cookie: str, middleware: Sequence[str]) -> Callable[[int], None]:
    """Ask for that page so many times."""
    asked = asking(path, cookie, middleware)

    def get(number: int) -> None:
        for _ in range(number):
            asked()

    return get


def asking(path: str, cookie: str, middleware: Sequence[str]) -> Callable[[], str]:
    """One request for that page through that middleware; gives what it answered."""
    from django.conf import settings
    from django.core.handlers.wsgi import WSGIHandler
    from django.test import RequestFactory, override_settings

    with override_settings(MIDDLEWARE=list(middleware)):
        site = WSGIHandler()
    factory = RequestFactory(headers={"cookie": f"{settings.SESSION_COOKIE_NAME}={cookie}"})

    def ask() -> str:
        answer = site(factory.get(path).environ, lambda status, headers: None)
        said = b"".join(answer).decode()
        answer.close()
        if answer.status_code != 200:
            raise RuntimeError(f"{path} answered {answer.status_code}.")
        return said

    return ask


def resembles(middleware: Sequence[str], cookie: str, case: Any, walked: Any) -> None:
    """A clone's page says what the page of the walked request says, and has as many entries.

    Raises RuntimeError when it does not.
    """
    from muniment import models

    pages, entries = [], []
    for each in (case, walked):
        said = asking(f"/office/{each.reference}/", cookie, middleware)()
        text = re.sub(r"<[^>]*>", " ", said)
        for own in (each.reference, each.title, each.applicant.name):
            text = text.replace(own, "")
        pages.append(re.sub(r"\s*\n\s*", "  ", DAYS.sub("", text)))
        kept = models.Entry.objects.filter(subject_kind="case", subject_id=each.pk)
        entries.append(kept.count())
    if pages[0] != pages[1] or entries[0] != entries[1]:
        apart = [
            *difflib.unified_diff(pages[1].split("  "), pages[0].split("  "), lineterm="", n=0)
        ]
        raise RuntimeError(f"{case.reference} is not as it was walked: {entries}, {apart}")


def resident() -> int:
    """Bytes of this process that are in memory."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


if __name__ == "__main__":
    main(int(sys.argv[1]))
