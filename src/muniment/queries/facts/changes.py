"""Facts of child cases and of what changed since a case was approved."""

from muniment import models, programme
from muniment.programme import information
from muniment.queries import editions
from muniment.rulebook import words
from muniment.rulebook.words import Fact

from .situation import Situation, reads


@reads(Fact.IS_REQUEST)
def is_request(here: Situation) -> bool:
    """A request of its own; a resubmission or a split part is judged like one."""
    kinds = {models.Case.ChildKind.RESUBMISSION, models.Case.ChildKind.SPLIT}
    return here.case.parent_id is None or here.case.child_kind in kinds


@reads(Fact.IS_APPEAL)
def is_appeal(here: Situation) -> bool:
    return here.case.child_kind == models.Case.ChildKind.APPEAL


@reads(Fact.IS_RENEWAL)
def is_renewal(here: Situation) -> bool:
    return here.case.child_kind == models.Case.ChildKind.RENEWAL


@reads(Fact.AMENDMENT_PENDING)
def amendment_pending(here: Situation) -> bool:
    pending = here.case.children.filter(child_kind=models.Case.ChildKind.AMENDMENT)
    return pending.exclude(stage__in=[end.value for end in words.ENDS]).exists()


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
