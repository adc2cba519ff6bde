"""A bank's CSV file: bytes in, lines out. Banks name their columns as they like; we know a few.

Only money that came in is returned. A line's key is the bank's own where it gives one, else a hash
over what the line says and how often the file has said it before: the same file, or one that
overlaps with it by whole days, gives the same keys.
"""

import csv
import hashlib
import io
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

LARGEST = 5_000_000
MOST_LINES = 20_000
LONGEST_CELL = 10_000
MOST_MINOR = 10**12
COLUMNS = {
    "day": ("date", "booking date", "posted", "posting date", "value date", "transaction date"),
    "amount": ("amount", "credit", "credit amount"),
    "currency": ("currency", "ccy"),
    "text": ("reference", "description", "details", "memo", "remittance information", "text"),
    "payer": ("payer", "name", "counterparty", "originator"),
    "id": ("id", "transaction id", "bank reference", "fitid"),
}
DAYS = ("%Y-%m-%d", "%m/%d/%Y", "%d.%m.%Y")
SIGNS = {"USD": "USD", "EUR": "EUR", "€": "EUR", "GBP": "GBP", "£": "GBP"}
"""What may stand beside an amount, and the currency that it says. A dollar sign says too little."""
POINT = re.compile(r"[-+]?(([0-9]+|[0-9]{1,3}(,[0-9]{3})+)(\.[0-9]*)?|\.[0-9]+)")
COMMA = re.compile(r"[-+]?([0-9]+|[0-9]{1,3}(\.[0-9]{3})+),[0-9]{2}")


class Unreadable(ValueError):
    """The file cannot be used; the sentence names the place and what to do."""


@dataclass(frozen=True, slots=True)
class Line:
    """Money that came in on a day; `amount_minor` in minor units."""

    key: str
    booked_on: date
    amount_minor: int
    currency: str
    text: str


def read(data: bytes, *, currency: str) -> list[Line]:
    """The incoming lines of a statement; `currency` where the file names none."""
    if len(data) > LARGEST:
        raise Unreadable("The file is larger than 5 MB. Export a shorter period.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Unreadable("The file is not UTF-8 text. Export it again as CSV in UTF-8.") from None
    head = text.partition("\n")[0]
    rows = csv.DictReader(
        io.StringIO(text), delimiter=";" if head.count(";") > head.count(",") else ","
    )
    lines: list[Line] = []
    seen: Counter[str] = Counter()
    try:
        columns = _columns(rows.fieldnames or [])
        for row in rows:
            if rows.line_num > MOST_LINES:
                raise Unreadable(
                    f"The file has more than {MOST_LINES:,} lines; shorten the period."
                )
            if any(len(str(value)) > LONGEST_CELL for value in row.values()):
                raise _not_csv(rows.line_num)
            line = _line(row, columns, place=rows.line_num, currency=currency, seen=seen)
            if line is not None:
                lines.append(line)
    except csv.Error:
        raise _not_csv(rows.line_num + 1) from None
    return lines


def _not_csv(place: int) -> Unreadable:
    return Unreadable(f"Line {place} is not CSV. Export the file again.")


def _columns(names: object) -> dict[str, str]:
    """Our word -> the file's column."""
    given = {str(name).strip().lower(): str(name) for name in names}  # type: ignore[attr-defined]
    found = {
        word: given[alias]
        for word, aliases in COLUMNS.items()
        for alias in reversed(aliases)
        if alias in given
    }
    for word, label in (("day", "Date"), ("amount", "Amount"), ("text", "Reference")):
        if word not in found:
            raise Unreadable(f"The first line names no column {label}. Export the file with one.")
    return found


def _line(
    row: Mapping[str, str | None],
    columns: Mapping[str, str],
    *,
    place: int,
    currency: str,
    seen: Counter[str],
) -> Line | None:
    said = {word: (row.get(name) or "").strip() for word, name in columns.items()}
    if not any(said.values()):
        return None
    money = said.get("currency", "").upper() or currency
    amount = _amount(said["amount"], place, currency=money)
    if amount <= 0:
        return None
    day = _day(said["day"], place)
    text = " ".join(f"{said.get('payer', '')} {said['text']}".split())
    content = "|".join((day.isoformat(), str(amount), money, said.get("id", ""), text))
    seen[content] += 1
    again = "" if said.get("id") else str(seen[content])
    key = hashlib.sha256(f"{content}|{again}".encode()).hexdigest()
    return Line(key, day, amount, money[:3], text)


def _amount(text: str, place: int, *, currency: str) -> int:
    """Minor units; a comma groups thousands, or stands for the point as in `1.234,50`."""
    plain = re.sub(r"\s", "", text.upper())
    if any(sign in plain and meant != currency for sign, meant in SIGNS.items()):
        raise Unreadable(f"Line {place}: '{text[:40]}' is not in {currency}. Correct it.")
    plain = re.sub("|".join([*SIGNS, r"\$"]), "", plain)
    if plain.startswith("(") and plain.endswith(")"):
        plain = f"-{plain[1:-1]}"
    if COMMA.fullmatch(plain):
        plain = plain.replace(".", "").replace(",", ".")
    if not plain:
        return 0
    amount = Decimal(plain.replace(",", "")) * 100 if POINT.fullmatch(plain) else None
    if amount is None or abs(amount) > MOST_MINOR or amount != int(amount):
        raise Unreadable(f"Line {place}: '{text[:40]}' is not an amount. Correct it.")
    return int(amount)


def _day(text: str, place: int) -> date:
    for form in DAYS:
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007  # a day has no zone
        except ValueError:
            continue
    raise Unreadable(f"Line {place}: '{text[:40]}' is not a day. Write it as 2026-11-22.")
