"""Places in a text that may tell who it is about: patterns, a list of names, and capital letters.

Made to be read by a person afterwards, so it would rather mark too much than miss. What it finds of
each kind, on texts with known places, is measured and printed by its test. The kinds follow
45 CFR 164.514(b)(2)(i).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources


class Kind(StrEnum):
    """What a finding may be."""

    NAME = "name"
    DATE = "date"
    AGE = "age"
    PHONE = "phone"
    EMAIL = "email"
    WEB = "web"
    NETWORK = "network"
    SSN = "ssn"
    NUMBER = "number"
    ZIP = "zip"
    ADDRESS = "address"


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """Characters `start` up to `end` of a text."""

    start: int
    end: int
    kind: Kind

    def document(self, text: str) -> dict[str, object]:
        return {
            "start": self.start,
            "end": self.end,
            "kind": self.kind.value,
            "text": text[self.start : self.end],
        }


_MONTH = (
    "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|"
    "sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?"
)
_STREET = (
    "street|st|avenue|ave|road|rd|lane|ln|drive|dr|boulevard|blvd|court|ct|place|pl|way|square|"
    "terrace|highway|hwy|parkway|circle|plaza|alley|crescent|close|row|route"
)
_NUMBERED = "suite|ste|apt|apartment|unit|room|floor|box|po box|p\\.o\\. box|psc"
PATTERNS: tuple[tuple[Kind, str], ...] = (
    (Kind.EMAIL, r"[\w.+'-]+@[\w-]+(?:\.[\w-]+)+"),
    (Kind.WEB, r"(?:https?://|www\.)[^\s,;)>\]]+|\b[\w-]+\.(?:com|org|net|edu|gov|info|io)\b\S*"),
    (Kind.NETWORK, r"\b(?:\d{1,3}\.){3}\d{1,3}\b|(?<![\w:])(?:[0-9a-f]{1,4}:){3,7}[0-9a-f]{1,4}\b"),
    (Kind.SSN, r"(?<!\d)\d{3}[- ]?\d{2}[- ]?\d{4}(?!\d)"),
    (Kind.DATE, r"\b\d{4}-\d{1,2}(?:-\d{1,2})?(?:[T ]\d{1,2}:\d{2}(?::\d{2})?)?"),
    (Kind.DATE, r"(?<!\d)\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}(?!\d)"),
    (Kind.DATE, rf"\b(?:\d{{1,2}}(?:st|nd|rd|th)?\s+(?:of\s+)?)?(?:{_MONTH})\b\.?"
                r"(?:\s+\d{1,2}(?:st|nd|rd|th)?\b)?(?:,?\s+\d{4})?"),
    (Kind.DATE, r"\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b|\b(?:18|19|20)\d{2}s?\b"),
    (Kind.AGE, r"\b\d{1,3}(?:\s+|-)?(?:years?|yrs?|yo|y/o|months?|mos?|days?)"
               r"(?:(?:\s+|-)?olds?)?\b|"
               r"\b(?:age[ds]?|turn(?:s|ed|ing)?|birthday)\D{0,12}\d{1,3}\b|"
               r"\b(?:was|is|am|at)\s+\d{1,3}\b|\b\d{1,3}(?:st|nd|rd|th)\s+birthday\b"),
    (Kind.PHONE, r"(?<![\w.])\+?\(?\d(?:[\s().\-/]{0,3}\d){6,14}(?!\d)"),
    (Kind.ADDRESS, rf"\b\d{{1,6}}[a-z]?\s+(?:[\w'.]+\s+){{1,4}}(?:{_STREET})\b\.?"),
    (Kind.ADDRESS, rf"\b(?:{_NUMBERED})\.?\s*#?\s*\d+\w?\b"),
    (Kind.ZIP, r"\b\d{5}-\d{4}\b|\b\d{5}\b|\b\d{3}\s\d{2}\b|\b\d{2}-\d{3}\b|\b\d{4}-\d{3}\b"),
    (Kind.NUMBER, r"\b(?:mrn|record|account|acct|policy|license|licence|id|no|number|nr|ref)"
                  r"[.:#\s-]*[a-z]{0,3}[-\d]{3,}\b"),
    (Kind.NUMBER, r"\b(?=[\w-]*\d)[a-z0-9][\w-]{5,}\b|\b\d{3,}\b"),
)  # fmt: skip
# What stands between two parts of one name or place: "Villafranca del Cid", "6750 Koskikatu 25".
_BETWEEN = re.compile(
    r"[\s,.#'’\"&/-]*(?:(?:of|and|de|del|della|di|da|do|dos|du|la|le|van|von|den|der|ten|ter|u|i|e|y|c)\b"
    r"[\s,.]*){0,2}",
    re.IGNORECASE,
)
_BESIDE = re.compile(r"[\s,.#]{0,3}")
_SHORT_NUMBER = re.compile(r"(?<!\w)\d{1,4}[a-z]?(?!\w)", re.IGNORECASE)
_COMPILED = tuple((kind, re.compile(pattern, re.IGNORECASE)) for kind, pattern in PATTERNS)
_WORD = re.compile(r"[^\W\d_][^\W\d_'’\-]*(?:[-'’][^\W\d_]+)*")
_SENTENCE_END = re.compile(r"[.!?:]\s*[\"'“(]*$|^\s*[\"'“(]*$|\n\s*$")
_TITLE = re.compile(r"\b(?:dr|mr|mrs|ms|miss|prof|sir|madam|nurse|doctor)\.?\s+$", re.IGNORECASE)


def findings(text: str) -> list[Finding]:
    """Every finding, by place; findings of several kinds may overlap."""
    found = {
        Finding(match.start(), match.end(), kind)
        for kind, pattern in _COMPILED
        for match in pattern.finditer(text)
    }
    names = list(_names(text))
    return sorted(found.union(_joined(text, names), _house_numbers(text, names)))


@cache
def known_names() -> frozenset[str]:
    """Given names and frequent surnames of the US Census of 1990, in small letters."""
    return _list("names.txt")


@cache
def common_words() -> frozenset[str]:
    """Words that begin sentences and name nobody, in small letters."""
    return _list("words.txt")


def _names(text: str) -> Iterator[Finding]:
    """Words in capitals that are no common word, names of the list, and words after a title."""
    for match in _WORD.finditer(text):
        word, folded = match.group(), match.group().casefold()
        before = text[max(0, match.start() - 20) : match.start()]
        is_initial = len(word) == 1 and word.isupper() and text[match.end() :].startswith(".")
        if is_initial or _TITLE.search(before) or (_is_capital(word) and _may_name(folded, before)):
            yield Finding(match.start(), match.end(), Kind.NAME)


def _joined(text: str, names: list[Finding]) -> Iterator[Finding]:
    """Names with nothing but small words between them are one finding."""
    run: Finding | None = None
    for name in names:
        if run and _BETWEEN.fullmatch(text, run.end, name.start):
            run = Finding(run.start, name.end, Kind.NAME)
            continue
        if run:
            yield run
        run = name
    if run:
        yield run


def _house_numbers(text: str, names: list[Finding]) -> Iterator[Finding]:
    """A short number right beside a name may be a house or a box."""
    starts, ends = {name.start for name in names}, {name.end for name in names}
    for match in _SHORT_NUMBER.finditer(text):
        after = _BESIDE.match(text, match.end())
        assert after is not None  # it matches nothing at all, too
        reach = range(max(0, match.start() - 3), match.start() + 1)
        follows = any(at in ends and _BESIDE.fullmatch(text, at, match.start()) for at in reach)
        if after.end() in starts or follows:
            yield Finding(match.start(), match.end(), Kind.ADDRESS)


def _is_capital(word: str) -> bool:
    """A capital at the start; letters of scripts without case count as capital."""
    return not word[0].islower()


def _may_name(folded: str, before: str) -> bool:
    """A common word names nobody at the start of a sentence, nor an uncommon name within one."""
    if folded in common_words():
        return folded in known_names() and not _SENTENCE_END.search(before)
    return True


def _list(name: str) -> frozenset[str]:
    text = resources.files(__package__).joinpath("lists", name).read_text(encoding="utf-8")
    return frozenset(line for line in text.splitlines() if not line.startswith("#"))
