"""Readers against damaged files: always a sentence, never a traceback, a hang or half an edition.

MUNIMENT_FUZZ sets how many inputs (2,000 else); what the soak has tried so far is in `fuzz.json`.
"""

import json
import os

import pytest

from tests.dataplane.loading import fuzz

INPUTS = int(os.environ.get("MUNIMENT_FUZZ", "2000"))
RECORD = json.loads(fuzz.RESULTS.read_text(encoding="utf-8"))


@pytest.mark.slow
@pytest.mark.parametrize("first", range(0, INPUTS, fuzz.SLICE))
def test_damaged_files_end_in_a_sentence_as_recorded(first: int) -> None:
    told = fuzz.child(first, fuzz.SLICE)
    assert sum(told.values()) == fuzz.SLICE
    if first // fuzz.SLICE < len(RECORD["slices"]):
        assert told == RECORD["slices"][first // fuzz.SLICE]


def test_the_soak_is_recorded_and_met_every_reader() -> None:
    assert RECORD["inputs"] == len(RECORD["slices"]) * RECORD["slice"] >= 9_000
    assert RECORD["total"] == fuzz.total(RECORD["slices"])
    assert sum(RECORD["total"].values()) == RECORD["inputs"]
    for ending in fuzz.ENDINGS:
        assert RECORD["total"][f"{ending} refused"] > 500, ending
