"""The house the demonstration runs in: a home folder, its programme, people and holdings."""

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from muniment import holdings, models, programme
from muniment.actions import catalogue, classifying, files, people
from muniment.gateways import storage
from muniment.holdings import generate
from muniment.jobs import plane, worker
from muniment.rulebook.words import Role

from . import cast, counts, papers
from .calendar import Clock

SEED = 2026
PILOT, ABSTRACTS, CENSUS = "sdtm-pilot", "meeting-abstracts", "practice-census"
TIMELINE = "progress-timeline"

POLICIES = {
    PILOT: {"policy": "pilot-standard", "edition": "2026.1", "holding": PILOT, "fields": {}},
    ABSTRACTS: {
        "policy": "abstracts-standard",
        "edition": "2026.1",
        "holding": ABSTRACTS,
        "fields": {},
    },
}
"""The method policies as first written: the descriptors' own rules, nothing overridden."""


@dataclass
class House:
    """Everything the story needs at hand."""

    home: Path
    clock: Clock
    cast: cast.Cast
    plant: plane.Plant

    def now(self) -> datetime:
        """The next moment: a few minutes after the one before."""
        return self.clock.pass_minutes(4)

    def work_off(self) -> int:
        """Let the worker do what is due."""
        return worker.work_off(plant=self.plant, clock=self.now)

    def acting(self, name: str, role: Role) -> models.Actor:
        """That person in that role."""
        return self.cast.acting(name, role)

    def edition_of(self, slug: str) -> models.DatasetEdition:
        """The newest edition of a dataset on the information list."""
        return models.DatasetEdition.objects.filter(dataset__slug=slug).latest("pk")


def build(home: Path, *, clock: Clock) -> House:
    """Found the programme, gather the people, load four holdings, publish the counts of one."""
    bundle = programme.read(programme.default_folder())
    house = House(
        home, clock, cast.assemble(bundle, clock=lambda: clock.pass_minutes(1)), plane.plant(home)
    )
    pilot = load(house, PILOT, lambda target: shutil.copytree(holdings.shipped()[PILOT], target))
    counts.publish(
        pilot,
        home / "holdings" / pilot.folder,
        actor=house.acting("stella", Role.STATISTICIAN),
        now=house.now(),
    )
    load(house, TIMELINE, lambda target: shutil.copytree(holdings.shipped()[TIMELINE], target))
    for name in (ABSTRACTS, CENSUS):
        load(house, name, partial(_generate, name, clock))
    return house


def load(
    house: House,
    name: str,
    make: Callable[[Path], object],
    *,
    second_person: models.Person | None = None,
) -> models.Holding:
    """Put a holding's folder into the home, have the data plane check it, and take it in.

    `second_person` confirms the method policy, where somebody else could write one, too.
    """
    folder = f"{name}-2026.1"
    target = house.home / "holdings" / folder
    if not target.exists():
        make(target)
    report = house.plant.plane.check(target)
    engineer = house.acting("dana", Role.DATA_ENGINEER)
    holding = catalogue.load_holding(
        house.cast.programme,
        json.loads((target / "datapackage.json").read_text(encoding="utf-8")),
        dataset_edition=house.edition_of(name),
        content_sha256=str(report["content_hash"]).removeprefix("sha256:"),
        folder=folder,
        found=[each["message"] for each in report["findings"] if each["severity"] == "fault"],
        actor=engineer,
        now=house.now(),
    )
    if name in POLICIES:
        classifying.classify_fields(
            holding,
            POLICIES[name],
            actor=house.acting("stella", Role.STATISTICIAN),
            now=house.now(),
            second_person=second_person,
        )
    return holding


def store(house: House, case: models.Case, *, purpose: str, name: str) -> models.Attachment:
    """Store the bytes, record them, attach them, and let the scanner say that they are clean."""
    stored = storage.at(house.home).put([papers.PROTOCOL], most=len(papers.PROTOCOL))
    alice = house.acting("alice", Role.APPLICANT)
    record = files.record_file(
        stored.sha256, size=stored.size, media_type="application/pdf", actor=alice, now=house.now()
    )
    attached = files.attach(case, record, purpose=purpose, name=name, actor=alice, now=house.now())
    attached.case = models.Case.objects.get(pk=case.pk)
    files.record_scan(
        attached,
        verdict=models.StoredFile.Verdict.CLEAN,
        media_type="application/pdf",
        actor=people.system(),
        now=house.now(),
    )
    return attached


def _generate(name: str, clock: Clock, target: Path) -> None:
    """Made as of the day the story ends, so that the next meeting's abstracts are embargoed."""
    generate.make(name, target, seed=SEED, around=clock.ends_on)
