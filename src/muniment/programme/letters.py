"""Letters from allow-listed placeholders. There is no template language to abuse.

`{{name}}` is replaced by a value in which every character that Markdown would read is escaped,
on one line; nothing else in the text is touched, and a value is never read for placeholders. A
value that is a list of texts becomes a numbered list.

A letter goes out by mail: it says what to do, where and until when, and carries nothing that
anybody typed (decision 23). Only a notice of a decision, which is no mail, holds the reasons.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .bundle import Bundle

# The letters that steps of the line send; an edition without one of them could not run.
REQUIRED = frozenset(
    {
        "received",
        "returned",
        "question",
        "answer",
        "scope-proposed",
        "part-split",
        "change-opened",
        "change-applied",
        "not-available",
        "redirected",
        "decision-approved",
        "decision-denied",
        "decision-revise",
        "decision-deferred",
        "notice-approved",
        "notice-denied",
        "notice-revise",
        "agreement",
        "invoice",
        "payment-received",
        "release-ready",
        "download-closed",
        "reminder",
        "lapsed",
        "withdrawn",
        "annual-report-due",
        "close-out-due",
        "closed",
        "agreement-news",
        "release-recalled",
        "destruction-certified",
        "retention-decided",
        "access-ended",
        "revoked",
        "suspension-lifted",
        "suspended",
        "invitation",
        "signature-needed",
        "review-asked",
        "recused",
        "question-suggested",
        "confirmation-asked",
        "to-a-meeting",
        "confirmation-answered",
        "acting-chair",
        "alternate-called",
        "vote-asked",
        "committee-informed",
        "edition-open",
        "answer-to-applicant",
        "on-hold",
        "enquiry-answered",
        "supervision-asked",
        "entered-for-you",
        "cost-above-estimate",
        "waiver-decided",
        "credit-note",
        "refund-decided",
        "checkpoint",
        "ledger-alarm",
        "credential-reset",
        "debarred",
        "office-question",
        "standing-news",
        "training-confirmed",
        "use-ended",
        "mail-held-back",
    }
)

NOTICES = frozenset({"notice-approved", "notice-denied", "notice-revise"})
"""What is read on the page of a request, and downloaded from there; none of it is mailed."""

MAILED = frozenset(
    {
        "person_name",
        "programme_name",
        "reference",
        "link",
        "due_on",
        "asker_role",
        "total",
        "valid_until",
        "invoice_number",
        "expires_on",
        "what",
        "check",
        "datasets",
        "inviter_name",
        "size",
        "root",
        "alarm",
    }
)
"""What a letter may name: days, amounts, links, names from lists; never words typed freely."""
_NOTICED = frozenset(
    {
        "person_name",
        "programme_name",
        "reference",
        "title",
        "reason",
        "criteria",
        "conditions",
        "due_on",
        "appeal_until",
        "decided_on",
    }
)
ELSEWHERE = "(see the page that this letter links to)"
"""What stands for a placeholder that an edition of old had and no letter has any more."""

_PLACEHOLDER = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>()#+\-.!|~^$&:@=\"'/])")


Value = str | Sequence[str]


class LetterFault(ValueError):
    """A letter that does not exist, or a placeholder without a value."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter ready to send: the subject as plain text, the body as Markdown."""

    id: str
    subject: str
    body: str


def fill(edition: Bundle, name: str, values: Mapping[str, Value]) -> Letter:
    """The letter of that name with its placeholders filled.

    Raises LetterFault for an unknown letter and for placeholders that have no value. Values
    that the letter does not use are left out.
    """
    entry = next((one for one in edition["letters"]["letters"] if one["id"] == name), None)
    if entry is None:
        raise LetterFault(f"The programme has no letter {name}.")
    body = edition["letter_texts"][name]
    lacking = sorted((used_in(entry["subject"]) | used_in(body)) - set(values))
    if lacking:
        raise LetterFault(f"The letter {name} needs a value for: {', '.join(lacking)}.")
    subject = _PLACEHOLDER.sub(lambda found: _subject(values[found[1]]), entry["subject"])
    text = _PLACEHOLDER.sub(lambda found: _body(values[found[1]]), body)
    return Letter(name, subject, text)


def needs(edition: Bundle, name: str) -> frozenset[str]:
    """The placeholders that a letter uses; raises LetterFault for an unknown letter."""
    for entry in edition["letters"]["letters"]:
        if entry["id"] == name:
            return used_in(entry["subject"]) | used_in(edition["letter_texts"][name])
    raise LetterFault(f"The programme has no letter {name}.")


def used_in(text: str) -> frozenset[str]:
    """The names between double braces."""
    return frozenset(_PLACEHOLDER.findall(text))


def known_in(letter: str) -> frozenset[str]:
    """The placeholders that have a value in the letter or notice of that name."""
    return _NOTICED if letter in NOTICES else MAILED


def pointing(text: str, *, letter: str) -> str:
    """The text of a letter of old: what has no value there any more points at the page instead."""
    known = known_in(letter)
    return _PLACEHOLDER.sub(lambda found: found[0] if found[1] in known else ELSEWHERE, text)


def text_faults(text: str, *, letter: str, allowed: Mapping[str, str]) -> list[tuple[int, str]]:
    """What is wrong with the placeholders of a letter's text: (line, sentence)."""
    found = []
    for number, line in enumerate(text.split("\n"), start=1):
        for name in _PLACEHOLDER.findall(line):
            if not _NAME.fullmatch(name) or name not in allowed:
                sentence = f"the placeholder {{{{{name}}}}} is not on the list in letters.yaml."
                found.append((number, sentence))
            elif name not in known_in(letter):
                sentence = (
                    f"the placeholder {{{{{name}}}}} has no value in this letter. Mail says what "
                    "to do and where; write {{link}}."
                )
                found.append((number, sentence))
        rest = _PLACEHOLDER.sub("", line)
        if "{{" in rest or "}}" in rest or "{%" in rest:
            found.append((number, "a placeholder is written {{name}}, on one line."))
    return found


def _subject(value: Value) -> str:
    return one_line(value if isinstance(value, str) else ", ".join(value))


def _body(value: Value) -> str:
    if isinstance(value, str):
        return escape(value)
    return "\n".join(f"{number}. {escape(one)}" for number, one in enumerate(value, start=1))


def escape(value: str) -> str:
    """The value as text that Markdown shows unchanged, on one line."""
    return _SPECIAL.sub(r"\\\1", one_line(value))


def one_line(value: str) -> str:
    """The value without line breaks and control characters, which could forge a header."""
    return " ".join("".join(c if c.isprintable() else " " for c in value).split())


def with_criteria(notice: str, reasons: Mapping[str, str], *, titles: Mapping[str, str]) -> str:
    """A notice that holds the reason of each criterion: those it lacks stand below its text.

    Who decides may edit the letter, and the reasons are in it all the same. An empty notice stays
    empty, for it is refused.
    """
    said = " ".join(notice.split())
    missing = [
        f"{titles[name]}: {' '.join(text.split())}"
        for name, text in reasons.items()
        if name in titles and text.strip() and " ".join(text.split()) not in said
    ]
    if not said or not missing:
        return notice
    return "\n\n".join([notice.rstrip(), "Reasons by criterion:", *missing])
