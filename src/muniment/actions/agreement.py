"""The Data Use Agreement: drafted from the case, issued with its estimate, signed in order."""

import hashlib
import json
from datetime import date, datetime

from muniment import models
from muniment.programme import clauses, fees, information
from muniment.queries import asked, editions, schedule
from muniment.queries.facts import agreement as facts
from muniment.rulebook import words

from . import input_refused, step

Method = models.Signature.Method


def draft_agreement(
    case: models.Case,
    *,
    actor: models.Actor,
    now: datetime,
    terms: str,
    starts_on: date,
    ends_on: date,
) -> models.Agreement:
    """Assemble the agreement from the clause library and the case.

    `terms` is the canonical terms document that the data plane made from the confirmed
    specification; Annex B quotes its SHA-256. An earlier draft is superseded.
    """
    with step.taking("draft_agreement", case, actor=actor, now=now) as taken:
        input_refused.unless_empty(_faults(case, terms, starts_on, ends_on))
        earlier = case.agreements.filter(superseded_at__isnull=True, institution=case.institution)
        version = case.agreements.filter(institution=case.institution).count() + 1
        earlier.update(superseded_at=now, superseded_by=actor)
        terms_sha256 = hashlib.sha256(terms.encode()).hexdigest()
        text = _text(case, terms_sha256=terms_sha256, starts_on=starts_on, ends_on=ends_on)
        agreement = models.Agreement.objects.create(
            case=case,
            institution=case.institution,
            version=version,
            text=text,
            text_sha256=hashlib.sha256(text.encode()).hexdigest(),
            terms=terms,
            terms_sha256=terms_sha256,
            starts_on=starts_on,
            ends_on=ends_on,
            made_at=now,
            made_by=actor,
        )
        taken.records(text=agreement.text_sha256, terms=terms_sha256, version=version)
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
    if ends_on < starts_on:
        message = "The agreement would end before it begins; swap the days."
        found.append(words.Refusal("dates-swapped", message))
    return found


def _text(case: models.Case, *, terms_sha256: str, starts_on: date, ends_on: date) -> str:
    """The agreement in Markdown: parties, clauses in the library's order, annexes."""
    bundle = editions.bundle_of(case.edition)
    slugs = [part.dataset_edition.dataset.slug for part in asked.live_parts(case)]
    findings = case.findings.filter(result="obligation", superseded_at__isnull=True)
    chosen = clauses.assemble(
        bundle,
        track=words.Track(case.track),
        datasets=slugs,
        duties=set(findings.exclude(duty="").values_list("duty", flat=True)),
    )
    conditions = models.Condition.objects.filter(
        determination__case=case, determination__superseded_at__isnull=True
    )
    people = [case.applicant.name, *case.team.filter(ended_at=None).values_list("name", flat=True)]
    titles = [information.get_dataset(bundle, slug)["title"] for slug in slugs]
    institution = case.institution.name if case.institution else case.applicant.name
    parts = [
        f"# Data Use Agreement {case.reference}",
        f"Between {bundle['programme']['name']} and {institution}, "
        f"from {starts_on.isoformat()} to {ends_on.isoformat()}.",
        *(f"## {clause.number}. {clause.title}\n\n{clause.text}" for clause in chosen),
        f"## Annex A. Research plan\n\n{case.title}",
        "## Annex B. Data specification\n\n"
        + "\n".join(f"- {title}" for title in titles)
        + f"\n\nTerms hash: sha256:{terms_sha256}",
        "## Annex C. People\n\n" + "\n".join(f"- {name}" for name in people),
        "## Annex D. Conditions\n\n"
        + ("\n".join(f"- {each.text}" for each in conditions) or "None."),
        "## Annex E. Fees\n\nAs stated in the estimate issued with this agreement.",
    ]
    return "\n\n".join(parts) + "\n"


def issue_agreement_and_estimate(
    case: models.Case, *, actor: models.Actor, now: datetime
) -> tuple[models.Agreement, models.Estimate]:
    """Send agreement and estimate, always together."""
    with step.taking("issue_agreement_and_estimate", case, actor=actor, now=now) as taken:
        agreement, estimate = facts.find_agreement(case), facts.find_estimate(case)
        assert agreement is not None
        assert estimate is not None
        for row in (agreement, estimate):
            row.issued_at, row.issued_by = now, actor
            row.save(update_fields=["issued_at", "issued_by"])
        taken.records(
            text=agreement.text_sha256,
            terms=agreement.terms_sha256,
            total_minor=estimate.total_minor,
            currency=estimate.currency,
        )
        taken.tells(
            case.applicant,
            "agreement",
            total=fees.written(estimate.total_minor, estimate.currency),
            valid_until=estimate.valid_until_on.isoformat(),
        )
        official = case.institution.official if case.institution else None
        if official is not None:
            taken.tells(official, "signature-needed")
    return agreement, estimate


def sign_as_applicant(
    agreement: models.Agreement, *, actor: models.Actor, now: datetime, shown_sha256: str
) -> models.Signature:
    """Sign as the lead; the estimate issued with the agreement is accepted by it."""
    return _sign("sign_as_applicant", agreement, actor, now, shown_sha256)


def sign_as_supervisor(
    agreement: models.Agreement, *, actor: models.Actor, now: datetime, shown_sha256: str
) -> models.Signature:
    """Sign as the accountable lead of a trainee."""
    return _sign("sign_as_supervisor", agreement, actor, now, shown_sha256)


def sign_for_institution(
    agreement: models.Agreement, *, actor: models.Actor, now: datetime, shown_sha256: str
) -> models.Signature:
    """Bind the institution; only its verified official may."""
    return _sign("sign_for_institution", agreement, actor, now, shown_sha256)


def accept_standard_terms(
    agreement: models.Agreement, *, actor: models.Actor, now: datetime, shown_sha256: str
) -> models.Signature:
    """Accept the standard terms on a track that asks for no more."""
    return _sign("accept_standard_terms", agreement, actor, now, shown_sha256)


def countersign(
    agreement: models.Agreement, *, actor: models.Actor, now: datetime, shown_sha256: str
) -> models.Signature:
    """Sign for the programme, last."""
    return _sign("countersign", agreement, actor, now, shown_sha256)


def _sign(
    name: str,
    agreement: models.Agreement,
    actor: models.Actor,
    now: datetime,
    shown_sha256: str,
) -> models.Signature:
    case, about = agreement.case, {"agreement": agreement, "shown_sha256": shown_sha256}
    with step.taking(name, case, actor=actor, now=now, about=about) as taken:
        assert actor.person is not None
        signature = models.Signature.objects.create(
            agreement=agreement,
            signer=actor.person,
            capacity=actor.role,
            shown_sha256=shown_sha256,
            method=Method.IN_APP,
            signed_on=schedule.today(case, now),
            made_at=now,
            made_by=actor,
        )
        if actor.role == words.Role.APPLICANT:
            case.estimates.filter(
                issued_at__isnull=False, accepted_at__isnull=True, superseded_at__isnull=True
            ).update(accepted_at=now, accepted_by=actor)
        taken.records(shown=shown_sha256, capacity=actor.role)
    return signature
