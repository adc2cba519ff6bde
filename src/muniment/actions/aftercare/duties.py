"""The dated duties that come with data: a report every so many months, destruction at the end."""

from datetime import date, datetime, timedelta

from muniment import models
from muniment.actions import step
from muniment.queries import editions
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
    agreement: models.Agreement, *, until_on: date, actor: models.Actor, now: datetime
) -> None:
    """Move the end of the term; destruction moves with it, and reports fall due until then.

    What left under an earlier version of the same institution's agreement is destroyed then too.
    """
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
