"""A small office as rows: one programme, its people, a dataset, and requests at any stage.

Written through the models because these tests are about reading: they need states side by side,
also ones that must never be shown to the person who looks.
"""

import copy
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from muniment import models, programme
from muniment.actions import ledger
from muniment.queries.agreement import composing
from muniment.rulebook import reading
from muniment.rulebook.words import Role, Stage
from tests import world
from tests.programme import shipped

STARTED = datetime.now(UTC).replace(second=0, microsecond=0)
HERE = STARTED.astimezone(ZoneInfo("America/New_York")).date()
NOW = min(STARTED, datetime.combine(HERE, time(15), UTC))
"""In the afternoon of the program's own day, and before that now: no row lies in the future."""
TODAY = NOW.date()
OFFICES = {
    "cora": Role.COORDINATOR,
    "stella": Role.STATISTICIAN,
    "paula": Role.POLICY_OFFICER,
    "max": Role.MEMBER,
    "mia": Role.MEMBER,
    "chen": Role.CHAIR,
    "olga": Role.DETERMINING_OFFICER,
    "dana": Role.DATA_ENGINEER,
    "dev": Role.CHECKER,
    "fay": Role.FINANCE,
    "audra": Role.AUDITOR,
}
OTHERS = ("alice", "tess", "edie", "supriya", "sam", "stan")
SPECIFICATION = {
    "muniment_specification": 1,
    "parts": [
        {
            "id": "p1",
            "holding": "sdtm-pilot",
            "edition": "2026.1",
            "level": "record",
            "tables": [
                {
                    "name": "subjects",
                    "variables": [
                        {"name": "AGE", "reason": "Older adults are compared with the others."},
                        {"name": "SEX", "reason": "To report results for women and men."},
                    ],
                }
            ],
            "cohort": {"variable": "AGE", "is": "at_least", "value": 65},
        }
    ],
    "links": [],
}
TERMS = {"muniment_terms": 2, "specification": SPECIFICATION, "method_policy": {}}


@cache
def bundle() -> programme.Bundle:
    """The programme that ships."""
    return shipped.bundle()


def make_synthetic() -> None:
    """From now on every holding declares that its rows were invented."""
    for holding in models.Holding.objects.all():
        holding.descriptor["muniment"]["synthetic"] = True
        holding.save()


