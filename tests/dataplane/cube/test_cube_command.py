"""`muniment cube`: one file, whole or not at all; every refusal is a sentence."""

import argparse
import json
from pathlib import Path

import pytest

from muniment import cli
from muniment.cli import cube as command
from tests.dataplane import tables


def run(*words: object) -> int:
    parser = argparse.ArgumentParser()
    command.arguments(parser)
    return command.run(parser.parse_args([str(word) for word in words]))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tables.small_holding(tmp_path / "h", persons=300, settings={"cube": [["SEX"]]})


def test_the_tables_are_written_and_told(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "cube.json"
    assert run(folder, "--out", out, "--format", "json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told == {"file": str(out), "tables": 1, "cells": 4, "hidden": 2}
    assert json.loads(out.read_bytes())["muniment_cube"] == 1
    again = tmp_path / "again.json"
    words = ["--previous", out, "--previous-holding", folder, "--progress"]
    assert run(folder, "--out", again, *words) == 0
    said = capsys.readouterr()
    assert "4 cells, 2 of them hidden" in said.out
    making = ["compare with the earlier editions", "protect 4 cells", "audit"]
    assert said.err.splitlines() == [f"count {folder}", f"count {folder}", *making]
    assert again.read_bytes() == out.read_bytes()


def test_refusals_are_sentences_and_leave_nothing(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "cube.json"
    plain = tables.small_holding(tmp_path / "plain", holding="plain")
    listed = tmp_path / "list.json"
    listed.write_text("[]", encoding="utf-8")
    broken = tmp_path / "broken.json"
    broken.write_text("{", encoding="utf-8")
    before = ["--previous-holding", folder, "--previous"]
    for words, says in (
        ([plain, "--out", out], "declares no public tables"),
        ([folder, "--out", listed], "already exists"),
        ([folder, "--out", tmp_path / "no" / "x.json"], "cannot be written"),
        ([folder, "--out", out, *before, tmp_path / "none.json"], "cannot be read"),
        ([folder, "--out", out, *before, broken], "broken.json"),
        ([folder, "--out", out, *before, listed], "must be a JSON object"),
    ):
        with pytest.raises(cli.Stop, match=says):
            run(*words)
    assert not out.exists()


def test_an_earlier_file_needs_its_holding(folder: Path, tmp_path: Path) -> None:
    before = ["--previous", tmp_path / "y.json"]
    with pytest.raises(SystemExit):
        run(folder, "--out", tmp_path / "x.json", *before)
    with pytest.raises(SystemExit):
        run(folder, "--out", tmp_path / "x.json", *before, *before, "--previous-holding", folder)


def test_every_earlier_edition_is_named_and_none_forgotten(tmp_path: Path) -> None:
    words: list[object] = []
    for number in (1, 2, 3):
        edition = f"2026.{number}"
        folder = tables.small_holding(
            tmp_path / edition, persons=300, edition=edition, settings={"cube": [["SEX"]]}
        )
        out = tmp_path / f"{edition}.json"
        if number == 3:
            with pytest.raises(cli.Stop, match=r"compared with those of 2026\.1"):
                run(folder, "--out", out, *words[4:])
        assert run(folder, "--out", out, *words) == 0
        words += ["--previous", out, "--previous-holding", folder]
    assert json.loads(out.read_bytes())["earlier"] == ["2026.1", "2026.2"]
