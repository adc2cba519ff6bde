"""After the release: the applicant's side and the office's tab, over HTTP."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from muniment import models
from muniment.rulebook.words import Role, Stage
from tests.pages import rows

OWN, OFFICE = "/requests/CENTRA-2026-0001/after/", "/office/CENTRA-2026-0001/after/"
Browser = Callable[[str], Client]
FILLED = re.compile(r'btn-primary" type="submit" name="do" value="(\w+)"')


@pytest.fixture
def case(office: rows.Office) -> models.Case:
    """Alice's request in active use, under an agreement that Sam may certify for."""
    case = office.case(Stage.ACTIVE)
    cora = office.acting("cora", Role.COORDINATOR)
    made = {"made_at": rows.NOW, "made_by": cora}
    institution = office.institution
    institution.official = office.people["sam"]
    institution.official_verified_at, institution.official_verified_by = rows.NOW, cora
    institution.save()
    agreement = models.Agreement.objects.create(
        case=case, institution=institution, text="t", text_sha256="a" * 64, terms="{}",
        terms_sha256="b" * 64, ends_on=rows.TODAY + timedelta(days=300),
        issued_at=rows.NOW, issued_by=cora, **made,
    )  # fmt: skip
    due_on = rows.TODAY + timedelta(days=330)
    models.Destruction.objects.create(agreement=agreement, due_on=due_on, **made)
    for days in (-3, 200):
        models.Report.objects.create(case=case, due_on=rows.TODAY + timedelta(days=days), **made)
    return case


def shown(answer: object) -> str:
    return answer.content.decode()  # type: ignore[attr-defined]


def test_the_applicant_sees_what_is_due_and_hands_in_a_report(
    case: models.Case, as_: Browser
) -> None:
    alice = as_("alice")
    text = shown(alice.get(OWN))
    assert "Late" in text
    assert text.count("btn-primary") == 1
    posted = {"do": "report_progress", "form": "report_progress", "text": "All is well."}
    assert alice.post(OWN, posted).status_code == 302
    assert "All is well." in shown(alice.get(OWN))
    assert case.reports.filter(filed_at__isnull=False).count() == 1


def test_an_empty_report_is_asked_for_again_and_nothing_is_written(
    case: models.Case, as_: Browser
) -> None:
    posted = {"do": "report_progress", "form": "report_progress", "text": ""}
    answer = as_("alice").post(OWN, posted)
    assert "Fill in “" in shown(answer)
    assert not case.reports.filter(filed_at__isnull=False).exists()


def test_outputs_breaches_and_wishes_are_kept(case: models.Case, as_: Browser) -> None:
    alice = as_("alice")
    later = (rows.TODAY + timedelta(days=900)).isoformat()
    for posted in (
        {"do": "report_output", "title": "Skin reactions", "doi": "10.1000/1", "published_on": ""},
        {"do": "report_breach", "text": "A laptop was lost.", "happened_on": ""},
        {"do": "ask_retention", "reason": "Readers may ask.", "until_on": later},
    ):
        assert alice.post(OWN, posted | {"form": posted["do"]}).status_code == 302
    assert case.publications.get().doi == "10.1000/1"
    assert case.breaches.get().text == "A laptop was lost."
    assert case.retentions.get().until_on.isoformat() == later
    assert "A laptop was lost." in shown(as_("cora").get(OFFICE))


def test_the_official_certifies_after_the_use_has_ended(case: models.Case, as_: Browser) -> None:
    assert as_("alice").post(OWN, {"do": "begin_close_out"}).status_code == 302
    sam = as_("sam")
    assert "Certify the destruction" in shown(sam.get(OWN))
    key = case.agreements.get().pk
    posted = {"do": "certify_destruction", "form": f"certificate-{key}", "how": "Wiped."}
    assert "required" in shown(sam.post(OWN, posted | {"how": ""}))
    assert sam.post(OWN, posted).status_code == 302
    assert sam.post(OWN, posted).status_code == 404
    assert "Wiped." in shown(as_("cora").get(OFFICE))


def test_who_applied_alone_reports_and_then_certifies_in_their_own_name(
    case: models.Case, as_: Browser
) -> None:
    case.institution = None
    case.save()
    case.agreements.update(institution=None)
    alice, key = as_("alice"), case.agreements.get().pk
    posted = {"do": "certify_destruction", "form": f"certificate-{key}", "how": "Wiped."}
    assert alice.post(OWN, posted).status_code == 409
    assert "Certify that your data" not in shown(alice.get(OWN))
    assert alice.post(OWN, {"do": "begin_close_out"}).status_code == 302
    first = shown(alice.get(OWN))
    assert "Certify that your data are destroyed</h2>" in first
    assert "for your institution" not in first
    assert FILLED.findall(first) == ["submit_final_report"]
    report = {"do": "submit_final_report", "form": "submit_final_report", "text": "Done."}
    assert alice.post(OWN, report).status_code == 302
    assert FILLED.findall(shown(alice.get(OWN))) == ["certify_destruction"]
    assert "With the applicant, to certify" in shown(as_("cora").get("/office/CENTRA-2026-0001/"))
    for name in ("sam", "tess"):
        assert as_(name).post(OWN, posted).status_code == 404
    assert alice.post(OWN, posted).status_code == 302
    letter = case.messages.latest("pk").body.replace("\\", "")
    code = letter.split("/verify/")[1].split("/")[0]
    assert "The recipient certified" in shown(alice.get(f"/verify/{code}/"))
    assert alice.post(OWN, posted).status_code == 404
    assert "that every copy is destroyed. Wiped." in shown(as_("cora").get(OFFICE))
    assert as_("cora").post(OFFICE, {"do": "accept_close_out"}).status_code == 302


