"""Inviting, joining, and the supervisor's word, each for the one who may."""

import hashlib
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from muniment import models
from muniment.rulebook import words
from muniment.rulebook.words import Role, Stage
from tests.pages import rows, scanning

Browser = Callable[[str], Client]
INVITED = {
    "name": "Tess Example",
    "email": "Tess@example.org",
    "project_role": "Analyst",
    "institution": "Lakeside Institute",
    "may_edit": "on",
    "will_access_data": "on",
}


def team(case: models.Case, *more: str) -> str:
    return "/".join([f"/requests/{case.reference}/team", *more, ""])


def link(office: rows.Office, name: str, kind: str = "invitation") -> str:
    body = models.Message.objects.filter(to=office.people[name], kind=kind).latest("pk").body
    return re.search(r"(\\/\S+)", body)[0].replace("\\", "")


def text(answer: object) -> str:
    page = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "token", answer.content.decode())
    return " ".join(page.split())


def test_an_invited_person_joins_and_edits(office: rows.Office, as_: Browser) -> None:
    case = office.case(Stage.DRAFT)
    page = as_("alice").post(team(case), INVITED, follow=True)
    assert "Tess Example has a mail with an invitation" in text(page)
    office.verify_address("tess")
    tess, address = as_("tess"), link(office, "tess")
    asked = text(tess.get(address))
    assert "Alice Example invites you" in asked
    assert "By accepting you agree that your name and institution stand in the request." in asked
    assert "you keep to the agreement that your institution signs" in asked
    answer = tess.post(address, follow=True)
    assert answer.redirect_chain[-1][0] == f"/requests/{case.reference}/"
    seat = models.TeamMember.objects.get()
    assert (seat.person, seat.may_edit, seat.will_access_data) == (
        office.people["tess"], True, True
    )  # fmt: skip
    assert seat.institution == office.institution
    assert tess.get(f"/requests/{case.reference}/form/").status_code == 200
    assert "Joined" in text(as_("alice").get(team(case)))
    assert tess.get(address).status_code == 404


def test_an_invitation_is_for_one_address_only(office: rows.Office, as_: Browser) -> None:
    case = office.case(Stage.DRAFT)
    as_("alice").post(team(case), INVITED)
    address = link(office, "tess")
    stan = as_("stan").get(address)
    assert stan.status_code == 404
    assert case.title not in text(stan)
    assert text(stan).replace(address, "") == text(as_("stan").get("/invitations/none/"))
    assert Client().get(address).status_code == 401


def test_an_invitation_that_ran_out_says_so(office: rows.Office, as_: Browser) -> None:
    case = office.case(Stage.DRAFT)
    as_("alice").post(team(case), INVITED)
    office.verify_address("tess")
    models.TeamMember.objects.update(token_until=rows.NOW - timedelta(days=1))
    page = as_("tess").post(link(office, "tess"))
    assert "Not possible yet" in text(page)
    assert models.TeamMember.objects.get().accepted_at is None
    assert "Invitation ran out" in text(as_("alice").get(team(case)))


def test_an_invitation_is_taken_back_and_a_member_removed(
    office: rows.Office, as_: Browser
) -> None:
    case = office.case(Stage.DRAFT)
    alice = as_("alice")
    alice.post(team(case), INVITED)
    seat = models.TeamMember.objects.get()
    page = alice.post(team(case, str(seat.pk), "end"), follow=True)
    assert "Tess Example is not on the team any more" in text(page)
    assert as_("tess").get(link(office, "tess")).status_code == 404
    assert alice.post(team(case, str(seat.pk), "end")).status_code == 404


def test_a_fault_is_shown_and_nobody_is_invited(office: rows.Office, as_: Browser) -> None:
    case = office.case(Stage.DRAFT)
    page = as_("alice").post(team(case), {**INVITED, "email": "alice@example.org"})
    assert "on the team already" in text(page)
    page = as_("alice").post(team(case), {**INVITED, "email": "nonsense"})
    assert "There is 1 thing to fix" in text(page)
    assert not models.TeamMember.objects.exists()


