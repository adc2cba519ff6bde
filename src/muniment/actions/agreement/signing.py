"""Signatures: of what was shown, in order, each once; every one is sealed into the PDF by a job."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import NotRequired, TypedDict, Unpack

from muniment import models
from muniment.actions import input_refused, proofs, step, work
from muniment.queries import roster, schedule
from muniment.queries.agreement import in_force, signers
from muniment.rulebook import words
from muniment.rulebook.words import Role

Method = models.Signature.Method
Kind = models.Agreement.Kind


@dataclass(frozen=True, slots=True)
class Hand:
    """How somebody signed: the name they typed, how they were known, the words they agreed to."""

    typed_name: str
    authenticated: str
    intent: str


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """What came back from a provider: the signed file, its day, and whose certificate is on it."""

    scan: models.Attachment
    signed_on: date
    host: str
    by: str
    fingerprint: str

    @property
    def known_by(self) -> str:
        """How the signer was known; we have no more than the provider's word."""
        return f"elsewhere: {self.host}"[:60]


class Signing(TypedDict):
    """Who signs, when, the hash of the text that they were shown, and how."""

    actor: models.Actor
    now: datetime
    shown_sha256: str
    hand: NotRequired[Hand | None]
    elsewhere: NotRequired[Elsewhere | None]


def sign_as_applicant(agreement: models.Agreement, **signing: Unpack[Signing]) -> models.Signature:
    """Sign as the lead; the estimate issued with the agreement is accepted by it."""
    return _sign("sign_as_applicant", agreement, **signing)


def sign_as_supervisor(agreement: models.Agreement, **signing: Unpack[Signing]) -> models.Signature:
    """Sign as the accountable lead of a trainee."""
    return _sign("sign_as_supervisor", agreement, **signing)


def sign_team_pledge(agreement: models.Agreement, **signing: Unpack[Signing]) -> models.Signature:
    """Pledge to keep the terms, as one who will work with the data."""
    return _sign("sign_team_pledge", agreement, **signing)


def sign_for_institution(
    agreement: models.Agreement, **signing: Unpack[Signing]
) -> models.Signature:
    """Bind the institution; only its verified official may."""
    return _sign("sign_for_institution", agreement, **signing)


def sign_joinder(agreement: models.Agreement, **signing: Unpack[Signing]) -> models.Signature:
    """Bind a further institution to the same clauses, by its own verified official."""
    return _sign("sign_joinder", agreement, **signing)


def accept_standard_terms(
    agreement: models.Agreement, **signing: Unpack[Signing]
) -> models.Signature:
    """Accept the standard terms on a track that asks for no more."""
    return _sign("accept_standard_terms", agreement, **signing)


def countersign(agreement: models.Agreement, **signing: Unpack[Signing]) -> models.Signature:
    """Sign for the programme, last."""
    return _sign("countersign", agreement, **signing)


def record_ink_signature(
    agreement: models.Agreement,
    *,
    actor: models.Actor,
    now: datetime,
    signer: models.Person,
    capacity: Role,
    signed_on: date,
    scan: models.Attachment,
    second_person: models.Person | None = None,
) -> models.Signature:
    """Record a signature made in ink on the printed text, with its scan.

    Whoever records it confirms that name, text and hash on paper are those of this agreement; a
    second person looks as well where the programme asks for one.
    """
    signed = {"signer": signer, "capacity": capacity.value, "signed_on": signed_on}
    about = {"agreement": agreement, "original": scan.file, "second_person": second_person}
    with step.taking(
        "record_ink_signature", agreement.case, actor=actor, now=now, about={**about, **signed}
    ) as taken:
        input_refused.unless_empty(_ink_faults(agreement, signer, capacity, scan, signed_on, now))
        signature = models.Signature.objects.create(
            agreement=agreement, signer=signer, capacity=capacity.value,
            shown_sha256=agreement.text_sha256, method=Method.WET_INK, signed_on=signed_on,
            scan=scan, confirmed_at=now, confirmed_by=actor, made_at=now, made_by=actor,
        )  # fmt: skip
        _follow_on(taken, signature)
        taken.records(shown=signature.shown_sha256, capacity=capacity.value, scan=scan.file.sha256)
    return signature


def _sign(name: str, agreement: models.Agreement, **signing: Unpack[Signing]) -> models.Signature:
    actor, now, shown = signing["actor"], signing["now"], signing["shown_sha256"]
    case, about = agreement.case, {"agreement": agreement, "shown_sha256": shown}
    with step.taking(name, case, actor=actor, now=now, about=about) as taken:
        hand, elsewhere = signing.get("hand"), signing.get("elsewhere")
        assert actor.person is not None
        input_refused.unless_empty(faults(name, agreement, actor.person, hand))
        signature = models.Signature(
            agreement=agreement, signer=actor.person, capacity=actor.role,
            shown_sha256=shown, method=Method.IN_APP,
            signed_on=schedule.today(case, now), made_at=now, made_by=actor,
            typed_name=hand.typed_name.strip() if hand else "",
            authenticated=hand.authenticated if hand else "",
            intent=hand.intent if hand else "",
        )  # fmt: skip
        if elsewhere is not None:
            _came_back(taken, signature, elsewhere)
        signature.save()
        _follow_on(taken, signature)
        taken.records(shown=shown, capacity=actor.role)
    return signature


