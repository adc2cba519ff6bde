"""An amendment is decided like a request, and what was granted becomes the parent's at once."""

import json

import pytest

from muniment import models
from muniment.actions import aftercare, agreement, application, release, review, screening
from muniment.actions import case as course
from muniment.actions.case import children
from muniment.demo import applying, contracting, judging, papers, releasing, roads
from muniment.demo.story import Story
from muniment.queries import asked
from muniment.queries import release as releases
from muniment.queries.facts import agreement as facts
from muniment.queries.facts import gates
from muniment.queries.facts.situation import Situation
from muniment.rulebook.words import Role, Stage
from tests.actions.case.children import walks
from tests.evidence import assert_entered, letters_to, marked, refused
from tests.world import World


def through_the_gates(story: Story) -> Story:
    """Certified, found available and in order anew."""
    applying.be_certified(story)
    judging.find_available(story)
    judging.pass_policy_for_office(story)
    return story


def through_the_committee(world: World, story: Story) -> Story:
    """The same on the full track, and recommended by whoever has no conflict."""
    applying.be_certified(story)
    judging.find_available(story)
    judging.pass_policy(story)
    for name, role in judging.SEATS.items():
        if name != judging.RECUSED:
            review.declare_no_conflict(story.case, **world.by(name, role))
    judging.score(story)
    judging.vote(story)
    judging.recommend(story)
    return story


def sign(world: World, story: Story) -> None:
    """Everybody signs the present version; the official was verified before."""
    for name, role, act in (
        ("alice", Role.APPLICANT, agreement.sign_as_applicant),
        ("sam", Role.SIGNING_OFFICIAL, agreement.sign_for_institution),
        ("rita", Role.PROGRAMME_SIGNATORY, agreement.countersign),
    ):
        shown = story.agreement
        act(shown, shown_sha256=shown.text_sha256, **world.by(name, role))


def test_granted_by_the_office_it_stops_the_build_and_all_is_signed_again(world: World) -> None:
    story = world.after(releasing.plan, road=roads.EXPEDITED)
    build, old = story.build, story.agreement
    child = walks.amendment(world, story.case)
    document = walks.less_than(child)
    walks.ask_for(world, child, document)
    through_the_gates(walks.submit(child))
    paula = world.person("paula")
    cora = walks.cora(world)
    grant, stella = children.grant_amendment_by_office, world.by("stella", Role.STATISTICIAN)
    codes = refused(lambda: grant(child.case, second_person=paula, **walks.SAID, **stella))
    assert codes == ["not-your-step", "not-determining-here"]
    granted = children.grant_amendment_by_office(
        child.case, second_person=paula, **walks.SAID, **cora
    )
    case, applied = story.case, child.case
    assert (granted.outcome, applied.stage, case.stage) == (
        "approved", Stage.CLOSED, Stage.AGREEMENT,
    )  # fmt: skip
    system = {"actor": applied.applied_by, "now": cora["now"]}
    assert marked(applied, "applied") == (system["now"], system["actor"])
    assert_entered(
        case, "case.apply_amendment", system, stages=("building", "agreement"),
        values={"child": applied.reference},
    )  # fmt: skip
    present = asked.find_specification(case)
    assert present is not None
    assert present.version == 2
    assert present.confirmed_by == walks.alice(world)["actor"]
    assert json.loads(present.document) == document
    build.refresh_from_db()
    old.refresh_from_db()
    assert (build.state, build.withdrawn_at) == ("withdrawn", system["now"])
    assert old.superseded_at is not None
    assert facts.find_agreement(case) is facts.find_estimate(case) is None
    assert letters_to(world.person("alice"))[-1] == "change-applied"
    contracting.draft(story)
    contracting.issue(story)
    contracting.accept_terms(story)
    assert story.agreement.version == 2


