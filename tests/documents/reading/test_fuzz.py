"""Mutations of valid files: the readers answer, refuse, and never crash or hang."""

import json
import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from muniment.documents import reading
from muniment.documents.reading import child
from tests.documents.forms import sample
from tests.documents.reading import hostile

pytestmark = pytest.mark.slow

PLACES = st.lists(st.tuples(st.floats(0, 1), st.binary(max_size=6)), min_size=1, max_size=12)


def mutated(data: bytes, places: list[tuple[float, bytes]]) -> bytes:
    bad = bytearray(data)
    for where, what in places:
        spot = int(where * (len(bad) - 1))
        bad[spot : spot + len(what)] = what
    return bytes(bad)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["pdf", "docx"])
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(places=PLACES)
def test_a_mutated_file_is_answered(kind: str, places: list[tuple[float, bytes]]) -> None:
    answer = json.loads(child.answer({"task": "form"}, mutated(sample.blank(kind), places)))
    assert set(answer) in ({"found"}, {"refused"})


@pytest.mark.slow
@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(places=PLACES)
def test_a_word_body_with_mutated_xml_is_answered(places: list[tuple[float, bytes]]) -> None:
    body = mutated(hostile.members()["word/document.xml"], places)
    data = hostile.docx_with(word__document_dot_xml=body)
    answer = json.loads(child.answer({"task": "form"}, data))
    assert set(answer) in ({"found"}, {"refused"})


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(20))
def test_the_child_itself_answers_a_cut_file_in_time(seed: int) -> None:
    data = sample.blank(("pdf", "docx")[seed % 2])
    cut = data[: random.Random(seed).randrange(1, len(data))]
    with pytest.raises(reading.Refused):
        reading.read_form(cut)
