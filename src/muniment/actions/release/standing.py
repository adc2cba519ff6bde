"""Standing requests: each new edition of a series is delivered without a new vote.

What was signed stays: the same variables, methods and thresholds, in the later edition. What only
the new data can tell is looked at again: figures, risk beside what left earlier, and the fee.
"""

from datetime import datetime
from typing import Any

from django.db import transaction

from muniment import models
from muniment.actions import input_refused, outbox, people, step, work
from muniment.actions.payment import estimates
from muniment.actions.screening.availability import Figures, unless_protected
from muniment.models import people as ids
from muniment.programme import fees
from muniment.queries import release as releases
from muniment.queries import roster, schedule
from muniment.queries.agreement import in_force
from muniment.rulebook import words

from . import builds

JOB = "standing"
COUNTING = (words.Role.STATISTICIAN, words.Role.DATA_ENGINEER)
"""Who has a delivery looked at again."""
PREPARED = "a new edition is being prepared for you"
CONFIRMED = "a new edition was confirmed for you, and is built next"
TO_CONFIRM = "figures and risk of a new edition are there, and wait for your confirmation"
TO_PRICE = "a new edition was confirmed, and waits for its fee"
TO_OPEN = "a new edition was confirmed, and waits for a release line of each agreement in force"
NO_FIGURES = "a new edition could not be counted; read why"
ENDED = "the standing request was ended, so no further edition will be delivered"


def prepare_standing_delivery(
    part: models.Part,
    edition: models.DatasetEdition,
    *,
    actor: models.Actor,
    now: datetime,
) -> models.StandingDelivery:
    """Begin the next delivery of an approved part, from a later edition of its dataset.

    A job then counts, and rehearses the build for its risk; the applicant is told that it began.
    """
    case = models.Case.objects.get(pk=part.case_id)
    about = {"part": part, "edition": edition}
    with step.taking("prepare_standing_delivery", case, actor=actor, now=now, about=about) as taken:
        first = part.lines.order_by("-agreement__kind", "-pk").first()  # the lead institution's
        assert first is not None  # only parts that left are followed
        holding = edition.holdings.filter(slug=part.holding.slug).first() if part.holding else None
        if holding is None:
            message = "No holding of the same name stands behind this edition; load it first."
            raise step.Refused([words.Refusal("no-holding", message)])
        following = models.Part.objects.create(
            case=case, follows=part, dataset_edition=edition, holding=holding, level=part.level,
            track=part.track, status=models.Part.Status.FOLLOWING,
            part_id=f"{part.part_id}.{part.followed_by.count() + 2}",
        )  # fmt: skip
        agreement = in_force.find_lead(case) or first.agreement
        row = _begun(following, agreement, actor=actor, now=now)
        work.enqueue(JOB, actor=actor, now=now, case=case, payload={JOB: row.pk})
        taken.records(part=following.part_id, edition=edition.label, line=row.line.public_id)
        _tell(taken, case, PREPARED)
    return row


def _begun(
    part: models.Part, agreement: models.Agreement, *, actor: models.Actor, now: datetime
) -> models.StandingDelivery:
    line = models.ReleaseLine.objects.create(
        part=part, agreement=agreement, public_id=ids.opaque(), made_at=now, made_by=actor
    )
    return models.StandingDelivery.objects.create(line=line, made_at=now, made_by=actor)


def record_standing_figures(
    row: models.StandingDelivery,
    figures: Figures,
    *,
    job: models.Job,
    risk: dict[str, Any],
    now: datetime,
) -> models.StandingDelivery:
    """Keep what the job counted and rehearsed; what was confirmed on other figures is open again.

    Refused when the job's lease was lost meanwhile.
    """
    unless_protected(figures)
    part, actor = row.line.part, people.system()
    with transaction.atomic():
        builds.unless_held(job)
        part.availabilities.filter(superseded_at__isnull=True).update(
            superseded_at=now, superseded_by=actor
        )
        models.Availability.objects.create(
            part=part,
            outcome=models.Availability.Outcome.AVAILABLE,
            protected={name: dict(each) for name, each in figures.protected.items()},
            exact=dict(figures.exact),
            part_sha256=figures.basis.part_sha256,
            holding_sha256=figures.basis.source_sha256,
            embargoed_until=figures.embargoed_until,
            made_at=now,
            made_by=actor,
        )
        row.risk, row.error, row.confirmed_at, row.confirmed_by = risk, "", None, None
        row.save(update_fields=["risk", "error", "confirmed_at", "confirmed_by"])
        _tell_office(row, words.Role.STATISTICIAN, TO_CONFIRM, actor=actor, now=now)
    return row


def record_standing_fault(
    row: models.StandingDelivery, *, reason: str, job: models.Job, now: datetime
) -> None:
    """Say why there are no figures; the office reads it beside the delivery.

    Nothing is said where the job is another worker's by now: that one's word counts.
    """
    with transaction.atomic():
        if not work.still_held(job):
            return
        models.StandingDelivery.objects.filter(pk=row.pk).update(error=reason)
        _tell_office(row, words.Role.STATISTICIAN, NO_FIGURES, actor=people.system(), now=now)


