"""What is done so that nobody in a release is too alone, and how alone each unit is after.

k is the size of the group of units that share all baseline values (Samarati and Sweeney 1998). It
is counted over units, never rows. The baseline are the quasi-identifiers of the base table that
leave as values. A method policy may choose coarser values first; what is still too alone is
blanked. It may also ask that a unit's course, as an attacker may know it, is shared by k units:
only then is k more than k on the declared baseline variables (`privacy.md` A11). A missing value
counts as a value of its own.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from muniment.dataplane import refusals
from muniment.dataplane.compile import nodes
from muniment.dataplane.extract import register, session
from muniment.dataplane.extract.treat import CODE, Column, Treated
from muniment.dataplane.risk import (
    copies,
    course,
    diversity,
    generalize,
    ladder,
    measures,
    onlooker,
    people,
)
from muniment.dataplane.risk.baseline import Blanked, Judge, Measure
from muniment.dataplane.spec.answer import plural
from muniment.dataplane.spec.fields import CODES, Method, Sensitivity
from muniment.dataplane.spec.values import FieldType

# These give each unit a number nobody else need have; blanking them would blank the table.
UNTREATED = frozenset({*CODES, Method.DAYS_FROM, Method.WEEKLY_SHIFT})
DECLARED = "risk declared"
NUMBERS = (FieldType.INTEGER, FieldType.NUMBER, FieldType.YEAR)


@dataclass(frozen=True, slots=True)
class Report:
    """What risk was found and what was done about it.

    `blanked` is the number of cells set to missing, by "table.field". `alone_with_more` is how many
    units remain alone in their group once an onlooker also knows the rows in each related table and
    the intervals. `coarser` says what was generalized, `course` what was done about courses,
    `diversity` is by sensitive variable of the base table; `measures` is the risk report, before
    and after.
    """

    limit: int
    baseline: tuple[str, ...]
    untreated: tuple[str, ...]
    before: Measure
    after: Measure
    blanked: dict[str, int]
    alone_with_more: int
    knowledge: ladder.Knowledge = ladder.Knowledge.BASELINE
    coarser: dict[str, object] | None = None
    course: dict[str, dict[str, object]] | None = None
    diversity: dict[str, dict[str, object]] | None = None
    measures: dict[str, object] | None = None

    def document(self) -> dict[str, object]:
        """For the receipt alone: these are exact numbers."""
        more = {
            "generalized": self.coarser,
            "course": self.course,
            "diversity": self.diversity,
            "measures": self.measures,
        }
        return {
            "limit": self.limit,
            "scope": scope(self.knowledge),
            "baseline": list(self.baseline),
            "untreated": list(self.untreated),
            "before": self.before.document(),
            "after": self.after.document(),
            "blanked": dict(self.blanked),
            "alone_with_more": self.alone_with_more,
            **{name: value for name, value in more.items() if value is not None},
        }


def scope(knowledge: ladder.Knowledge) -> str:
    """What k is about, in the words of report and README."""
    if knowledge is ladder.Knowledge.COURSE:
        return "k on the declared baseline variables and on courses, table by table"
    return "k on the declared baseline variables"


def resolve(
    engine: session.Session,
    tables: Sequence[Treated],
    *,
    base: str,
    limit: int,
    unit: str,
    chosen: ladder.Settings = ladder.DEFAULT,
    everyone: register.Register | None = None,
) -> tuple[Report, list[Treated]]:
    """Measure, treat until k holds, measure again; returns the tables as they may leave.

    `everyone` are the people of the holding, where the release is only of some of them.
    Raises `Refused` (too-few-units) when fewer units than `limit` are in the release,
    (base-repeats) when the base table has several rows of one unit, and (diversity-unmet) when
    sensitive values miss a limit of the policy.
    """
    main = next((table for table in tables if table.table.name == base), None)
    columns = [column for column in main.columns if is_baseline(column)] if main else []
    codes = people.count(engine, tables, main=main)
    if codes < limit and any(people.are_told_of(table) for table in tables):
        message = (
            f"Fewer {plural(unit)} match than the holding's limit of {limit} allows to leave. "
            "Widen the cohort or ask for an aggregate."
        )
        raise refusals.refused("too-few-units", message, limit=limit)
    if main is None or not columns:
        whole = Measure(codes, codes, 0)
        alone = onlooker.alone(engine, tables, main)
        report = Report(limit, (), untreated(tables, ()), whole, whole, {}, alone)
        return report, list(tables)
    people.refuse_repeats(main, unit, units=codes)
    return _Treatment(engine, list(tables), main, columns, limit, chosen, everyone).done()


def is_baseline(column: Column) -> bool:
    is_quasi = column.field.sensitivity is Sensitivity.QUASI
    return is_quasi and column.rule.method not in UNTREATED


def untreated(tables: Iterable[Treated], baseline: tuple[str, ...]) -> tuple[str, ...]:
    """Quasi-identifiers that leave and are no part of k."""
    return tuple(
        copies.full_name(table, column)
        for table in tables
        for column in table.columns
        if column.field.sensitivity is Sensitivity.QUASI
        and column.rule.method not in CODES
        and copies.full_name(table, column) not in baseline
    )


@dataclass
class _Treatment:
    engine: session.Session
    tables: list[Treated]
    main: Treated
    columns: list[Column]
    limit: int
    chosen: ladder.Settings
    everyone: register.Register | None

    def done(self) -> tuple[Report, list[Treated]]:
        declared = self._declared()
        names = [column.stored for column in self.columns]
        before = Judge(self.engine, declared, names, self.limit)
        measured, sizes = before.measure(), before.sizes
        made = self._coarser(declared)
        judge = before
        if made:
            judge = Judge(self.engine, made.stored, names, self.limit, label="coarser ")
        blanked = judge.blank()
        tables, also = copies.apply(
            self.engine, self.tables, self.main,
            made=made, judge=judge, blanked=blanked, columns=self.columns,
        )  # fmt: skip
        course_told = None
        if self.chosen.knowledge is ladder.Knowledge.COURSE:
            tables, course_told = course.treat(
                self.engine, tables, self.main.table.name,
                classes=judge.groups, limit=self.limit, events=self.chosen.events,
            )  # fmt: skip
        main = next(table for table in tables if table.table.name == self.main.table.name)
        baseline = tuple(copies.full_name(main, column) for column in self.columns)
        report = Report(
            limit=self.limit,
            baseline=baseline,
            untreated=untreated(tables, baseline),
            before=measured,
            after=judge.measure(),
            blanked=_counted(self.main, self.columns, blanked) | also,
            alone_with_more=onlooker.alone(self.engine, tables, main),
            knowledge=self.chosen.knowledge,
            coarser=dict(made.document) if made else None,
            course=course_told,
            diversity=self._diversity(main, units=measured.units),
            measures=self._measures(declared, sizes, judge, baseline, made),
        )
        return report, tables

    def _measures(
        self,
        declared: str,
        sizes: Counter[int],
        judge: Judge,
        baseline: tuple[str, ...],
        made: generalize.Made | None,
    ) -> dict[str, object]:
        """The whole risk report; the table after is measured only where it differs."""
        names, stored = [column.stored for column in self.columns], judge.stored
        before = known = measures.grouped(self.engine, declared, names, found=sizes)
        if self.everyone is not None:
            whole = self.everyone.stored(self.columns)
            there = measures.sizes(self.engine, nodes.table(whole, "t"), names)
            known = measures.grouped(self.engine, whole, names, found=there)
        told = measures.of_groups(before, known)
        after = told
        if stored != declared:
            forms = [made.forms.get(name, {}) if made else {} for name in names]
            found = measures.grouped(self.engine, stored, names, found=judge.sizes)
            after = measures.of_groups(found, known, forms=forms)
        return {
            "before": told,
            "after": after,
            "utility": measures.utility(
                self.engine, declared, stored, dict(zip(baseline, self.columns, strict=True)),
                coarser=list(made.columns) if made else [],
            ),
        }  # fmt: skip

    def _declared(self) -> str:
        """The narrow table: a unit's code and its baseline values."""
        kept = [nodes.column("t", CODE)]
        kept += [nodes.column("t", column.stored) for column in self.columns]
        source = nodes.table(self.main.stored, "t")
        self.engine.keep(DECLARED, nodes.select(kept, source=source))
        return self.engine.temporary(DECLARED)

    def _coarser(self, declared: str) -> generalize.Made | None:
        if self.chosen.approach is ladder.Approach.PARTITION:
            return generalize.boxes(self.engine, declared, self.columns, limit=self.limit)
        if self.chosen.approach is ladder.Approach.GENERALIZE:
            return generalize.climb(
                self.engine, declared, self.columns,
                ladders=[
                    self.chosen.ladders.get(copies.full_name(self.main, column), ladder.NONE)
                    for column in self.columns
                ],
                limit=self.limit, suppress=self.chosen.suppress,
            )  # fmt: skip
        return None

    def _diversity(self, main: Treated, *, units: int) -> dict[str, dict[str, object]] | None:
        """Refused where a limit of the policy is missed; None where nobody asked of very many."""
        is_asked = self.chosen.least_l is not None or self.chosen.most_t is not None
        is_due = diversity.is_due(units, is_asked=is_asked)
        told = {}
        for column in main.columns if is_due else ():
            if column.field.sensitivity is not Sensitivity.SENSITIVE:
                continue
            found = diversity.of_release(
                self.engine, main.stored, baseline=[each.stored for each in self.columns],
                sensitive=column.stored, is_number=column.kind in NUMBERS,
            )  # fmt: skip
            if is_asked:
                self._refuse_unmet(copies.full_name(main, column), found)
            told[copies.full_name(main, column)] = found.document() if found else {}
        return told if is_due else None

    def _refuse_unmet(self, where: str, found: diversity.Measured | None) -> None:
        least, most = self.chosen.least_l, self.chosen.most_t
        if found is None:
            says = f"{where} has too many values for l or t; treat it with bands"
        elif least is not None and found.distinct_l < least:
            says = f"{where} has groups with fewer than {least} different values"
        elif most is not None and found.t * 100 > most:
            says = f"{where} has groups further than {most} percent from the values of all"
        else:
            return
        message = f"{says[0].upper()}{says[1:]}. Change the ladders or leave it out."
        raise refusals.refused("diversity-unmet", message, field=where)


def _counted(
    main: Treated, columns: Sequence[Column], blanked: Sequence[Blanked]
) -> dict[str, int]:
    names = {column.stored: copies.full_name(main, column) for column in columns}
    cells: dict[str, int] = {}
    for done in blanked:
        cells[names[done.column]] = cells.get(names[done.column], 0) + done.cells
    return cells
