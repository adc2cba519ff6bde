"""The list by dated edition, matches of a search, public counts, interest, and public files."""

import json
import re
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from muniment import models
from tests.pages import rows

Browser = Callable[[str], Client]
CUBE: dict[str, Any] = {
    "muniment_cube": 1, "holding": "sdtm-pilot", "edition": "2026.1", "synthetic": False,
    "unit": "person", "threshold": 11, "rounding": 5, "method": "Hidden and rounded.",
    "variables": [
        {"name": "SEX", "labels": ["F", "M", "missing"]},
        {"name": "AGE", "labels": ["up to 64", "65 and over"]},
    ],
    "tables": [
        {"variables": [], "cells": [{"labels": [], "value": 305}]},
        {"variables": ["SEX"], "cells": [
            {"labels": ["F"], "value": 180}, {"labels": ["M"], "value": None},
            {"labels": ["missing"], "value": None}]},
        {"variables": ["AGE"], "cells": [
            {"labels": ["up to 64"], "value": 40}, {"labels": ["65 and over"], "value": 265}]},
        {"variables": ["AGE", "SEX"], "cells": [
            {"labels": [age, sex], "value": value}
            for age, inside in (("up to 64", (25, None, None)), ("65 and over", (155, None, None)))
            for sex, value in zip(("F", "M", "missing"), inside, strict=True)]},
    ],
}  # fmt: skip


def page(address: str, browser: Client | None = None) -> str:
    answer = (browser or Client()).get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def activate(office: rows.Office, change: Callable[[dict[str, Any]], None]) -> None:
    """A further edition of the programme, in force from now on."""
    sections = rows.bundle().plain()
    change(sections)
    rows.put_in_force(office, sections)


def newer(sections: dict[str, Any]) -> None:
    """December's list: no books any more, another title, a variable fewer."""
    listed = sections["information_list"]
    listed["edition"], listed["published_on"] = "2026-12", "2026-12-01"
    listed["datasets"] = [each for each in listed["datasets"] if each["slug"] != "books"]
    named = next(each for each in listed["datasets"] if each["slug"] == "tapur")
    named["title"] = "TAPUR, first release"
    table = sections["codebooks"]["sdtm-pilot"]["tables"][0]
    table["variables"] = [each for each in table["variables"] if each["name"] != "RACE"]


def holds(office: rows.Office, slug: str, descriptor: dict[str, Any]) -> models.Holding:
    return models.Holding.objects.create(
        programme=office.programme, slug=slug, edition="2026.1", kind="loaded",
        dataset_edition=models.DatasetEdition.objects.get(dataset__slug=slug),
        descriptor=descriptor, content_sha256="c" * 64, folder=f"{slug}-2026.1",
        made_at=rows.NOW, made_by=office.system,
    )  # fmt: skip


def publish(office: rows.Office, document: dict[str, Any] = CUBE) -> None:
    holding = holds(office, "sdtm-pilot", {"muniment": {}})
    models.PublishedCounts.objects.create(
        holding=holding, document=json.dumps(document), sha256="a" * 64,
        made_at=rows.NOW, made_by=office.system,
    )  # fmt: skip


def test_an_older_edition_of_the_list_can_be_chosen_and_says_that_it_is_one(
    office: rows.Office,
) -> None:
    activate(office, newer)
    now, then = page("/data/"), page("/data/?edition=2026-11")
    assert "TAPUR, first release" in now
    assert 'href="/data/books/"' not in now
    assert '<option value="2026-11">2026-11</option>' in now
    assert "TAPUR study" in then
    assert 'href="/data/books/?edition=2026-11"' in then
    assert "This is the information list 2026-11" in then


def test_an_older_sheet_offers_nothing_but_the_way_to_the_present_one(office: rows.Office) -> None:
    activate(office, newer)
    text = page("/data/sdtm-pilot/?edition=2026-11")
    assert "Start a request" not in text
    assert "See it as it is now" in text
    assert Client().get("/data/books/").status_code == 404
    assert "Books" in page("/data/books/?edition=2026-11")


@pytest.mark.parametrize("address", ["/data/?edition=1999", "/data/sdtm-pilot/?edition=1999"])
def test_an_edition_that_never_was_is_not_found(office: rows.Office, address: str) -> None:
    assert Client().get(address).status_code == 404


