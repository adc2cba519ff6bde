"""The estimate: computed by the schedule, each version kept, a higher cost accepted anew."""

from datetime import datetime
from typing import Any

from muniment import models
from muniment.actions import input_refused, step
from muniment.programme import Bundle, fees, tracks
from muniment.queries import asked, editions, schedule
from muniment.queries.facts import agreement as facts
from muniment.rulebook import words


def draft_estimate(
    case: models.Case, *, actor: models.Actor, now: datetime, order: fees.Order
) -> models.Estimate:
    """Compute the estimate by the edition's schedule; an earlier draft is superseded.

    The office says how much work, how many deliveries and which waivers; who asks, and for which
    datasets, has to be what the request says. Once an estimate was accepted, a new one within the
    set share of it counts as issued with the agreement; one above waits for the applicant.
    """
    with step.taking("draft_estimate", case, actor=actor, now=now) as taken:
        input_refused.unless_empty(_order_faults(case, order))
        return drawn_up(taken, case, order)


def drawn_up(taken: step.Taken, case: models.Case, order: fees.Order) -> models.Estimate:
    """The next version, computed by the schedule, in the place of the one before."""
    computed = _computed(case, order, taken.now)
    accepted = case.estimates.filter(accepted_at__isnull=False).order_by("-version").first()
    case.estimates.filter(superseded_at__isnull=True).update(
        superseded_at=taken.now, superseded_by=taken.actor
    )
    made = models.Estimate.objects.create(
        case=case,
        version=case.estimates.count() + 1,
        **_columns(order, computed),
        made_at=taken.now,
        made_by=taken.actor,
    )
    taken.records(lines=made.lines, total_minor=made.total_minor)
    if accepted is not None:
        _follow_on(taken, case, made, accepted)
    return made


def accept_higher_cost(case: models.Case, *, actor: models.Actor, now: datetime) -> models.Estimate:
    """Accept an estimate that is above the accepted one by more than the set share."""
    with step.taking("accept_higher_cost", case, actor=actor, now=now) as taken:
        estimate = facts.find_estimate(case)
        assert estimate is not None  # the rulebook asks for a newer one
        estimate.issued_at, estimate.issued_by = now, estimate.made_by
        estimate.accepted_at, estimate.accepted_by = now, actor
        estimate.save(update_fields=["issued_at", "issued_by", "accepted_at", "accepted_by"])
        taken.records(version=estimate.version, total_minor=estimate.total_minor)
    return estimate


def _computed(case: models.Case, order: fees.Order, now: datetime) -> fees.Estimate:
    bundle = editions.bundle_of(case.edition)
    charged = tracks.terms_of(bundle, words.Track(case.track))["fee"] == "schedule"
    try:
        return fees.estimate(bundle, order, today=schedule.today(case, now), charged=charged)
    except fees.FeeFault as fault:
        raise step.Refused([words.Refusal("fee-unknown", str(fault))]) from fault


def _columns(order: fees.Order, computed: fees.Estimate) -> dict[str, Any]:
    lines = [
        {
            "kind": line.kind,
            "what": line.what,
            "formula": line.formula,
            "amount_minor": line.amount_minor,
        }
        for line in computed.lines
    ]
    return {
        "lines": lines,
        "order": fees.document(order),
        "total_minor": computed.total_minor,
        "non_refundable_minor": computed.non_refundable_minor,
        "currency": computed.currency,
        "valid_until_on": computed.valid_until_on,
    }


def _follow_on(
    taken: step.Taken, case: models.Case, made: models.Estimate, accepted: models.Estimate
) -> None:
    """What an estimate after an accepted one needs: nothing, or the applicant's word."""
    bundle: Bundle = editions.bundle_of(case.edition)
    if fees.over_estimate(
        bundle, accepted_minor=accepted.total_minor, actual_minor=made.total_minor
    ):
        total = fees.written(made.total_minor, made.currency)
        taken.tells(case.applicant, "cost-above-estimate", total=total)
        return
    made.issued_at, made.issued_by = taken.now, taken.actor
    made.save(update_fields=["issued_at", "issued_by"])


def _order_faults(case: models.Case, order: fees.Order) -> list[words.Refusal]:
    found = []
    answered = asked.find_answer(case, "applicant_class")
    if order.applicant_class != answered:
        message = "The request is by the class {name}; compute the fee for it."
        found.append(words.Refusal("other-class", message, {"name": str(answered)}))
    wanted = {part.dataset_edition.dataset.slug for part in asked.live_parts(case)}
    if {item.dataset for item in order.items} != wanted:
        message = "The request asks for {names}; compute the fee for exactly these."
        params = {"names": ", ".join(sorted(wanted))}
        found.append(words.Refusal("other-datasets", message, params))
    return found
