"""Live counts: paid before anybody looks, protected, the same for whoever has the same answer."""

import csv
import json
import logging
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from muniment import holdings, models
from muniment.actions import application, people, step
from muniment.dataplane import counts as exact_counts
from muniment.dataplane.engines import duckdb as engine
from muniment.dataplane.spec import budget, specification
from muniment.dataplane.spec import holding as spec_holding
from muniment.jobs import counting, plane, worker
from muniment.pages import audience
from muniment.pages.audience import Audience
from muniment.queries import counts
from muniment.rulebook.words import Role
from tests.pages import rows
from tests.pages.review import crawl
from tests.pages.specification.conftest import Desk, described, hold
from tests.pages.test_routes import ARGUMENTS

Browser = Callable[[str], Client]
SHOWN = {"shown": 120, "says": "About 120 people match.", "rounding": 5, "threshold": 11,
         "sigma": 20}  # fmt: skip
FEW = {**SHOWN, "shown": None, "says": "Too few people match to show a number."}
MARKER = 7_919
SHOWN_MARKER = re.compile(r"(?<![\d.,\w-])7,?919(?![\d,.]\d|[\w-])")
"""As a whole displayed number, with or without its comma; not inside a token."""
TOKENS = re.compile(r'name="csrfmiddlewaretoken" value="[^"]*"|[0-9a-f]{32,64}')


def text(answer: Any) -> str:
    return TOKENS.sub("", answer.content.decode())


@pytest.fixture
def noisy(desk: Desk) -> Desk:
    """The same holding with enough noise that more than one question is allowed."""
    return with_noise(desk, 36)


@pytest.fixture
def scarce(desk: Desk) -> Desk:
    """The same holding with noise for one question."""
    return with_noise(desk, 10)


def with_noise(desk: Desk, sigma: int) -> Desk:
    descriptor = described()
    descriptor["muniment"]["noise_sigma"] = sigma
    desk.holding.descriptor = descriptor
    desk.holding.save()
    return desk


def count(desk: Desk, browser: Client, *, at_least: int = 65, by: tuple[str, ...] = ()) -> Any:
    last = desk.case.specifications.latest("version").version
    form = desk.form(do="count", version=str(last), by=list(by))
    return browser.post(desk.part, {**form, "g0.r0.value": str(at_least)}, follow=True)


def answer(**answers: Any) -> None:
    """What the job writes."""
    for row in models.CountQuestion.objects.filter(answered_at__isnull=True):
        given = answers["total"] if row.price == 1 else answers["breakdown"]
        actor = people.acting(row.person, Role.APPLICANT)
        application.record_count(row.holding, row.pk, given, actor=actor, now=rows.NOW)


def test_a_question_is_paid_for_and_queued_before_anybody_looks(noisy: Desk, as_: Browser) -> None:
    page = text(count(noisy, as_("alice")))
    assert "Being counted" in page
    assert "You have 7 new questions left" in page
    [row] = models.CountQuestion.objects.all()
    assert (row.price, row.answer, row.person.name) == (1, None, "Alice Example")
    assert row.institution == noisy.office.institution
    [job] = models.Job.objects.filter(kind="live_count")
    assert job.payload["questions"] == [{"pk": row.pk, "of": "total"}]


def test_the_answer_stands_there_and_the_same_question_is_free(noisy: Desk, as_: Browser) -> None:
    alice = as_("alice")
    count(noisy, alice)
    answer(total=SHOWN)
    page = text(alice.get(noisy.part))
    assert "About 120" in page
    assert "These data describe no real person." not in page
    rows.make_synthetic()
    assert "These data describe no real person." in text(alice.get(noisy.part))
    assert "rounded to the nearest 5" in page
    assert "19 times in 20 it is at most 74 from the true number" in page
    assert "You have 7 new questions left" in text(count(noisy, alice))
    assert models.Job.objects.filter(kind="live_count").count() == 1


def test_one_that_was_never_answered_is_asked_again_for_nothing(noisy: Desk, as_: Browser) -> None:
    count(noisy, as_("alice"))
    assert "You have 7 new questions left" in text(count(noisy, as_("alice")))
    assert models.Job.objects.filter(kind="live_count").count() == 2


