"""What was granted becomes the parent's: its specification, people, dates, or a longer term.

What a granted amendment changes is signed anew. Before release the builds of the old specification
stop, and agreement and estimate are issued again. While data are in use the agreement in force
stays until its next version is drafted; no later build matches it, so each waits for signatures.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Protocol

from django.db.models import Q

from muniment import models
from muniment.actions import people, proofs, step, work
from muniment.actions.aftercare import duties
from muniment.queries import aftercare
from muniment.queries import release as releases

from . import taking_over

State = models.Build.State
UNRELEASED = (State.PLANNED, State.BUILDING, State.BUILT, State.CHECKING)
BUILDING = ("plan", "sign_approval", "build")
"""The jobs that work on a build."""


class Apply(Protocol):
    """An action that brings a granted child to its parent."""

    def __call__(
        self, child: models.Case, *, actor: models.Actor, now: datetime
    ) -> models.Case: ...


def apply_amendment(child: models.Case, *, actor: models.Actor, now: datetime) -> models.Case:
    """Apply a granted amendment before release: back to the agreement, with what was changed."""
    with _applying("apply_amendment", child, actor, now, AMENDED) as (taken, case):
        taking_over.everything(case, child, actor=actor, now=now)
        _stop_builds(case, actor=actor, now=now)
        for agreement in case.agreements.filter(superseded_at__isnull=True):
            proofs.revoke_agreement(agreement, actor=actor, now=now)
        case.agreements.filter(superseded_at__isnull=True).update(
            superseded_at=now, superseded_by=actor
        )
        _supersede_estimate(taken, case)
    return case


def apply_amendment_while_active(
    child: models.Case, *, actor: models.Actor, now: datetime
) -> models.Case:
    """Apply a granted amendment while data are in use, which stay; later builds wait."""
    with _applying("apply_amendment_while_active", child, actor, now, AMENDED) as (taken, case):
        taking_over.everything(case, child, actor=actor, now=now)
        _stop_builds(case, actor=actor, now=now)
        _supersede_estimate(taken, case)
    return case


def apply_notified_change(child: models.Case, *, actor: models.Actor, now: datetime) -> models.Case:
    """Apply a change of people or dates; nothing is judged, signed or built anew."""
    with _applying("apply_notified_change", child, actor, now, NOTIFIED) as (_, case):
        taking_over.people_and_dates(case, child, actor=actor, now=now)
    return case


def extend_term(child: models.Case, *, actor: models.Actor, now: datetime) -> models.Case:
    """Move the end of every agreement in force to the day granted, and the dated duties with it.

    Each gets an addendum, so that what was signed and what holds agree; its parties are told.
    """
    with _applying("extend_term", child, actor, now, EXTENDED) as (taken, case):
        assert child.ends_on is not None  # granted with the day
        added = [
            duties.extend(
                agreement, until_on=child.ends_on, because=child.reference, actor=actor, now=now
            )
            for agreement in case.agreements.filter(
                Q(superseded_at__isnull=True) | Q(pk__in=aftercare.in_force(case))
            )
        ]
        for person in aftercare.others_concerned(case):
            taken.tells(person, "agreement-news", what=EXTENDED, link=f"/sign/{case.reference}/")
        taken.records(
            until_on=child.ends_on.isoformat(), addenda=[each.text_sha256 for each in added]
        )
    return case


AMENDED = "an amendment was granted, and agreement and estimate come again"
NOTIFIED = "your change of people or dates was accepted"
EXTENDED = "its term was extended by an addendum"


def at_once(child: models.Case, *, now: datetime, by: Mapping[str, Apply] | None = None) -> None:
    """Take the first of the steps that the rulebook lets the system take; none, then later."""
    actor, case = people.system(), parent_of(child)
    for name, apply in (by or APPLIES).items():
        if not step.refusals(name, case, actor=actor, now=now, about={"child": child}):
            apply(child, actor=actor, now=now)
            return


APPLIES: Mapping[str, Apply] = {
    "apply_notified_change": apply_notified_change,
    "apply_amendment": apply_amendment,
    "apply_amendment_while_active": apply_amendment_while_active,
    "extend_term": extend_term,
}


def parent_of(child: models.Case) -> models.Case:
    """The parent as the database holds it now; its version is what the step locks."""
    assert child.parent_id is not None  # a child has one, by constraint
    return models.Case.objects.get(pk=child.parent_id)


def mark(taken: step.Taken, child: models.Case, what: str) -> None:
    """Mark the child as applied, and tell the applicant."""
    child.applied_at, child.applied_by = taken.now, taken.actor
    child.save(update_fields=["applied_at", "applied_by"])
    taken.records(child=child.reference)
    taken.tells(child.applicant, "change-applied", what=what)


@contextmanager
def _applying(
    name: str, child: models.Case, actor: models.Actor, now: datetime, what: str
) -> Iterator[tuple[step.Taken, models.Case]]:
    case = parent_of(child)
    with step.taking(name, case, actor=actor, now=now, about={"child": child}) as taken:
        held = _holders(case)
        yield taken, case
        stayed = releases.list_receivers(case)
        for person in held:
            if person not in stayed:
                taken.tells(person, "access-ended")
        mark(taken, child, what)


def _holders(case: models.Case) -> list[models.Person]:
    """Who may hold data of it, so that whoever is gone by the change is told; none before any left.

    The applicant stays: nobody else becomes the lead by a change.
    """
    left = models.Build.objects.filter(line__part__case=case, released_at__isnull=False)
    return releases.list_receivers(case) if left.exists() else []


def _stop_builds(case: models.Case, *, actor: models.Actor, now: datetime) -> None:
    """What was planned or made of the old specification never leaves."""
    work.call_off(case.jobs.filter(kind__in=BUILDING))
    models.Build.objects.filter(line__part__case=case, state__in=UNRELEASED).update(
        state=State.WITHDRAWN, withdrawn_at=now, withdrawn_by=actor
    )


def _supersede_estimate(taken: step.Taken, case: models.Case) -> None:
    case.estimates.filter(superseded_at__isnull=True).update(
        superseded_at=taken.now, superseded_by=taken.actor
    )
