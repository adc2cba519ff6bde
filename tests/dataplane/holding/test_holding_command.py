"""`muniment holding check DIR`."""

import json
from pathlib import Path

import pytest

from muniment import cli
from tests.dataplane import tables


@pytest.fixture
def small(tmp_path: Path) -> Path:
    return tables.small_holding(tmp_path / "small", persons=20)


def run(capsys: pytest.CaptureFixture, *words: str) -> tuple[int, str, str]:
    code = cli.main(["holding", "check", *words])
    out, err = capsys.readouterr()
    return code, out, err


def break_it(small: Path) -> None:
    text = (small / "subjects.csv").read_text()
    (small / "subjects.csv").write_text(text.replace("S-00002,Person 2,", "S-00002,=2,", 1))
    events = (small / "events.csv").read_text().splitlines()
    events[1] = events[1].replace("S-", "T-", 1)
    (small / "events.csv").write_text("\n".join(events))


def test_a_fit_holding_exits_with_zero(small: Path, capsys) -> None:
    assert run(capsys, str(small)) == (0, f"{small}: no faults, 0 warnings.\n", "")


def test_warnings_alone_are_told_and_pass(small: Path, capsys) -> None:
    text = (small / "subjects.csv").read_text()
    (small / "subjects.csv").write_text(text.replace("Person 2,", "=2,", 1))
    code, out, err = run(capsys, str(small))
    assert (code, err) == (0, "")
    assert out.splitlines()[0].startswith("warning: subjects, row 3, column NAME: ")
    assert out.splitlines()[1] == f"{small}: no faults, 1 warning."


def test_an_unfit_holding_exits_with_one_and_all_it_found(small: Path, capsys) -> None:
    break_it(small)
    code, out, err = run(capsys, str(small))
    assert (code, out) == (1, "")
    assert "events, row 2, column USUBJID: subjects has no row with this key." in err
    assert err.endswith(f"{small}: 1 fault, 1 warning.\n")


def test_the_report_is_one_json_document(small: Path, capsys) -> None:
    assert json.loads(run(capsys, str(small), "--format", "json")[1])["fit"] is True
    break_it(small)
    code, out, err = run(capsys, str(small), "--format", "json")
    assert (code, err) == (1, "")
    document = json.loads(out)
    assert (document["faults"], document["warnings"], document["fit"]) == (1, 1, False)
    fault = next(each for each in document["findings"] if each["severity"] == "fault")
    assert (fault["table"], fault["row"], fault["column"]) == ("events", 2, "USUBJID")


def test_what_is_not_listed_is_counted(small: Path, capsys) -> None:
    text = (small / "subjects.csv").read_text().replace(",Person ", ",=")
    (small / "subjects.csv").write_text(text)
    assert run(capsys, str(small))[1].endswith(
        "no faults, 20 warnings (10 not listed; --all lists every one).\n"
    )


def test_no_folder_is_one_sentence(tmp_path: Path, capsys) -> None:
    code, out, err = run(capsys, str(tmp_path / "none"))
    assert (code, out) == (1, "")
    assert err.splitlines()[0].endswith("is not a folder.")


def test_wrong_usage_exits_with_two() -> None:
    with pytest.raises(SystemExit) as caught:
        cli.main(["holding"])
    assert caught.value.code == 2