def test_what_others_asked_is_neither_free_nor_seen(noisy: Desk, as_: Browser) -> None:
    count(noisy, as_("alice"))
    answer(total=SHOWN)
    noisy.office.joins(noisy.case, "edie", may_edit=True)
    edie = as_("edie")
    assert "About 120" not in text(edie.get(noisy.part))
    assert "You have 7 new questions left" in text(count(noisy, edie))
    assert models.CountQuestion.objects.count() == 2


def test_the_budget_ends_and_nothing_is_half_paid(scarce: Desk, as_: Browser) -> None:
    alice = as_("alice")
    count(scarce, alice, at_least=65)
    assert "You have 0 new questions left" in text(alice.get(scarce.part))
    page = text(count(scarce, alice, at_least=75))
    assert "You have used your questions about this edition." in page
    assert "Ask the office" in page
    assert models.CountQuestion.objects.count() == 1
    assert scarce.cohort()["value"] == 75  # what was asked for is saved all the same


def test_a_breakdown_that_does_not_fit_pays_for_nothing_of_it(scarce: Desk, as_: Browser) -> None:
    assert "Break it down" not in text(as_("alice").get(scarce.part))
    count(scarce, as_("alice"), by=("SEX",))
    assert not models.CountQuestion.objects.exists()


def test_a_breakdown_is_a_table_in_which_small_cells_are_drawn(noisy: Desk, as_: Browser) -> None:
    alice = as_("alice")
    assert "Break it down" in text(alice.get(noisy.part))
    count(noisy, alice, by=("SEX", "RACE"))
    cells = [{"labels": [sex, race], "count": FEW if race == "B" else SHOWN}
             for sex in ("F", "M") for race in ("A", "B")]  # fmt: skip
    answer(total=SHOWN, breakdown={"group_by": ["SEX", "RACE"], "cells": cells})
    page = text(alice.get(noisy.part + "?by=SEX&by=RACE"))
    assert "By SEX and RACE" in page
    assert page.count('<span class="mu-supp">too few</span>') == 2
    assert "You have 5 new questions left" in page
    count(noisy, alice, by=("SEX",))
    one = [{"labels": [sex], "count": SHOWN} for sex in ("F", "M")]
    answer(total=SHOWN, breakdown={"group_by": ["SEX"], "cells": one})
    assert "By SEX<" in text(alice.get(noisy.part + "?by=SEX&by=NOPE"))


def test_a_variable_that_tells_people_apart_breaks_nothing_down(noisy: Desk, as_: Browser) -> None:
    count(noisy, as_("alice"), by=("USUBJID", "BRTHDTC"))
    assert [row.price for row in models.CountQuestion.objects.all()] == [1]


def test_too_few_is_said_and_never_drawn_as_nothing(noisy: Desk, as_: Browser) -> None:
    count(noisy, as_("alice"))
    answer(total=FEW)
    page = text(as_("alice").get(noisy.part))
    assert "Too few to show" in page
    side = text(as_("alice").get(noisy.address("parts", "p1", "count")))
    assert "<span data-needing>1</span> of <span data-chosen>1</span>" in side
    assert "About 0" not in page


def test_a_refusal_of_the_data_plane_is_the_answer(noisy: Desk, as_: Browser) -> None:
    count(noisy, as_("alice"))
    answer(total={"refused": "Pilot is too small for live counts: a statistician answers."})
    assert "too small for live counts" in text(as_("alice").get(noisy.part))


def test_what_cannot_be_counted_is_left_to_the_office_and_costs_nothing(
    noisy: Desk, as_: Browser
) -> None:
    page = text(count(noisy, as_("alice"), at_least=66))
    assert "The office counts this at screening" in page
    assert "published bands" in page
    assert not models.CountQuestion.objects.exists()
    answer = as_("alice").get(noisy.address("parts", "p1", "count"))
    assert "The office counts this at screening" in text(answer)


