"""Every step has a test of the rows it writes and a test of one refusal, and both are there."""

import pytest

from muniment.rulebook import reading
from tests.house import proven

PROOFS = proven.listed()
HERE = "tests/house/test_proven.py"


def test_every_step_of_the_rulebook_has_both_tests_and_nothing_else_is_listed() -> None:
    assert proven.lacking(PROOFS) == []
    assert PROOFS.keys() == reading.STEPS.keys()


@pytest.mark.parametrize("what", ["rows", "refusal"])
def test_each_listed_test_is_still_there_and_insists_on_what_it_is_listed_for(what: str) -> None:
    gone = [
        f"{step}: {found[what]}"
        for step, found in PROOFS.items()
        if not proven.fits(found[what], what)
    ]
    assert gone == [], "Write such a test again, and run `python -m tests.house.proven`."


def test_a_test_that_is_gone_or_refuses_nothing_is_noticed() -> None:
    """The judge itself."""
    name = "test_a_test_that_is_gone_or_refuses_nothing_is_noticed"
    assert proven.fits(f"{HERE}::{name}", "rows")
    assert not proven.fits(f"{HERE}::{name}", "refusal")
    assert not proven.fits(f"{HERE}::test_that_never_was", "rows")
    assert not proven.fits("tests/actions/test_gone.py::test_it", "refusal")
    with_refusal = "test_a_listed_refusal_shows_by_the_word_of_its_call"
    assert proven.fits(f"{HERE}::{with_refusal}", "refusal")


def test_a_listed_refusal_shows_by_the_word_of_its_call() -> None:
    with pytest.raises(KeyError):
        reading.next_stage("no_such_step")


def test_what_was_heard_is_sorted_into_rows_and_refusals() -> None:
    name = "test_a_listed_refusal_shows_by_the_word_of_its_call"
    both = {"test": f"{HERE}::{name}[x]", "read_after": 1}
    heard = [{**both, "step": "vote", "refused": True}, {**both, "step": "score", "refused": False}]
    rows = {"test": f"{HERE}::test_what_was_heard_is_sorted_into_rows_and_refusals"}
    heard.append({**rows, "step": "vote", "refused": False, "read_after": 0})
    found = proven.chosen(heard, listed={})
    assert found["vote"] == {"rows": rows["test"], "refusal": f"{HERE}::{name}"}
    assert "score: no test of refusal" in proven.lacking(found)
    assert "score: no test of rows" in proven.lacking(found)  # that test asserts nothing itself
    listed = {"vote": {"refusal": f"{HERE}::gone"}, "score": {"refusal": f"{HERE}::{name}"}}
    later = proven.chosen(heard, listed=listed)
    assert (later["vote"], later["score"]) == (found["vote"], listed["score"])
    assert proven.chosen(heard, listed=listed, places=["tests/house"]) == found
