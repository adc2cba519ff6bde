"""What a step leaves behind: its ledger entry, its marks, its letters; and how it refuses."""

from collections.abc import Callable, Mapping
from typing import Any

from django.apps import apps
from django.db import connection

from muniment import models
from muniment.actions import decision, ledger, step
from muniment.queries import decision as queries

By = Mapping[str, Any]
"""Who acted and when, as the action was given it: `actor` and `now`."""


def assert_entered(
    subject: models.Case | models.Programme | models.Holding,
    tag: str,
    by: By,
    *,
    stages: tuple[str, str] = ("", ""),
    values: Mapping[str, Any] | None = None,
) -> None:
    """The subject's newest entry is this one, by this actor at this time, and it is its head.

    `stages` are those before and after; `values` are proven by their salts, and are all there are.
    """
    kind = ledger.kind_of(subject)
    entry = models.Entry.objects.filter(subject_kind=kind, subject_id=subject.pk).latest("number")
    pseudonym = ledger.pseudonym(kind, subject.pk, by["actor"])
    said = (entry.tag, entry.at, entry.actor, (entry.stage_from, entry.stage_to))
    assert said == (tag, by["now"], pseudonym, stages)
    salts = models.Salt.objects.filter(
        subject_kind=kind, subject_id=subject.pk, number=entry.number
    )
    salted = {salt.name: ledger.salted(salt.salt, (values or {}).get(salt.name)) for salt in salts}
    assert entry.values == salted
    assert set(entry.values) == set(values or {})
    head = type(subject).objects.values_list("ledger_length", "ledger_head").get(pk=subject.pk)
    assert head == (entry.number, entry.sha256)


def marked(row: Any, mark: str) -> tuple[Any, Any]:
    """Both halves of a mark as the database holds them: when, and the actor."""
    model = type(row)
    found = model.objects.select_related(f"{mark}_by").get(pk=row.pk)
    return getattr(found, f"{mark}_at"), getattr(found, f"{mark}_by")


def by_and_at(by: By) -> tuple[Any, Any]:
    """What `marked` gives for a mark that was set by this step."""
    return by["now"], by["actor"]


def letters_to(person: models.Person) -> list[str]:
    """The letters a person was sent, in order."""
    return list(person.messages.order_by("pk").values_list("kind", flat=True))


def refused(attempt: Callable[[], object]) -> list[str]:
    """The codes with which an attempt is refused; it must be, and nothing may be written by it."""
    before = written()
    try:
        attempt()
    except step.Refused as no:
        assert written() == before
        return [reason.code for reason in no.reasons]
    raise AssertionError("nothing was refused")


def written() -> tuple[Any, ...]:
    """A fingerprint of what steps write: how many rows of each kind, and where each case stands."""
    tables = apps.get_app_config("muniment").get_models()
    kinds = [model._meta.db_table for model in tables if model is not models.Actor]
    counts = [f"SELECT '{table}', COUNT(*) FROM {table}" for table in kinds]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(counts))
        counted = sorted(cursor.fetchall())
    return (
        counted,
        list(models.Job.objects.order_by("pk").values_list("pk", "state")),
        list(models.Case.objects.order_by("pk").values_list("pk", "stage", "version")),
    )


def deny(case: models.Case, *, notice: str, **said: Any) -> models.Determination:
    """A denial whose letter holds what it says of every criterion."""
    reasons = dict.fromkeys(queries.criteria_of(case), notice)
    return decision.deny(case, notice=notice, criteria=reasons, **said)
