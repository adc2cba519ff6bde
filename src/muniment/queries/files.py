"""Files of a request: who may have one, which wait for the scanner, which bytes have a record."""

from collections.abc import Collection
from dataclasses import dataclass

from muniment import models
from muniment.queries import access
from muniment.rulebook.words import Role

ANSWER = "answer:"
"""The purpose of a file that answers a field is this and the field's name."""
WRITERS = {Role.APPLICANT, Role.CO_APPLICANT}
Verdict = models.StoredFile.Verdict


@dataclass(frozen=True, slots=True)
class Readable:
    """An attached file as one reader sees it. `open` says whether they may have the bytes."""

    attachment: models.Attachment
    open: bool

    @property
    def verdict(self) -> str:
        """held, clean or infected."""
        return str(self.attachment.file.verdict)


def get_attachment(key: int) -> models.Attachment:
    """An attachment with its file and its request."""
    rows = models.Attachment.objects.select_related("file", "case__programme", "case__edition")
    return rows.get(pk=key)


def list_attached(case: models.Case) -> list[models.Attachment]:
    """What is attached to a request now, oldest first; one query."""
    rows = case.attachments.filter(removed_at__isnull=True).select_related("file", "case")
    return list(rows.order_by("pk"))


def find_once_attached(case: models.Case, sha256: str) -> models.Attachment | None:
    """The last attachment of these bytes on this request, removed or not."""
    rows = case.attachments.filter(file__sha256=sha256).select_related("file", "case")
    return rows.order_by("-pk").first()


def find_readable(sight: access.Sight, sha256: str) -> Readable | None:
    """A file on the request as this person sees it; None where there is none for them.

    A clean file is for everyone who reads the request, a held one for its writers, and an
    infected one for nobody.
    """
    if sight.cover_only:
        return None
    rows = sight.case.attachments.filter(file__sha256=sha256, removed_at__isnull=True)
    found = rows.select_related("file").order_by("pk").first()
    if found is None:
        return None
    own, verdict = bool(sight.roles & WRITERS), found.file.verdict
    return Readable(found, verdict == Verdict.CLEAN or (verdict == Verdict.HELD and own))


def list_unscanned() -> list[models.Attachment]:
    """Attached files that are held and that no job is about to look at."""
    live = models.Job.objects.filter(kind="scan", state__in=models.Job.LIVE)
    waiting = [payload["attachment"] for payload in live.values_list("payload", flat=True)]
    rows = models.Attachment.objects.filter(removed_at__isnull=True, file__verdict=Verdict.HELD)
    return list(rows.exclude(pk__in=waiting).select_related("file", "case").order_by("pk"))


def recorded(hashes: Collection[str]) -> set[str]:
    """Those of these hashes that have a record."""
    rows = models.StoredFile.objects.filter(sha256__in=hashes)
    return set(rows.values_list("sha256", flat=True))
