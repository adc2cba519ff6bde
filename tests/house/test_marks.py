"""A mark says when and by whom: both or neither, and the database itself insists."""

import tomllib
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models

EXEMPT = tomllib.loads((Path(__file__).parent / "marks.toml").read_text())
NOW = datetime(2026, 1, 2, tzinfo=UTC)


def test_every_time_is_a_mark_with_its_actor() -> None:
    alone = {
        f"{model.__name__}.{field.name}"
        for model, field in fields(models.DateTimeField)
        if actor_of(model, field) is None
    }
    assert alone == set(EXEMPT["times"])


def test_every_actor_of_a_mark_has_its_time() -> None:
    actors = [
        (model, field) for model, field in fields(models.ForeignKey) if field.name.endswith("_by")
    ]
    times = {(model, field.name) for model, field in fields(models.DateTimeField)}
    assert actors
    assert [
        f"{model.__name__}.{field.name}"
        for model, field in actors
        if (model, field.name.removesuffix("_by") + "_at") not in times
    ] == []


def test_every_day_is_named_as_a_day() -> None:
    days = {
        f"{model.__name__}.{field.name}"
        for model, field in fields(models.DateField)
        if not isinstance(field, models.DateTimeField) and not field.name.endswith("_on")
    }
    assert days == set(EXEMPT["days"])


@pytest.mark.django_db
def test_half_a_mark_is_refused_by_a_constraint() -> None:
    marks = [
        (model, at, by) for model, at in fields(models.DateTimeField) if (by := actor_of(model, at))
    ]
    assert marks
    assert [
        f"{model.__name__}.{at.name}" for model, at, by in marks if not insists(model, at, by)
    ] == []


@pytest.mark.django_db
def test_a_constraint_that_lets_half_a_mark_pass_is_noticed() -> None:
    """The judge itself: one side alone passes a rule that asks for either."""

    class Loose(models.Model):
        seen_at = models.DateTimeField(null=True)
        seen_by = models.ForeignKey("muniment.Actor", models.PROTECT, null=True, related_name="+")

        class Meta:
            app_label = "loose"
            constraints = [
                models.CheckConstraint(
                    condition=models.Q(seen_at__isnull=False) | models.Q(seen_by__isnull=True),
                    name="loose_seen",
                )
            ]

    at, by = Loose._meta.get_field("seen_at"), Loose._meta.get_field("seen_by")
    assert not insists(Loose, at, by)


def fields(kind: type[models.Field]) -> list[tuple[type[models.Model], models.Field]]:
    """Every field of that kind in every table of ours; other people's tables are theirs."""
    ours = [
        (model, field)
        for model in apps.get_app_config("muniment").get_models()
        for field in model._meta.local_fields
        if isinstance(field, kind)
    ]
    assert ours, f"no table has a {kind.__name__}"
    return ours


def actor_of(model: type[models.Model], at: models.Field) -> models.Field | None:
    """The `<mark>_by` beside `<mark>_at`, when it is a key to an Actor."""
    wanted = at.name.removesuffix("_at") + "_by" if at.name.endswith("_at") else None
    found = next((field for field in model._meta.local_fields if field.name == wanted), None)
    to_actor = found is not None and found.related_model is apps.get_model("muniment.Actor")
    return found if to_actor else None


def insists(model: type[models.Model], at: models.Field, by: models.Field) -> bool:
    """Whether neither half can stand without the other: both required, or a CHECK that says so."""
    if not at.null and not by.null:
        return True
    when, who = models.DateTimeField(), models.BigIntegerField()
    halves = (
        {at.name: models.Value(NOW, when), by.name: models.Value(None, who)},
        {at.name: models.Value(None, when), by.name: models.Value(1, who)},
    )
    conditions = [
        each.condition
        for each in model._meta.constraints
        if isinstance(each, models.CheckConstraint)
        and mentions(each.condition) == {at.name, by.name}
    ]
    return all(any(not each.check(half) for each in conditions) for half in halves)


def mentions(condition: models.Q) -> set[str]:
    """The fields that a condition speaks of."""
    names: set[str] = set()
    for child in condition.children:
        names |= mentions(child) if isinstance(child, models.Q) else {child[0].partition("__")[0]}
    return names
