"""Whoever leads the committee hears appeals on a page, unless they decided before."""

from collections.abc import Callable

from django.test import Client

from muniment import models
from muniment.rulebook.words import Role, Stage
from tests.pages import rows

ADDRESS = "/decisions/CENTRA-2026-0002/hearing/"
DECLARED = "/reviews/CENTRA-2026-0002/conflict/"
Browser = Callable[[str], Client]
POSTED = {"do": "uphold_appeal", "form": "uphold_appeal", "reason": "The rule was misread.",
          "notice": "Your appeal is upheld."}  # fmt: skip


def appeal(office: rows.Office, kind: str = "appeal") -> models.Case:
    """An appeal against a denial on policy, which Paula gave."""
    parent = office.case(Stage.DENIED)
    models.Determination.objects.create(
        case=parent, round=1, outcome="denied", reason="The purpose is commercial.",
        letter="Denied.", made_at=rows.NOW, made_by=office.acting("paula", Role.POLICY_OFFICER),
    )  # fmt: skip
    return office.case(
        Stage.DETERMINATION, parent=parent, child_kind=kind, child_reason="It is not commercial.",
        title="Appeal of Alice",
    )  # fmt: skip


def declares(chen: Client) -> None:
    answer = chen.post(DECLARED, {"do": "declare", "said": "none"})
    assert (answer.status_code, answer["Location"]) == (302, ADDRESS)


def test_the_chair_declares_reads_and_upholds(office: rows.Office, as_: Browser) -> None:
    child, chen = appeal(office), as_("chen")
    assert f'href="{ADDRESS}"' in chen.get("/meetings/").content.decode()
    assert chen.get(ADDRESS)["Location"] == DECLARED
    assert "It is not commercial." not in chen.get(DECLARED).content.decode()
    declares(chen)
    text = chen.get(ADDRESS).content.decode()
    for words in ("It is not commercial.", "The purpose is commercial.", "Uphold the appeal"):
        assert words in text
    assert text.count("btn-primary") == 1
    assert "Fill in “" in chen.post(ADDRESS, {**POSTED, "notice": ""}).content.decode()
    assert chen.post(ADDRESS, POSTED).status_code == 302
    child.refresh_from_db()
    assert child.stage == Stage.CLOSED
    assert models.Determination.objects.get(case=child).made_by.person == office.people["chen"]
    assert ADDRESS not in chen.get("/meetings/").content.decode()
    assert "nothing left to hear" in chen.get(ADDRESS).content.decode()


def test_who_decided_before_hears_it_not(office: rows.Office, as_: Browser) -> None:
    child, chen = appeal(office), as_("chen")
    models.Vote.objects.create(
        case=child.parent, round=1, member=office.people["chen"], choice="deny",
        meeting=models.Meeting.objects.create(
            programme=office.programme, held_on=rows.TODAY, chair=office.people["chen"],
            made_at=rows.NOW, made_by=office.system,
        ),
        made_at=rows.NOW, made_by=office.acting("chen", Role.CHAIR),
    )  # fmt: skip
    declares(chen)
    text = chen.get(ADDRESS).content.decode()
    assert "Uphold the appeal" not in text
    assert "Not possible yet" in text
    assert chen.post(ADDRESS, POSTED).status_code == 409


def test_it_is_the_chair_s_alone_and_not_of_the_recused(office: rows.Office, as_: Browser) -> None:
    child = appeal(office)
    for name in ("max", "mia", "cora", "alice", "stan"):
        assert as_(name).get(ADDRESS).status_code == 404
        assert as_(name).get(DECLARED).status_code == 404
    assert Client().get(ADDRESS).status_code == 401
    word = office.declares(child.parent, "chen", conflicted=True)  # type: ignore[arg-type]
    assert as_("chen").get(ADDRESS).status_code == 404
    assert "Appeal of Alice" not in as_("chen").get("/meetings/").content.decode()
    word.delete()
    declares(as_("chen"))
    models.Case.objects.filter(pk=child.pk).update(child_kind="amendment")
    assert as_("chen").get(ADDRESS).status_code == 404


def test_a_renewal_is_the_chair_s_only_where_the_chair_decides(
    office: rows.Office, as_: Browser
) -> None:
    appeal(office, kind="renewal")
    assert ADDRESS not in as_("chen").get("/meetings/").content.decode()


def test_who_is_recused_from_a_request_learns_nothing_of_what_hangs_on_it(
    office: rows.Office, as_: Browser
) -> None:
    child = appeal(office)
    page = f"/office/{child.reference}/"
    assert as_("paula").get(page).status_code == 200
    office.declares(child.parent, "paula", conflicted=True)  # type: ignore[arg-type]
    assert as_("paula").get(page).status_code == 404
    assert "Appeal of Alice" not in as_("paula").get("/office/?tab=every").content.decode()
    assert "Appeal of Alice" in as_("cora").get("/office/?tab=every").content.decode()
