"""Availability: counted by the worker, looked at under log, judged, passed, made smaller, split."""

import json
from collections.abc import Callable
from html import unescape
from typing import TYPE_CHECKING, Any

from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from muniment import models
from muniment.actions import people
from muniment.demo import applying, judging
from muniment.rulebook.words import Stage
from tests.pages import rows

if TYPE_CHECKING:
    from muniment.demo.story import Story
    from tests.world import World

As = Callable[[str], Client]


def at(story: "Story") -> str:
    return f"/office/{story.case.reference}/availability/"


def text(answer: Any) -> str:
    return unescape(answer.content.decode())


def counted(world: "World", stella: Client, story: "Story") -> None:
    """Stella asks for the figures, and the worker brings them."""
    stella.post(at(story), {"do": "count", "part": "p1"})
    world.house.clock.now = timezone.now()
    world.house.work_off()


def verdict(**more: Any) -> dict[str, Any]:
    given = {"verdict": "sufficient", "needed": "100", "reason": "Enough events."} | more
    return {"do": "verdict", "part": "p1", **{f"verdict-{k}": v for k, v in given.items()}}


def test_the_worker_counts_and_the_page_waits_for_it(world: "World", as_: As) -> None:
    story, stella = world.after(applying.be_certified), as_("stella")
    before = stella.get(at(story))
    assert (before.context["main"], "data-waiting" in text(before)) == ("count", False)
    stella.post(at(story), {"do": "count", "part": "p1"})
    waiting = stella.get(at(story))
    assert (waiting.context["main"], "data-waiting" in text(waiting)) == ("wait", True)
    world.house.clock.now = timezone.now()
    world.house.work_off()
    after = stella.get(at(story))
    assert after.context["main"] == "verdict"
    assert "About " in text(after)
    assert "These data describe no real person." not in text(after)
    rows.make_synthetic()
    assert "These data describe no real person." in text(stella.get(at(story)))


def test_exact_figures_come_once_for_a_purpose_and_the_look_is_on_record(
    world: "World", as_: As
) -> None:
    story, stella = world.after(applying.be_certified), as_("stella")
    counted(world, stella, story)
    exact = story.part.availabilities.get().exact
    silent = stella.post(at(story), {"do": "look", "part": "p1"})
    assert silent.context["exact"] is None
    assert not story.part.readings.exists()
    look = {"do": "look", "part": "p1", "look-purpose": "To judge sufficiency."}
    shown = stella.post(at(story), look)
    assert shown.context["exact"]["matching"] == exact["matching"]
    assert "People left after each criterion" in text(shown)
    assert shown["Cache-Control"] == "private, no-store"
    assert story.part.readings.get().purpose == "To judge sufficiency."
    again = text(stella.get(at(story)))
    assert "Exact figures, for staff only" not in again
    rows.make_synthetic()
    assert text(stella.post(at(story), look)).count("These data describe no real person.") == 2
    assert "To judge sufficiency." in again


