"""What a check found: listed up to a bound, counted beyond it."""

from collections import Counter
from dataclasses import asdict, dataclass
from enum import StrEnum

from muniment.dataplane.spec.holding import DESCRIPTOR, Holding

MOST_FAULTS = 50
MOST_WARNINGS = 20
MOST_ROWS = 10  # of one kind in one column
EVERY = 1_000_000
"""What is listed of each where everything is asked for; a report has to fit into memory."""


class Severity(StrEnum):
    """A fault makes a holding unfit to load; a warning asks for a look."""

    FAULT = "fault"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    """`row` counts records: in a CSV file the header is row 1, in Parquet row 1 is the first.

    `file` is set where a table came out of source files, which have rows of their own. `pointer`
    is a JSON Pointer into the descriptor (RFC 6901), where that is what is wrong.
    """

    severity: Severity
    code: str
    message: str
    table: str | None = None
    row: int | None = None
    column: str | None = None
    file: str | None = None
    pointer: str | None = None

    def __str__(self) -> str:
        place = [] if self.file is None else [self.file]
        if self.pointer is not None and self.table is None:
            place += [f"{DESCRIPTOR} {self.pointer}"]
        place += [] if self.table is None else [self.table]
        place += [] if self.row is None else [f"row {self.row}"]
        place += [] if self.column is None else [f"column {self.column}"]
        word = "" if self.severity is Severity.FAULT else "warning: "
        return f"{word}{', '.join(place)}: {self.message}" if place else f"{word}{self.message}"


@dataclass(frozen=True, slots=True)
class Report:
    """`faults` and `warnings` are totals; `findings` lists the first of them."""

    holding: str | None
    edition: str | None
    findings: tuple[Finding, ...]
    faults: int
    warnings: int

    @property
    def fit(self) -> bool:
        return self.faults == 0

    def document(self) -> dict[str, object]:
        return {
            "muniment_holding_check": 1,
            "holding": self.holding,
            "edition": self.edition,
            "fit": self.fit,
            "faults": self.faults,
            "warnings": self.warnings,
            "findings": [asdict(finding) for finding in self.findings],
        }


class Notes:
    """Collects findings; `more` adds to a total without listing anything.

    `most_rows` is how many are listed of one kind in one column.
    """

    def __init__(self, *, every: bool = False) -> None:
        self.most_rows = EVERY if every else MOST_ROWS
        self._most = {
            Severity.FAULT: EVERY if every else MOST_FAULTS,
            Severity.WARNING: EVERY if every else MOST_WARNINGS,
        }
        self._findings: list[Finding] = []
        self._listed: Counter[Severity] = Counter()
        self._totals: Counter[Severity] = Counter()
        self._in_rows: Counter[tuple[str | None, ...]] = Counter()

    def fault(
        self,
        code: str,
        message: str,
        *,
        table: str | None = None,
        row: int | None = None,
        column: str | None = None,
        file: str | None = None,
        pointer: str | None = None,
    ) -> None:
        self._add(Finding(Severity.FAULT, code, message, table, row, column, file, pointer))

    def row_fault(
        self,
        code: str,
        message: str,
        *,
        table: str,
        row: int,
        column: str | None = None,
        file: str | None = None,
    ) -> None:
        """A fault that every row may have: the first `most_rows` are listed, the rest counted."""
        kind = code, table, column, file
        self._in_rows[kind] += 1
        if self._in_rows[kind] > self.most_rows:
            self.more(Severity.FAULT, 1)
        else:
            self.fault(code, message, table=table, row=row, column=column, file=file)

    def warning(
        self,
        code: str,
        message: str,
        *,
        table: str | None = None,
        row: int | None = None,
        column: str | None = None,
    ) -> None:
        self._add(Finding(Severity.WARNING, code, message, table, row, column))

    def more(self, severity: Severity, number: int) -> None:
        self._totals[severity] += number

    @property
    def faults(self) -> int:
        """How many so far."""
        return self._totals[Severity.FAULT]

    def report(self, holding: Holding | None) -> Report:
        return Report(
            holding=None if holding is None else holding.holding,
            edition=None if holding is None else holding.edition,
            findings=tuple(self._findings),
            faults=self._totals[Severity.FAULT],
            warnings=self._totals[Severity.WARNING],
        )

    def _add(self, finding: Finding) -> None:
        if self._listed[finding.severity] < self._most[finding.severity]:
            self._findings.append(finding)
            self._listed[finding.severity] += 1
        self._totals[finding.severity] += 1


def place(document: object, path: str) -> tuple[str | None, str | None]:
    """The table and the column that a JSON Pointer into a descriptor lies in."""
    steps = path.split("/")[1:]
    if len(steps) < 2 or steps[0] != "resources":
        return None, None
    table = _entry(document, "resources", steps[1])
    column = None
    if steps[2:4] == ["schema", "fields"] and len(steps) > 4:
        schema = table.get("schema") if isinstance(table, dict) else None
        column = _entry(schema, "fields", steps[4])
    return _name(table, steps[1]), None if column is None else _name(column, steps[4])


def _entry(parent: object, member: str, step: str) -> object:
    entries = parent.get(member) if isinstance(parent, dict) else None
    if isinstance(entries, list) and step.isdigit() and int(step) < len(entries):
        return entries[int(step)]
    return None


def _name(entry: object, step: str) -> str:
    name = entry.get("name") if isinstance(entry, dict) else None
    return name if isinstance(name, str) else f"number {int(step) + 1}"
