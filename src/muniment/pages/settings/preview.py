"""How a file of the rules will read to those it is for: fees, days, criteria, roster, letters.

The same is shown beside the text while it is written and on the page of the draft; the figures
are what the line computes with, not the file's own lines.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.utils.translation import gettext, ngettext

from muniment.documents import mail
from muniment.pages.wording import datasets, turns
from muniment.programme import fees, letters
from muniment.programme.folder import editing
from muniment.rulebook.words import Role, Stage, Track

Rows = tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A caption, the heads of the columns, and the rows; the first cell of each is its head."""

    caption: str
    heads: tuple[str, ...]
    rows: Rows


@dataclass(frozen=True, slots=True)
class Preview:
    """What readers see of one file: a letter, or tables."""

    name: str
    letter: letters.Letter | None
    tables: tuple[Table, ...]


def of(bundle: Any, name: str) -> Preview | None:
    """The preview of a file; None for one that is for no reader, or not in this edition."""
    if name in DRAWN:
        return Preview(name, None, DRAWN[name](bundle))
    known = _letter_of(name)
    if known not in bundle["letter_texts"]:
        return None
    return Preview(name, _letter(bundle, known), ())


def has(name: str) -> bool:
    """Whether a file is for readers, and not only for the line."""
    return name in DRAWN or bool(_letter_of(name))


def _letter_of(name: str) -> str:
    """The letter whose text a file is; empty for every other file."""
    if not (name.startswith(editing.LETTERS) and name.endswith(".md")):
        return ""
    return name.removeprefix(editing.LETTERS).removesuffix(".md")


def _letter(bundle: Any, known: str) -> letters.Letter:
    """A letter as a reader gets it in plain text, each placeholder filled with what it means."""
    means: Mapping[str, str] = bundle["letters"]["placeholders"]
    filled = letters.fill(bundle, known, {key: f"[{text}]" for key, text in means.items()})
    return replace(filled, body=mail.letter(filled.subject, filled.body, site="").plain.strip())


def _fees(bundle: Any) -> tuple[Table, ...]:
    """What an applicant finds in an estimate, and who pays another share."""
    told, currency = bundle["fees"], bundle["programme"]["currency"]

    def line(entry: Mapping[str, Any], what: str = "") -> tuple[str, ...]:
        return entry["label"], what, fees.written(entry["amount_minor"], currency)

    lines = [line(told["base"], str(datasets.PER["request"]))]
    lines += [line(each, str(datasets.PER[each["per"]])) for each in told["classes"]]
    lines += [
        line(told[name], what)
        for name, what in (
            ("hours", gettext("for each hour")),
            ("delivery", gettext("for each delivery after the first")),
            ("annual", gettext("for each further year")),
        )
        if name in told
    ]
    lines += [line(each, gettext("once")) for each in told.get("surcharges", ())]
    classes = {each["id"]: each["label"] for each in bundle["programme"]["applicant_classes"]}
    shares = tuple((classes.get(name, name), f"× {by}") for name, by in told["factors"].items())
    heads = (gettext("Line"), gettext("Charged"), gettext("Amount"))
    share = (gettext("Applicant"), gettext("Share"))
    return (
        Table(gettext("What an estimate is made of"), heads, tuple(lines)),
        Table(gettext("Who pays how much of it"), share, shares),
    )


def _calendar(bundle: Any) -> tuple[Table, ...]:
    """What a request may take, when people are reminded, and the days off."""
    told = bundle["calendar"]
    limits = tuple(
        (
            f"{Stage(each['stage']).label}{_tracks(each)}",
            Role(each["owner"]).label,
            _days(each["days"]),
            ", ".join(str(before) for before in each.get("remind_before", ())) or "–",
        )
        for each in told["limits"]
    )
    lapses = tuple(
        (
            Stage(each["stage"]).label,
            gettext("%(n)s calendar days without a word") % {"n": each["after_days"]},
        )
        for each in told["lapse"]
    )
    free = tuple(
        (turns.day(date.fromisoformat(each["on"])), each["name"]) for each in told["holidays"]
    )
    return (
        Table(
            gettext("How long each stage may take, in business days"),
            (gettext("Stage"), gettext("Whose task"), gettext("Limit"), gettext("Reminded before")),
            limits,
        ),
        Table(
            gettext("After what time a request ends by itself"),
            (gettext("Stage"), gettext("It ends after")),
            lapses,
        ),
        Table(gettext("Days off"), (gettext("Day"), gettext("Name")), free),
    )


def _tracks(limit: Mapping[str, Any]) -> str:
    named = ", ".join(Track(each).label for each in limit.get("tracks", ()))
    return f" ({named})" if named else ""


def _days(number: int) -> str:
    return ngettext("%(n)s day", "%(n)s days", number) % {"n": number}


def _criteria(bundle: Any) -> tuple[Table, ...]:
    """What a member is asked of each criterion, with what each score means."""
    told = bundle["criteria"]["criteria"]
    return tuple(
        Table(
            f"{each['title']}: {each['question']}",
            (gettext("Score"), gettext("It means")),
            tuple((str(score), text) for score, text in sorted(each.get("anchors", {}).items())),
        )
        for each in told
    )


def _roster(bundle: Any) -> tuple[Table, ...]:
    """Which offices each of the people would hold, in the words of every page."""
    held = tuple(
        (each["person"], ", ".join(Role(role).label for role in each["roles"]))
        for each in bundle["roster"]["people"]
    )
    heads = (gettext("Person"), gettext("Roles"))
    return (Table(gettext("The smallest office that can take every step"), heads, held),)


DRAWN: dict[str, Callable[[Any], tuple[Table, ...]]] = {
    "fees.yaml": _fees,
    "calendar.yaml": _calendar,
    "criteria.yaml": _criteria,
    "roster.yaml": _roster,
}
