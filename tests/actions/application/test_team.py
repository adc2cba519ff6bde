"""The team: invited by a token of one use, joined by one's own word, answered for by a lead."""

from datetime import date, timedelta
from typing import Any

import pytest

from muniment import models
from muniment.actions import application, files
from muniment.actions.application import team
from muniment.actions.people import profile
from muniment.queries.facts import people as facts
from muniment.rulebook.words import Role, Stage
from tests.world_front import START, Front, is_marked, last_entry, letters_to, refusal_codes


def invite(front: Front, case: models.Case, **more: Any) -> tuple[models.TeamMember, str]:
    given = {
        "email": "tess@example.org",
        "name": "Tess",
        "project_role": "analyst",
        "will_access_data": True,
        **more,
    }
    return application.invite_to_team(case, actor=front.alice, now=front.now, **given)


def accept(front: Front, member: models.TeamMember, token: str, who: str = "tess") -> None:
    actor = front.acting(who, Role.ANYONE)
    application.accept_invitation(member, token=token, actor=actor, now=front.now)


def test_an_invitation_keeps_only_the_hash_of_its_token(front: Front) -> None:
    case = front.draft()
    member, token = invite(front, case)
    found = models.TeamMember.objects.get(pk=member.pk)
    assert (found.token_sha256, found.token_until) == (
        facts.token_sha256(token), START + team.INVITED_FOR,
    )  # fmt: skip
    assert (found.person, found.will_access_data, found.may_edit) == (None, True, False)
    assert is_marked(found, "made", actor=front.alice, now=START)
    assert letters_to(front.people["tess"]) == ["invitation"]
    assert last_entry(case).tag == "application.invite_to_team"


def test_who_was_invited_joins_once(front: Front) -> None:
    case = front.draft()
    member, token = invite(front, case)
    accept(front, member, token)
    found = models.TeamMember.objects.get(pk=member.pk)
    assert (found.person, found.token_sha256) == (front.people["tess"], "")
    assert is_marked(found, "accepted", actor=front.acting("tess", Role.ANYONE), now=START)
    assert last_entry(case).tag == "application.accept_invitation"
    assert refusal_codes(lambda: accept(front, member, token)) == ["invitation-invalid"]


def test_a_cv_and_a_training_come_along_and_are_scanned(front: Front) -> None:
    case = front.draft()
    member, token = invite(front, case)
    by = {"actor": front.acting("tess", Role.ANYONE), "now": front.now}
    cv, document = (
        files.record_file(letter * 64, size=9, media_type="application/pdf", **by)
        for letter in "ab"
    )

    def join(name: str) -> None:
        application.accept_invitation(member, token=token, cv=cv, cv_name=name, **by)

    cv.verdict = "infected"
    assert refusal_codes(lambda: join("CV.pdf")) == ["file-infected"]
    cv.verdict = "held"
    case.refresh_from_db()
    member = case.team.get()
    assert refusal_codes(lambda: join("../CV.pdf")) == ["name-invalid"]
    case.refresh_from_db()
    member = case.team.get()
    assert (member.person, case.attachments.count()) == (None, 0)
    join("CV.pdf")
    row = case.attachments.get(purpose="cv")
    assert (row.file, row.name, row.made_by) == (cv, "CV.pdf", by["actor"])
    for programme in (None, case.programme):
        training = profile.add_training(
            front.people["tess"], "Ethics", issued_on=date(2026, 1, 1), expires_on=None,
            now=front.now, original=document, programme=programme,
        )  # fmt: skip
        assert (training.original, training.confirmed_at) == (document, None)
    jobs = [job.payload for job in models.Job.objects.filter(kind="scan").order_by("pk")]
    of_programme = {"file": document.pk, "programme": case.programme.pk}
    assert jobs == [{"attachment": row.pk}, of_programme]


@pytest.mark.parametrize(
    ("who", "token", "days"), [("stan", "", 0), ("tess", "guessed", 0), ("tess", "", 15)]
)
def test_an_invitation_of_another_or_a_wrong_or_old_one_is_refused(
    front: Front, who: str, token: str, days: int
) -> None:
    case = front.draft()
    member, right = invite(front, case)
    front.later(days=days)
    codes = refusal_codes(lambda: accept(front, member, token or right, who))
    assert codes == ["invitation-invalid"]
    assert models.TeamMember.objects.get(pk=member.pk).accepted_at is None


