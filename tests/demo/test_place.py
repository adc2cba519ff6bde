"""Where the demonstration is given: in a folder of its own; nothing else is thrown away."""

import subprocess
import sys
from pathlib import Path

import pytest

from muniment.demo import place

MUNIMENT = Path(sys.executable).with_name("muniment")


def demo(home: Path) -> subprocess.CompletedProcess[str]:
    """`muniment demo --home …` as somebody would type it."""
    return subprocess.run(
        [MUNIMENT, "demo", "--home", home], capture_output=True, text=True, timeout=120
    )


def test_a_folder_with_other_files_is_refused_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    ran = demo(tmp_path)
    assert (ran.returncode, ran.stdout) == (1, "")
    assert ran.stderr == f"{tmp_path} holds other files; give --home an empty folder.\n"
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]
    assert (tmp_path / "thesis.txt").read_text() == "years of work"


def test_a_home_that_people_use_is_not_a_demonstration(tmp_path: Path) -> None:
    from muniment import home

    home.make(tmp_path / "real")
    with pytest.raises(place.NotMade, match="holds other files"):
        place.prepare(tmp_path / "real")
    assert (tmp_path / "real" / "keys").is_dir()


def test_a_file_and_a_place_inside_a_file_are_refused_in_one_sentence(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("kept")
    with pytest.raises(place.NotMade, match=r"file is a file; give --home an empty folder\.$"):
        place.prepare(file)
    with pytest.raises(place.NotMade, match=r"below cannot be written: Not a directory\.$"):
        place.prepare(file / "below")
    assert file.read_text() == "kept"


def test_an_empty_folder_and_an_earlier_demonstration_are_taken(tmp_path: Path) -> None:
    home = place.prepare(tmp_path / "new" / "demo")
    (home / "muniment.sqlite3").write_text("of yesterday")
    assert place.prepare(home) == home
    assert [path.name for path in home.iterdir()] == [place.MARKER]
    empty = tmp_path / "empty"
    empty.mkdir()
    assert place.prepare(empty) == empty


def test_it_is_given_beside_the_home_that_is_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MUNIMENT_HOME", str(tmp_path))
    assert place.default() == tmp_path / "demo"
