"""Agreement with estimate, signatures, invoice and payment, and the condition before release."""

from datetime import timedelta

from muniment import models
from muniment.actions import agreement, decision, payment, people
from muniment.programme import fees
from muniment.queries import asked
from muniment.queries import release as releases
from muniment.rulebook.words import Role

from .story import Story


def draft(story: Story) -> None:
    """The data plane draws the terms; Cora drafts the agreement from them, and the estimate."""
    house = story.house
    house.clock.pass_days(2)
    order = house.plant.order(releases.inputs_of(story.case))
    drawn = house.plant.plane.terms(order)
    today = story.today
    agreement.draft_agreement(
        story.case,
        terms=drawn.terms_text,
        starts_on=today,
        ends_on=today + timedelta(days=730),
        **story.by("cora", Role.COORDINATOR),
    )
    parts = asked.live_parts(story.case)
    datasets = sorted({part.dataset_edition.dataset.slug for part in parts})
    payment.draft_estimate(
        story.case,
        order=fees.Order("academic", tuple(fees.Item(name) for name in datasets)),
        **story.by("cora", Role.COORDINATOR),
    )


def issue(story: Story) -> None:
    """Cora sends both, always together."""
    issued, estimate = agreement.issue_agreement_and_estimate(
        story.case, **story.by("cora", Role.COORDINATOR)
    )
    total = fees.written(estimate.total_minor, estimate.currency)
    story.told("cora", f"issued the Data Use Agreement with the estimate of {total}")
    story.say("Agreement", f"Annex B signs terms sha256:{issued.terms_sha256[:12]}…")


def sign(story: Story) -> None:
    """Alice, then the verified official, then the programme."""
    house = story.house
    people.verify_signing_official(
        house.cast.institution,
        house.cast.sam,
        programme=house.cast.programme,
        contact="Called the institute's legal office by the number in its public directory.",
        second_person=house.cast.paula,
        **story.by("cora", Role.COORDINATOR),
    )
    for name, role, act in (
        ("alice", Role.APPLICANT, agreement.sign_as_applicant),
        ("sam", Role.SIGNING_OFFICIAL, agreement.sign_for_institution),
        ("rita", Role.PROGRAMME_SIGNATORY, agreement.countersign),
    ):
        house.clock.pass_days(3)
        shown = story.agreement
        act(shown, shown_sha256=shown.text_sha256, **story.by(name, role))
        story.told(name, "signed the agreement")


def accept_terms(story: Story) -> None:
    """On the expedited track Alice accepts the standard terms."""
    shown = story.agreement
    agreement.accept_standard_terms(
        shown, shown_sha256=shown.text_sha256, **story.by("alice", Role.APPLICANT)
    )
    story.told("alice", "accepted the standard terms")


def invoice(story: Story) -> None:
    """Fay sends the invoice."""
    sent = payment.issue_invoice(story.case, **story.by("fay", Role.FINANCE))
    story.told("fay", f"sent invoice {sent.number}")


def pay(story: Story) -> None:
    """The money arrives and is recorded."""
    story.house.clock.pass_days(6)
    sent = models.Invoice.objects.select_related("case").get(
        case_id=story.case_id, voided_at__isnull=True
    )
    payment.record_payment(
        sent,
        amount_minor=sent.total_minor,
        currency=sent.currency,
        method="bank transfer",
        bank_reference=f"{sent.number} Lakeside",
        received_on=story.today,
        **story.by("fay", Role.FINANCE),
    )
    story.told("fay", "recorded the payment in full")


def meet_condition(story: Story) -> None:
    """Alice hands in the ethics letter; Cora accepts it."""
    story.house.clock.pass_days(1)

    def condition() -> models.Condition:
        return models.Condition.objects.select_related("determination__case").get(
            determination__case_id=story.case_id
        )

    decision.report_condition_met(
        condition(),
        evidence="Letter LCI-1187 of the ethics board.",
        **story.by("alice", Role.APPLICANT),
    )
    decision.accept_condition(condition(), **story.by("cora", Role.COORDINATOR))
    story.told("cora", "accepted the evidence: the condition is met")
