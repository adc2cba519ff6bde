"""Drafting: the clauses that the case calls for, and annexes A to E, as one document."""

import hashlib
import json
from datetime import date, datetime

from muniment import models
from muniment.actions import input_refused, proofs, step, work
from muniment.queries import schedule
from muniment.queries.agreement import composing, in_force
from muniment.rulebook import words

Kind = models.Agreement.Kind


def ask_for_draft(
    case: models.Case,
    *,
    actor: models.Actor,
    now: datetime,
    starts_on: date,
    ends_on: date,
    institution: models.Institution | None,
) -> models.Job:
    """Have the terms drawn by the data plane and the agreement drafted from them, by a job.

    The step is asked for now and again when the terms are there.
    """
    input_refused.unless_empty(step.refusals("draft_agreement", case, actor=actor, now=now))
    party = institution or case.institution
    kind = Kind.LEAD if party == case.institution else Kind.JOINDER
    input_refused.unless_empty([*_dates(starts_on, ends_on), *_unknown(case, party, kind)])
    payload = {
        "starts_on": starts_on.isoformat(), "ends_on": ends_on.isoformat(),
        "institution": party.pk if party else None,
    }  # fmt: skip
    return work.enqueue("draft_agreement", actor=actor, now=now, case=case, payload=payload)


def draft_agreement(
    case: models.Case,
    *,
    actor: models.Actor,
    now: datetime,
    terms: str,
    starts_on: date,
    ends_on: date,
    institution: models.Institution | None = None,
) -> models.Agreement:
    """Assemble the agreement from the clause library and the case.

    `terms` is the canonical terms document that the data plane made from the confirmed
    specification; Annex B quotes its SHA-256. With an `institution` that is not the lead's it is a
    joinder. An earlier draft for the same institution is superseded; changes to clauses that were
    accepted stay.
    """
    party = institution or case.institution
    kind = Kind.LEAD if party == case.institution else Kind.JOINDER
    with step.taking("draft_agreement", case, actor=actor, now=now) as taken:
        input_refused.unless_empty(
            [*_faults(case, terms, starts_on, ends_on), *_unknown(case, party, kind)]
        )
        agreement = models.Agreement(
            case=case, institution=party, kind=kind, terms=terms, made_at=now, made_by=actor,
            terms_sha256=hashlib.sha256(terms.encode()).hexdigest(),
            starts_on=starts_on, ends_on=ends_on,
        )  # fmt: skip
        supersede_with(agreement, actor=actor, now=now)
        taken.records(
            text=agreement.text_sha256, terms=agreement.terms_sha256, version=agreement.version
        )
    return agreement


def supersede_with(
    agreement: models.Agreement, *, actor: models.Actor, now: datetime
) -> models.Agreement:
    """Give a new version its number and its words, and let it take the place of the last one.

    What is still asked to be changed is asked of the new version. What everybody signed stays in
    force, and its code good, until the new version is signed. Where the lead moved, the text of the
    institution before is such a last one too.
    """
    versions = agreement.case.agreements.filter(institution=agreement.institution)
    agreement.version = versions.count() + 1
    earlier = in_force.list_replaced(agreement)
    composing.compose(agreement, on=schedule.today(agreement.case, now))
    undecided = models.ClauseChange.objects.filter(
        agreement__in=earlier, accepted_at__isnull=True, refused_at__isnull=True
    )
    waiting = list(undecided)
    live = earlier.filter(superseded_at__isnull=True)
    for each in live:
        if not in_force.is_signed(each):
            proofs.revoke_agreement(each, actor=actor, now=now)
    live.update(superseded_at=now, superseded_by=actor)
    agreement.save()
    models.ClauseChange.objects.filter(pk__in=[each.pk for each in waiting]).update(
        agreement=agreement
    )
    return agreement


def _faults(case: models.Case, terms: str, starts_on: date, ends_on: date) -> list[words.Refusal]:
    """Annex B may quote nothing but what the applicant confirmed and the gates judged."""
    found = []
    try:
        document = json.loads(terms)
    except ValueError:
        document = None
    confirmed = case.specifications.filter(confirmed_at__isnull=False).latest("version")
    quoted = document.get("specification") if isinstance(document, dict) else None
    if quoted != json.loads(confirmed.document):
        message = "These terms are not of the confirmed specification; have them drawn again."
        found.append(words.Refusal("other-terms", message))
    return [*found, *_dates(starts_on, ends_on)]


def _dates(starts_on: date, ends_on: date) -> list[words.Refusal]:
    if ends_on >= starts_on:
        return []
    message = "The agreement would end before it begins; swap the days."
    return [words.Refusal("dates-swapped", message)]


def _unknown(case: models.Case, party: models.Institution | None, kind: str) -> list[words.Refusal]:
    """A further institution joins because somebody of it is on the team, and after the lead."""
    if kind == Kind.LEAD:
        return []
    found = []
    if not case.team.filter(institution=party, ended_at__isnull=True).exists():
        message = "Nobody on the team is of this institution; invite its people first."
        found.append(words.Refusal("nobody-there", message))
    leads = case.agreements.filter(kind=Kind.LEAD, institution=case.institution)
    if not leads.filter(superseded_at__isnull=True).exists():
        message = "Draft the agreement with the lead institution first."
        found.append(words.Refusal("lead-first", message))
    return found