def test_inviting_again_takes_the_first_invitation_back(front: Front) -> None:
    case = front.draft()
    first, old = invite(front, case)
    second, new = invite(front, case, project_role="statistician")
    assert models.TeamMember.objects.get(pk=first.pk).ended_at == START
    assert refusal_codes(lambda: accept(front, first, old)) == ["invitation-invalid"]
    accept(front, second, new)
    assert case.team.get(ended_at__isnull=True).project_role == "statistician"


@pytest.mark.parametrize("email", ["alice@example.org", "tess@example.org"])
def test_nobody_is_invited_who_is_there_already(front: Front, email: str) -> None:
    case = front.draft()
    accept(front, *invite(front, case))
    assert refusal_codes(lambda: invite(front, case, email=email)) == ["on-the-team"]


def test_a_wrong_address_is_not_invited(front: Front) -> None:
    case = front.draft()
    assert refusal_codes(lambda: invite(front, case, email="tess")) == ["email-invalid"]
    assert not case.team.exists()


def test_who_may_edit_writes_with_the_applicant(front: Front) -> None:
    case = front.draft()
    accept(front, *invite(front, case, may_edit=True))
    row = application.save_section(
        case, "project", {"title": "Ours"}, version=0,
        actor=front.acting("tess", Role.CO_APPLICANT), now=START,
    )  # fmt: skip
    assert row.saved_by == front.acting("tess", Role.CO_APPLICANT)


def test_a_request_waits_for_everyone_invited_or_lets_them_go(front: Front) -> None:
    case = front.complete_draft()
    member, _token = invite(front, case)
    codes = refusal_codes(lambda: application.submit(case, actor=front.alice, now=START))
    application.end_membership(member, actor=front.alice, now=START)
    assert codes == ["team-incomplete"]
    assert is_marked(member, "ended", actor=front.alice, now=START)
    application.submit(case, actor=front.alice, now=START)


def test_only_writers_change_the_team(front: Front) -> None:
    member, _token = invite(front, front.draft())
    stranger = front.acting("stan", Role.APPLICANT)
    codes = refusal_codes(lambda: application.end_membership(member, actor=stranger, now=START))
    assert codes == ["not-your-step"]


def test_while_a_request_is_judged_the_people_on_it_stay(front: Front) -> None:
    """Else a member of the committee could be taken off the team and judge it after all."""
    case = front.complete_draft()
    accept(front, *invite(front, case))
    application.submit(case, actor=front.alice, now=START)
    member = case.team.get()
    codes = refusal_codes(lambda: application.end_membership(member, actor=front.alice, now=START))
    assert codes == ["not-being-written"]
    assert models.TeamMember.objects.get(pk=member.pk).ended_at is None
    reasons = application.against_leaving(case, actor=front.alice, now=START)
    assert [each.code for each in reasons] == codes


def test_from_the_agreement_on_leaving_is_a_step(front: Front) -> None:
    case = front.complete_draft()
    accept(front, *invite(front, case))
    assert application.against_leaving(case, actor=front.alice, now=START) == []
    case.stage = Stage.BUILDING
    case.save()
    stranger = front.acting("stan", Role.APPLICANT)
    assert not application.against_leaving(case, actor=front.alice, now=START)
    assert application.against_leaving(case, actor=stranger, now=START)
    member = application.end_membership(case.team.get(), actor=front.alice, now=START)
    assert is_marked(member, "ended", actor=front.alice, now=START)
    assert last_entry(case).tag == "aftercare.end_persons_access"
    assert letters_to(front.people["tess"])[-1] == "access-ended"


def test_an_invitation_is_taken_back_at_any_time(front: Front) -> None:
    case = front.draft()
    member, _token = invite(front, case)
    case.stage = Stage.BUILDING
    case.save()
    before = last_entry(case)
    application.end_membership(case.team.get(), actor=front.alice, now=START)
    member.refresh_from_db()
    assert is_marked(member, "ended", actor=front.alice, now=START)
    assert last_entry(case) == before


def trainee(front: Front) -> models.Case:
    case = front.complete_draft()
    version = case.sections.get(name="applicant").version
    answers = {
        "applicant": {"name": "Alice", "email": "alice@example.org"},
        "applicant_class": "trainee",
        "lead_is_permanent": False,
        "training_program": "Fellowship",
        "supervisor": {"name": "Tess", "email": "tess@example.org"},
    }
    application.save_section(
        case, "applicant", answers, version=version, actor=front.alice, now=START
    )
    return case


