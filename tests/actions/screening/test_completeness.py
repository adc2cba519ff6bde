"""The first gate: returned with numbered points, or certified for where its changes lead."""

from datetime import date

from muniment import models
from muniment.actions import application, screening
from muniment.programme import Bundle
from muniment.rulebook.words import Stage
from tests.world_front import (
    START,
    Front,
    is_marked,
    last_entry,
    letters_to,
    refusal_codes,
    shipped,
)  # fmt: skip


def send_back(front: Front, case: models.Case, *texts: str) -> list[models.ReturnPoint]:
    points = [("project", text) for text in texts]
    return screening.return_incomplete(case, points, actor=front.acting("cora"), now=START)


def test_a_return_lists_numbered_points_with_a_day(front: Front) -> None:
    case = front.submitted()
    rows = send_back(front, case, "Say which drugs.", " ", "Add a sample size.")
    assert [(row.number, row.text) for row in rows] == [
        (1, "Say which drugs."), (2, "Add a sample size."),
    ]  # fmt: skip
    check = case.completeness_checks.get()
    assert (check.complete, check.submission.number) == (False, 1)
    assert front.fresh(case).stage == Stage.RETURNED
    assert front.fresh(case).due_on == date(2026, 12, 23)
    letter = front.people["alice"].messages.latest("pk")
    assert letter.kind == "returned"
    assert "2026\\-12\\-23" in letter.body
    assert "Add a sample size" not in letter.body, "it is read on the page of the request"
    assert last_entry(case).tag == "screening.return_incomplete"


def test_a_second_return_numbers_on_and_supersedes_the_first_word(front: Front) -> None:
    case = front.submitted()
    send_back(front, case, "Say which drugs.")
    application.answer_point(case.points.get(), "Added.", actor=front.alice, now=START)
    application.submit_again(case, actor=front.alice, now=START)
    (row,) = send_back(front, case, "Say which doses.")
    assert row.number == 2
    live = case.completeness_checks.get(superseded_at__isnull=True)
    assert live.submission.number == 2


def test_a_return_says_what_is_missing(front: Front) -> None:
    case = front.submitted()
    assert refusal_codes(lambda: send_back(front, case)) == ["reason-missing"]
    assert not case.points.exists()


def test_a_programme_without_a_limit_sets_no_day(front: Front) -> None:
    case = front.submitted()
    plain = shipped().plain()
    limits = [each for each in plain["calendar"]["limits"] if each["stage"] != "returned"]
    bundle = Bundle.from_data({**plain, "calendar": {**plain["calendar"], "limits": limits}})
    edition = models.ProgrammeEdition.objects.create(
        programme=front.programme,
        number=2,
        sha256=bundle.sha256,
        made_at=START,
        made_by=front.system,
    )
    models.EditionBundle.objects.create(edition=edition, canonical=bundle.canonical.decode())
    models.Case.objects.filter(pk=case.pk).update(edition=edition)
    case = front.fresh(case)
    send_back(front, case, "Say which drugs.")
    assert front.fresh(case).due_on is None


def test_a_complete_request_goes_to_availability(front: Front) -> None:
    case = front.submitted()
    check = screening.certify_complete(
        case, actor=front.acting("cora"), now=START, findings=["All forms are there."]
    )
    assert (check.complete, check.findings) == (True, ["All forms are there."])
    assert is_marked(check, "made", actor=front.acting("cora"), now=START)
    assert front.fresh(case).stage == Stage.AVAILABILITY
    entry = last_entry(case)
    assert (entry.tag, entry.stage_to) == ("screening.certify_complete", "availability")


def test_an_answer_lost_since_keeps_a_request_back(front: Front) -> None:
    case = front.submitted()
    case.sections.filter(name="ethics").delete()
    codes = refusal_codes(
        lambda: screening.certify_complete(case, actor=front.acting("cora"), now=START)
    )
    assert codes == ["form-incomplete"]


def test_nobody_certifies_their_own_request(front: Front) -> None:
    case = front.submitted()
    models.Case.objects.filter(pk=case.pk).update(applicant=front.people["cora"])
    case = front.fresh(case)
    codes = refusal_codes(
        lambda: screening.certify_complete(case, actor=front.acting("cora"), now=START)
    )
    assert codes == ["conflicted"]


def at_submitted(front: Front, case: models.Case, track: str = "full") -> models.Case:
    """A request whose gates were passed stands at completeness again; set by hand here."""
    models.Case.objects.filter(pk=case.pk).update(stage=Stage.SUBMITTED, track=track)
    return front.fresh(case)


def test_a_request_whose_data_stand_skips_availability(front: Front) -> None:
    case = at_submitted(front, front.in_policy())
    again = refusal_codes(
        lambda: screening.certify_complete(case, actor=front.acting("cora"), now=START)
    )
    screening.certify_for_policy(case, actor=front.acting("cora"), now=START)
    assert again == ["availability-stands"]
    assert front.fresh(case).stage == Stage.POLICY
    assert last_entry(case).tag == "screening.certify_for_policy"


def test_a_request_whose_gates_stand_goes_to_whoever_decides(front: Front) -> None:
    case = at_submitted(front, front.in_review())
    policy = refusal_codes(
        lambda: screening.certify_for_policy(case, actor=front.acting("cora"), now=START)
    )
    office = refusal_codes(
        lambda: screening.certify_for_determination(case, actor=front.acting("cora"), now=START)
    )
    screening.certify_for_review(case, actor=front.acting("cora"), now=START)
    assert (policy, office) == (["policy-stands"], ["wrong-track"])
    assert front.fresh(case).stage == Stage.IN_REVIEW
    assert last_entry(case).tag == "screening.certify_for_review"


def test_on_a_staff_track_the_office_decides(front: Front) -> None:
    case = at_submitted(front, front.in_review(), track="expedited")
    screening.certify_for_determination(case, actor=front.acting("cora"), now=START)
    assert front.fresh(case).stage == Stage.DETERMINATION
    assert last_entry(case).tag == "screening.certify_for_determination"


def test_a_request_without_passed_gates_skips_none(front: Front) -> None:
    case = front.submitted()
    codes = refusal_codes(
        lambda: screening.certify_for_review(case, actor=front.acting("cora"), now=START)
    )
    assert codes == ["availability-not-passed", "policy-not-passed"]


def test_a_simple_request_is_moved_to_the_full_track_with_a_reason(front: Front) -> None:
    case = at_submitted(front, front.submitted(), track="expedited")

    def move(reason: str) -> models.Case:
        return screening.move_to_full_track(
            case, actor=front.acting("paula"), now=START, reason=reason
        )

    assert refusal_codes(lambda: move("")) == ["reason-missing"]
    move("Two datasets could be joined.")
    assert front.fresh(case).track == "full"
    assert last_entry(case).tag == "screening.move_to_full_track"
    assert refusal_codes(lambda: move("Again.")) == ["wrong-track"]


def test_a_letter_goes_out_only_with_its_step(front: Front) -> None:
    case = front.submitted()
    before = letters_to(front.people["alice"])
    refusal_codes(lambda: send_back(front, case))
    assert letters_to(front.people["alice"]) == before