def test_before_the_first_version_there_is_nothing_to_count(empty: Desk, as_: Browser) -> None:
    fragment = as_("alice").get(empty.address("parts", "p1", "count"))
    assert "Save what you chose" in text(fragment)
    page = empty.form(do="count", version="0", take=[])
    assert "Not saved" in text(as_("alice").post(empty.part, page))
    assert as_("alice").get(empty.address("parts", "p9", "count")).status_code == 404
    assert as_("stan").get(empty.address("parts", "p1", "count")).status_code == 404
    assert Client().get(empty.address("parts", "p1", "count")).status_code == 401


def test_only_writers_reserve(noisy: Desk) -> None:
    part, holding = question(noisy)
    actor = noisy.office.acting("stan", Role.APPLICANT)
    with pytest.raises(step.Refused):
        application.reserve_count(noisy.case, part, holding, actor=actor, now=rows.NOW)
    assert not models.CountQuestion.objects.exists()


def test_an_answer_never_changes(noisy: Desk, as_: Browser) -> None:
    count(noisy, as_("alice"))
    [row] = models.CountQuestion.objects.all()
    actor = noisy.office.acting("alice", Role.APPLICANT)
    other = noisy.office.acting("stan", Role.APPLICANT)

    def record(given: Any, by: models.Actor) -> bool:
        return application.record_count(noisy.holding, row.pk, given, actor=by, now=rows.NOW)

    assert not record(SHOWN, other)
    assert record(SHOWN, actor)
    assert not record(FEW, actor)
    row.refresh_from_db()
    assert row.answer == SHOWN


def question(desk: Desk, *by: str) -> tuple[specification.Part, spec_holding.Holding]:
    [part] = specification.parse(desk.newest()).parts
    return counts.asking(part, by=by), spec_holding.parse(desk.holding.descriptor)


def test_reasons_columns_and_other_words_make_no_new_question(desk: Desk) -> None:
    part, holding = question(desk)
    document = desk.newest()
    document["parts"][0]["cohort"] = {"all": [{"variable": "AGE", "is": "at_least", "value": "65"}]}
    document["parts"][0]["tables"][0]["variables"][0]["reason"] = "Another."
    [again] = specification.parse(document).parts
    one, other = (budget.bill(each, holding=holding) for each in (part, counts.asking(again)))
    assert one == other


def test_two_holdings_with_equal_answers_give_pages_with_the_same_bytes(
    noisy: Desk, as_: Browser, tmp_path: Path
) -> None:
    """The pages are drawn from the recorded answer; a holding's exact size is nowhere near."""
    alice = as_("alice")
    pages = []
    for size in (7919, 12):
        models.CountQuestion.objects.all().delete()
        noisy.holding.content_sha256 = f"{size:064}"
        noisy.holding.save()
        count(noisy, alice)
        answer(total=SHOWN)
        pages.append([
            text(alice.get(noisy.part)), text(alice.get(noisy.address())),
            text(alice.get(noisy.address("parts", "p1", "count"))),
            text(alice.get(f"/requests/{noisy.case.reference}/check/")),
        ])  # fmt: skip
    assert pages[0] == pages[1]
    assert not any("7919" in page or "7,919" in page for page in pages[0])


def plant(tmp_path: Path) -> plane.Plant:
    """A home with the pilot's data and a data plane over it."""
    shutil.copytree(holdings.shipped()["sdtm-pilot"], tmp_path / "holdings" / "sdtm-pilot-2026.1")
    for name in ("releases", "receipts", "keys"):
        (tmp_path / name).mkdir()
    return plane.plant(tmp_path)


def test_the_worker_asks_the_data_plane_and_no_exact_number_comes_back(
    noisy: Desk, as_: Browser, tmp_path: Path
) -> None:
    alice = as_("alice")
    count(noisy, alice, by=("SEX",))
    made = plant(tmp_path)
    with made.plane:
        assert worker.work_off(plant=made, clock=timezone.now) == 1
    total, breakdown = (row.answer for row in models.CountQuestion.objects.order_by("price"))
    assert sorted(total) == sorted(SHOWN)
    assert next(cell["labels"] for cell in breakdown["cells"]) == ["F"]
    assert "exact" not in json.dumps([total, breakdown])
    page = text(alice.get(noisy.part + "?by=SEX"))
    assert f"About {total['shown']}" in page
    assert "Being counted" not in page


