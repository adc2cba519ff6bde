"""Facts of child cases and of what changed since a case was approved."""

from typing import Any

from django.db.models import QuerySet

from muniment import models, programme
from muniment.programme import information, substance
from muniment.queries import asked, editions
from muniment.rulebook import words
from muniment.rulebook.words import Fact

from .situation import Situation, reads

Kind = models.Case.ChildKind
OPENS = {
    "open_amendment": Kind.AMENDMENT,
    "open_renewal": Kind.RENEWAL,
    "open_appeal": Kind.APPEAL,
    "open_resubmission": Kind.RESUBMISSION,
}
"""What each step opens; of one kind one at a time."""
EXTENDS = "extend_term"
ENDED = [end.value for end in words.ENDS]


@reads(Fact.IS_REQUEST)
def is_request(here: Situation) -> bool:
    """A request of its own; a resubmission or a split part is judged like one."""
    kinds = {Kind.RESUBMISSION, Kind.SPLIT}
    return here.case.parent_id is None or here.case.child_kind in kinds


@reads(Fact.IS_APPEAL)
def is_appeal(here: Situation) -> bool:
    return here.case.child_kind == Kind.APPEAL


@reads(Fact.IS_RENEWAL)
def is_renewal(here: Situation) -> bool:
    return here.case.child_kind == Kind.RENEWAL


@reads(Fact.IS_AMENDMENT)
def is_amendment(here: Situation) -> bool:
    return here.case.child_kind == Kind.AMENDMENT


@reads(Fact.CHILD_OPEN)
def child_open(here: Situation) -> bool:
    """Of the kind that the step would open; one that is granted but not applied is open too."""
    same = here.case.children.filter(child_kind=OPENS[here.step])
    if same.exclude(stage__in=ENDED).exists():
        return True
    return OPENS[here.step] is not Kind.RESUBMISSION and _granted(same).exists()


@reads(Fact.CHILD_GRANTED)
def child_granted(here: Situation) -> bool:
    """The change that the step names: the case's own, of the kind that this step applies."""
    kind = Kind.RENEWAL if here.step == EXTENDS else Kind.AMENDMENT
    named = here.case.children.filter(pk=here.about["child"].pk, child_kind=kind)
    return _granted(named).exists()


@reads(Fact.CHANGE_IS_NOTICE_ONLY)
def change_is_notice_only(here: Situation) -> bool:
    """What is asked for and every answer that names neither people nor days are as before."""
    child = here.given("child") or here.case
    if child.parent is None:
        return False
    ours, theirs = asked.find_specification(child), asked.find_specification(child.parent)
    if (ours and ours.sha256) != (theirs and theirs.sha256):
        return False
    bundle = editions.bundle_of(child.edition)
    changed, before = asked.answers_of(child), asked.answers_of(child.parent)
    return substance.of(bundle, changed) == substance.of(bundle, before)


@reads(Fact.DECIDED_BEFORE)
def decided_before(here: Situation) -> bool:
    """Whoever brought the case to its end, or said what that end was founded on."""
    before, person = here.case.parent, here.person
    if before is None:
        return False
    if any(each.made_by.person == person for each in _last_segment(before)):
        return True
    return any(rows.filter(made_by__person=person).exists() for rows in _founded_on(before))


def _founded_on(case: models.Case) -> tuple[QuerySet[Any], ...]:
    """Access is revoked for what happened since; every other end is founded on what was judged."""
    if case.stage == words.Stage.REVOKED:
        return (case.suspensions.all(),)
    return (
        models.Availability.objects.filter(part__case=case),
        case.findings.all(),
        case.reviews.all(),
        case.votes.all(),
        case.recommendations.all(),
        case.determinations.all(),
    )


@reads(Fact.APPEAL_UPHELD)
def appeal_upheld(here: Situation) -> bool:
    """The appeal that the step names was upheld and has not reopened the case yet."""
    named = here.case.children.filter(pk=here.about["child"].pk, child_kind=Kind.APPEAL)
    return _granted(named).exists()


@reads(Fact.APPEAL_HEARD)
def appeal_heard(here: Situation) -> bool:
    """Against the outcome that stands: an appeal against an earlier one does not count."""
    ended_at = max((each.made_at for each in _last_segment(here.case)), default=here.case.made_at)
    heard = here.case.children.filter(child_kind=Kind.APPEAL, made_at__gte=ended_at)
    return heard.filter(stage__in=[words.Stage.CLOSED.value, words.Stage.DENIED.value]).exists()


def _last_segment(case: models.Case) -> list[models.ClockSegment]:
    """How the case came to its stage: its clock tells by whom and when, where one ran."""
    return list(case.segments.select_related("made_by__person").order_by("-pk")[:1])


def _granted(children: QuerySet[models.Case]) -> QuerySet[models.Case]:
    """Those that were granted and wait to be applied to their parent."""
    return children.filter(stage=words.Stage.CLOSED.value, applied_at__isnull=True)


@reads(Fact.AMENDMENT_PENDING)
def amendment_pending(here: Situation) -> bool:
    """One that waits to be applied shuts the gate as well as one that is undecided."""
    changes = here.case.children.filter(child_kind=Kind.AMENDMENT)
    return changes.exclude(stage__in=ENDED).exists() or _granted(changes).exists()


@reads(Fact.RESTRICTION_TIGHTENED)
def restriction_tightened(here: Situation) -> bool:
    """The list in force restricts a dataset of this case more than the case's own edition did."""
    own, current = here.bundle, editions.active_bundle(here.programme)
    if own.sha256 == current.sha256:
        return False
    slugs = here.case.parts.values_list("dataset_edition__dataset__slug", flat=True)
    return any(_restrictions(current, slug) - _restrictions(own, slug) for slug in slugs)


def _restrictions(bundle: programme.Bundle, slug: str) -> set[str]:
    try:
        entry = information.get_dataset(bundle, slug)
    except information.UnknownDataset:
        return {"no longer listed"}
    return set(entry.get("restrictions", ()))
