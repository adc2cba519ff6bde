"""A calendar of business days put in force for every open request at once."""

from datetime import datetime

from muniment import models
from muniment.programme import clocks as calendars
from muniment.queries import editions, schedule
from muniment.rulebook import words

from . import clocks, input_refused, pausing, people, step


def activate_calendar(
    edition: models.ProgrammeEdition, *, actor: models.Actor, now: datetime
) -> list[models.Case]:
    """Put the calendar of an edition in force, also for requests made under an earlier one.

    Only business days change: limits, form and rules stay those of each request's own edition, and
    the time zone is the programme's. Returns the requests whose due day moved; each has an entry
    of its own in the ledger.
    """
    programme = edition.programme
    bundle = editions.bundle_of(edition)
    about = {"bundle": bundle}
    with step.taking("activate_calendar", programme, actor=actor, now=now, about=about) as taken:
        _unless_same_zone(programme, calendars.calendar_of(bundle))
        programme.calendar_edition = edition
        programme.save(update_fields=["calendar_edition"])
        moved = [case for case in _running(programme) if clocks.due_day(case) != case.due_on]
        for case in moved:
            pausing.recompute_due_date(case, actor=people.system(), now=now)
        taken.records(edition=edition.sha256, number=edition.number, moved=len(moved))
    return moved


def _unless_same_zone(programme: models.Programme, calendar: calendars.Calendar) -> None:
    before = calendars.calendar_of(editions.active_bundle(programme)).zone
    if calendar.zone != before:
        message = "This calendar is of the zone {zone}; the program keeps {before}."
        params = {"zone": calendar.zone, "before": before}
        input_refused.unless_empty([words.Refusal("other-zone", message, params)])


def _running(programme: models.Programme) -> list[models.Case]:
    """The programme's requests on which a clock runs, reading the calendar just put in force."""
    found = [case for case in schedule.open_cases() if case.programme_id == programme.pk]
    running = [case for case in found if case.due_on is not None]
    for case in running:
        case.programme = programme
    return running
