"""Facts of agreement and money. The gate before release is read here from rows, each time anew."""

from django.db.models import Sum

from muniment import models
from muniment.programme import fees, tracks
from muniment.queries import payment
from muniment.queries.agreement import signers
from muniment.rulebook.words import Fact, Role, Track

from .situation import Situation, reads


@reads(Fact.AGREEMENT_DRAFTED)
def agreement_drafted(here: Situation) -> bool:
    agreement = _agreement(here)
    return agreement is not None and bool(agreement.text)


@reads(Fact.ESTIMATE_DRAFTED)
def estimate_drafted(here: Situation) -> bool:
    return find_estimate(here.case) is not None


@reads(Fact.ESTIMATE_ISSUED)
def estimate_issued(here: Situation) -> bool:
    """Agreement and estimate are issued together, so both must be."""
    agreement, estimate = _agreement(here), find_estimate(here.case)
    if agreement is None or agreement.issued_at is None or agreement.superseded_at is not None:
        return False
    return estimate is not None and estimate.issued_at is not None


@reads(Fact.ESTIMATE_EXPIRED)
def estimate_expired(here: Situation) -> bool:
    """Whoever signs accepts the estimate; once accepted its date no longer matters."""
    estimate = find_estimate(here.case)
    if estimate is None or estimate.accepted_at is not None:
        return False
    return estimate.valid_until_on < here.today


@reads(Fact.CLAUSE_CHANGE_OPEN)
def clause_change_open(here: Situation) -> bool:
    return models.ClauseChange.objects.filter(
        agreement=_agreement(here), accepted_at__isnull=True, refused_at__isnull=True
    ).exists()


@reads(Fact.DOCUMENT_SHOWN)
def document_shown(here: Situation) -> bool:
    agreement = _agreement(here)
    return agreement is not None and here.given("shown_sha256") == agreement.text_sha256


@reads(Fact.HAS_SIGNED)
def has_signed(here: Situation) -> bool:
    return models.Signature.objects.filter(
        agreement=_agreement(here), signer=here.person, capacity=here.actor.role
    ).exists()


@reads(Fact.EARLIER_SIGNED)
def earlier_signed(here: Situation) -> bool:
    """The order is the one that the track names, in the edition that the request keeps.

    Ink that somebody in the office records has the place of whoever signed, not of who records it.
    """
    agreement, capacity = _agreement(here), here.given("capacity") or here.actor.role
    return agreement is not None and not signers.earlier(agreement, Role(capacity))


@reads(Fact.OTHERS_SIGNED)
def others_signed(here: Situation) -> bool:
    agreement = _agreement(here)
    return agreement is not None and not set(signers.missing(agreement)) - {
        Role.PROGRAMME_SIGNATORY
    }


@reads(Fact.AGREEMENT_SIGNED_BY_ALL)
def agreement_signed_by_all(here: Situation) -> bool:
    """Of a release under a joinder, the lead institution's agreement as well: it joins that one."""
    agreement = _agreement(here)
    if agreement is None or not _is_signed(agreement):
        return False
    if agreement.kind == models.Agreement.Kind.LEAD or not _is_released(here):
        return True
    lead = find_agreement(here.case)
    return lead is not None and _is_signed(lead)


def _is_signed(agreement: models.Agreement) -> bool:
    stands = agreement.issued_at is not None and agreement.superseded_at is None
    return stands and not signers.missing(agreement)


def _is_released(here: Situation) -> bool:
    """Whether the step is about data that leave, and not about the agreement itself."""
    return any(here.given(name) is not None for name in ("part", "line", "build"))


@reads(Fact.STANDARD_TERMS_APPLY)
def standard_terms_apply(here: Situation) -> bool:
    return bool(_terms(here)["terms"] in {"click_through", "internal"})


@reads(Fact.OFFICIAL_VERIFIED)
def official_verified(here: Situation) -> bool:
    agreement = here.given("agreement")
    institution = agreement.institution if agreement is not None else here.case.institution
    return institution is not None and institution.official_verified_at is not None


@reads(Fact.WAIVER_ASKED)
def waiver_asked(here: Situation) -> bool:
    """The waiver that the step decides, else any of the case, waits for a decision."""
    undecided = here.case.waivers.filter(approved_at__isnull=True, refused_at__isnull=True)
    named = here.given("asked")
    return (undecided if named is None else undecided.filter(pk=named.pk)).exists()


