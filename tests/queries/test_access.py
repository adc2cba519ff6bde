"""The door to a case: who is let in, at which stage, and how far."""

from datetime import timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from muniment import models
from muniment.queries import access
from muniment.rulebook.words import Role, Stage
from tests.pages import rows


@pytest.fixture
def office(db: None) -> rows.Office:
    return rows.office()


def sees(office: rows.Office, name: str, case: models.Case) -> access.Sight | None:
    """What a person gets at the door, and the same by list as by reference."""
    person = office.people[name]
    sight = access.find_sight(person, case.reference, now=rows.NOW)
    listed = [each for each in access.list_sights(person, now=rows.NOW) if each.case == case]
    assert [each.roles for each in listed] == ([sight.roles] if sight else [])
    return sight


@pytest.mark.parametrize("name", ["cora", "stella", "paula", "olga", "audra"])
@pytest.mark.parametrize("stage", [Stage.SUBMITTED, Stage.IN_REVIEW, Stage.ACTIVE, Stage.DENIED])
def test_offices_that_run_or_audit_read_every_request_that_was_sent(
    office: rows.Office, name: str, stage: Stage
) -> None:
    sight = sees(office, name, office.case(stage))
    assert sight is not None
    assert sight.is_office
    assert not sight.cover_only


@pytest.mark.parametrize("name", [*rows.OFFICES, "stan", "sam", "tess"])
def test_a_draft_is_the_applicant_s_own(office: rows.Office, name: str) -> None:
    case = office.case(Stage.DRAFT)
    assert sees(office, name, case) is None
    assert sees(office, "alice", case) is not None


def test_what_was_never_sent_stays_shut_whatever_marks_are_on_it(office: rows.Office) -> None:
    case = office.case(Stage.DRAFT)
    office.agrees(case)
    office.declares(case, "max", conflicted=False)
    assert [sees(office, name, case) for name in ("max", "dana", "fay", "cora")] == [None] * 4


@pytest.mark.parametrize("stage", [Stage.SUBMITTED, Stage.IN_REVIEW, Stage.ACTIVE, Stage.CLOSED])
def test_a_stranger_learns_nothing_at_any_stage(office: rows.Office, stage: Stage) -> None:
    assert sees(office, "stan", office.case(stage)) is None


@pytest.mark.parametrize("name", ["dana", "dev", "fay"])
def test_offices_of_the_release_come_in_when_the_agreement_is_issued(
    office: rows.Office, name: str
) -> None:
    case = office.case(Stage.AGREEMENT)
    office.agrees(case, issued=False)
    assert sees(office, name, case) is None
    office.agrees(office.case(Stage.AGREEMENT))
    assert [sight.case.pk for sight in access.list_sights(office.people[name], now=rows.NOW)] == [
        case.pk + 1
    ]


@pytest.mark.parametrize("name", ["max", "chen"])
def test_the_committee_sees_the_cover_before_its_word_and_everything_after(
    office: rows.Office, name: str
) -> None:
    case = office.case(Stage.IN_REVIEW)
    before = sees(office, name, case)
    assert before is not None
    assert before.cover_only
    office.declares(case, name, conflicted=False)
    after = sees(office, name, case)
    assert after is not None
    assert not after.cover_only


@pytest.mark.parametrize(
    "stage", [Stage.SUBMITTED, Stage.POLICY, Stage.DETERMINATION, Stage.DENIED]
)
def test_the_committee_has_no_business_with_a_request_it_has_not_declared_on(
    office: rows.Office, stage: Stage
) -> None:
    assert sees(office, "max", office.case(stage)) is None


def test_a_member_who_declared_keeps_reading_after_the_review(office: rows.Office) -> None:
    case = office.case(Stage.ACTIVE)
    office.declares(case, "max", conflicted=False)
    assert sees(office, "max", case) is not None


def test_a_recused_member_is_a_stranger_whatever_other_office_they_hold(
    office: rows.Office,
) -> None:
    case = office.case(Stage.IN_REVIEW)
    office.declares(case, "max", conflicted=True)
    grant(office, "max", Role.COORDINATOR)
    assert sees(office, "max", case) is None
    assert sees(office, "max", office.case(Stage.IN_REVIEW)) is not None


