"""Appeals after the committee and after a revocation, heard by somebody who took no part."""

from datetime import timedelta

from muniment import models
from muniment.actions import aftercare, decision
from muniment.actions.case import children
from muniment.demo import judging
from muniment.demo.story import Story
from muniment.queries.facts import determination
from muniment.rulebook.words import Role, Stage
from tests import evidence
from tests.actions.case.children import walks
from tests.evidence import assert_entered, letters_to, marked, refused
from tests.world import World

OFFICER = Role.DETERMINING_OFFICER


def appealed(world: World, case: models.Case) -> Story:
    """The appeal at its hearing, and Fay is appointed to hear it."""
    world.appoint("fay", OFFICER)
    reason = "The outcome rests on an error."
    child = children.open_appeal(walks.fresh(case), reason=reason, **walks.alice(world))
    story = walks.submit(Story(world.house, case_id=child.pk))
    children.send_appeal_to_hearing(story.case, **walks.cora(world))
    return story


def test_a_denial_is_determined_anew_when_an_appeal_is_upheld(world: World) -> None:
    story = world.after(judging.recommend)
    evidence.deny(story.case, reason="Unsound.", notice="Denied.", **walks.otto(world))
    appeal = appealed(world, story.case)
    for name, role in (("otto", OFFICER), ("chen", Role.CHAIR)):
        codes = refused(
            lambda who=world.by(name, role): children.uphold_appeal(
                appeal.case, **walks.SAID, **who
            )
        )
        assert codes == ["decided-before"]
    fay = world.by("fay", OFFICER)
    children.uphold_appeal(appeal.case, **walks.SAID, **fay)
    case = story.case
    assert (case.stage, appeal.case.stage) == (Stage.DETERMINATION, Stage.CLOSED)
    assert determination.find_determination(case) is None
    assert case.proofs.get(kind="decision").revoked_at is not None
    assert marked(appeal.case, "applied")[0] == fay["now"]
    system = {"actor": appeal.case.applied_by, "now": fay["now"]}
    assert_entered(
        case, "case.reopen_denied_after_appeal", system, stages=("denied", "determination"),
        values={"child": appeal.case.reference},
    )  # fmt: skip
    decision.approve(case, reason="Sound after all.", notice="Approved.", **walks.otto(world))
    assert story.case.stage == Stage.AGREEMENT
    codes = refused(lambda: children.reopen_denied_after_appeal(appeal.case, **walks.cora(world)))
    assert codes == ["wrong-stage", "no-appeal-upheld"]


def test_after_a_new_denial_there_may_be_a_new_appeal_but_in_time(world: World) -> None:
    story = world.after(judging.recommend)
    said = {"reason": "Unsound.", "notice": "Denied."}
    evidence.deny(story.case, **said, **walks.otto(world))
    appeal = appealed(world, story.case)
    children.uphold_appeal(appeal.case, **walks.SAID, **world.by("fay", OFFICER))
    world.house.clock.pass_days(1)
    evidence.deny(story.case, **said, **walks.otto(world))
    late = {**walks.alice(world)}
    late["now"] += timedelta(days=400)
    codes = refused(lambda: children.open_appeal(story.case, reason="Error.", **late))
    assert len(codes) == 1
    again = children.open_appeal(story.case, reason="Error.", **walks.alice(world))
    assert again.stage == Stage.DRAFT
    codes = refused(lambda: children.open_appeal(story.case, reason="Error.", **walks.alice(world)))
    assert codes == ["change-open"]


def test_revoked_access_is_given_back(world: World) -> None:
    story = world.at(Stage.ACTIVE)
    otto = walks.otto(world)
    duty = models.Destruction.objects.get()
    due_on = duty.due_on
    aftercare.suspend_access(story.case, reason="A breach.", **walks.cora(world))
    aftercare.revoke(
        story.case, reason="A breach.", destroy_by_on=story.today + timedelta(days=10),
        second_person=world.person("paula"), **otto,
    )  # fmt: skip
    appeal = appealed(world, story.case)
    assert refused(lambda: children.uphold_appeal(appeal.case, **walks.SAID, **otto)) == [
        "decided-before"
    ]
    chen = world.by("chen", Role.CHAIR)
    children.uphold_appeal(appeal.case, **walks.SAID, **chen)
    assert (story.case.stage, appeal.case.stage) == (Stage.ACTIVE, Stage.CLOSED)
    duty.refresh_from_db()
    assert duty.due_on == due_on
    assert not story.case.suspensions.filter(lifted_at__isnull=True).exists()
    assert letters_to(world.person("alice"))[-1] == "change-applied"
    codes = refused(lambda: children.reopen_revoked_after_appeal(appeal.case, **walks.cora(world)))
    assert codes == ["wrong-stage", "no-appeal-upheld"]
