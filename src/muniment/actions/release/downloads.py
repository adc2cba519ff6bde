"""Downloads: leave to fetch a delivery once, minted by a post, put on record each time."""

import hashlib
import secrets
from collections.abc import Hashable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F

from muniment import models
from muniment.actions import input_refused, step
from muniment.queries import release as releases
from muniment.rulebook import words

from . import builds

Way = models.Download.Way
MOST_STARTS = {Way.BROWSER: 3, Way.CODE: 1}
"""How often one leave may begin at the first byte: a browser may try again, a code may not."""


@dataclass(frozen=True, slots=True)
class Leave:
    """A leave with its token, which is told once and kept only as its hash."""

    row: models.Download
    token: str


def download(
    delivery: models.Delivery,
    *,
    actor: models.Actor,
    now: datetime,
    second_factor_at: datetime | None,
    session: str,
) -> Leave:
    """Mint leave to fetch the file; `session` binds it to a browser's, none makes it a code.

    A code is a bearer's: it goes to a program on another machine, begins once, and ends within the
    hour. Refused past the number of downloads that a delivery has.
    """
    case = builds.case_of(delivery.build.line)
    about = about_of(delivery, second_factor_at=second_factor_at)
    with step.taking("download", case, actor=actor, now=now, about=about) as taken:
        input_refused.unless_empty(_used_up(delivery))
        token = secrets.token_hex(16)
        row = models.Download.objects.create(
            delivery=delivery,
            way=Way.BROWSER if session else Way.CODE,
            token_sha256=sha256(token),
            session_sha256=sha256(session) if session else "",
            made_at=now,
            made_by=actor,
        )
        taken.records(package=delivery.build.package_sha256, file=delivery.sha256, way=row.way)
    return Leave(row, token)


def against_download(
    delivery: models.Delivery,
    *,
    actor: models.Actor,
    now: datetime,
    seen: dict[Hashable, Any] | None = None,
) -> list[words.Refusal]:
    """Why leave would be refused now, whatever second factor is shown: for the button's place."""
    case, about = delivery.build.line.part.case, about_of(delivery, second_factor_at=now)
    reasons = step.refusals("download", case, actor=actor, now=now, about=about, seen=seen)
    return reasons or _used_up(delivery)


def _used_up(delivery: models.Delivery) -> list[words.Refusal]:
    if delivery.downloads.count() < releases.MOST_DOWNLOADS:
        return []
    message = "All {most} downloads of this delivery are used; ask the office for more."
    return [words.Refusal("downloads-used", message, {"most": str(releases.MOST_DOWNLOADS)})]


def begin_bytes(found: models.Download, *, now: datetime, at_start: bool) -> list[words.Refusal]:
    """Whether bytes may flow under this leave now; asked for every range, and while one runs.

    The rule is asked as it stands: a suspension, a hold or a withdrawn build stops what is not
    sent yet. The second factor was fresh when the leave was minted. A range from the middle goes
    on with what began at its first byte.
    """
    delivery = found.delivery
    case, about = (
        builds.case_of(delivery.build.line),
        about_of(delivery, second_factor_at=now),
    )
    reasons = step.refusals("download", case, actor=found.made_by, now=now, about=about)
    if reasons:
        return reasons
    mine = models.Download.objects.filter(pk=found.pk)
    if not at_start:
        if mine.filter(starts__gt=0).exists():
            return []
        message = "This download has not begun; fetch it from its first byte."
        return [words.Refusal("download-not-begun", message)]
    if mine.filter(starts__lt=MOST_STARTS[Way(found.way)]).update(starts=F("starts") + 1):
        return []
    message = "This download was begun already; go on from where it stopped, or ask for another."
    return [words.Refusal("download-begun", message)]


def about_of(
    delivery: models.Delivery, *, second_factor_at: datetime | None = None
) -> dict[str, Any]:
    """The rows that a step on a delivery is about."""
    return {
        **builds.rows_of(delivery.build),
        "delivery": delivery,
        "second_factor_at": second_factor_at,
    }


def sha256(text: str) -> str:
    """What is kept of a token or a session."""
    return hashlib.sha256(text.encode()).hexdigest()
