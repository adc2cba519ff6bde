"""No skip in CI that nobody agreed to: skips.toml is the list."""

import fnmatch
import os
import tomllib
from pathlib import Path

import pytest

Report = pytest.TestReport | pytest.CollectReport
AGREED = tomllib.loads(Path(__file__).with_name("skips.toml").read_text())["skip"]


def unless_agreed(report: Report) -> Report:
    """In CI a skip that is not in the committed list is a failure; elsewhere it is only told."""
    agreed = any(fnmatch.fnmatch(report.nodeid, each["test"]) for each in AGREED)
    expected = hasattr(report, "wasxfail")
    if report.outcome == "skipped" and not (agreed or expected) and os.environ.get("CI") == "true":
        reason = reason_of(report)
        report.outcome = "failed"
        report.longrepr = (
            f"{report.nodeid} was skipped in CI, and tests/house/skips.toml does not agree to it: "
            f"{reason}"
        )
    return report


def reason_of(report: Report) -> str:
    """Why a test was skipped, in its own words."""
    told = report.longrepr
    return str(told[2] if isinstance(told, tuple) else told).removeprefix("Skipped: ")