def _came_back(taken: step.Taken, signature: models.Signature, elsewhere: Elsewhere) -> None:
    signature.method, signature.signed_on = Method.EXTERNAL, elsewhere.signed_on
    signature.scan, signature.authenticated = elsewhere.scan, elsewhere.known_by
    taken.records(
        evidence=elsewhere.scan.file.sha256, certificate=elsewhere.fingerprint, by=elsewhere.by
    )


def _follow_on(taken: step.Taken, signature: models.Signature) -> None:
    """What a signature brings with it, however it was made: the estimate accepted by the lead's,
    the agreement in force by the last one, and the seal.
    """
    agreement = signature.agreement
    if signature.capacity == Role.APPLICANT:
        _accept_estimate(agreement.case, actor=taken.actor, now=taken.now)
    if not signers.missing(agreement):
        last = max(each.signed_on for each in signers.standing(agreement))
        proofs.record_signed(agreement, day=last)
        taken.tells(agreement.case.applicant, "agreement-news", what=SIGNED)
        _tell_who_opens(taken, agreement)
    if in_force.is_signed(agreement):
        _replace_earlier(agreement, actor=taken.actor, now=taken.now)
    _seal_later(agreement, actor=taken.actor, now=taken.now)


def _tell_who_opens(taken: step.Taken, agreement: models.Agreement) -> None:
    """Where data left or are being built already, the office opens this agreement's own lines."""
    case = agreement.case
    if agreement.lines.exists() or not models.ReleaseLine.objects.filter(part__case=case).exists():
        return
    link = f"/office/{case.reference}/release/"
    for person in roster.in_hand(case, Role.COORDINATOR, today=schedule.today(case, taken.now)):
        taken.tells(person, "agreement-news", what=TO_OPEN, link=link)


def _replace_earlier(agreement: models.Agreement, *, actor: models.Actor, now: datetime) -> None:
    """The texts before it are in force no more, and their codes say so."""
    for each in in_force.list_replaced(agreement):
        proofs.revoke_agreement(each, actor=actor, now=now)


SIGNED = "everyone has signed"
TO_OPEN = "everyone has signed, and its releases wait to be opened"


def faults(
    name: str, agreement: models.Agreement, person: models.Person, hand: Hand | None
) -> list[words.Refusal]:
    """What the rulebook cannot see: a text that is for another's signature, a name not theirs."""
    found = []
    joins = agreement.kind == Kind.JOINDER
    another = joins != (name == "sign_joinder") and name not in EITHER
    pledges = name == "sign_team_pledge"
    if another or (pledges and not signers.team_of(agreement).filter(person=person).exists()):
        message = "This text is for another signature; open the agreement of your institution."
        found.append(words.Refusal("other-agreement", message))
    if name == "sign_as_supervisor" and signers.supervisor_of(agreement) != person:
        message = "This text names another supervisor; have the agreement drafted anew."
        found.append(words.Refusal("other-supervisor", message))
    if hand is not None and hand.typed_name.split() != person.name.split():
        message = 'Type your name as we know it: "{name}".'
        found.append(words.Refusal("name-does-not-match", message, {"name": person.name}))
    return found


EITHER = ("countersign", "sign_team_pledge")
"""Steps by which both kinds are signed."""


def _ink_faults(
    agreement: models.Agreement,
    signer: models.Person,
    capacity: Role,
    scan: models.Attachment,
    signed_on: date,
    now: datetime,
) -> list[words.Refusal]:
    case, found = agreement.case, []
    if signers.expected(agreement).get(capacity) != signer:
        message = "{name} does not sign in this capacity; an official has to be verified first."
        found.append(words.Refusal("not-the-signer", message, {"name": signer.name}))
    if agreement.signatures.filter(signer=signer, capacity=capacity.value).exists():
        found.append(words.Refusal("already-signed", "This person has signed already."))
    if scan.case_id != case.pk or scan.file.verdict != models.StoredFile.Verdict.CLEAN:
        message = "Attach the scan to this request, and wait until it was found clean."
        found.append(words.Refusal("scan-not-clean", message))
    if signed_on > schedule.today(case, now):
        message = "Enter a day of signing that is not in the future."
        found.append(words.Refusal("future-date", message))
    return found


def _accept_estimate(case: models.Case, *, actor: models.Actor, now: datetime) -> None:
    case.estimates.filter(
        issued_at__isnull=False, accepted_at__isnull=True, superseded_at__isnull=True
    ).update(accepted_at=now, accepted_by=actor)


def _seal_later(agreement: models.Agreement, *, actor: models.Actor, now: datetime) -> None:
    """A worker seals the PDF; neither key nor authority is in reach of whoever signs."""
    payload = {"agreement": agreement.pk}
    work.enqueue("seal", actor=actor, now=now, case=agreement.case, payload=payload)
