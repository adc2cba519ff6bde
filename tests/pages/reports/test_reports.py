"""The reports page: who reads it, what it draws, and the same as a file."""

import csv
import io
import re
from collections.abc import Callable
from datetime import timedelta

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from muniment import models
from muniment.rulebook.words import Role, Stage
from tests.pages import rows

MASKED = re.compile(r'name="csrfmiddlewaretoken" value="\w+"')
READ = Callable[[str], Client]
BEGIN = rows.NOW - timedelta(days=14)
ADDRESS = f"/office/reports/?year={BEGIN.year}"
FILE = f"/office/reports.csv?year={BEGIN.year}"


def fill(office: rows.Office, number: int) -> None:
    for _ in range(number):
        case = office.case(Stage.AVAILABILITY, made_at=BEGIN)
        models.ClockSegment.objects.create(
            case=case, stage="submitted", made_at=BEGIN, made_by=office.system,
            ended_at=rows.NOW, ended_by=office.system,
        )  # fmt: skip
        models.Assignment.objects.create(
            case=case, person=office.people["cora"], role=Role.COORDINATOR.value,
            made_at=BEGIN, made_by=office.system,
        )  # fmt: skip


def test_the_coordinator_reads_the_figures_of_this_year(office: rows.Office, as_: READ) -> None:
    fill(office, 7)
    page = as_("cora").get(ADDRESS)
    assert page.status_code == 200
    text = page.content.decode()
    for words in ("How far they came", "Days at each gate", "Over target", "In hand today"):
        assert words in text
    assert "fewer than 5" in text
    assert text.count("btn-primary") == 1


def test_a_year_without_requests_says_so(office: rows.Office, as_: READ) -> None:
    text = as_("audra").get("/office/reports/?year=2001").content.decode()
    assert "No request was started in this year" in text


def test_a_year_that_is_none_is_this_one(office: rows.Office, as_: READ) -> None:
    for said in ("x", "٢٠٢٤", "12345", "0000"):
        page = as_("cora").get("/office/reports/", {"year": said})
        assert str(rows.TODAY.year) in page.content.decode()


def test_the_same_figures_come_as_a_file(office: rows.Office, as_: READ) -> None:
    fill(office, 7)
    person = office.people["cora"]
    person.name = "=HYPERLINK(evil)"
    person.save()
    answer = as_("cora").get(FILE)
    assert answer["Content-Disposition"].startswith('attachment; filename="report-centra-')
    lines = list(csv.reader(io.StringIO(answer.content.decode())))
    assert ["cohort", "Submitted", "requests", "7"] in lines
    assert ["cohort", "Approved", "requests", "0"] in lines
    assert any(of.startswith("'=HYPERLINK") for _, of, *_ in lines)


def test_small_numbers_are_hidden_in_the_file_too(office: rows.Office, as_: READ) -> None:
    fill(office, 3)
    text = as_("cora").get(FILE).content.decode()
    assert "cohort,Started,requests,fewer than 5" in text
    assert "gate,Completeness,requests without pauses,fewer than 5" in text


def test_an_office_without_reports_and_a_stranger_find_nothing(
    office: rows.Office, as_: READ
) -> None:
    for name in ("fay", "max", "alice", "stan"):
        assert as_(name).get("/office/reports/").status_code == 404
        assert as_(name).get("/office/reports.csv").status_code == 404
    assert Client().get("/office/reports/").status_code == 401
    assert as_("cora").get("/office/reports/?programme=other").status_code == 404


def test_the_page_takes_as_many_queries_for_one_request_as_for_many(
    office: rows.Office, as_: READ
) -> None:
    def queries() -> int:
        browser = as_("cora")
        with CaptureQueriesContext(connection) as captured:
            browser.get(ADDRESS)
        return len(captured)

    fill(office, 1)
    queries()  # the programme's edition is parsed once in a process
    before = queries()
    fill(office, 8)
    assert queries() == before


