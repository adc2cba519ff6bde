"""Where the committee's outcome is final, whoever leads it signs the letter."""

from collections.abc import Callable

import pytest
from django.test import Client

from muniment import models
from muniment.programme import Bundle
from muniment.rulebook.words import Role
from tests.pages import rows
from tests.pages.decision import scene

As = Callable[[str], Client]


@pytest.fixture
def final(office: rows.Office) -> models.Case:
    """The committee resolved, and its programme names its chair to determine."""
    sections = rows.bundle().plain()
    sections["committee"]["determines"]["full"] = "chair"
    bundle = Bundle.from_data(sections)
    models.EditionBundle.objects.update(canonical=bundle.canonical.decode())
    models.ProgrammeEdition.objects.update(sha256=bundle.sha256)
    case = scene.heard(office)
    return models.Case.objects.select_related("edition").get(pk=case.pk)


def page_of(case: models.Case) -> str:
    return f"/decisions/{case.reference}/"


def test_the_chair_signs_what_the_committee_resolved(
    office: rows.Office, as_: As, final: models.Case
) -> None:
    office.declares(final, "chen", conflicted=False)
    chen = as_("chen")
    assert page_of(final) in scene.text(chen, "/meetings/")
    page = scene.text(chen, page_of(final))
    assert "The committee resolved to approve." in page
    assert "Send the decision" in page
    scene.post(chen, page_of(final), scene.typed(do="keep"))
    assert "Chen Example decides" in scene.text(as_("cora"), scene.tab(final))
    scene.post(chen, page_of(final), scene.typed())
    row = models.Determination.objects.get()
    assert "by Chen Example, chair." in row.letter
    letter = f"/requests/{final.reference}/letters/{row.pk}.pdf"
    assert chen.get(letter).status_code == 200
    office.declares(final, "mia", conflicted=False)
    assert as_("mia").get(letter).status_code == 404
    assert "Approved. Decided on" in scene.text(chen, page_of(final))


def test_an_acting_chair_signs_where_the_chair_is_conflicted(
    office: rows.Office, as_: As, final: models.Case
) -> None:
    office.declares(final, "chen", conflicted=True)
    for name in ("mia", "max"):
        office.declares(final, name, conflicted=False)
    models.Assignment.objects.create(
        case=final, person=office.people["mia"], role="acting_chair", made_at=rows.NOW,
        made_by=office.acting("cora", Role.COORDINATOR),
    )  # fmt: skip
    assert as_("chen").get(page_of(final)).status_code == 404
    assert as_("max").get(page_of(final)).status_code == 404
    assert page_of(final) in scene.text(as_("mia"), "/meetings/")
    assert page_of(final) not in scene.text(as_("max"), "/meetings/")
    scene.post(as_("mia"), page_of(final), scene.typed("denied"))
    assert "by Mia Example, acting chair." in models.Determination.objects.get().letter


def test_the_page_is_for_whoever_leads_and_only_where_they_decide(
    office: rows.Office, as_: As
) -> None:
    case = scene.heard(office)
    office.declares(case, "chen", conflicted=False)
    assert "for you to sign" not in scene.text(as_("chen"), "/meetings/")
    for name in ("chen", "mia", "stan", "cora"):
        assert as_(name).get(page_of(case)).status_code == 404
    assert Client().get(page_of(case)).status_code == 401
