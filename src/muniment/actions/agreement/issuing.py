"""Issuing: the agreement goes out with its estimate, to those who have to sign."""

from datetime import datetime

from muniment import models
from muniment.actions import input_refused, proofs, step
from muniment.programme import clauses, fees
from muniment.queries import editions, schedule
from muniment.queries.agreement import composing, signers
from muniment.queries.facts import agreement as facts
from muniment.rulebook import words


def issue_agreement_and_estimate(
    case: models.Case, *, actor: models.Actor, now: datetime
) -> tuple[models.Agreement, models.Estimate]:
    """Send agreement and estimate, always together; further institutions get their joinders.

    Annex E states the estimate as it stands now, so the text gets its last form here. A joinder
    that follows later leaves the estimate as it was issued.
    """
    with step.taking("issue_agreement_and_estimate", case, actor=actor, now=now) as taken:
        agreement, estimate = facts.find_agreement(case), facts.find_estimate(case)
        assert agreement is not None
        assert estimate is not None
        waiting = list(case.agreements.filter(superseded_at__isnull=True, issued_at__isnull=True))
        input_refused.unless_empty([*_unready(agreement, estimate, waiting), *_unanswered(case)])
        for each in waiting:
            _issue(each, actor=actor, now=now)
            _tell_official(taken, each)
        agreement.refresh_from_db()
        if estimate.accepted_at is None:
            estimate.issued_at, estimate.issued_by = now, actor
            estimate.save(update_fields=["issued_at", "issued_by"])
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
            link=f"/sign/{case.reference}/",
        )
    return agreement, estimate


def _issue(agreement: models.Agreement, *, actor: models.Actor, now: datetime) -> None:
    day = schedule.today(agreement.case, now)
    verify = proofs.issue(
        "agreement", "issued", dated_on=day, actor=actor, now=now, case=agreement.case
    )
    composing.compose(agreement, on=day, verify=verify)
    agreement.issued_at, agreement.issued_by = now, actor
    agreement.save()


def _tell_official(taken: step.Taken, agreement: models.Agreement) -> None:
    """Whoever was verified to sign for the institution; nobody else gets the link."""
    official = signers.official_of(agreement)
    if official is not None:
        taken.tells(official, "signature-needed", link=f"/sign/{agreement.case.reference}/")


def _unready(
    lead: models.Agreement, estimate: models.Estimate, waiting: list[models.Agreement]
) -> list[words.Refusal]:
    """What is on offer stays as it is; and its Annex E states the estimate that is to be paid."""
    if not waiting:
        message = "Agreement and estimate are issued already; draft the agreement anew first."
        return [words.Refusal("nothing-to-issue", message)]
    if lead.issued_at is not None and estimate.issued_at is None:
        message = (
            "The agreement that was issued states an earlier estimate. Have the applicant accept "
            "the new one, or draft the agreement anew."
        )
        return [words.Refusal("other-estimate", message)]
    return []


def _unanswered(case: models.Case) -> list[words.Refusal]:
    """Every duty that the policy found needs a clause; one that has none is a gap."""
    findings = case.findings.filter(result="obligation", superseded_at__isnull=True)
    duties = set(findings.exclude(duty="").values_list("duty", flat=True))
    left = clauses.unanswered(editions.bundle_of(case.edition), duties)
    message = "No clause of the library answers to: {duties}. Add one, or correct the finding."
    refusal = words.Refusal("duty-unanswered", message, {"duties": ", ".join(sorted(left))})
    return [refusal] if left else []