def test_an_applicant_does_not_certify_for_their_institution(
    case: models.Case, as_: Browser
) -> None:
    alice, key = as_("alice"), case.agreements.get().pk
    alice.post(OWN, {"do": "begin_close_out"})
    posted = {"do": "certify_destruction", "form": f"certificate-{key}", "how": "Wiped."}
    assert alice.post(OWN, posted).status_code == 404
    assert "Certify destruction for" not in shown(alice.get(OWN))
    assert not models.Destruction.objects.filter(certified_at__isnull=False).exists()


def test_who_applied_alone_and_signs_for_an_institution_certifies_as_either(
    case: models.Case, office: rows.Office, as_: Browser
) -> None:
    """Each certificate says in which role it was given."""
    joined = case.agreements.get()
    office.institution.official = office.people["alice"]
    office.institution.save()
    case.institution, joined.pk, joined.institution = None, None, None
    case.save()
    joined.save()
    alice = as_("alice")
    alice.post(OWN, {"do": "begin_close_out"})
    for agreement in case.agreements.order_by("pk"):
        posted = {"do": "certify_destruction", "form": f"certificate-{agreement.pk}", "how": "?"}
        assert alice.post(OWN, posted).status_code == 302
    given = models.Destruction.objects.order_by("agreement").values_list("certified_by__role")
    assert [role for (role,) in given] == ["signing_official", "applicant"]


def test_the_office_stops_access_and_the_reason_is_read_by_the_parties(
    case: models.Case, as_: Browser
) -> None:
    cora = as_("cora")
    posted = {"do": "suspend_access", "form": "suspend_access", "reason": "A report of a breach."}
    assert cora.post(OFFICE, posted).status_code == 302
    assert "A report of a breach." in shown(as_("alice").get(OWN))
    again = cora.post(OFFICE, posted)
    assert (again.status_code, "Not possible yet" in shown(again)) == (409, True)


def test_a_close_out_says_what_is_missing_in_the_button_s_place(
    case: models.Case, as_: Browser
) -> None:
    as_("alice").post(OWN, {"do": "begin_close_out"})
    text = shown(as_("cora").get(OFFICE))
    assert "Accept the close-out" not in text
    assert text.count("Not possible yet") == 1


def test_whoever_leaves_the_team_is_ended_by_the_applicant(
    case: models.Case, office: rows.Office, as_: Browser
) -> None:
    alice = office.acting("alice", Role.APPLICANT)
    member = models.TeamMember.objects.create(
        case=case, person=office.people["tess"], email="tess@uni.example", name="Tess",
        project_role="Analyst", accepted_at=rows.NOW, accepted_by=alice,
        made_at=rows.NOW, made_by=alice,
    )  # fmt: skip
    posted = {"do": "end_persons_access", "member": str(member.pk)}
    assert as_("alice").post(OWN, posted).status_code == 302
    assert as_("alice").post(OWN, posted).status_code == 404
    assert as_("cora").post(OFFICE, posted).status_code == 404
    member.refresh_from_db()
    assert member.ended_at is not None


@pytest.mark.parametrize("name", ["stan", "max", "cora"])
def test_the_applicant_s_page_is_for_the_parties(
    case: models.Case, as_: Browser, name: str
) -> None:
    assert as_(name).get(OWN).status_code == 404


@pytest.mark.parametrize("name", ["stan", "alice", "max", "fay"])
def test_the_office_s_tab_is_for_offices_that_look_after_it(
    case: models.Case, as_: Browser, name: str
) -> None:
    assert as_(name).get(OFFICE).status_code == 404


def test_before_a_release_there_is_nothing_to_owe(office: rows.Office, as_: Browser) -> None:
    office.case(Stage.AGREEMENT)
    assert as_("alice").get(OWN).status_code == 404
    assert "Nothing has been released yet" in shown(as_("cora").get(OFFICE))


def test_signed_out_there_is_neither(case: models.Case) -> None:
    assert Client().get(OWN).status_code == 401
    assert Client().get(OFFICE).status_code == 401


@pytest.mark.parametrize(("name", "address"), [("alice", OWN), ("cora", OFFICE)])
def test_more_outputs_cost_no_more_queries(
    case: models.Case, office: rows.Office, as_: Browser, name: str, address: str
) -> None:
    browser = as_(name)

    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as counted:
            assert browser.get(address).status_code == 200
        return len(counted)

    def publish(number: int) -> None:
        actor = office.acting("alice", Role.APPLICANT)
        for each in range(number):
            models.Publication.objects.create(
                case=case, title=f"Paper {each}", made_at=rows.NOW, made_by=actor
            )
            models.Breach.objects.create(case=case, text="x", made_at=rows.NOW, made_by=actor)

    publish(1)
    queries()  # what is read once for all pages is read now
    one = queries()
    publish(5)
    assert queries() == one


@pytest.mark.parametrize("name", ["alice", "sam"])
def test_the_page_of_the_request_leads_here(case: models.Case, as_: Browser, name: str) -> None:
    request = f"/requests/{case.reference}/"
    assert OWN in shown(as_(name).get(request))
    as_("alice").post(OWN, {"do": "begin_close_out"})
    assert "Go on with the close-out" in shown(as_(name).get(request))
    assert OWN not in shown(as_("cora").get(request))
