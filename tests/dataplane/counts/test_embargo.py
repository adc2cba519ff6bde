"""When the last row that is asked for may leave."""

import csv
import datetime
from pathlib import Path

from muniment.dataplane import embargo
from muniment.dataplane.engines import duckdb as engine
from muniment.dataplane.spec import holding, specification
from muniment.holdings import generate
from tests.dataplane import tables

NOON = datetime.datetime(2026, 11, 22, 12, 0, tzinfo=datetime.UTC)


def lifts_at(folder: Path, asked: dict[str, object]) -> datetime.datetime | None:
    source = holding.load(folder)
    part = specification.parse(asked).parts[0]
    with engine.open(source, folder=folder) as connection:
        return embargo.lifts_at(part, holding=source, connection=connection, now=NOON)


def small(folder: Path, *, onset: str) -> Path:
    """A small holding whose every event is under embargo until its onset, moved to one day."""
    tables.small_holding(
        folder, settings={"embargo": {"table": "events", "field": "ONSET"}}, persons=110
    )
    with (folder / "events.csv").open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    moved = [[*row[:-1], onset] for row in rows]
    tables.write_csv(folder / "events.csv", header, moved)
    return folder


def test_a_holding_without_an_embargo_has_none(tmp_path: Path) -> None:
    folder = tables.small_holding(tmp_path / "h")
    assert lifts_at(folder, tables.specification()) is None


def test_a_date_has_come_once_it_has_come_everywhere_on_earth(tmp_path: Path) -> None:
    folder = small(tmp_path / "h", onset="2027-01-10")
    until = lifts_at(folder, tables.specification())
    assert until == datetime.datetime(2027, 1, 10, 12, 0, tzinfo=datetime.UTC)


def test_an_embargo_that_is_over_is_none(tmp_path: Path) -> None:
    folder = small(tmp_path / "h", onset="2026-11-22")
    assert lifts_at(folder, tables.specification()) is None


def test_nobody_who_is_asked_for_has_no_embargo(tmp_path: Path) -> None:
    folder = small(tmp_path / "h", onset="2027-01-10")
    nobody = {"all": [{"variable": "SEX", "is": "equals", "value": each} for each in ("F", "M")]}
    assert lifts_at(folder, tables.specification(cohort=nobody)) is None


def test_a_time_is_the_latest_of_the_rows_that_are_asked_for(tmp_path: Path) -> None:
    folder = generate.make(
        "meeting-abstracts", tmp_path / "a", seed=3, size=200, around=NOON.date()
    )
    with (folder / "data" / "abstracts.csv").open(encoding="utf-8", newline="") as file:
        times = [row["embargo_until"] for row in csv.DictReader(file)]
    asked = tables.specification(
        holding="meeting-abstracts", variables={"abstracts": ["abstract_id", "year"]}
    )
    until = lifts_at(folder, asked)
    assert until == datetime.datetime.fromisoformat(max(times))
    assert until > NOON