def test_what_was_withdrawn_since_is_withdrawn_in_every_edition(office: rows.Office) -> None:
    activate(office, newer)
    models.Dataset.objects.filter(slug="sdtm-pilot").update(status="withdrawn")
    assert ">Withdrawn</span>" in page("/data/sdtm-pilot/?edition=2026-11")


def test_a_search_shows_which_variables_it_found(office: rows.Office) -> None:
    text = page("/data/?q=ethnicity")
    assert 'href="/data/sdtm-pilot/codebook/?q=ETHNIC"' in text
    assert "Found in:" in text
    assert "Found in:" not in page("/data/")


def test_public_counts_are_drawn_with_hidden_cells_and_a_table_beside(office: rows.Office) -> None:
    publish(office)
    text = page("/data/sdtm-pilot/")
    assert "rounded to the nearest 5; fewer than 11 is never shown" in text
    assert "about 305 (person)" in text
    assert text.count('class="mu-supp"') == 2 + 4
    assert text.count('class="mu-chart-hidden"') == 2 + 1  # and once in the key
    assert "Sex: most, about 180, in F; 2 hidden." in text


def test_the_size_of_a_hidden_cell_tells_nothing(office: rows.Office) -> None:
    """Its block is the same whatever else stands in the table."""
    publish(office)
    hidden = re.compile(r'<rect class="mu-chart-hidden" x="[^"]+" y="(\d+)" .*?height="(\d+)"')
    first = hidden.findall(page("/data/sdtm-pilot/"))
    other = deepcopy(CUBE)
    other["tables"][1]["cells"][0]["value"] = 20
    models.PublishedCounts.objects.update(document=json.dumps(other))
    assert hidden.findall(page("/data/sdtm-pilot/")) == first
    assert len(set(first[:2])) == 1


def test_a_table_where_everything_is_hidden_is_still_drawn(office: rows.Office) -> None:
    emptied = deepcopy(CUBE)
    for table in emptied["tables"]:
        for cell in table["cells"]:
            cell["value"] = None
    publish(office, emptied)
    text = page("/data/sdtm-pilot/")
    assert "Sex: every number is hidden." in text
    assert "about" not in text.split("What is in it")[1].split("Public counts")[0]


def test_without_published_counts_there_is_no_chart(office: rows.Office) -> None:
    assert "mu-chart" not in page("/data/sdtm-pilot/").replace("mu-charts", "")


def linked(text: str) -> dict[str, Any]:
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', text)
    assert found
    said = json.loads(found[1])
    assert isinstance(said, dict)
    return said


@pytest.mark.parametrize(
    "slug", [entry["slug"] for entry in rows.bundle()["information_list"]["datasets"]]
)
def test_every_sheet_says_what_it_is_to_search_engines(office: rows.Office, slug: str) -> None:
    said = linked(page(f"/data/{slug}/"))
    assert (said["@type"], said["identifier"]) == ("Dataset", slug)
    assert said["url"] == f"http://testserver/data/{slug}/"
    assert 50 <= len(said["description"]) <= 5000
    assert "distribution" not in said


def test_no_value_ends_the_block_of_data_early(office: rows.Office) -> None:
    def bend(sections: dict[str, Any]) -> None:
        entry = sections["information_list"]["datasets"][0]
        entry["title"] = "</script><script>alert(1)</script>"

    activate(office, bend)
    text = page("/data/meeting-abstracts/")
    assert "<script>alert" not in text
    assert linked(text)["name"] == "</script><script>alert(1)</script>"


def test_interest_is_asked_for_once_and_shown(office: rows.Office, as_: Browser) -> None:
    office.verify_address("alice")
    alice = as_("alice")
    assert "Register interest" in page("/data/tapur/", alice)
    for _ in range(2):
        assert alice.post("/data/tapur/interest/").status_code == 302
    assert models.Interest.objects.count() == 1
    assert "You asked to be told." in page("/data/tapur/", alice)
    assert "You asked to be told." not in page("/data/tapur/", as_("stan"))


def test_interest_needs_a_planned_dataset_and_a_person(office: rows.Office, as_: Browser) -> None:
    assert Client().post("/data/tapur/interest/").status_code == 401
    assert Client().get("/data/tapur/interest/").status_code == 401
    alice = as_("alice")
    assert alice.get("/data/no-such/interest/").status_code == 404
    text = alice.post("/data/sdtm-pilot/interest/").content.decode()
    assert "Not possible yet" in text
    assert not models.Interest.objects.exists()


