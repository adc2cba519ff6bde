"""An outcome given in error is taken back by its owner, until the next party has built on it."""

from muniment import models
from muniment.actions import application, screening, step
from muniment.rulebook.words import Stage
from tests.world_front import START, Front, last_entry, refusal_codes

REASON = "It was the wrong request."


def correct(front: Front, case: models.Case, what: str, who: str, reason: str = REASON) -> None:
    step = getattr(screening, f"correct_{what}")
    step(case, actor=front.acting(who), now=front.now, reason=reason)


def test_a_certificate_is_taken_back_before_figures_came(front: Front) -> None:
    case = front.in_availability()
    assert refusal_codes(lambda: correct(front, case, "completeness", "cora", "")) == [
        "reason-missing"
    ]
    correct(front, case, "completeness", "cora")
    check = case.completeness_checks.get()
    assert (check.superseded_at, check.superseded_by) == (START, front.acting("cora"))
    assert front.fresh(case).stage == Stage.SUBMITTED
    assert last_entry(case).tag == "screening.correct_completeness"
    screening.certify_complete(case, actor=front.acting("cora"), now=START)


def test_a_certificate_stands_once_figures_came(front: Front) -> None:
    case = front.in_availability()
    front.later(hours=1)
    part = case.parts.get()
    screening.record_available(
        part, front.figures(part), actor=front.acting("stella"), now=front.now
    )
    codes = refusal_codes(lambda: correct(front, part.case, "completeness", "cora"))
    assert codes == ["next-party-acted"]


def returned(front: Front) -> models.Case:
    case = front.submitted()
    points = [("project", "Say which drugs.")]
    screening.return_incomplete(case, points, actor=front.acting("cora"), now=START)
    return case


def test_a_return_is_taken_back_before_the_applicant_worked(front: Front) -> None:
    case = returned(front)
    correct(front, case, "return", "cora")
    point = case.points.get()
    assert (point.answer, point.resolved_by) == (REASON, front.acting("cora"))
    assert front.fresh(case).stage == Stage.SUBMITTED
    assert last_entry(case).tag == "screening.correct_return"


def test_a_return_stands_once_the_applicant_worked(front: Front) -> None:
    case = returned(front)
    now = front.later(hours=1)
    application.answer_point(case.points.get(), "Added.", actor=front.alice, now=now)
    assert refusal_codes(lambda: correct(front, case, "return", "cora")) == ["next-party-acted"]


def test_availability_is_taken_back_before_a_rule_was_judged(front: Front) -> None:
    case = front.in_policy()
    screening.run_policy_rules(case, actor=front.system, now=START)
    correct(front, case, "availability", "stella")
    assert not case.passes.filter(superseded_at__isnull=True).exists()
    assert front.fresh(case).stage == Stage.AVAILABILITY
    assert last_entry(case).tag == "screening.correct_availability"


def test_availability_stands_once_a_rule_was_judged(front: Front) -> None:
    case = front.policy_judged()
    codes = refusal_codes(lambda: correct(front, case, "availability", "stella"))
    assert codes == ["next-party-acted"]


def test_policy_is_taken_back_before_merit_was_judged(front: Front) -> None:
    case = front.in_review()
    correct(front, case, "policy", "paula")
    assert not case.passes.filter(gate="policy", superseded_at__isnull=True).exists()
    assert front.fresh(case).stage == Stage.POLICY
    assert last_entry(case).tag == "screening.correct_policy"


def test_policy_stands_once_a_member_reviewed(front: Front) -> None:
    case = front.in_review()
    models.Review.objects.create(
        case=case, round=1, member=front.people["max"], made_at=START, made_by=front.acting("max")
    )
    assert refusal_codes(lambda: correct(front, case, "policy", "paula")) == ["next-party-acted"]


def approved(front: Front) -> models.Case:
    """A request with a determination, which the officer might take back; set by hand here."""
    case = front.in_review()
    models.Case.objects.filter(pk=case.pk).update(stage=Stage.AGREEMENT)
    models.Determination.objects.create(
        case=case, round=1, outcome="approved", reason="Sound.", made_at=START,
        made_by=front.acting("otto"),
    )  # fmt: skip
    return front.fresh(case)


def codes_of_superseding(front: Front, case: models.Case) -> list[str]:
    said = step.refusals(
        "supersede_determination", case, actor=front.acting("otto"), now=front.now,
        about={"reason": REASON},
    )  # fmt: skip
    return [reason.code for reason in said]


def test_a_determination_stands_once_the_agreement_went_out(front: Front) -> None:
    case = approved(front)
    assert codes_of_superseding(front, case) == []
    agreement = models.Agreement.objects.create(
        case=case, text="", text_sha256="", terms="", terms_sha256="",
        made_at=START, made_by=front.acting("cora"),
    )  # fmt: skip
    assert codes_of_superseding(front, case) == []
    agreement.issued_at, agreement.issued_by = START, front.acting("cora")
    agreement.save()
    assert codes_of_superseding(front, case) == ["next-party-acted"]


def test_a_determination_stands_once_the_applicant_revises(front: Front) -> None:
    case = approved(front)
    models.Case.objects.filter(pk=case.pk).update(stage=Stage.REVISING)
    case = front.fresh(case)
    assert codes_of_superseding(front, case) == []
    row = case.sections.get(name="project")
    application.save_section(
        case, "project", row.answers, version=row.version, actor=front.alice,
        now=front.later(hours=1),
    )  # fmt: skip
    assert codes_of_superseding(front, case) == ["next-party-acted"]
