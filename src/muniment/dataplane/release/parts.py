"""One part of a specification: rows or numbers, treated, measured, written."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

from muniment.dataplane import links, refusals, risk
from muniment.dataplane.extract import aggregate, treat
from muniment.dataplane.extract.lookups import Lookups, Scope
from muniment.dataplane.extract.session import Session
from muniment.dataplane.extract.staging import Staging
from muniment.dataplane.extract.watch import Watch
from muniment.dataplane.package import figures, shape, tables
from muniment.dataplane.release import gather
from muniment.dataplane.spec import specification


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


def build(
    drawn: gather.Drawn,
    part: specification.Part,
    *,
    line_key: bytes,
    now: datetime.datetime,
    alone: bool,
    taken: set[str],
    stage: Staging,
    watch: Watch,
) -> Made:
    """Build one part into the staging folder.

    `alone` says that its tables need no prefix; `taken` are the names of tables already written,
    to which its own are added. Raises `Refused` and `faults.Faulty`.
    """
    place = drawn.places[part.holding, part.edition]
    scope = Scope(part, place[1], links.group_name(drawn.asked, part.id), now)
    with Session(place, staging=stage, watch=watch, label=part.id) as engine:
        job = _Job(drawn, scope, engine, stage, watch, alone, taken)
        if part.level is specification.Level.AGGREGATE:
            return job.numbers()
        return job.rows(line_key)


@dataclass(frozen=True, slots=True)
class _Job:
    drawn: gather.Drawn
    scope: Scope
    engine: Session
    stage: Staging
    watch: Watch
    alone: bool
    taken: set[str]

    def rows(self, line_key: bytes) -> Made:
        part, source = self.scope.part, self.scope.source
        treated, units = self._treat(line_key)
        self.watch.step(f"measure the risk of {part.id}")
        report = risk.resolve(
            self.engine, treated, base=source.base_table, limit=source.k, unit=source.unit
        )
        members, sentences = figures.of_rows(report, source)
        out = self._named(shape.of_treated(part.id, treated, source))
        counts = {table.name: each.rows for table, each in zip(out, treated, strict=True)}
        internal = {
            "units": units,
            "rows": counts,
            "cells": {
                f"{each.table.name}.{name}": {"held": cells.held, "changed": cells.changed}
                for each in treated
                for name, cells in each.cells.items()
            },
            "risk": report.document(),
        }
        return self._written(out, counts, sentences, members, internal)

    def numbers(self) -> Made:
        self.watch.step(f"count {self.scope.part.id}")
        grouped = aggregate.table(self.engine, self.scope)
        members, sentences = figures.of_groups(grouped)
        out = self._named([shape.of_grouped(self.scope.part.id, grouped)])
        cells = [{"labels": list(labels), "units": count} for labels, count in grouped.exact]
        counts = {out[0].name: grouped.cells}
        return self._written(out, counts, sentences, members, {"cells": cells})

    def _treat(self, line_key: bytes) -> tuple[list[treat.Treated], int]:
        part, source = self.scope.part, self.scope.source
        lookups = Lookups(self.engine, self.scope, line_key=line_key)
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
                    rules=self.drawn.methods.rules[source.key],
                    units=units,
                )
            )
        if not any(table.rows for table in treated):
            message = "No row matches, so there is nothing to release. Widen the cohort."
            raise refusals.refused("nothing-matches", message, part=part.id)
        return treated, units

    def _named(self, listed: list[shape.OutTable]) -> list[shape.OutTable]:
        prefix = "" if self.alone else f"{self.scope.part.id}-"
        return shape.named(listed, prefix=prefix, taken=self.taken)

    def _written(
        self,
        out: list[shape.OutTable],
        counts: Mapping[str, int],
        sentences: list[str],
        members: figures.Figures,
        internal: Mapping[str, object],
    ) -> Made:
        part = self.scope.part
        leaving = [table for table in out if table.columns]
        if not leaving:
            message = f"Nothing of part {part.id} may leave: every variable is withheld."
            raise refusals.refused("nothing-leaves", message, part=part.id)
        files = []
        for done, table in enumerate(leaving):
            self.watch.step(f"write {part.id}", done, len(leaving))
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
        part = self.scope.part
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


def _methods(table: shape.OutTable) -> list[tuple[str, str]]:
    """Every variable that was asked for and what became of it; a number we made is none."""
    leaving = [(column.name, column.method) for column in table.columns if column.is_held]
    return leaving + [(name, method) for name, method, _ in table.withheld]
