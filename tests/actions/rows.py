"""Rows for tests of the machinery under the steps, made straight from the models.

A programme in force, its people and cases at any stage. Whether a stage can be reached is asked
elsewhere; here only what a step, the ledger, a clock or a job does with it.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from muniment import models, programme
from muniment.actions import people
from muniment.rulebook.words import Role, Stage
from tests.programme import shipped as bundles

NOW = datetime(2026, 11, 2, 15, 0, tzinfo=UTC)
"""A Monday morning in the programme's own zone, America/New_York."""
OFFICES = {"cora": Role.COORDINATOR, "mia": Role.MEMBER, "chen": Role.CHAIR}
OUTSIDE = ("alice", "stan")


@dataclass
class Home:
    """One programme with its people; `case` adds a request."""

    programme: models.Programme
    people: dict[str, models.Person] = field(default_factory=dict)

    @property
    def system(self) -> models.Actor:
        """The programme's own clock and workers."""
        return people.system()

    def acting(self, name: str, role: Role | None = None) -> models.Actor:
        """A person in their office, or in the role that is named."""
        return people.acting(self.people[name], role or OFFICES.get(name, Role.APPLICANT))

    def case(self, stage: Stage = Stage.SUBMITTED, **more: Any) -> models.Case:
        """A request of Alice's at that stage, with no clock running yet."""
        number = models.Case.objects.count() + 1
        values: dict[str, Any] = {
            "reference": f"CENTRA-2026-{number:04}",
            "programme": self.programme,
            "edition": self.programme.active_edition,
            "kind": models.Case.Kind.DATA,
            "title": "Dose and age in older adults",
            "stage": stage.value,
            "stage_since": NOW.date(),
            "applicant": self.people["alice"],
            "made_at": NOW,
            "made_by": self.system,
        }
        return models.Case.objects.create(**{**values, **more})

    def holding(self) -> models.Holding:
        """A described holding of a dataset."""
        dataset = models.Dataset.objects.create(
            programme=self.programme,
            slug="pilot",
            title="Pilot trial",
            information_type="trial",
            status=models.Dataset.Status.OPEN,
        )
        edition = models.DatasetEdition.objects.create(dataset=dataset, label="2026.1", entry={})
        return models.Holding.objects.create(
            programme=self.programme,
            dataset_edition=edition,
            slug="pilot",
            edition="2026.1",
            kind="described",
            descriptor={},
            made_at=NOW,
            made_by=self.system,
        )


def home() -> Home:
    """The shipped programme in force, its offices held, and people outside."""
    bundle = shipped()
    made = Home(models.Programme.objects.create(slug=bundle.slug, name="Data access"))
    edition = models.ProgrammeEdition.objects.create(
        programme=made.programme,
        number=1,
        sha256=bundle.sha256,
        made_at=NOW,
        made_by=made.system,
    )
    models.EditionBundle.objects.create(edition=edition, canonical=bundle.canonical.decode())
    made.programme.active_edition = edition
    made.programme.save()
    for name in (*OFFICES, *OUTSIDE):
        person = models.Person.objects.create_user(f"{name}@example.org", name=name.title())
        made.people[name] = person
    for name, role in OFFICES.items():
        made.people[name].grants.create(
            programme=made.programme,
            role=role.value,
            from_on=date(2026, 1, 1),
            made_at=NOW,
            made_by=made.system,
        )
    return made


def shipped() -> programme.Bundle:
    """The shipped programme, read once for each process."""
    return bundles.bundle()
