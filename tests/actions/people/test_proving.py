"""Certificates are confirmed from their document; a lost sign-in is reset by somebody else."""

from datetime import date

import pytest

from muniment import models
from muniment.actions import files, step
from muniment.actions.people import confirming, profile, proving
from muniment.rulebook.words import Role
from tests import seconds
from tests.evidence import assert_entered, by_and_at, letters_to, marked, refused
from tests.world import World

CORA = ("cora", Role.COORDINATOR)
ADA = ("ada", Role.ADMINISTRATOR)
UNTIL = date(2028, 3, 1)


def certificate(world: World, name: str = "alice") -> models.Training:
    return profile.add_training(
        world.person(name), "Data protection", issued_on=date(2026, 3, 1),
        expires_on=date(2030, 1, 1), now=world.house.now(),
    )  # fmt: skip


def document(world: World) -> models.StoredFile:
    by = world.by(*CORA)
    return files.record_file("c" * 64, size=9, media_type="application/pdf", **by)


def test_a_certificate_is_confirmed_from_its_document_with_the_day_that_it_shows(
    world: World,
) -> None:
    programme = world.founded().cast.programme
    row, kept, by = certificate(world), document(world), world.by(*CORA)
    proving.confirm_training(row, programme=programme, original=kept, expires_on=UNTIL, **by)
    row.refresh_from_db()
    assert (row.original, row.expires_on) == (kept, UNTIL)
    assert marked(row, "confirmed") == by_and_at(by)
    values = {
        "person": world.person("alice").public_id, "training": row.pk,
        "expires_on": UNTIL.isoformat(),
    }  # fmt: skip
    assert_entered(world.house.cast.programme, "people.confirm_training", by, values=values)
    assert letters_to(world.person("alice"))[-1] == "training-confirmed"


def test_a_certificate_that_does_not_end_is_confirmed_without_a_day(world: World) -> None:
    programme = world.founded().cast.programme
    row, kept = certificate(world), document(world)
    by = world.by(*CORA)
    proving.confirm_training(row, programme=programme, original=kept, expires_on=None, **by)
    row.refresh_from_db()
    assert row.expires_on is None


def test_what_is_confirmed_has_a_document_of_somebody_else_and_sound_days(world: World) -> None:
    world.founded()
    row, kept = certificate(world), document(world)

    def confirm(training: models.Training, **more: object) -> list[str]:
        given = {"original": kept, "expires_on": UNTIL, **world.by(*CORA), **more}
        of = world.house.cast.programme
        return refused(lambda: proving.confirm_training(training, programme=of, **given))

    assert confirm(row, original=None) == ["original-missing"]
    assert confirm(row, expires_on=date(2026, 1, 1)) == ["dates-swapped"]
    assert confirm(certificate(world, "cora")) == ["same-person"]
    assert "not-your-step" in confirm(row, **world.by(*ADA))
    by = world.by(*CORA)
    proving.confirm_training(
        row, programme=world.house.cast.programme, original=kept, expires_on=UNTIL, **by
    )
    assert confirm(row) == ["training-settled"]
    ended = certificate(world)
    profile.end_training(ended, now=world.house.now())
    assert confirm(ended) == ["training-settled"]


def test_a_sign_in_is_reset_by_two_and_its_owner_is_told(world: World) -> None:
    programme = world.founded().cast.programme
    dana, forgotten = world.person("dana"), []
    by = world.by(*ADA)
    proving.reset_credential(
        dana, programme=programme, forget=forgotten.append, second_person=world.person("cora"), **by
    )
    assert forgotten == [dana]
    assert marked(dana, "credentials_reset") == by_and_at(by)
    values = {"person": dana.public_id}
    assert_entered(world.house.cast.programme, "people.reset_credential", by, values=values)
    assert letters_to(dana)[-1] == "credential-reset"


@pytest.mark.parametrize(("name", "code"), [("ada", "same-person"), ("stan", "person-unverified")])
def test_nobody_resets_their_own_sign_in_or_that_of_a_stranger(
    world: World, name: str, code: str
) -> None:
    world.founded()
    programme = world.house.cast.programme
    forgotten: list[models.Person] = []
    attempt = lambda: proving.reset_credential(  # noqa: E731
        world.person(name), programme=programme, forget=forgotten.append,
        second_person=world.person("cora"), **world.by(*ADA),
    )  # fmt: skip
    assert code in refused(attempt)
    assert forgotten == []


def test_nobody_is_the_second_person_of_a_step_about_themselves(world: World) -> None:
    world.founded()
    world.appoint("chen", Role.ADMINISTRATOR)
    dana, programme = world.person("dana"), world.house.cast.programme
    for by in (seconds.in_browser(world, "ada", Role.ADMINISTRATOR), world.by(*ADA)):
        with pytest.raises(step.Refused) as caught:
            proving.reset_credential(
                dana, programme=programme, forget=lambda _: None, second_person=dana, **by
            )
        assert [each.code for each in caught.value.reasons] == ["second-person-missing"]
        assert confirming.ask_to_confirm(caught.value, now=by["now"], path="/office/") is None


def test_the_second_person_has_to_say_so_themselves(world: World) -> None:
    world.founded()
    world.appoint("chen", Role.ADMINISTRATOR)
    programme = world.house.cast.programme
    by = seconds.in_browser(world, "ada", Role.ADMINISTRATOR)
    attempt = lambda: proving.reset_credential(  # noqa: E731
        world.person("dana"), programme=programme, forget=lambda _: None,
        second_person=world.person("cora"), **by,
    )  # fmt: skip
    assert refused(attempt) == ["second-person-missing"]
