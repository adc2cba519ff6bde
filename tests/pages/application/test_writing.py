"""Writing a request: sections, rows, two people at once, and sending it."""

import json
from collections.abc import Callable

from django.test import Client

from muniment import models
from muniment.rulebook.words import Stage
from tests.pages import rows

Browser = Callable[[str], Client]


def address(case: models.Case, *more: str) -> str:
    return "/".join([f"/requests/{case.reference}", *more, ""])


def draft(office: rows.Office) -> models.Case:
    return office.case(Stage.DRAFT)


def saved(case: models.Case, section: str) -> dict[str, object]:
    return models.Section.objects.get(case=case, name=section).answers


def test_a_dataset_s_page_leads_to_a_draft_with_it_chosen(
    office: rows.Office, as_: Browser
) -> None:
    alice = as_("alice")
    page = alice.get("/data/sdtm-pilot/")
    assert "/data/sdtm-pilot/request/" in page.content.decode()
    office.verify_address("alice")
    answer = alice.post("/data/sdtm-pilot/request/", follow=True)
    case = models.Case.objects.latest("pk")
    assert answer.redirect_chain[-1][0] == address(case, "form")
    [part] = case.parts.all()
    assert part.dataset_edition.dataset.slug == "sdtm-pilot"


def test_a_dataset_that_cannot_be_asked_for_leaves_no_draft(
    office: rows.Office, as_: Browser
) -> None:
    office.verify_address("alice")
    models.Dataset.objects.filter(slug="sdtm-pilot").update(status="planned")
    before = models.Case.objects.count()
    answer = as_("alice").post("/data/sdtm-pilot/request/")
    assert answer.status_code == 409
    assert "Not possible yet" in answer.content.decode()
    assert models.Case.objects.count() == before


def test_a_section_is_saved_and_leads_to_the_next(office: rows.Office, as_: Browser) -> None:
    case = draft(office)
    answer = as_("alice").post(
        address(case, "form", "project"),
        {"version": "0", "title": "Nausea in older adults", "starts_on": "2027-01-01"},
    )
    assert answer.status_code == 302
    assert saved(case, "project") == {
        "title": "Nausea in older adults", "starts_on": "2027-01-01"
    }  # fmt: skip
    case.refresh_from_db()
    assert case.title == "Nausea in older adults"


def test_what_does_not_fit_is_kept_and_shown_beside_its_field(
    office: rows.Office, as_: Browser
) -> None:
    case = draft(office)
    page = as_("alice").post(
        address(case, "form", "project"), {"version": "0", "starts_on": "soon"}
    )
    text = page.content.decode()
    assert page.status_code == 200
    assert "1 answer needs another look" in text
    assert 'id="starts_on-error"' in text
    assert saved(case, "project") == {"starts_on": "soon"}


def test_what_stands_where_a_date_belongs_stays_to_be_seen(
    office: rows.Office, as_: Browser
) -> None:
    case = draft(office)
    given = {"version": "0", "starts_on": "next spring", "ends_on": "2028-03-01"}
    page = as_("alice").post(address(case, "form", "project"), given).content.decode()
    assert '<input class="form-control is-invalid" type="text" name="starts_on"' in page
    assert '<input class="form-control" type="date" name="ends_on"' in page


def test_an_answer_that_brings_up_a_question_stays_on_the_page(
    office: rows.Office, as_: Browser
) -> None:
    case = draft(office)
    page = as_("alice").post(
        address(case, "form", "request"), {"version": "0", "request_kind": "collaboration"}
    )
    assert "brought up more questions" in page.content.decode()


def test_a_section_that_is_not_asked_says_so(office: rows.Office, as_: Browser) -> None:
    case = draft(office)
    given = {"version": "0", "applicant_class": "independent"}
    as_("alice").post(address(case, "form", "applicant"), given)
    page = as_("alice").get(address(case, "form", "institution")).content.decode()
    assert "Nothing is asked here" in page
    page = as_("alice").get(address(case, "form", "applicant")).content.decode()
    assert "Nothing is asked here" not in page


def test_a_person_rows_and_choices_are_read_as_answers(office: rows.Office, as_: Browser) -> None:
    case = draft(office)
    as_("alice").post(
        address(case, "form", "funding"),
        {
            "version": "0",
            "funders.0.kind": "foundation", "funders.0.name": "Hope", "funders.0.for_data": "500",
            "funders.1.name": "",
            "billing_contact.name": "Bea Bills", "billing_contact.email": "bea@example.org",
            "waiver": "none", "unknown": "not kept",
        },
    )  # fmt: skip
    assert saved(case, "funding") == {
        "funders": [{"kind": "foundation", "name": "Hope", "for_data": 500}],
        "billing_contact": {"name": "Bea Bills", "email": "bea@example.org"},
        "waiver": "none",
    }


