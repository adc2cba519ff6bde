"""Gates that a request passed on paper: each is attested by a named person, with the document.

What a gate leaves in the tables is written as the gate itself would, saying that it is attested;
no figure, finding or vote comes with it, because none was made here.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime

from muniment import models
from muniment.actions import step
from muniment.actions.screening import availability
from muniment.queries import asked
from muniment.queries.facts import application as facts
from muniment.rulebook import words
from muniment.rulebook.words import Stage

SAID = "Attested from paper."


def attest(
    case: models.Case,
    happened_on: date,
    *,
    actor: models.Actor,
    now: datetime,
    second_person: models.Person | None = None,
) -> None:
    """Attest the gate at which the case stands, whichever it is."""
    stage, committee = Stage(case.stage), case.track == words.Track.FULL.value
    if stage is Stage.SUBMITTED:
        attest_completeness(case, happened_on, actor=actor, now=now)
    elif stage is Stage.AVAILABILITY:
        attest_availability(case, happened_on, actor=actor, now=now)
    elif stage is Stage.POLICY:
        policy = attest_policy if committee else attest_policy_for_office
        policy(case, happened_on, actor=actor, now=now)
    elif stage is Stage.IN_REVIEW:
        attest_recommendation(case, happened_on, actor=actor, now=now)
    else:
        approval = attest_approval if committee else attest_approval_by_office
        approval(case, happened_on, actor=actor, now=now, second_person=second_person)


def attest_completeness(
    case: models.Case, happened_on: date, *, actor: models.Actor, now: datetime
) -> None:
    """Attest that the request was found complete."""
    with _attested("attest_completeness", case, happened_on, actor, now):
        models.CompletenessCheck.objects.create(
            case=case,
            submission=case.submissions.latest("number"),
            complete=True,
            findings=[SAID],
            made_at=now,
            made_by=actor,
        )


def attest_availability(
    case: models.Case, happened_on: date, *, actor: models.Actor, now: datetime
) -> None:
    """Attest that every part was found available and enough."""
    with _attested("attest_availability", case, happened_on, actor, now) as taken:
        for part in asked.live_parts(case):
            basis = asked.basis_of(part)
            models.Availability.objects.create(
                part=part,
                outcome=models.Availability.Outcome.AVAILABLE,
                verdict=models.Availability.Verdict.SUFFICIENT,
                verdict_reason=SAID,
                judged_at=now,
                judged_by=actor,
                protected={},
                part_sha256=basis.part_sha256,
                holding_sha256=basis.source_sha256,
                reason=SAID,
                made_at=now,
                made_by=actor,
            )
        availability.pass_gate(taken, case, models.GatePass.Gate.AVAILABILITY)


def attest_policy(
    case: models.Case, happened_on: date, *, actor: models.Actor, now: datetime
) -> None:
    """Attest that the policy gate was passed; the committee is next."""
    with _attested("attest_policy", case, happened_on, actor, now) as taken:
        availability.pass_gate(taken, case, models.GatePass.Gate.POLICY)


def attest_policy_for_office(
    case: models.Case, happened_on: date, *, actor: models.Actor, now: datetime
) -> None:
    """Attest that the policy gate was passed; the office decides next."""
    with _attested("attest_policy_for_office", case, happened_on, actor, now) as taken:
        availability.pass_gate(taken, case, models.GatePass.Gate.POLICY)


def attest_recommendation(
    case: models.Case, happened_on: date, *, actor: models.Actor, now: datetime
) -> None:
    """Attest that the committee recommended to approve."""
    with _attested("attest_recommendation", case, happened_on, actor, now):
        models.Recommendation.objects.create(
            case=case,
            round=case.round,
            outcome=models.Outcome.APPROVED,
            reason=SAID,
            made_at=now,
            made_by=actor,
        )


def attest_approval(
    case: models.Case,
    happened_on: date,
    *,
    actor: models.Actor,
    now: datetime,
    second_person: models.Person | None = None,
) -> None:
    """Attest that the request was approved after the committee was heard."""
    with _attested("attest_approval", case, happened_on, actor, now, second_person) as taken:
        _approve(taken, case)


def attest_approval_by_office(
    case: models.Case,
    happened_on: date,
    *,
    actor: models.Actor,
    now: datetime,
    second_person: models.Person | None = None,
) -> None:
    """Attest that the office approved the request."""
    with _attested(
        "attest_approval_by_office", case, happened_on, actor, now, second_person
    ) as taken:
        _approve(taken, case)


def _approve(taken: step.Taken, case: models.Case) -> None:
    models.Determination.objects.create(
        case=case,
        round=case.round,
        outcome=models.Outcome.APPROVED,
        reason=SAID,
        made_at=taken.now,
        made_by=taken.actor,
    )


@contextmanager
def _attested(
    name: str,
    case: models.Case,
    happened_on: date,
    actor: models.Actor,
    now: datetime,
    second_person: models.Person | None = None,
) -> Iterator[step.Taken]:
    """The step, and the row that says who attests what, of which day, by which document."""
    about = {"happened_on": happened_on, "second_person": second_person}
    with step.taking(name, case, actor=actor, now=now, about=about) as taken:
        yield taken
        document = case.attachments.filter(purpose=facts.ORIGINAL).earliest("pk")
        models.Attestation.objects.create(
            case=case,
            stage=case.stage,
            happened_on=happened_on,
            document=document,
            made_at=now,
            made_by=actor,
        )
        taken.records(happened_on=happened_on.isoformat(), document=document.file.sha256)
