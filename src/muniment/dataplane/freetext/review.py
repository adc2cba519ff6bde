"""Texts held for a reader, and what the reader approved.

The *review file* shows each different text with its findings. The reader writes the *redactions
file*: for each text, by its hash, the spans to strike out. It holds no text, so it may lie with the
method policy, whose rule names its hash; it is still secret, since short texts can be guessed.
"""

import hashlib
import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from muniment.dataplane.freetext import detect
from muniment.dataplane.spec import faults, specification
from muniment.dataplane.spec.reader import LARGEST_INTEGER, Reader

STRUCK = "[...]"
REVIEW_VERSION = 1
REDACTIONS_VERSION = 1
MOST_TEXTS = 1_000_000
MOST_SPANS = 10_000
LARGEST_BYTES = 256 * 1024 * 1024

Spans = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Approved:
    """Approved redactions as read; `hash` is what a release rule names."""

    hash: str
    texts: Mapping[str, Spans]

    def released(self, text: str) -> str | None:
        """The text without what was struck out; None for a text that nobody approved."""
        spans = self.texts.get(text_hash(text))
        if spans is None or (spans and spans[-1][1] > len(text)):
            return None
        kept, at = [], 0
        for start, end in spans:
            kept.append(text[at:start])
            at = end
        return STRUCK.join([*kept, text[at:]])


def hold(texts: Iterable[str], *, field: str) -> dict[str, object]:
    """The review file of a column: every different text once, most findings first.

    `struck` proposes to strike every finding; the reader adds, removes, and signs.
    """
    entries = []
    for text in sorted(set(texts)):
        found = detect.findings(text)
        entries.append(
            {
                "hash": text_hash(text),
                "text": text,
                "findings": [each.document(text) for each in found],
                "struck": [list(span) for span in merged((f.start, f.end) for f in found)],
            }
        )
    entries.sort(key=lambda entry: -len(entry["findings"]))
    return {"muniment_text_review": REVIEW_VERSION, "field": field, "texts": entries}


def held(document: object) -> tuple[dict[str, list[tuple[int, int]]], str]:
    """The decision in a review file that a reader changed, and the column that it is about.

    Each text must still be the one its hash names. Raises `faults.Faulty`.
    """
    reader = Reader()
    required = ["muniment_text_review", "field", "texts"]
    members = reader.members(document, "", required=required, optional=[])
    found: dict[str, list[tuple[int, int]]] = {}
    field = ""
    if members is not None:
        version = REVIEW_VERSION
        here = "/muniment_text_review"
        reader.whole(members["muniment_text_review"], here, least=version, most=version)
        field = reader.text(members["field"], "/field") or ""
        for place, entry in enumerate(
            reader.items(members["texts"], "/texts", least=0, most=MOST_TEXTS)
        ):
            _decided(reader, entry, faults.at("/texts", place), found)
    reader.finish()
    return found, field


def approve(
    held: Mapping[str, Iterable[tuple[int, int]]], *, field: str, reviewer: str, on: str
) -> dict[str, object]:
    """The redactions file of a reader's decision: hash of each approved text → spans to strike."""
    return {
        "muniment_redactions": REDACTIONS_VERSION,
        "field": field,
        "reviewed_by": reviewer,
        "reviewed_on": on,
        "texts": {key: [list(span) for span in merged(held[key])] for key in sorted(held)},
    }


def read(document: object) -> Approved:
    """A redactions file from plain JSON values; raises `faults.Faulty`."""
    reader = Reader()
    required = ["muniment_redactions", "field", "reviewed_by", "reviewed_on", "texts"]
    members = reader.members(document, "", required=required, optional=[])
    texts: dict[str, Spans] = {}
    if members is not None:
        version = REDACTIONS_VERSION
        reader.whole(
            members["muniment_redactions"], "/muniment_redactions", least=version, most=version
        )
        for name in required[1:4]:
            reader.text(members[name], faults.at("", name))
        listed = members["texts"]
        if not isinstance(listed, dict) or len(listed) > MOST_TEXTS:
            message = f"This must be an object of at most {MOST_TEXTS} texts."
            reader.fault("/texts", "wrong-type", message)
            listed = {}
        for key, spans in listed.items():
            texts[key] = _spans(reader, spans, faults.at("/texts", key))
    reader.finish()
    return Approved(specification.digest(document), texts)


def merged(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """In order and apart: spans that touch or overlap become one."""
    apart: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if apart and start <= apart[-1][1]:
            apart[-1] = apart[-1][0], max(end, apart[-1][1])
        else:
            apart.append((start, end))
    return apart


def text_hash(text: str) -> str:
    """`sha256:<hex>` of a text."""
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


def _decided(
    reader: Reader, entry: object, path: str, found: dict[str, list[tuple[int, int]]]
) -> None:
    members = reader.members(
        entry, path, required=["hash", "text", "struck"], optional=["findings"]
    )
    if members is None:
        return
    text = members["text"]
    if not isinstance(text, str) or members["hash"] != text_hash(text):
        message = "The text is not the one that was held; change the struck spans only."
        reader.fault(faults.at(path, "text"), "other-text", message)
        return
    spans = _spans(reader, members["struck"], faults.at(path, "struck"))
    if spans and spans[-1][1] > len(text):
        message = f"The text has {len(text)} letters, and a span ends after them."
        reader.fault(faults.at(path, "struck"), "out-of-range", message)
    found[text_hash(text)] = list(spans)


def _spans(reader: Reader, value: object, path: str) -> Spans:
    found: list[tuple[int, int]] = []
    for place, item in enumerate(reader.items(value, path, least=0, most=MOST_SPANS)):
        here = faults.at(path, place)
        ends = [
            reader.whole(end, here, least=0, most=LARGEST_INTEGER)
            for end in reader.items(item, here, least=2, most=2)
        ]
        if len(ends) == 2 and ends[0] is not None and ends[1] is not None:
            found.append((ends[0], ends[1]))
    apart = all(a[1] <= b[0] for a, b in itertools.pairwise(found))
    if not apart or any(start >= end for start, end in found):
        reader.fault(path, "wrong-order", "Spans must be ordered, apart and not empty.")
    return tuple(found)
