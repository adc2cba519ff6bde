"""What the detectors find on texts whose places are known, by kind, printed and held to a floor."""

import json
from collections import Counter

import pytest

from muniment.dataplane.freetext import detect
from tests.holdings import places

# Share of labelled places covered to the last letter. Raise these, never lower them.
FLOORS = {
    "PERSON": 0.93,
    "STREET_ADDRESS": 0.83,
    "GPE": 0.93,
    "ORGANIZATION": 0.89,
    "DATE_TIME": 1.0,
    "AGE": 1.0,
    "PHONE_NUMBER": 1.0,
    "EMAIL_ADDRESS": 1.0,
    "DOMAIN_NAME": 1.0,
    "IP_ADDRESS": 1.0,
    "US_SSN": 1.0,
    "US_DRIVER_LICENSE": 1.0,
    "CREDIT_CARD": 1.0,
    "IBAN_CODE": 1.0,
    "ZIP_CODE": 0.96,
}
MOST_MARKED = 0.40


def test_recall_on_labelled_texts_holds_by_kind() -> None:
    path = places.source("presidio_synth") / "synth_dataset_v2.json"
    texts = json.loads(path.read_text(encoding="utf-8"))
    there, found = Counter(), Counter()
    letters = marked = 0
    for entry in texts:
        text = entry["full_text"]
        covered = {at for f in detect.findings(text) for at in range(f.start, f.end)}
        letters, marked = letters + len(text), marked + len(covered)
        for span in entry["spans"]:
            place = range(span["start_position"], span["end_position"])
            there[span["entity_type"]] += 1
            found[span["entity_type"]] += all(at in covered for at in place if text[at].isalnum())
    for kind in sorted(there):
        print(f"{kind}: {found[kind]} of {there[kind]}, recall {found[kind] / there[kind]:.3f}")
    print(f"marked: {marked / letters:.3f} of all letters")
    assert {k: found[k] / there[k] for k in FLOORS if found[k] / there[k] < FLOORS[k]} == {}
    assert marked / letters < MOST_MARKED  # a detector that marks everything finds everything


@pytest.mark.parametrize(
    ("text", "kind", "place"),
    [
        ("Pt seen with wife Maria today", "name", "Maria"),
        ("seen by dr. okafor again", "name", "okafor"),
        ("moved from Villafranca del Cid last", "name", "Villafranca del Cid"),
        ("SSN 123-45-6789 on file", "ssn", "123-45-6789"),
        ("reach me at a.b@example.org now", "email", "a.b@example.org"),
        ("see https://example.org/x now", "web", "https://example.org/x"),
        ("onset 3/14/2015 at home", "date", "3/14/2015"),
        ("onset in March 2015 at home", "date", "March 2015"),
        ("a 93-year-old man", "age", "93-year-old"),
        ("lives in 02139-4307 now", "zip", "02139-4307"),
        ("lives at 12 Old Mill Road now", "address", "12 Old Mill Road"),
        ("MRN: 0012345 noted", "number", "MRN: 0012345"),
        ("from 10.0.0.12 today", "network", "10.0.0.12"),
        ("call (617) 555-0123 now", "phone", "(617) 555-0123"),
        ("Allika 46 is it", "address", "46"),
        ("it is 46 Allika", "address", "46"),
    ],
)
def test_each_kind_is_found_where_it_stands(text: str, kind: str, place: str) -> None:
    found = {(f.kind.value, text[f.start : f.end].strip()) for f in detect.findings(text)}
    assert (kind, place) in found


def test_plain_clinical_words_are_left_alone() -> None:
    text = "Stable disease after treatment. No new lesion; mild nausea, resolved."
    assert detect.findings(text) == []
