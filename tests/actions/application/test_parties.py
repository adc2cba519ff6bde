"""A request is made for the institution that its answers name, whatever a profile says."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from muniment import models
from muniment.actions import application, people, screening
from muniment.rulebook.words import Stage
from tests.programme import shipped
from tests.world_front import START, Front, complete_answers, last_entry, refusal_codes

ELSEWHERE = {
    "institution_name": "Harbor University",
    "institution_ror": "https://ror.org/05dxps055",
    "institution_country": "US",
}


def says(front: Front, case: models.Case, section: str, **more: Any) -> models.Case:
    """Save a section once more with other answers in it."""
    row = case.sections.get(name=section)
    given = {**row.answers, **more}
    application.save_section(
        case, section, given, version=row.version, actor=front.alice, now=START
    )
    return front.fresh(case)


@pytest.fixture
def newcomer(front: Front) -> models.Case:
    """A draft that could be sent, of somebody whose profile names no institution."""
    case = front.complete_draft()
    alice = front.people["alice"]
    alice.institution = None
    alice.save()
    models.Case.objects.filter(pk=case.pk).update(institution=None)
    return front.fresh(case)


def test_what_a_newcomer_answers_becomes_their_institution(
    front: Front, newcomer: models.Case
) -> None:
    case = says(front, newcomer, "institution", **ELSEWHERE)
    assert case.institution is None, "half a name makes no row"
    assert not models.Institution.objects.filter(name="Harbor University").exists()
    application.submit(case, actor=front.alice, now=START)
    made = models.Institution.objects.get(name="Harbor University")
    assert (made.ror, made.country) == (ELSEWHERE["institution_ror"], "US")
    assert front.fresh(case).institution == made


def test_one_that_is_known_is_theirs_as_soon_as_it_is_named(
    front: Front, newcomer: models.Case
) -> None:
    known = people.register_institution("Harbor", ror=ELSEWHERE["institution_ror"])
    case = says(front, newcomer, "institution", **ELSEWHERE)
    assert case.institution == known, "by its identifier, whatever it is called"
    case = says(front, case, "institution", institution_ror="", institution_name="Harbor")
    assert case.institution == known
    case = says(front, case, "institution", institution_ror="half", institution_name="Harbor")
    assert case.institution == known
    application.save_section(
        case, "institution", {**complete_answers()["institution"], "institution_name": "Harbor"},
        version=case.sections.get(name="institution").version, actor=front.alice, now=START,
    )  # fmt: skip
    application.submit(case, actor=front.alice, now=START)
    assert models.Institution.objects.filter(name__startswith="Harbor").count() == 1


def test_the_one_of_the_profile_stays_where_the_answers_name_it(front: Front) -> None:
    case = front.complete_draft()
    profile = front.people["alice"].institution
    people.register_institution(profile.name, ror=ELSEWHERE["institution_ror"])
    assert front.fresh(case).institution == profile
    case = says(front, case, "institution", institution_ror=ELSEWHERE["institution_ror"])
    assert case.institution == profile
    application.submit(case, actor=front.alice, now=START)
    assert front.fresh(case).institution == profile


def test_who_applies_alone_has_none(front: Front) -> None:
    case = says(front, front.complete_draft(), "applicant", applicant_class="independent")
    assert case.institution is None
    case = says(front, case, "applicant", applicant_class="academic")
    assert case.institution == front.people["alice"].institution
    case = says(front, case, "applicant", applicant_class="independent", lead_is_permanent=None)
    row = case.sections.get(name="applicant")
    given = {name: each for name, each in row.answers.items() if each is not None}
    application.save_section(
        case, "applicant", given, version=row.version, actor=front.alice, now=START
    )
    application.submit(case, actor=front.alice, now=START)
    assert front.fresh(case).institution is None


def test_before_they_say_what_they_are_the_draft_keeps_the_profile_s(front: Front) -> None:
    case = front.draft()
    row = case.sections.get(name="request")
    application.save_section(
        case, "request", row.answers, version=row.version, actor=front.alice, now=START
    )
    assert front.fresh(case).institution == front.people["alice"].institution


def bar(front: Front, institution: models.Institution) -> None:
    models.Debarment.objects.create(
        institution=institution, programme=front.programme, reason="Passed data on.",
        until_on=date(2100, 1, 1), made_at=START - timedelta(days=1), made_by=front.alice,
    )  # fmt: skip


def test_a_barred_institution_is_not_left_by_an_empty_profile(
    front: Front, newcomer: models.Case
) -> None:
    bar(front, people.register_institution("Harbor University"))
    case = says(front, newcomer, "institution", institution_name="Harbor University")
    codes = refusal_codes(lambda: application.submit(case, actor=front.alice, now=START))
    assert codes == ["barred"]


def test_nor_by_a_name_that_was_typed_before_it_was_barred(
    front: Front, newcomer: models.Case
) -> None:
    case = says(front, newcomer, "institution", **ELSEWHERE)
    bar(front, people.register_institution("Harbor", ror=ELSEWHERE["institution_ror"]))
    assert case.institution is None
    codes = refusal_codes(lambda: application.submit(case, actor=front.alice, now=START))
    assert codes == ["barred"]
    assert front.fresh(case).stage == Stage.DRAFT


def test_nor_by_a_return_but_what_was_asked_for_before_goes_on(front: Front) -> None:
    case = front.submitted()
    points, cora = [("project", "Say it.")], front.acting("cora")
    [point] = screening.return_incomplete(case, points, actor=cora, now=START)
    application.answer_point(point, "Said.", actor=front.alice, now=START)
    first, other = case.institution, people.register_institution("Harbor University")
    assert first is not None
    for each in (first, other):
        bar(front, each)
    case = says(front, front.fresh(case), "institution", institution_name=other.name)
    assert case.institution == other
    codes = refusal_codes(lambda: application.submit_again(case, actor=front.alice, now=START))
    assert codes == ["barred"]
    case = says(front, case, "institution", institution_name=first.name)
    application.submit_again(case, actor=front.alice, now=START)
    assert (front.fresh(case).institution, case.submissions.count()) == (first, 2)


def test_an_identifier_is_the_same_with_its_address_and_without(
    front: Front, newcomer: models.Case
) -> None:
    known = people.register_institution("Harbor", ror=ELSEWHERE["institution_ror"])
    code = ELSEWHERE["institution_ror"].removeprefix("https://ror.org/")
    case = says(front, newcomer, "institution", **ELSEWHERE | {"institution_ror": code})
    assert case.institution == known
    assert people.register_institution("Harbour", ror=code) == known


def test_with_the_office_the_party_stays_who_it_was(front: Front) -> None:
    case = front.complete_draft()
    application.submit(case, actor=front.alice, now=START)
    people.register_institution("Harbor University")
    models.Question.objects.create(
        case=case, about="institution_name", text="Its legal name?", blocking=True,
        due_on=START.date(), made_at=START, made_by=front.acting("cora"),
    )  # fmt: skip
    case = says(front, front.fresh(case), "institution", institution_name="Harbor University")
    assert case.stage == Stage.SUBMITTED
    assert case.institution == front.people["alice"].institution


def official(front: Front, case: models.Case, email: str) -> models.Case:
    said = {"name": "Sam Seal", "email": email, "title": f" Counsel{' ' * 300}."}
    return says(front, case, "institution", signing_official=said)


def test_the_official_of_the_form_is_named_and_not_typed_again(front: Front) -> None:
    case = official(front, front.complete_draft(), "Seal@Example.org")
    assert not case.officials.exists(), "an address may be half typed"
    application.submit(case, actor=front.alice, now=START)
    named = case.officials.get()
    assert (named.person.email, named.person.name) == ("seal@example.org", "Sam Seal")
    assert (len(named.position), named.position[:8]) == (200, "Counsel ")
    assert (named.institution, named.made_by) == (front.fresh(case).institution, front.alice)
    assert named.institution.official_verified_at is None, "that is for the office, by its own way"
    assert {"official", "institution"} <= set(last_entry(case).values)


def test_sent_again_only_somebody_else_is_named_anew(front: Front) -> None:
    case = front.submitted()
    for turn, email in enumerate(("sam@example.org", "seal@example.org")):
        points = [("institution", "Who signs?")]
        screening.return_incomplete(case, points, actor=front.acting("cora"), now=START)
        point = case.points.get(resolved_at__isnull=True)
        application.answer_point(point, "Said.", actor=front.alice, now=START)
        case = official(front, front.fresh(case), email)
        application.submit_again(case, actor=front.alice, now=START)
        assert case.officials.count() == turn + 1
    assert case.officials.latest("pk").person.email == "seal@example.org"


def without_need(data: dict[str, Any]) -> None:
    official_of(data).pop("required")


def as_text(data: dict[str, Any]) -> None:
    official_of(data)["type"] = "text"


def official_of(data: dict[str, Any]) -> dict[str, Any]:
    fields = [field for each in data["form"]["sections"] for field in each["fields"]]
    [found] = [field for field in fields if field["id"] == "signing_official"]
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize(
    ("change", "said"),
    [(without_need, {"name": " ", "email": ""}), (without_need, {}), (as_text, "The legal office")],
)
def test_another_form_may_ask_for_nobody_by_that_name(
    front: Front, change: Callable[[dict[str, Any]], None], said: Any
) -> None:
    case = front.complete_draft()
    other = shipped.altered(change)
    case.edition.bundle.canonical = other.canonical.decode()
    case.edition.sha256 = other.sha256
    case.edition.bundle.save()
    case.edition.save()
    case = says(front, front.fresh(case), "institution", signing_official=said)
    application.submit(case, actor=front.alice, now=START)
    assert (front.fresh(case).stage, case.officials.count()) == (Stage.SUBMITTED, 0)


def test_nobody_of_the_team_is_the_official(front: Front) -> None:
    case = official(front, front.complete_draft(), "Alice@example.org")
    codes = refusal_codes(lambda: application.submit(case, actor=front.alice, now=START))
    assert codes == ["official-on-team"]
    assert (front.fresh(case).stage, case.officials.count()) == (Stage.DRAFT, 0)
