"""What one person does where the rules ask for two is kept, with the setting that let them."""

import pytest

from muniment import models
from muniment.actions import questions, screening, step
from muniment.queries.reports import alone
from muniment.rulebook import reading
from muniment.rulebook.words import Mode, Role
from tests.world_front import START, Front

POLICY = reading.STEPS["pass_policy"].says


def told(front: Front, case: models.Case) -> list[alone.Lone]:
    """What the report of this year says of requests that passed the policy gate."""
    person = front.people["cora"]
    found = alone.list_alone(case.programme, reader=person, year=START.year)
    return [each for each in found if each.says == POLICY]


def passed_alone() -> bool:
    return models.LoneStep.objects.exclude(case=None).exists()


def test_a_step_that_one_person_took_is_reported_with_its_request_and_mode(front: Front) -> None:
    case = front.policy_judged()
    assert told(front, case) == []
    screening.pass_policy(case, actor=front.acting("paula"), now=START)
    row = models.LoneStep.objects.get(case=case)
    assert (row.case, row.step, row.mode) == (case, "pass_policy", Mode.IF_AVAILABLE)
    assert (row.made_at, row.made_by) == (START, front.acting("paula"))
    (found,) = told(front, case)
    assert (found.reference, found.by, found.role) == (
        case.reference, front.people["paula"].name, Role.POLICY_OFFICER,
    )  # fmt: skip
    assert alone.list_alone(case.programme, reader=front.people["cora"], year=2001) == []


def test_a_step_of_two_and_a_step_for_one_are_not_reported(front: Front) -> None:
    case = front.policy_judged()
    questions.ask_question(case, "Which?", actor=front.acting("cora"), now=START)
    actor = front.acting("paula")
    models.Actor.objects.filter(pk=actor.pk).update(via=models.Actor.Via.COMMAND)
    actor.refresh_from_db()
    models.Person.objects.filter(pk=front.people["cora"].pk).update(
        identity_verified_at=START, identity_verified_by=actor
    )
    second = models.Person.objects.get(pk=front.people["cora"].pk)
    screening.pass_policy(case, actor=actor, now=START, second_person=second)
    assert not passed_alone()


def test_a_step_that_fails_leaves_nothing_to_report(front: Front) -> None:
    case = front.policy_judged()
    about = {"reason": "", "notice": ""}
    with pytest.raises(step.Refused):
        screening.deny_on_policy(case, actor=front.acting("paula"), now=START, **about)
    assert not passed_alone()


def test_what_happened_on_a_request_is_hidden_from_who_is_recused_from_it(front: Front) -> None:
    case = front.in_review()
    assert [each.reference for each in told(front, case)] == [case.reference]
    models.LoneStep.objects.create(
        programme=case.programme, step="pass_policy", mode=Mode.NEVER.value, made_at=START,
        made_by=front.acting("paula"),
    )  # fmt: skip
    models.Declaration.objects.create(
        case=case, member=front.people["cora"], conflicted=True, made_at=START,
        made_by=front.system,
    )  # fmt: skip
    assert [each.reference for each in told(front, case)] == [""]
