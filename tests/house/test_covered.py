"""The list of what no test runs yet may only shrink, and the comparison can fail."""

import json
from pathlib import Path

from tests.house import covered, tree

MOST_OWED = 107


def test_the_list_names_files_that_exist() -> None:
    gone = [name for name in covered.owed() if not (tree.ROOT / name).is_file()]
    assert gone == []


def test_the_list_is_no_longer_than_it_was() -> None:
    assert sum(covered.owed().values()) <= MOST_OWED


def test_a_file_that_misses_more_than_it_may_is_named() -> None:
    listed = {"src/a.py": 2}
    assert covered.worse({"src/a.py": 2}, listed) == []
    assert len(covered.worse({"src/a.py": 3}, listed)) == 1
    assert len(covered.worse({"src/b.py": 1}, listed)) == 1


def test_lines_and_branches_of_a_report_are_added_up(tmp_path: Path) -> None:
    summary = {"missing_lines": 2, "missing_branches": 1}
    whole = {"missing_lines": 0, "missing_branches": 0}
    report = tmp_path / "coverage.json"
    report.write_text(json.dumps({"files": {"a": {"summary": summary}, "b": {"summary": whole}}}))
    assert covered.missed(report) == {"a": 3}
