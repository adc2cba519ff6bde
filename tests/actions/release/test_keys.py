"""Keys of recipients: only who holds the secret half, and only after another channel."""

import hashlib

import pytest

from muniment import models
from muniment.actions import people, release
from muniment.demo import releasing
from muniment.queries import release as releases
from muniment.rulebook.words import Role
from tests.evidence import assert_entered, by_and_at, marked, refused
from tests.world import World

ALICE = ("alice", Role.APPLICANT)
CORA = ("cora", Role.COORDINATOR)
PUBLIC = "age1httxuwv0luc4g2ey8une35998u6j3sp5amhml4ku8wqdgcnwgcxqmp4ekj"
FINGERPRINT = hashlib.sha256(PUBLIC.encode()).hexdigest()


def offered(world: World) -> models.RecipientKey:
    world.after(releasing.open_line)
    alice, by = world.person("alice"), world.by(*ALICE)
    return release.offer_key(alice, public=f" {PUBLIC} ", challenge="so many words", **by)


def register(
    world: World, key: models.RecipientKey, by: dict[str, object] | None = None, **more: object
) -> models.RecipientKey:
    by = by or world.by(*ALICE)
    case = models.Case.objects.get()
    given = {"answer": "so many words", "second_factor_at": by["now"], **more}
    return release.register_key(key, case=case, **given, **by)


def proven(world: World) -> models.RecipientKey:
    return register(world, offered(world))


def confirm(
    world: World, key: models.RecipientKey, by: dict[str, object] | None = None, **more: str
) -> models.RecipientKey:
    programme = models.Programme.objects.get()
    given = {"fingerprint": FINGERPRINT, "how": "Called by the directory's number.", **more}
    return release.confirm_key(key, programme=programme, **given, **(by or world.by(*CORA)))


def verified(world: World) -> None:
    models.Person.objects.filter(pk=world.person("alice").pk).update(
        identity_verified_at=world.house.now(), identity_verified_by=people.system()
    )


CRYPT4GH = """-----BEGIN CRYPT4GH PUBLIC KEY-----
qKpkZwUn7VcRBCwVEGNhsBBmHbkzcaUhwzXMJrjwkQs=
-----END CRYPT4GH PUBLIC KEY-----
"""


def test_a_crypt4gh_key_is_taken_as_its_file_or_as_one_line(world: World) -> None:
    kept = "crypt4gh:qKpkZwUn7VcRBCwVEGNhsBBmHbkzcaUhwzXMJrjwkQs="
    assert release.read_key(CRYPT4GH) == release.read_key(CRYPT4GH.replace("\n", " ")) == kept
    assert release.read_key(kept) == kept
    world.after(releasing.open_line)
    by = world.by(*ALICE)
    key = release.offer_key(world.person("alice"), public=CRYPT4GH, challenge="so", **by)
    assert (key.public, key.fingerprint) == (kept, hashlib.sha256(kept.encode()).hexdigest())


@pytest.mark.parametrize("public", ["", "age1", "AGE-SECRET-KEY-1QQQ", "ssh-ed25519 AAAA"])
def test_only_a_public_age_key_is_taken_down(world: World, public: str) -> None:
    world.after(releasing.open_line)
    alice = world.person("alice")
    offer = lambda: release.offer_key(  # noqa: E731
        alice, public=public, challenge="x", **world.by(*ALICE)
    )
    assert refused(offer) == ["not-a-public-key"]


def test_a_later_offer_takes_the_place_of_one_that_nobody_proved(world: World) -> None:
    first = offered(world)
    second = release.offer_key(
        world.person("alice"), public=PUBLIC, challenge="other", **world.by(*ALICE)
    )
    assert releases.find_key(world.person("alice")) == second
    assert refused(lambda: register(world, reread(first))) == ["key-not-waiting"]


def reread(key: models.RecipientKey) -> models.RecipientKey:
    return models.RecipientKey.objects.select_related("person").get(pk=key.pk)


def test_a_key_is_registered_by_who_could_read_its_challenge(world: World) -> None:
    key = offered(world)
    assert refused(lambda: register(world, key, answer="guessed")) == ["challenge-failed"]
    none = refused(lambda: register(world, key, second_factor_at=None))
    assert none == ["second-factor-needed"]
    by = world.by(*ALICE)
    done = register(world, key, by)
    assert marked(done, "proven") == by_and_at(by)
    values = {"person": world.person("alice").public_id, "fingerprint": FINGERPRINT}
    programme = models.Programme.objects.get()
    assert_entered(programme, "release.register_key", by, values=values)
    assert refused(lambda: register(world, done)) == ["key-not-waiting"]


def test_nobody_registers_the_key_of_another(world: World) -> None:
    key = offered(world)
    supervisor = world.person("stan")
    models.Case.objects.update(supervisor=supervisor)
    by = world.by("stan", Role.SUPERVISOR)
    attempt = lambda: release.register_key(  # noqa: E731
        key, case=models.Case.objects.get(), answer="so many words",
        second_factor_at=by["now"], **by,
    )  # fmt: skip
    assert refused(attempt) == ["key-not-waiting"]


def test_a_new_key_ends_the_one_before(world: World) -> None:
    first = proven(world)
    second = release.offer_key(
        world.person("alice"), public=PUBLIC, challenge="so many words", **world.by(*ALICE)
    )
    register(world, second)
    assert reread(first).ended_at is not None
    assert reread(second).ended_at is None


def test_the_office_confirms_what_the_owner_read_out(world: World) -> None:
    key = proven(world)
    assert refused(lambda: confirm(world, key)) == ["person-unverified"]
    verified(world)
    key = reread(key)
    assert refused(lambda: confirm(world, key, fingerprint="0" * 16)) == ["fingerprint-differs"]
    assert refused(lambda: confirm(world, key, how=" ")) == ["reason-missing"]
    by = world.by(*CORA)
    done = confirm(world, key, by, fingerprint=FINGERPRINT[:16].upper())
    assert (marked(done, "confirmed"), done.confirmed_how) == (
        by_and_at(by), "Called by the directory's number.",
    )  # fmt: skip
    values = {"person": world.person("alice").public_id, "fingerprint": FINGERPRINT,
              "how": done.confirmed_how}  # fmt: skip
    programme = models.Programme.objects.get()
    assert_entered(programme, "release.confirm_key", by, values=values)
    assert releases.find_confirmed_key(world.person("alice")) == done


def test_a_key_that_nobody_proved_is_not_confirmed(world: World) -> None:
    key = offered(world)
    verified(world)
    assert refused(lambda: confirm(world, reread(key))) == ["key-unproven"]
