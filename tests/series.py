"""A standing request with its first delivery made, and the next edition of its dataset opened."""

import json
import shutil
from datetime import timedelta

from muniment import models
from muniment.actions import catalogue, classifying, people, release
from muniment.demo import house, releasing
from muniment.demo.story import Story
from muniment.queries import release as releases
from muniment.rulebook.words import Role
from tests.world import World

STELLA = ("stella", Role.STATISTICIAN)
CORA = ("cora", Role.COORDINATOR)
NEXT = "2026.2"


def delivered_once(world: World) -> Story:
    """The pilot request after its first delivery, which asked for each new edition for a year."""
    story = world.after(releasing.let_go)
    asks_for_a_series(world, story, linkage=True)
    return story


def asks_for_a_series(world: World, story: Story, *, linkage: bool) -> None:
    """As the form has it, past the form."""
    until = (world.house.clock.now + timedelta(days=365)).date()
    section = models.Section.objects.get(case_id=story.case_id, name="data")
    section.answers |= {
        "delivery_rhythm": "series", "series_until": until.isoformat(), "linkage": linkage,
    }  # fmt: skip
    section.save()


def open_next(world: World, label: str = NEXT, *, changed: object = None) -> models.DatasetEdition:
    """The next edition of the pilot data: announced, loaded, given its methods, opened.

    `changed` is called with the descriptor before it is loaded.
    """
    cast = world.house.cast
    dataset = models.Dataset.objects.get(slug=house.PILOT)
    edition = catalogue.announce_edition(cast.programme, dataset, label, **world.by(*CORA))
    _load(world, edition, label, changed)
    return catalogue.open_edition(
        cast.programme, edition, second_person=world.person("dana"), **world.by(*STELLA)
    )


def _load(world: World, edition: models.DatasetEdition, label: str, changed: object) -> None:
    home = world.house.home
    folder = f"{house.PILOT}-{label}"
    target = home / "holdings" / folder
    if target.exists():
        shutil.rmtree(target)
    shutil.copytree(home / "holdings" / f"{house.PILOT}-2026.1", target)
    descriptor = json.loads((target / "datapackage.json").read_text())
    descriptor["muniment"]["edition"] = label
    if callable(changed):
        changed(descriptor)
    (target / "datapackage.json").write_text(json.dumps(descriptor))
    report = world.house.plant.plane.check(target)
    holding = catalogue.load_holding(
        world.house.cast.programme,
        descriptor,
        dataset_edition=edition,
        content_sha256=str(report["content_hash"]).removeprefix("sha256:"),
        folder=folder,
        found=[each["message"] for each in report["findings"] if each["severity"] == "fault"],
        **world.by("dana", Role.DATA_ENGINEER),
    )
    classifying.classify_fields(holding, house.POLICIES[house.PILOT], **world.by(*STELLA))


def prepared(world: World, story: Story | None = None) -> tuple[Story, models.StandingDelivery]:
    """The next delivery as the calendar prepares it, with its figures and its risk."""
    story = story or delivered_once(world)
    edition = open_next(world)
    system = {"actor": people.system(), "now": world.house.now()}
    row = release.prepare_standing_delivery(story.part, edition, **system)
    world.house.work_off()
    return story, releases.get_standing(row.pk)
