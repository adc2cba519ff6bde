"""Every list asks the database as often for thirty rows as for one: public, applicant, office.

All are measured in one office with one row of everything, and once more with thirty of everything.
What a page shows has to grow, else it was no list. This takes some ten seconds: ninety requests
are made once for all of the pages.
"""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from muniment import models
from muniment.pages import audience
from muniment.rulebook.words import Role, Stage
from tests.pages import rows
from tests.pages.test_register import use

As = Callable[[str], Client]
pytestmark = pytest.mark.crawls
FIRST = "CENTRA-2026-0001"
LISTS = {
    "register": (None, "/register/"),
    "register_csv": (None, "/register.csv"),
    "request_list": ("alice", "/requests/"),
    "request": ("alice", f"/requests/{FIRST}/?tab=messages"),
    "application_file": ("alice", f"/requests/{FIRST}/?tab=files"),
    "team": ("alice", f"/requests/{FIRST}/team/"),
    "enquiries": ("alice", "/enquiries/"),
    "profile": ("alice", "/accounts/profile/"),
    "sign_list": ("sam", "/sign/"),
    "office_queue": ("cora", "/office/"),
    "office_enquiries": ("cora", "/office/enquiries/"),
    "office_messages": ("cora", f"/office/{FIRST}/messages/"),
    "office_history": ("audra", f"/office/{FIRST}/history/"),
    "office_application": ("cora", f"/office/{FIRST}/application/"),
    "office_catalog": ("cora", "/office/catalog/"),
    "office_people": ("ada", "/office/people/?q=example"),
    "office_jobs": ("dana", "/office/jobs/"),
    "office_invoices": ("fay", "/office/invoices/"),
    "reports_alone": ("cora", f"/office/reports/alone/?year={rows.NOW.year}"),
    "reports_alone_csv": ("cora", f"/office/reports/alone.csv?year={rows.NOW.year}"),
    "meeting_list": ("mia", "/meetings/"),
    "review_list": ("max", "/reviews/"),
}
"""By the route that the list stands on, or that its rows lead to: who looks, and where."""
HELD = {
    "receipts": "ledger/test_receipts.py",
    "builds": "release/test_workbench.py", "confirmations": "office/test_confirming.py",
    "review_readers": "review/test_reviewing.py", "meeting": "meetings/test_meetings.py",
    "office_edition": "catalogue/test_catalogue.py", "office_series": "release/test_series.py",
    "office_availability": "screening/test_second_gate.py",
}  # fmt: skip
"""Lists whose rows take a walk to make: a test of their own holds the same."""


def test_the_tables_name_pages_that_there_are_and_tests_that_count() -> None:
    assert set(LISTS) | set(HELD) <= set(audience.ROUTES)
    lists = {name for name in audience.ROUTES if name.endswith("_list")}
    lists -= {"data_list", "usersessions_list"}  # counted below; another package's own page
    assert lists <= set(LISTS)
    for path in HELD.values():
        text = (Path(__file__).parent / path).read_text(encoding="utf-8")
        assert "CaptureQueriesContext" in text, path


@pytest.mark.slow
def test_every_list_asks_as_often_for_thirty_rows_as_for_one(office: rows.Office, as_: As) -> None:
    _staff(office)
    _add(office, 1)
    browsers = {name: as_(name) for name, _ in LISTS.values() if name} | {None: Client()}
    looks = [list(_looks(browsers)) for _ in range(2)]
    _add(office, 29)
    compared = list(zip(LISTS, looks[1], _looks(browsers), strict=True))
    assert [route for route, few, many in compared if many[1] <= few[1]] == [], "shows no more"
    more = {route: (few[0], many[0]) for route, few, many in compared if many[0] != few[0]}
    assert more == {}, "queries for one row, and for thirty"


