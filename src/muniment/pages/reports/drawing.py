"""Figures as charts, tables and lines: each number once, in the words of its reader."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from muniment.pages.public import counts
from muniment.programme import fees
from muniment.queries import reports
from muniment.queries.reports import money
from muniment.rulebook.words import Stage

LEVELS: dict[str, Promise] = {
    "started": _("Started"),
    "submitted": _("Submitted"),
    "screened": _("Passed screening"),
    "approved": _("Approved"),
    "released": _("Released"),
}
GATES: dict[Stage, Promise] = {
    Stage.SUBMITTED: _("Completeness"),
    Stage.AVAILABILITY: _("Availability"),
    Stage.POLICY: _("Policy"),
    Stage.IN_REVIEW: _("Committee review"),
    Stage.DETERMINATION: _("Decision"),
    Stage.AGREEMENT: _("Agreement and fee"),
    Stage.BUILDING: _("Building the data"),
    Stage.CHECKING: _("Second check"),
}


@dataclass(frozen=True, slots=True)
class GateRow:
    """One gate with its name; `slow` says that half took longer than the target."""

    label: str
    gate: reports.Gate
    slow: bool

    @property
    def spans(self) -> tuple[reports.Span, reports.Span]:
        """Without pauses and with them, as the columns stand."""
        return self.gate.net, self.gate.gross


@dataclass(frozen=True, slots=True)
class TrackRow:
    """One track and what became of it."""

    label: str
    submitted: int | None
    approved: int | None


def drawn(report: reports.Report) -> dict[str, Any]:
    """What the page's template draws."""
    rows = [_row(gate) for gate in report.gates]
    return {
        "report": report,
        "fewest": reports.FEWEST,
        "few": few(),
        "untold": untold(),
        "funnel_hidden": untold() if report.close else few(),
        "funnel": _funnel(report),
        "gates": rows,
        "gates_chart": _medians(rows),
        "tracks": [
            TrackRow(track.label, submitted, approved)
            for track, (submitted, approved) in (report.tracks or {}).items()
        ],
        "fees": [_money(each) for each in report.fees.sums],
        "nothing": report.funnel["started"] == 0 and report.earlier.number == 0,
    }


def lines(report: reports.Report) -> Iterator[tuple[str, ...]]:
    """The same figures for a file: what, of what, which figure, its value."""
    yield ("part", "of", "figure", "value")
    for level, label in LEVELS.items():
        number = untold() if level in report.close else _number(report.funnel[level])
        yield ("cohort", str(label), "requests", number)
    for row in map(_row, report.gates):
        target = row.gate.target
        yield ("gate", row.label, "target days", str(target) if target is not None else "")
        for kind, span in (("without pauses", row.gate.net), ("with pauses", row.gate.gross)):
            close = span.number is None and span.median is not None
            number = untold() if close else _number(span.number)
            yield ("gate", row.label, f"requests {kind}", number)
            yield ("gate", row.label, f"median days {kind}", _days(span.median))
            yield ("gate", row.label, f"p90 days {kind}", _days(span.p90))
    for track, (submitted, approved) in (report.tracks or {}).items():
        yield ("track", track.label, "submitted", _number(submitted))
        yield ("track", track.label, "approved", _number(approved))
    yield ("questions", "all", "questions", _number(report.questions))
    asked = untold() if report.asked is None else str(report.asked)
    yield ("questions", "all", "requests asked about", asked)
    yield ("questions", "each submitted request", "questions", report.per_request)
    for name, count in (
        ("billed", report.fees.billed),
        ("waived", report.fees.waived),
        ("nothing due", report.fees.nothing_due),
    ):
        yield ("fees", name, "requests", _number(count))
    for each in report.fees.sums:
        for name, minor in _amounts(each).items():
            amount = fees.written(minor, each.currency) if minor is not None else few()
            yield ("fees", name, each.currency, amount)
    yield ("register", "all", "requests", _number(report.earlier.number))
    yield ("register", "all", "median days", _days(report.earlier.median))
    yield ("register", "all", "p90 days", _days(report.earlier.p90))
    for load in report.loads:
        yield ("workload", f"{load.person}, {load.role.label}", "open", str(load.open))
        yield ("workload", f"{load.person}, {load.role.label}", "late", str(load.late))


def few() -> str:
    """What stands for a count below the limit."""
    return gettext("fewer than %(fewest)s") % {"fewest": reports.FEWEST}


def untold() -> str:
    """What stands for a count that lies a few apart from one that is told."""
    return gettext("not told")


def _row(gate: reports.Gate) -> GateRow:
    median = gate.net.median
    slow = median is not None and gate.target is not None and median > gate.target
    return GateRow(str(GATES[gate.stage]), gate, slow)


def _funnel(report: reports.Report) -> counts.Chart:
    levels = {str(label): report.funnel[level] for level, label in LEVELS.items()}
    return counts.chart("funnel", gettext("Requests"), levels)


def _money(sums: money.Sums) -> dict[str, Any]:
    """The amounts of one currency: a bar for each in whole units, and a table with all of it."""
    amounts = _amounts(sums)
    whole = {each: None if minor is None else minor // 100 for each, minor in amounts.items()}
    title = gettext("Amount in %(currency)s") % {"currency": sums.currency}
    return {
        "chart": counts.chart(f"fees-{sums.currency}", title, whole, bars=True),
        "currency": sums.currency,
    }


def _amounts(sums: money.Sums) -> dict[str, int | None]:
    return {
        gettext("Billed"): sums.billed,
        gettext("Received"): sums.received,
        gettext("Credited"): sums.credited,
    }


def _medians(rows: list[GateRow]) -> counts.Chart | None:
    """A bar for each gate that enough requests have left; none is drawn as hidden."""
    told = {row.label: row.gate.net.median for row in rows if row.gate.net.median is not None}
    return counts.chart("medians", gettext("Median business days"), told) if told else None


def _number(number: int | None) -> str:
    return few() if number is None else str(number)


def _days(days: int | None) -> str:
    return "" if days is None else str(days)
