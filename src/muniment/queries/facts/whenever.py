"""Facts that any step may ask about."""

from muniment import models
from muniment.queries import conflicts
from muniment.rulebook.words import Fact, Mode

from .situation import Situation, reads


@reads(Fact.REASON_GIVEN)
def reason_given(here: Situation) -> bool:
    return bool(str(here.given("reason") or "").strip())


@reads(Fact.SECOND_PERSON_PRESENT)
def second_person_present(here: Situation) -> bool:
    """Confirmed by another verified person, or the mode lets one person act alone."""
    if _confirms(here, here.given("second_person")):
        return True
    settings = here.bundle["programme"]["second_person"]
    mode = Mode(settings.get("steps", {}).get(here.step, settings["mode"]))
    others = (
        models.RoleGrant.objects.filter(programme_id=here.programme_id, role=here.actor.role)
        .exclude(person=here.person)
        .select_related("person")
    )
    return not mode.asks(
        someone_is_available=any(
            grant.person.is_active and grant.holds_on(here.today) for grant in others
        )
    )


def _confirms(here: Situation, second: models.Person | None) -> bool:
    """Someone else, known in person, who holds an office today and has no stake in the case."""
    if second is None or second == here.person or not second.is_active:
        return False
    if second.identity_verified_at is None:
        return False
    offices = models.RoleGrant.objects.filter(programme_id=here.programme_id, person=second)
    if not any(grant.holds_on(here.today) for grant in offices):
        return False
    is_case = isinstance(here.subject, models.Case)
    return not (is_case and conflicts.conflicted(here.case, second))


@reads(Fact.ASKED_FOR_IT)
def asked_for_it(here: Situation) -> bool:
    row = here.given("asked")
    return row is not None and here.person is not None and row.made_by.person_id == here.person.pk


@reads(Fact.IS_CONFLICTED)
def is_conflicted(here: Situation) -> bool:
    """Applicant, supervisor, on the team, or a declared conflict."""
    return here.stakes.involved or here.stakes.declared


@reads(Fact.RECUSED)
def recused(here: Situation) -> bool:
    return here.stakes.declared


@reads(Fact.ON_HOLD)
def on_hold(here: Situation) -> bool:
    return here.case.holds.filter(lifted_at__isnull=True).exists()


@reads(Fact.QUESTION_OPEN_BLOCKING)
def question_open_blocking(here: Situation) -> bool:
    return here.case.questions.filter(
        blocking=True, answered_at__isnull=True, withdrawn_at__isnull=True
    ).exists()


@reads(Fact.QUESTION_OPEN)
def question_open(here: Situation) -> bool:
    question = here.given("question")
    return question.answered_at is None and question.withdrawn_at is None