@dataclass
class Office:
    """The rows of one programme; `people` by first name."""

    system: models.Actor
    programme: models.Programme
    institution: models.Institution
    people: dict[str, models.Person] = field(default_factory=dict)

    def acting(self, name: str, role: Role) -> models.Actor:
        """A person as an actor in a role."""
        found, _ = models.Actor.objects.get_or_create(
            person=self.people[name], role=role.value, via="session", on_behalf_of=None
        )
        return found

    def verify_address(self, name: str) -> None:
        """The person has proved to read their address, as who starts a request must."""
        person = self.people[name]
        person.email_verified_at, person.email_verified_by = NOW, self.acting(name, Role.ANYONE)
        person.save()

    def case(self, stage: Stage = Stage.SUBMITTED, **more: object) -> models.Case:
        """A request of Alice's at a stage, with her specification confirmed."""
        number = models.Case.objects.count() + 1
        sent = None if stage is Stage.DRAFT else TODAY - timedelta(days=30)
        values: dict[str, object] = {
            "reference": f"CENTRA-2026-{number:04}",
            "programme": self.programme,
            "edition": self.programme.active_edition,
            "kind": "data",
            "title": f"Dose and age in older adults, study {number}",
            "stage": stage.value,
            "stage_since": TODAY - timedelta(days=6),
            "track": "full",
            "applicant": self.people["alice"],
            "institution": self.institution,
            "submitted_on": sent,
            "made_at": NOW - timedelta(days=40),
            "made_by": self.acting("alice", Role.APPLICANT),
        }
        case = models.Case.objects.create(**{**values, **more})
        self._specify(case)
        return case

    def happened(self, case: models.Case, *steps: str, days_ago: int = 20) -> None:
        """Entries of these steps on the case's chain, a day apart."""
        for day, step in enumerate(steps):
            row = reading.STEPS[step]
            ledger.append(
                case,
                tag=f"{row.room}.{step}",
                actor=self.system,
                now=NOW - timedelta(days=days_ago - day),
                stage_from=row.at[0].value if row.at else "",
                stage_to=row.to.value if row.to else "",
            )
        case.save()

    def joins(self, case: models.Case, name: str, *, may_edit: bool = False) -> models.TeamMember:
        """A person on the team, who has accepted."""
        person = self.people[name]
        return models.TeamMember.objects.create(
            case=case, person=person, email=person.email, name=person.name, may_edit=may_edit,
            project_role="analyst", institution=self.institution, accepted_at=NOW,
            accepted_by=self.acting(name, Role.TEAM_MEMBER), made_at=NOW, made_by=self.system,
        )  # fmt: skip

    def asks(self, case: models.Case, text: str, *, answer: str = "") -> models.Question:
        """A blocking question of the coordinator's, answered or not."""
        answered = {"answered_at": NOW, "answered_by": self.acting("alice", Role.APPLICANT)}
        return models.Question.objects.create(
            case=case, about="age", text=text, blocking=True, answer=answer,
            due_on=TODAY + timedelta(days=10), made_at=NOW - timedelta(days=2),
            made_by=self.acting("cora", Role.COORDINATOR), **(answered if answer else {}),
        )  # fmt: skip

    def declares(self, case: models.Case, name: str, *, conflicted: bool) -> models.Declaration:
        """A committee member's word on conflict."""
        return models.Declaration.objects.create(
            case=case, member=self.people[name], conflicted=conflicted, made_at=NOW,
            made_by=self.acting(name, Role.MEMBER),
        )  # fmt: skip

    def agrees(self, case: models.Case, *signers: str, issued: bool = True) -> models.Agreement:
        """The lead agreement, issued with its estimate, signed in these capacities."""
        by = self.acting("cora", Role.COORDINATOR)
        mark = {"issued_at": NOW - timedelta(days=3), "issued_by": by} if issued else {}
        agreement = models.Agreement(
            case=case, institution=case.institution, version=case.agreements.count() + 1,
            text="Terms.", text_sha256="0" * 64, terms=json.dumps(TERMS), terms_sha256="0" * 64,
            starts_on=TODAY, ends_on=TODAY + timedelta(days=730), made_at=NOW, made_by=by, **mark,
        )  # fmt: skip
        agreement.document = {**composing.document_of(agreement, on=TODAY), "verify": ""}
        agreement.save()
        for capacity in signers:
            models.Signature.objects.create(
                agreement=agreement, signer=self.people["alice"], capacity=capacity,
                shown_sha256="0" * 64, method="in_app", signed_on=TODAY, made_at=NOW, made_by=by,
            )  # fmt: skip
        return agreement

    def bills(self, case: models.Case, *, paid_minor: int = 0) -> models.Invoice:
        """An invoice over an accepted estimate of 1,200 dollars, paid so far or not."""
        by = self.acting("fay", Role.FINANCE)
        money = {"currency": "USD", "made_at": NOW, "made_by": by}
        estimate = models.Estimate.objects.create(
            case=case, version=1, lines=[], total_minor=120_000,
            valid_until_on=TODAY + timedelta(days=60), issued_at=NOW, issued_by=by, **money,
        )  # fmt: skip
        invoice = models.Invoice.objects.create(
            case=case, estimate=estimate, number=f"I-{case.pk}", total_minor=120_000,
            due_on=TODAY + timedelta(days=30), **money,
        )  # fmt: skip
        if paid_minor:
            models.Payment.objects.create(
                invoice=invoice, amount_minor=paid_minor, method="bank",
                bank_reference=f"B{case.pk}",
                received_on=TODAY, **money,
            )  # fmt: skip
        return invoice

    def proposes(self, case: models.Case) -> models.Specification:
        """A smaller scope that waits for Alice."""
        stella = self.acting("stella", Role.STATISTICIAN)
        smaller = copy.deepcopy(SPECIFICATION)
        del smaller["parts"][0]["tables"][0]["variables"][0]  # type: ignore[index]
        return models.Specification.objects.create(
            case=case, version=2, document=json.dumps(smaller), sha256="0" * 64,
            reason="Too few.", proposed_at=NOW - timedelta(days=3), proposed_by=stella,
            made_at=NOW - timedelta(days=3), made_by=stella,
        )  # fmt: skip

    def ends(self, case: models.Case, *, filed: bool, certified: bool, longer: bool) -> None:
        """The end of a use: what of it is handed in, and whether more time is asked for."""
        alice = {"made_at": NOW, "made_by": self.acting("alice", Role.APPLICANT)}
        mark = {"filed_at": NOW, "filed_by": alice["made_by"]} if filed else {}
        models.Report.objects.create(case=case, kind="final", due_on=TODAY, **mark, **alice)
        sam = self.acting("sam", Role.SIGNING_OFFICIAL)
        gone = {"certified_at": NOW, "certified_by": sam} if certified else {}
        models.Destruction.objects.create(
            agreement=self.agrees(case, "applicant"), due_on=TODAY, **gone, **alice
        )
        if longer:
            models.Retention.objects.create(case=case, reason="A check.", until_on=TODAY, **alice)

    def amends(self, case: models.Case, *, issued: bool) -> None:
        """A next version takes the place of what was signed; nobody has signed it."""
        by = self.acting("cora", Role.COORDINATOR)
        case.agreements.update(superseded_at=NOW, superseded_by=by)
        self.agrees(case, issued=issued)

    def _specify(self, case: models.Case) -> None:
        from muniment.dataplane.spec import specification

        asked = specification.parse(SPECIFICATION)
        models.Specification.objects.create(
            case=case, version=1, document=asked.canonical().decode(),
            sha256=asked.hash.removeprefix("sha256:"), confirmed_at=NOW,
            confirmed_by=self.acting("alice", Role.APPLICANT), made_at=NOW, made_by=self.system,
        )  # fmt: skip
        edition = models.DatasetEdition.objects.get(dataset__slug="sdtm-pilot", label="2026.1")
        models.Part.objects.create(
            case=case, part_id="p1", dataset_edition=edition, level="record", track="full"
        )


