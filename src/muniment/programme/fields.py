"""One answer against one field: its type, its format, its limits.

How answers look in JSON: text, long, date (ISO), select: text · number: whole number or decimal
text · multi: list of option ids · yes-no: true or false · file: list of {name, sha256, size} ·
person: {name, email, …} · rows: list of {column id: answer}.
"""

import datetime
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from . import formats

Field = Mapping[str, Any]
Options = Mapping[str, str]

PERSON_KEYS = (
    "name",
    "degree",
    "title",
    "department",
    "institution",
    "email",
    "phone",
    "address",
    "country",
    "orcid",
)
PERSON_NEEDS = ("name", "email")

_NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,9})?")
_SHA256 = re.compile(r"[0-9a-f]{64}")


def is_empty(value: Any) -> bool:
    """Whether nothing has been answered yet; `false` and 0 are answers."""
    if isinstance(value, str):
        return not value.strip()
    if isinstance(value, Mapping):
        return all(is_empty(inside) for inside in value.values())
    return value is None or (isinstance(value, Sequence) and len(value) == 0)


def faults(field: Field, value: Any, *, options: Options) -> Iterator[str]:
    """What is wrong with a given answer, in words that finish the sentence "The answer …".

    `options` are the choices of a select or multi field, id to label. An empty answer has no
    faults: whether one is required is asked elsewhere.
    """
    if not is_empty(value):
        yield from _CHECKS[field["type"]](field, value, options)


def _text(field: Field, value: Any, options: Options) -> Iterator[str]:
    if not isinstance(value, str):
        yield "must be text"
        return
    limits = field.get("limits", {})
    if len(value) > limits.get("max_length", 20_000):
        yield f"is longer than {limits.get('max_length', 20_000)} characters; shorten it"
    if "max_words" in limits and len(value.split()) > limits["max_words"]:
        yield f"has more than {limits['max_words']} words; shorten it"
    if field["type"] == "text" and "\n" in value.strip():
        yield "must fit on one line"
    if "format" in field and (said := formats.fault(value.strip(), form=field["format"])):
        yield said


def _number(field: Field, value: Any, options: Options) -> Iterator[str]:
    whole = isinstance(value, int) and not isinstance(value, bool)
    if not whole and not (isinstance(value, str) and _NUMBER.fullmatch(value.strip())):
        yield "must be a number, such as 12 or 0.5"
        return
    number, limits = Decimal(value), field.get("limits", {})
    if "minimum" in limits and number < Decimal(limits["minimum"]):
        yield f"must be at least {limits['minimum']}"
    if "maximum" in limits and number > Decimal(limits["maximum"]):
        yield f"must be at most {limits['maximum']}"


def _date(field: Field, value: Any, options: Options) -> Iterator[str]:
    try:
        day = datetime.date.fromisoformat(value) if len(value) == 10 else None
    except (TypeError, ValueError):
        day = None
    if day is None:
        yield "must be a date, such as 2026-11-02"
        return
    limits = field.get("limits", {})
    if value < limits.get("not_before", value):
        yield f"must not be before {limits['not_before']}"
    if value > limits.get("not_after", value):
        yield f"must not be after {limits['not_after']}"


def _select(field: Field, value: Any, options: Options) -> Iterator[str]:
    if not isinstance(value, str) or value not in options:
        yield f"must be one of: {', '.join(options.values())}"


def _multi(field: Field, value: Any, options: Options) -> Iterator[str]:
    if isinstance(value, str) or not isinstance(value, Sequence):
        yield "must be a list of choices"
        return
    if any(not isinstance(one, str) or one not in options for one in value):
        yield f"may hold only: {', '.join(options.values())}"
    elif len(set(value)) != len(value):
        yield "names the same choice twice"
    yield from _how_many(field, value)


def _yes_no(field: Field, value: Any, options: Options) -> Iterator[str]:
    if not isinstance(value, bool):
        yield "must be yes or no"


def _file(field: Field, value: Any, options: Options) -> Iterator[str]:
    if isinstance(value, str | Mapping) or not isinstance(value, Sequence):
        yield "must be a list of files"
        return
    yield from _how_many(field, value)
    limits = field.get("limits", {})
    largest = limits.get("max_mb", 25)
    for one in value:
        if not _is_file(one):
            yield "holds something that is not an uploaded file"
            continue
        if one["size"] > largest * 1024 * 1024:
            yield f'holds "{one["name"]}", which is larger than {largest} MB'
        endings = limits.get("accept", ())
        if endings and not one["name"].lower().endswith(tuple(endings)):
            yield f'holds "{one["name"]}", which is none of: {", ".join(endings)}'


def _is_file(one: Any) -> bool:
    if not isinstance(one, Mapping):
        return False
    name, sha256, size = one.get("name"), one.get("sha256"), one.get("size")
    is_size = isinstance(size, int) and not isinstance(size, bool) and size >= 0
    is_hash = isinstance(sha256, str) and _SHA256.fullmatch(sha256) is not None
    return isinstance(name, str) and bool(name) and is_hash and is_size


def _person(field: Field, value: Any, options: Options) -> Iterator[str]:
    if not isinstance(value, Mapping):
        yield "must name a person"
        return
    unknown = sorted(set(value) - set(PERSON_KEYS))
    if unknown:
        yield f"says {unknown[0]!r}, which is not asked of a person"
    for key in PERSON_KEYS:
        given = value.get(key)
        if is_empty(given):
            if key in PERSON_NEEDS:
                yield f"lacks the person's {'e-mail address' if key == 'email' else key}"
        elif not isinstance(given, str) or len(given) > 400:
            yield f"has a {key} that is not a short text"
        elif key in ("email", "country", "orcid") and (said := formats.fault(given, form=key)):
            yield f"has a wrong {key}: it {said}"


def _rows(field: Field, value: Any, options: Options) -> Iterator[str]:
    if isinstance(value, str | Mapping) or not isinstance(value, Sequence):
        yield "must be a list of rows"
        return
    yield from _how_many(field, value)
    for number, row in enumerate(value, start=1):
        if not isinstance(row, Mapping):
            yield f"has a row {number} that is not a row of answers"
            continue
        unknown = sorted(set(row) - {column["id"] for column in field["columns"]})
        if unknown:
            yield f"has a column {unknown[0]!r} in row {number} that the form does not ask for"
        for column in field["columns"]:
            yield from _cell(column, row.get(column["id"]), number)


def _cell(column: Field, value: Any, number: int) -> Iterator[str]:
    choices = {option["id"]: option["label"] for option in column.get("options", ())}
    if is_empty(value):
        if column.get("required"):
            yield f'needs "{column["label"]}" in row {number}'
        return
    for said in faults(column, value, options=choices):
        yield f'has a wrong "{column["label"]}" in row {number}: it {said}'


def _how_many(field: Field, value: Sequence[Any]) -> Iterator[str]:
    limits = field.get("limits", {})
    if len(value) < limits.get("at_least", 0):
        yield f"needs at least {limits['at_least']}"
    if len(value) > limits.get("at_most", 200):
        yield f"may hold at most {limits.get('at_most', 200)}"


_CHECKS: dict[str, Callable[[Field, Any, Options], Iterator[str]]] = {
    "text": _text,
    "long": _text,
    "number": _number,
    "date": _date,
    "select": _select,
    "multi": _multi,
    "yes-no": _yes_no,
    "file": _file,
    "person": _person,
    "rows": _rows,
}
