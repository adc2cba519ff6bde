"""A renewal moves the end of the agreement's term, and the dated duties with it."""

import hashlib
from datetime import date, timedelta

from muniment import models
from muniment.actions import aftercare, screening
from muniment.actions.case import children
from muniment.demo import contracting
from muniment.demo.story import Story
from muniment.queries import proofs
from muniment.rulebook.words import Role, Stage
from tests.actions.case.children import walks
from tests.evidence import assert_entered, letters_to, refused
from tests.world import World

REASON = "The last papers take another year."


def at_determination(world: World) -> tuple[Story, Story]:
    """The request in use, and its renewal before who determines."""
    story = world.at(Stage.ACTIVE)
    child = children.open_renewal(story.case, reason=REASON, **walks.alice(world))
    renewal = walks.submit(Story(world.house, case_id=child.pk))
    children.certify_renewal(renewal.case, **walks.cora(world))
    return story, renewal


def a_year_on(story: Story) -> date:
    ends_on = story.agreement.ends_on
    assert ends_on is not None
    return ends_on + timedelta(days=365)


def test_a_renewal_whose_gates_stand_goes_straight_to_its_determination(world: World) -> None:
    story = world.at(Stage.ACTIVE)
    child = children.open_renewal(story.case, reason=REASON, **walks.alice(world))
    renewal, cora = Story(world.house, case_id=child.pk), walks.cora(world)
    assert refused(lambda: children.certify_renewal(renewal.case, **cora)) == ["wrong-stage"]
    walks.submit(renewal)
    assert "renewal-differs" in refused(lambda: screening.certify_for_review(renewal.case, **cora))
    word = children.certify_renewal(renewal.case, **cora)
    assert (word.complete, renewal.case.stage) == (True, Stage.DETERMINATION)
    assert_entered(
        renewal.case, "case.certify_renewal", cora, stages=("submitted", "determination"),
        values={"complete": True, "findings": [], "submission": 1},
    )  # fmt: skip


def test_granted_it_extends_term_and_duties(world: World) -> None:
    story, renewal = at_determination(world)
    until_on, otto = a_year_on(story), walks.otto(world)
    duty, reports = models.Destruction.objects.get(), story.case.reports.count()
    gap = duty.due_on - (until_on - timedelta(days=365))
    for early in (until_on - timedelta(days=365), story.today):
        codes = refused(
            lambda day=early: children.grant_renewal(
                renewal.case, until_on=day, **walks.SAID, **otto
            )
        )
        assert codes == ["not-longer"]
    granted = children.grant_renewal(renewal.case, until_on=until_on, **walks.SAID, **otto)
    assert (granted.outcome, renewal.case.stage) == ("approved", Stage.CLOSED)
    assert (renewal.case.ends_on, story.agreement.ends_on) == (until_on, until_on)
    duty.refresh_from_db()
    assert duty.due_on == until_on + gap
    assert story.case.reports.count() == reports + 1
    assert story.case.reports.latest("due_on").due_on < until_on
    system = {"actor": renewal.case.applied_by, "now": otto["now"]}
    assert_entered(
        story.case, "case.extend_term", system, stages=("active", "active"),
        values={
            "child": renewal.case.reference, "until_on": until_on.isoformat(),
            "addenda": [models.Addendum.objects.get().text_sha256],
        },
    )  # fmt: skip
    assert letters_to(world.person("alice"))[-1] == "change-applied"
    assert letters_to(world.person("sam"))[-1] == "agreement-news"


def test_a_term_is_extended_of_what_is_in_force_and_of_the_version_that_is_drafted(
    world: World,
) -> None:
    story, renewal = at_determination(world)
    until_on, first = a_year_on(story), story.agreement
    contracting.draft(story)
    children.grant_renewal(renewal.case, until_on=until_on, **walks.SAID, **walks.otto(world))
    first.refresh_from_db()
    assert (first.superseded_at is not None, first.ends_on) == (True, until_on)
    assert (story.agreement.version, story.agreement.ends_on) == (2, until_on)


def test_what_was_signed_and_what_holds_agree_by_an_addendum(world: World) -> None:
    """The signed text names the first last day, and foresees the addendum that names the next."""
    story, renewal = at_determination(world)
    signed, first = story.agreement.text, story.agreement.ends_on
    assert first is not None
    assert first.isoformat() in signed
    assert "it is an addendum to this agreement" in signed
    until_on = a_year_on(story)
    children.grant_renewal(renewal.case, until_on=until_on, **walks.SAID, **walks.otto(world))
    agreement = story.agreement
    assert agreement.text == signed
    [added] = agreement.addenda.all()
    assert (added.number, added.ends_on, agreement.ends_on) == (1, until_on, until_on)
    for told in (until_on.isoformat(), first.isoformat(), renewal.case.reference, "version 1"):
        assert told in added.text
    assert added.text_sha256 == hashlib.sha256(added.text.encode()).hexdigest()
    code = added.text.rstrip().rstrip("/").rpartition("/")[2]
    found = proofs.find(code)
    assert found is not None
    assert (found.kind, found.outcome, found.case) == ("addendum", "extended", story.case)


def test_suspended_access_is_extended_only_when_it_is_open_again(world: World) -> None:
    story, renewal = at_determination(world)
    ended_on, cora = story.agreement.ends_on, walks.cora(world)
    aftercare.suspend_access(story.case, reason="A breach.", **cora)
    assert refused(
        lambda: children.open_renewal(story.case, reason=REASON, **walks.alice(world))
    ) == ["change-open", "access-suspended"]
    children.grant_renewal(
        renewal.case, until_on=a_year_on(story), **walks.SAID, **walks.otto(world)
    )
    assert story.agreement.ends_on == ended_on
    assert refused(lambda: children.extend_term(renewal.case, **cora)) == ["access-suspended"]
    aftercare.lift_suspension(
        story.case, reason="Cleared.", second_person=world.person("cora"), **walks.otto(world)
    )
    children.extend_term(renewal.case, **cora)
    assert story.agreement.ends_on == renewal.case.ends_on
    assert renewal.case.applied_by == cora["actor"]


def test_refused_it_leaves_the_term(world: World) -> None:
    story, renewal = at_determination(world)
    ended_on, chen = story.agreement.ends_on, world.by("chen", Role.CHAIR)
    codes = refused(lambda: children.refuse_renewal(renewal.case, **walks.SAID, **chen))
    assert len(codes) == 1  # the programme names the officer for this track
    children.refuse_renewal(renewal.case, **walks.SAID, **walks.otto(world))
    assert (renewal.case.stage, story.agreement.ends_on) == (Stage.DENIED, ended_on)
    assert letters_to(world.person("alice"))[-1] == "decision-denied"
