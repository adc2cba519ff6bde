"""Check, send back, release, withdraw: by somebody who has no hand in the build."""

from collections.abc import Callable
from typing import Any

import pytest

from muniment import models
from muniment.actions import classifying, decision, questions, release, review
from muniment.demo import releasing
from muniment.demo.story import Story
from muniment.rulebook.words import Role
from tests.evidence import assert_entered, by_and_at, marked, refused
from tests.world import World

CORA = ("cora", Role.COORDINATOR)
DEV = ("dev", Role.CHECKER)
STAYS = ("checking", "checking")


def check(world: World, story: Story, who: tuple[str, Role] = DEV, **more: Any) -> models.Check:
    """Certify the package that lies there."""
    given = {"package_sha256": story.build.package_sha256, "reason": "As approved."}
    return release.check(story.build, **{**given, **more}, **world.by(*who))


def let_go(world: World, story: Story, who: tuple[str, Role] = DEV) -> models.Build:
    return release.release(story.build, **world.by(*who))


def test_a_check_is_bound_to_the_package(world: World) -> None:
    story = world.after(releasing.build)
    package, by = story.build.package_sha256, world.by(*DEV)
    said = release.check(story.build, package_sha256=package, reason="As approved.", **by)
    assert (said.build, said.passed) == (story.build, True)
    assert (said.package_sha256, said.reason) == (package, "As approved.")
    assert marked(said, "made") == by_and_at(by)
    values = {"package": package, "passed": True, "reason": "As approved."}
    assert_entered(story.case, "release.check", by, stages=STAYS, values=values)


@pytest.mark.parametrize(
    ("more", "codes"),
    [({"package_sha256": "0" * 64}, ["package-changed"]), ({"reason": " "}, ["reason-missing"])],
)
def test_no_check_of_another_package_or_without_a_word(
    world: World, more: dict[str, str], codes: list[str]
) -> None:
    story = world.after(releasing.build)
    assert refused(lambda: check(world, story, **more)) == codes


@pytest.mark.parametrize(
    ("findings", "code"),
    [
        ({"checks": {"package_verifies": False}}, "checks-failed"),
        ({"checks": {}}, "checks-failed"),
        ({"risk": {"p1": {"within": True}, "p2": {"within": False}}}, "risk-over-limit"),
        ({"risk": {}}, "risk-over-limit"),
    ],
)
def test_what_the_machine_found_stops_check_and_release(
    world: World, findings: dict[str, Any], code: str
) -> None:
    story = world.after(releasing.check)
    row = story.build
    row.findings = {**row.findings, **findings}
    row.save()
    assert refused(lambda: check(world, story)) == [code]
    assert refused(lambda: let_go(world, story)) == [code]


def planner(world: World, story: Story) -> tuple[str, Role]:
    """Dana planned and started it, and holds the checker's office as well."""
    return ("dana", Role.CHECKER)


def policy_author(world: World, story: Story) -> tuple[str, Role]:
    """Stella wrote the method policy."""
    world.appoint("stella", Role.CHECKER)
    return ("stella", Role.CHECKER)


def author_before_the_last(world: World, story: Story) -> tuple[str, Role]:
    """Somebody else wrote the same policy once more: Stella's hand in it stays."""
    world.appoint("paula", Role.STATISTICIAN)
    classifying.classify_fields(
        story.part.holding,
        {"policy": "pilot-standard", "edition": "2026.1", "holding": "sdtm-pilot", "fields": {}},
        second_person=world.person("cora"),
        **world.by("paula", Role.STATISTICIAN),
    )
    return policy_author(world, story)


def starter(world: World, story: Story) -> tuple[str, Role]:
    """Milo started what Dana had planned."""
    world.appoint("milo", Role.CHECKER)
    row = story.build
    row.started_by = world.house.acting("milo", Role.DATA_ENGINEER)
    row.save()
    return ("milo", Role.CHECKER)


HANDS = [planner, policy_author, author_before_the_last, starter]


@pytest.mark.parametrize("hand", HANDS)
def test_nobody_with_a_hand_in_the_build_checks_or_releases_it(
    world: World, hand: Callable[[World, Story], tuple[str, Role]]
) -> None:
    """Persons count, not the office that they act under."""
    story = world.after(releasing.build)
    who = hand(world, story)
    assert refused(lambda: check(world, story, who)) == ["check-own-build"]
    check(world, story)
    assert refused(lambda: let_go(world, story, who)) == ["release-own-build"]
    world.appoint(who[0], Role.COORDINATOR)
    assert refused(lambda: let_go(world, story, (who[0], Role.COORDINATOR))) == [
        "release-own-build"
    ]
    let_go(world, story)


def test_a_check_by_a_hand_that_was_hidden_does_not_count(world: World) -> None:
    """The check mark is put onto Dana's name behind the house's back."""
    story = world.after(releasing.check)
    models.Check.objects.update(made_by=world.house.acting("dana", Role.CHECKER))
    assert refused(lambda: let_go(world, story)) == ["release-before-check"]


def test_whoever_has_a_conflict_neither_checks_nor_releases(world: World) -> None:
    story = world.after(releasing.build)
    review.declare_conflict(story.case, reason="My thesis.", **world.by(*DEV))
    assert refused(lambda: check(world, story)) == ["recused", "conflicted"]
    world.appoint("stan", Role.CHECKER)
    check(world, story, ("stan", Role.CHECKER))
    assert refused(lambda: let_go(world, story)) == ["recused", "conflicted"]
    let_go(world, story, ("stan", Role.CHECKER))


