"""Every request of a register, or every fault of it: nothing is taken from a table with a fault.

A date that cannot be read is a fault. A date that can be read and cannot be right (a decision
before the request came, a day of the nineteenth century, one to come) is a doubt: it is kept as it
is, named in the report, and left out of every duration.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from .faults import Fault, Faulty
from .mapping import Columns, Take
from .tables import Row

LONGEST_TITLE = 255
LONGEST_ID = 200
DAYS = ("received_on", "decided_on", "stage_since")


@dataclass(frozen=True, slots=True)
class Request:
    """One earlier or running request; what the register does not tell is empty."""

    row: int
    id: str
    title: str
    words: Mapping[str, str]
    """applicant, email, team, institution, summary, keywords, documents, specification,
    outcome, stage, track."""
    days: Mapping[str, date]
    sound: bool
    """Whether its dates can be right."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a register holds, and what is doubtful about it."""

    requests: tuple[Request, ...]
    doubts: tuple[Fault, ...] = field(default=())


def read(table: Sequence[Row], *, columns: Columns, today: date) -> Found:
    """The requests of a table; raises Faulty with every fault, by row and column."""
    faults: list[Fault] = []
    doubts: list[Fault] = []
    requests = []
    seen: dict[str, int] = {}
    for row in table:
        taken = _Reading(row, columns, today)
        requests.append(taken.request(seen))
        faults += taken.faults
        doubts += taken.doubts
    if not table:
        faults.append(Fault(0, "", "no-rows", "The file holds no request."))
    if faults:
        raise Faulty(faults)
    return Found(tuple(requests), tuple(doubts))


class _Reading:
    """One row on its way to a request, with what is met on the way."""

    def __init__(self, row: Row, columns: Columns, today: date) -> None:
        self.row, self.columns, self.today = row, columns, today
        self.faults: list[Fault] = []
        self.doubts: list[Fault] = []

    def request(self, seen: dict[str, int]) -> Request:
        """The request of this row; what `faults` holds afterwards says whether it may be used."""
        takes = self.columns.takes
        days = dict(self._days())
        words = {
            name: self._coded(take) if take.codes or take.always else self._text(take)
            for name, take in takes.items()
            if name not in {"id", "title", *DAYS}
        }
        title = self._title(takes["title"])
        return Request(
            self.row.number, self._id(takes["id"], seen), title, words, days, self._sound(days)
        )

    def _id(self, take: Take, seen: dict[str, int]) -> str:
        text = self._text(take)
        if not text or len(text) > LONGEST_ID:
            self._fault(take, "id-missing", f"Give an id of at most {LONGEST_ID} letters.")
        elif text in seen:
            self._fault(take, "id-repeated", f"The id of row {seen[text]} stands here again.")
        seen.setdefault(text, self.row.number)
        return text

    def _title(self, take: Take) -> str:
        text = " ".join(self._text(take).split())
        if not text:
            self._fault(take, "title-missing", "Give a title.")
        if len(text) > LONGEST_TITLE and not take.shorten:
            message = (
                f"The title has more than {LONGEST_TITLE} letters; let the mapping shorten it."
            )
            self._fault(take, "title-long", message)
        return (
            text
            if len(text) <= LONGEST_TITLE
            else f"{text[: LONGEST_TITLE - 1].rsplit(' ', 1)[0]}…"
        )

    def _days(self) -> Iterator[tuple[str, date]]:
        for name in DAYS:
            take = self.columns.takes.get(name)
            text = self._text(take) if take else ""
            if take is None or not text:
                continue
            day = next(filter(None, (_day(text, form) for form in take.dates)), None)
            if day is None:
                self._fault(
                    take, "date-unreadable", "This date is not written as the mapping says."
                )
            else:
                yield name, day

    def _sound(self, days: Mapping[str, date]) -> bool:
        before = len(self.doubts)
        for name, day in days.items():
            if day < self.columns.earliest_on:
                self._doubt(name, "date-too-early", f"{day} cannot be the day that is meant.")
            if day > self.today:
                self._doubt(name, "date-to-come", f"{day} has not come yet.")
        if {"received_on", "decided_on"} <= days.keys() and days["decided_on"] < days[
            "received_on"
        ]:
            message = (
                f"It was decided on {days['decided_on']}, before it came on {days['received_on']}."
            )
            self._doubt("decided_on", "decided-before-received", message)
        return len(self.doubts) == before

    def _coded(self, take: Take) -> str:
        if take.always or take.codes is None:
            return take.always
        text = self._text(take)
        if text not in take.codes:
            self._fault(take, "code-unknown", "The mapping does not say what this code means.")
        return take.codes.get(text, "")

    def _text(self, take: Take) -> str:
        """The cells of its columns, one under the other; what means nothing is left out."""
        cells = [self.row.cells.get(name, "") for name in take.columns]
        text = "\n\n".join(cell for cell in cells if cell and cell not in self.columns.empty)
        if "\0" in text:  # no database keeps it as text
            self._fault(take, "text-unreadable", "This text holds a NUL, which cannot be kept.")
        return text

    def _fault(self, take: Take, code: str, message: str) -> None:
        self.faults.append(Fault(self.row.number, take.columns[0], code, message))

    def _doubt(self, name: str, code: str, message: str) -> None:
        column = self.columns.takes[name].columns[0]
        self.doubts.append(Fault(self.row.number, column, code, message))


def _day(text: str, form: str) -> date | None:
    try:
        return datetime.strptime(text, form).replace(tzinfo=UTC).date()
    except ValueError:
        return None