def test_a_row_can_be_added_without_javascript(office: rows.Office, as_: Browser) -> None:
    case = draft(office)
    page = as_("alice").post(
        address(case, "form", "funding"),
        {"version": "0", "funders.0.kind": "own", "add": "funders"},
    )
    assert 'name="funders.1.kind"' in page.content.decode()


def test_autosave_answers_with_the_new_version_and_what_is_asked_now(
    office: rows.Office, as_: Browser
) -> None:
    case = draft(office)
    answer = as_("alice").post(
        address(case, "form", "request"),
        {"version": "0", "request_kind": "both"},
        headers={"X-Autosave": "1"},
    )
    told = answer.json()
    assert told["version"] == 1
    assert "themes" in told["shown"]


def test_two_people_in_one_section_both_keep_their_text(office: rows.Office, as_: Browser) -> None:
    case = draft(office)
    where, alice = address(case, "form", "project"), as_("alice")
    alice.post(where, {"version": "0", "title": "First title"})
    page = as_("alice").post(where, {"version": "0", "title": "Second title"})
    text = page.content.decode()
    assert page.status_code == 409
    assert "First title" in text
    assert "Second title" in text
    assert saved(case, "project") == {"title": "First title"}
    alice.post(
        where,
        {
            "version": "1", "choose.title": "mine",
            "all.yours": json.dumps({"title": "Second title"}),
            "all.theirs": json.dumps({"title": "First title", "design": "kept"}),
        },
    )  # fmt: skip
    assert saved(case, "project") == {"title": "Second title", "design": "kept"}


def test_autosave_says_that_someone_else_was_quicker(office: rows.Office, as_: Browser) -> None:
    case = draft(office)
    where, alice = address(case, "form", "project"), as_("alice")
    alice.post(where, {"version": "0", "title": "First"})
    answer = alice.post(where, {"version": "0", "title": "Late"}, headers={"X-Autosave": "1"})
    assert (answer.status_code, answer.json()) == (409, {"edited_elsewhere": True})


def test_a_request_with_the_office_is_read_only(office: rows.Office, as_: Browser) -> None:
    case = office.case(Stage.AVAILABILITY)
    alice = as_("alice")
    assert "with the office" in alice.get(address(case, "form", "project")).content.decode()
    answer = alice.post(address(case, "form", "project"), {"version": "0", "title": "New"})
    assert answer.status_code == 409
    assert not models.Section.objects.filter(case=case, answers__title="New").exists()


def test_the_check_page_lists_every_gap_with_its_place(office: rows.Office, as_: Browser) -> None:
    case = draft(office)
    text = as_("alice").get(address(case, "check")).content.decode()
    assert f"/requests/{case.reference}/form/project/#title" in text
    assert "Not possible yet" in text
    assert "Submit the request" not in text


def test_only_writers_reach_the_form(office: rows.Office, as_: Browser) -> None:
    case = draft(office)
    pages = [("form",), ("form", "project"), ("check",), ("withdraw",)]
    for name in ("stan", "cora", "max"):
        assert [as_(name).get(address(case, *page)).status_code for page in pages] == [404] * 4
    assert [Client().get(address(case, *page)).status_code for page in pages] == [401] * 4


def test_a_section_the_form_does_not_have_is_not_there(office: rows.Office, as_: Browser) -> None:
    assert as_("alice").get(address(draft(office), "form", "nothing")).status_code == 404


def test_a_request_is_withdrawn_after_one_more_look(office: rows.Office, as_: Browser) -> None:
    case, alice = draft(office), as_("alice")
    assert "Withdraw this request?" in alice.get(address(case, "withdraw")).content.decode()
    assert alice.post(address(case, "withdraw")).status_code == 302
    case.refresh_from_db()
    assert case.stage == Stage.WITHDRAWN


def test_who_applies_is_not_typed_twice(office: rows.Office, as_: Browser) -> None:
    """What the account says stands there to be kept or changed, until it is saved once."""
    case, alice = draft(office), as_("alice")
    here = address(case, "form", "applicant")
    page = alice.get(here).content.decode()
    assert 'value="Alice Example"' in page
    assert 'value="alice@example.org"' in page
    assert 'value="Lakeside Institute"' in page
    assert not models.Section.objects.filter(case=case).exists()
    alice.post(here, {"version": "0", "applicant.name": "A. Example"})
    page = alice.get(here).content.decode()
    assert 'value="A. Example"' in page
    assert 'value="alice@example.org"' not in page
