"""Who may still ask: decided by past questions and answers, and by nothing else."""

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment.dataplane.spec import budget, holding
from tests.dataplane import tables

ALLOWED = budget.Limits(person=3, institution=5, edition=8)
ANSWER = {"shown": 120}


def decide(
    question: str = "new",
    *,
    past: list[budget.Past],
    person: str = "ann",
    institution: str = "u",
    price: int = 1,
) -> budget.Go | budget.Repeated | budget.Refusal:
    return budget.decide(
        question, person=person, institution=institution, price=price, past=past, allowed=ALLOWED
    )


def asked(
    *questions: str, person: str = "ann", institution: str = "u", answer: object = ANSWER
) -> list[budget.Past]:
    return [budget.Past(each, person, institution, 1, answer) for each in questions]


def whose(found: object) -> object:
    assert isinstance(found, budget.Refusal), found
    assert found.code == "count-budget"
    assert found.message.endswith("Ask the office: a statistician can count for you.")
    return found.params["whose"]


def test_a_first_question_goes_at_its_price() -> None:
    assert decide(past=[], price=2) == budget.Go(2)


def test_the_same_question_again_has_the_recorded_answer_for_nothing() -> None:
    past = asked("a", "b", "new")
    assert decide(past=past) == budget.Repeated(ANSWER)


def test_a_reservation_without_an_answer_is_asked_again_for_nothing() -> None:
    past = [*asked("a", "b"), *asked("new", answer=None)]
    assert decide(past=past) == budget.Go(0)
    assert whose(decide("other", past=past)) == "person", "it was spent before looking"


def test_a_person_stops_at_the_limit_and_a_price_is_counted_whole() -> None:
    assert decide(past=asked("a", "b")) == budget.Go(1)
    assert whose(decide(past=asked("a", "b"), price=2)) == "person"
    assert whose(decide(past=asked("a", "b", "c"))) == "person"


def test_people_of_one_institution_share_its_limit() -> None:
    past = [*asked("a", "b", "c"), *asked("d", "e", person="bob")]
    assert whose(decide(past=past, person="cyd")) == "institution"
    assert decide(past=past, person="cyd", institution="v") == budget.Go(1)


def test_everybody_shares_the_limit_of_the_edition() -> None:
    past = [
        *asked("a", "b", "c"),
        *asked("d", "e", person="bob"),
        *asked("f", "g", "h", person="cyd", institution="v"),
    ]
    assert whose(decide(past=past, person="dan", institution="w")) == "edition"


def test_what_others_asked_is_not_free_so_that_nobody_learns_of_it() -> None:
    for others in ([], asked("new", person="bob")):
        assert decide(past=others) == budget.Go(1)
    used_up = asked("a", "b", "c")
    assert whose(decide(past=[*used_up, *asked("new", person="bob")])) == "person"


@given(st.lists(st.sampled_from([None, 0, 15, 7919]), min_size=8, max_size=8))
def test_no_decision_depends_on_what_was_answered(answers: list[int | None]) -> None:
    people = ["ann", "ann", "ann", "bob", "bob", "cyd", "cyd", "cyd"]
    past = [
        budget.Past(f"q{at}", person, "u" if at < 5 else "v", 1, {"shown": shown})
        for at, (person, shown) in enumerate(zip(people, answers, strict=True))
    ]
    plain = [budget.Past(each.question, each.person, each.institution, 1, ANSWER) for each in past]
    for person, institution in (("ann", "u"), ("cyd", "v"), ("dan", "u"), ("eve", "w")):
        for number in range(9):
            told = [
                decide(past=taken[:number], person=person, institution=institution)
                for taken in (past, plain)
            ]
            assert told[0] == told[1]


def test_what_is_left_is_ones_own() -> None:
    past = [*asked("a"), *asked("b", "c", person="bob")]
    assert budget.remaining("ann", past=past, allowed=ALLOWED) == 2
    assert budget.remaining("ann", past=asked(*"abcd"), allowed=ALLOWED) == 0


@pytest.mark.parametrize("sigma", [1, 5, 9, 10, 13, 20, 25, 40, 100])
def test_the_default_limits_keep_the_bound(sigma: int) -> None:
    allowed = budget.limits(sigma)
    assert 1 <= allowed.person <= allowed.institution <= allowed.edition
    if sigma >= 9:
        assert budget.advantage(allowed.institution, sigma=sigma) <= 0.0222
        assert budget.advantage(allowed.edition, sigma=sigma) <= 0.0443, "everybody pooled"
        assert budget.size_advantage(allowed.institution, sigma=sigma) <= 0.04
    if sigma >= 13:
        assert 2 * allowed.person <= allowed.institution, "two accounts have what one pool has"


def test_the_limits_grow_with_the_square_of_sigma() -> None:
    """Sixteen questions at sigma 36: their mean has an error of nine."""
    assert budget.limits(36) == budget.Limits(person=8, institution=16, edition=64)
    assert budget.limits(35) == budget.Limits(person=7, institution=15, edition=60)
    assert budget.limits(20) == budget.Limits(person=2, institution=4, edition=16)
    assert budget.limits(10) == budget.Limits(person=1, institution=1, edition=4)


@pytest.mark.parametrize(
    ("unit", "sigma", "counted"),
    [("person", 9, True), ("person", 8, False), ("practice", 8, False), ("article", 1, True)],
)
def test_people_with_too_little_noise_are_not_counted_at_all(
    unit: str, sigma: int, counted: bool
) -> None:
    """One answer would tell too much; what is no person and no practice needs no noise."""
    shape = tables.descriptor()
    shape["muniment"] |= {"unit": unit, "noise_sigma": sigma}
    source = holding.parse(shape)
    told = [(fault.code, fault.message) for fault in budget.obstacles(source)]
    sentence = f"{source.title} has too little noise for live counts: a statistician answers."
    assert told == ([] if counted else [("no-live-counts", sentence)])


def test_the_size_of_a_group_is_guessed_from_the_mean_of_all_answers() -> None:
    """Ten sizes; the nearest to a mean is right where its error is below one half."""
    draw = random.Random(1)
    right = 0
    for at in range(40_000):
        size = at % 10 + 1
        found = round(size + draw.gauss(0, 20 / math.sqrt(4)))
        right += min(max(found, 1), 10) == size
    assert right / 40_000 - 0.1 == pytest.approx(budget.size_advantage(4, sigma=20), abs=0.006)


def test_the_bound_is_that_of_telling_two_normals_apart() -> None:
    """m draws around 0 or around 1: the best guess takes the mean and cuts it at one half."""
    for questions, sigma in ((1, 10), (16, 20), (64, 20)):
        step = sigma / math.sqrt(questions) / 1000
        below = sum(
            math.exp(-((at * step) ** 2) / (2 * (1000 * step) ** 2))
            for at in range(round(0.5 / step))
        )
        area = below / (1000 * math.sqrt(2 * math.pi))
        assert budget.advantage(questions, sigma=sigma) == pytest.approx(area, abs=2e-3)
