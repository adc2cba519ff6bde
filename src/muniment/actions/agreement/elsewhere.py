"""Signing elsewhere: asked for by whoever signs, sent and brought in by jobs, which call this.

The provider's word moves nothing by itself. The signature is taken by the same step, under the
same rule, as one that is made here; only its method and its evidence differ.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from muniment import models
from muniment.actions import files, input_refused, people, step, work
from muniment.queries import schedule
from muniment.queries.agreement import elsewhere
from muniment.rulebook import words
from muniment.rulebook.words import Role

from . import ending, signing

SEND, FETCH = "send_envelope", "fetch_envelope"
State = models.Envelope.State
STEPS = {
    "sign_as_applicant": signing.sign_as_applicant,
    "sign_as_supervisor": signing.sign_as_supervisor,
    "sign_team_pledge": signing.sign_team_pledge,
    "sign_for_institution": signing.sign_for_institution,
    "sign_joinder": signing.sign_joinder,
    "countersign": signing.countersign,
}
"""What can be signed elsewhere: every signature but a click on standard terms."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """The signed PDF, stored already, as it was found: whose certificate, and at which host."""

    sha256: str
    size: int
    host: str
    by: str
    fingerprint: str


def ask_to_sign_elsewhere(
    agreement: models.Agreement,
    name: str,
    *,
    actor: models.Actor,
    now: datetime,
    shown_sha256: str,
) -> models.Envelope:
    """Have the text sent to the provider for one's own signature by the step of that name.

    Refused where the signature itself would be. While an envelope is on its way, that one is
    returned.
    """
    about = {"agreement": agreement, "shown_sha256": shown_sha256}
    input_refused.unless_empty(_not_there(name))
    input_refused.unless_empty(
        step.refusals(name, agreement.case, actor=actor, now=now, about=about)
    )
    assert actor.person is not None  # the rulebook lets only people sign
    input_refused.unless_empty(signing.faults(name, agreement, actor.person, None))
    with transaction.atomic():
        models.Agreement.objects.select_for_update().get(pk=agreement.pk)  # of two, one waits
        made, new = models.Envelope.objects.get_or_create(
            agreement=agreement, signer=actor.person, step=name,
            state__in=models.Envelope.LIVE,
            defaults={"shown_sha256": shown_sha256, "state": State.ASKED, "made_at": now,
                      "made_by": actor},
        )  # fmt: skip
        if new:
            _queue(SEND, made, actor=actor, now=now)
    return made


def record_sent(
    envelope: models.Envelope,
    *,
    job: models.Job,
    name: str,
    address: str,
    sent_sha256: str,
    sent_size: int,
) -> bool:
    """The provider made the envelope; its signer goes to the address. False for a lost job."""
    return _mark(
        envelope, job=job, state=State.SENT, name=name, address=address,
        sent_sha256=sent_sha256, sent_size=sent_size,
    )  # fmt: skip


def look_elsewhere(name: str, *, actor: models.Actor, now: datetime) -> models.Job | None:
    """Have a worker ask how an envelope stands; None where none is live or one is asked already.

    `name` is the provider's. Asking once more changes nothing, so a report may be repeated.
    """
    envelope = elsewhere.find_sent(name)
    return None if envelope is None else go_on_elsewhere(envelope, actor=actor, now=now)


def go_on_elsewhere(
    envelope: models.Envelope, *, actor: models.Actor, now: datetime
) -> models.Job | None:
    """Have a worker send it, or ask how it stands; None where one is about to."""
    kind = SEND if envelope.state == State.ASKED else FETCH
    with transaction.atomic():
        if elsewhere.is_asked(envelope, kind):
            return None
        return _queue(kind, envelope, actor=actor, now=now)


def sign_elsewhere(
    envelope: models.Envelope,
    evidence: Evidence,
    *,
    job: models.Job,
    signed_at: datetime,
    now: datetime,
) -> models.Signature | None:
    """Take the signing step as the signer, with what came back as evidence; None for a lost job.

    Raises Refused as a signature here would be, and where another text was signed.
    """
    agreement, signer = envelope.agreement, _signer(envelope)
    with transaction.atomic():
        if not work.still_held(job):
            return None
        scan = _kept(envelope, evidence, actor=signer, now=now)
        signature = STEPS[envelope.step](
            agreement, actor=signer, now=now, shown_sha256=envelope.shown_sha256,
            elsewhere=signing.Elsewhere(
                scan=scan, signed_on=_day(agreement.case, signed_at, now=now),
                host=evidence.host, by=evidence.by, fingerprint=evidence.fingerprint,
            ),
        )  # fmt: skip
        envelope.signature, envelope.state, envelope.said = signature, State.SIGNED, ""
        envelope.save(update_fields=["signature", "state", "said"])
    return signature


def decline_elsewhere(
    envelope: models.Envelope, *, job: models.Job, now: datetime, reason: str
) -> models.Declined | None:
    """Take the step of declining as the signer; None for a lost job, or who only pledges.

    Raises Refused as declining here would be; then it was not declined.
    """
    with transaction.atomic():
        said = reason.strip() or "No reason was given there."
        if not _mark(envelope, job=job, state=State.DECLINED, said=said):
            return None
        if envelope.made_by.role == Role.TEAM_MEMBER.value:
            return None
        return ending.decline_to_sign(
            envelope.agreement, actor=_signer(envelope), now=now, reason=said
        )


def end_envelope(envelope: models.Envelope, *, job: models.Job, said: str) -> bool:
    """It came to nothing, with why; False for a lost job."""
    return _mark(envelope, job=job, state=State.ENDED, said=said)


def put_off_envelope(envelope: models.Envelope, *, job: models.Job, said: str) -> bool:
    """Why it cannot be taken in today; it is looked at again later. False for a lost job."""
    return _mark(envelope, job=job, said=said)


def _mark(envelope: models.Envelope, *, job: models.Job, **values: Any) -> bool:
    """Write what became of it, unless the job is another worker's by now."""
    with transaction.atomic():
        if not work.still_held(job):
            return False
        return bool(models.Envelope.objects.filter(pk=envelope.pk).update(**values))


