"""The information list: published by dated edition, and followed by the tables."""

from typing import Any

from muniment import models
from muniment.actions import catalogue
from muniment.rulebook.words import Role
from tests.world_front import START, Front, last_entry, letters_to, refusal_codes, shipped


def listed(**changes: dict[str, Any]) -> dict[str, Any]:
    """The shipped list with other words for some datasets; None takes a dataset out."""
    plain = shipped().plain()["information_list"]
    kept = [each for each in plain["datasets"] if changes.get(_name(each), {}) is not None]
    datasets = [{**each, **changes.get(_name(each), {})} for each in kept]
    return {**plain, "edition": "2026-12", "datasets": datasets}


def _name(entry: dict[str, Any]) -> str:
    return str(entry["slug"]).replace("-", "_")


def publish(front: Front, new: dict[str, Any]) -> models.ProgrammeEdition:
    return catalogue.publish_list_edition(
        front.programme, new, actor=front.acting("cora"), now=START
    )


def test_the_tables_follow_the_list_that_is_in_force(front: Front) -> None:
    slugs = {entry["slug"] for entry in shipped()["information_list"]["datasets"]}
    assert set(front.programme.datasets.values_list("slug", flat=True)) == slugs
    census = front.edition("practice-census")
    assert (census.label, census.entry["level"], census.entry["status"]) == (
        "2026.1", "aggregate", "open",
    )  # fmt: skip


def test_a_dataset_without_editions_has_one_to_be_refused_by(front: Front) -> None:
    elsewhere = front.edition("cancerlinq")
    assert (elsewhere.label, elsewhere.dataset.status) == (catalogue.UNDATED, "elsewhere")


def test_a_new_list_becomes_an_edition_in_force(front: Front) -> None:
    edition = publish(front, listed(tapur={"status": "not_offered", "reason": "Withheld."}))
    home = models.Programme.objects.get(pk=front.programme.pk)
    assert (home.active_edition, edition.number) == (edition, 2)
    assert edition.activated_by == front.acting("cora")
    assert front.edition("tapur").dataset.status == "not_offered"
    assert last_entry(front.programme).tag == "catalogue.publish_list_edition"


def test_a_dataset_that_left_the_list_is_not_offered(front: Front) -> None:
    publish(front, listed(books=None))
    assert front.edition("books").dataset.status == models.Dataset.Status.NOT_OFFERED


def test_a_faulty_list_is_not_published(front: Front) -> None:
    broken = listed(tapur={"status": "soon"})
    assert refusal_codes(lambda: publish(front, broken)) == ["list-unchecked"]
    assert front.programme.editions.count() == 1


def test_only_the_office_publishes(front: Front) -> None:
    codes = refusal_codes(
        lambda: catalogue.publish_list_edition(
            front.programme, listed(), actor=front.acting("dana"), now=START
        )
    )
    assert codes == ["not-your-step"]


def interested(front: Front, dataset: str) -> models.Interest:
    return catalogue.register_interest(
        front.programme, front.edition(dataset).dataset,
        actor=front.acting("alice", Role.ANYONE), now=START,
    )  # fmt: skip


def test_interest_in_a_planned_dataset_is_kept_once(front: Front) -> None:
    first = interested(front, "tapur")
    again = interested(front, "tapur")
    assert (first.pk, first.told_at) == (again.pk, None)
    assert last_entry(front.programme).tag == "catalogue.register_interest"


def test_interest_is_registered_only_in_planned_datasets(front: Front) -> None:
    assert refusal_codes(lambda: interested(front, "sdtm-pilot")) == ["not-planned"]


def test_interest_needs_somebody_to_tell(front: Front) -> None:
    system = front.system
    visitor = models.Actor(person=None, role=Role.ANYONE, via=system.via)
    codes = refusal_codes(
        lambda: catalogue.register_interest(
            front.programme, front.edition("tapur").dataset, actor=visitor, now=START
        )
    )
    assert codes == ["account-unverified"]


def test_those_who_asked_are_told_once_when_a_dataset_opens(front: Front) -> None:
    interest = interested(front, "tapur")
    tapur = interest.dataset
    too_early = refusal_codes(
        lambda: catalogue.tell_interested(front.programme, tapur, actor=front.system, now=START)
    )
    assert too_early == ["edition-not-open"]
    publish(front, listed(tapur=_opened(tapur.slug)))
    tapur.refresh_from_db()
    told = catalogue.tell_interested(front.programme, tapur, actor=front.system, now=START)
    interest.refresh_from_db()
    assert (told, interest.told_at, interest.told_by) == (1, START, front.system)
    assert letters_to(front.people["alice"]) == ["edition-open"]
    again = refusal_codes(
        lambda: catalogue.tell_interested(front.programme, tapur, actor=front.system, now=START)
    )
    assert again == ["interest-told"]


def _opened(slug: str) -> dict[str, Any]:
    entry = next(e for e in shipped().plain()["information_list"]["datasets"] if e["slug"] == slug)
    pilot = next(
        e for e in shipped().plain()["information_list"]["datasets"] if e["slug"] == "sdtm-pilot"
    )
    missing = {key: value for key, value in pilot.items() if key not in entry}
    return {**missing, "status": "open", "editions": pilot["editions"]}
