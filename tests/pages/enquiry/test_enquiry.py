"""Asking, answering, and checking a letter: each for whom it is meant."""

import io
import json
import re
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pypdf import PdfReader

from muniment import models
from muniment.actions import proofs
from muniment.rulebook.words import Role
from tests.pages import rows

Browser = Callable[[str], Client]
ASKED = {"name": "Nora Newcomer", "email": "Nora@uni.example", "dataset": "", "text": "Any scans?"}
COUNT = {"shown": 255, "says": "About 255 people match.", "rounding": 5, "threshold": 11,
         "sigma": 10}  # fmt: skip


def text(answer: object) -> str:
    return " ".join(answer.content.decode().split())


def printed(answer: object) -> str:
    """What is to be read on a PDF, without its line breaks."""
    return " ".join(PdfReader(io.BytesIO(answer.content)).pages[0].extract_text().split())


def enquiry(office: rows.Office, name: str = "alice", subject: str = "Scans") -> models.Enquiry:
    return models.Enquiry.objects.create(
        programme=office.programme, asker=office.people[name], subject=subject, text="Any scans?",
        due_on=rows.TODAY, made_at=rows.NOW, made_by=office.system,
    )  # fmt: skip


def address(row: models.Enquiry) -> str:
    return f"/office/enquiries/{row.pk}/"


def test_anybody_asks_and_the_office_answers_and_they_read_it(
    office: rows.Office, as_: Browser
) -> None:
    asked = Client().post("/ask/", ASKED)
    assert "with the office" in text(asked)
    row = models.Enquiry.objects.get()
    assert (row.asker.email, row.subject) == ("nora@uni.example", "Any scans?")
    cora = as_("cora")
    assert "Any scans?" in text(cora.get("/office/enquiries/"))
    assert "Address not proven" in text(cora.get(address(row)))
    cora.post(address(row), {"do": "take"})
    cora.post(address(row), {"do": "answer", "answer": "Yes,\nfor the pilot trial."})
    row.refresh_from_db()
    assert (row.owner, row.outcome) == (office.people["cora"], "answered")
    letter = models.Message.objects.get(to=row.asker)
    assert "pilot" not in letter.body
    assert f"enquiries\\/{row.pk}" in letter.body
    nora = Client()
    nora.force_login(row.asker)
    assert "for the pilot trial" in text(nora.get(f"/enquiries/{row.pk}/"))
    cora.post(address(row), {"do": "close"})
    assert "No question is waiting" in text(cora.get("/office/enquiries/"))
    assert "Any scans?" in text(cora.get("/office/enquiries/?answered"))


def test_the_thread_goes_on_with_both_sides_until_it_is_closed(
    office: rows.Office, as_: Browser
) -> None:
    row, cora, alice = enquiry(office), as_("cora"), as_("alice")
    cora.post(address(row), {"do": "answer", "answer": "Yes, scans."})
    assert "Waiting" not in text(cora.get("/office/enquiries/"))
    assert "There is 1 thing to fix" in text(alice.post(f"/enquiries/{row.pk}/", {"text": " "}))
    assert alice.post(f"/enquiries/{row.pk}/", {"text": "And doses?"}).status_code == 302
    assert "Waiting" in text(alice.get("/enquiries/"))
    assert "Waiting" in text(cora.get("/office/enquiries/"))
    page = text(cora.get(address(row)))
    assert page.index("Any scans?") < page.index("Yes, scans.") < page.index("And doses?")
    assert "Answer by" in page
    cora.post(address(row), {"do": "answer", "answer": "Doses too."})
    page = text(alice.get(f"/enquiries/{row.pk}/"))
    assert page.index("Yes, scans.") < page.index("And doses?") < page.index("Doses too.")
    assert "answers by" not in page
    cora.post(address(row), {"do": "close"})
    page = text(alice.get(f"/enquiries/{row.pk}/"))
    assert "This inquiry is closed" in page
    assert "<textarea" not in page
    assert alice.post(f"/enquiries/{row.pk}/", {"text": "Thanks"}).status_code == 409
    assert row.messages.count() == 2


