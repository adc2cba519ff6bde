"""The page where an agreement is signed: what it shows, who signs there, and who never sees it."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from muniment import models
from muniment.actions import agreement
from muniment.queries.agreement import signers
from muniment.rulebook.words import Role
from tests.pages import rows
from tests.pages.agreement import scene

As = Callable[[str], Client]


@pytest.fixture
def row(office: rows.Office) -> models.Agreement:
    """An agreement that was issued and nobody has signed."""
    return scene.issued(office, scene.approved(office))


def address(row: models.Agreement) -> str:
    return reverse("sign", args=[row.case.reference])


def sign(client: Client, row: models.Agreement, typed: str, **more: Any) -> Any:
    given = {"do": "sign", "form": "sign", "agrees": "on", "binds": "on", "name": typed,
             "shown": row.text_sha256}  # fmt: skip
    return client.post(address(row), {**given, **more})


def test_the_terms_stand_in_seven_lines_with_fee_and_hash(row: models.Agreement, as_: As) -> None:
    page = scene.said(as_("alice").get(address(row)))
    for told in (
        "Lakeside Institute", "Lakeside secure research environment only", "1 named person.",
        "USD 1,200.00", row.text_sha256, "Sign the agreement", "What a seal proves",
        "Try to recognize a person or a practice",
    ):  # fmt: skip
        assert told in page


def test_lead_official_and_programme_sign_one_after_the_other(
    row: models.Agreement, as_: As, office: rows.Office
) -> None:
    assert "Sign the agreement" not in scene.said(as_("sam").get(address(row)))
    for name in ("alice", "sam", "rita"):
        answer = sign(as_(name), row, f"{name.title()} Example")
        assert answer.status_code == 302, scene.said(answer)
    signed = list(row.signatures.order_by("pk"))
    assert [each.capacity for each in signed] == [
        "applicant", "signing_official", "programme_signatory",
    ]  # fmt: skip
    assert signed[1].typed_name == "Sam Example"
    assert signed[1].authenticated == "mfa"
    assert signed[1].intent == (
        "I can bind Lakeside Institute to an agreement · "
        "I have read version 1 and agree to the fee of up to USD 1,200.00"
    )
    page = scene.said(as_("alice").get(address(row)))
    assert "So has everybody else" in page
    assert "who signs for your institution" not in page
    assert models.Job.objects.filter(kind="seal").count() == 3


def test_a_double_click_signs_once_and_says_so(row: models.Agreement, as_: As) -> None:
    alice = as_("alice")
    assert sign(alice, row, "Alice Example").status_code == 302
    again = sign(alice, row, "Alice Example")
    assert again.status_code == 409
    assert "You have already signed this agreement." in scene.said(again)
    assert row.signatures.count() == 1
    assert models.Job.objects.filter(kind="seal").count() == 1


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"name": "Somebody Else"}, "Type your name as we know it"),
        ({"shown": "0" * 64}, "Not possible yet"),
        ({"agrees": ""}, "to fix"),
    ],
)
def test_another_name_or_text_or_no_consent_signs_nothing(
    row: models.Agreement, as_: As, given: dict[str, str], told: str
) -> None:
    answer = sign(as_("alice"), row, "Alice Example", **given)
    assert answer.status_code in (200, 409)
    assert told in scene.said(answer)
    assert not row.signatures.exists()


def test_a_supervisor_whom_the_text_does_not_name_reads_why_they_do_not_sign(
    row: models.Agreement, as_: As, office: rows.Office
) -> None:
    models.Case.objects.filter(pk=row.case_id).update(supervisor=office.people["supriya"])
    page = scene.said(as_("supriya").get(address(row)))
    assert "This text names another supervisor; have the agreement drafted anew." in page
    assert "Sign the agreement" not in page
    answer = sign(as_("supriya"), row, "Supriya Example")
    assert answer.status_code == 409
    assert not row.signatures.exists()


def test_a_change_is_asked_for_and_stops_signing(row: models.Agreement, as_: As) -> None:
    given = {"do": "change", "form": "change", "clause": "security", "reason": "Our policy.",
             "text": "The information is kept as our own policy says."}  # fmt: skip
    assert as_("sam").post(address(row), given).status_code == 302
    page = scene.said(as_("alice").get(address(row)))
    assert "Our policy." in page
    assert "not decided" in page
    assert "Sign the agreement" not in page


def test_who_is_on_the_team_and_holds_no_data_pledges_nothing(office: rows.Office, as_: As) -> None:
    case = scene.approved(office)
    office.joins(case, "edie")
    works = office.joins(case, "tess")
    works.will_access_data = True
    works.save()
    row = scene.issued(office, case)
    assert [each["name"] for each in row.document["people"]] == ["Alice Example", "Tess Example"]
    waits = scene.said(as_("tess").get(address(row)))
    assert "Others sign before" in waits
    assert "Sign the agreement" not in waits
    scene.signs(office, row, "alice")
    assert "Sign the agreement" in scene.said(as_("tess").get(address(row)))
    read = scene.said(as_("edie").get(address(row)))
    assert row.text_sha256 in read
    assert "Sign the agreement" not in read


def test_a_fixed_clause_cannot_be_chosen(row: models.Agreement, as_: As) -> None:
    given = {"do": "change", "form": "change", "clause": "purpose", "reason": "?", "text": "Any."}
    assert "to fix" in scene.said(as_("sam").post(address(row), given))
    assert not row.clause_changes.exists()


def test_the_applicant_names_the_official(row: models.Agreement, as_: As) -> None:
    given = {"do": "official", "form": "official", "name": "Nora New",
             "email": "nora@example.org", "position": "Counsel"}  # fmt: skip
    assert as_("alice").post(address(row), given).status_code == 302
    named = models.NamedOfficial.objects.get()
    assert (named.person.email, named.position) == ("nora@example.org", "Counsel")
    row.institution.refresh_from_db()
    assert row.institution.official.email == "sam@example.org"


def test_whom_the_applicant_named_before_is_not_asked_for_again(
    office: rows.Office, row: models.Agreement, as_: As
) -> None:
    assert "Name who signs for your institution" in scene.said(as_("alice").get(address(row)))
    named = agreement.name_signing_official(
        row.case, email="nora@example.org", name="Nora New",
        **scene.by(office, "alice", Role.APPLICANT),
    )  # fmt: skip
    name = row.institution.name
    assert f"You named somebody to sign for {name}" in scene.said(as_("alice").get(address(row)))
    typed = {"signing_official": {"name": "Nora New", "email": " Nora@Example.org"}}
    models.Section.objects.update_or_create(
        case=row.case, name="institution", defaults={"answers": typed}
    )
    page = scene.said(as_("alice").get(address(row)))
    assert f"You named Nora@Example.org to sign for {name}" in page
    assert "Name somebody else to sign" in page
    assert "then they can sign" in page
    row.institution.official = named.person
    row.institution.save()
    page = scene.said(as_("alice").get(address(row)))
    assert "and they can sign" in page
    assert "You named" not in scene.said(as_("cora").get(address(row)))
    named.person.email = "her.own@example.org"
    named.person.save()
    page = scene.said(as_("alice").get(address(row)))
    assert f"You named somebody to sign for {name}" in page
    assert "her.own" not in page


def test_the_applicant_names_who_signs_for_a_further_institution(
    office: rows.Office, row: models.Agreement, as_: As
) -> None:
    other = models.Institution.objects.create(name="Riverside Institute")
    member = office.joins(row.case, "tess")
    member.institution = other
    member.save()
    given = {"do": "official", "form": "official", "name": "Edie End",
             "email": "edie.end@example.org"}  # fmt: skip
    assert "to fix" in scene.said(as_("alice").post(address(row), given))
    chosen = {**given, "institution": str(other.pk)}
    assert as_("alice").post(address(row), chosen).status_code == 302
    assert models.NamedOfficial.objects.get().institution == other


def test_where_no_official_signs_nobody_is_asked_who_does(office: rows.Office, as_: As) -> None:
    case = scene.approved(office, track="expedited")
    agreement.name_signing_official(
        case, email="nora@example.org", name="Nora New", **scene.by(office, "alice", Role.APPLICANT)
    )
    page = scene.said(as_("alice").get(address(scene.issued(office, case))))
    assert "who signs for your institution" not in page
    assert "You named" not in page
    desk = reverse("office_agreement", args=[case.reference])
    assert "Signing officials to verify" not in scene.said(as_("cora").get(desk))
    case.track = "full"
    case.save()
    assert "Signing officials to verify" in scene.said(as_("cora").get(desk))


def test_an_official_declines_with_a_reason(row: models.Agreement, as_: As) -> None:
    given = {"do": "decline", "form": "decline", "reason": "We cannot bind ourselves to this."}
    assert as_("sam").post(address(row), given).status_code == 302
    assert row.declined.get().capacity == "signing_official"


@pytest.mark.parametrize("form", ["official", "decline", "change"])
def test_what_is_left_empty_is_asked_for_again(row: models.Agreement, as_: As, form: str) -> None:
    answer = as_("alice").post(address(row), {"do": form, "form": form})
    assert "to fix" in scene.said(answer)


@pytest.mark.parametrize("name", ["stan", "max", "fay"])
def test_whom_it_does_not_concern_finds_nothing(row: models.Agreement, as_: As, name: str) -> None:
    assert as_(name).get(address(row)).status_code == 404
    assert as_(name).get(reverse("sign_file", args=[row.case.reference, "pdf"])).status_code == 404


def test_signed_out_the_page_asks_to_sign_in(row: models.Agreement) -> None:
    assert Client().get(address(row)).status_code == 401


def test_before_it_was_issued_there_is_nothing_to_sign(office: rows.Office, as_: As) -> None:
    case = scene.approved(office)
    scene.drafted(office, case)
    assert as_("alice").get(reverse("sign", args=[case.reference])).status_code == 404


def test_the_agreement_is_had_as_pdf_word_and_machine_copy(row: models.Agreement, as_: As) -> None:
    import docx
    import pypdf

    def had(kind: str) -> Any:
        return as_("alice").get(reverse("sign_file", args=[row.case.reference, kind]))

    reader = pypdf.PdfReader(io.BytesIO(had("pdf").content))
    assert row.text_sha256 in reader.pages[0].extract_text().replace("\n", "")
    assert reader.attachments["agreement.jsonld"][0] == had("jsonld").content
    word = docx.Document(io.BytesIO(had("docx").content))
    assert "Annex A. Research plan" in {each.text for each in word.paragraphs}
    assert had("exe").status_code == 404


def test_the_list_asks_no_more_of_three_than_of_one(office: rows.Office, as_: As) -> None:
    sam, counted = as_("sam"), []
    for _ in range(3):
        scene.issued(office, scene.approved(office))
        with CaptureQueriesContext(
            connection,
        ) as queries:
            page = scene.said(sam.get(reverse("sign_list")))
        counted.append(len(queries))
    assert page.count("CENTRA-2026-") == 3
    assert counted[0] == counted[2]


def test_the_list_tells_what_one_has_signed(
    row: models.Agreement, office: rows.Office, as_: As
) -> None:
    scene.signs(office, row, "alice")
    assert "Signed by you" in scene.said(as_("alice").get(reverse("sign_list")))
    assert "No agreement waits for you" in scene.said(as_("stan").get(reverse("sign_list")))


def joined(office: rows.Office) -> tuple[models.Agreement, models.Agreement]:
    """Lead and joinder, both issued; Tess is of the institution that joins, Edie signs for it."""
    case = scene.approved(office)
    other = models.Institution.objects.create(
        name="Riverside Institute", official=office.people["edie"],
        official_verified_at=rows.NOW, official_verified_by=office.system,
    )  # fmt: skip
    member = office.joins(case, "tess")
    member.institution, member.will_access_data = other, True
    member.save()
    scene.drafted(office, case)
    joinder = scene.drafted(office, case, institution=other)
    lead, _estimate = agreement.issue_agreement_and_estimate(
        case, **scene.by(office, "cora", Role.COORDINATOR)
    )
    return scene.fresh(lead), scene.fresh(joinder)


def test_each_reads_the_text_of_their_own_institution(office: rows.Office, as_: As) -> None:
    lead, joinder = joined(office)
    for name, theirs in (("alice", lead), ("sam", lead), ("tess", joinder), ("edie", joinder)):
        page = as_(name).get(address(lead)).content.decode()
        assert theirs.text_sha256 in page, name
        assert ({lead, joinder} - {theirs}).pop().text_sha256 not in page, name


def test_the_programme_signs_the_joinder_after_the_lead(office: rows.Office, as_: As) -> None:
    lead, joinder = joined(office)
    rita = as_("rita")
    assert lead.text_sha256 in rita.get(address(lead)).content.decode()
    for name in ("alice", "sam", "rita"):
        scene.signs(office, lead, name)
    edie = scene.by(office, "edie", Role.SIGNING_OFFICIAL)
    scene.signs(office, joinder, "tess")
    joinder = scene.fresh(joinder)
    agreement.sign_joinder(joinder, shown_sha256=joinder.text_sha256, **edie)
    assert joinder.text_sha256 in rita.get(address(lead)).content.decode()
    assert sign(rita, joinder, "Rita Example").status_code == 302
    assert signers.missing(scene.fresh(joinder)) == []
    assert lead.text_sha256 in rita.get(address(lead)).content.decode()


def test_where_the_lead_moved_each_reads_their_own_text_and_the_new_one_is_signed(
    office: rows.Office, as_: As
) -> None:
    """To the institution that had joined. A number is of one institution's own versions."""
    lead, joinder = joined(office)
    models.Agreement.objects.filter(pk=lead.pk).update(version=5)
    works = office.joins(lead.case, "stan")
    works.institution, works.will_access_data = lead.institution, True
    works.save()
    scene.signs(office, lead, "alice")
    stan = scene.by(office, "stan", Role.TEAM_MEMBER)
    agreement.sign_team_pledge(scene.fresh(lead), shown_sha256=lead.text_sha256, **stan)
    for name in ("sam", "rita"):
        scene.signs(office, lead, name)
    scene.signs(office, joinder, "tess")
    edie = scene.by(office, "edie", Role.SIGNING_OFFICIAL)
    agreement.sign_joinder(scene.fresh(joinder), shown_sha256=joinder.text_sha256, **edie)
    scene.signs(office, joinder, "rita")
    models.Case.objects.filter(pk=lead.case_id).update(institution=joinder.institution)
    case = models.Case.objects.get(pk=lead.case_id)
    anew = scene.issued(office, case)
    assert (anew.kind, anew.version) == ("lead", 2)
    mine = {"alice": anew, "tess": anew, "edie": anew, "rita": anew, "stan": lead, "sam": lead}
    for name, theirs in mine.items():
        page = as_(name).get(address(lead)).content.decode()
        shown = [each for each in (lead, joinder, anew) if each.text_sha256 in page]
        assert shown == [theirs], name
    for name in ("alice", "tess", "edie", "rita"):
        assert sign(as_(name), anew, office.people[name].name).status_code == 302, name
    assert signers.missing(scene.fresh(anew)) == []


