"""Recused by word of whoever runs the committee: out at once, told only that, kept on record."""

from muniment import models
from muniment.actions import review
from muniment.demo import judging
from muniment.queries import roster
from muniment.rulebook.words import Role, Stage
from tests.evidence import assert_entered, by_and_at, letters_to, marked, refused
from tests.world import World


def test_a_member_is_recused_by_the_chair(world: World) -> None:
    story = world.after(judging.score)
    mia, by = world.person("mia"), world.by("chen", Role.CHAIR)
    before = story.case.declarations.get(member=mia)
    given = story.case.reviews.get(member=mia)
    asked = story.case.assignments.get(person=mia, role="reviewer")
    known = letters_to(mia)
    said = review.recuse(
        story.case, member=mia, reason="A paper last year.", kind=review.Kind.WORK, **by
    )
    assert (said.member, said.conflicted, said.kind) == (mia, True, "work")
    assert marked(said, "made") == marked(before, "superseded") == by_and_at(by)
    assert marked(given, "withdrawn") == marked(asked, "ended") == by_and_at(by)
    assert given.scores.exists()
    assert letters_to(mia) == [*known, "recused"]
    assert "A paper" not in mia.messages.latest("pk").body
    values = {
        "member": mia.public_id, "conflicted": True, "kind": "work",
        "reason": "A paper last year.",
    }  # fmt: skip
    assert_entered(
        story.case, "review.recuse", by, stages=("in_review", "in_review"), values=values
    )


def test_somebody_recused_leaves_the_quorum_and_is_reminded_of_nothing(world: World) -> None:
    story = world.after(judging.declare)
    milo, today = world.person("milo"), world.house.clock.now.date()
    seated = roster.members(story.case.programme, today=today)
    assert milo.public_id not in roster.conflicted(story.case, seated)
    by = world.by("mia", Role.MEMBER)
    review.suggest_question(story.case, "Why?", **by)
    asked = world.by("cora", Role.COORDINATOR)
    review.assign_reviewer(story.case, member=milo, **asked)
    assert milo in roster.awaited(story.case, today=today)
    review.recuse(story.case, member=milo, reason="Known.", **world.by("cora", Role.COORDINATOR))
    assert milo.public_id in roster.conflicted(story.case, seated)
    assert milo not in roster.awaited(story.case, today=today)


def test_nobody_is_recused_without_a_reason_twice_or_without_an_office(world: World) -> None:
    story = world.after(judging.declare)

    def recuse(name: str, reason: str = "Known.") -> object:
        by = world.by("cora", Role.COORDINATOR)
        return review.recuse(story.case, member=world.person(name), reason=reason, **by)

    assert refused(lambda: recuse("mia", " ")) == ["reason-missing"]
    assert refused(lambda: recuse("max")) == ["recused-already"]
    assert refused(lambda: recuse("stan")) == ["no-office"]


def test_a_draft_goes_with_its_writer_s_conflict(world: World) -> None:
    story = world.after(judging.declare)
    written = {"scores": {}, "comments": {}, "comment": "So far.", "leaning": ""}
    review.keep_draft(story.case, written, **world.by("mia", Role.MEMBER))
    review.keep_draft(story.case, written, **world.by("milo", Role.MEMBER))
    review.declare_conflict(story.case, reason="A grant.", **world.by("mia", Role.MEMBER))
    assert [each.member for each in story.case.review_drafts.all()] == [world.person("milo")]


def test_no_draft_is_kept_of_what_cannot_be_handed_in(world: World) -> None:
    story = world.at(Stage.DETERMINATION)
    attempt = lambda: review.keep_draft(story.case, {}, **world.by("mia", Role.MEMBER))  # noqa: E731
    assert refused(attempt) == ["wrong-stage"]
    assert not models.ReviewDraft.objects.exists()
