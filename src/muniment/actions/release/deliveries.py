"""Deliveries: a released build offered to its recipient until a day."""

from datetime import datetime, timedelta

from muniment import models
from muniment.actions import clocks, step
from muniment.queries import editions


def open_delivery(
    build: models.Build, *, actor: models.Actor, now: datetime, recipient: models.Person
) -> models.Delivery:
    """Open the download window for a recipient and tell them."""
    case = models.Case.objects.get(pk=build.line.part.case_id)
    about = {"build": build, "recipient": recipient}
    with step.taking("open_delivery", case, actor=actor, now=now, about=about) as taken:
        days = editions.bundle_of(case.edition)["calendar"]["download_days"]
        delivery = models.Delivery.objects.create(
            build=build,
            recipient=recipient,
            until_on=clocks.today(case, now) + timedelta(days=days),
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


def confirm_receipt(
    delivery: models.Delivery, *, actor: models.Actor, now: datetime
) -> models.Delivery:
    """The recipient says that the package arrived and its manifest verified."""
    case = models.Case.objects.get(pk=delivery.build.line.part.case_id)
    about = {"build": delivery.build, "delivery": delivery}
    with step.taking("confirm_receipt", case, actor=actor, now=now, about=about) as taken:
        delivery.received_at, delivery.received_by = now, actor
        delivery.save(update_fields=["received_at", "received_by"])
        taken.records(package=delivery.build.package_sha256)
    return delivery