def test_whom_the_answers_name_need_not_be_typed_again(office: rows.Office, as_: Browser) -> None:
    case = office.case(Stage.DRAFT)
    named = {"name": "Nora", "email": "nora@uni.example", "role": "Nurse", "institution": "U",
             "sees_data": True}  # fmt: skip
    people = [named, {"name": "No address"}, {**named, "email": "alice@example.org"}]
    models.Section.objects.create(case=case, name="team", answers={"team": people})
    page = text(as_("alice").get(team(case)))
    assert "Invite Nora" in page
    assert page.count("Invite ") == 2  # Nora, and the heading of the form
    page = text(as_("alice").get(team(case) + "?email=nora@uni.example"))
    assert 'value="Nurse"' in page
    as_("alice").post(team(case), {**INVITED, "email": "nora@uni.example", "institution": ""})
    assert "Invite Nora" not in text(as_("alice").get(team(case)))


def test_in_review_nobody_is_invited(office: rows.Office, as_: Browser) -> None:
    case = office.case(Stage.IN_REVIEW)
    page = text(as_("alice").get(team(case)))
    assert "Not possible yet" in page
    assert "Send the invitation" not in page
    as_("alice").post(team(case), INVITED)
    assert not models.TeamMember.objects.exists()


def test_while_it_is_judged_nobody_leaves_and_no_supervisor_is_asked(
    office: rows.Office, as_: Browser
) -> None:
    case = office.case(Stage.IN_REVIEW, supervisor=office.people["edie"])
    trainee(case, name="Supriya", email="supriya@example.org")
    seat, alice = office.joins(case, "max"), as_("alice")
    page = text(alice.get(team(case)))
    assert "so only what a question names can be changed" in page
    assert "/end/" not in page
    assert "/team/supervisor/" not in page
    for address in (team(case, str(seat.pk), "end"), team(case, "supervisor")):
        answer = alice.post(address)
        assert answer.status_code == 409
        assert "so only what a question names can be changed" in text(answer)
    seat.refresh_from_db()
    case.refresh_from_db()
    assert (seat.ended_at, case.supervisor) == (None, office.people["edie"])


def test_once_there_is_an_agreement_who_leaves_loses_access_by_a_step(
    office: rows.Office, as_: Browser
) -> None:
    case = office.case(Stage.BUILDING)
    seat = office.joins(case, "tess", may_edit=True)
    office.joins(case, "supriya", may_edit=True)
    answer = as_("supriya").post(team(case, str(seat.pk), "end"))
    assert answer.status_code == 409
    assert "Remove" not in text(as_("supriya").get(team(case)))
    page = as_("alice").post(team(case, str(seat.pk), "end"), follow=True)
    assert "Tess Example is not on the team any more" in text(page)
    assert models.Entry.objects.latest("pk").tag == "aftercare.end_persons_access"


@pytest.mark.parametrize("name", ["stan", "cora", "tess", "sam"])
def test_others_learn_nothing_of_a_team(office: rows.Office, as_: Browser, name: str) -> None:
    case = office.case(Stage.DRAFT)
    office.joins(case, "tess")
    assert as_(name).get(team(case)).status_code == 404
    assert as_(name).post(team(case, "supervisor")).status_code == 404
    seat = models.TeamMember.objects.get()
    assert as_(name).post(team(case, str(seat.pk), "end")).status_code == 404


def test_a_longer_team_costs_no_more_queries(office: rows.Office, as_: Browser) -> None:
    case, alice = office.case(Stage.DRAFT), as_("alice")

    def queries() -> int:
        with CaptureQueriesContext(connection) as ran:
            alice.get(team(case))
        return len(ran)

    office.joins(case, "tess")
    queries()  # what a process reads once, it has read now
    few = queries()
    for name in ("edie", "supriya", "stan", "sam"):
        office.joins(case, name)
    assert queries() == few