def test_a_checkers_word_ends_with_a_conflict_declared_after_it(world: World) -> None:
    story = world.after(releasing.check)
    review.declare_conflict(story.case, reason="I see whose it is.", **world.by(*DEV))
    assert refused(lambda: let_go(world, story, CORA)) == ["release-before-check"]


def test_a_build_is_released_and_the_case_becomes_active(world: World) -> None:
    story = world.after(releasing.check)
    by = world.by(*CORA)
    release.release(story.build, **by)
    build = story.build
    assert build.state == "released"
    assert marked(build, "released") == by_and_at(by)
    values = {"package": build.package_sha256, "plan": build.plan.plan_sha256}
    stages = ("checking", "active")
    assert_entered(story.case, "release.release", by, stages=stages, values=values)


def test_nothing_is_released_before_its_check(world: World) -> None:
    story = world.after(releasing.build)
    assert refused(lambda: let_go(world, story)) == ["release-before-check", "package-changed"]


def test_a_package_that_was_exchanged_after_the_check_is_not_released(world: World) -> None:
    story = world.after(releasing.check)
    models.Build.objects.update(package_sha256="0" * 64)
    assert refused(lambda: let_go(world, story)) == ["package-changed"]


def asked(world: World, story: Story) -> None:
    questions.ask_blocking_question(
        story.case, "Which arm?", about="subjects.ARM", **world.by(*CORA)
    )


def unsigned(world: World, story: Story) -> None:
    models.Seal.objects.all().delete()
    models.Signature.objects.filter(capacity="applicant").delete()


def unpaid(world: World, story: Story) -> None:
    models.Payment.objects.update(amount_minor=1)


def unmet(world: World, story: Story) -> None:
    models.Condition.objects.update(met_at=None, met_by=None)


def unapproved(world: World, story: Story) -> None:
    models.Determination.objects.update(outcome=models.Outcome.DENIED)


def embargoed(world: World, story: Story) -> None:
    later = world.house.clock.now.replace(year=2040)
    models.Availability.objects.update(embargoed_until=later)


@pytest.mark.parametrize(
    ("event", "code"),
    [
        (asked, "question-open"),
        (unsigned, "release-before-signature"),
        (unpaid, "release-before-payment"),
        (unmet, "release-before-conditions"),
        (unapproved, "not-approved"),
        (embargoed, "under-embargo"),
    ],
)
def test_the_gate_is_asked_again_at_the_very_last_step(
    world: World, event: Callable[[World, Story], None], code: str
) -> None:
    story = world.after(releasing.check)
    event(world, story)
    assert refused(lambda: let_go(world, story)) == [code]
    assert story.build.released_at is None


def test_census_records_are_never_released(world: World) -> None:
    story = world.after(releasing.check)
    census = world.house.edition_of("practice-census")
    models.Part.objects.update(dataset_edition=census)
    assert "aggregate-only" in refused(lambda: let_go(world, story))


def test_a_build_is_sent_back_built_again_under_the_same_keys_and_checked_anew(
    world: World,
) -> None:
    story = world.after(releasing.check)
    first, by = story.build, world.by(*DEV)
    said = release.send_back_build(story.build, reason="The codebook lacks a unit.", **by)
    assert (said.passed, said.package_sha256) == (False, first.package_sha256)
    assert marked(said, "made") == by_and_at(by)
    assert story.build.state == "planned"
    values = {
        "package": first.package_sha256,
        "passed": False,
        "reason": "The codebook lacks a unit.",
    }
    stages = ("checking", "building")
    assert_entered(story.case, "release.send_back_build", by, stages=stages, values=values)
    releasing.build(story)
    again = story.build
    assert again.folder != first.folder
    assert subjects(world, again.folder) == subjects(world, first.folder)
    assert refused(lambda: let_go(world, story))[0] == "release-before-check"
    check(world, story)
    let_go(world, story)


def subjects(world: World, folder: str) -> bytes:
    """The rows of the people, pseudonyms and all, as they would leave."""
    return (world.house.plant.releases / folder / "data" / "subjects.csv").read_bytes()


def test_a_build_is_sent_back_by_a_checker_with_a_reason(world: World) -> None:
    story = world.after(releasing.build)
    send = release.send_back_build
    assert refused(lambda: send(story.build, reason="", **world.by(*DEV))) == ["reason-missing"]
    assert refused(lambda: send(story.build, reason="Mine.", **world.by(*CORA))) == [
        "not-your-step"
    ]


def test_a_withdrawn_build_is_used_no_more(world: World) -> None:
    story = world.after(releasing.check)
    by = world.by(*CORA)
    withdraw = release.withdraw_build
    assert refused(lambda: withdraw(story.build, reason="", **world.by(*CORA))) == [
        "reason-missing"
    ]
    withdraw(story.build, reason="A wrong edition.", **by)
    build = story.build
    assert build.state == "withdrawn"
    assert marked(build, "withdrawn") == by_and_at(by)
    values = {"package": build.package_sha256, "reason": "A wrong edition."}
    assert_entered(story.case, "release.withdraw_build", by, stages=STAYS, values=values)
    assert "build-withdrawn" in refused(lambda: let_go(world, story))
    assert "build-withdrawn" in refused(lambda: check(world, story))
    assert "build-withdrawn" in refused(
        lambda: withdraw(story.build, reason="Twice.", **world.by(*CORA))
    )


def test_the_determination_is_not_taken_back_once_the_data_are_built(world: World) -> None:
    story = world.after(releasing.check)
    otto = world.by("otto", Role.DETERMINING_OFFICER)
    codes = refused(lambda: decision.supersede_determination(story.case, reason="No.", **otto))
    assert codes == ["wrong-stage", "next-party-acted"]
