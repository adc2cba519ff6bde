"""The points of a return, answered by who writes the request before it is sent again."""

from collections.abc import Callable
from html import unescape
from typing import TYPE_CHECKING, Any

from django.test import Client

from muniment.demo import applying

if TYPE_CHECKING:
    from muniment.demo.story import Story
    from tests.world import World

As = Callable[[str], Client]


def at(story: "Story") -> str:
    return f"/requests/{story.case.reference}/points/"


def text(answer: Any) -> str:
    return unescape(answer.content.decode())


def test_each_point_is_answered_by_its_writer(world: "World", as_: As) -> None:
    story, alice = world.after(applying.be_returned), as_("alice")
    assert "1. Say when the ethics board will decide" in text(alice.get(at(story)))
    silent = alice.post(at(story), {"point-1": " "})
    assert (silent.status_code, story.case.points.get().answer) == (409, "")
    assert "Say in a sentence what you completed for point 1." in text(silent)
    alice.post(at(story), {"point-1": "Next month."})
    point = story.case.points.get()
    assert (point.answer, point.resolved_by.person) == ("Next month.", world.person("alice"))
    again = alice.post(at(story), {"point-1": "Next month."})
    assert (again.status_code, story.case.points.get().resolved_at) == (302, point.resolved_at)


def test_an_answer_that_is_too_long_is_refused_and_shown_whole(world: "World", as_: As) -> None:
    story, alice = world.after(applying.be_returned), as_("alice")
    long = "a" * 8_000 + "z"
    answer = alice.post(at(story), {"point-1": long})
    assert (answer.status_code, story.case.points.get().answer) == (409, "")
    assert long in text(answer)


def test_a_point_is_nobody_elses(world: "World", as_: As) -> None:
    story = world.after(applying.be_returned)
    assert as_("cora").get(at(story)).status_code == 404
    assert as_("stan").post(at(story), {"point-1": "Mine."}).status_code == 404
    assert Client().get(at(story)).status_code == 401


def test_once_it_is_sent_again_the_points_are_read_only(world: "World", as_: As) -> None:
    story, alice = world.after(applying.submit_again), as_("alice")
    shown = text(alice.get(at(story)))
    assert "The board meets next month." in shown
    assert "<textarea" not in shown
    assert alice.post(at(story), {"point-1": "Otherwise."}).status_code == 409


def test_a_request_without_a_return_has_no_points(world: "World", as_: As) -> None:
    story = world.after(applying.submit)
    assert "named no point" in text(as_("alice").get(at(story)))
