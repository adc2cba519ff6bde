"""The dated duties that come with data: a report every so many months, destruction at the end."""

import hashlib
from datetime import date, datetime, timedelta

from muniment import models
from muniment.actions import proofs, step
from muniment.programme import contracts
from muniment.queries import editions, schedule
from muniment.rulebook import words


def begin_duties(
    agreement: models.Agreement, *, actor: models.Actor, now: datetime, from_on: date
) -> None:
    """Make the duties of an agreement under which data left; called inside the step that lets go.

    Made once: a later release under the same agreement adds none. Without a term there is no date
    to reckon from, and no duty.
    """
    ends_on = agreement.ends_on
    if ends_on is None or agreement.destructions.exists():
        return
    after = editions.bundle_of(agreement.case.edition)["calendar"]["after"]
    made = {"made_at": now, "made_by": actor}
    days = _every(after["report_months"], from_on=from_on, until_on=ends_on)
    models.Report.objects.bulk_create(
        models.Report(case=agreement.case, due_on=day, **made) for day in days
    )
    due_on = ends_on + timedelta(days=after["destruction_days"])
    models.Destruction.objects.create(agreement=agreement, due_on=due_on, **made)


def extend(
    agreement: models.Agreement,
    *,
    until_on: date,
    because: str,
    actor: models.Actor,
    now: datetime,
) -> models.Addendum:
    """Move the end of the term by an addendum to the signed text; dated duties move with it.

    What left under an earlier version of the same institution's agreement is destroyed then too.
    """
    added = _addendum(agreement, until_on, because, actor=actor, now=now)
    agreement.ends_on = until_on
    agreement.save(update_fields=["ends_on"])
    case = agreement.case
    after = editions.bundle_of(case.edition)["calendar"]["after"]
    models.Destruction.objects.filter(
        agreement__case=case, agreement__institution=agreement.institution,
        certified_at__isnull=True,
    ).update(due_on=until_on + timedelta(days=after["destruction_days"]))  # fmt: skip
    due = case.reports.order_by("-due_on").values_list("due_on", flat=True)
    days = _every(
        after["report_months"], from_on=due.first() or case.stage_since, until_on=until_on
    )
    models.Report.objects.bulk_create(
        models.Report(case=case, due_on=day, made_at=now, made_by=actor) for day in days
    )
    return added


def _addendum(
    agreement: models.Agreement,
    until_on: date,
    because: str,
    *,
    actor: models.Actor,
    now: datetime,
) -> models.Addendum:
    """The text that says so, with a code by which anybody can check it."""
    case, number = agreement.case, agreement.addenda.count() + 1
    verify = proofs.issue(
        "addendum", "extended", dated_on=schedule.today(case, now), actor=actor, now=now, case=case
    )
    before = agreement.ends_on.isoformat() if agreement.ends_on else "no day"
    text = contracts.text.addendum(
        agreement.document, number=number, ends_on=until_on.isoformat(), before=before,
        because=because, verify=verify,
    )  # fmt: skip
    return models.Addendum.objects.create(
        agreement=agreement, number=number, ends_on=until_on, text=text,
        text_sha256=hashlib.sha256(text.encode()).hexdigest(), made_at=now, made_by=actor,
    )  # fmt: skip


def unless_after(day: date, earlier: date) -> None:
    """Refuse a day for something to come that is not after an earlier one."""
    if day <= earlier:
        raise step.Refused([words.Refusal("day-past", "Name a day that lies ahead.")])


def _every(months: int, *, from_on: date, until_on: date) -> list[date]:
    """The same day every so many months, before the term is over; the last of a short month."""
    days, number = [], months
    while (day := _later(from_on, number)) < until_on:
        days.append(day)
        number += months
    return days


def _later(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    first_after = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    return min(first_after - timedelta(days=1), date(year, month + 1, 1) + timedelta(day.day - 1))
