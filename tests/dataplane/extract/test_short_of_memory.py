"""Where the memory limit is too small for a step in one go, it is done in pieces, to equal rows."""

from dataclasses import replace

import duckdb
import pytest

from bench import d_extract, holding
from muniment.dataplane import engines, refusals, release
from muniment.dataplane.spec import holding as holdings
from muniment.dataplane.spec import specification
from tests.dataplane.extract import builds

PATIENTS = 200_000
ENOUGH, SHORT, TOO_SHORT = "1GB", "60MB", "20MB"


@pytest.fixture(scope="module")
def order(tmp_path_factory: pytest.TempPathFactory) -> release.Order:
    """An extract whose rows alone take more than the limit.

    Dates of two tables tell when somebody is 90: that day is looked up beside each row.
    """
    top = tmp_path_factory.mktemp("short")
    place = holding.made(top, patients=PATIENTS)
    source = holdings.load(place)
    tables = {"patients": holding.RELEASED, "treatments": ("patient_id", "start_date")}
    asked = d_extract.asked(source, tables)
    return release.Order(
        asked=specification.parse(asked),
        folders={source.key: place},
        overrides={},
        out=top / "out",
        receipt=top / "receipt.json",
        now=builds.NOW,
        kinds=("parquet",),
    )


def build(order: release.Order, limit: str) -> release.Built:
    setting = engines.Setting(memory_limit=limit)
    named = {"out": order.out / limit, "receipt": order.out.parent / f"{limit}.json"}
    order.out.mkdir(exist_ok=True)
    keys = release.Keys(builds.LINE_KEY, builds.SIGNER)
    return release.build(replace(order, setting=setting, **named), keys=keys)


def rows(built: release.Built) -> tuple[list[str], int]:
    """A print of all rows in their order, and how many groups of rows the file has."""
    file = built.folder / "data" / "patients.parquet"
    print_of = f"SELECT md5(string_agg(md5(t::VARCHAR), '')) FROM '{file}' t"
    groups = f"SELECT count(DISTINCT row_group_id) FROM parquet_metadata('{file}')"
    with duckdb.connect() as connection:
        connection.execute("SET threads = 1")
        [[many]] = connection.execute(groups).fetchall()
        return [row[0] for row in connection.execute(print_of).fetchall()], many


@pytest.mark.slow
def test_a_build_short_of_memory_makes_the_same_rows(order: release.Order) -> None:
    enough, short = build(order, ENOUGH), build(order, SHORT)
    (all_rows, groups), (same_rows, more_groups) = rows(enough), rows(short)
    assert same_rows == all_rows
    assert more_groups > groups
    assert short.receipt["parts"][0]["cells"] == enough.receipt["parts"][0]["cells"]
    # Sixteen pieces, and the statement that puts them together.
    statements = [each["sql"] for each in short.receipt["statements"]]
    assert sum('"~treated patients ' in each and "CREATE" in each for each in statements) == 16 + 1


@pytest.mark.slow
def test_a_limit_that_is_too_small_for_a_piece_is_said_and_leaves_nothing(
    order: release.Order,
) -> None:
    with pytest.raises(refusals.Refused, match="The memory limit is too small") as refused:
        build(order, TOO_SHORT)
    assert refused.value.code == "memory-limit"
    assert not (order.out / TOO_SHORT).exists()
