"""Every word is explained, every refusal is a sentence, and no two refusals share a code."""

import re
from collections import Counter
from itertools import chain

import pytest

from muniment.rulebook import words
from muniment.rulebook.step import Need
from muniment.rulebook.tables import STEPS
from muniment.rulebook.words import Fact, Mode, Refusal, Role, Stage, Track
from muniment.rulebook.words.word import Word

CODE = re.compile(r"[a-z]+(-[a-z]+)*")
KINDS = (words.Stage, words.Role, words.Track, words.Mode, words.Subject, words.Fact)
EVERY_WORD = [word for kind in KINDS for word in kind]
OVERRIDES = list(
    dict.fromkeys(
        cell
        for step in STEPS.values()
        for cell in chain(step.needs, step.never)
        if isinstance(cell, Need)
    )
)
EVERY_REFUSAL = [*words.MISSING.values(), *words.PRESENT.values(), *OVERRIDES]


def is_sentence(text: str) -> bool:
    return text[0].isupper() and text.endswith(".") and "  " not in text


def test_every_word_is_its_name_in_lower_case_with_one_sentence() -> None:
    assert [word for word in EVERY_WORD if word.value != word.name.lower()] == []
    assert [word for word in EVERY_WORD if not is_sentence(word.means)] == []


def test_a_word_is_found_by_what_tables_store() -> None:
    assert Stage("in_review") is Stage.IN_REVIEW
    assert Stage.IN_REVIEW == "in_review"


def test_a_label_is_what_people_read_in_us_spelling() -> None:
    assert Stage.IN_REVIEW.label == "In review"
    assert Role.PROGRAMME_SIGNATORY.label == "Program signatory"
    assert Role.CO_APPLICANT.label == "Co-applicant"
    assert Stage.CLOSE_OUT.label == "Close-out"


def test_every_stage_is_open_or_an_end() -> None:
    assert set(words.OPEN_STAGES) | words.ENDS == set(Stage)
    assert not set(words.OPEN_STAGES) & words.ENDS


def test_every_role_is_an_office_or_a_relation_to_a_case_but_two() -> None:
    assert set(Role) - words.OFFICE_ROLES - words.CASE_ROLES == {Role.ANYONE, Role.SYSTEM}
    assert not words.OFFICE_ROLES & words.CASE_ROLES


def test_a_request_follows_the_strictest_of_its_parts() -> None:
    assert Track.strictest([Track.EXPEDITED, Track.PUBLIC]) is Track.EXPEDITED
    assert Track.strictest([Track.INTERNAL, Track.FULL, Track.EXPEDITED]) is Track.FULL


@pytest.mark.parametrize(
    ("mode", "available", "asked"),
    [
        (Mode.NEVER, True, False),
        (Mode.NEVER, False, False),
        (Mode.IF_AVAILABLE, True, True),
        (Mode.IF_AVAILABLE, False, False),
        (Mode.ALWAYS, True, True),
        (Mode.ALWAYS, False, True),
    ],
)
def test_a_mode_says_when_a_second_person_is_asked(
    mode: Mode, available: bool, asked: bool
) -> None:
    assert mode.asks(someone_is_available=available) is asked


def test_a_refusal_prints_its_code_and_sentence() -> None:
    plain = Refusal("on-hold", "The case is on hold.")
    filled = Refusal("too-late", "The term ended on {day}.", {"day": "May 4, 2026"})
    assert str(plain) == "on-hold: The case is on hold."
    assert str(filled) == "too-late: The term ended on May 4, 2026."


def test_a_refusal_without_names_keeps_its_braces() -> None:
    assert Refusal("x", "Write {name} as it is.").sentence == "Write {name} as it is."


def test_equal_refusals_can_be_kept_in_a_set() -> None:
    twice = {Refusal("x", "No.", {"a": "b"}), Refusal("x", "No.", {"a": "b"})}
    assert len(twice) == 1


def test_every_refusal_is_a_code_and_a_full_sentence() -> None:
    said = [(refusal.code, refusal.message) for refusal in EVERY_REFUSAL]
    assert [code for code, _ in said if not CODE.fullmatch(code)] == []
    assert [text for _, text in said if not is_sentence(text) or len(text) > 100] == []


def test_each_code_belongs_to_one_fact_in_one_column() -> None:
    codes = Counter(
        refusal.code for refusal in chain(words.MISSING.values(), words.PRESENT.values(), OVERRIDES)
    )
    assert [code for code, times in codes.items() if times > 1] == []


def test_the_fee_is_settled_in_three_ways_and_no_other() -> None:
    (settled,) = words.IMPLIED.items()
    assert settled == (Fact.FEE_SETTLED, {Fact.FEE_PAID, Fact.FEE_WAIVED, Fact.NOTHING_DUE})


def test_a_word_without_its_sentence_cannot_be_made() -> None:
    with pytest.raises(TypeError, match="needs a sentence"):
        Word("Mute", {"SILENT": "silent"})
