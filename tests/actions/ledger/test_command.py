"""`muniment ledger verify`: what it prints and how it ends."""

import json
from pathlib import Path

import pytest

from muniment import cli, models
from muniment.actions import ledger
from tests.actions import rows
from tests.actions.ledger import anchored


@pytest.fixture
def case(db: None, settings: object, tmp_path: Path) -> models.Case:
    """A case whose chain has two entries, in a home where nobody else keeps checkpoints."""
    settings.MUNIMENT_HOME = tmp_path / "home"
    home = rows.home()
    case = home.case()
    for tag in ("case.held", "case.let_go"):
        ledger.append(case, tag=tag, actor=home.system, now=rows.NOW, values={"reason": "ill"})
    return case


def alter(case: models.Case) -> None:
    chain = models.Entry.objects.filter(subject_kind="case", subject_id=case.pk)
    chain.filter(number=1).update(tag="case.approved")
    chain.filter(number=2).update(sha256="0" * 64)


def test_a_sound_ledger_is_counted(case: models.Case, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["ledger", "verify"]) == 0
    assert capsys.readouterr() == (
        "ledger: verified 2 entries\n"
        "checkpoint: none yet, so a chain removed or made anew with its head would not be seen\n",
        "",
    )


def test_a_broken_ledger_ends_with_one_and_names_every_break_on_stderr(
    case: models.Case, capsys: pytest.CaptureFixture[str]
) -> None:
    alter(case)
    assert cli.main(["ledger", "verify"]) == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.splitlines() == [
        f"ledger: case {case.pk}, entry 1: its content was changed",
        f"ledger: case {case.pk}, entry 2: its content was changed",
        f"ledger: case {case.pk}, entry 2: the last entry is not the one the stored head names",
    ]


def test_a_sound_ledger_as_json(case: models.Case, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["ledger", "verify", "--format", "json"]) == 0
    told = capsys.readouterr()
    sound = {"entries": 2, "breaks": [], "anchored": 0, "tree_breaks": []}
    assert (json.loads(told.out), told.err) == (sound, "")


def test_a_broken_ledger_as_json_is_one_document_and_ends_with_one(
    case: models.Case, capsys: pytest.CaptureFixture[str]
) -> None:
    alter(case)
    assert cli.main(["ledger", "verify", "--format", "json"]) == 1
    told = capsys.readouterr()
    document = json.loads(told.out)
    assert document["entries"] == 2
    assert document["breaks"][0] == {
        "subject_kind": "case",
        "subject_id": case.pk,
        "number": 1,
        "what": "its content was changed",
    }
    assert (len(document["breaks"]), told.err) == (3, "")


@pytest.mark.parametrize(
    "words", [["ledger"], ["ledger", "mend"], ["ledger", "verify", "--format", "xml"]]
)
def test_other_words_are_wrong_usage(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(words)
    assert ended.value.code == 2
    assert capsys.readouterr().out == ""


def test_a_checkpoint_from_elsewhere_shows_that_an_old_copy_was_restored(
    db: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = rows.home()
    case = home.case()
    anchored.filled(home, case, 3)
    kept = anchored.anchor(home)
    assert kept is not None
    mailed = tmp_path / "mailed.txt"
    mailed.write_text(kept.note)
    asked = ["ledger", "verify", "--checkpoint", str(mailed)]
    assert cli.main(asked) == 0
    assert capsys.readouterr().out.splitlines() == [
        "ledger: verified 4 entries",
        "checkpoint: the first 3 entries are as they were signed, and as 1 kept outside the "
        "database",
    ]
    models.Checkpoint.objects.all().delete()
    models.Leaf.objects.filter(position=2).delete()
    assert cli.main(asked) == 1
    said = "ledger: a checkpoint covers 3 entries, and only 2 have a place\n"
    assert capsys.readouterr() == ("", said)


def test_a_file_that_is_no_checkpoint_is_refused_in_a_sentence(
    db: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "other.txt"
    for asked in (tmp_path / "none.txt", file):
        file.write_text("Dear Audra,\n")
        assert cli.main(["ledger", "verify", "--checkpoint", str(asked)]) == 1
        assert capsys.readouterr().err.startswith(str(asked))
