"""Changes to clauses, in rounds: proposed by the institution, decided by the programme.

An accepted change makes a new version, which has to be issued and signed anew.
"""

from datetime import datetime

from muniment import models
from muniment.actions import input_refused, step
from muniment.programme import contracts
from muniment.rulebook import words

from . import drafting


def propose_clause_change(
    agreement: models.Agreement,
    *,
    actor: models.Actor,
    now: datetime,
    clause: str,
    text: str,
    reason: str,
) -> models.ClauseChange:
    """Propose another wording of one clause; nobody signs until it is decided."""
    case, about = agreement.case, {"agreement": agreement}
    with step.taking("propose_clause_change", case, actor=actor, now=now, about=about) as taken:
        input_refused.unless_empty(_faults(agreement, clause, text))
        taken.records(clause=clause, text=text.strip(), reason=reason)
        return models.ClauseChange.objects.create(
            agreement=agreement, clause=clause, text=text.strip(), reason=reason.strip(),
            made_at=now, made_by=actor,
        )  # fmt: skip


def accept_clause_change(
    change: models.ClauseChange,
    *,
    actor: models.Actor,
    now: datetime,
    second_person: models.Person | None = None,
) -> models.Agreement:
    """Take the wording over; the new version waits to be issued, and nobody has signed it."""
    agreement = change.agreement
    about = {"agreement": agreement, "second_person": second_person}
    with step.taking(
        "accept_clause_change", agreement.case, actor=actor, now=now, about=about
    ) as taken:
        _unless_decided(change)
        change.accepted_at, change.accepted_by = now, actor
        change.save(update_fields=["accepted_at", "accepted_by"])
        renewed = models.Agreement(
            case=agreement.case, institution=agreement.institution, kind=agreement.kind,
            terms=agreement.terms, terms_sha256=agreement.terms_sha256,
            starts_on=agreement.starts_on, ends_on=agreement.ends_on, made_at=now, made_by=actor,
        )  # fmt: skip
        drafting.supersede_with(renewed, actor=actor, now=now)
        taken.records(clause=change.clause, text=renewed.text_sha256, version=renewed.version)
    return renewed


def refuse_clause_change(
    change: models.ClauseChange, *, actor: models.Actor, now: datetime, reason: str
) -> models.ClauseChange:
    """Leave the clause as it is, with the reason; who proposed it is told."""
    agreement = change.agreement
    about = {"agreement": agreement, "reason": reason}
    with step.taking(
        "refuse_clause_change", agreement.case, actor=actor, now=now, about=about
    ) as taken:
        _unless_decided(change)
        change.refused_at, change.refused_by, change.answer = now, actor, reason.strip()
        change.save(update_fields=["refused_at", "refused_by", "answer"])
        proposer = change.made_by.person
        assert proposer is not None  # the rulebook lets only people propose
        link = f"/sign/{agreement.case.reference}/"
        taken.tells(proposer, "agreement-news", what=REFUSED, link=link)
        taken.records(clause=change.clause, reason=reason)
    return change


REFUSED = "a change to a clause was not accepted"


def _faults(agreement: models.Agreement, clause: str, text: str) -> list[words.Refusal]:
    found = {each["id"]: each for each in agreement.document["clauses"]}.get(clause)
    if found is None:
        message = "The agreement has no such clause; choose one of its clauses."
        return [words.Refusal("clause-unknown", message)]
    reasons = []
    if found["fixed"]:
        message = 'The clause "{title}" cannot be changed.'
        reasons.append(words.Refusal("clause-fixed", message, {"title": found["title"]}))
    if not text.strip() or contracts.wording.same(found["text"], text):
        message = "Write how the clause should read; it is the same as now, or empty."
        reasons.append(words.Refusal("clause-unchanged", message))
    waiting = agreement.clause_changes.filter(
        clause=clause, accepted_at__isnull=True, refused_at__isnull=True
    )
    if waiting.exists():
        message = "A change to this clause waits already; let it be decided first."
        reasons.append(words.Refusal("change-waits", message))
    return reasons


def _unless_decided(change: models.ClauseChange) -> None:
    if change.accepted_at is not None or change.refused_at is not None:
        message = "This change is decided already."
        raise step.Refused([words.Refusal("change-decided", message)])
