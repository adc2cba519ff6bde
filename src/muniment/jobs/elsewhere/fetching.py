"""Ask the provider how an envelope stands, and bring in what was signed.

Asked after each of its reports and once an hour, so that a report that is lost delays nothing for
long. What it says is not believed where we can look ourselves.
"""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings

from muniment.actions import agreement, people, step
from muniment.documents import reading
from muniment.gateways.elsewhere import State, docuseal
from muniment.jobs import plane
from muniment.queries.agreement import elsewhere

if TYPE_CHECKING:
    from muniment import models
    from muniment.gateways.elsewhere import Standing

Clock = Callable[[], datetime]
OVER = "The agreement changed, or was signed otherwise, so this signature is not needed any more."
GONE = "It ran out at the provider, or was closed there. Sign here, or ask for it again."


def look(*, clock: Clock) -> None:
    """Have every envelope that waits for its signer looked at, and what was not sent yet, sent."""
    for envelope in elsewhere.list_live() if elsewhere.host() else ():
        agreement.go_on_elsewhere(envelope, actor=people.system(), now=clock())


def fetch(job: "models.Job", *, plant: plane.Plant, now: datetime) -> None:
    """Look at one envelope; a second look at one that is done changes nothing.

    Where the rule says no today (a hold, a change that is asked for), it is looked at again later.
    """
    envelope = elsewhere.get_envelope(job.payload["envelope"])
    if envelope.state != envelope.State.SENT:
        return
    declared = settings.DECLARED
    url, key = declared.esign_url, declared.esign_key
    if elsewhere.is_over(envelope):
        docuseal.close(envelope.name, url=url, key=key)
        agreement.end_envelope(envelope, job=job, said=OVER)
        return
    standing = docuseal.look(envelope.name, url=url, key=key)
    try:
        if standing.state is State.DECLINED:
            agreement.decline_elsewhere(envelope, job=job, now=now, reason=standing.reason)
        elif standing.state is State.GONE:
            agreement.end_envelope(envelope, job=job, said=GONE)
        elif standing.state is State.SIGNED:
            _bring_in(envelope, standing, job=job, plant=plant, now=now)
    except step.Refused as refused:
        if refused.changed_meanwhile:
            raise
        agreement.put_off_envelope(envelope, job=job, said=str(refused))


def _bring_in(
    envelope: "models.Envelope",
    standing: "Standing",
    *,
    job: "models.Job",
    plant: plane.Plant,
    now: datetime,
) -> None:
    """The signed file, looked at by itself, then the step; a file that proves nothing ends it."""
    data = docuseal.fetch(standing.file, url=settings.DECLARED.esign_url)
    try:
        signed = reading.read_signed(data, sha256=envelope.sent_sha256, size=envelope.sent_size)
    except reading.Refused as refused:
        agreement.end_envelope(envelope, job=job, said=refused.reason.sentence)
        return
    stored = plant.files.put([data], most=docuseal.LARGEST_FILE)
    evidence = agreement.Evidence(
        stored.sha256, stored.size, elsewhere.host(), signed.by, signed.fingerprint
    )
    agreement.sign_elsewhere(envelope, evidence, job=job, signed_at=standing.at or now, now=now)
