"""Exact numbers cannot be shown by accident; protected ones say what may be said."""

import copy
import functools
import json
import operator
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment.dataplane import noise
from muniment.dataplane.spec import answer
from muniment.dataplane.spec.exact import Exact


@pytest.mark.parametrize(
    "leak",
    [
        str,
        format,
        "{}".format,
        "{:d}".format,
        lambda held: f"{held}",
        lambda held: f"{held:,}",
        functools.partial(operator.mod, "%s"),
        functools.partial(operator.mod, "%d"),
        int,
        float,
        bool,
        hash,
        range,
        json.dumps,
        pickle.dumps,
        copy.copy,
        copy.deepcopy,
        lambda held: held == 7919,
        lambda held: held != 7919,
        lambda held: held < 7919,
        lambda held: held >= 7919,
        lambda held: held + 1,
        lambda held: held - 1,
        lambda held: {held: 1},
        lambda held: sorted([held, Exact(1)]),
    ],
)
def test_an_exact_number_raises_when_anything_would_show_it(leak) -> None:
    with pytest.raises(TypeError) as caught:
        leak(Exact(7919))
    assert "7919" not in str(caught.value)


def test_an_exact_number_hides_in_a_traceback() -> None:
    assert repr(Exact(7919)) == "Exact(hidden)"
    assert "7919" not in repr([Exact(7919)])


def test_an_exact_number_is_revealed_for_a_purpose_only() -> None:
    assert Exact(7919).reveal(purpose="Checking a count with the data engineer.") == 7919
    with pytest.raises(ValueError, match="purpose"):
        Exact(7919).reveal(purpose="  ")


def said(protected: int, **other: int) -> answer.Count:
    rules = {"rounding": 5, "threshold": 11, "sigma": 10} | other
    return answer.of(protected, unit="person", **rules)


@pytest.mark.parametrize(
    ("protected", "shown"),
    [(-30, None), (0, None), (10, None), (11, 15), (12, 15), (13, 15), (17, 15), (18, 20),
     (22, 20), (23, 25), (1238, 1240)],
)  # fmt: skip
def test_threshold_comes_first_then_rounding(protected: int, shown: int | None) -> None:
    assert said(protected).shown == shown


def test_answers_say_themselves() -> None:
    assert said(1238).says == "About 1,240 people match."
    assert said(3).says == "Too few people match to show a number."
    practices = answer.of(60, unit="practice", rounding=10, threshold=11, sigma=10)
    assert practices.says == "About 60 practices match."
    assert answer.plural("facility") == "facilities"


@given(st.integers(-100, 5000), st.integers(1, 50), st.integers(2, 60), st.integers(-100, 5000))
def test_a_shown_number_is_a_multiple_and_reaches_the_threshold(
    protected: int, rounding: int, threshold: int, other: int
) -> None:
    count = said(protected, rounding=rounding, threshold=threshold)
    assert (count.shown is None) == (protected < threshold)
    if count.shown is not None:
        assert count.shown % rounding == 0
        assert count.shown >= threshold
        assert abs(count.shown - protected) < max(rounding, 1)
        larger = said(max(protected, other), rounding=rounding, threshold=threshold)
        assert larger.shown >= count.shown


@pytest.mark.parametrize(("sigma", "rounding"), [(27, 5), (10, 1), (40, 10)])
def test_nineteen_of_twenty_shown_numbers_are_as_near_as_is_said(sigma: int, rounding: int) -> None:
    far = answer.within(sigma=sigma, rounding=rounding)
    keys = noise.edition_keys(bytes(32), holding="small", edition="1")
    draws = [noise.drawn(b"q", at, keys=keys, sigma=sigma) for at in range(3000)]
    shown = [said(1000 + draw, rounding=rounding).shown for draw in draws]
    near = sum(abs(each - 1000) <= far for each in shown if each is not None) / len(shown)
    assert 0.94 < near < 0.985


def test_equal_protected_answers_are_equal_bytes() -> None:
    assert json.dumps(said(21).document()) == json.dumps(said(19).document())
    assert json.dumps(said(2).document()) == json.dumps(said(-40).document())


def test_breakdowns_are_plain_json() -> None:
    cell = answer.Cell(("F",), said(30))
    document = answer.Breakdown(("SEX",), (cell,)).document()
    assert json.loads(json.dumps(document)) == document
    assert document["cells"][0]["count"]["shown"] == 30