def ask_to_look_again(
    row: models.StandingDelivery, *, actor: models.Actor, now: datetime
) -> models.Job:
    """Have the figures and the risk found anew, after the holding was put right."""
    case = builds.case_of(row.line)
    step.only_for(set(COUNTING), case, actor=actor, now=now)
    if work.live(case.jobs.filter(kind=JOB, payload__standing=row.pk)).exists():
        message = "This delivery is being looked at already; wait a moment."
        raise step.Refused([words.Refusal("being-counted", message)])
    return work.enqueue(JOB, actor=actor, now=now, case=case, payload={JOB: row.pk})


def confirm_standing_delivery(
    row: models.StandingDelivery, *, actor: models.Actor, now: datetime, reason: str
) -> models.StandingDelivery:
    """Confirm that the edition answers the approved request and that its risk is within limits."""
    with step.taking(
        "confirm_standing_delivery", builds.case_of(row.line), actor=actor, now=now,
        about=about_of(row),
    ) as taken:  # fmt: skip
        input_refused.unless_reason(reason)
        row.confirmed_at, row.confirmed_by, row.reason = now, actor, reason.strip()
        row.save(update_fields=["confirmed_at", "confirmed_by", "reason"])
        taken.records(line=row.line.public_id, reason=row.reason)
        _tell(taken, row.line.part.case, CONFIRMED)
        if row.priced_at is None:
            _tell_office(row, words.Role.FINANCE, TO_PRICE, actor=actor, now=now)
        own = row.line.part
        if any(part == own for part, _ in releases.list_lines_to_open(own.case)):
            _tell_office(row, words.Role.COORDINATOR, TO_OPEN, actor=actor, now=now, tab="release")
    return row


def price_standing_delivery(
    row: models.StandingDelivery, *, actor: models.Actor, now: datetime
) -> models.StandingDelivery:
    """Compute the fee of one more delivery by the schedule, as the next version of the estimate.

    What is above the accepted estimate by more than the set share waits for the applicant.
    """
    case = builds.case_of(row.line)
    with step.taking(
        "price_standing_delivery", case, actor=actor, now=now, about=about_of(row)
    ) as taken:
        if row.priced_at is not None:
            message = "The fee of this delivery is computed already."
            raise step.Refused([words.Refusal("priced-already", message)])
        row.estimate = estimates.drawn_up(taken, case, _order(case))
        row.priced_at, row.priced_by = now, actor
        row.save(update_fields=["estimate", "priced_at", "priced_by"])
        taken.records(line=row.line.public_id)
    return row


def _order(case: models.Case) -> fees.Order:
    """What the estimate before was computed for, with one more delivery."""
    before = case.estimates.order_by("-version").first()
    if before is None or not before.order:
        message = "There is no estimate to go on from; draft one first."
        raise step.Refused([words.Refusal("no-estimate", message)])
    order = fees.order_of(before.order)
    return fees.one_more(order)


def end_standing_request(
    case: models.Case, *, actor: models.Actor, now: datetime, reason: str
) -> models.Case:
    """End it before its date: no further edition is prepared; what was prepared goes on or not.

    Deliveries that were not planned yet can no longer be.
    """
    about = {"reason": reason}
    with step.taking("end_standing_request", case, actor=actor, now=now, about=about) as taken:
        if releases.standing_until(case) is None:
            message = "There is no standing request here to be ended."
            raise step.Refused([words.Refusal("no-standing-request", message)])
        case.standing_ended_at, case.standing_ended_by = now, actor
        case.standing_end_reason = reason.strip()
        case.save(update_fields=["standing_ended_at", "standing_ended_by", "standing_end_reason"])
        taken.records(reason=reason)
        _tell(taken, case, ENDED)
    return case


def _tell(taken: step.Taken, case: models.Case, what: str) -> None:
    """Whoever holds data of the request hears of the next delivery; a link, never the content."""
    for person in releases.list_receivers(case):
        taken.tells(person, "standing-news", what=what, link=f"/requests/{case.reference}/series/")


def _tell_office(
    row: models.StandingDelivery,
    office: words.Role,
    what: str,
    *,
    actor: models.Actor,
    now: datetime,
    tab: str = "series",
) -> None:
    """Whoever has the request in hand in that office, else everybody in it."""
    case = row.line.part.case
    link = {"what": what, "link": f"/office/{case.reference}/{tab}/"}
    for person in roster.in_hand(case, office, today=schedule.today(case, now)):
        outbox.write(person, "standing-news", subject=case, placeholders=link, actor=actor, now=now)


def about_of(row: models.StandingDelivery) -> dict[str, Any]:
    """The rows that a step on a delivery is about."""
    part = row.line.part
    return {"standing": row, "line": row.line, "part": part, "edition": part.dataset_edition}