def test_granted_after_the_committee_while_data_are_in_use(world: World) -> None:
    story = world.at(Stage.ACTIVE)
    child = walks.amendment(world, story.case)
    walks.ask_for(world, child, walks.less_than(child))
    walks.say(world, child, "ethics", ethics_number="A-2")
    assert refused(
        lambda: children.grant_amendment(child.case, **walks.SAID, **walks.otto(world))
    )[0] == "wrong-stage"  # fmt: skip
    through_the_committee(world, walks.submit(child))
    old_findings = set(story.case.findings.values_list("pk", flat=True))
    children.grant_amendment(child.case, **walks.SAID, **walks.otto(world))
    case = story.case
    assert (case.stage, child.case.stage) == (Stage.ACTIVE, Stage.CLOSED)
    assert story.build.state == models.Build.State.RELEASED
    assert story.agreement.superseded_at is None
    assert facts.find_estimate(case) is None
    assert asked.find_answer(case, "ethics_number") == "A-2"
    assert asked.answers_sha256(case) == asked.answers_sha256(child.case)
    assert asked.parts_by_hash(case) == asked.parts_by_hash(child.case)
    live = case.findings.filter(superseded_at__isnull=True)
    assert live.exists()
    assert not set(live.values_list("pk", flat=True)) & old_findings
    assert {each.answers_sha256 for each in case.passes.filter(superseded_at__isnull=True)} == {
        asked.answers_sha256(case)
    }
    contracting.draft(story)
    contracting.issue(story)

    def opens() -> models.ReleaseLine:
        lead = story.agreement
        return release.open_further_line(story.part, agreement=lead, **walks.cora(world))

    assert "release-before-signature" in refused(opens)
    sign(world, story)
    assert opens().agreement.version == 2
    again = refused(lambda: children.apply_amendment_while_active(child.case, **walks.cora(world)))
    assert again[0] == "nothing-granted"


def test_refused_it_leaves_the_parent_as_it_was(world: World) -> None:
    story = world.after(contracting.draft, road=roads.EXPEDITED)
    child = walks.amendment(world, story.case)
    walks.ask_for(world, child, walks.less_than(child))
    through_the_gates(walks.submit(child))
    before = asked.parts_by_hash(story.case)
    assert "reason-missing" in refused(
        lambda: children.refuse_amendment_by_office(
            child.case, reason="", notice="No.", second_person=world.person("paula"),
            **walks.cora(world),
        )
    )  # fmt: skip
    children.refuse_amendment_by_office(
        child.case, second_person=world.person("paula"), **walks.SAID, **walks.cora(world)
    )
    assert (child.case.stage, story.case.stage) == (Stage.DENIED, Stage.AGREEMENT)
    assert asked.parts_by_hash(story.case) == before
    assert child.case.applied_at is None
    assert letters_to(world.person("alice"))[-1] == "decision-denied"
    codes = refused(lambda: children.apply_amendment(child.case, **walks.cora(world)))
    assert codes == ["nothing-granted"]
    assert refused(
        lambda: children.refuse_amendment(child.case, **walks.SAID, **walks.otto(world))
    )[0] == "wrong-stage"  # fmt: skip


def test_refused_after_the_committee(world: World) -> None:
    story = world.after(judging.determine)
    child = walks.amendment(world, story.case)
    walks.ask_for(world, child, walks.less_than(child))
    through_the_committee(world, walks.submit(child))
    denied = children.refuse_amendment(child.case, **walks.SAID, **walks.otto(world))
    assert (denied.outcome, denied.differs, child.case.stage) == ("denied", True, Stage.DENIED)


def test_a_change_of_people_and_dates_needs_no_decision(world: World) -> None:
    story = world.after(releasing.plan, road=roads.EXPEDITED)
    build = story.build
    child = walks.amendment(world, story.case)
    ends_on = "2031-05-31"
    walks.say(world, child, "project", ends_on=ends_on)
    walks.submit(child)
    cora = walks.cora(world)
    children.accept_notified_change(child.case, **cora)
    case = story.case
    assert (case.stage, child.case.stage) == (Stage.BUILDING, Stage.CLOSED)
    assert asked.find_answer(case, "ends_on") == ends_on
    build.refresh_from_db()
    assert build.state == models.Build.State.PLANNED
    assert story.agreement.superseded_at is None
    assert gates.policy_passed(Situation("", case, cora["actor"], cora["now"]))
    assert letters_to(world.person("alice"))[-1] == "change-applied"
    again = refused(lambda: children.apply_notified_change(child.case, **cora))
    assert "nothing-granted" in again


def test_what_could_not_be_applied_at_once_waits_for_the_coordinator(world: World) -> None:
    story = world.after(releasing.plan, road=roads.EXPEDITED)
    child = walks.amendment(world, story.case)
    walks.submit(child)
    course.withdraw(story.case, **walks.alice(world))
    cora = walks.cora(world)
    children.accept_notified_change(child.case, **cora)
    assert (child.case.stage, child.case.applied_at) == (Stage.CLOSED, None)
    course.reopen_approved(story.case, reason="She stays.", **cora)
    assert refused(lambda: children.open_amendment(story.case, reason="More.", **cora)) == [
        "change-open"
    ]
    children.apply_notified_change(child.case, **cora)
    assert child.case.applied_by == cora["actor"]


