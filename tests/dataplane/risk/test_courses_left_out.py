"""Which tables have no prints: those about no person, and those too large to put together here."""

import pytest

from muniment.dataplane.extract.treat import Treated
from muniment.dataplane.risk import joins
from muniment.dataplane.spec import holding
from tests.dataplane import tables

SMALL = holding.parse(tables.descriptor())


def treated(*, rows: int, about_units: bool) -> Treated:
    table = SMALL.tables[0]
    return Treated(
        table, stored="nowhere", columns=(), withheld=(), rows=rows, cells={},
        about_units=about_units, units=rows,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "about_units"), [(3, False), (joins.MOST_ROWS + 1, True), (3, True)]
)
def test_a_table_without_persons_dates_or_measure_is_in_no_sketch(
    rows: int, about_units: bool
) -> None:
    """The engine is not asked: there is nothing in these tables that it would have to order."""
    tables_ = [treated(rows=rows, about_units=about_units)]
    assert joins.sketches(None, tables_, key=b"k" * 32) == []  # type: ignore[arg-type]
