"""How alone each unit is in a release, and what is blanked so that nobody is too alone.

k is the size of the group of units that share all baseline values (Samarati and Sweeney 1998). It
is counted over units, never rows, and on the *declared baseline variables* only: quasi-identifiers
of the base table that leave as values. Intervals, shifted dates, the number of rows and the codes
of related tables are not treated here and may single someone out; they are measured for the receipt
and the package says so (`privacy.md` A11). A missing value counts as a value of its own.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlglot import exp

from muniment.dataplane import refusals
from muniment.dataplane.compile import nodes
from muniment.dataplane.extract import session
from muniment.dataplane.extract.treat import CODE, Column, Treated
from muniment.dataplane.risk import onlooker
from muniment.dataplane.risk.baseline import Blanked, Judge, Measure, blank_cells
from muniment.dataplane.spec.answer import plural
from muniment.dataplane.spec.fields import Method, Sensitivity

# These give each unit a number nobody else need have; blanking them would blank the table.
UNTREATED = frozenset({Method.PSEUDONYM, Method.DAYS_FROM, Method.WEEKLY_SHIFT})


@dataclass(frozen=True, slots=True)
class Report:
    """What risk was found and what was done about it.

    `blanked` is the number of cells set to missing, by "table.field". `alone_with_more` is how many
    units remain alone in their group once an onlooker also knows the rows in each related table and
    the intervals.
    """

    limit: int
    baseline: tuple[str, ...]
    untreated: tuple[str, ...]
    before: Measure
    after: Measure
    blanked: dict[str, int]
    alone_with_more: int

    def document(self) -> dict[str, object]:
        """For the receipt alone: these are exact numbers."""
        return {
            "limit": self.limit,
            "baseline": list(self.baseline),
            "untreated": list(self.untreated),
            "before": self.before.document(),
            "after": self.after.document(),
            "blanked": dict(self.blanked),
            "alone_with_more": self.alone_with_more,
        }


def resolve(
    engine: session.Session, tables: Sequence[Treated], *, base: str, limit: int, unit: str
) -> Report:
    """Measure, blank baseline values of units in small groups until k holds, measure again.

    Raises `Refused` (too-few-units) when fewer units than `limit` are in the release, and
    (base-repeats) when the base table has several rows of one unit.
    """
    main = next((table for table in tables if table.table.name == base), None)
    columns = [column for column in main.columns if _is_baseline(column)] if main else []
    codes = _codes(engine, tables)
    if codes < limit and any(_points_at_someone(table) for table in tables):
        message = (
            f"Fewer {plural(unit)} match than the holding's limit of {limit} allows to leave. "
            "Widen the cohort or ask for an aggregate."
        )
        raise refusals.refused("too-few-units", message, limit=limit)
    if main is None or not columns:
        whole = Measure(codes, codes, 0)
        alone = onlooker.alone(engine, tables, main)
        return Report(limit, (), _untreated(tables, ()), whole, whole, {}, alone)
    _refuse_repeats(engine, main, unit)
    judge = Judge(engine, main, columns, limit)
    before = judge.measure()
    blanked = judge.blank()
    also = _blank_copies(engine, tables, main, blanked)
    names = tuple(_where(main, column) for column in columns)
    return Report(
        limit=limit,
        baseline=names,
        untreated=_untreated(tables, names),
        before=before,
        after=judge.measure(),
        blanked=_counted(main, blanked) | also,
        alone_with_more=onlooker.alone(engine, tables, main),
    )


def _is_baseline(column: Column) -> bool:
    is_quasi = column.field.sensitivity is Sensitivity.QUASI
    return is_quasi and column.rule.method not in UNTREATED


def _points_at_someone(table: Treated) -> bool:
    """Whether the release tells anything about a unit that is not public."""
    return any(column.field.sensitivity is not Sensitivity.NONE for column in table.columns)


def _untreated(tables: Iterable[Treated], baseline: tuple[str, ...]) -> tuple[str, ...]:
    """Quasi-identifiers that leave and are no part of k."""
    return tuple(
        _where(table, column)
        for table in tables
        for column in table.columns
        if column.field.sensitivity is Sensitivity.QUASI
        and column.rule.method is not Method.PSEUDONYM
        and _where(table, column) not in baseline
    )


def _where(table: Treated, column: Column) -> str:
    return f"{table.table.name}.{column.field.name}"


def _codes(engine: session.Session, tables: Sequence[Treated]) -> int:
    """How many units the release holds anything about."""
    queries = [
        nodes.select([nodes.column("t", CODE)], source=nodes.table(table.stored, "t"))
        for table in tables
        if table.about_units
    ]
    if not queries:
        return sum(table.rows for table in tables)
    together: exp.Expression = queries[0]
    for query in queries[1:]:
        together = exp.Union(this=together, expression=query, distinct=True)
    source = exp.Subquery(this=together, alias=exp.TableAlias(this=nodes.name("a")))
    return engine.whole(
        nodes.select([session.distinct_count(nodes.column("a", CODE))], source=source)
    )


def _refuse_repeats(engine: session.Session, main: Treated, unit: str) -> None:
    source = nodes.table(main.stored, "t")
    distinct = engine.whole(
        nodes.select([session.distinct_count(nodes.column("t", CODE))], source=source)
    )
    if distinct != main.rows:
        message = (
            f"The base table {main.table.name} has several rows for one {unit}, so the risk of "
            "a release cannot be measured. Make it one row each."
        )
        raise refusals.refused("base-repeats", message, table=main.table.name)


def _blank_copies(
    engine: session.Session,
    tables: Sequence[Treated],
    main: Treated,
    blanked: Sequence[Blanked],
) -> dict[str, int]:
    """A baseline variable repeated in a related table is blanked there for the same units."""
    cells: dict[str, int] = {}
    for table in tables:
        if table is main or not table.about_units:
            continue
        for column in table.columns:
            for done in blanked:
                if done.column.field.name == column.field.name:
                    where = _where(table, column)
                    lost = blank_cells(engine, table.stored, column.stored, done.codes)
                    cells[where] = cells.get(where, 0) + lost
    return cells


def _counted(main: Treated, blanked: Sequence[Blanked]) -> dict[str, int]:
    cells: dict[str, int] = {}
    for done in blanked:
        where = _where(main, done.column)
        cells[where] = cells.get(where, 0) + done.cells
    return cells
