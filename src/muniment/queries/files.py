"""Files of a request: who may have one, which wait for the scanner, which bytes have a record."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from muniment import models
from muniment.queries import access
from muniment.rulebook.words import Role

ANSWER = "answer:"
"""The purpose of a file that answers a field is this and the field's name."""
CV = "cv"
"""The purpose of a CV that somebody brought along when they joined the team."""
UNKNOWN = "application/octet-stream"
"""The type of a file from paper whose content cannot be read."""
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


def get_to_scan(
    payload: Mapping[str, int],
) -> tuple[models.StoredFile, models.Case | models.Programme]:
    """What a job to scan is about: an attached file and its request, else one of a programme."""
    if "attachment" in payload:
        attachment = get_attachment(payload["attachment"])
        return attachment.file, attachment.case
    home = models.Programme.objects.select_related("active_edition").get(pk=payload["programme"])
    return models.StoredFile.objects.get(pk=payload["file"]), home


def is_open(file: models.StoredFile, person: models.Person, *, kept_by: models.Actor) -> bool:
    """Whether somebody who may read a certificate or a form may have its bytes.

    A clean one is for all of them, a held one for who brought it in, an infected one for nobody.
    """
    brought = kept_by.person_id == person.pk
    return file.verdict == Verdict.CLEAN or (file.verdict == Verdict.HELD and brought)


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
    rows = models.Attachment.objects.filter(removed_at__isnull=True, file__verdict=Verdict.HELD)
    waiting = rows.exclude(pk__in=_about_to_be_scanned("attachment"))
    return list(waiting.select_related("file", "case").order_by("pk"))


def list_unscanned_of_programmes() -> list[tuple[models.StoredFile, models.Programme]]:
    """The same of tax forms and certificates, with the programme whose chain tells of each.

    A certificate is a person's: any programme can tell of it, so the first one does.
    """
    held = models.StoredFile.objects.filter(verdict=Verdict.HELD)
    held = held.exclude(pk__in=_about_to_be_scanned("file"))
    forms = models.Programme.objects.filter(tax_form__in=held).select_related("tax_form")
    found = {each.tax_form: each for each in forms.order_by("pk") if each.tax_form is not None}
    first = models.Programme.objects.order_by("pk").first()
    certificates = models.Training.objects.filter(ended_at__isnull=True, original__in=held)
    for each in certificates.select_related("original").order_by("pk"):
        if each.original is not None and first is not None:
            found.setdefault(each.original, first)
    return list(found.items())


def _about_to_be_scanned(named: str) -> list[int]:
    live = models.Job.objects.filter(kind="scan", state__in=models.Job.LIVE)
    return [each[named] for each in live.values_list("payload", flat=True) if named in each]


def recorded(hashes: Collection[str]) -> set[str]:
    """Those of these hashes that have a record."""
    rows = models.StoredFile.objects.filter(sha256__in=hashes)
    return set(rows.values_list("sha256", flat=True))
