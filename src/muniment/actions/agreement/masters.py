"""Master agreements: recorded from the signed paper, once for an institution, and ended."""

from datetime import date, datetime

from muniment import models
from muniment.actions import input_refused, step
from muniment.programme import clocks
from muniment.queries import editions
from muniment.queries.agreement import masters
from muniment.rulebook import words

PDF = "application/pdf"


def record_master_agreement(
    institution: models.Institution,
    *,
    programme: models.Programme,
    actor: models.Actor,
    now: datetime,
    number: str,
    signed_on: date,
    ends_on: date | None,
    scan: models.StoredFile,
    second_person: models.Person | None = None,
) -> models.MasterAgreement:
    """Record what the institution signed for all its projects; `scan` was found clean.

    From now on an agreement that is drafted or sent is an annex to it, until it ends.
    """
    told = {"number": number.strip(), "signed_on": signed_on, "ends_on": ends_on}
    about = {
        "institution": institution, "original": scan, "second_person": second_person, **told,
    }  # fmt: skip
    with step.taking(
        "record_master_agreement", programme, actor=actor, now=now, about=about
    ) as taken:
        today = clocks.local_day(editions.active_bundle(programme), now)
        faults = _faults(number, signed_on, ends_on, scan, today=today)
        if masters.find_running(institution, programme, on=today) is not None:
            message = "A master agreement with this institution runs already; end that one first."
            faults.append(words.Refusal("master-runs", message))
        input_refused.unless_empty(faults)
        master = models.MasterAgreement.objects.create(
            programme=programme, institution=institution, scan=scan, made_at=now, made_by=actor,
            number=number.strip(), signed_on=signed_on, ends_on=ends_on,
        )  # fmt: skip
        taken.records(
            institution=institution.pk, number=master.number, scan=scan.sha256,
            signed_on=signed_on.isoformat(), ends_on=ends_on.isoformat() if ends_on else "",
        )  # fmt: skip
    return master


def end_master_agreement(
    master: models.MasterAgreement, *, actor: models.Actor, now: datetime, reason: str
) -> models.MasterAgreement:
    """End it before its last day; annexes that were sent or signed stay as they are."""
    about = {"master": master, "reason": reason}
    with step.taking(
        "end_master_agreement", master.programme, actor=actor, now=now, about=about
    ) as taken:
        if master.ended_at is not None:
            message = "This master agreement was ended already."
            raise step.Refused([words.Refusal("master-ended", message)])
        master.ended_at, master.ended_by, master.end_reason = now, actor, reason.strip()
        master.save(update_fields=["ended_at", "ended_by", "end_reason"])
        taken.records(institution=master.institution_id, number=master.number, reason=reason)
    return master


def _faults(
    number: str, signed_on: date, ends_on: date | None, scan: models.StoredFile, *, today: date
) -> list[words.Refusal]:
    found = []
    if not number.strip():
        message = "Enter the number or the title of the master agreement."
        found.append(words.Refusal("number-missing", message))
    if signed_on > today:
        message = "Enter a day of signing that is not in the future."
        found.append(words.Refusal("future-date", message))
    if ends_on is not None and ends_on < max(signed_on, today):
        message = "Enter a last day that has not passed; only what is in force is recorded."
        found.append(words.Refusal("master-over", message))
    if scan.media_type != PDF or scan.verdict != models.StoredFile.Verdict.CLEAN:
        message = "Choose a PDF that the virus scanner found clean."
        found.append(words.Refusal("scan-not-clean", message))
    return found
