"""Appeals: heard by people who took no part in the outcome; upheld, they reopen the parent."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db import transaction

from muniment import models
from muniment.actions import step
from muniment.actions.case import ending
from muniment.actions.decision import afterwards, outcome
from muniment.actions.screening import completeness
from muniment.queries import editions

from . import applying


def send_appeal_to_hearing(
    appeal: models.Case, *, actor: models.Actor, now: datetime
) -> models.CompletenessCheck:
    """Send a complete appeal to its hearing; the gates are not asked again."""
    with step.taking("send_appeal_to_hearing", appeal, actor=actor, now=now) as taken:
        return completeness.certify(taken, appeal, complete=True, findings=())


def uphold_appeal(
    appeal: models.Case, *, actor: models.Actor, now: datetime, reason: str, notice: str
) -> models.Determination:
    """Uphold an appeal; the parent is opened again where its outcome was given."""
    said = outcome.Words(models.Outcome.APPROVED, reason, notice)
    with transaction.atomic():
        with step.taking(
            "uphold_appeal", appeal, actor=actor, now=now, about=said.about()
        ) as taken:
            upheld = outcome.determine(taken, appeal, said)
        applying.at_once(appeal, now=now, by=REOPENS)
    return upheld


def dismiss_appeal(
    appeal: models.Case, *, actor: models.Actor, now: datetime, reason: str, notice: str
) -> models.Determination:
    """Dismiss an appeal, with the reason; the outcome stands and is not appealed again."""
    said = outcome.Words(models.Outcome.DENIED, reason, notice)
    return outcome.decide("dismiss_appeal", appeal, said, actor=actor, now=now)


def reopen_denied_after_appeal(
    child: models.Case, *, actor: models.Actor, now: datetime
) -> models.Case:
    """Supersede the denial; whoever determines decides anew."""
    with _reopening("reopen_denied_after_appeal", child, actor, now) as (taken, case):
        afterwards.supersede(taken, case)
    return case


def reopen_policy_after_appeal(
    child: models.Case, *, actor: models.Actor, now: datetime
) -> models.Case:
    """Supersede a denial on policy; the rules are judged anew."""
    with _reopening("reopen_policy_after_appeal", child, actor, now) as (taken, case):
        afterwards.supersede(taken, case)
    return case


def reopen_availability_after_appeal(
    child: models.Case, *, actor: models.Actor, now: datetime
) -> models.Case:
    """Take back that nothing can be had; the statistician answers anew."""
    with _reopening("reopen_availability_after_appeal", child, actor, now) as (taken, case):
        ending.take_back_availability(taken, case)
    return case


def reopen_revoked_after_appeal(
    child: models.Case, *, actor: models.Actor, now: datetime
) -> models.Case:
    """Give access back, suspended or not; destruction is due again when the term is over."""
    with _reopening("reopen_revoked_after_appeal", child, actor, now) as (_, case):
        case.suspensions.filter(lifted_at__isnull=True).update(lifted_at=now, lifted_by=actor)
        days = editions.bundle_of(case.edition)["calendar"]["after"]["destruction_days"]
        open_duties = models.Destruction.objects.filter(
            agreement__case=case, agreement__ends_on__isnull=False, certified_at__isnull=True
        )
        for duty in open_duties.select_related("agreement"):
            assert duty.agreement.ends_on is not None  # the filter says so
            duty.due_on = duty.agreement.ends_on + timedelta(days=days)
            duty.save(update_fields=["due_on"])
    return case


@contextmanager
def _reopening(
    name: str, child: models.Case, actor: models.Actor, now: datetime
) -> Iterator[tuple[step.Taken, models.Case]]:
    """The step on the parent, with the appeal marked as applied and the applicant told."""
    case = applying.parent_of(child)
    with step.taking(name, case, actor=actor, now=now, about={"child": child}) as taken:
        yield taken, case
        applying.mark(taken, child, "the appeal was upheld, and it is open again")


REOPENS: Mapping[str, applying.Apply] = {
    "reopen_policy_after_appeal": reopen_policy_after_appeal,
    "reopen_denied_after_appeal": reopen_denied_after_appeal,
    "reopen_availability_after_appeal": reopen_availability_after_appeal,
    "reopen_revoked_after_appeal": reopen_revoked_after_appeal,
}
