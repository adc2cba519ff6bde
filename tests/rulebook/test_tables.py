"""Each table reads like a printed one: no row twice, no empty actor, no cell against another."""

import re
from itertools import chain

import pytest

from muniment.rulebook import words
from muniment.rulebook.step import Step, fact_of
from muniment.rulebook.tables import ROOMS, STEPS
from muniment.rulebook.words import Fact, Role, Stage, Subject, Track

NAME = re.compile(r"[a-z]+(_[a-z]+)*")
SENTENCE = re.compile(r"[A-Z].{4,88}\.")
EVERY_ROW = list(chain.from_iterable(room.STEPS for room in ROOMS))


def needed(step: Step) -> list[Fact]:
    return [fact_of(cell) for cell in step.needs]


def barred(step: Step) -> list[Fact]:
    return [fact_of(cell) for cell in step.never]


def test_no_two_rows_share_a_name() -> None:
    assert len(STEPS) == len(EVERY_ROW)


def test_there_are_enough_steps_for_the_whole_line() -> None:
    assert len(STEPS) >= 90


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.__name__)
def test_a_row_stands_in_the_table_of_its_room(room: object) -> None:
    name = room.__name__.rpartition(".")[2]  # type: ignore[attr-defined]
    assert {step.room for step in room.STEPS} == {name}  # type: ignore[attr-defined]


def test_a_step_is_named_in_words_and_says_in_a_sentence_what_it_does() -> None:
    assert [step.name for step in EVERY_ROW if not NAME.fullmatch(step.name)] == []
    assert [step.says for step in EVERY_ROW if not SENTENCE.fullmatch(step.says)] == []


def test_every_step_has_somebody_to_take_it() -> None:
    assert [step.name for step in EVERY_ROW if not step.by] == []


def test_no_cell_of_a_row_contradicts_or_repeats_another() -> None:
    columns = {
        step.name: (step.by, step.at, (*needed(step), *barred(step)), step.tracks)
        for step in EVERY_ROW
    }
    assert [
        (name, column)
        for name, row in columns.items()
        for column in row
        if len(set(column)) < len(column)
    ] == []


def test_no_row_needs_what_implies_something_it_bars() -> None:
    assert [
        (step.name, total)
        for step in EVERY_ROW
        for total, parts in words.IMPLIED.items()
        if parts & set(needed(step)) and total in barred(step)
    ] == []


def test_no_row_leads_where_it_starts_but_the_one_that_sends_back_from_anywhere() -> None:
    assert [step.name for step in EVERY_ROW if step.to in step.at] == ["apply_amendment"]


def test_a_step_that_moves_a_case_is_about_a_case_or_its_release() -> None:
    movers = {step.subject for step in EVERY_ROW if step.to}
    assert movers == {Subject.CASE, Subject.LINE, Subject.BUILD}


def test_every_fact_is_used_by_a_row() -> None:
    used = {fact for step in EVERY_ROW for fact in (*needed(step), *barred(step))}
    parts = set(chain.from_iterable(words.IMPLIED.values()))
    assert set(Fact) - used - parts == set()


def test_every_cell_has_its_sentence_and_every_sentence_its_cell() -> None:
    needs = {cell for step in EVERY_ROW for cell in step.needs if isinstance(cell, Fact)}
    nevers = {cell for step in EVERY_ROW for cell in step.never if isinstance(cell, Fact)}
    assert words.MISSING.keys() == needs
    assert words.PRESENT.keys() == nevers


def test_every_role_can_do_something() -> None:
    assert {role for step in EVERY_ROW for role in step.by} == set(Role)


def test_every_kind_of_subject_has_a_step() -> None:
    assert {step.subject for step in EVERY_ROW} == set(Subject)


def test_every_stage_has_steps_and_every_track_its_own() -> None:
    assert {stage for step in EVERY_ROW for stage in step.at} == set(Stage)
    assert {track for step in EVERY_ROW for track in step.tracks} == set(Track)


def test_only_a_public_download_belongs_to_the_public_track() -> None:
    assert [step.name for step in EVERY_ROW if Track.PUBLIC in step.tracks] == [
        "download_publication"
    ]
