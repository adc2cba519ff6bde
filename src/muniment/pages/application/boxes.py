"""A field of the form as a page draws it: its name, its value, its choices, what is wrong."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from muniment.programme import fields, forms
from muniment.rulebook import words

LONG_PERSON_KEYS = {"address"}
PERSON_LABELS: Mapping[str, str | Promise] = {
    "name": _("Name"),
    "degree": _("Degree"),
    "title": _("Title"),
    "department": _("Department"),
    "institution": _("Institution"),
    "email": _("E-mail"),
    "phone": _("Phone"),
    "address": _("Address"),
    "country": _("Country, two letters"),
    "orcid": _("ORCID"),
}
INPUTS = {"number": "text", "date": "date", "text": "text"}
AUTOCOMPLETE = {"name": "off", "email": "off"}
SHORT = {"email": "email", "orcid": "text", "country": "text"}


@dataclass(frozen=True, slots=True)
class Option:
    """One choice."""

    value: str
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Box:
    """What the template draws; `parts` are a person's lines, `rows` the rows of a table.

    `kind` is the field's type; `input` the type of a plain input. `shown` is false for a field
    that the answers so far do not ask for: it is in the page, hidden, for the moment they do.
    """

    id: str
    name: str
    kind: str
    label: str | Promise
    help: str = ""
    required: bool = False
    value: Any = ""
    input: str = "text"
    words: int | None = None
    options: tuple[Option, ...] = ()
    parts: tuple["Box", ...] = ()
    rows: tuple[tuple["Box", ...], ...] = ()
    shown: bool = True
    errors: tuple[str, ...] = ()
    accept: str = ""

    @property
    def described_by(self) -> str:
        """Ids of the texts that belong to the control, for who cannot see them."""
        ids = [f"{self.name}-help"] if self.help else []
        return " ".join(ids + ([f"{self.name}-error"] if self.errors else []))


@dataclass(frozen=True, slots=True)
class Sheet:
    """One section as a page: its boxes, in order."""

    section: Mapping[str, Any]
    boxes: tuple[Box, ...] = field(default=())

    @property
    def asks(self) -> bool:
        """Whether the answers so far ask for any of them."""
        return any(box.shown for box in self.boxes)


def sheet(
    form_bundle: Any,
    section: Mapping[str, Any],
    *,
    answers: Mapping[str, Any],
    asked: Iterable[forms.Asked],
    refusals: Sequence[words.Refusal] = (),
    more_rows: str = "",
) -> Sheet:
    """The boxes of a section. `more_rows` names a table that gets one more empty row."""
    shown = {one.field["id"] for one in asked}
    said: dict[str, list[str]] = {}
    for refusal in refusals:
        said.setdefault(refusal.params.get("field", ""), []).append(refusal.sentence)
    return Sheet(
        section,
        tuple(
            _box(
                each,
                answers.get(each["id"]),
                options=forms.options(form_bundle, each),
                shown=each["id"] in shown,
                errors=tuple(said.get(each["id"], ())),
                spare=1 if more_rows == each["id"] else 0,
            )
            for each in section["fields"]
        ),
    )


def _box(
    spec: Mapping[str, Any],
    value: Any,
    *,
    options: Mapping[str, str],
    shown: bool = True,
    errors: tuple[str, ...] = (),
    spare: int = 0,
    name: str = "",
) -> Box:
    kind, name = spec["type"], name or spec["id"]
    given = {"value": _plain(value)} if kind not in ("person", "rows") else {}
    return Box(
        id=spec["id"],
        name=name,
        kind=_kind(spec),
        label=spec["label"],
        help=spec.get("help", ""),
        required=bool(spec.get("required")),
        input=_input(spec, value),
        words=spec.get("limits", {}).get("max_words"),
        options=_options(options, value),
        parts=_person(name, value) if kind == "person" else (),
        rows=_rows(spec, name, value, spare) if kind == "rows" else (),
        shown=shown,
        errors=errors,
        accept=",".join(spec.get("limits", {}).get("accept", ())),
        **given,
    )


def _kind(spec: Mapping[str, Any]) -> str:
    """A declaration is one box to tick, not a question with two answers."""
    return "declaration" if "must_be" in spec else str(spec["type"])


def _input(spec: Mapping[str, Any], value: Any) -> str:
    """A date box shows nothing but dates; what a form file held instead stays to be seen."""
    seen = fields.is_empty(value) or not list(fields.faults(spec, value, options={}))
    return INPUTS.get(spec["type"], "text") if seen else "text"


def _plain(value: Any) -> Any:
    """A value as a control carries it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else value


def _options(options: Mapping[str, str], value: Any) -> tuple[Option, ...]:
    chosen = value if isinstance(value, list) else [value]
    return tuple(Option(key, label, key in chosen) for key, label in options.items())


def _person(name: str, value: Any) -> tuple[Box, ...]:
    given = value if isinstance(value, Mapping) else {}
    return tuple(
        Box(
            id=key,
            name=f"{name}.{key}",
            kind="text",
            label=PERSON_LABELS[key],
            value=given.get(key, ""),
            input=SHORT.get(key, "text"),
            required=key in fields.PERSON_NEEDS,
        )
        for key in fields.PERSON_KEYS
    )


def _rows(
    spec: Mapping[str, Any], name: str, value: Any, spare: int
) -> tuple[tuple[Box, ...], ...]:
    given = [row for row in value if isinstance(row, Mapping)] if isinstance(value, list) else []
    lines: list[Mapping[str, Any]] = [*given, *({} for _ in range(spare or not given))]
    return tuple(
        tuple(
            _box(
                column,
                row.get(column["id"]),
                options={one["id"]: one["label"] for one in column.get("options", ())},
                name=f"{name}.{number}.{column['id']}",
            )
            for column in spec["columns"]
        )
        for number, row in enumerate(lines)
    )