def test_a_trainee_submits_when_the_supervisor_has_confirmed(front: Front) -> None:
    case = trainee(front)

    def submit() -> models.Submission:
        return application.submit(case, actor=front.alice, now=START)

    assert refusal_codes(submit) == ["supervisor-unconfirmed"]
    application.name_supervisor(case, front.people["tess"], actor=front.alice, now=START)
    assert refusal_codes(submit) == ["supervisor-unconfirmed"]
    tess = front.acting("tess", Role.SUPERVISOR)
    application.confirm_supervision(case, actor=tess, now=START)
    assert is_marked(case, "supervisor_confirmed", actor=tess, now=START)
    assert last_entry(case).tag == "application.confirm_supervision"
    submit()


def test_another_supervisor_has_to_confirm_anew(front: Front) -> None:
    case = front.draft()
    application.name_supervisor(case, front.people["tess"], actor=front.alice, now=START)
    tess = front.acting("tess", Role.SUPERVISOR)
    application.confirm_supervision(case, actor=tess, now=START)
    application.name_supervisor(case, front.people["sam"], actor=front.alice, now=START)
    assert front.fresh(case).supervisor_confirmed_at is None
    codes = refusal_codes(lambda: application.confirm_supervision(case, actor=tess, now=START))
    assert codes == ["not-your-step"]


def test_who_confirmed_is_not_asked_again(front: Front) -> None:
    case = trainee(front)
    application.ask_supervisor(case, actor=front.alice, now=START)
    tess = front.acting("tess", Role.SUPERVISOR)
    application.confirm_supervision(case, actor=tess, now=START)
    codes = refusal_codes(lambda: application.ask_supervisor(case, actor=front.alice, now=START))
    assert codes == ["confirmed-already"]
    assert is_marked(front.fresh(case), "supervisor_confirmed", actor=tess, now=START)


def test_once_it_is_sent_nobody_else_becomes_the_supervisor(front: Front) -> None:
    case = trainee(front)
    application.ask_supervisor(case, actor=front.alice, now=START)
    tess = front.acting("tess", Role.SUPERVISOR)
    application.confirm_supervision(case, actor=tess, now=START)
    application.submit(case, actor=front.alice, now=START)
    sent = letters_to(front.people["sam"])
    codes = refusal_codes(
        lambda: application.name_supervisor(case, front.people["sam"], actor=front.alice, now=START)
    )
    assert codes == ["not-being-written"]
    kept = front.fresh(case)
    assert kept.supervisor == front.people["tess"]
    assert is_marked(kept, "supervisor_confirmed", actor=tess, now=START)
    assert letters_to(front.people["sam"]) == sent


def test_nobody_supervises_themselves(front: Front) -> None:
    case = front.draft()
    codes = refusal_codes(
        lambda: application.name_supervisor(
            case, front.people["alice"], actor=front.alice, now=START
        )
    )
    assert codes == ["supervisor-is-applicant"]


def debar(front: Front, name: str) -> None:
    models.Debarment.objects.create(
        programme=front.programme, person=front.people[name], reason="A breach.",
        until_on=START.date() + timedelta(days=90), made_at=START, made_by=front.acting("otto"),
    )  # fmt: skip


@pytest.mark.parametrize("sent", [False, True])
def test_nobody_barred_joins_a_request_and_only_they_are_told(front: Front, *, sent: bool) -> None:
    case = front.submitted() if sent else front.draft()
    case.stage = Stage.RETURNED if sent else Stage.DRAFT
    case.save()
    for name in ("tess", "sam"):
        debar(front, name)
    member, token = invite(front, case)
    case = application.name_supervisor(case, front.people["sam"], actor=front.alice, now=START)
    sam = front.acting("sam", Role.SUPERVISOR)
    codes = [
        refusal_codes(lambda: accept(front, member, token)),
        refusal_codes(lambda: application.confirm_supervision(case, actor=sam, now=START)),
    ]
    assert codes == [["barred"]] * 2
    assert models.TeamMember.objects.get().accepted_at is None
    assert front.fresh(case).supervisor_confirmed_at is None
