"""Deliveries: a released build offered to its recipient until a day."""

from datetime import datetime, timedelta

from muniment import models
from muniment.actions import step
from muniment.queries import editions, schedule
from muniment.rulebook import words


def open_delivery(
    build: models.Build, *, actor: models.Actor, now: datetime, recipient: models.Person
) -> models.Delivery:
    """Open the download window for a recipient and tell them."""
    case = models.Case.objects.get(pk=build.line.part.case_id)
    about = {"build": build, "recipient": recipient}
    with step.taking("open_delivery", case, actor=actor, now=now, about=about) as taken:
        if not _may_receive(case, recipient):
            message = "{name} is not on this request; name the lead or someone on the team."
            params = {"name": recipient.name}
            raise step.Refused([words.Refusal("not-a-recipient", message, params)])
        days = editions.bundle_of(case.edition)["calendar"]["download_days"]
        delivery = models.Delivery.objects.create(
            build=build,
            recipient=recipient,
            until_on=schedule.today(case, now) + timedelta(days=days),
            made_at=now,
            made_by=actor,
        )
        taken.records(recipient=recipient.public_id, package=build.package_sha256)
        dataset = build.line.part.dataset_edition.dataset
        taken.tells(
            recipient,
            "release-ready",
            datasets=dataset.title,
            expires_on=delivery.until_on.isoformat(),
        )
    return delivery


def _may_receive(case: models.Case, person: models.Person) -> bool:
    """The lead, the supervisor, and whoever accepted a place on the team and did not leave it."""
    if person.pk in {case.applicant_id, case.supervisor_id}:
        return True
    team = case.team.filter(accepted_at__isnull=False, ended_at__isnull=True)
    return team.filter(person=person).exists()


def confirm_receipt(
    delivery: models.Delivery, *, actor: models.Actor, now: datetime
) -> models.Delivery:
    """The recipient says that the package arrived and its manifest verified."""
    case = models.Case.objects.get(pk=delivery.build.line.part.case_id)
    about = {"build": delivery.build, "delivery": delivery}
    with step.taking("confirm_receipt", case, actor=actor, now=now, about=about) as taken:
        if models.Delivery.objects.get(pk=delivery.pk).received_at is not None:
            message = "The receipt of this delivery is on record already."
            raise step.Refused([words.Refusal("already-received", message)])
        delivery.received_at, delivery.received_by = now, actor
        delivery.save(update_fields=["received_at", "received_by"])
        taken.records(package=delivery.build.package_sha256)
    return delivery