def test_a_declaration_that_was_superseded_no_longer_opens_or_shuts(office: rows.Office) -> None:
    case = office.case(Stage.IN_REVIEW)
    word = office.declares(case, "max", conflicted=True)
    word.superseded_at, word.superseded_by = rows.NOW, office.system
    word.save()
    sight = sees(office, "max", case)
    assert sight is not None
    assert sight.cover_only


def test_whoever_stands_on_the_applicant_s_side_is_no_office_there(office: rows.Office) -> None:
    case = office.case(Stage.IN_REVIEW, applicant=office.people["cora"])
    sight = sees(office, "cora", case)
    assert sight is not None
    assert sight.roles == {Role.APPLICANT}
    assert not sight.is_office


def test_the_team_comes_in_by_acceptance_and_leaves_by_its_end(office: rows.Office) -> None:
    case = office.case()
    member = office.joins(case, "tess")
    sight = sees(office, "tess", case)
    assert sight is not None
    assert sight.roles == {Role.TEAM_MEMBER}
    assert not sight.sees_questions
    member.ended_at, member.ended_by = rows.NOW, office.system
    member.save()
    assert sees(office, "tess", case) is None


def test_an_invitation_that_nobody_accepted_opens_nothing(office: rows.Office) -> None:
    case = office.case()
    member = office.joins(case, "tess")
    member.accepted_at = member.accepted_by = None
    member.save()
    assert sees(office, "tess", case) is None


def test_who_may_edit_sees_the_questions_and_the_supervisor_too(office: rows.Office) -> None:
    case = office.case(supervisor=office.people["supriya"])
    office.joins(case, "edie", may_edit=True)
    for name in ("edie", "supriya", "alice"):
        sight = sees(office, name, case)
        assert sight is not None
        assert sight.sees_questions


def test_the_official_signs_for_an_institution_only_once_verified(office: rows.Office) -> None:
    case = office.case(Stage.AGREEMENT)
    office.agrees(case)
    sight = sees(office, "sam", case)
    assert sight is not None
    assert sight.roles == {Role.SIGNING_OFFICIAL}
    assert not sight.sees_questions
    office.institution.official_verified_at = office.institution.official_verified_by = None
    office.institution.save()
    assert sees(office, "sam", case) is None


def test_the_official_sees_nothing_before_an_agreement_was_sent(office: rows.Office) -> None:
    case = office.case(Stage.IN_REVIEW)
    office.agrees(case, issued=False)
    assert sees(office, "sam", case) is None


def test_an_office_of_another_programme_or_one_that_ended_opens_nothing(
    office: rows.Office,
) -> None:
    case = office.case()
    other = models.Programme.objects.create(slug="other", name="Other")
    grant(office, "stan", Role.COORDINATOR, programme=other)
    ended = models.RoleGrant.objects.get(person=office.people["cora"])
    ended.until_on = rows.TODAY - timedelta(days=365)
    ended.save()
    assert sees(office, "stan", case) is None
    assert sees(office, "cora", case) is None


def test_a_person_who_was_deactivated_opens_nothing(office: rows.Office) -> None:
    case = office.case()
    for name in ("alice", "cora"):
        office.people[name].is_active = False
        office.people[name].save()
        assert sees(office, name, case) is None


@pytest.mark.parametrize("name", ["alice", "cora", "max", "stan"])
def test_a_longer_list_needs_no_more_queries(
    office: rows.Office, name: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    office.case(Stage.IN_REVIEW)
    access.list_sights(office.people[name], now=rows.NOW)
    for _ in range(2):
        with django_assert_num_queries(2):
            access.list_sights(office.people[name], now=rows.NOW)
        office.case(Stage.IN_REVIEW)
        office.case(Stage.IN_REVIEW)


def grant(
    office: rows.Office, name: str, role: Role, *, programme: models.Programme | None = None
) -> None:
    """A further office for a person."""
    models.RoleGrant.objects.create(
        person=office.people[name], programme=programme or office.programme, role=role.value,
        from_on=rows.TODAY - timedelta(days=365), made_at=rows.NOW,
        made_by=office.system,
    )  # fmt: skip
