"""The first half of the world: a founded programme, its people, holdings, and a request walked on.

Every state is reached by the real actions. `Front` is made by `found`; its `walk_*` methods carry
one case a stage further each and may be called in their order.
"""

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from importlib import resources
from typing import Any

from django.db import transaction
from pytest_django import DjangoDbBlocker

from muniment import models
from muniment import programme as programmes
from muniment.actions import (
    application,
    catalogue,
    enquiry,
    files,
    ledger,
    people,
    programme,
    screening,
    step,
)
from muniment.programme.findings import Result
from muniment.queries import asked
from muniment.queries import policy as policies
from muniment.rulebook.words import Role
from tests.programme import shipped as bundles

START = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
OFFICES = {
    "cora": Role.COORDINATOR,
    "stella": Role.STATISTICIAN,
    "paula": Role.POLICY_OFFICER,
    "max": Role.MEMBER,
    "mia": Role.MEMBER,
    "chen": Role.CHAIR,
    "otto": Role.DETERMINING_OFFICER,
    "rita": Role.PROGRAMME_SIGNATORY,
    "dana": Role.DATA_ENGINEER,
    "dev": Role.CHECKER,
    "fay": Role.FINANCE,
    "audra": Role.AUDITOR,
}
OUTSIDE = ("alice", "sam", "tess", "stan")


@dataclass
class Front:
    """A programme with its people and holdings, and a clock that only tests turn."""

    programme: models.Programme
    people: dict[str, models.Person]
    now: datetime = START
    holdings: dict[str, models.Holding] = field(default_factory=dict)

    def acting(self, person: str, role: Role | None = None) -> models.Actor:
        """A person in a role: the office they hold unless another is named."""
        return people.acting(self.people[person], role or OFFICES.get(person, Role.APPLICANT))

    @property
    def system(self) -> models.Actor:
        return people.system()

    @property
    def alice(self) -> models.Actor:
        return self.acting("alice")

    def later(self, **span: float) -> datetime:
        """Turn the clock on."""
        self.now += timedelta(**span)
        return self.now

    def edition(self, dataset: str) -> models.DatasetEdition:
        return models.DatasetEdition.objects.get(
            dataset__programme=self.programme, dataset__slug=dataset
        )

    def fresh(self, case: models.Case) -> models.Case:
        """The case as another person's page would load it."""
        return models.Case.objects.get(pk=case.pk)

    def draft(self, **more: Any) -> models.Case:
        """A draft of Alice's, with nothing in it yet."""
        actor = self.acting("alice", Role.ANYONE)
        case = application.start_draft(self.programme, actor=actor, now=self.now, **more)
        self.programme.refresh_from_db()
        return case

    def complete_draft(
        self, *, document: dict[str, Any] | None = None, applies_as: str = "academic"
    ) -> models.Case:
        """A draft that could be submitted at once."""
        case = self.draft(institution=self.people["alice"].institution)
        for file in FILES:
            self.attach(case, file)
        complete = complete_answers()
        complete["applicant"]["applicant_class"] = applies_as
        for section, answers in complete.items():
            version = case.sections.filter(name=section).values_list("version", flat=True).first()
            application.save_section(
                case, section, answers, version=version or 0, actor=self.alice, now=self.now
            )
        written = application.put_specification(
            case, document or specification(), version=0, actor=self.alice, now=self.now
        )
        application.confirm_specification(
            case, sha256=written.sha256, actor=self.alice, now=self.now
        )
        return case

    def attach(self, case: models.Case, name: str) -> models.Attachment:
        """A clean file on the case, by the steps that record it."""
        described = stored(name)
        record = files.record_file(
            described["sha256"], size=described["size"], media_type="application/pdf",
            actor=self.alice, now=self.now,
        )  # fmt: skip
        attached = files.attach(
            case, record, purpose="protocol", name=name, actor=self.alice, now=self.now
        )
        files.record_scan(
            attached, verdict=models.StoredFile.Verdict.CLEAN, media_type="application/pdf",
            actor=self.system, now=self.now,
        )  # fmt: skip
        return attached

    def submitted(self, **more: Any) -> models.Case:
        case = self.complete_draft(**more)
        application.submit(case, actor=self.alice, now=self.now)
        return case

    def in_availability(self, **more: Any) -> models.Case:
        case = self.submitted(**more)
        screening.certify_complete(case, actor=self.acting("cora"), now=self.now)
        return case

    def figures(self, part: models.Part, **more: Any) -> screening.Figures:
        """Figures for the part as it is asked now."""
        return screening.Figures(
            basis=asked.basis_of(part), protected={"cohort": COUNT}, exact={"cohort": 254}, **more
        )

    def in_policy(self, **more: Any) -> models.Case:
        case = self.in_availability(**more)
        stella = self.acting("stella")
        for part in asked.live_parts(case):
            screening.record_available(part, self.figures(part), actor=stella, now=self.now)
            screening.judge_sufficiency(
                part, models.Availability.Verdict.SUFFICIENT, actor=stella, now=self.now,
                reason="Enough for the planned comparison.",
            )  # fmt: skip
        screening.pass_availability(case, actor=stella, now=self.now)
        return case

    def judge_open_rules(self, case: models.Case) -> None:
        """Paula finds every rule met that the answers leave to a person."""
        open_rules = policies.findings_of(case).filter(result=Result.NEEDS_PERSON.value)
        for finding in list(open_rules.order_by("pk")):
            screening.judge_policy_rule(
                case, finding.rule, Result.MET, dataset=finding.dataset,
                actor=self.acting("paula"), now=self.now, reason="Looked at and in order.",
            )  # fmt: skip

    def policy_judged(self, **more: Any) -> models.Case:
        case = self.in_policy(**more)
        screening.run_policy_rules(case, actor=self.system, now=self.now)
        self.judge_open_rules(case)
        return case

    def in_review(self, **more: Any) -> models.Case:
        case = self.policy_judged(**more)
        screening.pass_policy(case, actor=self.acting("paula"), now=self.now)
        return case

    def enquiry(self) -> models.Enquiry:
        asker = self.acting("alice", Role.ANYONE)
        subject, text = "Trial data", "Do you hold adverse events with their onset?"
        asked_first = enquiry.ask_enquiry(self.programme, subject, text, actor=asker, now=self.now)
        self.programme.refresh_from_db()
        return asked_first