def trainee(case: models.Case, **supervisor: str) -> None:
    answers = {"applicant_class": "trainee", "supervisor": supervisor}
    models.Section.objects.update_or_create(
        case=case, name="applicant", defaults={"answers": answers}
    )


def test_a_trainee_s_supervisor_is_asked_and_confirms(office: rows.Office, as_: Browser) -> None:
    case, alice = office.case(Stage.DRAFT), as_("alice")
    trainee(case)
    assert "Name your supervisor" in text(alice.get(team(case)))
    assert "Not possible yet" in text(alice.post(team(case, "supervisor")))
    trainee(case, name="Supriya", email="Supriya@example.org")
    assert "Ask Supriya to confirm" in text(alice.get(team(case)))
    alice.post(team(case, "supervisor"))
    case.refresh_from_db()
    assert case.supervisor == office.people["supriya"]
    assert "Asked to confirm" in text(alice.get(team(case)))
    supriya, address = as_("supriya"), link(office, "supriya", "supervision-asked")
    assert address == f"/requests/{case.reference}/supervision/"
    request = f"/requests/{case.reference}/"
    assert text(supriya.get(request)).count(address) == 1
    assert address not in text(alice.get(request))
    assert "What it means" in text(supriya.get(address))
    assert "You confirmed that you supervise" in text(supriya.post(address))
    assert address not in text(supriya.get(request))
    assert "Confirmed" in text(alice.get(team(case)))


@pytest.mark.parametrize("email", ["supriya@example.org", "nobody@uni.example"])
def test_whom_one_asks_keeps_the_typed_name_until_they_confirm(
    office: rows.Office, as_: Browser, email: str
) -> None:
    """Whether the address has an account, and whose, is nobody's to find out here."""
    case, alice = office.case(Stage.DRAFT), as_("alice")
    trainee(case, name="Doctor Known", email=email)
    alice.post(team(case, "supervisor"))
    page = text(alice.get(team(case)))
    assert "Asked to confirm" in page
    assert "Doctor Known" in page
    assert "Supriya Example" not in page
    if email.startswith("supriya"):
        as_("supriya").post(f"/requests/{case.reference}/supervision/")
        assert "Supriya Example" in text(alice.get(team(case)))


def test_who_is_named_anew_has_to_confirm_anew(office: rows.Office, as_: Browser) -> None:
    case, alice = office.case(Stage.DRAFT), as_("alice")
    trainee(case, name="Supriya", email="supriya@example.org")
    alice.post(team(case, "supervisor"))
    as_("supriya").post(f"/requests/{case.reference}/supervision/")
    trainee(case, name="Stan", email="stan@example.org")
    assert "Ask Stan to confirm" in text(alice.get(team(case)))


def test_only_the_supervisor_confirms(office: rows.Office, as_: Browser) -> None:
    case = office.case(Stage.DRAFT, supervisor=office.people["supriya"])
    address = f"/requests/{case.reference}/supervision/"
    answers = {name: as_(name).post(address).status_code for name in ("alice", "stan", "cora")}
    assert set(answers.values()) == {404}
    case.refresh_from_db()
    assert case.supervisor_confirmed_at is None


def test_a_supervisor_who_comes_late_is_told_why_not(office: rows.Office, as_: Browser) -> None:
    case = office.case(Stage.IN_REVIEW, supervisor=office.people["supriya"])
    page = text(as_("supriya").post(f"/requests/{case.reference}/supervision/"))
    assert "Not possible yet" in page
    case.refresh_from_db()
    assert case.supervisor_confirmed_at is None


def test_invitations_are_not_sent_without_end(office: rows.Office, as_: Browser) -> None:
    case, alice = office.case(Stage.DRAFT), as_("alice")
    statuses = [alice.post(team(case), {}).status_code for _ in range(41)]
    assert statuses == [200] * 40 + [429]
    assert alice.get(team(case)).status_code == 200