def test_what_the_applicant_needs_is_compared_with_the_protected_count(
    world: "World", as_: As
) -> None:
    story, stella = world.after(applying.be_certified), as_("stella")
    counted(world, stella, story)
    section = story.case.sections.get(name="project")
    shown = story.part.availabilities.get().protected["matching"]["shown"]
    for needed, word in ((shown // 2, "sufficient"), (shown, "marginal"), (5_000, "insufficient")):
        section.answers |= {"people_needed": str(needed), "events_needed": 100_000}
        section.save()
        page = stella.get(at(story))
        assert page.context["need"]["word"] == word
        assert page.context["verdict_form"].initial == {"verdict": word, "needed": needed}
    assert "The applicant needs 5000 people." in text(page)
    look = {"do": "look", "part": "p1", "look-purpose": "To judge sufficiency."}
    exact = stella.post(at(story), look)
    assert exact.context["exact"]["short"]
    assert "100000 needed" in text(exact)


def test_an_overlap_with_what_one_is_recused_from_is_not_shown(world: "World", as_: As) -> None:
    story, stella = world.after(applying.be_certified), as_("stella")
    counted(world, stella, story)
    beside = models.Case.objects.get(pk=story.case.pk)
    beside.pk, beside.reference, beside.applicant = None, "CENTRA-2026-0007", world.person("rita")
    beside.save()
    found = story.part.availabilities.get()
    found.exact = {**found.exact, "overlap": {"CENTRA-2026-0007 p1": "most"}}
    found.save()
    look = {"do": "look", "part": "p1", "look-purpose": "To judge sufficiency."}
    assert "CENTRA-2026-0007 p1" in text(stella.post(at(story), look))
    models.Declaration.objects.create(
        case=beside, member=world.person("stella"), conflicted=True, kind="work",
        made_at=timezone.now(), made_by=people.system(),
    )  # fmt: skip
    shown = stella.post(at(story), look)
    assert shown.context["exact"]["matching"] == found.exact["matching"]
    assert "CENTRA-2026-0007" not in text(shown)


def test_an_exact_number_is_on_no_page_without_a_purpose(world: "World", as_: As) -> None:
    """A marker where the exact number stands: nobody sees it but who says what for."""
    story, stella = world.after(applying.be_certified), as_("stella")
    counted(world, stella, story)
    answer = story.part.availabilities.get()
    answer.exact = {**answer.exact, "matching": 7919}
    answer.save()
    pages = {
        "stella": [at(story), f"/office/{story.case.reference}/"],
        "cora": [at(story), f"/office/{story.case.reference}/policy/"],
        "audra": [at(story)],
        "alice": [f"/requests/{story.case.reference}/"],
    }
    for name, addresses in pages.items():
        for address in addresses:
            shown = text(as_(name).get(address))
            assert "7,919" not in shown
            assert "7919" not in shown
    look = {"do": "look", "part": "p1", "look-purpose": "To try the marker."}
    assert as_("cora").post(at(story), look).status_code == 409
    assert "7919" in text(stella.post(at(story), look)).replace(",", "")


def test_a_verdict_opens_the_way_to_policy(world: "World", as_: As) -> None:
    story, stella = world.after(applying.be_certified), as_("stella")
    counted(world, stella, story)
    assert stella.post(at(story), {"do": "pass"}).status_code == 409
    assert stella.post(at(story), verdict(reason="")).context["mistakes"] is not None
    stella.post(at(story), verdict())
    answer = story.part.availabilities.get(superseded_at__isnull=True)
    assert (answer.verdict, answer.needed) == ("sufficient", 100)
    assert stella.get(at(story)).context["main"] == "pass"
    assert "The whole request" in text(stella.get(at(story)))
    stella.post(at(story), {"do": "pass"})
    assert story.case.stage == Stage.POLICY
    assert "The whole request" not in text(as_("audra").get(at(story)))  # nothing left to do
    back = {"do": "back", "back-reason": "One table was left out."}
    stella.post(at(story), back)
    assert story.case.stage == Stage.AVAILABILITY


def test_partly_and_not_available_are_said_with_a_reason(world: "World", as_: As) -> None:
    story, stella = world.after(applying.be_certified), as_("stella")
    partly = {"do": "word", "part": "p1", "word-outcome": "partly", "word-reason": "No 2014."}
    assert "Have the part counted first." in text(stella.post(at(story), partly))
    counted(world, stella, story)
    stella.post(at(story), partly)
    answer = story.part.availabilities.get(superseded_at__isnull=True)
    assert (answer.outcome, answer.reason) == ("partly", "No 2014.")
    assert answer.protected["matching"]["says"]
    gone = {**partly, "word-outcome": "restricted", "word-reason": "Consent was withdrawn."}
    stella.post(at(story), gone)
    assert story.part.availabilities.get(superseded_at__isnull=True).outcome == "restricted"
    assert stella.post(at(story), {"do": "word", "part": "p1"}).context["mistakes"] is not None
    close = {"do": "close", "close-reason": "Consent was withdrawn for these people."}
    stella.post(at(story), close)
    assert story.case.stage == Stage.NOT_AVAILABLE


def test_a_described_holding_is_answered_by_the_statistician(world: "World", as_: As) -> None:
    story, stella = world.after(applying.be_certified), as_("stella")
    holding = story.part.holding
    holding.kind = "described"
    holding.save()
    page = stella.get(at(story))
    assert (page.context["main"], "you say what is there" in text(page)) == ("word", True)
    word = {"do": "word", "part": "p1", "word-outcome": "available", "word-matching": "640",
            "word-smallest": "12", "word-reason": "Counted by hand."}  # fmt: skip
    stella.post(at(story), word)
    answer = story.part.availabilities.get(superseded_at__isnull=True)
    assert (answer.exact, answer.protected) == ({"matching": 640, "smallest": 12}, {})
    shown = stella.post(at(story), {"do": "look", "part": "p1", "look-purpose": "To judge."})
    assert (shown.context["exact"]["matching"], shown.context["exact"]["smallest"]) == (640, 12)


def test_figures_of_another_edition_are_said_to_be_stale(world: "World", as_: As) -> None:
    story, stella = world.after(judging.find_available), as_("stella")
    assert stella.get(at(story)).context["main"] == ""
    holding = story.part.holding
    holding.content_sha256 = "0" * 64
    holding.save()
    stale = stella.get(at(story))
    assert stale.context["main"] == "rerun"
    assert "These figures are no longer current." in text(stale)
    stella.post(at(story), {"do": "rerun"})
    assert story.case.stage == Stage.AVAILABILITY
    assert stella.get(at(story)).context["main"] == "count"


def test_a_smaller_scope_is_proposed_by_ticks(world: "World", as_: As) -> None:
    story, stella = world.after(applying.be_certified), as_("stella")
    page = stella.get(f"{at(story)}p1/scope/")
    keys = [each["key"] for table in page.context["tables"] for each in table["variables"]]
    posted = {"do": "propose", "keep": keys[1:], "reason": "The first variable is too rare."}
    assert stella.post(f"{at(story)}p1/scope/", {**posted, "reason": ""}).status_code == 200
    stella.post(f"{at(story)}p1/scope/", posted)
    proposed = story.case.specifications.get(proposed_at__isnull=False)
    table, _, name = keys[0].partition(".")
    tables = json.loads(proposed.document)["parts"][0]["tables"]
    named = {(one["name"], each["name"]) for one in tables for each in one["variables"]}
    assert len(named) == len(keys) - 1
    assert (table, name) not in named
    assert "waits for the applicant" in text(stella.get(at(story)))
    assert stella.get(f"{at(story)}p9/scope/").status_code == 404
    assert as_("alice").get(f"{at(story)}p1/scope/").status_code == 404
    assert "Not possible yet" in text(as_("cora").get(f"{at(story)}p1/scope/"))


def with_census(story: "Story") -> None:
    """The request asks for the practice census as well: a second part, as rows."""
    case, first = story.case, story.part
    newest = case.specifications.latest("version")
    document = json.loads(newest.document)
    census = {"id": "p2", "holding": "practice-census", "edition": "2026.1",
              "level": "aggregate", "tables": [], "cohort": None,
              "group_by": ["state"]}  # fmt: skip
    from muniment.dataplane.spec import specification
    from muniment.models import DatasetEdition

    written = specification.parse({**document, "parts": [*document["parts"], census]})
    newest.document = written.canonical().decode()
    newest.sha256 = written.hash.removeprefix("sha256:")
    newest.save()
    edition = DatasetEdition.objects.get(dataset__slug="practice-census")
    first.pk, first.part_id, first.dataset_edition = None, "p2", edition
    first.holding, first.level, first.track = edition.holdings.get(), "aggregate", "expedited"
    first.save()


def test_a_part_is_split_off_and_two_parts_cost_no_more_queries(world: "World", as_: As) -> None:
    from django.db import connection

    story, cora = world.after(applying.be_certified), as_("cora")
    cora.get(at(story))
    with CaptureQueriesContext(connection) as one:
        cora.get(at(story))
    with_census(story)
    with CaptureQueriesContext(connection) as two:
        page = cora.get(at(story))
    assert len(page.context["rows"]) == 2
    assert len(two) <= len(one) + 4  # what passing asks of each part, and the way to split
    split = {"do": "split", "part": "p2", "split-reason": "The census is quick."}
    cora.post(at(story), split)
    child = story.case.children.get()
    assert child.child_kind == "split"
    assert child.reference in text(cora.get(at(story)))
    assert cora.get(f"{at(story)}?part=p2").status_code == 404
    assert cora.get(f"/office/{child.reference}/availability/").status_code == 200


def test_a_request_for_no_dataset_has_nothing_to_look_for(world: "World", as_: As) -> None:
    story = world.after(applying.be_certified)
    story.case.parts.update(status="dropped")
    assert "No data are asked for" in text(as_("stella").get(at(story)))


def test_a_part_held_elsewhere_is_pointed_to(world: "World", as_: As) -> None:
    story, stella = world.after(applying.be_certified), as_("stella")
    gone = {"do": "word", "part": "p1", "word-outcome": "elsewhere", "word-reason": "Not ours."}
    stella.post(at(story), gone)
    assert stella.post(at(story), {"do": "redirect"}).context["mistakes"] is not None
    stella.post(at(story), {"do": "redirect", "redirect-pointer": "Ask CancerLinQ."})
    assert story.case.stage == Stage.REDIRECTED
