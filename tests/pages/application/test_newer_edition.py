"""A newer edition of the form overtook a draft: its writers are told, its applicant chooses."""

from collections.abc import Callable

import pytest
from django.test import Client

from muniment import models
from muniment.rulebook.words import Stage
from tests.pages import rows

Browser = Callable[[str], Client]


@pytest.fixture
def overtaken(office: rows.Office) -> models.Case:
    """A draft under edition 2026.1, while 2027.1 is in force."""
    case = office.case(Stage.DRAFT)
    sections = rows.bundle().plain()
    sections["programme"]["edition"] = "2027.1"
    rows.put_in_force(office, sections)
    return case


def pages(case: models.Case) -> tuple[str, str]:
    return f"/requests/{case.reference}/form/", f"/requests/{case.reference}/check/"


@pytest.mark.parametrize(("pressed", "label"), [("newer", "2027.1"), ("own", "2026.1")])
def test_the_applicant_chooses_by_a_button_and_is_asked_once(
    overtaken: models.Case, as_: Browser, pressed: str, label: str
) -> None:
    alice = as_("alice")
    for address in pages(overtaken):
        text = alice.get(address).content.decode()
        assert "Edition 2027.1 of the form is in force" in text
        assert f'name="edition" value="{pressed}"' in text
    answer = alice.post(f"/requests/{overtaken.reference}/edition/", {"edition": pressed})
    assert answer["Location"] == pages(overtaken)[1]
    overtaken.refresh_from_db()
    assert overtaken.edition.bundle.canonical.count(f'"edition":"{label}"')
    for address in pages(overtaken):
        text = alice.get(address).content.decode()
        assert "of the form is in force" not in text
        assert "take it, or keep the old one" not in text


def test_an_edition_that_takes_no_new_requests_cannot_be_kept(
    office: rows.Office, overtaken: models.Case, as_: Browser
) -> None:
    models.ProgrammeEdition.objects.filter(number=1).update(
        retired_at=rows.NOW, retired_by=office.system
    )
    text = as_("alice").get(pages(overtaken)[1]).content.decode()
    assert "takes no new requests any more" in text
    assert 'value="own"' not in text


def test_a_co_applicant_reads_who_chooses(
    office: rows.Office, overtaken: models.Case, as_: Browser
) -> None:
    office.joins(overtaken, "tess", may_edit=True)
    text = as_("tess").get(pages(overtaken)[0]).content.decode()
    assert "The applicant chooses which one the request follows" in text
    assert 'name="edition"' not in text


def test_a_request_that_was_sent_keeps_its_edition_without_a_word(
    overtaken: models.Case, as_: Browser
) -> None:
    models.Case.objects.filter(pk=overtaken.pk).update(stage=Stage.RETURNED.value)
    assert "of the form is in force" not in as_("alice").get(pages(overtaken)[0]).content.decode()