@pytest.mark.parametrize("do", ["draft", "redirect", "support", "answer"])
def test_what_was_settled_leaves_the_list_until_its_asker_writes_again(
    office: rows.Office, as_: Browser, do: str
) -> None:
    office.verify_address("alice")
    row, cora = enquiry(office), as_("cora")
    typed = {"answer": "Yes.", "pointer": "Ask the archive.", "text": "It is available."}
    assert cora.post(address(row), {"do": do, **typed}).status_code == 302
    waits, answered = "/office/enquiries/", "/office/enquiries/?answered"
    assert "No question is waiting" in text(cora.get(waits))
    assert row.subject in text(cora.get(answered))
    as_("alice").post(f"/enquiries/{row.pk}/", {"text": "And doses?"})
    assert row.subject in text(cora.get(waits))
    assert "No question is answered yet" in text(cora.get(answered))


def test_my_questions_are_mine_and_cost_the_same_whatever_they_are(
    office: rows.Office, as_: Browser
) -> None:
    alice = as_("alice")
    assert "You have asked nothing yet" in text(alice.get("/enquiries/"))
    assert Client().get("/enquiries/").status_code == 401

    def queries() -> int:
        with CaptureQueriesContext(connection) as ran:
            alice.get("/enquiries/")
        return len(ran)

    enquiry(office, "stan", "Stan's own")
    enquiry(office)
    few = queries()
    for number in range(30):
        enquiry(office, "alice", f"Question {number}")
    assert queries() == few
    page = text(alice.get("/enquiries/"))
    assert "Question 29" in page
    assert "Stan" not in page


def test_a_longer_thread_costs_no_more_queries(office: rows.Office, as_: Browser) -> None:
    row = enquiry(office)

    def queries() -> list[int]:
        counts = []
        for name, path in (("alice", f"/enquiries/{row.pk}/"), ("cora", address(row))):
            browser = as_(name)
            with CaptureQueriesContext(connection) as ran:
                browser.get(path)
            counts.append(len(ran))
        return counts

    def writes(number: int) -> None:
        by = office.acting("alice", Role.ANYONE)
        row.messages.create(text=f"Word {number}", made_at=rows.NOW, made_by=by)

    writes(0), queries()  # the first page makes the reader's own row
    few = queries()
    for number in range(30):
        writes(number)
    assert queries() == few


def test_asking_looks_the_same_with_and_without_an_account(office: rows.Office) -> None:
    def seen(email: str) -> str:
        return text(Client().post("/ask/", {**ASKED, "email": email}))

    assert seen("alice@example.org") == seen("nobody@uni.example")


def test_whoever_is_signed_in_is_known(office: rows.Office, as_: Browser) -> None:
    page = text(as_("alice").get("/ask/?dataset=sdtm-pilot"))
    assert "You ask as Alice Example" in page
    assert 'value="sdtm-pilot" selected' in page
    as_("alice").post("/ask/", {"dataset": "sdtm-pilot", "text": "Any scans?"})
    row = models.Enquiry.objects.get()
    assert (row.asker, row.subject) == (office.people["alice"], "About sdtm-pilot")
    assert "answers by" in text(as_("alice").get(f"/enquiries/{row.pk}/"))


def test_a_machine_that_fills_in_everything_asks_nothing(office: rows.Office) -> None:
    page = Client().post("/ask/", {**ASKED, "website": "x"})
    assert "with the office" in text(page)
    assert not models.Enquiry.objects.exists()


def test_an_empty_question_is_a_thing_to_fix(office: rows.Office) -> None:
    page = text(Client().post("/ask/", {**ASKED, "text": " ", "email": "none"}))
    assert "There are 2 things to fix" in page
    assert not models.Enquiry.objects.exists()


def test_one_address_does_not_ask_without_end(office: rows.Office) -> None:
    statuses = [Client().post("/ask/", {}).status_code for _ in range(7)]
    assert statuses == [200] * 6 + [429]


