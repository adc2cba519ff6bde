"""Deliveries: a released build offered to its recipient until a day, as one encrypted file."""

from datetime import date, datetime, timedelta

from django.db import transaction

from muniment import models
from muniment.actions import input_refused, step, work
from muniment.programme import tracks
from muniment.queries import editions, schedule
from muniment.queries import release as releases
from muniment.rulebook import words

from . import builds, downloads

Lock = models.Delivery.Lock


def open_delivery(
    build: models.Build, *, actor: models.Actor, now: datetime, recipient: models.Person
) -> models.Delivery:
    """Open the download window for a recipient, have the file encrypted, and tell them.

    It is locked with the recipient's key where they have one that the office confirmed, else
    with a passphrase.
    """
    case = builds.case_of(build.line)
    about = {"build": build, "recipient": recipient}
    with step.taking("open_delivery", case, actor=actor, now=now, about=about) as taken:
        today = schedule.today(case, now)
        input_refused.unless_empty(_recipient_faults(build.line, recipient, today))
        days = tracks.download_days(editions.bundle_of(case.edition), words.Track(case.track))
        key = releases.find_confirmed_key(recipient)
        delivery = models.Delivery.objects.create(
            build=build,
            recipient=recipient,
            until_on=today + timedelta(days=days),
            lock=Lock.KEY if key else Lock.PASSPHRASE,
            key=key,
            made_at=now,
            made_by=actor,
        )
        work.enqueue("pack", actor=actor, now=now, case=case, payload={"delivery": delivery.pk})
        taken.records(recipient=recipient.public_id, package=build.package_sha256)
        dataset = build.line.part.dataset_edition.dataset
        taken.tells(
            recipient,
            "release-ready",
            datasets=dataset.title,
            expires_on=delivery.until_on.isoformat(),
        )
    return delivery


def _recipient_faults(
    line: models.ReleaseLine, person: models.Person, today: date
) -> list[words.Refusal]:
    """The lead, the supervisor, or somebody on the team; and bound by what was signed."""
    params = {"name": person.name}
    if person not in releases.list_receivers(builds.case_of(line)):
        message = "{name} is not on this request; name the lead or someone on the team."
        return [words.Refusal("not-a-recipient", message, params)]
    if person not in releases.list_recipients(line, today=today):
        return [not_bound(person)]
    return []


def not_bound(person: models.Person) -> words.Refusal:
    """Why nothing of a release goes to somebody who is on its request."""
    message = (
        "{name} is not bound by the agreement of this release. While it is in force, data go "
        "to those of its institution who work with them and gave the pledge that it asks for."
    )
    return words.Refusal("recipient-not-bound", message, {"name": person.name})


def record_packed(
    delivery: models.Delivery,
    *,
    job: models.Job,
    actor: models.Actor,
    now: datetime,
    sha256: str,
    size: int,
    secret_sha256: str = "",
) -> models.Delivery:
    """Say where the encrypted bytes lie, and under which hash a passphrase waits to be told.

    Refused when the job's lease was lost meanwhile.
    """
    with transaction.atomic():
        builds.unless_held(job)
        mine = models.Delivery.objects.filter(pk=delivery.pk, packed_at__isnull=True)
        if not mine.update(
            sha256=sha256,
            size=size,
            secret_sha256=secret_sha256,
            packed_at=now,
            packed_by=actor,
            error="",
        ):
            message = "This delivery was packed already; its file stays as it is."
            raise step.Refused([words.Refusal("packed-already", message)])
        delivery.refresh_from_db()
    return delivery


def record_not_packed(delivery: models.Delivery, *, reason: str) -> None:
    """Say why there is no file yet. The job tries again, or ended; the office reads it."""
    rows = models.Delivery.objects.filter(pk=delivery.pk, packed_at__isnull=True)
    rows.update(error=reason)


def record_told(
    delivery: models.Delivery, *, actor: models.Actor, now: datetime
) -> models.Delivery:
    """The office took the passphrase to tell it by another channel; it is shown this once."""
    roles = {words.Role.COORDINATOR, words.Role.DATA_ENGINEER}
    step.only_for(roles, builds.case_of(delivery.build.line), actor=actor, now=now)
    mine = models.Delivery.objects.filter(pk=delivery.pk, told_at__isnull=True)
    if not mine.exclude(secret_sha256="").update(told_at=now, told_by=actor):
        message = "The passphrase was shown once, or is not made yet. Open a new delivery."
        raise step.Refused([words.Refusal("passphrase-shown", message)])
    delivery.refresh_from_db()
    return delivery


def confirm_receipt(
    delivery: models.Delivery, *, actor: models.Actor, now: datetime
) -> models.Delivery:
    """The recipient says that the package arrived and its manifest verified."""
    case = builds.case_of(delivery.build.line)
    about = {"build": delivery.build, "delivery": delivery}
    with step.taking("confirm_receipt", case, actor=actor, now=now, about=about) as taken:
        if models.Delivery.objects.get(pk=delivery.pk).received_at is not None:
            message = "The receipt of this delivery is on record already."
            raise step.Refused([words.Refusal("already-received", message)])
        delivery.received_at, delivery.received_by = now, actor
        delivery.save(update_fields=["received_at", "received_by"])
        taken.records(package=delivery.build.package_sha256)
    return delivery


def close_delivery(
    delivery: models.Delivery, *, actor: models.Actor, now: datetime
) -> models.Delivery:
    """Close a window whose last day is over; its bytes are removed then.

    Its recipient is told, unless they left the request since.
    """
    case, about = builds.case_of(delivery.build.line), downloads.about_of(delivery)
    with step.taking("close_delivery", case, actor=actor, now=now, about=about) as taken:
        delivery.closed_at, delivery.closed_by = now, actor
        delivery.save(update_fields=["closed_at", "closed_by"])
        taken.records(package=delivery.build.package_sha256, file=delivery.sha256)
        if delivery.recipient in releases.list_receivers(case):
            dataset = delivery.build.line.part.dataset_edition.dataset
            taken.tells(
                delivery.recipient,
                "download-closed",
                datasets=dataset.title,
                expires_on=delivery.until_on.isoformat(),
            )
    return delivery


def tell_recipients(
    build: models.Build, *, actor: models.Actor, now: datetime, reason: str
) -> list[models.Person]:
    """Tell everyone who was offered this release to stop, replace or destroy it; who was told.

    The letter links; the reason stands beside the downloads.
    """
    case, about = builds.case_of(build.line), {**builds.rows_of(build), "reason": reason}
    with step.taking("tell_recipients", case, actor=actor, now=now, about=about) as taken:
        people = list(
            models.Person.objects.filter(pk__in=build.deliveries.values("recipient")).order_by("pk")
        )
        for person in people:
            taken.tells(person, "release-recalled")
        build.recalled_at, build.recalled_by, build.recall_reason = now, actor, reason.strip()
        build.save(update_fields=["recalled_at", "recalled_by", "recall_reason"])
        taken.records(package=build.package_sha256, reason=reason.strip(), told=len(people))
    return people
