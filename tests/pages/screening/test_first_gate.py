"""The application as it was sent, what changed since, and the gate of completeness."""

from collections.abc import Callable
from html import unescape
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from django.test.utils import CaptureQueriesContext

from muniment import models
from muniment.demo import applying
from muniment.queries import files
from muniment.rulebook.words import Stage

if TYPE_CHECKING:
    from muniment.demo.story import Story
    from tests.world import World

As = Callable[[str], Client]


def at(story: "Story", tab: str) -> str:
    return f"/office/{story.case.reference}/{tab}/"


def text(answer: Any) -> str:
    return unescape(answer.content.decode())


def test_the_application_is_shown_as_it_was_sent(world: "World", as_: As) -> None:
    story = world.after(applying.submit)
    shown = text(as_("cora").get(at(story, "application")))
    assert "Submission 1" in shown
    assert "New research" in shown  # a choice by its words
    assert "protocol.pdf" in shown
    assert "What changed" not in shown


def test_a_second_submission_shows_what_changed_field_by_field(world: "World", as_: As) -> None:
    story = world.after(applying.submit_again)
    shown = text(as_("audra").get(at(story, "application")))
    assert "Submission 2" in shown
    assert "<ins>The board meets next month; its letter follows.</ins>" in shown
    assert "Legal basis and consent" in shown
    assert shown.count("<ins>") == 1


@pytest.mark.parametrize("tab", ["application", "completeness", "availability", "policy"])
def test_the_gates_are_for_the_office_alone(world: "World", as_: As, tab: str) -> None:
    story = world.after(applying.submit)
    assert Client().get(at(story, tab)).status_code == 401
    for stranger in ("alice", "stan", "max", "dana"):
        assert as_(stranger).get(at(story, tab)).status_code == 404
    for reader in ("cora", "stella", "paula", "audra"):
        assert as_(reader).get(at(story, tab)).status_code == 200


def test_what_the_system_found_is_a_point_of_the_return_already(world: "World", as_: As) -> None:
    story = world.after(applying.submit)
    ethics = story.case.sections.get(name="ethics")
    ethics.answers = {**ethics.answers, "ethics_status": "approved", "conflicts": ""}
    ethics.save()
    page = as_("cora").get(at(story, "completeness"))
    found = [each["text"] for _, things in page.context["found"] for each in things]
    assert page.context["many"] == len(found) > 0
    assert found[0] in [point.initial.get("text") for point in page.context["points"]]
    assert all(each in text(page) for each in found)


def test_a_file_that_cannot_be_read_is_named_in_its_section_and_stays_on_record(
    world: "World", as_: As
) -> None:
    story = world.after(applying.submit)
    answer = story.case.attachments.get(removed_at=None)
    by = {"made_at": answer.made_at, "made_by": answer.made_by}
    unread = models.StoredFile.objects.create(
        sha256="e" * 64, size=1, media_type=files.UNKNOWN, verdict="clean", **by
    )
    paper = story.case.attachments.create(file=unread, purpose="paper", name="scan.pdf", **by)
    answer.file.media_type = files.UNKNOWN
    answer.file.save()
    page = as_("cora").get(at(story, "completeness"))
    found = {str(title): [each["text"] for each in things] for title, things in
             page.context["found"]}  # fmt: skip
    said = f"The file “{paper.name}”: it cannot be read."
    assert found["Files beside the answers"] == [said]
    assert [each for each in found["The project"] if f"{answer.name}: it cannot be read" in each]
    assert f'#files">See the files<span class="visually-hidden">: {said}' in text(page)
    begun = [point.initial for point in page.context["points"]]
    assert {"section": "request", "text": said} in begun
    assert as_("cora").post(at(story, "completeness"), {"do": "certify"}).status_code == 302
    check = story.case.completeness_checks.get(complete=True)
    assert said in check.findings


def test_a_request_is_returned_with_numbered_points(world: "World", as_: As) -> None:
    story = world.after(applying.submit)
    posted = {
        "do": "return",
        "p0-section": "ethics", "p0-text": "Add the letter of the board.",
        "p1-section": "team", "p1-text": "",
        "p2-section": "security", "p2-text": "Name the place.",
    }  # fmt: skip
    as_("cora").post(at(story, "completeness"), posted)
    assert story.case.stage == Stage.RETURNED
    points = list(story.case.points.order_by("number").values_list("number", "section", "text"))
    assert points == [
        (1, "ethics", "Add the letter of the board."), (2, "security", "Name the place."),
    ]  # fmt: skip
    shown = text(as_("cora").get(at(story, "completeness")))
    assert "Name the place." in shown
    assert "Take the return back" in shown


