"""The forecast that an applicant sees: from earlier requests of the programme, or an honest no."""

from datetime import datetime, timedelta

import pytest
from django.test import Client

from muniment import models
from muniment.programme.clocks import forecast
from muniment.queries import access, editions
from muniment.queries.timeline import forecasts
from muniment.rulebook.words import Stage
from tests.pages import rows


@pytest.fixture
def office(db: None) -> rows.Office:
    return rows.office()


def went(office: rows.Office, case: models.Case, *stages: tuple[str, datetime, bool]) -> None:
    """The clock of a case as it ran: stage, begin, and whether it stood."""
    for number, (stage, at, paused) in enumerate(stages):
        ends = stages[number + 1][1] if number + 1 < len(stages) else None
        models.ClockSegment.objects.create(
            case=case, stage=stage, paused=paused, made_at=at, made_by=office.system,
            ended_at=ends, ended_by=office.system if ends else None,
        )  # fmt: skip


def released(office: rows.Office, *, days: int, track: str = "full") -> models.Case:
    """An earlier request that was released so many weeks' days after policy began anew."""
    case = office.case(Stage.ACTIVE, track=track)
    begin = rows.NOW - timedelta(days=200)
    went(
        office, case,
        ("policy", begin - timedelta(days=30), False),
        ("returned", begin - timedelta(days=20), False),
        ("policy", begin, False),
        ("policy", begin + timedelta(days=1), True),
        ("active", begin + timedelta(days=days), False),
        ("close_out", begin + timedelta(days=days + 1), False),
        ("active", begin + timedelta(days=days + 2), False),
    )  # fmt: skip
    return case


def sight(office: rows.Office, name: str, case: models.Case) -> access.Sight:
    found = access.find_sight(office.people[name], case.reference, now=rows.NOW)
    assert found is not None
    return found


def test_a_journey_is_from_the_last_arrival_to_the_first_release(office: rows.Office) -> None:
    case = released(office, days=21)
    calendar = editions.calendar_of(case)
    (journey,) = forecasts.list_journeys(office.programme, "full", calendar=calendar)
    assert (journey.released_on - journey.arrived_on["policy"]).days == 21
    assert set(journey.arrived_on) == {"policy", "returned", "active"}
    assert forecasts.list_journeys(office.programme, "expedited", calendar=calendar) == []


def test_enough_earlier_requests_give_the_applicant_a_range(office: rows.Office) -> None:
    case = office.case(Stage.POLICY, stage_since=rows.TODAY)
    for days in (14, 21, 28, 35):
        released(office, days=days)
    assert forecasts.find_release(sight(office, "alice", case), now=rows.NOW) == forecast.TooFew(4)
    released(office, days=42)
    found = forecasts.find_release(sight(office, "alice", case), now=rows.NOW)
    assert isinstance(found, forecast.Range)
    assert rows.TODAY < found.from_on < found.until_on
    client = Client()
    client.force_login(office.people["alice"])
    text = client.get(f"/requests/{case.reference}/").content.decode()
    assert "When the data may come" in text
    assert "Between" in text
    assert "no guarantee" in text


def test_earlier_requests_of_a_register_tell_when_a_decision_may_come(
    office: rows.Office,
) -> None:
    """Those whose days cannot be right do not; nor do they tell a short track, or a release."""
    case = office.case(Stage.POLICY, submitted_on=rows.TODAY)
    for number in range(6):
        earlier = office.case(Stage.CLOSED, track="")
        models.Origin.objects.create(
            case=earlier, programme=office.programme, source="old", source_id=str(number),
            earlier=True, sound=number < 4, received_on=rows.TODAY - timedelta(days=90),
            decided_on=rows.TODAY - timedelta(days=62), made_at=rows.NOW, made_by=office.system,
        )  # fmt: skip
    mine = sight(office, "alice", case)
    assert forecasts.find_release(mine, now=rows.NOW) == forecast.TooFew(0)
    models.Determination.objects.create(
        case=office.case(Stage.DENIED), round=1, outcome="denied", reason="Too small.",
        made_at=rows.NOW, made_by=office.system,
    )  # fmt: skip
    found = forecasts.find_release(mine, now=rows.NOW)
    assert isinstance(found, forecast.Range)
    assert (found.of_decision, found.journeys) == (True, 5)
    assert rows.TODAY < found.from_on <= found.until_on
    client = Client()
    client.force_login(office.people["alice"])
    text = client.get(f"/requests/{case.reference}/").content.decode()
    assert "When a decision may come" in text
    short = office.case(Stage.POLICY, track="expedited")
    decided = office.case(Stage.AGREEMENT)
    for other in (short, decided):
        told = forecasts.find_release(sight(office, "alice", other), now=rows.NOW)
        assert told == forecast.TooFew(0)


def test_too_few_say_so_on_the_page(office: rows.Office) -> None:
    case = office.case(Stage.POLICY)
    client = Client()
    client.force_login(office.people["alice"])
    assert "Too few earlier requests" in client.get(f"/requests/{case.reference}/").content.decode()


def test_nothing_is_forecast_while_the_clock_stands_or_after_the_release(
    office: rows.Office,
) -> None:
    paused = office.case(Stage.POLICY)
    went(office, paused, ("policy", rows.NOW, True))
    assert forecasts.find_release(sight(office, "alice", paused), now=rows.NOW) is None
    for stage in (Stage.DRAFT, Stage.ACTIVE, Stage.DENIED):
        case = office.case(stage)
        assert forecasts.find_release(sight(office, "alice", case), now=rows.NOW) is None
    case = office.case(Stage.POLICY)
    assert forecasts.find_release(sight(office, "cora", case), now=rows.NOW) is None
