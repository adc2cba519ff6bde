"""One part of a specification: rows or numbers, treated, measured, written."""

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from muniment.dataplane import refusals
from muniment.dataplane.cube import earlier
from muniment.dataplane.extract import aggregate, register, treat
from muniment.dataplane.extract.elsewhere import Elsewhere
from muniment.dataplane.extract.lookups import Lookups, Secrets
from muniment.dataplane.extract.scope import Scope
from muniment.dataplane.extract.session import Session
from muniment.dataplane.extract.staging import Staging
from muniment.dataplane.extract.watch import Watch
from muniment.dataplane.package import figures, picture, shape, tables
from muniment.dataplane.release import as_held, gather, linked
from muniment.dataplane.risk import joins, limit
from muniment.dataplane.risk import report as telling
from muniment.dataplane.spec import fields, specification


@dataclass(frozen=True, slots=True)
class Made:
    """A finished part. `outward` goes into the manifest, `internal` into the receipt."""

    part: specification.Part
    files: tuple[tuple[shape.OutTable, list[str]], ...]
    missing: Mapping[str, Mapping[str, str]]
    sentences: list[str]
    outward: dict[str, object]
    internal: dict[str, object]
    statements: list[dict[str, str]]
    courses: tuple[dict[str, object], ...] = ()
    left: earlier.Table | None = None


def build(
    drawn: gather.Drawn,
    part: specification.Part,
    *,
    secret: Secrets,
    now: datetime.datetime,
    alone: bool,
    taken: set[str],
    stage: Staging,
    watch: Watch,
    prints: joins.Prints = joins.NO_PRINTS,
    published: Sequence[Mapping[str, object]] = (),
    known: Sequence[earlier.Table] = (),
) -> Made:
    """Build one part into the staging folder.

    `alone` says that its tables need no prefix; `taken` are the names of tables already written,
    to which its own are added; `known` are tables of numbers that left before. Raises `Refused`
    and `faults.Faulty`.
    """
    place = drawn.places[part.holding, part.edition]
    scope = drawn.scope(part, now=now)
    beside = linked.told(drawn, part, secret=secret, now=now, stage=stage, watch=watch)
    asked = {table.name: len(table.variables) for table in part.tables}
    with Session(place, staging=stage, watch=watch, label=part.id, asked=asked) as engine:
        engine.statements += beside.statements
        job = _Job(drawn, part, scope, engine, stage, watch, alone, taken, beside.told)
        if part.level is specification.Level.AGGREGATE:
            return job.numbers(known)
        return job.rows(secret, prints, published)


