"""Editions are announced, opened, restricted, withdrawn and corrected; each change is dated."""

from typing import Any

import pytest

from muniment import models
from muniment.actions import catalogue
from muniment.queries import facts
from muniment.queries.facts.situation import READINGS, Situation
from muniment.rulebook.words import Fact
from tests.dataplane import tables
from tests.world_front import (
    START,
    Front,
    is_marked,
    last_entry,
    letters_to,
    refusal_codes,
)  # fmt: skip

assert facts
CHARTS = "qopi-charts"


def announce(front: Front, label: str = "2027.1", dataset: str = CHARTS) -> models.DatasetEdition:
    home = models.Programme.objects.get(pk=front.programme.pk)
    return catalogue.announce_edition(
        home, home.datasets.get(slug=dataset), label, note="After the winter round.",
        actor=front.acting("cora"), now=front.now,
    )  # fmt: skip


def load(front: Front, edition: models.DatasetEdition, label: str = "2027.1") -> models.Holding:
    descriptor: dict[str, Any] = tables.descriptor()
    descriptor["muniment"] |= {"edition": label}
    return catalogue.load_holding(
        models.Programme.objects.get(pk=front.programme.pk), descriptor, dataset_edition=edition,
        content_sha256="c" * 64, folder=f"small-{label}", found=(), actor=front.acting("dana"),
        now=front.now,
    )  # fmt: skip


def open_(front: Front, edition: models.DatasetEdition) -> models.DatasetEdition:
    home = models.Programme.objects.get(pk=front.programme.pk)
    return catalogue.open_edition(home, edition, actor=front.acting("cora"), now=front.now)


def home_of(front: Front) -> models.Programme:
    return models.Programme.objects.get(pk=front.programme.pk)


def test_a_planned_edition_is_announced_in_a_new_list(front: Front) -> None:
    edition = announce(front)
    assert (edition.entry["status"], edition.entry["note"]) == (
        "planned", "After the winter round.",
    )  # fmt: skip
    assert edition.dataset.status == "open"
    home = home_of(front)
    assert home.editions.count() == 2
    assert home.active_edition is not None
    assert is_marked(home.active_edition, "activated", actor=front.acting("cora"), now=front.now)
    entry = last_entry(front.programme)
    assert entry.tag == "catalogue.announce_edition"
    assert set(entry.values) == {"dataset", "announced", "edition", "number"}


def test_lists_of_one_day_have_labels_that_differ(front: Front) -> None:
    announce(front, "2027.1")
    announce(front, "2027.2")
    announce(front, "2027.3")
    from muniment.queries import editions

    listed = editions.active_bundle(home_of(front))["information_list"]
    assert listed["edition"] == f"{START.date().isoformat()}.3"


def test_a_dataset_that_was_not_offered_becomes_planned(front: Front) -> None:
    edition = announce(front, dataset="tapur")
    assert edition.dataset.status == "planned"


def test_an_edition_is_announced_once(front: Front) -> None:
    announce(front)
    assert refusal_codes(lambda: announce(front)) == ["edition-listed"]


def test_what_the_list_lacks_for_an_announcement_is_named(front: Front) -> None:
    assert "list-unchecked" in refusal_codes(lambda: announce(front, dataset="cancerlinq"))
    gone = models.Dataset.objects.create(
        programme=front.programme, slug="gone", title="Gone", information_type="trials",
        status="not_offered",
    )  # fmt: skip
    assert refusal_codes(lambda: announce(front, dataset=gone.slug)) == ["dataset-unlisted"]
    assert home_of(front).editions.count() == 1


def test_an_edition_with_a_checked_holding_is_opened(front: Front) -> None:
    edition = announce(front)
    load(front, edition)
    opened = open_(front, edition)
    assert opened.entry["status"] == "open"
    assert last_entry(front.programme).tag == "catalogue.open_edition"


def test_whoever_waited_for_a_dataset_is_told_when_it_opens(front: Front) -> None:
    edition = announce(front)
    load(front, edition)
    alice = front.acting("alice")
    models.Interest.objects.create(
        dataset=edition.dataset, person=front.people["alice"], made_at=front.now, made_by=alice
    )
    open_(front, edition)
    assert letters_to(front.people["alice"]) == ["edition-open"]
    assert last_entry(front.programme).tag == "catalogue.tell_interested"