@pytest.fixture
def timeline(office: rows.Office) -> models.Holding:
    """The public timeline as it ships, loaded."""
    source = Path(models.__file__).parent.parent / "holdings" / "progress-timeline"
    descriptor = json.loads((source / "datapackage.json").read_text())
    target = settings.MUNIMENT_HOME / "holdings" / "progress-timeline-2026.1" / "data"
    target.mkdir(parents=True, exist_ok=True)
    (target / "milestones.csv").write_bytes((source / "data" / "milestones.csv").read_bytes())
    return holds(office, "progress-timeline", descriptor)


FILE = "/data/progress-timeline/download/milestones.csv"


def test_a_public_table_is_anyone_s_with_its_license(timeline: models.Holding) -> None:
    text = page("/data/progress-timeline/")
    assert f'href="{FILE}"' in text
    assert "CC0-1.0" in text
    answer = Client().get(FILE)
    assert answer.status_code == 200
    assert b"".join(answer.streaming_content).startswith(b"milestone_id,year")
    assert "attachment" in answer["Content-Disposition"]
    assert not models.Entry.objects.exists(), "reading writes nothing"
    assert linked(text)["distribution"][0]["contentUrl"] == f"http://testserver{FILE}"


def test_the_button_gives_it_and_puts_that_on_record(
    timeline: models.Holding, as_: Browser
) -> None:
    assert f'<form method="post" action="{FILE}">' in page("/data/progress-timeline/")
    given = models.Entry.objects.filter(tag="catalogue.download_publication")
    answer = as_("alice").post(FILE)
    assert b"".join(answer.streaming_content).startswith(b"milestone_id,year")
    assert given.count() == 1
    assert b"".join(Client().post(FILE).streaming_content)
    assert given.count() == 2
    looked_at = Client().head(FILE)
    assert (looked_at.status_code, b"".join(looked_at.streaming_content)) == (200, b"")
    assert given.count() == 2


@pytest.mark.parametrize("status", ["open", "planned", "withdrawn", "not_offered"])
def test_a_table_that_is_not_public_is_no_file_for_the_web(
    timeline: models.Holding, status: str
) -> None:
    models.Dataset.objects.filter(slug="progress-timeline").update(status=status)
    assert Client().get(FILE).status_code == 404


@pytest.mark.parametrize(
    "path",
    [("muniment", "unit", "person"), ("muniment", "embargo", {}), ("class", "", "quasi"),
     ("table", "unit", "person")],
)  # fmt: skip
def test_a_table_about_somebody_is_not_given_even_if_the_list_calls_it_public(
    timeline: models.Holding, path: tuple[str, str, Any]
) -> None:
    place, name, value = path
    resource = timeline.descriptor["resources"][0]
    if place == "class":
        resource["schema"]["fields"][0]["muniment"]["class"] = value
    else:
        inside = timeline.descriptor if place == "muniment" else resource
        inside["muniment"][name] = value
    timeline.save()
    assert Client().get(FILE).status_code == 404


@pytest.mark.parametrize("folder", ["../../..", "/etc"])
def test_no_descriptor_reaches_outside_of_the_holdings(
    timeline: models.Holding, folder: str
) -> None:
    models.Holding.objects.filter(pk=timeline.pk).update(folder=folder)
    assert Client().get(FILE).status_code == 404


def test_a_recalled_edition_gives_no_file(timeline: models.Holding) -> None:
    edition = timeline.dataset_edition
    edition.withdrawn_at, edition.withdrawn_by = rows.NOW, timeline.made_by
    edition.save()
    assert Client().get(FILE).status_code == 404


def test_the_policy_is_read_by_edition(office: rows.Office) -> None:
    def stricter(sections: dict[str, Any]) -> None:
        sections["policy"]["edition"] = "2027.1"
        sections["policy"]["rules"][0]["title"] = "One door, and a key"

    activate(office, stricter)
    assert "One door, and a key" in page("/how-access-works/policy/")
    older = page("/how-access-works/policy/?edition=2026.1")
    assert "One door, and a key" not in older
    assert "This is an older edition." in older
    assert Client().get("/how-access-works/policy/?edition=1999").status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address", ["/how-access-works/policy/", "/register/", "/register.csv", "/catalogue.ttl"]
)
def test_an_install_without_a_programme_still_answers(address: str) -> None:
    assert Client().get(address).status_code == 200