def bill(office: rows.Office, case: models.Case, *, minor: int, paid: bool) -> None:
    """An invoice of an accepted estimate, and its payment."""
    estimate = models.Estimate.objects.create(
        case=case, version=1, lines=[], total_minor=minor, currency="USD",
        valid_until_on=rows.TODAY, made_at=rows.NOW, made_by=office.system,
    )  # fmt: skip
    by = {"made_at": rows.NOW, "made_by": office.acting("fay", Role.FINANCE)}
    invoice = models.Invoice.objects.create(
        case=case, estimate=estimate, number=f"{case.reference}-1", total_minor=minor,
        currency="USD", due_on=rows.TODAY, **by,
    )  # fmt: skip
    if paid:
        models.Payment.objects.create(
            invoice=invoice, amount_minor=minor, currency="USD", method="transfer",
            bank_reference=case.reference, received_on=rows.TODAY, **by,
        )  # fmt: skip


def test_a_count_that_is_a_few_apart_from_another_is_not_called_a_few(
    office: rows.Office, as_: READ
) -> None:
    """Of 14 requests 11 were asked about: neither 11 is told, nor that it is fewer than 5."""
    for number in range(14):
        case = office.case(Stage.AVAILABILITY, made_at=BEGIN)
        if number >= 3:
            office.asks(case, "Why exact age?")
    text = as_("cora").get(FILE).content.decode()
    assert "cohort,Submitted,requests,14" in text
    assert "questions,all,requests asked about,not told" in text
    page = as_("cora").get(ADDRESS).content.decode()
    assert re.search(r"asked about</dt><dd>[^<]*<[^>]*>not told<", page)


def test_fees_are_told_as_sums_and_never_of_a_few(office: rows.Office, as_: READ) -> None:
    cases = [office.case(Stage.AGREEMENT, made_at=BEGIN) for _ in range(6)]
    for case in cases:
        bill(office, case, minor=100_000, paid=case is not cases[0])
    text = as_("cora").get(FILE).content.decode()
    assert "fees,billed,requests,6" in text
    assert "fees,waived,requests,0" in text
    assert 'fees,Billed,USD,"USD 6,000.00"' in text
    assert "fees,Received,USD,fewer than 5" in text, "one has not paid: it would say how much"
    page = as_("cora").get(ADDRESS).content.decode()
    assert "Amount in USD" in page
    assert "5000" not in page
    models.Invoice.objects.filter(case=cases[0]).update(voided_at=rows.NOW, voided_by=office.system)
    text = as_("cora").get(FILE).content.decode()
    assert 'fees,Received,USD,"USD 5,000.00"' in text


def test_a_recused_reader_is_told_nothing_of_that_request_in_page_or_file(
    office: rows.Office, as_: READ
) -> None:
    """Every figure with the request and without it is the same; to a colleague it is not.

    There are enough others that no limit hides the difference.
    """
    fill(office, 7)
    for each in models.Case.objects.all():
        bill(office, each, minor=100_000, paid=True)
    paths = (ADDRESS, FILE, ADDRESS.replace(str(BEGIN.year), "2019"), "/office/")

    def read(name: str) -> list[str]:
        browser = as_(name)
        return [MASKED.sub("", browser.get(path).content.decode()) for path in paths]

    before = {name: read(name) for name in ("olga", "cora")}
    hidden = office.case(Stage.AGREEMENT, made_at=BEGIN, title="Hidden from Olga")
    for days in (3, 4):
        models.ClockSegment.objects.create(
            case=hidden, stage="submitted", made_at=BEGIN, made_by=office.system,
            ended_at=BEGIN + timedelta(days=days), ended_by=office.system,
        )  # fmt: skip
    models.Assignment.objects.create(
        case=hidden, person=office.people["cora"], role=Role.COORDINATOR.value,
        made_at=BEGIN, made_by=office.system,
    )  # fmt: skip
    models.Determination.objects.create(
        case=hidden, round=1, outcome="approved", reason="Sound.", made_at=rows.NOW,
        made_by=office.system,
    )  # fmt: skip
    office.asks(hidden, "Why exact age?")
    bill(office, hidden, minor=700, paid=True)
    word = office.declares(hidden, "olga", conflicted=True)
    assert read("olga") == before["olga"]
    assert all(old != new for old, new in zip(before["cora"], read("cora"), strict=True))
    word.delete()  # the protection off: the same person, the same pages
    assert all(old != new for old, new in zip(before["olga"], read("olga"), strict=True))
