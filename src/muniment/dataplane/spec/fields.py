"""One column of a holding as its descriptor declares it: type, class, release rule, bands."""

import re
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from muniment.dataplane.spec import faults, rules, values
from muniment.dataplane.spec.reader import Reader
from muniment.dataplane.spec.values import FieldType

MOST_BANDS = 200
MOST_CODES = 2000
MOST_LABEL = 200
# A name that begins or ends with a year: year_of_dx, YearSeen, BRTHYR. Not five_years or yearning.
_YEAR_NAME = re.compile(r"(?i:year|yr)((?![a-z]|S(?![a-z])).*|(?i:of).*)|.*(?i:year|yr)")

CODES = rules.CODES
DIRECT_METHODS = rules.DIRECT_METHODS
Method = rules.Method
Release = rules.Release


class Sensitivity(StrEnum):
    """How a column can point at someone; one without a class cannot leave."""

    DIRECT = "direct"
    QUASI = "quasi"
    SENSITIVE = "sensitive"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Band:
    """A published class of values; both ends belong to it; None leaves an end open."""

    low: int | str | None
    high: int | str | None

    @property
    def label(self) -> str:
        if self.low is None:
            return f"up to {self.high}"
        if self.high is None:
            return f"{self.low} and over"
        return str(self.low) if self.low == self.high else f"{self.low} to {self.high}"


@dataclass(frozen=True, slots=True)
class Field:
    """`sensitivity` and `release` are None where the descriptor says nothing.

    `codes` are the declared values (`constraints.enum` or `categories`) as text; `labels` pairs
    those that have a label (`categories`) with it.
    """

    name: str
    type: FieldType
    title: str
    description: str
    sensitivity: Sensitivity | None
    release: Release | None
    bands: tuple[Band, ...]
    codes: tuple[str, ...]
    identifier_like: bool
    required: bool
    true_values: tuple[str, ...]
    false_values: tuple[str, ...]
    labels: tuple[tuple[str, str], ...] = ()

    @property
    def is_named_year(self) -> bool:
        """Whether its name says that it tells a year, and its type does not."""
        is_other = self.type not in values.CALENDAR and self.type is not FieldType.BOOLEAN
        return is_other and _YEAR_NAME.fullmatch(self.name) is not None


def read(reader: Reader, value: object, path: str) -> Field | None:
    """One entry of `schema.fields`; members that are not ours to know are left alone."""
    members = reader.members(value, path, required=["name", "type"], optional=None)
    if members is None:
        return None
    name = reader.text(members["name"], faults.at(path, "name"))
    kind = reader.choice(members["type"], faults.at(path, "type"), FieldType)
    if members.get("format", "default") != "default":
        message = "Only the default format of a type is read; prepare the column so that it fits."
        reader.fault(faults.at(path, "format"), "unsupported", message)
    if name is None or kind is None:
        return None
    ours = _ours(reader, members.get("muniment", {}), faults.at(path, "muniment"))
    constraints = members.get("constraints")
    declared = _codes(reader, members, path)
    return Field(
        name=name,
        type=kind,
        title=_words(reader, members, path, "title"),
        description=_words(reader, members, path, "description"),
        sensitivity=_sensitivity(reader, ours, path),
        release=_release(reader, ours, path),
        bands=_bands(reader, ours.get("banded", []), faults.at(path, "muniment", "banded"), kind),
        codes=tuple(code for code, _ in declared),
        identifier_like=_flag(reader, ours, path, "identifier_like"),
        required=isinstance(constraints, dict) and constraints.get("required") is True,
        true_values=_truths(reader, members, path, "trueValues", values.TRUE),
        false_values=_truths(reader, members, path, "falseValues", values.FALSE),
        labels=tuple((code, label) for code, label in declared if label),
    )


def _ours(reader: Reader, value: object, path: str) -> dict[str, object]:
    optional = ["class", "release", "banded", "identifier_like"]
    return reader.members(value, path, required=[], optional=optional) or {}


