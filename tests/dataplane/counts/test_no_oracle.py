"""Two holdings with equal protected answers and other exact counts answer with the same bytes."""

import json
from pathlib import Path

import pytest

from muniment import cli
from muniment.dataplane import commands, counts
from muniment.dataplane.engines import duckdb as engine
from muniment.dataplane.extract import watch
from muniment.dataplane.spec import holding, specification
from tests.dataplane import tables

KEY = "ab" * 32
WOMAN = {"variable": "SEX", "is": "equals", "value": "F"}
TRIES = 40


def grouped() -> dict[str, object]:
    return tables.specification(
        cohort=WOMAN, level="aggregate", group_by=["CONSENTED"], variables={}
    )


def exact_numbers(folder: Path) -> list[int]:
    source = holding.load(folder)
    nodes = [WOMAN, *[
        {"all": [WOMAN, {"variable": "CONSENTED", "is": "equals", "value": word}]}
        for word in ("true", "false")
    ]]  # fmt: skip
    with engine.open(source, folder=folder) as connection:
        return [
            counts.exact(
                specification.parse(tables.specification(cohort=node)).parts[0],
                holding=source, connection=connection,
            ).reveal(purpose="A test compares it.")
            for node in nodes
        ]  # fmt: skip


@pytest.fixture(scope="module")
def alike(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Two holdings whose every protected answer is the same, and no exact number is."""
    top = tmp_path_factory.mktemp("alike")
    seen: dict[str, tuple[Path, list[int]]] = {}
    settings = {"noise_sigma": 1, "rounding": 50}
    for seed in range(TRIES):
        folder = top / str(seed)
        tables.small_holding(folder, persons=290 + seed, seed=seed, settings=settings)
        answered = json.dumps(by_data_plane(folder), sort_keys=True)
        other, numbers = seen.setdefault(answered, (folder, exact_numbers(folder)))
        if all(one != two for one, two in zip(numbers, exact_numbers(folder), strict=True)):
            return other, folder
    pytest.fail(f"no two of {TRIES} holdings are alike")


def by_data_plane(folder: Path) -> dict[str, object]:
    asked = {
        "specification": grouped(),
        "holdings": [str(folder)],
        "now": "2026-11-22T12:00:00+00:00",
    }
    keys = {"noise:small@2026.1": bytes.fromhex(KEY)}
    return commands.count(asked, keys, watch.Watch())


def by_command(folder: Path, capsys: pytest.CaptureFixture, *words: str) -> str:
    spec = folder.parent / "spec.json"
    spec.write_text(json.dumps(grouped()), encoding="utf-8")
    key = folder.parent / "noise.key"
    key.write_text(KEY, encoding="utf-8")
    asked = ["count", str(spec), "--holding", str(folder), "--key", str(key), *words]
    assert cli.main(asked) == 0
    out, err = capsys.readouterr()
    assert err == ""
    return out


def test_the_exact_counts_differ(alike: tuple[Path, Path]) -> None:
    one, two = map(exact_numbers, alike)
    assert all(first != second for first, second in zip(one, two, strict=True))


@pytest.mark.parametrize("words", [(), ("--format", "json"), ("--attrition",)])
def test_the_command_says_the_same(
    alike: tuple[Path, Path], capsys: pytest.CaptureFixture, words: tuple[str, ...]
) -> None:
    one, two = (by_command(folder, capsys, *words) for folder in alike)
    assert one == two
    assert "match" in one


def test_the_data_plane_says_the_same(alike: tuple[Path, Path]) -> None:
    one, two = (json.dumps(by_data_plane(folder)).encode() for folder in alike)
    assert one == two
    assert b"exact" not in one
