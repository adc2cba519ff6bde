"""A change in the office: certified, decided and applied on its own tab, over HTTP."""

from collections.abc import Callable

import pytest
from django.test import Client

from muniment import models
from muniment.rulebook.words import Role, Stage
from tests.pages import rows

PARENT, ADDRESS = "CENTRA-2026-0001", "/office/CENTRA-2026-0002/change/"
Browser = Callable[[str], Client]
SAID = {"reason": "In order.", "notice": "It is granted."}


def shown(answer: object) -> str:
    return answer.content.decode()  # type: ignore[attr-defined]


def child_of(office: rows.Office, kind: str, *, parent: Stage, stage: Stage) -> models.Case:
    """A child at a stage, which asks for what its parent asks for."""
    case = office.case(parent)
    return office.case(stage, parent=case, child_kind=kind, child_reason="New dates.")


def test_a_notified_change_is_accepted_and_applied(office: rows.Office, as_: Browser) -> None:
    child = child_of(office, "amendment", parent=Stage.ACTIVE, stage=Stage.SUBMITTED)
    cora = as_("cora")
    text = shown(cora.get(ADDRESS))
    assert "New dates." in text
    assert PARENT in text
    assert cora.post(ADDRESS, {"do": "accept_notified_change"}).status_code == 302
    child.refresh_from_db()
    assert (child.stage, child.applied_at is not None) == (Stage.CLOSED, True)
    text = shown(cora.get(ADDRESS))
    assert "granted and applied on" in text
    assert "nothing for you to do" in text
    assert cora.post(ADDRESS, {"do": "apply"}).status_code == 404


def test_what_waits_is_applied_by_the_coordinator(office: rows.Office, as_: Browser) -> None:
    child = child_of(office, "amendment", parent=Stage.ACTIVE, stage=Stage.CLOSED)
    cora = as_("cora")
    assert "Apply it now" in shown(cora.get(ADDRESS))
    assert cora.post(ADDRESS, {"do": "apply"}).status_code == 302
    child.refresh_from_db()
    assert child.applied_by.person == office.people["cora"]


def test_an_appeal_is_heard(office: rows.Office, as_: Browser) -> None:
    child = child_of(office, "appeal", parent=Stage.DENIED, stage=Stage.DETERMINATION)
    olga = as_("olga")
    text = shown(olga.get(ADDRESS))
    assert "Uphold the appeal" in text
    assert "Grant the amendment" not in text
    posted = {"do": "dismiss_appeal", "form": "dismiss_appeal"}
    assert "Fill in “" in shown(olga.post(ADDRESS, {**posted, "reason": ""}))
    assert olga.post(ADDRESS, {**posted, **SAID}).status_code == 302
    child.refresh_from_db()
    assert child.stage == Stage.DENIED
    again = olga.post(ADDRESS, {**posted, **SAID})
    assert again.status_code == 409


def test_by_the_office_somebody_else_confirms(office: rows.Office, as_: Browser) -> None:
    child = child_of(office, "amendment", parent=Stage.AGREEMENT, stage=Stage.DETERMINATION)
    models.Case.objects.filter(pk=child.pk).update(track="expedited")
    cora = as_("cora")
    text = shown(cora.get(ADDRESS))
    name = "refuse_amendment_by_office"
    assert f'value="{name}"' in text
    paula = office.people["paula"]
    paula.identity_verified_at = rows.NOW
    paula.identity_verified_by = office.acting("cora", Role.COORDINATOR)
    paula.save()
    posted = {"do": name, "form": name, "second_person": paula.public_id}
    assert cora.post(ADDRESS, {**posted, **SAID}).status_code == 302
    child.refresh_from_db()
    assert child.stage == Stage.DENIED


def test_only_a_child_has_the_tab(office: rows.Office, as_: Browser) -> None:
    child_of(office, "amendment", parent=Stage.ACTIVE, stage=Stage.SUBMITTED)
    cora = as_("cora")
    assert ADDRESS in shown(cora.get("/office/CENTRA-2026-0002/"))
    assert "/change/" not in shown(cora.get("/office/CENTRA-2026-0001/"))
    assert cora.get("/office/CENTRA-2026-0001/change/").status_code == 404
    assert as_("stan").get(ADDRESS).status_code == 404


@pytest.mark.parametrize("name", ["alice", "max"])
def test_neither_applicant_nor_member_is_the_office(
    office: rows.Office, as_: Browser, name: str
) -> None:
    child_of(office, "amendment", parent=Stage.ACTIVE, stage=Stage.SUBMITTED)
    assert as_(name).get(ADDRESS).status_code == 404
