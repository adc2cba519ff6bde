"""Queries whose SQL is kept: asked again with other values they find what Django would."""

from datetime import timedelta
from typing import Any

import pytest
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from pytest_django import DjangoAssertNumQueries

from muniment import models
from muniment.pages import frame
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
def _both(*, keys: tuple[int, ...], applicant: int) -> QuerySet[models.Case]:
    return models.Case.objects.filter(pk__in=keys, applicant=applicant)


def test_no_value_stands_in_for_another_however_long_the_list(office: rows.Office) -> None:
    case = office.case(Stage.POLICY)
    absent = tuple(range(case.pk + 1, case.pk + 3_000))
    assert _both(keys=(*absent, case.pk), applicant=case.applicant_id) == [case]
    assert _both(keys=(case.pk, *absent), applicant=case.applicant_id) == [case]
    assert _both(keys=(case.pk, *absent), applicant=office.people["stan"].pk) == []


@prepared.query
def _by(*, applicant: int | None = None, key: int | None = None) -> QuerySet[models.Case]:
    asked = {"applicant": applicant, "pk": key}
    return models.Case.objects.filter(**{name: each for name, each in asked.items() if each})


def test_a_text_is_kept_for_the_values_of_the_same_names(office: rows.Office) -> None:
    first, second = office.case(Stage.POLICY), office.case(Stage.POLICY)
    assert _by(applicant=first.applicant_id) == [first, second]
    assert _by(key=second.pk) == [second]
    assert _by(key=second.pk, applicant=first.applicant_id) == [second]


@prepared.query
def _changed(change: Any, **values: Any) -> QuerySet[models.Case]:
    return models.Case.objects.filter(**{name: change(each) for name, each in values.items()})


@pytest.mark.parametrize(
    ("change", "values"),
    [
        (lambda title: f"{title}!", {"title": "Help"}),
        (str, {"title": 7}),
        (lambda number: number + 1, {"pk": 7}),
        (lambda day: day - timedelta(days=30), {"stage_since": rows.TODAY}),
        (lambda at: at + timedelta(hours=1), {"made_at": rows.NOW}),
    ],
)
def test_a_value_that_is_changed_on_its_way_is_refused(
    office: rows.Office, change: Any, values: dict[str, Any]
) -> None:
    with pytest.raises(LookupError, match="not compared with as it is"):
        _changed(change, **values)


@prepared.query
def _rounds(*, number: int) -> QuerySet[models.Determination]:
    return models.Determination.objects.filter(round=number)


def test_a_field_that_takes_no_stand_in_is_told_and_not_kept_as_empty(db: None) -> None:
    for _ in range(2):
        with pytest.raises(LookupError, match="can stand in"):
            _rounds(number=1)


@prepared.query
def _named(number: int, *, name: str) -> QuerySet[models.Institution, Any]:
    return models.Institution.objects.filter(name=name).values_list("pk")[:number]


def test_no_more_texts_are_kept_than_there_is_room_for(db: None) -> None:
    for number in range(1, prepared.MOST + 3):
        _named(number, name="Harbor Clinic")
    assert 0 < len(_named._kept) < prepared.MOST


@prepared.fact
def _of(*, applicant: int) -> QuerySet[models.Case]:
    return models.Case.objects.filter(applicant=applicant).order_by("pk")


def test_a_fact_is_asked_once_in_one_look_and_anew_in_the_next(
    office: rows.Office, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    first = office.case(Stage.POLICY)
    alice, stan = first.applicant_id, office.people["stan"].pk
    with prepared.one_look():
        with django_assert_num_queries(2):
            assert (_of(applicant=alice), _of(applicant=stan)) == ([first], [])
            assert _of(applicant=alice) == [first]
            _of(applicant=alice).clear()
            assert _of(applicant=alice) == [first], "what was handed out is the caller's own"
        second = office.case(Stage.POLICY)
        assert _of(applicant=alice) == [first]
    with django_assert_num_queries(2):
        assert _of(applicant=alice) == _of(applicant=alice) == [first, second]


@pytest.mark.parametrize(("method", "asked"), [("GET", 1), ("HEAD", 1), ("POST", 2)])
def test_only_who_looks_asks_once(
    office: rows.Office, django_assert_num_queries: DjangoAssertNumQueries, method: str, asked: int
) -> None:
    """Whoever takes a step may change what was asked before."""
    stan = office.people["stan"].pk

    def answer(request: HttpRequest) -> HttpResponse:
        return HttpResponse(str([_of(applicant=stan), _of(applicant=stan)]))

    _of(applicant=stan)
    with django_assert_num_queries(asked):
        frame.Looking(answer)(RequestFactory().generic(method, "/"))
    with django_assert_num_queries(2):
        assert _of(applicant=stan) == _of(applicant=stan)
