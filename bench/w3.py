"""W3: a step of the line, against a bare Django view that inserts a row and its audit line.

Both are requests of somebody signed in, each through the middleware of its own site, on one kept
connection, with no web server in between. The step is the coordinator's question to the applicant:
version lock, roles and facts, rule, the question's row, ledger entry with three salted values,
letter in the outbox.
"""

import itertools
import json
import sys
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

from bench import database

UNITS, ROUNDS, FULL_ROUNDS = 100, 7, 41
CASES = 1_000
NOW = datetime(2026, 11, 3, 15, 0, tzinfo=UTC)
TEXT = "Which of the two cohorts is the one for comparison, and from which year on?"
BARE = (
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
)


def measure(*, full: bool) -> tuple[float, float]:
    """Median CPU seconds of one step and of one bare insert with its audit row."""
    return database.measured("bench.w3", str(FULL_ROUNDS if full else ROUNDS))


def main(rounds: int) -> None:
    """Measure in this process and print both figures."""
    database.prepare()
    from django.conf import settings
    from django.test import override_settings

    cookie = signed_in(coordinator_of_many_cases())
    about = {"units": (rounds + 1) * UNITS, "references": list(map(reference, range(CASES)))}
    with override_settings(ROOT_URLCONF="bench.floor.views", ALLOWED_HOSTS=["testserver"]):
        step = posting("/step", cookie, middleware=settings.MIDDLEWARE, **about)
        bare = posting("/bare", cookie, middleware=BARE, **about)
        taken = database.compared({"step": step, "bare": bare}, rounds=rounds, units=UNITS)
    print(json.dumps([taken["step"], taken["bare"]]))


def posting(
    path: str, cookie: str, *, middleware: Sequence[str], units: int, references: Sequence[str]
) -> database.Work:
    """Post so many questions to that path; each request is written before the clock starts."""
    from django.core.handlers.wsgi import WSGIHandler
    from django.test import override_settings

    with override_settings(MIDDLEWARE=list(middleware)):
        site = WSGIHandler()
    waiting = requests(path, cookie, units=units, references=references)

    def post(number: int) -> None:
        for _ in range(number):
            answer = site(waiting.pop(), lambda status, headers: None)
            answer.close()
            if answer.status_code != 201:
                raise RuntimeError(f"{path} answered {answer.status_code}.")

    return post


def requests(
    path: str, cookie: str, *, units: int, references: Sequence[str]
) -> list[dict[str, Any]]:
    """What a web server would hand over for each request."""
    from django.conf import settings
    from django.test import RequestFactory

    factory = RequestFactory(headers={"cookie": f"{settings.SESSION_COOKIE_NAME}={cookie}"})
    which = itertools.islice(itertools.cycle(references), units)
    bodies = ({"reference": reference, "text": TEXT} for reference in which)
    return [factory.post(path, body, content_type="application/json").environ for body in bodies]


def reference(number: int) -> str:
    """The reference of a case by its number."""
    return f"BENCH-{number:06}"


def signed_in(person: Any) -> str:
    """A session of that person with a second factor shown, as the value of its cookie."""
    from allauth.account.internal.flows.login import record_authentication
    from django.conf import settings
    from django.test import Client, RequestFactory

    client = Client()
    client.force_login(person)
    request = RequestFactory().get("/")
    request.user, request.session = person, client.session
    record_authentication(request, person, method="mfa")
    request.session.save()
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def coordinator_of_many_cases() -> Any:
    """A programme in force with its coordinator, and submitted cases of one applicant."""
    from muniment import models, programme
    from muniment.actions import people
    from muniment.actions import programme as founding
    from muniment.rulebook.words import Role, Stage

    names = ("Ada Admin", "Cora Coordinator", "Alice Applicant")
    ada, cora, alice = (
        people.register_person(f"{name.split()[0].lower()}@example.org", name=name)
        for name in names
    )
    founded = founding.found(programme.read(programme.default_folder()), administrator=ada, now=NOW)
    actor = people.system()
    models.RoleGrant.objects.create(
        person=cora,
        programme=founded,
        role=Role.COORDINATOR.value,
        from_on=date(2026, 1, 1),
        made_at=NOW,
        made_by=actor,
    )
    models.Case.objects.bulk_create(
        models.Case(
            reference=reference(number),
            programme=founded,
            edition=founded.active_edition,
            kind=models.Case.Kind.DATA,
            title=f"Outcomes of immunotherapy, cohort {number}",
            stage=Stage.SUBMITTED.value,
            stage_since=NOW.date(),
            applicant=alice,
            submitted_on=NOW.date(),
            made_at=NOW,
            made_by=actor,
        )
        for number in range(CASES)
    )
    return cora


if __name__ == "__main__":
    main(int(sys.argv[1]))