def test_what_changes_only_the_purpose_is_judged_on_policy_alone(world: World) -> None:
    story = world.after(contracting.draft, road=roads.EXPEDITED)
    child = walks.amendment(world, story.case)
    walks.say(world, child, "project", aims="A second question about the same data.")
    walks.submit(child)
    cora = walks.cora(world)
    assert "change-needs-decision" in refused(
        lambda: children.accept_notified_change(child.case, **cora)
    )
    screening.certify_for_policy(child.case, **cora)
    judging.pass_policy_for_office(child)
    children.grant_amendment_by_office(
        child.case, second_person=world.person("paula"), **walks.SAID, **cora
    )
    case = story.case
    assert asked.find_answer(case, "aims").startswith("A second question")
    assert case.specifications.count() == 1
    live = dict(case.passes.filter(superseded_at__isnull=True).values_list("gate", "made_by"))
    found = dict(child.case.passes.values_list("gate", "made_by"))
    assert live["policy"] == found["policy"]
    assert set(found) == {"policy"}
    assert set(live) == {"availability", "policy"}
    here = Situation("", case, cora["actor"], cora["now"])
    assert gates.availability_current(here)
    assert gates.policy_passed(here)


def test_a_part_that_left_is_not_exchanged_for_another(world: World) -> None:
    story = world.at(Stage.ACTIVE)
    child = walks.amendment(world, story.case)
    walks.ask_for(world, child, papers.abstracts_specification())
    through_the_committee(world, walks.submit(child))
    codes = refused(lambda: children.grant_amendment(child.case, **walks.SAID, **walks.otto(world)))
    assert codes == ["part-released"]


def test_who_joined_and_who_left_the_team_does_so_in_the_parent_too(world: World) -> None:
    story = world.after(contracting.draft, road=roads.EXPEDITED)
    alice, stan, audra = walks.alice(world), world.person("stan"), world.person("audra")
    joins(world, story.case, stan)
    child = walks.amendment(world, story.case)
    application.end_membership(child.case.team.get(person=stan), **alice)
    joins(world, child.case, audra)
    walks.submit(child)
    joins(world, story.case, world.person("dev"))
    children.accept_notified_change(child.case, **walks.cora(world))
    live = story.case.team.filter(ended_at__isnull=True)
    assert set(live.values_list("person__name", flat=True)) == {audra.name, "Dev Checker"}


def test_whose_access_ended_since_does_not_come_back_with_a_change(world: World) -> None:
    """Unless they are invited to the change itself, after that."""
    story, stan = world.after(releasing.let_go), world.person("stan")
    joins(world, story.case, stan)
    world.house.clock.pass_days(1)
    child = walks.amendment(world, story.case)
    aftercare.end_persons_access(story.case.team.get(person=stan), **walks.alice(world))
    walks.submit(child)
    children.accept_notified_change(child.case, **walks.cora(world))
    assert stan not in releases.list_receivers(story.case)
    again = walks.amendment(world, story.case)
    joins(world, again.case, stan)
    walks.submit(again)
    children.accept_notified_change(again.case, **walks.cora(world))
    assert stan in releases.list_receivers(story.case)


@pytest.mark.parametrize("as_supervisor", [False, True])
def test_who_holds_data_and_is_gone_by_an_accepted_change_is_told_to_destroy_them(
    world: World, as_supervisor: bool
) -> None:
    story, stan = world.after(releasing.let_go), world.person("stan")
    if as_supervisor:
        models.Case.objects.filter(pk=story.case_id).update(supervisor=stan)
    else:
        by = walks.alice(world)
        models.TeamMember.objects.create(
            case=story.case, person=stan, name=stan.name, email=stan.email, will_access_data=True,
            accepted_at=by["now"], accepted_by=by["actor"], made_at=by["now"], made_by=by["actor"],
        )  # fmt: skip
    child = walks.amendment(world, story.case)
    models.Case.objects.filter(pk=child.case_id).update(supervisor=None)
    child.case.team.all().delete()
    walks.submit(child)
    told = letters_to(stan)
    children.accept_notified_change(child.case, **walks.cora(world))
    assert letters_to(stan) == [*told, "access-ended"]
    assert stan not in releases.list_receivers(story.case)


def joins(world: World, case: models.Case, person: models.Person) -> None:
    """Invited by the applicant and joined."""
    member, token = application.invite_to_team(
        walks.fresh(case), email=person.email, name=person.name, project_role="Analyst",
        **walks.alice(world),
    )  # fmt: skip
    who = world.house.acting(
        next(n for n, p in world.house.cast.people.items() if p == person), Role.ANYONE
    )
    member = models.TeamMember.objects.select_related("case").get(pk=member.pk)
    application.accept_invitation(member, token=token, actor=who, now=world.house.now())
