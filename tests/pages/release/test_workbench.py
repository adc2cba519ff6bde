"""The release workbench: what is next, for whom, and what stands in the way."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.html import escape

from muniment import models
from muniment.actions import release
from muniment.demo import contracting, releasing
from muniment.demo.story import Story
from muniment.rulebook.words import Role
from tests.actions.release import holders
from tests.pages import rows
from tests.world import World

As = Callable[..., Client]
BUTTON = '<button class="btn btn-primary'


def bench(story: Story) -> str:
    return f"/office/{story.case.reference}/release/"


def text(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    return answer.content.decode()


def opening(story: Story) -> dict[str, Any]:
    return {"do": "open_line", "part": story.part.part_id, "agreement": story.agreement.pk}


def work_off(story: Story) -> None:
    """Have the worker do what pages asked for, at the time at which they did: by the real clock."""
    story.house.clock.now = timezone.now()
    story.house.work_off()


def test_the_coordinator_opens_what_is_signed_and_settled(world: World, as_: As) -> None:
    story = world.after(contracting.meet_condition)
    cora = as_("cora")
    assert "Open the release" in text(cora, bench(story))
    cora.post(bench(story), opening(story))
    assert story.case.stage == "building"
    assert models.ReleaseLine.objects.get().part == story.part


def test_a_line_for_an_institution_that_joined_is_opened_beside_the_lead_s(
    world: World, as_: As
) -> None:
    story, cora = world.after(releasing.open_line), as_("cora")
    assert "Open the release" not in text(cora, bench(story))
    lead = story.agreement
    joinder = holders.joined(lead, models.Institution.objects.create(name="Riverside Clinic"))
    shown = text(cora, bench(story))
    assert ("for Riverside Clinic" in shown, "Open the release" in shown) == (True, True)
    theirs = {"do": "open_line", "part": story.part.part_id, "agreement": joinder.pk}
    assert cora.post(bench(story), theirs).status_code == 302
    assert set(models.ReleaseLine.objects.values_list("agreement", flat=True)) == {
        lead.pk, joinder.pk,
    }  # fmt: skip
    assert "Open the release" not in text(cora, bench(story))
    assert cora.post(bench(story), theirs).status_code == 404


def test_a_further_line_is_planned_while_another_was_released(world: World, as_: As) -> None:
    """What is next stands for the newest build; each line that nobody planned has its own step."""
    story = world.after(releasing.check)
    release.release(story.build, **world.by("dev", Role.CHECKER))
    dana = as_("dana")
    assert "Draw the plan" not in text(dana, bench(story))
    joinder = holders.joined(story.agreement, models.Institution.objects.create(name="Riverside"))
    line = release.open_further_line(
        story.part, agreement=joinder, **world.by("cora", Role.COORDINATOR)
    )
    shown = text(dana, bench(story))
    assert ("Draw the plan" in shown, f'name="line" value="{line.pk}"' in shown) == (True, True)
    assert "Draw the plan" not in text(as_("rita"), bench(story))
    assert "taken only by the data engineer" in text(as_("rita"), bench(story))
    assert dana.post(bench(story), {"do": "plan_build", "line": line.pk}).status_code == 302
    work_off(story)
    assert line.builds.get().state == "planned"


def test_an_unsettled_fee_stands_in_the_button_s_place(world: World, as_: As) -> None:
    story = world.after(contracting.invoice)
    shown = text(as_("cora"), bench(story))
    assert "The fee is not settled" in shown
    assert BUTTON not in shown
    refused = as_("cora").post(bench(story), opening(story))
    assert refused.status_code == 409
    assert not models.ReleaseLine.objects.exists()


def test_a_line_is_planned_authorized_built_and_told_by_its_own_people(
    world: World, as_: As
) -> None:
    story = world.after(releasing.open_line)
    dana, rita = as_("dana"), as_("rita")
    line = models.ReleaseLine.objects.get()
    assert "Draw the plan" in text(dana, bench(story))
    assert dana.post(bench(story), {"do": "plan_build", "line": line.pk}).status_code == 302
    again = dana.post(bench(story), {"do": "plan_build", "line": line.pk})
    assert "being drawn already" in again.content.decode()
    work_off(story)
    build = {"build": story.build.pk}
    assert "Authorize this plan" in text(rita, bench(story))
    assert "taken only by the coordinator or" in text(dana, bench(story))
    rita.post(bench(story), {"do": "authorize_build", **build})
    work_off(story)
    dana.post(bench(story), {"do": "start_build", **build})
    shown = text(dana, bench(story))
    assert "Cancel the build" in shown
    assert "Waiting for a worker" in shown
    dana.post(bench(story), {"do": "cancel", **build})
    assert story.build.state == "planned"
    dana.post(bench(story), {"do": "start_build", **build})
    work_off(story)
    assert story.build.state == "checking"


def test_the_checker_sees_the_figures_and_whoever_built_is_told_so(world: World, as_: As) -> None:
    story = world.after(releasing.build)
    shown = text(as_("dev"), bench(story))
    for words in ("Risk report", "Requested, approved, built", "Automatic checks", "(limit ",
                  "What leaves", "ro-crate-metadata.json", "Approve and release"):  # fmt: skip
        assert words in shown, words
    [subjects] = re.findall(r"data/subjects\.csv</code></th><td[^>]*>([^<]*)</td>", shown)
    told = story.build.findings["parts"]["p1"]["rows"]["subjects"]
    assert int(subjects) == told > 0
    own = text(as_("dana"), bench(story))  # she holds both offices, and built it herself
    assert "Someone else must approve." in own
    assert BUTTON not in own


def test_figures_are_read_under_log_and_only_by_whom_they_are_for(world: World, as_: As) -> None:
    story = world.after(releasing.build)
    text(as_("dev"), bench(story))
    text(as_("dev"), bench(story))
    look = models.Look.objects.get(what="figures")
    assert (look.made_by.person, look.build) == (world.person("dev"), story.build)
    assert "Risk report" not in text(as_("rita"), bench(story))
    assert models.Look.objects.count() == 1


@pytest.mark.parametrize("name", ["alice", "sam", "max", "fay", "stan"])
def test_for_everybody_else_there_is_no_workbench(world: World, as_: As, name: str) -> None:
    story = world.after(releasing.build)
    text(as_(name), bench(story), 404)


def test_signed_out_there_is_the_way_in(world: World, as_: As) -> None:
    story = world.after(releasing.build)
    assert Client().get(bench(story)).status_code == 401
    assert Client().get("/builds/").status_code == 401


def test_rows_are_drawn_by_the_data_plane_for_one_person_for_an_hour(world: World, as_: As) -> None:
    story = world.after(releasing.build)
    dev = as_("dev")
    dev.post(bench(story), {"do": "look", "form": "look", "build": story.build.pk})
    assert not models.Look.objects.filter(what="rows").exists()
    given = {"do": "look", "form": "look", "build": story.build.pk, "purpose": "To check it."}
    assert dev.post(bench(story), given).status_code == 302
    assert "draws the sample rows" in text(dev, bench(story))
    work_off(story)
    shown = text(dev, bench(story))
    assert "Sample rows of subjects" in shown
    assert "These data describe no real person." not in shown
    rows.make_synthetic()
    assert text(dev, bench(story)).count("These data describe no real person.") == 2
    assert "Sample rows of" not in text(as_("dana"), bench(story))
    models.Look.objects.update(sha256="0" * 64)
    assert "Sample rows of" not in text(dev, bench(story))


def approval(story: Story, **more: str) -> dict[str, str]:
    ticks = {"fits": "on", "risk": "on", "rows": "on", "reason": "As approved."}
    return {
        "do": "check", "form": "approve", "build": str(story.build.pk),
        "package_sha256": story.build.package_sha256, **ticks, **more,
    }  # fmt: skip


def test_nobody_confirms_rows_that_they_did_not_open(world: World, as_: As) -> None:
    story = world.after(releasing.build)
    shown = as_("dev").post(bench(story), approval(story)).content.decode()
    assert "Open the sample rows first." in shown
    assert not models.Check.objects.exists()


def test_a_second_person_approves_and_releases_and_a_download_opens(world: World, as_: As) -> None:
    story = world.after(releasing.build)
    dev = as_("dev")
    dev.post(bench(story), {"do": "look", "form": "look", "build": story.build.pk, "purpose": "x"})
    assert dev.post(bench(story), approval(story)).status_code == 302
    assert (story.case.stage, story.build.state) == ("active", "released")
    alice = world.person("alice")
    cora = as_("cora")
    given = {"do": "deliver", "form": "deliver", "build": str(story.build.pk)}
    stan = holders.joins(world, story, "stan", will_access_data=False).person
    assert stan.public_id not in cora.get(bench(story)).content.decode()
    assert cora.post(bench(story), {**given, "recipient": stan.public_id}).status_code == 200
    assert not models.Delivery.objects.exists()
    assert cora.post(bench(story), {**given, "recipient": alice.public_id}).status_code == 302
    work_off(story)
    delivery = models.Delivery.objects.get()
    assert delivery.packed_at is not None
    told = cora.post(bench(story), {"do": "told", "delivery": delivery.pk}).content.decode()
    assert "shown this once" in told
    refused = cora.post(bench(story), {"do": "told", "delivery": delivery.pk})
    assert refused.status_code == 409
    assert "shown once" in refused.content.decode()


def test_another_package_than_the_one_that_was_looked_at_is_not_approved(
    world: World, as_: As
) -> None:
    story = world.after(releasing.build)
    dev = as_("dev")
    dev.post(bench(story), {"do": "look", "form": "look", "build": story.build.pk, "purpose": "x"})
    refused = dev.post(bench(story), approval(story, package_sha256="0" * 64))
    assert refused.status_code == 409
    assert "not the one that was built" in refused.content.decode()


def test_over_the_limit_there_is_no_button_and_the_reason_instead(world: World, as_: As) -> None:
    story = world.after(releasing.build)
    build = story.build
    findings = build.findings
    findings["risk"]["p1"] |= {"smallest_group": 3, "within": False}
    models.Build.objects.filter(pk=build.pk).update(findings=findings)
    shown = text(as_("dev"), bench(story))
    assert "over the limit, so this cannot leave" in shown
    assert "Over the limit." in shown
    assert BUTTON not in shown


def test_risk_before_and_after_is_drawn_told_in_a_table_and_read_under_log(
    world: World, as_: As
) -> None:
    story = world.after(releasing.build)
    told = story.build.findings["parts"]["p1"]
    assert told["held"]["smallest_group"] <= told["after"]["smallest_group"]
    assert told["held"]["units_below"] >= told["after"]["units_below"] == 0
    looks = story.build.looks.count()
    shown = text(as_("dev"), bench(story))
    assert "Risk before and after" in shown
    for state in ("held", "before", "after"):
        assert f">{told[state]['smallest_group']:,}</td>" in shown
    assert shown.count("mu-chart-pale") == len(told["held"]["groups"]) + 1
    assert story.build.looks.count() == looks + 1
    for person in ("alice", "stella"):
        assert "Risk before and after" not in as_(person).get(bench(story)).content.decode()


def test_a_build_from_before_rows_were_measured_as_held_still_shows_what_it_has(
    world: World, as_: As
) -> None:
    story = world.after(releasing.build)
    findings = story.build.findings
    del findings["parts"]["p1"]["held"]
    models.Build.objects.filter(pk=story.build.pk).update(findings=findings)
    shown = text(as_("dev"), bench(story))
    assert "Before small groups were changed" in shown
    assert "Groups as held" not in shown


def test_a_failed_check_says_what_was_found_where(world: World, as_: As) -> None:
    story = world.after(releasing.build)
    findings = story.build.findings
    findings["checks"]["no_identifier_patterns"] = False
    findings["found"] = [{"check": "no_identifier_patterns", "table": "subjects",
                          "variable": "SITE", "what": "e-mail address", "cells": 3}]  # fmt: skip
    models.Build.objects.filter(pk=story.build.pk).update(findings=findings)
    shown = text(as_("dev"), bench(story))
    assert "subjects.SITE: e-mail address (3 cells)" in shown
    assert "Correct what the automatic checks found first." in shown


def test_sent_back_withdrawn_recalled_and_built_again_with_its_difference(
    world: World, as_: As
) -> None:
    story = world.after(releasing.build)
    dev, dana, cora = as_("dev"), as_("dana"), as_("cora")
    first = story.build
    reason = {"build": first.pk, "reason": "One variable too many."}
    assert dev.post(bench(story), {"do": "back", **reason}).status_code == 302
    assert (story.case.stage, story.build.state) == ("building", "planned")
    releasing.build(story)
    dana.post(bench(story), {"do": "plan_build", "line": first.line.pk})
    work_off(story)
    releasing.plan(story)
    releasing.build(story)
    shown = text(dev, bench(story))
    assert "Changed since the build before" in shown
    assert "those of the build before" in shown
    releasing.let_dev_check(story)
    release.release(story.build, **world.by("dev", Role.CHECKER))
    gone = {"build": story.build.pk, "reason": "A wrong join."}
    assert cora.post(bench(story), {"do": "recall", **gone}).status_code == 302
    assert story.build.recall_reason == "A wrong join."
    assert cora.post(bench(story), {"do": "withdraw", **gone}).status_code == 302
    assert story.build.state == "withdrawn"


@pytest.mark.parametrize(
    "given", [{"do": "sing"}, {"do": "start_build", "build": "7777"}, {"do": "plan_build"},
              {"do": "open_line", "part": "p9"}, {"do": "told", "delivery": "x"},
              {"do": "confirm", "key": "1"}]
)  # fmt: skip
def test_what_names_nothing_is_not_found(world: World, as_: As, given: dict[str, str]) -> None:
    story = world.after(releasing.build)
    assert as_("cora").post(bench(story), given).status_code == 404


def test_the_list_of_builds_is_for_who_builds_or_checks(world: World, as_: As) -> None:
    story = world.after(releasing.build)
    shown = text(as_("dana"), "/builds/")
    assert story.case.reference in shown
    assert "To check" in shown
    text(as_("cora"), "/builds/", 404)


def test_the_list_of_builds_asks_the_database_as_often_for_three(world: World, as_: As) -> None:
    story = world.after(releasing.build)
    dana = as_("dana")
    text(dana, "/builds/")
    with CaptureQueriesContext(
        connection,
    ) as one:
        text(dana, "/builds/")
    plan = story.build.plan
    for number in (2, 3):
        models.Build.objects.create(
            line=plan.line, plan=plan, number=number, made_at=plan.made_at, made_by=plan.made_by
        )
    with CaptureQueriesContext(connection) as three:
        text(dana, "/builds/")
    assert len(three) == len(one)


def test_a_plan_that_could_not_be_drawn_is_told_where_it_was_asked_for(
    world: World, as_: As
) -> None:
    """With the refusal's own sentences and the step to take again; the list says so too."""
    story = world.after(releasing.open_line)
    dana, line = as_("dana"), models.ReleaseLine.objects.get()
    dana.post(bench(story), {"do": "plan_build", "line": line.pk})
    waiting = text(dana, bench(story))
    assert ("The plan is being drawn" in waiting, "Draw the plan" in waiting) == (True, False)
    folder = story.house.home / "holdings" / story.part.holding.folder
    away = folder.rename(folder.with_name("away"))
    work_off(story)
    failed = text(dana, bench(story))
    job = models.Job.objects.get(kind="plan")
    assert (job.state, bool(job.error)) == ("failed", True)
    assert all(escape(reason) in failed for reason in job.error.splitlines())
    for shown in (failed, text(dana, "/builds/")):
        assert "The plan could not be drawn" in shown
    assert "Draw the plan" in failed
    theirs = text(as_("rita"), bench(story))  # who reads no figures reads no reasons either
    assert ("could not be drawn" in theirs, escape(job.error) in theirs) == (True, False)
    away.rename(folder)
    dana.post(bench(story), {"do": "plan_build", "line": line.pk})
    work_off(story)
    assert line.builds.get().state == "planned"
    assert "could not be drawn" not in text(dana, bench(story)) + text(dana, "/builds/")


@pytest.mark.parametrize(
    ("state", "error", "told"),
    [
        ("queued", "The store is away.", "The last try did not work, and there will be another:"),
        ("failed", "One is wrong.\nTwo is too.", "The files could not be brought in"),
        ("failed", "called off", ""),
        ("done", "", ""),
    ],
)
def test_files_that_were_asked_for_are_told_of_until_they_are_there(
    world: World, as_: As, state: str, error: str, told: str
) -> None:
    story = world.after(releasing.open_line)
    line = models.ReleaseLine.objects.get()
    at = {"made_at": timezone.now(), "not_before": timezone.now(), "made_by": line.made_by}
    story.case.jobs.create(
        kind="bring_in", payload={"line": line.pk}, state=state, error=error, **at
    )
    shown = text(as_("dana"), bench(story))
    assert told in shown
    assert all((reason in shown) is bool(told) for reason in error.splitlines())
    assert ("The files" in shown) is bool(told)
    assert ("Draw the plan" in shown) is (state != "queued")