@contextmanager
def standing(blocker: DjangoDbBlocker) -> Iterator[Front]:
    """A founded programme whose rows stand in a transaction around several tests."""
    with blocker.unblock():
        around = transaction.atomic()
        around.__enter__()
        front = found()
    yield front
    with blocker.unblock():
        transaction.set_rollback(True)
        around.__exit__(None, None, None)


def shipped() -> programmes.Bundle:
    """The shipped programme, read once."""
    return bundles.bundle()


def found() -> Front:
    """Found the shipped programme, appoint its people, load three holdings."""
    ada = _person("ada")
    home = programme.found(shipped(), administrator=ada, now=START)
    front = Front(home, {"ada": ada})
    actor = front.acting("ada", Role.ADMINISTRATOR)
    for name, role in OFFICES.items():
        front.people[name] = _person(name)
        people.verify_person(
            front.people[name], programme=home, actor=actor, now=START, how="Seen in person."
        )
        people.grant_role(
            front.people[name], role, programme=home, actor=actor, now=START,
            from_on=START.date(),
        )  # fmt: skip
    for name in OUTSIDE:
        front.people[name] = _person(name)
    _load_holdings(front)
    return front


def _person(name: str) -> models.Person:
    person = people.register_person(f"{name}@example.org", name=name.title())
    return people.confirm_email(person, now=START)


def _load_holdings(front: Front) -> None:
    alice = front.people["alice"]
    alice.institution = people.register_institution("University of Somewhere", country="US")
    alice.save(update_fields=["institution"])
    loaded = {
        "sdtm-pilot": resources.files("muniment.holdings") / "sdtm-pilot" / "datapackage.json",
        "practice-census": resources.files("muniment.holdings.generate.descriptors")
        / "practice-census.json",
    }
    for slug, source in loaded.items():
        front.holdings[slug] = catalogue.load_holding(
            front.programme, json.loads(source.read_text(encoding="utf-8")),
            dataset_edition=front.edition(slug), content_sha256=hashlib.sha256(slug.encode())
            .hexdigest(), folder=f"{slug}/2026.1", found=[], actor=front.acting("dana"),
            now=START,
        )  # fmt: skip
    source = resources.files("muniment.holdings") / "covid-19-registry" / "datapackage.json"
    front.holdings["covid-19-registry"] = catalogue.describe_holding(
        front.programme, json.loads(source.read_text(encoding="utf-8")),
        dataset_edition=front.edition("covid-19-registry"), actor=front.acting("stella"),
        now=START,
    )  # fmt: skip


COUNT = {
    "shown": 255,
    "says": "About 255 people match.",
    "rounding": 5,
    "threshold": 11,
    "sigma": 10,
}
FILES = ("protocol.pdf", "cv.pdf", "ethics.pdf")


