"""`muniment holding list|where|make`: finding what ships, making what does not."""

import hashlib
import json
from pathlib import Path

import pytest

from muniment import cli, holdings
from muniment.holdings import generate

SHIPPED = {**holdings.shipped(), **holdings.described()}


def test_list_names_every_holding_that_ships_with_its_title_and_folder(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert cli.main(["holding", "list"]) == 0
    told = capsys.readouterr().out
    assert SHIPPED
    for name, folder in SHIPPED.items():
        title = json.loads((folder / "datapackage.json").read_text())["title"]
        assert f"{name} 2026.1: {title}\n    {folder}\n" in told
    assert [name for name in generate.NAMES if name not in told] == []


def test_list_as_json_is_one_document(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["holding", "list", "--format", "json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert {each["name"]: Path(each["folder"]) for each in told["holdings"]} == SHIPPED
    kinds = {each["name"]: each["kind"] for each in told["holdings"]}
    assert (kinds["sdtm-pilot"], kinds["member-surveys"]) == ("loaded", "described")
    assert told["can_be_made"] == sorted(generate.NAMES)


def test_where_prints_nothing_but_the_folder(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["holding", "where", "sdtm-pilot"]) == 0
    assert capsys.readouterr().out == f"{SHIPPED['sdtm-pilot']}\n"


def test_where_says_what_ships_when_the_name_is_wrong(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert cli.main(["holding", "where", "sdtm"]) == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith("No holding called 'sdtm' ships; there is covid-19-registry, ")


def test_where_says_how_to_make_what_does_not_ship(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["holding", "where", "qopi-charts"]) == 1
    told = capsys.readouterr()
    assert "muniment holding make qopi-charts DIR --seed N" in told.err


def test_make_writes_a_sound_holding_and_the_same_one_from_the_same_seed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folders = {name: tmp_path / name for name in ("one", "again", "other")}
    for name, seed in (("one", "7"), ("again", "7"), ("other", "8")):
        words = ["holding", "make", "practice-census", str(folders[name]), "--seed", seed]
        assert cli.main([*words, "--size", "120"]) == 0
    assert "practice-census, synthetic: " in capsys.readouterr().out
    assert digest(folders["one"]) == digest(folders["again"])
    assert digest(folders["one"]) != digest(folders["other"])
    assert cli.main(["holding", "check", str(folders["one"])]) == 0
    rows = (folders["one"] / "data" / "practices.csv").read_text().splitlines()
    assert len(rows) == 121


@pytest.mark.parametrize(
    ("name", "size", "says"),
    [
        ("census", "5", "There is no synthetic holding 'census'; choose one of: "),
        ("practice-census", "0", "A holding needs at least one unit; give a size of 1 or more."),
    ],
)
def test_make_refuses_what_it_cannot_make_and_writes_nothing(
    name: str, size: str, says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert cli.main(["holding", "make", name, str(out), "--seed", "1", "--size", size]) == 1
    assert capsys.readouterr().err.startswith(says)
    assert not out.exists()


def test_make_leaves_a_folder_with_something_in_it_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    assert cli.main(["holding", "make", "practice-census", str(tmp_path), "--seed", "1"]) == 1
    assert "is not empty; name a folder that is new or empty." in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_make_says_where_it_cannot_write(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "file"
    file.write_text("mine")
    words = ["holding", "make", "practice-census", str(file / "out"), "--seed", "1"]
    assert cli.main(words) == 1
    assert capsys.readouterr().err == f"{file} cannot be made: File exists.\n"
    assert file.read_text() == "mine"


def digest(folder: Path) -> str:
    """One hash over the data files and their names."""
    files = sorted((folder / "data").iterdir())
    whole = b"".join(path.name.encode() + path.read_bytes() for path in files)
    return hashlib.sha256(whole).hexdigest()