def test_the_list_holds_what_the_track_asks_one_to_sign(office: rows.Office, as_: As) -> None:
    scene.issued(office, scene.approved(office, track="expedited"))
    full = scene.issued(office, scene.approved(office)).case
    for name in ("sam", "rita"):
        page = scene.said(as_(name).get(reverse("sign_list")))
        assert (page.count("CENTRA-2026-"), full.reference in page) == (1, True), name
    assert scene.said(as_("alice").get(reverse("sign_list"))).count("CENTRA-2026-") == 2


def test_the_recused_do_not_see_in_the_list_what_waits(
    row: models.Agreement, office: rows.Office, as_: As
) -> None:
    assert row.case.reference in scene.said(as_("rita").get(reverse("sign_list")))
    models.Declaration.objects.create(
        case=row.case, member=office.people["rita"], conflicted=True, reason="Kin.",
        made_at=rows.NOW, made_by=office.system,
    )  # fmt: skip
    assert row.case.reference not in scene.said(as_("rita").get(reverse("sign_list")))


def test_its_code_says_how_it_stands(row: models.Agreement, office: rows.Office, as_: As) -> None:
    code = row.document["verify"].rstrip("/").rpartition("/")[2]

    def told() -> str:
        return scene.said(Client().get(reverse("verify", args=[code])))

    assert "not everybody has signed" in told()
    for name in ("alice", "sam", "rita"):
        scene.signs(office, row, name)
    assert "Signed by everybody" in told()