def stored(name: str) -> dict[str, Any]:
    """How an answer names an uploaded file."""
    return {"name": name, "sha256": hashlib.sha256(name.encode()).hexdigest(), "size": 1000}


def specification(
    *, holding: str = "sdtm-pilot", edition: str = "2026.1", level: str = "record"
) -> dict[str, Any]:
    """One part of the pilot trial, or of another dataset in the same shape."""
    part: dict[str, Any] = {
        "id": "p1",
        "holding": holding,
        "edition": edition,
        "level": level,
        "tables": [
            {
                "name": "subjects",
                "variables": [
                    {"name": "AGE", "reason": "Adjust for age."},
                    {"name": "SEX", "reason": "Adjust for sex."},
                ],
            }
        ],
        "cohort": {"variable": "AGE", "is": "at_least", "value": 65},
    }
    return {"muniment_specification": 1, "parts": [part], "links": []}


def complete_answers() -> dict[str, dict[str, Any]]:
    """An answer to every question that the shipped form asks of a data request."""
    alice = {"name": "Alice", "email": "alice@example.org"}
    sentence = "A sentence that says what is planned."
    return {
        "request": {"request_kind": "data"},
        "applicant": {"applicant": alice, "applicant_class": "academic", "lead_is_permanent": True},
        "institution": {
            "institution_name": "University of Somewhere",
            "institution_address": "1 Main Street",
            "institution_country": "US",
            "signing_official": {"name": "Sam", "email": "sam@example.org"},
        },
        "team": {
            "statistician": alice,
            "statistician_training": sentence,
            "training_done": True,
            "team_qualifications": sentence,
        },
        "project": {
            "title": "Adverse events in older people",
            "project_kind": "new-research",
            **dict.fromkeys(PROSE, sentence),
            "starts_on": "2027-01-01",
            "ends_on": "2028-12-31",
            "mission_items": ["goal-research"],
            "protocol": [stored("protocol.pdf")],
            "cv_lead": [stored("cv.pdf")],
        },
        "data": {
            "data_reason": sentence,
            "delivery_rhythm": "once",
            "linkage": False,
            "use_kinds": ["health"],
            "genetic_study": False,
        },
        "ethics": {
            "ethics_status": "approved",
            "ethics_letter": [stored("ethics.pdf")],
            "conflicts": "none",
            "commercial_use": False,
            "prohibited_uses": True,
        },
        "security": {
            **dict.fromkeys(SAFETY, sentence),
            "storage_country": "US",
            "uses_cloud": False,
            "custodian": alice,
            "ai_tools": False,
        },
        "funding": {"funders": [{"kind": "none"}], "billing_contact": alice},
        "outputs": {
            "outputs": ["paper"],
            "will_publish": True,
            "agrees_suppression": True,
            "agrees_no_ranking": True,
            "register_consent": True,
        },
        "declarations": {
            "true_and_complete": True,
            "policy_read": True,
            "no_reidentification": True,
            "discretion_understood": True,
            "earlier_breach": False,
        },
    }


PROSE = (
    "lay_summary", "background", "aims", "design", "outcomes", "analysis_plan", "mission_argument",
)  # fmt: skip
SAFETY = ("storage_place", "access_control", "encryption", "backup", "destruction")


def refusal_codes(call: Callable[[], object]) -> list[str]:
    """The codes with which a call is refused; it must be."""
    try:
        call()
    except step.Refused as refused:
        return [reason.code for reason in refused.reasons]
    raise AssertionError("nothing was refused")


def last_entry(subject: models.Case | models.Programme | models.Holding) -> models.Entry:
    """The newest ledger entry of a subject."""
    chain = models.Entry.objects.filter(subject_kind=ledger.kind_of(subject), subject_id=subject.pk)
    return chain.latest("number")


def last_tags(subject: models.Case | models.Programme | models.Holding) -> list[str]:
    """The tags of its two newest entries, in order: a step, and the clock's step that follows."""
    chain = models.Entry.objects.filter(subject_kind=ledger.kind_of(subject), subject_id=subject.pk)
    return list(chain.order_by("number").values_list("tag", flat=True))[-2:]


def letters_to(person: models.Person) -> list[str]:
    """The letters a person was sent, in order."""
    return list(person.messages.order_by("pk").values_list("kind", flat=True))


def is_marked(row: Any, mark: str, *, actor: models.Actor, now: datetime) -> bool:
    """Whether both halves of a mark are set in the database, by this actor at this time."""
    found = type(row).objects.values_list(f"{mark}_at", f"{mark}_by").get(pk=row.pk)
    return found == (now, actor.pk)
