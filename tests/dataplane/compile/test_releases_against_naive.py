"""Methods that were drawn, over rows that were drawn: engine and naive reading release the same."""

import datetime
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import hypothesis
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from muniment.dataplane import crosswalk, engines, policy
from muniment.dataplane.compile import nodes
from muniment.dataplane.extract import scope as scopes
from muniment.dataplane.extract import staging, treat
from muniment.dataplane.extract.lookups import Lookups, Secrets
from muniment.dataplane.extract.session import Session
from muniment.dataplane.extract.watch import Watch
from muniment.dataplane.spec import check
from tests.dataplane.compile import naive, naive_release, releases_drawn
from tests.dataplane.extract import builds

COPIES = 1
EXAMPLES = hypothesis.settings.default.max_examples // 3
NOW = datetime.datetime(2026, 11, 22, 12, tzinfo=datetime.UTC)
GROUP = "p1"


class Case:
    """A holding on disk, open on an engine, and what a naive reader makes of its cells."""

    def __init__(self, source, copies: int, data: dict[str, list], session: Session) -> None:
        self.source, self.copies, self.session = source, copies, session
        part = releases_drawn.asked(copies, None).parts[0]
        self.data = {
            table.name: [naive.typed(table, row) for row in data[table.name]]
            for table in source.tables
        }
        self.data[source.base_table] = [
            row | {each.name: naive.derive(each, row, source, self.data) for each in part.derived}
            for row in self.data[source.base_table]
        ]


@contextmanager
def opened(
    folder: Path, shape: dict, data: dict, setting: engines.Setting, *, copies: int
) -> Iterator[Case]:
    source, place = releases_drawn.write(folder / "holding", shape, data)
    with (
        staging.beside(folder / "out", setting=setting) as stage,
        Session((place, source), staging=stage, watch=Watch(), label=GROUP) as session,
    ):
        yield Case(source, copies, data, session)


def agree(case: Case, *, written: dict[str, dict], cohort: dict | None) -> None:
    """Rows, the number of persons and what the receipt counts of each column are the same."""
    asked = releases_drawn.asked(case.copies, cohort)
    [part], known = asked.parts, {case.source.key: case.source}
    assert not (faulty := check.against(asked, known)), faulty
    override = policy.read({"policy": "drawn", "edition": "1", "fields": written})
    resolved = policy.resolve(asked, known, parts=asked.parts, overriding={policy.ALL: override})
    rules = resolved.holdings[case.source.key].rules
    scope = scopes.wide(part, case.source, beside=asked.parts, group=GROUP, now=NOW)
    read = {releases_drawn.APPROVED.hash: releases_drawn.APPROVED}
    secret = Secrets(builds.LINE_KEY, crosswalk.Crosswalk(), read)
    lookups = Lookups(case.session, scope, secret=secret, rules=rules)
    units = lookups.units()
    expected = naive_release.Released(
        scope.source, scope.part, rules, case.data,
        secret=secret, group=GROUP, today=NOW.date(),
    )  # fmt: skip
    assert units == len(expected.persons)
    for table in part.tables:
        found = treat.table(
            case.session, scope, lookups, wanted=scope.source.get_table(table.name),
            variables=[each.name for each in table.variables], rules=rules, units=units,
        )  # fmt: skip
        compare(case.session, found, expected)


def compare(session: Session, found: treat.Treated, expected: naive_release.Released) -> None:
    by_name = {column.field.name: column for column in found.columns}
    order = [by_name[field.name] for field, _ in expected.leaving(found.table)]
    assert len(order) == len(by_name)
    rows = expected.rows(found.table)
    assert found.rows == len(rows)
    ours = session.answer(chosen(found, [column.stored for column in order] or [treat.CODE]))
    # Column by column first: whoever reads a failure wants to know which method it is.
    for spot, column in enumerate(order):
        told = (found.table.name, column.field.name, column.rule)
        assert in_order((row[spot],) for row in ours) == in_order((row[spot],) for row in rows), (
            told
        )
    assert not order or in_order(ours) == in_order(rows)
    cells = {name: (each.held, each.changed) for name, each in found.cells.items()}
    assert cells == expected.cells(found.table)


def chosen(found: treat.Treated, names: list[str]) -> nodes.exp.Select:
    return nodes.select(
        [nodes.column("t", name) for name in names], source=nodes.table(found.stored, "t")
    )


def in_order(rows) -> list[str]:
    return sorted(repr(tuple(row)) for row in rows)


@settings(max_examples=EXAMPLES, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(
    data=releases_drawn.held(COPIES),
    key=st.sampled_from(["USUBJID", "NOTE"]),
    threshold=st.integers(2, 4),
    written=releases_drawn.rules(COPIES),
    cohort=releases_drawn.cohorts,
)
def test_the_engine_releases_what_a_naive_reading_releases(
    data: dict, key: str, threshold: int, written: dict, cohort: dict | None
) -> None:
    """Each example is a build, so none is made smaller: that takes minutes."""
    shape = releases_drawn.descriptor(COPIES, threshold=threshold, key=key)
    with (
        tempfile.TemporaryDirectory() as name,
        opened(Path(name), shape, data, engines.EMBEDDED, copies=COPIES) as case,
    ):
        agree(case, written=written, cohort=cohort)