@reads(Fact.FEE_WAIVED)
def fee_waived(here: Situation) -> bool:
    return payment.is_waived(here.case)


@reads(Fact.NOTHING_DUE)
def nothing_due(here: Situation) -> bool:
    """It was recorded for the present estimate; another estimate is settled anew."""
    return here.case.invoices.filter(
        total_minor=0, voided_at__isnull=True, estimate__superseded_at__isnull=True
    ).exists()


@reads(Fact.FEE_PAID)
def fee_paid(here: Situation) -> bool:
    """Every live invoice is covered, and together they cover the present estimate.

    A new and higher estimate is not settled by what was paid for the earlier one.
    """
    asking = list(here.case.invoices.filter(total_minor__gt=0, voided_at__isnull=True))
    estimate = find_estimate(here.case)
    if not asking or (estimate is not None and invoiced(here.case) < estimate.total_minor):
        return False
    return all(received(invoice) >= owed(invoice) for invoice in asking)


@reads(Fact.INVOICE_OPEN)
def invoice_open(here: Situation) -> bool:
    """The invoice that the step is about, else any of the case, still asks for money.

    A person may book a line also on one that was paid: it was paid twice, and has to go back.
    """
    live = here.case.invoices.filter(total_minor__gt=0, voided_at__isnull=True)
    named = here.given("invoice")
    asking = live if named is None else live.filter(pk=named.pk)
    if here.step == "match_bank_line_by_hand":
        return asking.exists()
    return any(received(invoice) < owed(invoice) for invoice in asking)


@reads(Fact.MONEY_RECEIVED)
def money_received(here: Situation) -> bool:
    invoice = here.given("invoice")
    return invoice is not None and received(invoice) > 0


@reads(Fact.COST_ABOVE_ESTIMATE)
def cost_above_estimate(here: Situation) -> bool:
    """A newer estimate exceeds the accepted one by more than the programme's share."""
    accepted = here.case.estimates.filter(accepted_at__isnull=False).order_by("-version").first()
    newest = here.case.estimates.order_by("-version").first()
    if accepted is None or newest is None or newest.accepted_at is not None:
        return False
    return fees.over_estimate(
        here.bundle, accepted_minor=accepted.total_minor, actual_minor=newest.total_minor
    )


def find_estimate(case: models.Case) -> models.Estimate | None:
    """The newest estimate that was not superseded."""
    return case.estimates.filter(superseded_at__isnull=True).order_by("-version").first()


def find_agreement(case: models.Case) -> models.Agreement | None:
    """The lead institution's present agreement."""
    live = case.agreements.filter(superseded_at__isnull=True, kind=models.Agreement.Kind.LEAD)
    return live.order_by("-pk").first()


def invoiced(case: models.Case) -> int:
    """What the live invoices of a case ask for together, less credit notes, in minor units."""
    live = case.invoices.filter(voided_at__isnull=True)
    credited = models.CreditNote.objects.filter(invoice__in=live)
    asked_for = int(live.aggregate(total=Sum("total_minor"))["total"] or 0)
    return asked_for - int(credited.aggregate(total=Sum("amount_minor"))["total"] or 0)


def owed(invoice: models.Invoice) -> int:
    """What one invoice asks for, less its credit notes, in minor units."""
    credited = invoice.credit_notes.aggregate(total=Sum("amount_minor"))["total"]
    return invoice.total_minor - int(credited or 0)


def refundable(invoice: models.Invoice) -> int:
    """What may be paid back at most: all that was received but the part that is kept."""
    kept = min(invoice.estimate.non_refundable_minor, owed(invoice))
    return max(0, received(invoice) - kept)


def received(invoice: models.Invoice) -> int:
    """What was received for an invoice, less refunds, in minor units."""
    total = invoice.payments.aggregate(total=Sum("amount_minor"))["total"]
    return int(total or 0)


def _agreement(here: Situation) -> models.Agreement | None:
    """The agreement of the step, or of its release line; else the lead institution's."""
    given, line, build = here.given("agreement"), here.given("line"), here.given("build")
    if given is not None:
        return models.Agreement.objects.get(pk=given.pk)
    if line is not None:
        return models.Agreement.objects.get(pk=line.agreement_id)
    if build is not None:
        return models.Agreement.objects.get(lines__builds=build.pk)
    return find_agreement(here.case)


def _terms(here: Situation):  # type: ignore[no-untyped-def]
    return tracks.terms_of(here.bundle, Track(here.case.track))