def office() -> Office:
    """Everything above, with the shipped programme in force."""
    return kept("office", _made)


def kept(name: str, make: Callable[[], Office]) -> Office:
    """An office whose rows are made once in a process, and put back for whoever asks again."""
    if name not in _KEPT:
        made = make()
        _KEPT[name] = (copy.deepcopy(made), world.rows_now())
        return made
    here, rows = _KEPT[name]
    world.put_rows(rows)
    return copy.deepcopy(here)


_KEPT: dict[str, tuple[Office, world.Rows]] = {}


def _made() -> Office:
    system = models.Actor.objects.create(role=Role.SYSTEM.value, via="job")
    running = models.Programme.objects.create(slug="centra", name=bundle()["programme"]["name"])
    edition = models.ProgrammeEdition.objects.create(
        programme=running, number=1, sha256=bundle().sha256,
        activated_at=NOW, activated_by=system, made_at=NOW, made_by=system,
    )  # fmt: skip
    models.EditionBundle.objects.create(edition=edition, canonical=bundle().canonical.decode())
    running.active_edition = edition
    running.save()
    here = Office(system, running, models.Institution.objects.create(name="Lakeside Institute"))
    for name in (*OFFICES, *OTHERS):
        here.people[name] = models.Person.objects.create_user(
            f"{name}@example.org", f"{name.title()} Example", institution=here.institution
        )
    for name, role in OFFICES.items():
        models.RoleGrant.objects.create(
            person=here.people[name], programme=running, role=role.value,
            from_on=date(2026, 1, 1), made_at=NOW, made_by=system,
        )  # fmt: skip
    here.institution.official = here.people["sam"]
    here.institution.official_verified_at, here.institution.official_verified_by = NOW, system
    here.institution.save()
    _list(running)
    return here


def put_in_force(office: Office, sections: dict[str, Any]) -> None:
    """Another edition in force; requests made from now on keep it."""
    changed = programme.Bundle.from_data(sections)
    edition = models.ProgrammeEdition.objects.create(
        programme=office.programme, number=2, sha256=changed.sha256, activated_at=NOW,
        activated_by=office.system, made_at=NOW, made_by=office.system,
    )  # fmt: skip
    models.EditionBundle.objects.create(edition=edition, canonical=changed.canonical.decode())
    office.programme.active_edition = edition
    office.programme.save()


def _list(running: models.Programme) -> None:
    """The datasets of the information list as rows, as loading an edition makes them."""
    for entry in bundle()["information_list"]["datasets"]:
        dataset = models.Dataset.objects.create(
            programme=running, slug=entry["slug"], title=entry["title"],
            information_type=entry["type"], status=entry["status"],
        )  # fmt: skip
        for dated in entry.get("editions", ()):
            models.DatasetEdition.objects.create(dataset=dataset, label=dated["edition"], entry={})
