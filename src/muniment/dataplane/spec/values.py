"""What a written value means for a column's type: one place, for specification and data alike.

Types and lexical forms are those of the Data Package standard (Table Schema, field types), in
their default formats; a form that two readers could take differently is no value at all.
"""

import datetime
import re
from decimal import Decimal
from enum import StrEnum

Value = int | Decimal | str | bool | datetime.date | datetime.datetime

TRUE = ("true", "True", "TRUE", "1")
FALSE = ("false", "False", "FALSE", "0")


class FieldType(StrEnum):
    """The Table Schema types we read."""

    STRING = "string"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"
    DATETIME = "datetime"
    YEAR = "year"


CALENDAR = frozenset({FieldType.DATE, FieldType.DATETIME, FieldType.YEAR})
ORDERED_TYPES = CALENDAR | {FieldType.INTEGER, FieldType.NUMBER}

# Also used, through the engine, on every cell: RE2 and Python's re must read them alike.
_YEAR = "[1-9][0-9]{3}"
_DATE = _YEAR + "-[0-9]{2}-[0-9]{2}"
_CLOCK = "([01][0-9]|2[0-3]):[0-5][0-9]"
FORMS = {
    FieldType.INTEGER: "[+-]?[0-9]{1,18}",
    FieldType.NUMBER: r"[+-]?([0-9]{1,30}(\.[0-9]{0,30})?|\.[0-9]{1,30})([eE][+-]?[0-9]{1,2})?",
    FieldType.DATE: _DATE,
    FieldType.DATETIME: rf"{_DATE}T{_CLOCK}:[0-5][0-9](\.[0-9]{{1,6}})?(Z|[+-]{_CLOCK})?",
    FieldType.YEAR: _YEAR,
}
_COMPILED = {kind: re.compile(form) for kind, form in FORMS.items()}


def of(
    written: int | str,
    *,
    kind: FieldType,
    true: tuple[str, ...] = TRUE,
    false: tuple[str, ...] = FALSE,
) -> Value | None:
    """The value that `written` has for a column of this type, or None when it has none.

    Date and time without an offset is taken as UTC; the result is naive, in UTC.
    """
    if kind is FieldType.STRING:
        return written if isinstance(written, str) else None
    text = str(written)
    if kind is FieldType.BOOLEAN:
        return True if text in true else False if text in false else None
    if not _COMPILED[kind].fullmatch(text):
        return None
    if kind in (FieldType.INTEGER, FieldType.YEAR):
        return int(text)
    if kind is FieldType.NUMBER:
        return Decimal(text)
    return _moment(text, kind)


def _moment(text: str, kind: FieldType) -> Value | None:
    try:
        if kind is FieldType.DATE:
            return datetime.date.fromisoformat(text)
        moment = datetime.datetime.fromisoformat(text)
        if moment.tzinfo is None:
            return moment
        return moment.astimezone(datetime.UTC).replace(tzinfo=None)
    except (ValueError, OverflowError):
        return None
