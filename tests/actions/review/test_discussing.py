"""Reading is on record, the discussion too; a member's question goes out in the office's name."""

from muniment import models
from muniment.actions import review
from muniment.demo import judging
from muniment.programme import Bundle
from muniment.queries import editions
from muniment.rulebook.words import Role
from tests.evidence import assert_entered, by_and_at, letters_to, marked, refused
from tests.world import World

STAYS = ("in_review", "in_review")


def test_opening_the_papers_is_put_on_record_once_a_round(world: World) -> None:
    story = world.after(judging.declare)
    by = world.by("mia", Role.MEMBER)
    opened = review.read_papers(story.case, **by)
    assert (opened.member, opened.round, opened.what) == (world.person("mia"), 1, "papers")
    assert marked(opened, "made") == by_and_at(by)
    assert_entered(story.case, "review.read_papers", by, stages=STAYS, values={"round": 1})
    assert review.read_papers(story.case, **world.by("mia", Role.MEMBER)) == opened


def test_papers_are_shut_before_a_word_and_to_the_recused(world: World) -> None:
    story = world.after(judging.pass_policy)
    assert refused(lambda: review.read_papers(story.case, **world.by("mia", Role.MEMBER))) == [
        "conflict-undeclared"
    ]
    review.declare_conflict(story.case, reason="A grant.", **world.by("max", Role.MEMBER))
    assert refused(lambda: review.read_papers(story.case, **world.by("max", Role.MEMBER))) == [
        "recused", "conflicted",
    ]  # fmt: skip


def test_the_others_reviews_are_opened_on_record(world: World) -> None:
    story = world.after(judging.score)
    by = world.by("mia", Role.MEMBER)
    opened = review.read_scores(story.case, **by)
    assert (opened.member, opened.what) == (world.person("mia"), "scores")
    assert marked(opened, "made") == by_and_at(by)
    assert_entered(story.case, "review.read_scores", by, stages=STAYS, values={"round": 1})


def test_scores_are_shut_and_nothing_is_discussed_before_one_s_own_is_in(world: World) -> None:
    story = world.after(judging.declare)
    by = world.by("mia", Role.MEMBER)
    assert refused(lambda: review.read_scores(story.case, **by)) == ["own-score-first"]
    assert refused(lambda: review.discuss(story.case, "A word.", **by)) == ["own-score-first"]


def test_a_remark_is_kept_and_mailed_to_nobody(world: World) -> None:
    story = world.after(judging.score)
    letters = models.Message.objects.count()
    by = world.by("mia", Role.MEMBER)
    said = review.discuss(story.case, " A word. ", **by)
    assert (said.text, said.round) == ("A word.", 1)
    assert marked(said, "made") == by_and_at(by)
    values = {"round": 1, "text": "A word."}
    assert_entered(story.case, "review.discuss", by, stages=STAYS, values=values)
    assert models.Message.objects.count() == letters
    assert refused(lambda: review.discuss(story.case, " ", **world.by("mia", Role.MEMBER))) == [
        "remark-empty"
    ]


def suggested(world: World, story: object) -> models.Suggestion:
    return review.suggest_question(
        story.case,  # type: ignore[attr-defined]
        "Why this year?",
        **world.by("mia", Role.MEMBER),
    )


def test_a_suggested_question_goes_to_whoever_has_the_request_in_hand(world: World) -> None:
    story = world.after(judging.declare)
    cora, by = world.person("cora"), world.by("mia", Role.MEMBER)
    known = letters_to(cora)
    one = review.suggest_question(story.case, "Why this year?", **by)
    assert (one.text, one.question, one.passed_at) == ("Why this year?", None, None)
    assert marked(one, "made") == by_and_at(by)
    values = {"text": "Why this year?"}
    assert_entered(story.case, "review.suggest_question", by, stages=STAYS, values=values)
    assert letters_to(cora) == [*known, "question-suggested"]
    assert "this year" not in cora.messages.latest("pk").body


