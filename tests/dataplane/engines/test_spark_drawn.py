"""Questions that nobody thought of: Spark, DuckDB and a naive reading answer each alike.

Starting Spark is what costs, so one session answers them all, over rows with every odd cell.
"""

import random
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
from hypothesis import given

from muniment.dataplane import engines
from muniment.dataplane.spec import holding
from tests.dataplane import tables
from tests.dataplane.compile import questions_drawn, test_against_naive
from tests.dataplane.engines import clusters

pytestmark = clusters.needs_spark

SUBJECTS, EVENTS = 24, 60
# Few, since Spark takes seconds for each; `make soak` asks hundreds.
QUESTIONS = max(5, hypothesis.settings.default.max_examples // 12)


class Asked:
    """One holding open on both engines, and what a naive reader makes of it."""

    def __init__(self, place: Path, ports: tuple[engines.Engine, ...], rows: tuple) -> None:
        self.source = holding.load(place)
        self.ports = ports
        self.data = test_against_naive.read(self.source, *rows)


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asked]:
    folder = tmp_path_factory.mktemp("drawn")
    rows = drawn()
    shape = test_against_naive.descriptor()
    place = tables.write_holding(folder / "holding", shape, subjects=rows[0], events=rows[1])
    embedded = engines.Setting()
    with (
        clusters.opened(place, folder / "spark", clusters.local()) as spark,
        clusters.opened(place, folder / "duckdb", embedded) as duckdb,
    ):
        yield Asked(place, (spark, duckdb), rows)


def drawn() -> tuple[list[list[str]], list[list[str]]]:
    """Every odd cell of the drawn rows, each column on its own; the same each time."""
    draw = random.Random(7919)

    def column(strategy: object, rows: int) -> list[str]:
        cells = strategy.elements  # type: ignore[attr-defined]
        return [cells[n % len(cells)] if n < len(cells) else draw.choice(cells)
                for n in range(rows)]  # fmt: skip

    def shuffled(*strategies: object, rows: int) -> list[list[str]]:
        columns = [column(each, rows) for each in strategies]
        for each in columns:
            draw.shuffle(each)
        return [list(row) for row in zip(*columns, strict=True)]

    q = questions_drawn
    subjects = shuffled(
        q.people, q.diagnoses, q.sexes, q.ages, q.sizes, q.words, q.truths, q.days, q.words,
        rows=SUBJECTS,
    )  # fmt: skip
    events = shuffled(q.people, q.words, q.flags, q.grades, q.days, rows=EVENTS)
    return subjects, [[f"E-{n}", *row] for n, row in enumerate(events)]


@hypothesis.settings(max_examples=QUESTIONS)
@given(cohort=questions_drawn.cohorts)
def test_three_readers_of_a_drawn_question_agree(both: Asked, cohort: dict) -> None:
    part = test_against_naive.asked(cohort)
    for port in both.ports:
        test_against_naive.agree(part, both.source, port, both.data)