def test_the_library_asks_as_often_for_all_datasets_as_for_one(office: rows.Office) -> None:
    def look(address: str) -> tuple[int, int]:
        with CaptureQueriesContext(connection) as asked:
            text = Client().get(address).content.decode()
        return len(asked), text.count("<article")

    look("/data/")
    one, every = look("/data/?q=CancerLinQ+Discovery"), look("/data/")
    assert (one[1], every[1] > 10) == (1, True)
    assert one[0] == every[0]


def _looks(browsers: dict[str | None, Client]) -> Iterator[tuple[int, int]]:
    """Of each list: how many queries, and how long the page is."""
    for name, address in LISTS.values():
        with CaptureQueriesContext(connection) as asked:
            answer = browsers[name].get(address)
        assert answer.status_code == 200, address
        yield len(asked), len(answer.content)


def _staff(office: rows.Office) -> None:
    office.people["ada"] = models.Person.objects.create_user("ada@house.test", "Ada Admin")
    models.RoleGrant.objects.create(
        person=office.people["ada"], programme=office.programme, role=Role.ADMINISTRATOR.value,
        from_on=date(2026, 1, 1), made_at=rows.NOW, made_by=office.system,
    )  # fmt: skip


def _add(office: rows.Office, number: int) -> None:
    """So many rows of everything; the first request has many of what hangs on one."""
    first = models.Case.objects.filter(reference=FIRST).first() or office.case(Stage.SUBMITTED)
    for _ in range(number):
        use(office)
        contract = office.case(Stage.AGREEMENT, institution=office.institution)
        office.agrees(contract)
        office.bills(contract)
        office.declares(office.case(Stage.IN_REVIEW), "max", conflicted=False)
        _beside(office)
        _hang_on(office, first)


def _beside(office: rows.Office) -> None:
    """What is of no request, or of any."""
    by = {"made_at": rows.NOW, "made_by": office.system}
    key = models.Person.objects.count()
    person = models.Person.objects.create_user(f"p{key}@example.org", f"Person {key}")
    models.Training.objects.create(
        person=office.people["alice"], name=f"Training {key}", issued_on=rows.TODAY, **by
    )
    for asker in (office.people["alice"], person):
        models.Enquiry.objects.create(
            programme=office.programme, asker=asker, subject=f"Question {key}", text="Any scans?",
            due_on=rows.TODAY, **by,
        )  # fmt: skip
    models.Meeting.objects.create(
        programme=office.programme, held_on=rows.TODAY + timedelta(days=key),
        chair=office.people["chen"], published_at=rows.NOW, published_by=office.system, **by,
    )  # fmt: skip
    models.Job.objects.create(
        kind="build", state="failed", attempt=5, error=f"Disk {key} is full.",
        not_before=rows.NOW, **by,
    )  # fmt: skip
    case = models.Case.objects.latest("pk")
    models.LoneStep.objects.create(
        programme=office.programme, case=case, step="approve_by_office", mode="if_available",
        made_at=rows.NOW, made_by=office.acting("cora", Role.COORDINATOR),
    )  # fmt: skip
    edition = models.DatasetEdition.objects.get(dataset__slug="sdtm-pilot", label="2026.1")
    models.DatasetEdition.objects.create(dataset=edition.dataset, label=f"9.{key}", entry={})


def _hang_on(office: rows.Office, case: models.Case) -> None:
    by = {"made_at": rows.NOW, "made_by": office.acting("alice", Role.APPLICANT)}
    number = models.Attachment.objects.count()
    file = models.StoredFile.objects.create(
        sha256=f"{number:064x}", size=9, media_type="application/pdf", verdict="clean", **by
    )
    models.Attachment.objects.create(
        case=case, file=file, purpose="other", name=f"file-{number}.pdf", **by
    )
    office.asks(case, f"Which year, {number}?", answer="2012.")
    seat = models.Person.objects.create_user(f"seat{number}@example.org", f"Seat {number}")
    office.people[seat.name] = seat
    office.joins(case, seat.name)
    case.refresh_from_db()
    office.happened(case, "submit")