def _words(reader: Reader, members: dict[str, object], path: str, member: str) -> str:
    if member not in members:
        return ""
    return reader.text(members[member], faults.at(path, member), most=5000, lines=True) or ""


def _flag(reader: Reader, ours: dict[str, object], path: str, member: str) -> bool:
    where = faults.at(path, "muniment", member)
    return bool(reader.truth(ours.get(member, False), where))


def _sensitivity(reader: Reader, ours: dict[str, object], path: str) -> Sensitivity | None:
    if "class" not in ours:
        return None
    return reader.choice(ours["class"], faults.at(path, "muniment", "class"), Sensitivity)


def _release(reader: Reader, ours: dict[str, object], path: str) -> Release | None:
    if "release" not in ours:
        return None
    return rules.read(reader, ours["release"], faults.at(path, "muniment", "release"))


def _bands(reader: Reader, value: object, path: str, kind: FieldType) -> tuple[Band, ...]:
    """Ordered and apart; only the first may be open below and only the last open above."""
    items = reader.items(value, path, least=0, most=MOST_BANDS)
    if items and kind not in values.ORDERED_TYPES:
        reader.fault(path, "wrong-type", f"A {kind} column has no order, so it has no bands.")
        return ()
    bands: list[Band] = []
    last: object = None
    for place, item in enumerate(items):
        here = faults.at(path, place)
        ends = reader.items(item, here, least=2, most=2)
        if not ends:
            continue
        low, high = (_end(reader, end, here, kind) for end in ends)
        ends_open = (ends[0] is None and place > 0) or (ends[1] is None and place < len(items) - 1)
        after = place == 0 or (last is not None and low is not None and low > last)  # type: ignore[operator]
        if ends_open or not after or (low is not None and high is not None and low > high):  # type: ignore[operator]
            reader.fault(here, "wrong-order", "Bands must be ordered and must not overlap.")
        bands.append(Band(ends[0], ends[1]))  # type: ignore[arg-type]
        last = high
    return tuple(bands)


def _end(reader: Reader, end: object, path: str, kind: FieldType) -> object:
    if end is None:
        return None
    if isinstance(end, bool) or not isinstance(end, int | str):
        read = None
    else:
        read = values.of(end, kind=kind)
    if read is None:
        reader.fault(path, "wrong-type", f"{faults.quoted(end)} is not a {kind}.")
    return read


def _codes(reader: Reader, members: dict[str, object], path: str) -> tuple[tuple[str, str], ...]:
    """Every declared value as text, with its label; empty where it has none."""
    constraints = members.get("constraints", {})
    if not isinstance(constraints, dict):
        reader.fault(faults.at(path, "constraints"), "wrong-type", "This must be an object.")
        return ()
    named = "categories" in members
    raw = members["categories"] if named else constraints.get("enum", [])
    here = faults.at(path, "categories") if named else faults.at(path, "constraints", "enum")
    codes = []
    for item in reader.items(raw, here, least=0, most=MOST_CODES):
        value = item.get("value") if isinstance(item, dict) else item
        label = item.get("label", "") if isinstance(item, dict) else ""
        shown = (reader.text(label, here, most=MOST_LABEL) or "") if label else ""
        if isinstance(value, bool):
            codes.append(("true" if value else "false", shown))
        elif isinstance(value, str | int | float | Decimal):
            codes.append((str(value), shown))
        else:
            message = f"{faults.quoted(value)} cannot be a declared value."
            reader.fault(here, "wrong-type", message)
    return tuple(codes)


def _truths(
    reader: Reader, members: dict[str, object], path: str, member: str, default: tuple[str, ...]
) -> tuple[str, ...]:
    if member not in members:
        return default
    here = faults.at(path, member)
    items = reader.items(members[member], here, least=1, most=20)
    read = [reader.text(item, faults.at(here, place)) for place, item in enumerate(items)]
    return tuple(text for text in read if text is not None)
