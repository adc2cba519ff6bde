"""Data that leave bring dated duties with them."""

from datetime import date, timedelta

import pytest

from muniment import models
from muniment.actions.aftercare import duties
from muniment.rulebook.words import Stage
from tests.world import World


@pytest.mark.parametrize(
    ("from_on", "months", "until_on", "days"),
    [
        (date(2027, 1, 31), 1, date(2027, 4, 1), [date(2027, 2, 28), date(2027, 3, 31)]),
        (date(2028, 2, 29), 12, date(2030, 1, 1), [date(2029, 2, 28)]),
        (date(2026, 12, 15), 12, date(2027, 12, 15), []),
        (date(2026, 12, 31), 6, date(2027, 12, 31), [date(2027, 6, 30)]),
    ],
)
def test_a_report_is_due_every_so_many_months_before_the_term_is_over(
    from_on: date, months: int, until_on: date, days: list[date]
) -> None:
    assert duties._every(months, from_on=from_on, until_on=until_on) == days


def test_a_release_brings_reports_and_a_destruction_once(world: World) -> None:
    story = world.at(Stage.ACTIVE)
    agreement = story.case.agreements.get(superseded_at__isnull=True)
    reports = story.case.reports.order_by("due_on")
    assert reports
    assert {each.filed_at for each in reports} == {None}
    assert reports[0].due_on < agreement.ends_on
    duty = agreement.destructions.get()
    assert duty.due_on == agreement.ends_on + timedelta(days=30)
    number = reports.count()
    duties.begin_duties(agreement, actor=duty.made_by, now=duty.made_at, from_on=date(2027, 1, 1))
    assert (story.case.reports.count(), agreement.destructions.count()) == (number, 1)


def test_without_a_term_there_is_no_dated_duty(world: World) -> None:
    story = world.at(Stage.ACTIVE)
    agreement = story.case.agreements.get(superseded_at__isnull=True)
    made = agreement.destructions.get()
    models.Destruction.objects.all().delete()
    agreement.ends_on = None
    duties.begin_duties(agreement, actor=made.made_by, now=made.made_at, from_on=date(2027, 1, 1))
    assert agreement.destructions.count() == 0
