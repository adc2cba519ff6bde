"""What a request may hold beside the plan: an engine, room to spill, texts, redactions, codes."""

import argparse
import json
from pathlib import Path

import pytest

from muniment.dataplane import asking, commands, crosswalk, engines, process
from muniment.dataplane.extract.watch import Watch
from muniment.dataplane.freetext import review
from tests.dataplane import tables
from tests.dataplane.extract import builds
from tests.dataplane.process import test_server as wire
from tests.dataplane.risk import test_figures

NOISE = {"noise:small@2026.1": bytes(32)}
KEYS = {"line": builds.LINE_KEY, "manifest": wire.SIGN}


@pytest.fixture
def place(tmp_path: Path) -> builds.Bench:
    return builds.Bench.at(tmp_path)


def done(name: str, asked: dict[str, object], keys: dict[str, object] | None = None) -> dict:
    return commands.BY_NAME[name](asked, keys or {}, Watch())


def refusal(name: str, asked: dict[str, object], keys: dict[str, object]) -> str:
    with pytest.raises(commands.Refused) as refused:
        done(name, asked, keys)
    return refused.value.code


@pytest.mark.parametrize(
    ("engine", "says"),
    [
        ({"kind": "abacus"}, "There is no engine abacus; name embedded or spark."),
        ({"memory_limit": "much"}, "Write the memory limit as a whole number"),
    ],
)
def test_an_engine_that_is_none_is_refused_in_words(engine: dict[str, str], says: str) -> None:
    with pytest.raises(commands.Refused, match=says) as refused:
        asking.setting({"engine": engine})
    assert refused.value.code == "bad-engine"


def test_an_engine_is_read_with_all_it_may_take() -> None:
    given = {"kind": "spark", "memory_limit": "2GB", "master": "spark://10.0.0.5:7077",
             "secret": "/etc/spark.secret"}  # fmt: skip
    assert asking.setting({"engine": given}) == engines.Setting(
        kind=engines.Kind.SPARK, memory_limit="2GB", master="spark://10.0.0.5:7077",
        secret=Path("/etc/spark.secret"),
    )  # fmt: skip
    assert asking.setting({"engine": None}) == engines.EMBEDDED


def counted(place: builds.Bench, **more: object) -> dict:
    asked = tables.specification(
        level="aggregate", variables={}, group_by=["SEX"],
        cohort={"variable": "AGE", "is": "at_least", "value": 40},
    )  # fmt: skip
    request = {**wire.drawn(place), "specification": asked, "now": wire.NOW, **more}
    [part] = done("count", request, NOISE)["parts"]
    return part


def test_a_count_that_may_spill_answers_the_same_and_leaves_nothing(
    place: builds.Bench, tmp_path: Path
) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    limited = {"memory_limit": "200MB"}
    assert counted(place, scratch=str(scratch), engine=limited) == counted(place)
    assert list(scratch.iterdir()) == []


def test_attrition_is_told_only_when_asked_for(place: builds.Bench) -> None:
    assert "attrition" not in counted(place)
    steps = counted(place, attrition=True)["attrition"]["steps"]
    assert len(steps) == 2
    assert "AGE" in steps[1]["criterion"]


def test_a_holding_that_cannot_be_counted_is_refused(place: builds.Bench) -> None:
    (place.folder / "subjects.csv").write_text("other\n", encoding="utf-8")
    asked = {**wire.drawn(place), "now": wire.NOW}
    assert refusal("count", asked, NOISE) == "wrong-header"


def texts(place: builds.Bench, out: Path) -> dict[str, object]:
    noted = tables.specification(variables={"subjects": ["NOTE"]})
    asked = {**wire.drawn(place), "specification": noted, "now": wire.NOW}
    return {**asked, "field": "subjects.NOTE", "out": str(out)}


def test_texts_are_written_for_a_reader_and_never_over_a_file(
    place: builds.Bench, tmp_path: Path
) -> None:
    out = tmp_path / "review.json"
    assert done("texts", texts(place, out))["texts"] == 2
    held = {entry["text"] for entry in json.loads(out.read_text(encoding="utf-8"))["texts"]}
    assert held == {"seen twice", "moved, then came back"}
    assert out.stat().st_mode & 0o077 == 0
    assert refusal("texts", texts(place, out), {}) == "target-exists"


def test_redactions_are_read_from_files(place: builds.Bench, tmp_path: Path) -> None:
    file = tmp_path / "redactions.json"
    struck = {review.text_hash("seen twice"): [(5, 10)]}
    document = review.approve(struck, field="subjects.NOTE", reviewer="R. Reader", on="2026-11-22")
    file.write_text(json.dumps(document), encoding="utf-8")
    rule = {"method": "reviewed_text", "approved": review.read(document).hash}
    policy = {"policy": "r", "edition": "1", "fields": {"subjects.NOTE": rule}}
    noted = tables.specification(variables={"subjects": ["NOTE"]})
    asked = wire.build(place, specification=noted, policies={"": policy}, kinds=["csv"])
    done("build", {**asked, "redactions": [str(file)]}, KEYS)
    data = place.root / "out" / "p" / "data"
    assert [path.name for path in data.iterdir()] == ["subjects.csv"]
    notes = set((data / "subjects.csv").read_text(encoding="utf-8").split())
    assert notes == {"NOTE", "seen", review.STRUCK}