def _not_there(name: str) -> list[words.Refusal]:
    if name in STEPS:
        return []
    message = "This is not signed at the provider; sign it here."
    return [words.Refusal("not-elsewhere", message)]


def _queue(
    kind: str, envelope: models.Envelope, *, actor: models.Actor, now: datetime
) -> models.Job:
    payload = {"envelope": envelope.pk}
    return work.enqueue(kind, actor=actor, now=now, case=envelope.agreement.case, payload=payload)


def _signer(envelope: models.Envelope) -> models.Actor:
    """Who asked for the envelope, in the role in which they asked."""
    role = Role(envelope.made_by.role)
    return people.acting(envelope.signer, role, via=models.Actor.Via.JOB)


def _day(case: models.Case, signed_at: datetime, *, now: datetime) -> date:
    """The day by the provider's clock, which may go before ours."""
    return min(schedule.today(case, signed_at), schedule.today(case, now))


def _kept(
    envelope: models.Envelope, evidence: Evidence, *, actor: models.Actor, now: datetime
) -> models.Attachment:
    """The signed PDF beside the request's other files, to be scanned as they are."""
    file = files.record_file(
        evidence.sha256, size=evidence.size, media_type="application/pdf", actor=actor, now=now
    )
    kept = models.Attachment.objects.create(
        case=envelope.agreement.case, file=file, purpose=elsewhere.EVIDENCE,
        name=f"signed-at-{evidence.host}.pdf"[:200], made_at=now, made_by=actor,
    )  # fmt: skip
    files.ask_for_scan(kept, actor=actor, now=now)
    return kept
