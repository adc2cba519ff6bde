"""The committee: complete reviews, what scores say, who counts, who leads, what votes decide."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment.programme import Bundle, criteria, quorum, scores
from tests.programme import shipped

CRITERIA = tuple(criteria.list_criteria(shipped.bundle()))
GOOD = dict.fromkeys(CRITERIA, 4)


def committee(**settings: Any) -> Bundle:
    return shipped.altered(lambda data: data["committee"].update(settings))


def codes(**review: Any) -> list[str]:
    edition = review.pop("edition", shipped.bundle())
    given_review = {"scores": GOOD, "comments": {}, "comment": ""} | review
    return [one.code for one in criteria.review_refusals(edition, **given_review)]


def test_a_review_with_a_score_for_every_criterion_is_complete() -> None:
    assert CRITERIA[:3] == ("scientific-merit", "team-qualifications", "mission-concordance")
    assert codes() == []


@pytest.mark.parametrize(
    ("review", "code"),
    [
        ({"scores": dict.fromkeys(CRITERIA[1:], 4)}, "score-missing"),
        ({"scores": GOOD | {CRITERIA[0]: 0}}, "score-out-of-scale"),
        ({"scores": GOOD | {CRITERIA[0]: 6}}, "score-out-of-scale"),
        ({"scores": GOOD | {CRITERIA[0]: True}}, "score-out-of-scale"),
        ({"scores": GOOD | {CRITERIA[0]: 2}}, "score-needs-comment"),
        ({"scores": GOOD | {"charm": 4}}, "criterion-unknown"),
    ],
)
def test_what_a_review_lacks_is_named(review: dict[str, Any], code: str) -> None:
    assert codes(**review) == [code]


def test_a_low_score_with_its_comment_is_enough() -> None:
    low = GOOD | {CRITERIA[0]: 1}
    assert codes(scores=low, comments={CRITERIA[0]: "No plan."}) == []


def test_the_programme_may_ask_for_comments_or_for_nothing() -> None:
    nothing = {"scores": {}, "comments": {}}
    assert codes(edition=committee(scoring="none"), **nothing) == []
    assert codes(edition=committee(scoring="comments"), **nothing) == ["comment-missing"]
    assert codes(edition=committee(scoring="comments"), comment="Good.", **nothing) == []


def test_a_criterion_may_be_added_to_a_case_with_a_reason() -> None:
    added = criteria.Free("feasibility", "Feasibility", "The cohort is very small.")
    assert criteria.free_refusals(shipped.bundle(), (added,)) == []
    assert codes(free=(added,)) == ["score-missing"]
    assert codes(free=(added,), scores=GOOD | {"feasibility": 3}) == []


def test_criteria_that_cannot_be_added_are_refused() -> None:
    added = tuple(criteria.Free(f"c{n}", f"C{n}", "Because.") for n in range(4))
    same = criteria.Free(CRITERIA[0], "Merit", " ")
    refusals = criteria.free_refusals(shipped.bundle(), (*added[:3], same))
    assert [one.code for one in refusals] == [
        "too-many-criteria",
        "criterion-twice",
        "criterion-reason",
    ]


def summary(given: dict[str, int]) -> scores.Summary:
    by_member = {member: {"merit": score} for member, score in given.items()}
    return scores.summarize(shipped.bundle(), by_member)["merit"]


def test_scores_are_summed_up_with_mean_and_spread() -> None:
    found = summary({"max": 4, "mia": 5, "chen": 4})
    assert (found.count, found.mean, found.spread) == (3, Decimal("4.33"), 1)
    assert (found.differ, found.outliers) == (False, ())


def test_a_score_far_from_all_others_is_an_outlier() -> None:
    found = summary({"max": 5, "mia": 5, "chen": 2})
    assert (found.spread, found.differ, found.outliers) == (3, True, ("chen",))


def test_two_points_apart_is_not_yet_a_difference() -> None:
    found = summary({"max": 5, "mia": 3})
    assert (found.differ, found.outliers) == (False, ())


def test_one_score_has_no_others_to_differ_from() -> None:
    assert summary({"max": 1}).outliers == ()
    assert scores.summarize(shipped.bundle(), {}) == {}


@given(st.dictionaries(st.text(min_size=1), st.integers(1, 5), min_size=1))
def test_the_mean_lies_between_the_extremes(given_scores: dict[str, int]) -> None:
    found = summary(given_scores)
    assert found.lowest <= found.mean <= found.highest
    assert abs(found.mean * found.count - sum(given_scores.values())) <= Decimal("0.01") * (
        found.count
    )


CHEN = quorum.Member("chen", chair=True)
MAX, MIA = quorum.Member("max", may_act=True), quorum.Member("mia")
GUEST = quorum.Member("guest", voting=False)
EVERYBODY = (CHEN, MAX, MIA, GUEST, quorum.Member("ada"), quorum.Member("bo"))


@pytest.mark.parametrize(
    ("eligible", "share", "needed"),
    [
        (3, "majority", 3),  # at least three, whatever the majority is
        (5, "majority", 3),
        (6, "majority", 4),
        (7, "majority", 4),
        (7, "two_thirds", 5),
        (9, "two_thirds", 6),
        (4, "all", 4),
    ],
)
def test_the_quorum_is_a_share_of_those_who_may_vote(
    eligible: int, share: str, needed: int
) -> None:
    edition = committee(quorum={"at_least": 3, "share": share})
    assert quorum.needed(edition, eligible) == needed


def test_the_recused_and_guests_count_neither_here_nor_there() -> None:
    on_case = quorum.standing(
        shipped.bundle(),
        EVERYBODY,
        recused=frozenset({"mia"}),
        present=frozenset({"chen", "max", "mia", "guest"}),
    )
    assert on_case.eligible == ("chen", "max", "ada", "bo")
    assert on_case.present == ("chen", "max")
    assert (on_case.needed, on_case.met) == (3, False)
    refusal = quorum.refusals(shipped.bundle(), on_case)[0]
    assert refusal.sentence == "2 of 3 members without a conflict are here. Call an alternate."


def test_enough_members_can_decide() -> None:
    present = frozenset({"chen", "max", "ada"})
    on_case = quorum.standing(shipped.bundle(), EVERYBODY, recused=frozenset(), present=present)
    assert on_case.met
    assert quorum.refusals(shipped.bundle(), on_case) == []


NOBODY: frozenset[str] = frozenset()


def test_the_chair_leads_unless_conflicted_or_away() -> None:
    lead = quorum.lead
    assert lead(shipped.bundle(), EVERYBODY, recused=NOBODY) == quorum.Lead("chen", acting=False)
    acting = quorum.Lead("max", acting=True)
    assert lead(shipped.bundle(), EVERYBODY, recused=frozenset({"chen"})) == acting
    assert lead(shipped.bundle(), EVERYBODY, recused=NOBODY, away=frozenset({"chen"})) == acting
    assert lead(shipped.bundle(), EVERYBODY, recused=frozenset({"chen", "max"})) is None


def test_an_acting_chair_leads_only_where_the_programme_says_so() -> None:
    edition = committee(acting_chair={"when": ["away"]})
    assert quorum.lead(edition, EVERYBODY, recused=frozenset({"chen"})) is None


def outcome(
    *votes: str, edition: Bundle | None = None, chair: str | None = "m0", casting: str = ""
) -> Any:
    cast = {f"m{number}": choice for number, choice in enumerate(votes)}
    found = quorum.tally(edition or shipped.bundle(), cast, chair=chair, casting=casting)
    return found.outcome, found.tie_broken


def test_more_than_half_decides() -> None:
    assert outcome("deny", "approve", "approve") == ("approved", False)
    assert outcome("approve", "deny", "deny") == ("denied", False)


def test_approvals_of_both_kinds_count_together_and_the_careful_one_wins() -> None:
    votes = ("approve", "approve", "conditions", "deny", "deny")
    assert outcome(*votes) == ("approved_with_conditions", False)


def test_a_tie_goes_to_whoever_leads_or_to_the_next_meeting() -> None:
    assert outcome("deny", "approve") == ("denied", True)
    assert outcome("deny", "approve", edition=committee(tie="defer")) == ("deferred", True)
    assert outcome("deny", "approve", chair=None) == (None, False)
    assert outcome("deny", "approve", chair=None, casting="approve") == ("approved", True)


def test_the_leaders_vote_breaks_only_a_tie_it_is_part_of() -> None:
    votes = ("revise", "deny", "deny", "approve", "approve")
    assert outcome(*votes) == (None, False)
    assert outcome(*votes, casting="deny") == ("denied", True)
    assert quorum.leading({"a": "deny", "b": "approve", "c": "deny"}) == {"deny"}


def test_no_vote_is_no_outcome() -> None:
    assert outcome() == (None, False)


@given(st.lists(st.sampled_from(sorted(quorum.OUTCOMES)), min_size=1, max_size=12))
def test_nothing_is_decided_against_the_majority(votes: list[str]) -> None:
    decided, broken = outcome(*votes)
    for choice, means in quorum.OUTCOMES.items():
        if votes.count(choice) * 2 > len(votes):
            assert (decided, broken) == (means, False)
    if decided == "approved":
        assert votes.count("approve") * 2 >= len(votes) or votes[0] == "approve"