@pytest.mark.parametrize("text", [None, "{", '{"texts": 1}'])
def test_redactions_that_are_none_are_refused(
    place: builds.Bench, tmp_path: Path, text: str | None
) -> None:
    file = tmp_path / "redactions.json"
    if text is not None:
        file.write_text(text, encoding="utf-8")
    code = refusal("build", wire.build(place, redactions=[str(file)]), KEYS)
    assert code == {None: "no-redactions", "{": "not-json"}.get(text, "missing-member")
    assert not (place.root / "out").exists()


def test_the_list_of_codes_is_made_and_gives_everyone_the_same_code_again(
    place: builds.Bench, tmp_path: Path
) -> None:
    rules = {"subjects.USUBJID": {"method": "random_code"}}
    policy = {"policy": "random", "edition": "1", "fields": rules}
    listed, prints = tmp_path / "line.codes", tmp_path / "r0.trace.json"
    packages = []
    for number in range(2):
        folder = place.root / "out" / f"p{number}"
        asked = wire.build(place, policies={"": policy}, out=str(folder), codes=str(listed))
        asked |= {"receipt": str(tmp_path / f"r{number}.json"), "published": ["no document"]}
        asked |= {"earlier": [str(prints)]} if number else {}
        done("build", asked, {**KEYS, "sketch": bytes(32)})
        packages.append((folder / "data" / "subjects.csv").read_bytes())
    assert packages[0] == packages[1]
    assert listed.stat().st_mode & 0o077 == 0
    assert prints.exists()
    opened = crosswalk.read(listed, line_key=builds.LINE_KEY)
    assert opened.sealed(builds.LINE_KEY) != listed.read_bytes()  # a nonce of its own each time


def test_a_list_of_codes_that_cannot_be_read_is_refused(
    place: builds.Bench, tmp_path: Path
) -> None:
    assert refusal("build", wire.build(place, codes=str(tmp_path)), KEYS) == "bad-crosswalk"


def test_the_words_of_the_child_are_read_into_folders_and_handles() -> None:
    parser = argparse.ArgumentParser()
    process.arguments(parser)
    words = ["--read", "/a", "--read", "/b", "--write", "/c", "--requests", "5", "--keys", "7"]
    words += ["--reach", "sources"]
    assert vars(parser.parse_args(words)) == {
        "read": [Path("/a"), Path("/b")], "write": [Path("/c")],
        "reach": "sources", "requests": 5, "replies": 1, "keys": 7,
    }  # fmt: skip


def test_hidden_cells_of_a_public_table_that_the_release_shows_are_in_the_receipt(
    place: builds.Bench,
) -> None:
    [cube] = test_figures.PUBLISHED
    mine = {**cube, "holding": "small", "edition": "2026.1"}
    asked = wire.build(place, published=[mine, {**mine, "edition": "2025.1"}])
    [part] = done("build", asked, KEYS)["receipt"]["parts"]
    assert part["revealed"] == [{"by": ["SEX"], "cells_revealed": 1}]


def described(place: builds.Bench) -> dict:
    """The descriptor of the holding in another edition, as the office registered it."""
    shape = json.loads((place.folder / "datapackage.json").read_text(encoding="utf-8"))
    shape["muniment"] |= {"edition": "2027.1", "kind": "described"}
    return shape


def test_terms_are_drawn_over_holdings_whose_files_are_elsewhere(place: builds.Bench) -> None:
    asked = tables.specification(variables={"subjects": ["SEX"]})
    asked["parts"].append(asked["parts"][0] | {"id": "p2", "edition": "2027.1"})
    request = {**wire.drawn(place), "specification": asked, "declared": [described(place)]}
    told = done("terms", request)
    assert set(told["terms"]["method_policy"]) == {"small@2026.1", "small@2027.1"}
    drawn = done("draw", {**request, "parts": ["p1"]})
    assert (drawn["terms"], drawn["terms_hash"]) == (told["terms"], told["terms_hash"])
    assert list(drawn["plan"]["holding_content_hashes"]) == ["small@2026.1"]
    assert refusal("draw", {**request, "parts": ["p2"]}, {}) == "described-holding"
    built = done("build", {**wire.build(place), **request, "parts": ["p1"]}, KEYS)
    assert built["manifest"]["terms_hash"] == told["terms_hash"]
    assert refusal("terms", {**request, "declared": [{"name": "x"}]}, {}) == "missing-member"


def test_whether_later_editions_leave_under_the_same_codes_is_asked(place: builds.Bench) -> None:
    request = wire.drawn(place)
    assert not asking.given(request).over_time
    assert asking.given({**request, "over_time": True}).over_time
