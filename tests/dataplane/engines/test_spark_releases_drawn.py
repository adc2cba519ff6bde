"""Methods that nobody thought of: Spark, DuckDB and a naive reading release each the same rows.

Starting Spark is what costs, so one session treats them all, over rows with every odd cell and
columns of every type.
"""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
from hypothesis import Phase, given

from muniment.dataplane import engines
from tests.dataplane.compile import releases_drawn
from tests.dataplane.compile import test_releases_against_naive as against_naive
from tests.dataplane.engines import clusters

pytestmark = clusters.needs_spark

COPIES = 1
# Few, since Spark takes seconds for each; each treats forty columns.
RELEASES = max(3, hypothesis.settings.default.max_examples // 20)

SHAPE = releases_drawn.descriptor(COPIES, key="NOTE")
ROWS = releases_drawn.shuffled(COPIES, seed=104729, rows=releases_drawn.MOST)


@pytest.fixture(scope="module")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[against_naive.Case]:
    folder = tmp_path_factory.mktemp("spark")
    with against_naive.opened(folder, SHAPE, ROWS, clusters.local(), copies=COPIES) as case:
        yield case


@hypothesis.settings(max_examples=RELEASES, phases=[Phase.explicit, Phase.generate])
@given(written=releases_drawn.rules(COPIES), cohort=releases_drawn.cohorts)
def test_three_readers_of_a_drawn_release_agree(
    spark: against_naive.Case, written: dict, cohort: dict | None
) -> None:
    """What the session keeps is kept anew by each release, which the embedded engine does not."""
    embedded = engines.EMBEDDED
    with (
        tempfile.TemporaryDirectory() as name,
        against_naive.opened(Path(name), SHAPE, ROWS, embedded, copies=COPIES) as duckdb,
    ):
        for case in (duckdb, spark):
            against_naive.agree(case, written=written, cohort=cohort)
