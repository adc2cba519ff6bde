"""The guard against silent skips does what it says."""

import pytest

from tests.house import skips


@pytest.mark.parametrize(("ci", "outcome"), [("true", "failed"), ("", "skipped")])
def test_a_skip_that_nobody_agreed_to_fails_in_ci_only(
    monkeypatch: pytest.MonkeyPatch, ci: str, outcome: str
) -> None:
    monkeypatch.setenv("CI", ci)
    report = skips.unless_agreed(skipped("no data here"))
    assert report.outcome == outcome
    assert "no data here" in str(report.longrepr)


def test_an_expected_failure_is_no_skip(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    report = skipped("known")
    report.wasxfail = "known"
    assert skips.unless_agreed(report).outcome == "skipped"


def test_every_agreed_skip_says_why() -> None:
    assert [each for each in skips.AGREED if set(each) != {"test", "why"} or not each["why"]] == []


def skipped(reason: str) -> pytest.TestReport:
    return pytest.TestReport(
        nodeid="tests/somewhere/test_it.py::test_it",
        location=("tests/somewhere/test_it.py", 1, "test_it"),
        keywords={},
        outcome="skipped",
        longrepr=("tests/somewhere/test_it.py", 1, f"Skipped: {reason}"),
        when="call",
    )
