"""A public dataset is given to anybody, and that it was is on record; nothing else is given."""

import pytest

from muniment import models
from muniment.actions import catalogue, people
from muniment.demo import house
from muniment.rulebook.words import Role
from tests.evidence import assert_entered, refused
from tests.world import World


def timeline() -> models.Holding:
    return models.Holding.objects.select_related("dataset_edition__dataset").get(
        slug=house.TIMELINE
    )


@pytest.mark.parametrize("name", ["alice", None])
def test_that_a_table_was_given_stands_in_its_holding_s_chain(
    world: World, name: str | None
) -> None:
    world.founded()
    person = world.person(name) if name else None
    now = world.house.now()
    given = catalogue.download_publication(timeline(), "milestones", person=person, now=now)
    actor = people.acting(person, Role.ANYONE) if person else None
    actor = actor or people.system(via=models.Actor.Via.SESSION)
    values = {"table": "milestones", "content": given.content_sha256}
    by = {"actor": actor, "now": now}
    assert_entered(given, "catalogue.download_publication", by, values=values)


def test_what_is_not_public_was_withdrawn_or_is_under_embargo_is_not_given(world: World) -> None:
    world.founded()
    now = world.house.now()

    def attempt(slug: str) -> list[str]:
        holding = models.Holding.objects.get(slug=slug)
        give = catalogue.download_publication
        return refused(lambda: give(holding, "any", person=None, now=now))

    assert attempt(house.PILOT) == ["not-public"]
    assert "under-embargo" in attempt(house.ABSTRACTS)
    actor = people.system()
    models.DatasetEdition.objects.filter(holdings__slug=house.TIMELINE).update(
        withdrawn_at=now, withdrawn_by=actor
    )
    assert "withdrawn-edition" in attempt(house.TIMELINE)


def test_of_two_at_once_the_later_one_tries_again(world: World) -> None:
    world.founded()
    now, stale = world.house.now(), timeline()
    for _ in range(2):
        fresh = timeline()
        catalogue.download_publication(fresh, "milestones", person=None, now=now)
    catalogue.download_publication(stale, "milestones", person=None, now=now)
    tag = "catalogue.download_publication"
    assert models.Entry.objects.filter(subject_kind="holding", tag=tag).count() == 3
