"""In how many portions Spark moves rows, and how large they are, by memory and by the holding."""

from pathlib import Path

import pytest

from muniment.dataplane import engines
from muniment.dataplane.engines import memory, spark_start
from muniment.dataplane.spec import faults

MEGABYTE = 1_000_000


def portions(limit: str, *, held: int, threads: int = 2) -> tuple[int, int]:
    """How many, and of how many megabytes."""
    setting = engines.Setting(kind=engines.Kind.SPARK, memory_limit=limit, threads=threads)
    told = spark_start.portions(setting, held=held)
    # What is sent to every process is never more than that, and never by the size of a file.
    size = told["spark.sql.adaptive.advisoryPartitionSizeInBytes"]
    assert told["spark.sql.adaptive.autoBroadcastJoinThreshold"] == size
    assert told["spark.sql.autoBroadcastJoinThreshold"] == "-1"
    return int(told["spark.sql.shuffle.partitions"]), int(size.removesuffix("m"))


@pytest.mark.parametrize("threads", [1, 2, 6])
@pytest.mark.parametrize("limit", ["512MB", "1GB", "4GB", "64GB"])
def test_what_all_tasks_work_on_fits_beside_java(limit: str, threads: int) -> None:
    held = 8 * memory.megabytes(limit) * MEGABYTE
    many, size = portions(limit, held=held, threads=threads)
    room = spark_start.FOR_ROWS * (memory.megabytes(limit) - spark_start.JAVA_KEEPS)
    assert threads * (size - 0.5) * spark_start.TIMES_AT_WORK <= room  # rounded
    assert many * size * MEGABYTE >= held or many == spark_start.MOST_PORTIONS


@pytest.mark.parametrize(("limit", "held", "expected"), [
    ("1GB", 0, (8, 26)),
    ("1GB", 100 * MEGABYTE, (8, 26)),
    ("512MB", 4096 * MEGABYTE, (512, 8)),
    ("512MB", 4096 * MEGABYTE + 1, (513, 8)),
    ("512MB", 10**14, (spark_start.MOST_PORTIONS, 8)),
    ("200MB", 10 * MEGABYTE, (10, 1)),
    ("64GB", 640 * MEGABYTE, (10, spark_start.MOST_MEGABYTES)),
])  # fmt: skip
def test_a_small_holding_takes_few_and_a_large_one_no_more_than_can_be_kept_track_of(
    limit: str, held: int, expected: tuple[int, int]
) -> None:
    assert portions(limit, held=held) == expected


def test_a_limit_under_which_spark_does_not_start_is_refused_in_those_words(
    tmp_path: Path,
) -> None:
    setting = engines.Setting(kind=engines.Kind.SPARK, memory_limit="449MB")
    with pytest.raises(faults.Faulty, match="Spark needs a memory limit of 450MB or more"):
        spark_start.session(setting, scratch=tmp_path, held=0)
