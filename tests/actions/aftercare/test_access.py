"""Access that stops and opens again: what is written, who is told, who may not."""

from datetime import date, timedelta

from muniment import models
from muniment.actions import aftercare
from muniment.queries import schedule
from muniment.rulebook.words import Role, Stage
from tests.actions.aftercare.released import Released
from tests.evidence import letters_to
from tests.world_front import refusal_codes

OTTO = ("otto", Role.DETERMINING_OFFICER)


def joined(released: Released) -> models.TeamMember:
    """Stan, who came to the team by an invitation."""
    stan = released.world.person("stan")
    actor, now = released.alice["actor"], released.alice["now"]
    return models.TeamMember.objects.create(
        case=released.case, person=stan, email=stan.email, name=stan.name,
        project_role="Analyst", will_access_data=True,
        accepted_at=now, accepted_by=actor, made_at=now, made_by=actor,
    )  # fmt: skip


def test_a_suspension_stops_access_and_tells_everyone_who_may_download(released: Released) -> None:
    joined(released)
    row = aftercare.suspend_access(released.case, reason="A breach.", **released.cora)
    assert (row.reason, row.lifted_at) == ("A breach.", None)
    assert released.letters()[-2:] == ["suspended", "suspended"]
    assert "breach" not in released.case.messages.latest("pk").body
    again = refusal_codes(
        lambda: aftercare.suspend_access(released.case, reason="Again.", **released.cora)
    )
    assert again == ["access-suspended"]
    silent = refusal_codes(
        lambda: aftercare.suspend_access(released.case, reason="", **released.by(*OTTO))
    )
    assert "reason-missing" in silent


def test_lifting_needs_the_named_officer_and_a_reason(released: Released) -> None:
    aftercare.suspend_access(released.case, reason="A breach.", **released.cora)

    def lifts(**by: object) -> list[str]:
        return refusal_codes(
            lambda: aftercare.lift_suspension(released.case, reason="Cleared.", **by)
        )

    assert lifts(**released.cora) == ["not-your-step"]
    second = released.world.person("cora")
    row = aftercare.lift_suspension(
        released.case, reason="Cleared.", second_person=second, **released.by(*OTTO)
    )
    assert row.lifted_by.person.name == "Otto Officer"
    assert released.letters()[-1] == "suspension-lifted"
    assert "not-suspended" in lifts(**released.by(*OTTO))


def test_a_revocation_names_the_day_of_destruction(released: Released) -> None:
    day = date(2027, 1, 15)
    aftercare.revoke(
        released.case, reason="Data were passed on.", destroy_by_on=day,
        second_person=released.world.person("cora"), **released.by(*OTTO),
    )  # fmt: skip
    assert released.case.stage == Stage.REVOKED
    assert [duty.due_on for duty in released.agreement.destructions.all()] == [day]
    letter = released.case.messages.latest("pk")
    assert (letter.kind, "passed on" in letter.body, "2027" in letter.body) == (
        "revoked", False, True,
    )  # fmt: skip


def test_copies_are_destroyed_on_the_day_of_the_revocation_or_later(released: Released) -> None:
    today = schedule.today(released.case, released.world.house.clock.now)

    def revoke(day: date) -> models.Case:
        return aftercare.revoke(
            released.case, reason="Passed on.", destroy_by_on=day,
            second_person=released.world.person("cora"), **released.by(*OTTO),
        )  # fmt: skip

    assert refusal_codes(lambda: revoke(today - timedelta(days=1))) == ["day-past"]
    assert revoke(today).stage == Stage.REVOKED


def test_a_revocation_without_a_reason_changes_nothing(released: Released) -> None:
    codes = refusal_codes(
        lambda: aftercare.revoke(
            released.case, reason="", destroy_by_on=date(2027, 1, 15),
            second_person=released.world.person("cora"), **released.by(*OTTO),
        )
    )  # fmt: skip
    assert codes == ["reason-missing", "notice-missing"]
    assert released.case.stage == Stage.ACTIVE


def test_who_leaves_the_team_loses_access_and_is_told(released: Released) -> None:
    member = joined(released)
    aftercare.end_persons_access(member, **released.alice)
    member.refresh_from_db()
    assert member.ended_by.person.name == "Alice Abara"
    letter = released.case.messages.latest("pk")
    assert (letter.kind, letter.to.name) == ("access-ended", "Stan Stranger")
    again = refusal_codes(lambda: aftercare.end_persons_access(member, **released.alice))
    assert again == ["left-already"]


def test_a_member_without_an_account_leaves_without_a_letter(released: Released) -> None:
    member = joined(released)
    models.TeamMember.objects.filter(pk=member.pk).update(person=None)
    before = len(released.letters())
    aftercare.end_persons_access(models.TeamMember.objects.get(pk=member.pk), **released.alice)
    assert len(released.letters()) == before


def test_somebody_without_a_part_in_it_ends_nobody_s_access(released: Released) -> None:
    member = joined(released)
    codes = refusal_codes(
        lambda: aftercare.end_persons_access(member, **released.by("dana", Role.DATA_ENGINEER))
    )
    assert codes == ["not-your-step"]


def test_whoever_is_concerned_hears_that_access_stopped(released: Released) -> None:
    """The lead, who holds data on the team, and the official who signed; who left, no more."""
    member = joined(released)
    sam, stan = released.world.person("sam"), released.world.person("stan")
    aftercare.suspend_access(released.case, reason="A breach.", **released.cora)
    assert [letters_to(each)[-1] for each in (sam, stan)] == ["suspended"] * 2
    member = models.TeamMember.objects.get(pk=member.pk)
    aftercare.end_persons_access(member, **released.cora)
    assert letters_to(stan)[-1] == "access-ended"
    assert letters_to(released.world.person("alice"))[-1] == "agreement-news"
    aftercare.lift_suspension(
        released.case, reason="Cleared.", second_person=released.world.person("cora"),
        **released.by(*OTTO),
    )  # fmt: skip
    assert letters_to(sam)[-1] == "suspension-lifted"
    assert letters_to(stan)[-1] == "access-ended"


def test_that_the_term_is_over_is_told_to_all_who_hold_data(released: Released) -> None:
    joined(released)
    aftercare.begin_close_out(released.case, **released.alice)
    for name in ("sam", "stan"):
        assert letters_to(released.world.person(name))[-1] == "use-ended"