def test_whoever_accepts_may_bring_a_cv_and_a_certificate(
    office: rows.Office, as_: Browser
) -> None:
    case = office.case(Stage.DRAFT)
    as_("alice").post(team(case), INVITED)
    office.verify_address("tess")
    tess, address = as_("tess"), link(office, "tess")
    given = {"training": "Data protection", "issued_on": "2026-01-15", "expires_on": "2029-01-15"}
    page = tess.post(address, {"training": "Data protection"})
    assert "Give the day of the certificate." in text(page)
    page = tess.post(address, {**given, "cv": SimpleUploadedFile("CV.pdf", b"MZ")})
    assert "There is 1 thing to fix" in text(page)
    large = SimpleUploadedFile("CV.pdf", bytes(10 * 1024 * 1024 + 1))
    assert "larger than 10 MB" in text(tess.post(address, {"cv": large}))
    swapped = {**given, "expires_on": "2025-01-15"}
    assert "The certificate would end before it begins" in text(tess.post(address, swapped))
    assert models.TeamMember.objects.get().accepted_at is None
    files = {
        "cv": SimpleUploadedFile("../Tess, CV.pdf", scanning.paper()),
        "certificate": SimpleUploadedFile("it.pdf", scanning.paper() + b"\n%2"),
    }
    assert tess.post(address, {**given, **files}).status_code == 302
    cv = case.attachments.get()
    assert (cv.purpose, cv.name, cv.file.verdict) == ("cv", "Tess, CV.pdf", "held")
    training = office.people["tess"].trainings.get()
    assert (training.name, training.confirmed_at) == ("Data protection", None)
    waiting = [job.payload for job in models.Job.objects.filter(kind="scan")]
    of_programme = {"file": training.original.pk, "programme": office.programme.pk}
    assert waiting == [{"attachment": cv.pk}, of_programme]
    assert "Tess, CV.pdf" in text(as_("alice").get(f"/requests/{case.reference}/?tab=files"))


def test_an_infected_file_joins_nobody(office: rows.Office, as_: Browser) -> None:
    case = office.case(Stage.DRAFT)
    as_("alice").post(team(case), INVITED)
    office.verify_address("tess")
    models.StoredFile.objects.create(
        sha256=hashlib.sha256(scanning.paper()).hexdigest(), size=1, media_type="application/pdf",
        verdict="infected", made_at=rows.NOW, made_by=office.system,
    )  # fmt: skip
    for name in ("cv", "certificate"):
        given = {"training": "T", "issued_on": "2026-01-15"}
        sent = {**given, name: SimpleUploadedFile("it.pdf", scanning.paper())}
        page = as_("tess").post(link(office, "tess"), sent)
        assert "virus scanner found something" in text(page)
    assert models.TeamMember.objects.get().accepted_at is None
    assert not models.Training.objects.exists()


def test_who_is_barred_is_told_so_on_their_own_page(office: rows.Office, as_: Browser) -> None:
    case = office.case(Stage.DRAFT, supervisor=office.people["supriya"])
    as_("alice").post(team(case), INVITED)
    office.verify_address("tess")
    for name in ("tess", "supriya"):
        models.Debarment.objects.create(
            programme=office.programme, person=office.people[name], reason="A breach.",
            until_on=rows.NOW.date() + timedelta(days=9999), made_at=rows.NOW,
            made_by=office.acting("cora", Role.COORDINATOR),
        )  # fmt: skip
    pages = {"tess": link(office, "tess"), "supriya": f"/requests/{case.reference}/supervision/"}
    for name, address in pages.items():
        assert words.PRESENT[words.Fact.BARRED].sentence in text(as_(name).post(address))
    case.refresh_from_db()
    assert case.supervisor_confirmed_at is None
    assert models.TeamMember.objects.get().accepted_at is None