def test_a_question_becomes_a_draft_of_whoever_proved_their_address(
    office: rows.Office, as_: Browser
) -> None:
    row = enquiry(office)
    refused = as_("cora").post(address(row), {"do": "draft"})
    assert refused.status_code == 409
    assert not models.Case.objects.exists()
    office.verify_address("alice")
    as_("cora").post(address(row), {"do": "draft"})
    case = models.Case.objects.get()
    assert case.applicant == office.people["alice"]
    assert case.reference in text(as_("alice").get(f"/enquiries/{row.pk}/"))


def test_a_question_is_pointed_elsewhere(office: rows.Office, as_: Browser) -> None:
    row = enquiry(office)
    page = text(as_("paula").post(address(row), {"do": "redirect", "pointer": ""}))
    assert "There is 1 thing to fix" in page
    as_("paula").post(address(row), {"do": "redirect", "pointer": "The cancer registry"})
    assert "The cancer registry" in text(as_("alice").get(f"/enquiries/{row.pk}/"))


def test_a_letter_of_support_can_be_checked_by_its_code(office: rows.Office, as_: Browser) -> None:
    row = enquiry(office)
    at = address(row)
    cells = {"group_by": ["SEX"], "cells": [{"labels": ["F"], "count": COUNT}]}
    figures = json.dumps([COUNT, cells])
    given = {"do": "support", "text": "To the funder.", "figures": figures}
    assert as_("cora").post(address(row), given).status_code == 302
    row.refresh_from_db()
    assert "F: About 255 people match." in row.answer
    assert row.answer.endswith("It is no guarantee of fulfillment.")
    assert "synthetic" not in row.answer
    code = re.search(r"/verify/([0-9a-f]{32})/", row.answer)[1]
    page = text(Client().get(f"/verify/{code.upper()}/"))
    assert "We sent this letter" in page
    assert "Letter of support" in page
    assert "funder" not in page
    assert "255" not in page
    assert "Alice" not in page
    file = f"/enquiries/{row.pk}/letters/{row.proofs.get().pk}.pdf"
    for name in ("alice", "cora", "audra"):
        assert file in text(as_(name).get(f"/enquiries/{row.pk}/" if name == "alice" else at))
        letter = printed(as_(name).get(file))
        assert "About 255 people match." in letter
        assert code in letter
    as_("cora").post(at, {"do": "answer", "answer": "Anything else?"})
    assert code in printed(as_("alice").get(file))
    assert [as_(name).get(file).status_code for name in ("stan", "max")] == [404, 404]
    assert as_("alice").get(file.replace(".pdf", "9.pdf")).status_code == 404
    other = enquiry(office, "stan")
    as_("cora").post(address(other), given)
    swapped = f"/enquiries/{row.pk}/letters/{other.proofs.get().pk}.pdf"
    assert as_("alice").get(swapped).status_code == 404, "a letter to somebody else"
    proof = proofs.revoke(row.proofs.get(), actor=office.system, now=rows.NOW)
    assert proofs.revoke(proof, actor=office.system, now=timezone.now()).revoked_at == rows.NOW
    assert "taken back" in text(Client().get(f"/verify/{code}/"))
    assert "no longer holds" in printed(as_("alice").get(file))
    missing = Client().get(f"/verify/{'0' * 32}/")
    assert missing.status_code == 404
    assert "never sent" in text(missing)


def test_a_letter_takes_what_the_count_command_prints_and_calls_synthetic_data_so(
    office: rows.Office, as_: Browser
) -> None:
    row = enquiry(office)
    cells = {"group_by": ["SEX"], "cells": [{"labels": ["F"], "count": COUNT}]}
    part = {"part": "p1", "holding": "practice-census", "edition": "2026.1", "synthetic": True,
            **COUNT, "breakdown": cells, "attrition": None}  # fmt: skip
    printed = {"muniment_count": 1, "specification_hash": "sha256:0", "parts": [part]}
    given = {"do": "support", "text": "To the funder.", "figures": json.dumps(printed)}
    assert as_("cora").post(address(row), given).status_code == 302
    row.refresh_from_db()
    assert "About 255 people match.\n\nF: About 255 people match." in row.answer
    assert "synthetic: they describe no real person." in row.answer


