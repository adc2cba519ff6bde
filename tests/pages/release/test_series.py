"""A standing request on its pages: what each side sees of a delivery, and the steps they take."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from muniment import models
from muniment.demo import releasing
from tests import series
from tests.world import World

As = Callable[..., Client]


def text(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    return answer.content.decode()


def test_a_delivery_is_confirmed_and_priced_by_their_own_people(world: World, as_: As) -> None:
    story, row = series.prepared(world)
    office = f"/office/{story.case.reference}/series/"
    stella, fay = as_("stella"), as_("fay")
    shown = text(stella, office)
    for words in ("2026.2", "To confirm", "Within the limit", "People who match", "Confirm this"):
        assert words in shown, words
    assert "Confirm this delivery" not in text(fay, office)
    about = {"delivery": row.pk, "form": f"confirm-{row.pk}"}
    missing = stella.post(office, {"do": "confirm", "reason": "", **about})
    assert "Fill in “" in missing.content.decode()
    assert (
        stella.post(office, {"do": "confirm", "reason": "As before.", **about}).status_code == 302
    )
    assert "As before." in text(fay, office)
    assert fay.post(office, {"do": "price", "delivery": row.pk}).status_code == 302
    assert "USD 1,200.00" in text(fay, office)
    assert "To build" in text(as_("alice"), f"/requests/{story.case.reference}/series/")


def test_wrong_people_are_refused_and_the_figures_stay_in_the_office(world: World, as_: As) -> None:
    story, row = series.prepared(world)
    office = f"/office/{story.case.reference}/series/"
    own = f"/requests/{story.case.reference}/series/"
    about = {"delivery": row.pk, "form": f"confirm-{row.pk}", "reason": "Yes."}
    assert as_("cora").post(office, {"do": "confirm", **about}).status_code == 409
    assert as_("stella").post(office, {"do": "confirm", **about, "delivery": 99}).status_code == 404
    assert as_("stella").post(office, {"do": "other"}).status_code == 404
    for name in ("alice", "max", "stan"):
        text(as_(name), office, 404)
    for name in ("stan", "cora"):
        text(as_(name), own, 404)
    assert Client().get(own).status_code == Client().get(office).status_code == 401
    shown = text(as_("alice"), own)
    assert "To confirm" in shown
    assert "limit" not in shown
    assert "People who match" not in shown


def test_a_fault_is_shown_and_looked_at_again_by_who_may(world: World, as_: As) -> None:
    story, row = series.prepared(world)
    office = f"/office/{story.case.reference}/series/"
    models.StandingDelivery.objects.update(error="The table visits is not there.", risk={})
    assert "The table visits is not there." in text(as_("stella"), office)
    assert "Look again" not in text(as_("fay"), office)
    again = {"do": "again", "delivery": row.pk}
    assert as_("stella").post(office, again).status_code == 302
    assert as_("stella").post(office, again).status_code == 409


@pytest.mark.parametrize("name", ["alice", "cora"])
def test_it_is_ended_on_either_side(world: World, as_: As, name: str) -> None:
    story = series.delivered_once(world)
    here = f"/{'requests' if name == 'alice' else 'office'}/{story.case.reference}/series/"
    someone = as_(name)
    assert "No later edition yet" in text(someone, here)
    empty = someone.post(here, {"do": "end", "form": "end", "reason": ""})
    assert "Fill in “" in empty.content.decode()
    ended = someone.post(here, {"do": "end", "form": "end", "reason": "We have enough."})
    assert ended.status_code == 302
    assert "was ended on" in text(someone, here)
    assert "End it before its date" not in text(someone, here)


def test_only_a_request_that_asked_for_it_has_a_series(world: World, as_: As) -> None:
    story = world.after(releasing.let_go)
    case = story.case.reference
    text(as_("alice"), f"/requests/{case}/series/", 404)
    text(as_("cora"), f"/office/{case}/series/", 404)
    assert f"/requests/{case}/series/" not in text(as_("alice"), f"/requests/{case}/")
    assert f"/office/{case}/series/" not in text(as_("cora"), f"/office/{case}/release/")
    series.asks_for_a_series(world, story, linkage=False)
    assert f"/requests/{case}/series/" in text(as_("alice"), f"/requests/{case}/")
    assert f"/office/{case}/series/" in text(as_("cora"), f"/office/{case}/release/")


def test_a_long_series_takes_as_many_queries_as_a_short_one(world: World, as_: As) -> None:
    story, row = series.prepared(world)
    own, counts = f"/requests/{story.case.reference}/series/", []
    alice = as_("alice")
    text(alice, own)
    for number in (1, 4):
        while models.StandingDelivery.objects.count() < number:
            _one_more(row)
        with CaptureQueriesContext(
            connection,
        ) as seen:
            text(alice, own)
        counts.append(len(seen))
    assert counts[0] == counts[1]


def _one_more(row: models.StandingDelivery) -> None:
    part, line = row.line.part, row.line
    many = models.Part.objects.count()
    edition = part.dataset_edition
    edition.pk, edition.label = None, f"2027.{many}"
    edition.save()
    part.pk, part.part_id, part.dataset_edition = None, f"p1.{many + 5}", edition
    part.save()
    line.pk, line.part, line.public_id = None, part, f"{many:032d}"
    line.save()
    row.pk, row.line = None, line
    row.save()
