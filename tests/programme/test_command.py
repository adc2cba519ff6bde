"""`muniment programme check|export`: what a person or a program reads, and the exit codes."""

import json
from pathlib import Path

import pytest

from muniment import cli, programme
from tests.programme import shipped

CENTRA = str(shipped.small())
SHA256 = programme.read(shipped.small()).sha256


def test_a_sound_folder_is_said_to_be_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["programme", "check", CENTRA]) == 0
    out = capsys.readouterr().out
    assert out == f"centra 2026.1: no faults. sha256:{SHA256}\n"


def test_check_speaks_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["programme", "check", CENTRA, "--format", "json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["ok"] is True
    assert told["sha256"] == SHA256


def test_faults_are_lines_on_stderr(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    copy = shipped.small_copy(tmp_path / "centra")
    (copy / "fees.yaml").unlink()
    (copy / "roster.yaml").write_text("note: x\npeople: []\n")
    assert cli.main(["programme", "check", str(copy)]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.splitlines() == [
        "fees.yaml:1: this file is missing.",
        "roster.yaml:2: 'people' needs at least 1 in the list.",
        f"{copy} has 2 faults.",
    ]


def test_faults_are_one_json_document(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["programme", "check", str(tmp_path / "no"), "--format", "json"]) == 1
    said = capsys.readouterr()
    told = json.loads(said.out)
    assert told["ok"] is False
    assert [fault["message"] for fault in told["faults"]] == ["this is not a folder."]
    assert "has 1 fault." in said.err


def test_an_export_can_be_checked_and_is_the_same(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bundle = tmp_path / "bundle.json"
    bundle.write_bytes(programme.read(shipped.small()).canonical)
    out = tmp_path / "out"
    assert cli.main(["programme", "export", str(out), "--bundle", str(bundle)]) == 0
    assert cli.main(["programme", "check", str(out)]) == 0
    assert SHA256 in capsys.readouterr().out


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "bundle.json cannot be read: No such file or directory."),
        (b"hello", "bundle: the bundle is not JSON text."),
        (b"{}", "bundle: the bundle must be an object"),
    ],
)
def test_a_bad_bundle_file_writes_nothing(
    content: bytes | None, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    if content is not None:
        (tmp_path / "bundle.json").write_bytes(content)
    words = [
        "programme",
        "export",
        str(tmp_path / "out"),
        "--bundle",
        str(tmp_path / "bundle.json"),
    ]
    assert cli.main(words) == 1
    assert said in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_an_export_into_a_folder_in_use_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "mine.txt").write_text("x")
    assert cli.main(["programme", "export", str(tmp_path)]) == 1
    assert "is not empty. Name a new folder for the export." in capsys.readouterr().err


@pytest.mark.parametrize("words", [[], ["dance"], ["check"], ["load", CENTRA]])
def test_wrong_usage_is_exit_two(words: list[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        cli.main(["programme", *words])
    assert stopped.value.code == 2


@pytest.mark.django_db
def test_the_first_load_founds_the_programme_and_repeating_it_changes_nothing(
    capsys: pytest.CaptureFixture[str],
) -> None:
    from muniment import models

    for _ in range(2):
        assert cli.main(["programme", "load", CENTRA, "--administrator", "ada@example.org"]) == 0
    assert capsys.readouterr().out == "centra 2026.1: edition 1 is in force.\n" * 2
    edition = models.ProgrammeEdition.objects.get()
    assert (
        programme.Bundle.from_canonical(edition.bundle.canonical.encode()).sha256 == edition.sha256
    )
    assert edition.sha256 == SHA256


@pytest.mark.django_db
def test_a_refused_load_leaves_nothing_behind(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from muniment import models

    assert cli.main(["programme", "load", CENTRA, "--administrator", "ada@example.org"]) == 0
    copy = shipped.small_copy(tmp_path / "centra")
    (copy / "fees.yaml").write_text((copy / "fees.yaml").read_text().replace("60", "61", 1))
    assert cli.main(["programme", "load", str(copy), "--administrator", "stan@example.org"]) == 1
    assert capsys.readouterr().err.startswith("refused: not-your-step: ")
    assert models.ProgrammeEdition.objects.count() == 1
    assert not models.Person.objects.filter(email="stan@example.org").exists()


@pytest.mark.django_db
def test_an_address_that_is_none_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["programme", "load", CENTRA, "--administrator", "ada"]) == 1
    assert capsys.readouterr().err.startswith("refused: email-invalid: ")
