"""Files: bytes are stored first, under their hash; here a record says what they are.

Nothing here reads a file. Who stores the bytes (a page, the mailbox) calls `record_file` with what
it counted and found; a scanner's word arrives as a step of the system.
"""

import re
from datetime import datetime

from django.db import transaction

from muniment import models
from muniment.queries.facts import application as facts
from muniment.rulebook import words

from . import input_refused, step, work

SHA256 = re.compile(r"[0-9a-f]{64}")
MEDIA_TYPE = re.compile(r"[a-z0-9.+-]{1,60}/[a-z0-9.+-]{1,60}")
WRITERS = {words.Role.APPLICANT, words.Role.CO_APPLICANT, words.Role.COORDINATOR}
Verdict = models.StoredFile.Verdict


def record_file(
    sha256: str, *, size: int, media_type: str, actor: models.Actor, now: datetime
) -> models.StoredFile:
    """The record of bytes that are stored already; the same bytes have one record."""
    found = []
    if not SHA256.fullmatch(sha256):
        message = "The file's hash must be 64 hexadecimal digits."
        found.append(words.Refusal("hash-invalid", message))
    if size < 0:
        found.append(words.Refusal("size-invalid", "The file's size must not be negative."))
    if not MEDIA_TYPE.fullmatch(media_type):
        message = "The file's type must be written as application/pdf."
        found.append(words.Refusal("type-invalid", message))
    input_refused.unless_empty(found)
    record, _ = models.StoredFile.objects.get_or_create(
        sha256=sha256,
        defaults={"size": size, "media_type": media_type, "made_at": now, "made_by": actor},
    )
    return record


def attach(
    case: models.Case,
    file: models.StoredFile,
    *,
    purpose: str,
    name: str,
    actor: models.Actor,
    now: datetime,
) -> models.Attachment:
    """Attach a stored file to a request for a purpose; an edit, which anyone on it may make."""
    step.only_for(WRITERS, case, actor=actor, now=now)
    with transaction.atomic():
        return add(case, file, purpose=purpose, name=name, actor=actor, now=now)


def add(
    case: models.Case,
    file: models.StoredFile,
    *,
    purpose: str,
    name: str,
    actor: models.Actor,
    now: datetime,
) -> models.Attachment:
    """The same inside a step, whose own rule says who may."""
    if not name.strip() or "/" in name or "\\" in name or not name.isprintable():
        message = "Give the file a plain name without folders."
        raise step.Refused([words.Refusal("name-invalid", message)])
    unless_infected(file, name=name.strip())
    row = models.Attachment.objects.create(
        case=case, file=file, purpose=purpose, name=name.strip(), made_at=now, made_by=actor
    )
    ask_for_scan(row, actor=actor, now=now)
    return row


def ask_for_scan(attachment: models.Attachment, *, actor: models.Actor, now: datetime) -> None:
    """Queue a look at a file that is still held, in the transaction that attached it."""
    if attachment.file.verdict == Verdict.HELD:
        payload = {"attachment": attachment.pk}
        work.enqueue("scan", actor=actor, now=now, case=attachment.case, payload=payload)


def remove_attachment(
    attachment: models.Attachment, *, actor: models.Actor, now: datetime
) -> models.Attachment:
    """Take a file off a request; the record stays."""
    step.only_for(WRITERS, attachment.case, actor=actor, now=now)
    attachment.removed_at, attachment.removed_by = now, actor
    attachment.save(update_fields=["removed_at", "removed_by"])
    return attachment


def keep_original(
    case: models.Case, file: models.StoredFile, *, actor: models.Actor, now: datetime
) -> models.Attachment:
    """Keep the applicant's own file with what was entered from it; called inside a step."""
    unless_infected(file, name=facts.ORIGINAL)
    kept, new = models.Attachment.objects.get_or_create(
        case=case,
        file=file,
        purpose=facts.ORIGINAL,
        defaults={"name": facts.ORIGINAL, "made_at": now, "made_by": actor},
    )
    if new:
        ask_for_scan(kept, actor=actor, now=now)
    return kept


def record_scan(
    attachment: models.Attachment,
    *,
    verdict: models.StoredFile.Verdict,
    media_type: str,
    actor: models.Actor,
    now: datetime,
) -> models.StoredFile:
    """Record what the bytes really are and what the scanner said of them."""
    file = attachment.file
    file.media_type = media_type
    return record_scan_of(file, attachment.case, verdict=verdict, actor=actor, now=now)


def record_scan_of(
    file: models.StoredFile,
    home: models.Case | models.Programme,
    *,
    verdict: models.StoredFile.Verdict,
    actor: models.Actor,
    now: datetime,
) -> models.StoredFile:
    """The same for a file of no request, which the programme's own chain tells of."""
    about = {"file": file}
    with step.taking("record_scan", home, actor=actor, now=now, about=about) as taken:
        file.verdict = verdict
        file.save(update_fields=["verdict", "media_type"])
        taken.records(file=file.sha256, verdict=str(verdict), media_type=file.media_type)
    return file


def unless_infected(file: models.StoredFile, *, name: str) -> None:
    """Refuse bytes in which the scanner found something before, by the name they came under."""
    if file.verdict == Verdict.INFECTED:
        raise step.Refused([_infected(name)])


def ask_for_scan_of(
    file: models.StoredFile, programme: models.Programme, *, actor: models.Actor, now: datetime
) -> None:
    """Queue a look at a file of no request: a certificate, the payee's tax form."""
    if file.verdict == Verdict.HELD:
        payload = {"file": file.pk, "programme": programme.pk}
        work.enqueue("scan", actor=actor, now=now, payload=payload)


def _infected(name: str) -> words.Refusal:
    message = 'The virus scanner found something in "{name}". Send a clean copy of the file.'
    return words.Refusal("file-infected", message, {"name": name})
