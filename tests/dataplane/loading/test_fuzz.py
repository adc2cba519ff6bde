"""Readers against damaged files: always a sentence, never a traceback, a hang or half an edition.

MUNIMENT_FUZZ sets how many inputs (2,000 else), beside a slice of each reader that came later; what
the soak tried is in `fuzz.json`.
"""

import json
import os
from pathlib import Path

import pytest

from tests.dataplane.loading import fuzz

INPUTS = int(os.environ.get("MUNIMENT_FUZZ", "2000"))
# Inputs that once ended in a traceback: columns of an SPSS and a SAS file whose names are no text.
FOUND = [22_816, 114_913]
RECORD = json.loads(fuzz.RESULTS.read_text(encoding="utf-8"))


@pytest.mark.slow
@pytest.mark.parametrize("first", sorted({*range(0, INPUTS, fuzz.SLICE), *fuzz.LATER}))
def test_damaged_files_end_in_a_sentence_as_recorded(first: int) -> None:
    told = fuzz.child(first, fuzz.SLICE)
    assert sum(told.values()) == fuzz.SLICE
    if first // fuzz.SLICE < len(RECORD["slices"]):
        assert told == RECORD["slices"][first // fuzz.SLICE]


@pytest.mark.parametrize("number", FOUND)
def test_what_the_soak_once_found_stays_mended(tmp_path: Path, number: int) -> None:
    told = fuzz.batch(tmp_path, number, 1)
    assert told == {f"{fuzz.ending_of(number)} refused": 1}


def test_the_soak_is_recorded_and_met_every_reader() -> None:
    assert RECORD["inputs"] == len(RECORD["slices"]) * RECORD["slice"] >= 100_000
    assert RECORD["total"] == fuzz.total(RECORD["slices"])
    assert sum(RECORD["total"].values()) == RECORD["inputs"]
    for ending in (*fuzz.ENDINGS, *fuzz.LATER.values()):
        assert RECORD["total"][f"{ending} refused"] > 500, ending