def test_a_return_without_a_point_says_so_and_leaves_the_request(world: "World", as_: As) -> None:
    story = world.after(applying.submit)
    posted = {"do": "return", "p0-section": "ethics", "p0-text": " "}
    answer = as_("cora").post(at(story, "completeness"), posted)
    assert (answer.status_code, story.case.stage) == (409, Stage.SUBMITTED)
    more = as_("cora").post(at(story, "completeness"), {**posted, "do": "more"})
    assert len(more.context["points"]) == 2
    wrong = as_("cora").post(
        at(story, "completeness"), {"do": "return", "p0-section": "nowhere", "p0-text": "What?"}
    )
    assert wrong.context["points"][0].errors


def test_a_complete_request_is_certified_and_the_rounds_stay_readable(
    world: "World", as_: As
) -> None:
    story = world.after(applying.submit_again)
    cora = as_("cora")
    before = text(cora.get(at(story, "completeness")))
    assert "Say when the ethics board will decide" in before
    assert "Answer: The board meets next month." in before
    assert cora.post(at(story, "completeness"), {"do": "certify"}).status_code == 302
    assert story.case.stage == Stage.AVAILABILITY
    check = story.case.completeness_checks.latest("pk")
    assert (check.complete, check.made_by.person) == (True, world.person("cora"))
    back = {"do": "back", "back-reason": "I looked at the wrong file."}
    assert cora.post(at(story, "completeness"), {**back, "back-reason": ""}).status_code == 200
    cora.post(at(story, "completeness"), back)
    assert story.case.stage == Stage.SUBMITTED


def test_a_return_is_taken_back_and_a_request_moved_to_the_full_track(
    world: "World", as_: As
) -> None:
    story = world.after(applying.be_returned)
    cora = as_("cora")
    cora.post(at(story, "completeness"), {"do": "back", "back-reason": "Wrong request."})
    assert story.case.stage == Stage.SUBMITTED
    again = cora.post(at(story, "completeness"), {"do": "full", "full-reason": "Not simple."})
    assert again.status_code == 409  # it is on the full track
    assert cora.post(at(story, "completeness"), {"do": "full"}).status_code == 200
    assert cora.post(at(story, "completeness"), {"do": "dance"}).status_code == 404


def test_who_reads_along_takes_no_step(world: "World", as_: As) -> None:
    story = world.after(applying.submit_again)
    answer = as_("stella").post(at(story, "completeness"), {"do": "certify"})
    assert (answer.status_code, story.case.stage) == (409, Stage.SUBMITTED)
    assert "Not possible yet" in text(answer)


def test_more_points_and_more_rounds_cost_no_more_queries(world: "World", as_: As) -> None:
    from django.db import connection

    story = world.after(applying.submit)
    cora = as_("cora")
    counts = []
    for many in (1, 6):
        cora.get(at(story, "completeness"))
        posted = {"do": "return"}
        for n in range(many):
            posted |= {f"p{n}-section": "ethics", f"p{n}-text": f"Point {n}."}
        cora.post(at(story, "completeness"), posted)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            cora.get(at(story, "completeness"))
        counts.append(len(captured))
        cora.post(at(story, "completeness"), {"do": "back", "back-reason": "Once more."})
    assert counts[0] == counts[1]


def test_a_held_file_is_let_through_by_a_word_about_a_scan_elsewhere(
    world: "World", as_: As
) -> None:
    from muniment import models

    story, held = world.after(applying.submit), models.StoredFile.Verdict.HELD
    models.StoredFile.objects.update(verdict=held)
    first, *others = story.case.attachments.order_by("pk")
    where, cora = at(story, "completeness"), as_("cora")
    assert text(cora.get(where)).count("Scanned elsewhere, clean") == 1 + len(others)
    posted = {"do": "scanned", "file": str(first.pk), "verdict": "clean"}
    assert as_("stella").post(where, posted).status_code == 409
    assert cora.post(where, posted | {"verdict": "held"}).status_code == 404
    assert cora.post(where, posted).status_code == 302
    assert cora.post(where, posted).status_code == 404
    found = models.StoredFile.objects.get(pk=first.file_id)
    assert found.verdict == models.StoredFile.Verdict.CLEAN
    assert text(cora.get(where)).count("Scanned elsewhere, clean") == len(others)
