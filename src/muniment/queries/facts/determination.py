"""Facts of the decision: who determines, what stands, which conditions are open."""

from muniment import models
from muniment.programme import criteria, tracks
from muniment.queries import schedule
from muniment.rulebook.words import Fact, Role, Track

from . import committee
from .situation import Situation, reads

APPROVING = (models.Outcome.APPROVED, models.Outcome.CONDITIONS)


@reads(Fact.DETERMINES_HERE)
def determines_here(here: Situation) -> bool:
    """The programme names one office per track; an acting chair stands in for the chair."""
    named = tracks.determines(here.bundle, Track(here.case.track))
    role = Role(here.actor.role)
    return role is named or (named is Role.CHAIR and role is Role.ACTING_CHAIR)


@reads(Fact.DIFFERENCE_EXPLAINED)
def difference_explained(here: Situation) -> bool:
    recommended = committee.find_recommendation(here.case)
    if recommended is None:
        return False
    return recommended.outcome == here.about["outcome"] or bool(here.given("reason"))


@reads(Fact.NOTICE_WRITTEN)
def notice_written(here: Situation) -> bool:
    return bool(str(here.given("notice") or "").strip())


@reads(Fact.CRITERIA_REASONED)
def criteria_reasoned(here: Situation) -> bool:
    """A reason for each criterion by which the committee judged; how each was met counts too."""
    said = here.given("criteria") or {}
    return all(said.get(name, "").strip() for name in criteria.list_criteria(here.bundle))


@reads(Fact.DETERMINATION_STANDS)
def determination_stands(here: Situation) -> bool:
    return find_determination(here.case) is not None


@reads(Fact.APPROVAL_STANDS)
def approval_stands(here: Situation) -> bool:
    """The newest determination that was not superseded approves."""
    latest = here.case.determinations.filter(superseded_at__isnull=True).order_by("-round").first()
    return latest is not None and latest.outcome in APPROVING


@reads(Fact.CONDITIONS_LISTED)
def conditions_listed(here: Situation) -> bool:
    listed = here.given("conditions") or ()
    return bool(listed) and all(str(each.get("text", "")).strip() for each in listed)


@reads(Fact.CONDITION_OPEN)
def condition_open(here: Situation) -> bool:
    return _condition(here).met_at is None and _condition(here).waived_at is None


@reads(Fact.EVIDENCE_GIVEN)
def evidence_given(here: Situation) -> bool:
    return bool(_condition(here).evidence.strip())


@reads(Fact.CONDITIONS_BEFORE_AGREEMENT_MET)
def conditions_before_agreement_met(here: Situation) -> bool:
    return not _open_conditions(here.case, models.Condition.When.BEFORE_AGREEMENT)


@reads(Fact.CONDITIONS_BEFORE_RELEASE_MET)
def conditions_before_release_met(here: Situation) -> bool:
    """What was due before the agreement is due before release too."""
    return not _open_conditions(
        here.case, models.Condition.When.BEFORE_AGREEMENT, models.Condition.When.BEFORE_RELEASE
    )


def find_determination(case: models.Case) -> models.Determination | None:
    """The live determination of the present round."""
    return case.determinations.filter(round=case.round, superseded_at__isnull=True).first()


def _open_conditions(case: models.Case, *when: models.Condition.When) -> bool:
    return models.Condition.objects.filter(
        schedule.OPEN_CONDITION, determination__case=case, when__in=when
    ).exists()


def _condition(here: Situation) -> models.Condition:
    return models.Condition.objects.get(pk=here.about["condition"].pk)
