"""What the data plane answers about files that come in, from inside its own process."""

import json
import shutil
from pathlib import Path

import pytest

from muniment.dataplane import commands, refusals
from tests.dataplane import tables
from tests.dataplane.extract import builds

NOW = builds.NOW.isoformat()


@pytest.fixture
def small(tmp_path: Path) -> Path:
    return tables.small_holding(tmp_path / "small", persons=300, settings={"cube": [["SEX"]]})


def ask(command: str, keys: dict[str, object] | None = None, **asked: object) -> dict:
    told = commands.BY_NAME[command]({"now": NOW, **asked}, keys or {}, commands.Watch())
    return json.loads(json.dumps(told))


def load(small: Path, out: Path, *sources: str, **keys: bytes) -> dict:
    return ask(
        "load", {f"environment:{name}": value for name, value in keys.items()} | {"line": b"x"},
        sources=list(sources or [str(small)]), descriptor=str(small / "datapackage.json"),
        out=str(out),
    )  # fmt: skip


def test_a_load_answers_with_the_edition_and_its_findings_in_words(
    small: Path, tmp_path: Path
) -> None:
    told = load(small, tmp_path / "out")
    assert (told["outcome"]["rows"]["subjects"], told["said"]) == (300, [])
    assert told["outcome"]["folder"] == str(tmp_path / "out")
    (small / "subjects.csv").write_text("USUBJID\n\n")
    told = load(small, tmp_path / "none")
    assert (told["outcome"]["folder"], told["outcome"]["fit"]) == (None, False)
    assert len(told["said"]) == len(told["outcome"]["findings"]) > 0


def test_an_address_comes_as_a_key_and_is_not_repeated(small: Path, tmp_path: Path) -> None:
    address = b"postgresql://reader:canary-7919@127.0.0.1:1/none"
    with pytest.raises(refusals.Refused, match="CLINIC names does not answer") as refused:
        load(small, tmp_path / "out", "postgresql:CLINIC", CLINIC=address)
    assert "canary" not in str(refused.value)
    with pytest.raises(refusals.Refused, match="CLINIC must hold"):
        load(small, tmp_path / "out", "postgresql:CLINIC")


@pytest.fixture
def described(tmp_path: Path) -> str:
    """The codebook of a holding, without data."""
    shape = tables.descriptor()
    shape["muniment"]["kind"] = "described"
    for resource in shape["resources"]:
        resource.pop("path")
        resource["data"] = []
    place = tmp_path / "described"
    place.mkdir()
    (place / "datapackage.json").write_text(json.dumps(shape), encoding="utf-8")
    return str(place)


def test_files_built_elsewhere_are_brought(small: Path, described: str, tmp_path: Path) -> None:
    files, out = [str(small / "subjects.csv")], str(tmp_path / "out")
    told = ask("bring", files=files, described=described, out=out)
    assert told["outcome"]["rows"] == {"subjects": 300}


def test_a_folder_of_them_is_brought_or_every_fault_is_told(
    small: Path, described: str, tmp_path: Path
) -> None:
    incoming, out = tmp_path / "incoming", tmp_path / "out"
    asked = {"folder": str(incoming), "described": described, "out": str(out)}
    with pytest.raises(refusals.Refused) as refused:
        ask("bring", **asked)
    assert refused.value.code == "no-source"
    incoming.mkdir()
    for name in ("subjects", "events"):
        shutil.copy(small / f"{name}.csv", incoming)
    told = ask("bring", **asked)
    assert told["outcome"]["content_hash"].startswith("sha256:")
    assert (out / "datapackage.json").exists()
    assert not list(tmp_path.glob(".muniment-bring-*"))
    subjects = incoming / "subjects.csv"
    subjects.write_text(subjects.read_text().replace("USUBJID", "WHO", 1))
    told = ask("bring", **{**asked, "out": str(tmp_path / "none")})
    assert (told["outcome"]["fit"], told["outcome"]["content_hash"]) == (False, None)
    assert len(told["said"]) == len(told["outcome"]["findings"]) > 0


def test_a_check_lists_what_it_found(small: Path) -> None:
    told = ask("examine", holding=str(small), linked=[], every=False)
    assert (told["report"]["fit"], told["said"]) == (True, [])
    (small / "subjects.csv").unlink()
    told = ask("examine", holding=str(small))
    assert told["report"]["fit"] is False
    assert "subjects" in told["said"][0]


def test_profile_diff_and_cube_answer_or_say_why_not(small: Path, tmp_path: Path) -> None:
    absent = str(tmp_path / "absent")
    assert ask("profile", holding=str(small))["for"] == "staff only"
    told = ask("diff", old=str(small), new=str(small))
    assert told["diff"]["units_changed"] == 0
    assert "For staff only" in told["said"][0]
    made = ask("cube", holding=str(small), previous=[], previous_holdings=[])
    assert (made["tables"], made["cells"]) == (1, 4)
    again = ask(
        "cube", holding=str(small), previous=[made["document"]], previous_holdings=[str(small)]
    )
    assert again["document"] == made["document"]
    plain = tables.small_holding(tmp_path / "plain")
    for command, asked, says in (
        ("profile", {"holding": absent}, "cannot be read"),
        ("diff", {"old": absent, "new": absent}, "cannot be read"),
        ("cube", {"holding": str(plain)}, "declares no public tables"),
    ):
        with pytest.raises(refusals.Refused, match=says):
            ask(command, **asked)


def test_a_file_that_was_found_is_compared_with_prints(small: Path, tmp_path: Path) -> None:
    from muniment.dataplane.trace import sketch

    rows = [[f"code-{n}", str(n % 7)] for n in range(50)]
    prints = tmp_path / "line.trace.json"
    document = sketch.of_tables([("subjects", [True, False], rows)], release="line 1")
    prints.write_text(json.dumps(document), encoding="utf-8")
    found = tmp_path / "found.csv"
    tables.write_csv(found, ["A", "B"], rows)
    told = ask("trace", file=str(found), prints=[str(prints)])
    assert (told["verdict"]["releases"], told["rows"]) == (["line 1"], 50)
    found.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(refusals.Refused, match="cannot be read as CSV"):
        ask("trace", file=str(found), prints=[str(prints)])
