"""What a form file asks: the controls of every question, in order, with a key for each.

A key is short and plain because a Word tag holds 64 characters and a dot has a meaning in PDF
names. It depends on nothing but the form's definition, so the same edition gives the same keys
when the file comes back. `name` is what a browser would post: one road leads from there on.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from muniment.documents.forms import conditions

ROWS = 6
"""Empty rows of a table; who needs more adds them online."""
YES_NO = (("yes", "Yes"), ("no", "No"))
LONG_PERSON_KEYS = {"address"}

Definition = Mapping[str, Any]
Choices = Callable[[Definition], Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Control:
    """One thing to fill in. `kind`: line, lines, choice, or tick (which posts `value`)."""

    key: str
    name: str
    kind: str
    label: str
    value: str = "yes"
    options: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """Controls that belong together: a person, or one row of a table."""

    title: str
    controls: tuple[Control, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """One field of the form. `notes` are what to know before answering."""

    id: str
    kind: str
    label: str
    notes: tuple[str, ...]
    groups: tuple[Group, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One section."""

    id: str
    title: str
    notes: tuple[str, ...]
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """A whole form; `sha256` is the hash of the programme edition that it was made from."""

    programme: str
    edition: str
    sha256: str
    sheets: tuple[Sheet, ...]

    def controls(self) -> Iterator[Control]:
        """Every control, in the order of the form."""
        for sheet in self.sheets:
            for question in sheet.questions:
                for group in question.groups:
                    yield from group.controls


def lay_out(
    form: Definition,
    *,
    programme: str,
    edition: str,
    sha256: str,
    choices: Choices,
    person: Mapping[str, str],
) -> Layout:
    """The layout of a programme's form.

    `choices` gives a field's options, id to label; `person` the lines of a person, key to label.
    """
    words = conditions.Words(form, choices)
    maker = _Maker(choices, person)
    sheets = tuple(
        Sheet(
            id=section["id"],
            title=section["title"],
            notes=tuple(
                note for note in (section.get("intro", ""), words.of(section.get("when"))) if note
            ),
            questions=tuple(
                maker.question(field, words.of(field.get("when"))) for field in section["fields"]
            ),
        )
        for section in form["sections"]
    )
    return Layout(programme, edition, sha256, sheets)


class _Maker:
    """Numbers the controls while it makes them."""

    def __init__(self, choices: Choices, person: Mapping[str, str]) -> None:
        self._choices, self._person, self._number = choices, person, 0

    def question(self, field: Definition, condition: str) -> Question:
        notes = [field.get("help", ""), condition, _limits(field)]
        return Question(
            id=field["id"],
            kind=field["type"],
            label=field["label"] + ("" if field.get("required") else " (optional)"),
            notes=tuple(note for note in notes if note),
            groups=tuple(self._groups(field)),
        )

    def _groups(self, field: Definition) -> Iterator[Group]:
        kind, name = field["type"], field["id"]
        if kind == "rows":
            for row in range(min(ROWS, field.get("limits", {}).get("at_most", ROWS))):
                inside = [
                    control
                    for column in field["columns"]
                    for control in self._plain(column, f"{name}.{row}.{column['id']}")
                ]
                yield Group(f"Row {row + 1}", tuple(inside))
        elif kind != "file":
            yield Group("", tuple(self._plain(field, name)))

    def _plain(self, field: Definition, name: str) -> Iterator[Control]:
        kind, label = field["type"], field["label"]
        if kind == "person":
            for key, said in self._person.items():
                size = "lines" if key in LONG_PERSON_KEYS else "line"
                yield self._control(f"{name}.{key}", size, said)
        elif "must_be" in field:
            yield self._control(name, "tick", label)
        elif kind == "yes-no":
            yield self._control(name, "choice", label, options=YES_NO)
        elif kind == "select":
            options = tuple(self._choices(field).items())
            yield self._control(name, "choice", label, options=options)
        elif kind == "multi":
            for value, said in self._choices(field).items():
                yield self._control(name, "tick", said, value=value)
        elif kind != "file":
            yield self._control(name, "lines" if kind == "long" else "line", label)

    def _control(self, name: str, kind: str, label: str, **more: Any) -> Control:
        self._number += 1
        return Control(f"m{self._number:04}", name, kind, label, **more)


def _limits(field: Definition) -> str:
    """What an answer has to keep to, in a short sentence."""
    limits, kind = field.get("limits", {}), field["type"]
    if kind == "file":
        return "Attach this file online, after you have sent in the form."
    if kind == "date":
        return "Write the date as 2026-11-02."
    if "max_words" in limits:
        return f"At most {limits['max_words']} words."
    if kind == "rows":
        return "If you need more rows, add them online. Leave a row empty if you do not need it."
    return "Tick all that fit." if kind == "multi" else ""