def test_no_question_is_suggested_empty_or_before_a_word(world: World) -> None:
    story = world.after(judging.pass_policy)
    ask = review.suggest_question
    assert refused(lambda: ask(story.case, "Why?", **world.by("mia", Role.MEMBER))) == [
        "conflict-undeclared"
    ]
    review.declare_no_conflict(story.case, **world.by("mia", Role.MEMBER))
    assert refused(lambda: ask(story.case, " ", **world.by("mia", Role.MEMBER))) == [
        "question-empty"
    ]


def test_the_office_passes_a_question_on_once(world: World) -> None:
    story = world.after(judging.declare)
    one, by = suggested(world, story), world.by("cora", Role.COORDINATOR)
    one.case.refresh_from_db()
    question = review.pass_on(one, "Why this one year?", blocking=True, **by)
    assert (question.text, question.blocking, question.made_by) == (
        "Why this one year?", True, by["actor"],
    )  # fmt: skip
    assert marked(one, "passed") == by_and_at(by)
    assert models.Suggestion.objects.get().question == question
    again = world.by("cora", Role.COORDINATOR)
    assert refused(lambda: review.pass_on(one, "Why?", **again)) == ["suggestion-settled"]
    assert refused(lambda: review.keep_back(one, "No.", **again)) == ["suggestion-settled"]


def test_a_question_is_kept_back_by_the_office_with_a_reason(world: World) -> None:
    story = world.after(judging.declare)
    one = suggested(world, story)
    by = world.by("cora", Role.COORDINATOR)
    assert refused(lambda: review.keep_back(one, " ", **by)) == ["reason-missing"]
    assert refused(lambda: review.keep_back(one, "No.", **world.by("mia", Role.MEMBER))) == [
        "not-your-step"
    ]
    review.keep_back(one, "It is in the protocol.", **by)
    assert marked(one, "declined") == by_and_at(by)
    assert models.Suggestion.objects.get().declined_reason == "It is in the protocol."


def test_the_office_writes_the_committee_one_note_a_round(world: World) -> None:
    story = world.after(judging.declare)
    by = world.by("paula", Role.POLICY_OFFICER)
    first = review.brief(story.case, " A strong fit. ", **by)
    assert (first.text, first.round) == ("A strong fit.", 1)
    assert marked(first, "saved") == by_and_at(by)
    assert review.brief(story.case, "Weak.", **by) == first
    assert refused(lambda: review.brief(story.case, "Mine.", **world.by("mia", Role.MEMBER))) == [
        "not-your-step"
    ]


def test_an_interest_is_no_conflict(world: World) -> None:
    story = world.after(judging.pass_policy)
    by = world.by("mia", Role.MEMBER)
    said = review.declare_no_conflict(story.case, interest="We met once.", **by)
    assert (said.conflicted, said.kind, said.reason) == (False, "", "We met once.")


def test_a_leaning_is_one_of_the_votes(world: World) -> None:
    story = world.after(judging.declare)
    criteria = editions.bundle_of(story.case.edition)["criteria"]["criteria"]
    given = {each["id"]: 4 for each in criteria}
    by = world.by("mia", Role.MEMBER)
    attempt = lambda: review.score(story.case, scores=given, leaning="perhaps", **by)  # noqa: E731
    assert refused(attempt) == ["leaning-unknown"]


def test_members_who_only_comment_give_no_scores(world: World) -> None:
    story = world.after(judging.declare)
    by = world.by("mia", Role.MEMBER)
    sections = editions.bundle_of(story.case.edition).plain()
    sections["committee"]["scoring"] = "comments"
    changed = Bundle.from_data(sections)
    edition = story.case.edition
    models.EditionBundle.objects.filter(edition=edition).update(
        canonical=changed.canonical.decode()
    )
    models.ProgrammeEdition.objects.filter(pk=edition.pk).update(sha256=changed.sha256)
    case = models.Case.objects.get(pk=story.case.pk)
    attempt = lambda: review.score(case, scores={"scientific-merit": 4}, **by)  # noqa: E731
    assert refused(attempt) == ["comment-missing", "no-scores-here"]
    assert review.score(case, scores={}, comment="A good plan.", **by).comment == "A good plan."
