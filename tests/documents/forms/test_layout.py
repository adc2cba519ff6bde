"""The layout of a form: every field has its controls, and keys depend on the definition alone."""

from muniment.documents.forms import filled
from tests.documents.forms import sample


def test_the_same_definition_gives_the_same_keys() -> None:
    assert list(sample.layout().controls()) == list(sample.layout().controls())
    keys = [control.key for control in sample.layout().controls()]
    assert len(keys) == len(set(keys))


def test_every_field_but_a_file_has_a_control() -> None:
    names = {control.name.split(".")[0] for control in sample.layout().controls()}
    fields = {field["id"] for section in sample.FORM["sections"] for field in section["fields"]}
    assert fields - names == {"letter"}


def test_a_condition_is_said_in_the_words_of_the_form() -> None:
    [_, second] = sample.layout().sheets
    assert second.notes == ('Only if "Dose" is High dose · hoch.',)


def test_a_choice_is_taken_by_its_value_and_by_its_words() -> None:
    for said in ("high", "High dose · hoch", "high DOSE · hoch"):
        found = filled.take(sample.layout(), {sample.key("dose"): said})
        assert found.posted == (("dose", "high"),)


def test_what_is_no_choice_is_said_to_be_unread() -> None:
    found = filled.take(sample.layout(), {sample.key("dose"): "medium"})
    assert found.posted == ()
    assert [(each.control.name, each.text) for each in found.unread] == [("dose", "medium")]


def test_a_tick_written_as_x_counts_and_other_marks_do_not() -> None:
    ticked = filled.take(sample.layout(), {sample.key("agreed"): "X"})
    assert ticked.posted == (("agreed", "yes"),)
    assert filled.take(sample.layout(), {sample.key("agreed"): "no"}).posted == ()


def test_a_box_where_text_was_asked_is_nothing() -> None:
    assert filled.take(sample.layout(), {sample.key("title"): True}).posted == ()