def test_an_edition_without_a_holding_is_not_opened(front: Front) -> None:
    edition = announce(front)
    codes = refusal_codes(lambda: open_(front, edition))
    assert codes == ["holding-unchecked", "field-unclassed"]


def test_an_open_edition_is_not_opened_again(front: Front) -> None:
    edition = announce(front)
    load(front, edition)
    open_(front, edition)
    assert refusal_codes(lambda: open_(front, edition)) == ["edition-open"]


def tighten(front: Front, restriction: str = "no-ranking", **more: Any) -> models.ProgrammeEdition:
    home = home_of(front)
    given = {"reason": "The funder asks for it.", **more}
    return catalogue.tighten_restriction(
        home, home.datasets.get(slug="sdtm-pilot"), restriction,
        actor=front.acting("paula"), now=front.now, **given,
    )  # fmt: skip


def test_a_restriction_binds_every_case_on_the_dataset_at_once(front: Front) -> None:
    case = front.submitted()
    reading = READINGS[Fact.RESTRICTION_TIGHTENED]
    here = {"actor": front.acting("paula"), "now": front.now}
    assert not reading(Situation("release", front.fresh(case), **here))
    tighten(front)
    assert reading(Situation("release", front.fresh(case), **here))
    entry = last_entry(front.programme)
    assert entry.tag == "catalogue.tighten_restriction"
    assert {"restriction", "reason"} <= set(entry.values)


def test_a_restriction_needs_a_reason_a_rule_and_is_set_once(front: Front) -> None:
    assert refusal_codes(lambda: tighten(front, reason=" ")) == ["reason-missing"]
    assert refusal_codes(lambda: tighten(front, "no-such-rule")) == ["list-unchecked"]
    tighten(front)
    assert refusal_codes(lambda: tighten(front)) == ["restriction-set"]


def correct(
    front: Front, edition: models.DatasetEdition, replacement: models.DatasetEdition, **more: Any
) -> list[models.Case]:
    given = {"reason": "Two sites were coded the wrong way.", **more}
    return catalogue.correct_edition(
        home_of(front), edition, replacement, actor=front.acting("stella"), now=front.now, **given
    )


def pilot(front: Front) -> tuple[models.DatasetEdition, models.DatasetEdition]:
    """The pilot's edition, and a corrected one with a holding."""
    old = front.edition("sdtm-pilot")
    new = announce(front, "2026.2", "sdtm-pilot")
    load(front, new, "2026.2")
    return old, new


def test_a_correction_holds_every_open_case_and_names_what_takes_its_place(front: Front) -> None:
    case = front.submitted()
    old, new = pilot(front)
    held = correct(front, old, new)
    assert [each.pk for each in held] == [case.pk]
    old.refresh_from_db()
    assert (old.successor, old.recall) == (new, "replace")
    assert is_marked(old, "withdrawn", actor=front.acting("stella"), now=front.now)
    hold = case.holds.get(lifted_at__isnull=True)
    assert hold.dataset_edition == old
    assert "on-hold" in letters_to(case.applicant)
    entry = last_entry(front.programme)
    assert entry.tag == "catalogue.correct_edition"
    assert {"replacement", "recall", "reason"} <= set(entry.values)


def test_a_correction_needs_another_sound_edition_of_the_same_dataset(front: Front) -> None:
    old, new = pilot(front)
    assert refusal_codes(lambda: correct(front, old, old)) == ["no-replacement"]
    other = announce(front)
    load(front, other)
    assert refusal_codes(lambda: correct(front, old, other)) == ["no-replacement"]
    bare = announce(front, "2026.3", "sdtm-pilot")
    assert refusal_codes(lambda: correct(front, old, bare)) == ["holding-unchecked"]
    assert refusal_codes(lambda: correct(front, old, new, reason="")) == ["reason-missing"]
    correct(front, old, new)
    old.refresh_from_db()
    assert refusal_codes(lambda: correct(front, old, new)) == ["edition-withdrawn"]


@pytest.mark.parametrize("recall", list(catalogue.Recall))
def test_a_withdrawal_says_what_recipients_are_to_do(
    front: Front, recall: catalogue.Recall
) -> None:
    edition = front.edition("sdtm-pilot")
    catalogue.withdraw_edition(
        front.programme, edition, reason="Consent was withdrawn.", recall=recall,
        actor=front.acting("stella"), now=front.now,
    )  # fmt: skip
    edition.refresh_from_db()
    assert edition.recall == recall.value