@dataclass(frozen=True, slots=True)
class _Job:
    drawn: gather.Drawn
    part: specification.Part
    scope: Scope
    engine: Session
    stage: Staging
    watch: Watch
    alone: bool
    taken: set[str]
    elsewhere: Elsewhere

    def rows(
        self, secret: Secrets, prints: joins.Prints, published: Sequence[Mapping[str, object]]
    ) -> Made:
        part, source = self.part, self.scope.source
        treated, units, everyone = self._treat(secret)
        self.watch.step(f"measure the risk of {part.id}")
        report, treated = limit.resolve(
            self.engine,
            treated,
            base=source.base_table,
            limit=source.k,
            unit=source.unit,
            chosen=self.drawn.methods.holdings[source.key].anonymity,
            everyone=None if part.cohort is None else everyone,
        )
        members, sentences = figures.of_rows(report, source)
        courses = joins.sketches(self.engine, treated, key=prints.key)
        out = self._named(shape.of_treated(part.id, treated, source))
        counts = {table.name: each.rows for table, each in zip(out, treated, strict=True)}
        internal = {
            "units": units,
            "rows": counts,
            "cells": {name: cells for each in treated for name, cells in _cells(each)},
            "risk": report.document(),
            "risk_as_held": as_held.measured(self.engine, self.scope, treated),
            "courses": [each.measured() for each in courses],
            "joins": joins.joined(courses, prints.earlier),
            "revealed": self._revealed(treated, published),
        }
        made = self._written(out, counts, sentences, members, internal)
        return replace(made, courses=tuple(each.document() for each in courses))

    def _revealed(
        self, treated: list[treat.Treated], published: Sequence[Mapping[str, object]]
    ) -> list[dict[str, object]]:
        """Hidden cells of public tables that this part would show."""
        leaving = [
            column.field.name
            for table in treated
            if table.table.name == self.scope.source.base_table
            for column in table.columns
            if column.rule.method is fields.Method.KEEP
        ]
        mine = [each for each in published if self._is_of_this_edition(each)]
        return telling.revealed(mine, leaving=leaving, is_whole=self.part.cohort is None)

    def _is_of_this_edition(self, cube: Mapping[str, object]) -> bool:
        return (cube.get("holding"), cube.get("edition")) == (self.part.holding, self.part.edition)

    def numbers(self, known: Sequence[earlier.Table]) -> Made:
        self.watch.step(f"count {self.part.id}")
        grouped = aggregate.table(self.engine, self.scope, known=known)
        members, sentences = figures.of_groups(grouped)
        out = self._named([shape.of_grouped(self.part.id, grouped)])
        cells = [{"labels": list(labels), "units": count} for labels, count in grouped.exact]
        counts = {out[0].name: grouped.cells}
        made = self._written(out, counts, sentences, members, {"cells": cells})
        picture.write(grouped, name=out[0].name, package=self.stage.package)
        return replace(made, left=grouped.left)

    def _treat(self, secret: Secrets) -> tuple[list[treat.Treated], int, register.Register]:
        part, source = self.part, self.scope.source
        rules = self.drawn.methods.holdings[source.key].rules
        lookups = Lookups(
            self.engine, self.scope, secret=secret, rules=rules, elsewhere=self.elsewhere
        )
        self.watch.step(f"find who is in {part.id}")
        units = lookups.units()
        treated = []
        for done, asked in enumerate(part.tables):
            self.watch.step(f"treat {part.id}", done, len(part.tables))
            treated.append(
                treat.table(
                    self.engine,
                    self.scope,
                    lookups,
                    wanted=source.get_table(asked.name),
                    variables=[variable.name for variable in asked.variables],
                    rules=rules,
                    units=units,
                )
            )
        if not any(table.rows for table in treated):
            message = "No row matches, so there is nothing to release. Widen the cohort."
            raise refusals.refused("nothing-matches", message, part=part.id)
        return treated, units, register.Register(self.engine, self.scope, lookups)

    def _named(self, listed: list[shape.OutTable]) -> list[shape.OutTable]:
        prefix = "" if self.alone else f"{self.part.id}-"
        return shape.named(listed, prefix=prefix, taken=self.taken)

    def _written(
        self,
        out: list[shape.OutTable],
        counts: Mapping[str, int],
        sentences: list[str],
        members: figures.Figures,
        internal: Mapping[str, object],
    ) -> Made:
        part = self.part
        leaving = [table for table in out if table.columns]
        if not leaving:
            message = f"Nothing of part {part.id} may leave: every variable is withheld."
            raise refusals.refused("nothing-leaves", message, part=part.id)
        files = []
        for done, table in enumerate(leaving):
            self.watch.step(f"write the files of {part.id}", done, len(leaving))
            paths = tables.write(
                self.engine, table, file_name=table.name, package=self.stage.package
            )
            files.append((table, paths))
        return Made(
            part=part,
            files=tuple(files),
            missing={
                table.name: tables.missing(self.engine, table, rows=counts[table.name])
                for table in leaving
            },
            sentences=sentences,
            outward=self._outward(out, members),
            internal={"part": part.id, **internal},
            statements=self.engine.statements,
        )

    def _outward(self, out: list[shape.OutTable], members: figures.Figures) -> dict[str, object]:
        """What the manifest says of the part; tables by the holding's own names."""
        part = self.part
        return {
            "part": part.id,
            "holding": part.holding,
            "edition": part.edition,
            "synthetic": self.scope.source.synthetic,
            "level": part.level.value,
            "methods": [
                {"table": table.held_as, "variable": name, "method": method}
                for table in out
                for name, method in _methods(table)
            ],
            "figures": members,
        }


def _cells(treated: treat.Treated) -> Iterator[tuple[str, dict[str, object]]]:
    """What each method did, by "table.field"."""
    for column in treated.columns:
        cells = treated.cells[column.field.name]
        told: dict[str, object] = {"held": cells.held, "changed": cells.changed}
        name = f"{treated.table.name}.{column.field.name}"
        yield name, {"method": column.rule.method.value, **told}


def _methods(table: shape.OutTable) -> list[tuple[str, str]]:
    """Every variable that was asked for and what became of it; a number we made is none."""
    leaving = [(column.name, column.method) for column in table.columns if column.is_held]
    return leaving + [(name, method) for name, method, _ in table.withheld]
