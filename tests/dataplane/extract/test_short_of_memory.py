"""Where memory is too short for a step in one go, it is done in pieces, to the same files."""

from dataclasses import replace

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


def files(built: release.Built) -> dict[str, bytes]:
    data = built.folder / "data"
    return {file.name: file.read_bytes() for file in data.iterdir()}


@pytest.mark.slow
def test_a_build_short_of_memory_makes_the_same_files(order: release.Order) -> None:
    enough, short = build(order, ENOUGH), build(order, SHORT)
    assert files(short) == files(enough)
    assert short.receipt["parts"][0]["cells"] == enough.receipt["parts"][0]["cells"]


@pytest.mark.slow
def test_a_limit_that_is_too_small_for_a_piece_is_said_and_leaves_nothing(
    order: release.Order,
) -> None:
    with pytest.raises(refusals.Refused, match="The memory limit is too small") as refused:
        build(order, TOO_SHORT)
    assert refused.value.code == "memory-limit"
    assert not (order.out / TOO_SHORT).exists()
