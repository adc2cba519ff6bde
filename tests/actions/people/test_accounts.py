"""Accounts, actors and institutions: edits that give nobody a role."""

import pytest

from muniment import models
from muniment.actions import people
from muniment.rulebook.words import Role
from tests.world_front import START, Front, refusal_codes


def test_an_actor_row_is_made_once_for_a_person_in_a_role(front: Front) -> None:
    first, again = front.acting("cora"), front.acting("cora")
    other = people.acting(front.people["cora"], Role.ANYONE)
    assert (first.pk == again.pk, first.pk == other.pk) == (True, False)


def test_the_system_acts_without_a_person(front: Front) -> None:
    assert (front.system.person, front.system.role) == (None, Role.SYSTEM)


def test_an_address_belongs_to_one_person_however_it_is_written(front: Front) -> None:
    again = people.register_person(" Alice@Example.org ", name="Someone")
    assert (again.pk, again.name) == (front.people["alice"].pk, "Alice")


def test_a_new_person_has_no_usable_password_and_no_verified_address(front: Front) -> None:
    made = people.register_person("new@example.org", name="New Person")
    assert (made.has_usable_password(), made.email_verified_at) == (False, None)


@pytest.mark.parametrize(
    ("email", "name", "codes"),
    [
        ("not-an-address", "Ann", ["email-invalid"]),
        ("ann@example.org", "  ", ["name-missing"]),
        (f"{'a' * 60}@{'.'.join(['b' * 60] * 4)}.org", "Ann", ["email-invalid"]),
        ("", "", ["email-invalid", "name-missing"]),
    ],
)
def test_a_wrong_address_or_no_name_is_refused(
    front: Front, email: str, name: str, codes: list[str]
) -> None:
    before = models.Person.objects.count()
    assert refusal_codes(lambda: people.register_person(email, name=name)) == codes
    assert models.Person.objects.count() == before


def test_a_name_is_kept_as_far_as_it_fits(front: Front) -> None:
    made = people.register_person("new@example.org", name=f" {'N' * 400}")
    made.full_clean(exclude=["password"])
    assert made.name == "N" * 200


def test_an_address_is_confirmed_once_and_by_its_owner(front: Front) -> None:
    made = people.register_person("new@example.org", name="New Person")
    people.confirm_email(made, now=START)
    people.confirm_email(made, now=front.later(days=1))
    made.refresh_from_db()
    assert made.email_verified_at == START
    assert made.email_verified_by is not None
    assert made.email_verified_by.person == made


def test_an_institution_is_found_again_by_its_identifier(front: Front) -> None:
    made = people.register_institution("Mayo Clinic", ror="https://ror.org/02qp3tb03")
    again = people.register_institution("Another spelling", ror="https://ror.org/02qp3tb03")
    assert made.pk == again.pk


def test_an_institution_without_identifier_is_found_again_by_its_name(front: Front) -> None:
    made = people.register_institution("A small clinic", country="US")
    assert people.register_institution("A small clinic").pk == made.pk


@pytest.mark.parametrize(
    ("name", "more", "codes"),
    [
        ("Clinic", {"ror": "https://ror.org/02qp3tb04"}, ["institution-invalid"]),
        ("Clinic", {"country": "Narnia"}, ["institution-invalid"]),
        (" ", {}, ["name-missing"]),
    ],
)
def test_a_mistyped_institution_is_refused(
    front: Front, name: str, more: dict[str, str], codes: list[str]
) -> None:
    assert refusal_codes(lambda: people.register_institution(name, **more)) == codes
