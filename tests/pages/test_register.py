"""The public register: consent decides, published fields only, ended uses stay with a note."""

import csv
import io
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from muniment import models
from muniment.rulebook.words import Stage
from tests.pages import rows
from tests.pages.test_data_editions import page

SECRET = "Only the office reads this."
ANSWERS: dict[str, dict[str, Any]] = {
    "applicant": {"applicant": {"name": "Alice Example", "email": "alice@example.org"}},
    "institution": {"institution_name": "Lakeside Institute", "institution_tax_id": SECRET},
    "project": {
        "title": "Nausea and age", "lay_summary": "Why some people feel sicker than others.",
        "background": SECRET, "starts_on": "2027-01-01", "ends_on": "2028-12-31",
    },
    "outputs": {"register_consent": True},
}  # fmt: skip


def use(
    office: rows.Office,
    stage: Stage = Stage.ACTIVE,
    *,
    consent: bool = True,
    outcome: str = "approved",
    **more: object,
) -> models.Case:
    case = office.case(stage, **more)
    answers = {**ANSWERS, "outputs": {"register_consent": consent}}
    models.Submission.objects.create(
        case=case, round=1, number=1, answers=answers, answers_sha256="0" * 64,
        made_at=rows.NOW, made_by=office.system,
    )  # fmt: skip
    models.Determination.objects.create(
        case=case, round=1, outcome=outcome, reason="Sound.", made_at=rows.NOW,
        made_by=office.system,
    )  # fmt: skip
    return case


def address(case: models.Case) -> str:
    return f"/register/{case.reference}/"


def test_an_approved_use_is_listed_in_its_own_plain_words(office: rows.Office) -> None:
    case = use(office)
    for text in (page("/register/"), page(address(case)), page("/register.csv")):
        assert "Nausea and age" in text
        assert "Why some people feel sicker than others." in text
        assert "Lakeside Institute" in text
        assert SECRET not in text
        assert "alice@example.org" not in text
    assert "Pilot trial data" in page(address(case))
    assert "31 Dec 2028" in page(address(case))


def test_without_consent_nothing_shows_that_there_is_a_use(office: rows.Office) -> None:
    before = page("/register/")
    case = use(office, consent=False)
    assert page("/register/") == before
    there, nowhere = Client().get(address(case)), Client().get("/register/CENTRA-2026-9999/")
    assert (there.status_code, there.content) == (404, nowhere.content)


@pytest.mark.parametrize("stage", [Stage.DRAFT, Stage.SUBMITTED, Stage.DETERMINATION, Stage.DENIED])
def test_what_is_not_approved_is_not_there(office: rows.Office, stage: Stage) -> None:
    case = use(office, stage, outcome="approved" if stage is not Stage.DENIED else "denied")
    assert Client().get(address(case)).status_code == 404


def test_an_approval_that_was_taken_back_is_not_there(office: rows.Office) -> None:
    case = use(office)
    case.determinations.update(superseded_at=rows.NOW, superseded_by=office.system)
    assert Client().get(address(case)).status_code == 404


def test_an_amendment_is_no_use_of_its_own(office: rows.Office) -> None:
    case = use(office)
    use(office, parent=case, child_kind="amendment")
    assert page("/register/").count("<article") == 1


@pytest.mark.parametrize(
    ("stage", "says"),
    [(Stage.REVOKED, "Access was taken back."), (Stage.WITHDRAWN, "withdrew after the approval")],
)
def test_a_use_that_ended_early_stays_with_a_note(
    office: rows.Office, stage: Stage, says: str
) -> None:
    assert says in page(address(use(office, stage)))


def test_a_withdrawn_entry_stays_with_its_day(office: rows.Office) -> None:
    case = use(office)
    models.RegisterEntry.objects.create(
        case=case, title="Nausea and age", summary="Why.", published_at=rows.NOW,
        published_by=office.system, withdrawn_at=rows.NOW, withdrawn_by=office.system,
        made_at=rows.NOW, made_by=office.system,
    )  # fmt: skip
    assert "This entry was withdrawn on" in page(address(case))
    assert "Nausea and age" in page("/register/")


def test_results_are_shown(office: rows.Office) -> None:
    case = use(office)
    models.Publication.objects.create(
        case=case, title="On nausea", doi="10.1/x", made_at=rows.NOW, made_by=office.system
    )
    assert "On nausea" in page(address(case))


def test_search_and_facets_narrow_and_an_empty_result_says_so(office: rows.Office) -> None:
    use(office)
    assert page("/register/?q=NAUSEA&dataset=sdtm-pilot").count("<article") == 1
    assert "No use matches" in page("/register/?q=hospice")
    assert "No use matches" in page("/register/?year=1999")


def test_an_empty_register_says_what_will_be_there(office: rows.Office) -> None:
    assert "No use is listed yet" in page("/register/")


def test_few_denials_are_not_counted_out(office: rows.Office) -> None:
    use(office)
    for _ in range(10):
        office.case(Stage.DENIED)
    assert "requests denied" not in page("/register/")
    office.case(Stage.DENIED)
    assert "requests denied" in page("/register/")


def test_the_register_is_a_table_for_spreadsheets(office: rows.Office) -> None:
    case = use(office)
    models.Submission.objects.update(
        answers={**ANSWERS, "project": {**ANSWERS["project"], "title": "=1+1"}}
    )
    read = list(csv.DictReader(io.StringIO(page("/register.csv"))))
    assert [(row["Project ID"], row["Project title"]) for row in read] == [
        (case.reference, "'=1+1")
    ]


def test_one_use_and_thirty_ask_the_database_the_same(
    office: rows.Office, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    use(office)
    page("/register/")
    with CaptureQueriesContext(connection) as asked:
        page("/register/")
    for _ in range(29):
        use(office)
    with django_assert_num_queries(len(asked)):
        text = page("/register/")
    assert text.count("<article") == 20
    assert "1 to 20 of 30" in text
    assert page("/register/?page=2").count("<article") == 10
