"""Queries whose SQL is kept: asked again with other values they find what Django would."""

from datetime import timedelta
from typing import Any

import pytest
from django.db.models import QuerySet
from pytest_django import DjangoAssertNumQueries

from muniment import models
from muniment.queries import prepared
from muniment.rulebook.words import Stage
from tests.pages import rows


@pytest.fixture
def office(db: None) -> rows.Office:
    return rows.office()


@prepared.query
def _at(stage: str, *, applicant: int, keys: tuple[int, ...]) -> QuerySet[models.Case]:
    cases = models.Case.objects.filter(stage=stage, applicant=applicant, pk__in=keys)
    return cases.select_related("programme", "institution").order_by("pk")


def test_the_same_text_serves_every_value(
    office: rows.Office, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    cases = [office.case(Stage.POLICY) for _ in range(5)]
    office.case(Stage.REVISING)
    alice, stan = office.people["alice"], office.people["stan"]
    for many in range(1, 6):
        keys = tuple(case.pk for case in cases[:many])
        with django_assert_num_queries(1):
            assert _at(Stage.POLICY.value, applicant=alice.pk, keys=keys) == cases[:many]
    keys = tuple(case.pk for case in cases)
    assert _at(Stage.POLICY.value, applicant=stan.pk, keys=keys) == []
    assert _at(Stage.REVISING.value, applicant=alice.pk, keys=keys) == []
    with django_assert_num_queries(0):
        assert _at(Stage.POLICY.value, applicant=alice.pk, keys=()) == []


def test_what_is_selected_along_is_there_without_a_further_query(
    office: rows.Office, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    case = office.case(Stage.POLICY)
    found = _at.first(Stage.POLICY.value, applicant=case.applicant_id, keys=(case.pk,))
    with django_assert_num_queries(0):
        assert found.programme == case.programme
        assert (found.due_on, found.made_at) == (case.due_on, case.made_at)


@prepared.query
def _since(*, day: Any, at: Any, title: str) -> QuerySet[models.Case, Any]:
    cases = models.Case.objects.filter(
        stage_since__gte=day, made_at__lte=at, title__startswith=title
    )
    return cases.values_list("pk", "stage_since", "made_at")


def test_days_moments_and_beginnings_are_compared_as_each_database_keeps_them(
    office: rows.Office,
) -> None:
    case = office.case(Stage.POLICY, title="50%_of\\all")
    known = (case.pk, case.stage_since, case.made_at)
    since, until = case.stage_since, case.made_at
    assert _since(day=since, at=until, title="50%_o") == [known]
    assert _since(day=since, at=until, title="50%_of\\a") == [known]
    assert _since(day=since, at=until, title="50__o") == []
    assert _since(day=since + timedelta(days=1), at=until, title="50%") == []
    assert _since(day=since, at=until - timedelta(microseconds=1), title="50%") == []


@prepared.query
def _shouted(*, title: str) -> QuerySet[models.Case]:
    return models.Case.objects.filter(title=f"{title}!")


def test_a_value_that_is_changed_on_its_way_is_refused(office: rows.Office) -> None:
    with pytest.raises(LookupError, match="not compared with as it is"):
        _shouted(title="Help")


@prepared.query
def _named(number: int, *, name: str) -> QuerySet[models.Institution, Any]:
    return models.Institution.objects.filter(name=name).values_list("pk")[:number]


def test_no_more_texts_are_kept_than_there_is_room_for(db: None) -> None:
    for number in range(1, prepared.MOST + 3):
        _named(number, name="Harbor Clinic")
    assert 0 < len(_named._kept) < prepared.MOST