def seeded(folder: Path) -> None:
    """The marker in the holding itself: so many people are at least 65, and a few are not."""
    path = folder / "data" / "subjects.csv"
    with path.open(encoding="utf-8", newline="") as file:
        first, *_ = csv.DictReader(file)
    with path.open("w", encoding="utf-8", newline="") as file:
        written = csv.DictWriter(file, list(first), lineterminator="\n")
        written.writeheader()
        for number in range(MARKER + 40):
            told = {"USUBJID": f"S-{number:06d}", "AGE": "70" if number < MARKER else "60"}
            written.writerow({**first, **told})


def pages_of(case: models.Case, browser: Client) -> Iterator[tuple[str, str]]:
    """What somebody reads of a request, and of the site that anyone may read."""
    is_public = browser.session.is_empty()
    own = [Audience.ANYONE] if is_public else [Audience.CASE, Audience.WRITERS]
    for route, meant in sorted(audience.ROUTES.items()):
        named = dict(ARGUMENTS.get(route) or {})
        if "reference" in named:
            named["reference"] = case.reference
        if meant in own:
            address = reverse(route, kwargs=named)
            yield address, crawl.words(browser.get(address))


def test_a_marker_seeded_in_the_holding_is_met_nowhere(
    noisy: Desk, as_: Browser, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """As `privacy.md` A3 asks: counted by the real data plane, then sought wherever one looks."""
    caplog.set_level(logging.DEBUG)
    alice, made = as_("alice"), plant(tmp_path)
    folder = tmp_path / "holdings" / "sdtm-pilot-2026.1"
    seeded(folder)
    count(noisy, alice, by=("SEX",))
    [part] = specification.parse(noisy.newest()).parts
    held = spec_holding.load(folder)
    with engine.open(held, folder=folder) as connection:
        found = exact_counts.exact(part, holding=held, connection=connection)
    assert found.reveal(purpose="A test seeds it.") == MARKER
    with made.plane:
        assert worker.work_off(plant=made, clock=timezone.now) == 1
    read = [page for browser in (alice, Client()) for page in pages_of(noisy.case, browser)]
    assert [address for address, page in read if SHOWN_MARKER.search(page)] == []
    total = models.CountQuestion.objects.get(price=1).answer
    assert abs(total["shown"] - MARKER) < 10 * total["sigma"]
    assert any(total["says"] in page for _, page in read), "the answer stands nowhere"
    kept = [json.dumps(row.answer) for row in models.CountQuestion.objects.all()]
    kept += [f"{mail.subject} {mail.body}" for mail in models.Message.objects.all()]
    kept += [json.dumps([job.payload, job.error]) for job in models.Job.objects.all()]
    kept += [caplog.text, *(entry.read_text("utf-8") for entry in tmp_path.rglob("*.log"))]
    assert not [each for each in kept if SHOWN_MARKER.search(each)]


def test_what_the_data_plane_refuses_is_recorded_as_its_sentence(
    noisy: Desk, as_: Browser, tmp_path: Path
) -> None:
    made = plant(tmp_path)
    folder = tmp_path / "holdings" / "sdtm-pilot-2026.1"
    descriptor = json.loads((folder / "datapackage.json").read_text())
    descriptor["muniment"]["minimum_size"] = 100_000
    (folder / "datapackage.json").write_text(json.dumps(descriptor))
    count(noisy, as_("alice"))
    [job] = models.Job.objects.filter(kind="live_count")
    with made.plane:
        counting.count(job, plant=made, now=rows.NOW)
    [row] = models.CountQuestion.objects.all()
    assert "too small for live counts" in row.answer["refused"]


def test_a_described_holding_has_no_live_counts(office: rows.Office, as_: Browser) -> None:
    from muniment.rulebook.words import Stage

    descriptor = described()
    descriptor["muniment"]["kind"] = "described"
    here = Desk(office, office.case(Stage.DRAFT), hold(office, descriptor))
    page = text(as_("alice").get(here.part))
    assert "The office counts this at screening" in page
    assert "Save and count" not in page
