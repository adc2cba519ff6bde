"""The payee's tax form: kept by finance, as a PDF."""

import pytest

from muniment import models
from muniment.actions import payment
from muniment.demo import contracting
from muniment.rulebook.words import Role
from tests.evidence import refused
from tests.world import World


def file(world: World, media_type: str) -> models.StoredFile:
    return models.StoredFile.objects.create(
        sha256="b" * 64, size=9, media_type=media_type, verdict="clean",
        made_at=world.house.now(), made_by=world.house.acting("fay", Role.FINANCE),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("who", "role", "media_type", "code"),
    [
        ("fay", Role.FINANCE, "image/png", "not-a-pdf"),
        ("cora", Role.COORDINATOR, "application/pdf", "not-your-step"),
    ],
)
def test_it_is_a_pdf_that_finance_sends(
    world: World, who: str, role: Role, media_type: str, code: str
) -> None:
    programme = world.after(contracting.sign).case.programme
    form = file(world, media_type)
    by = world.by(who, role)
    assert refused(lambda: payment.keep_tax_form(programme, form, **by)) == [code]
    programme.refresh_from_db()
    assert programme.tax_form is None


def test_it_is_kept_with_who_sent_it(world: World) -> None:
    programme = world.after(contracting.sign).case.programme
    form = file(world, "application/pdf")
    payment.keep_tax_form(programme, form, **world.by("fay", Role.FINANCE))
    programme.refresh_from_db()
    assert (programme.tax_form, programme.tax_form_by.person) == (form, world.person("fay"))
