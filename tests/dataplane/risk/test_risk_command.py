"""`muniment risk` and `muniment trace` as a data manager runs them."""

import argparse
import io
import json
from pathlib import Path

import pypdf
import pytest

from muniment import cli
from muniment.cli import risk, trace
from muniment.dataplane import release
from muniment.documents import risk as pages
from tests.dataplane import tables
from tests.dataplane.extract import builds

pytestmark = pytest.mark.slow

MARK = "7919"


def call(module: object, *words: object) -> int:
    parser = argparse.ArgumentParser()
    module.arguments(parser)  # type: ignore[attr-defined]
    return module.run(parser.parse_args([str(word) for word in words]))  # type: ignore[attr-defined]


@pytest.fixture
def built(tmp_path: Path) -> tuple[builds.Bench, release.Built]:
    place = builds.Bench.at(tmp_path)
    order = place.order(tables.specification(variables=builds.WHOLE))
    keys = release.Keys(builds.LINE_KEY, builds.SIGNER, sketch=bytes(32))
    return place, release.build(order, keys=keys)


def test_a_receipt_gives_the_exact_report_in_every_form(
    built: tuple, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    receipt = tmp_path / "receipts" / "1.json"
    assert call(risk, receipt) == 0
    said = capsys.readouterr().out
    assert "Exact numbers, for staff only" in said
    assert "Smallest group before: 1" in said
    assert call(risk, receipt, "--format", "json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["parts"][0]["risk"]["scope"] == "k on the declared baseline variables"
    for kind, head in (("html", b"<!doctype html>"), ("pdf", b"%PDF-")):
        out = tmp_path / f"report.{kind}"
        assert call(risk, receipt, "--format", kind, "--out", out) == 0
        assert out.read_bytes().startswith(head)
    page = (tmp_path / "report.html").read_text()
    printed = "".join(each.extract_text() for each in pypdf.PdfReader(out).pages)
    for words in (
        "Highest journalist risk after", "Sensitive subjects.BMI", "Kept of subjects.AGE",
        "Changed in subjects.AGE by top90",
    ):  # fmt: skip
        assert words in page
        assert words.replace(" ", "") in "".join(printed.split())
    assert "<script" not in page
    assert "http" not in page.replace("http-equiv", "")


def test_a_package_gives_only_what_its_manifest_says(
    built: tuple, capsys: pytest.CaptureFixture[str]
) -> None:
    _, made = built
    assert call(risk, made.folder) == 0
    said = capsys.readouterr().out
    assert "Protected numbers" in said
    assert "Smallest group" not in said


def test_a_specification_is_rehearsed_and_compared_with_an_earlier_release(
    built: tuple, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place, _ = built
    spec, key = tmp_path / "spec.json", tmp_path / "key"
    spec.write_text(json.dumps(tables.specification(variables=builds.WHOLE)))
    key.write_text("00" * 32)
    prints = tmp_path / "receipts" / "1.trace.json"
    words = ["--holding", place.folder, "--sketch-key", key, "--earlier", prints]
    assert call(risk, spec, *words, "--progress") == 0
    out, err = capsys.readouterr()
    assert "Join an earlier release by intervals" in out
    assert "measure the risk of p1" in err
    assert sorted(each.name for each in tmp_path.iterdir()) == [
        "holding", "key", "out", "receipts", "spec.json",
    ]  # fmt: skip


def test_wrong_words_are_refused_in_one_sentence(tmp_path: Path) -> None:
    spec, key = tmp_path / "spec.json", tmp_path / "key"
    spec.write_text("{}")
    key.write_text("short")
    (tmp_path / "list.json").write_text("[]")
    for words in ([spec], [tmp_path / "gone"], [tmp_path / "list.json"], [key]):
        with pytest.raises(cli.Stop):
            call(risk, *words)
    with pytest.raises(cli.Stop, match="sketch key"):
        call(risk, spec, "--holding", tmp_path, "--sketch-key", key)
    with pytest.raises(cli.Stop, match="gone cannot be read"):
        call(risk, spec, "--holding", tmp_path, "--sketch-key", tmp_path / "gone")
    with pytest.raises(SystemExit):
        call(risk, spec, "--format", "pdf")
    with pytest.raises(SystemExit):
        call(risk, spec, "--earlier", key)
    with pytest.raises(cli.Stop, match="no prints"):
        call(trace, spec, "--among", tmp_path)


def test_a_file_is_traced_among_receipts(
    built: tuple, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _, made = built
    file = made.folder / "data" / "subjects.csv"
    assert call(trace, file, "--among", tmp_path / "receipts", "--progress") == 0
    out, err = capsys.readouterr()
    assert out.startswith("exact release\nrelease: 1\n")
    assert err == "read subjects.csv\ncompare with 1 (0 of 1)\n"
    assert call(trace, file, "--among", tmp_path / "receipts", "--format", "json") == 0
    assert json.loads(capsys.readouterr().out)["answer"] == "exact release"


def test_names_reach_page_and_pdf_as_text_and_never_as_code() -> None:
    hostile = '#read("manifest.json") <b> $x$ */'
    part = {
        "part": hostile,
        "figures": {"units": MARK, "k_limit": 11, "k_on": [hostile], "k_not_on": [], "blanked": []},
    }
    found = pages.told(hostile, [part, {"part": "p2", "figures": {}}], is_exact=False)
    assert b"<b>" not in pages.page(found)
    text = pypdf.PdfReader(io.BytesIO(pages.pdf(found))).pages[0].extract_text()
    assert "#read(" in text
    assert pages.pdf(found) == pages.pdf(found)
    counted = pages.told("t", [{"part": "p", "cells": []}], is_exact=True)
    assert counted.parts == ()
