"""Editions: founded once, loaded as drafts, activated by an administrator, followed by the list."""

from datetime import timedelta
from typing import Any

from muniment import models
from muniment import programme as programmes
from muniment.actions import application, ledger, people, programme
from muniment.queries import editions
from muniment.rulebook.words import Role
from tests import seconds
from tests.world_front import START, Front, is_marked, last_entry, refusal_codes, shipped


def edited(**sections: dict[str, Any]) -> programmes.Bundle:
    """The shipped edition with other words in some sections."""
    plain = shipped().plain()
    return programmes.Bundle.from_data(
        {**plain, **{name: plain[name] | words for name, words in sections.items()}}
    )


def newer() -> programmes.Bundle:
    return edited(programme={"edition": "2026.2"})


def ada(front: Front) -> models.Actor:
    return front.acting("ada", Role.ADMINISTRATOR)


def staff_whole_office(front: Front) -> None:
    """Enough people that every step can be walked while any one of them is conflicted."""
    keeper = people.acting(front.people["ada"], Role.ADMINISTRATOR, via=models.Actor.Via.COMMAND)
    roster = shipped()["roster"]["people"]
    for entry in roster:
        person = people.register_person(f"{entry['person']}@example.org", name=entry["person"])
        people.verify_person(
            person, programme=front.programme, actor=ada(front), now=START, how="Seen in person."
        )
        for role in entry["roles"]:
            people.grant_role(
                person, Role(role), programme=front.programme, actor=keeper, now=START,
                from_on=START.date(), second_person=front.people["cora"],
            )  # fmt: skip


def test_founding_puts_the_first_edition_in_force_and_appoints_one_administrator(
    front: Front,
) -> None:
    home = models.Programme.objects.get(slug="centra")
    edition = home.active_edition
    assert edition is not None
    assert (edition.number, edition.sha256) == (1, shipped().sha256)
    assert edition.bundle.canonical.encode() == shipped().canonical
    first = models.RoleGrant.objects.get(role=Role.ADMINISTRATOR)
    assert first.person == front.people["ada"]
    assert first.made_by.person is None
    entry = models.Entry.objects.get(subject_kind="programme", subject_id=home.pk, number=1)
    assert entry.tag == "programme.found"
    assert ledger.verify()[1] == []


def test_a_programme_is_founded_once(front: Front) -> None:
    codes = refusal_codes(
        lambda: programme.found(shipped(), administrator=front.people["stan"], now=START)
    )
    assert codes == ["programme-exists"]
    assert not front.people["stan"].grants.exists()


def test_an_unsound_edition_founds_nothing(db: None) -> None:
    ann = people.register_person("ann@example.org", name="Ann")
    broken = edited(programme={"slug": "other", "second_person": {}})
    codes = refusal_codes(lambda: programme.found(broken, administrator=ann, now=START))
    assert set(codes) == {"edition-unchecked"}
    assert not models.Programme.objects.filter(slug="other").exists()


def test_a_founder_whose_identity_is_proven_keeps_that_proof(front: Front) -> None:
    cora = front.people["cora"]
    other = edited(programme={"slug": "other"})
    programme.found(other, administrator=cora, now=front.later(days=1))
    assert models.Person.objects.get(pk=cora.pk).identity_verified_at == START


def test_a_loaded_edition_is_a_draft(front: Front) -> None:
    edition = programme.load_programme_edition(
        front.programme, newer(), actor=ada(front), now=START
    )
    assert (edition.number, edition.activated_at) == (2, None)
    assert is_marked(edition, "made", actor=ada(front), now=START)
    assert last_entry(front.programme).tag == "programme.load_programme_edition"
    assert models.Programme.objects.get(pk=front.programme.pk).active_edition_id != edition.pk


def test_the_same_content_is_kept_once(front: Front) -> None:
    first = programme.load_programme_edition(front.programme, newer(), actor=ada(front), now=START)
    again = programme.load_programme_edition(front.programme, newer(), actor=ada(front), now=START)
    assert (first.pk, front.programme.editions.count()) == (again.pk, 2)


def test_an_unsound_edition_is_not_loaded(front: Front) -> None:
    broken = edited(programme={"second_person": {}})
    codes = refusal_codes(
        lambda: programme.load_programme_edition(
            front.programme, broken, actor=ada(front), now=START
        )
    )
    assert codes == ["edition-unchecked"]


def test_an_edition_of_another_programme_is_not_loaded(front: Front) -> None:
    other = edited(programme={"slug": "other"})
    codes = refusal_codes(
        lambda: programme.load_programme_edition(
            front.programme, other, actor=ada(front), now=START
        )
    )
    assert codes == ["other-programme"]


def test_activation_needs_an_office_that_can_walk_every_step(front: Front) -> None:
    edition = programme.load_programme_edition(
        front.programme, newer(), actor=ada(front), now=START
    )
    codes = refusal_codes(
        lambda: programme.activate_programme_edition(edition, actor=ada(front), now=START)
    )
    assert codes == ["roster-incomplete"]


def test_who_left_or_whose_office_ended_walks_no_step(front: Front) -> None:
    staff_whole_office(front)
    chair = models.Person.objects.get(email="office-4@example.org")
    models.Person.objects.filter(pk=chair.pk).update(is_active=False)
    front.people["chen"].grants.update(until_on=START.date() - timedelta(days=1))
    edition = programme.load_programme_edition(
        front.programme, newer(), actor=ada(front), now=START
    )
    codes = refusal_codes(
        lambda: programme.activate_programme_edition(
            edition, actor=ada(front), now=START, second_person=front.people["cora"]
        )
    )
    assert codes == ["roster-incomplete", "second-person-missing"]


def test_an_active_edition_rules_new_drafts_and_leaves_old_ones(front: Front) -> None:
    old = front.draft()
    staff_whole_office(front)
    edition = programme.load_programme_edition(
        front.programme, newer(), actor=ada(front), now=START
    )
    seconds.confirmed(
        lambda: programme.activate_programme_edition(
            edition, actor=ada(front), now=START, second_person=front.people["cora"]
        )
    )
    assert is_marked(edition, "activated", actor=ada(front), now=START)
    assert last_entry(front.programme).tag == "programme.activate_programme_edition"
    new = application.start_draft(
        front.programme, actor=front.acting("alice", Role.ANYONE), now=START
    )
    assert [editions.bundle_of(each.edition).edition for each in (old, new)] == [
        "2026.1", "2026.2",
    ]  # fmt: skip


def test_loading_from_the_command_line_activates_at_once(front: Front) -> None:
    staff_whole_office(front)
    chief, second = (
        models.Person.objects.get(email=f"office-{number}@example.org") for number in (1, 2)
    )
    edition = programme.load_edition(newer(), administrator=chief, second_person=second, now=START)
    assert (edition.number, edition.activated_by.person) == (2, chief)
    again = programme.load_edition(newer(), administrator=front.people["stan"], now=START)
    assert again == edition


def test_loading_from_the_command_line_leaves_nothing_half_done(front: Front) -> None:
    founder, stan = front.people["ada"], front.people["stan"]
    tried = [
        refusal_codes(lambda who=who: programme.load_edition(newer(), administrator=who, now=START))
        for who in (stan, founder)
    ]
    assert tried == [["not-your-step"], ["roster-incomplete"]]
    assert models.Programme.objects.get(pk=front.programme.pk).editions.count() == 1


def test_loading_a_programme_that_is_not_there_founds_it(front: Front) -> None:
    other = edited(programme={"slug": "other"})
    edition = programme.load_edition(other, administrator=front.people["stan"], now=START)
    assert (edition.programme.slug, edition.number) == ("other", 1)
