"""Which values are too rare to be shown, by how many persons have them."""

from hypothesis import given
from hypothesis import strategies as st

from muniment.dataplane.methods import rare_merge
from muniment.dataplane.spec.fields import Method
from muniment.dataplane.spec.values import FieldType
from tests.dataplane.methods.test_methods import applied

OF_ELEVEN: dict[str, object] = {"minimum": 11, "into": "Other"}


def test_rare_merge_keeps_the_listed_and_merges_the_rest() -> None:
    out = applied(
        Method.RARE_MERGE,
        ["NAUSEA", "SYNCOPE", None, "O'Hara"],
        kind=FieldType.STRING,
        params={"minimum": 2, "into": "Any 'other'"},
        listed=["NAUSEA"],
    )
    assert out == ["NAUSEA", "Any 'other'", None, "Any 'other'"]


@given(st.dictionaries(st.text("abcdef", min_size=1, max_size=2), st.integers(1, 30), max_size=8))
def test_no_merged_group_is_rarer_than_the_minimum(persons: dict[str, int]) -> None:
    params: dict[str, object] = {"minimum": 11, "into": "Other"}
    kept = rare_merge.frequent(list(persons.items()), params=params)
    merged = [count for value, count in persons.items() if value not in kept]
    assert all(persons[value] >= 11 for value in kept)
    assert not kept or not merged or max(merged) >= 11


def test_a_value_called_like_the_merged_ones_is_one_of_them() -> None:
    params: dict[str, object] = {"minimum": 11, "into": "Other"}
    persons = [("Other", 5), ("A", 40), ("B", 20)]
    assert rare_merge.frequent(persons, params=params) == ["A"]
    assert rare_merge.frequent([("Other", 40), ("A", 11)], params=params) == ["A"]


def test_a_value_of_exactly_the_minimum_is_shown() -> None:
    assert rare_merge.frequent([("A", 11), ("B", 12)], params=OF_ELEVEN) == ["A", "B"]
    assert rare_merge.frequent([("A", 10), ("Other", 11)], params=OF_ELEVEN) == []


def test_merged_values_that_one_of_them_makes_frequent_take_no_other_with_them() -> None:
    persons = [("Other", 11), ("A", 10), ("B", 12)]
    assert rare_merge.frequent(persons, params=OF_ELEVEN) == ["B"]


def test_the_rarest_value_joins_a_merged_one_and_of_equals_the_first_by_name() -> None:
    persons = [("Z", 20), ("Y", 20), ("A", 30), ("rare", 2)]
    assert rare_merge.frequent(persons, params=OF_ELEVEN) == ["Z", "A"]
    assert rare_merge.frequent(persons[::-1], params=OF_ELEVEN) == ["Z", "A"]
