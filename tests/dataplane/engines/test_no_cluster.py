"""Sessions of Spark that do not come to be: a sentence, and nothing that is left running."""

import sys
from dataclasses import replace
from pathlib import Path

import pytest

from muniment.dataplane.engines import spark_start
from muniment.dataplane.spec import faults
from tests.dataplane.engines import clusters

pytestmark = clusters.needs_spark


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return clusters.parquet_holding(tmp_path / "holding")


def test_a_master_that_is_none_is_refused_and_leaves_nothing(place: Path, tmp_path: Path) -> None:
    setting = replace(clusters.local(), master="nonsense")
    with pytest.raises(faults.Faulty, match="Spark cannot be started"):
        clusters.opened(place, tmp_path / "spill", setting)
    assert list((tmp_path / "spill").iterdir()) == []


def test_a_file_that_spark_cannot_read_ends_the_session_it_was_opened_for(
    place: Path, tmp_path: Path
) -> None:
    (place / "subjects.parquet").write_bytes(b"PAR1 no rows PAR1")
    with pytest.raises(faults.Faulty) as refused:
        clusters.opened(place, tmp_path / "spill", clusters.local())
    assert [fault.code for fault in refused.value.faults] == ["unreadable"]
    assert list((tmp_path / "spill").iterdir()) == []
    spark_start.end()  # it ended already


def test_without_spark_there_is_a_sentence(
    place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on a machine where the extra was not installed."""
    monkeypatch.setitem(sys.modules, "pyspark", None)
    with pytest.raises(faults.Faulty, match="install Muniment with its extra `spark`"):
        clusters.opened(place, tmp_path / "spill", clusters.local())
    assert list((tmp_path / "spill").iterdir()) == []
