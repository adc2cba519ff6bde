"""`muniment rules`: starts without the house, prints the tables, fails on wrong usage."""

import json
import subprocess
import sys

import pytest

from muniment import cli
from muniment.rulebook import printing
from muniment.rulebook.tables import STEPS


def test_json_is_a_list_of_steps_with_the_columns_of_the_tables(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert cli.main(["rules", "--format", "json"]) == 0
    steps = json.loads(capsys.readouterr().out)
    assert [step["name"] for step in steps] == list(STEPS)
    columns = "name says by at to needs never tracks subject room refusals"
    assert {" ".join(step) for step in steps} == {columns}


def test_json_gives_each_cell_and_the_code_it_refuses_with(
    capsys: pytest.CaptureFixture[str],
) -> None:
    cli.main(["rules", "--format", "json"])
    vote = next(step for step in json.loads(capsys.readouterr().out) if step["name"] == "vote")
    assert vote == {
        "name": "vote",
        "says": "Vote to approve, approve with conditions, ask to revise, defer or deny.",
        "by": ["member", "chair", "acting_chair"],
        "at": ["in_review"],
        "to": None,
        "needs": ["ballot_open", "has_declared"],
        "never": ["recused", "is_conflicted"],
        "tracks": [],
        "subject": "case",
        "room": "review",
        "refusals": {
            "ballot_open": "ballot-not-open",
            "has_declared": "conflict-undeclared",
            "recused": "vote-while-recused",
            "is_conflicted": "conflicted",
        },
    }


@pytest.mark.parametrize(
    ("words", "printed"),
    [
        (["--format", "markdown"], printing.steps_page),
        (["--format", "text"], printing.as_text),
        (["--diagram"], printing.stages_page),
        ([], printing.as_text),
    ],
)
def test_each_form_prints_its_page(
    words: list[str], printed: object, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["rules", *words]) == 0
    assert capsys.readouterr().out == printed()  # type: ignore[operator]


def test_the_text_names_every_step_with_who_and_when() -> None:
    text = printing.as_text()
    assert [name for name in STEPS if f"  {name}: " not in text] == []
    assert "      applicant at draft, then submitted" in text


@pytest.mark.parametrize("words", [["--format", "yaml"], ["--diagram", "--format", "json"]])
def test_wrong_usage_exits_with_two(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        cli.main(["rules", *words])
    assert "usage: muniment rules" in capsys.readouterr().err


def test_it_imports_nothing_but_the_rulebook_and_the_standard_library() -> None:
    script = (
        "import sys; from muniment.cli import main; main(['rules'])\n"
        "foreign = {name.partition('.')[0] for name in sys.modules} - sys.stdlib_module_names\n"
        "house = {name for name in sys.modules if name.startswith('muniment.')}\n"
        "print(*sorted(foreign), *sorted(name.split('.')[1] for name in house), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-S", "-c", f"import sys; sys.path[:0] = {sys.path!r}\n{script}"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert set(done.stderr.split()) == {"__main__", "muniment", "cli", "rulebook"}