@pytest.mark.parametrize(
    ("figures", "said"),
    [
        ("{", "not JSON"),
        ("[1]", "as they were printed"),
        ('{"exact": 254}', "Not possible yet"),
        ('{"group_by": [], "cells": [5]}', "as they were printed"),
        ('{"muniment_count": 1, "parts": [{}]}', "as they were printed"),
    ],
)
def test_a_letter_of_support_holds_no_other_numbers(
    office: rows.Office, as_: Browser, figures: str, said: str
) -> None:
    row = enquiry(office)
    given = {"do": "support", "text": "To the funder.", "figures": figures}
    assert said in text(as_("cora").post(address(row), given))
    assert not models.Proof.objects.exists()


def test_who_reads_along_does_not_act(office: rows.Office, as_: Browser) -> None:
    row = enquiry(office)
    page = text(as_("audra").get(address(row)))
    assert "Any scans?" in page
    assert "Send the answer" not in page
    assert as_("audra").post(address(row), {"do": "answer", "answer": "Yes"}).status_code == 409


@pytest.mark.parametrize("name", ["stan", "max", "dana", "alice"])
def test_others_learn_nothing(office: rows.Office, as_: Browser, name: str) -> None:
    row = enquiry(office, "tess")
    paths = ["/office/enquiries/", address(row), f"/enquiries/{row.pk}/"]
    assert as_(name).post(paths[-1], {"text": "Me too"}).status_code == 404
    assert [as_(name).get(path).status_code for path in paths] == [404] * 3
    assert [Client().get(path).status_code for path in paths] == [401] * 3
    assert as_(name).post(address(row), {"do": "take"}).status_code == 404


@pytest.mark.parametrize("name", ["cora", "stella", "paula", "audra"])
def test_the_bar_on_top_leads_the_office_to_the_enquiries(
    office: rows.Office, as_: Browser, name: str
) -> None:
    link = 'href="/office/enquiries/"'
    assert text(as_(name).get("/data/")).count(link) == 1
    assert f'active" aria-current="page" {link}' in text(as_(name).get("/office/enquiries/"))


@pytest.mark.parametrize("name", ["max", "dana", "alice"])
def test_the_bar_on_top_leads_nobody_else_there(
    office: rows.Office, as_: Browser, name: str
) -> None:
    assert "/office/enquiries/" not in text(as_(name).get("/data/"))


def test_a_step_that_is_none_is_nothing(office: rows.Office, as_: Browser) -> None:
    assert as_("cora").post(address(enquiry(office)), {"do": "eat"}).status_code == 404


def test_a_closed_enquiry_offers_nothing(office: rows.Office, as_: Browser) -> None:
    row, cora = enquiry(office), as_("cora")
    assert cora.post(address(row), {"do": "close"}).status_code == 409
    cora.post(address(row), {"do": "answer", "answer": "Yes"})
    cora.post(address(row), {"do": "close"})
    page = text(cora.get(address(row)))
    assert "<button" not in page.split("<main")[1].split("</main")[0]


def test_codes_are_not_tried_without_end(office: rows.Office) -> None:
    browser = Client()
    statuses = {browser.get("/verify/ab/").status_code for _ in range(60)}
    assert statuses == {404}
    assert browser.get("/verify/ab/").status_code == 429


def test_a_longer_list_costs_no_more_queries(office: rows.Office, as_: Browser) -> None:
    cora = as_("cora")

    def queries() -> int:
        with CaptureQueriesContext(connection) as ran:
            cora.get("/office/enquiries/")
        return len(ran)

    enquiry(office)
    few = queries()
    for number in range(30):
        enquiry(office, "stan", f"Question {number}")
    assert queries() == few
