"""What every test stands on: a home folder of its own, and no skip that nobody agreed to.

The network is closed by pytest-socket (see pyproject.toml): loopback and Unix sockets only.
"""

import atexit
import gc
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

from tests.house import skips

# One home for each process; settings are read after it is known (see pytest_configure).
HOME = Path(tempfile.mkdtemp(prefix="muniment-tests-")).resolve()
atexit.register(shutil.rmtree, HOME, ignore_errors=True)
os.environ["MUNIMENT_HOME"] = str(HOME)

TESTS = Path(__file__).parent
WATCHED = {"rulebook", "actions", "dataplane", "jobs", "notary", "pages"}
# Durations are printed and read, never asserted: a busy machine is no failure.
# CI draws the same examples every time, so that what it covers does not hang on luck.
# `make test` draws few, `make test-all` many.
FIXED = os.environ.get("CI") == "true"
hypothesis.settings.register_profile("quick", deadline=None, max_examples=20, derandomize=FIXED)
hypothesis.settings.register_profile("thorough", deadline=None, max_examples=60, derandomize=FIXED)
hypothesis.settings.register_profile("soak", deadline=None, max_examples=5_000)
hypothesis.settings.load_profile("quick")
# What collecting makes stays to the end; see pytest_collection_finish.
gc.disable()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--only-database",
        action="store_true",
        help="run only the tests that use the database (for a second run on PostgreSQL)",
    )
    parser.addoption(
        "--rings",
        choices=("watched", "beside"),
        help="run only the tests that are watched for coverage, or only the others (decision 8)",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Read the settings now that the home is set; pytest-django does the rest.

    Their name does not stay in the environment: pytest-django would read them before this file
    in each process of xdist, with the home of the process that started it.
    """
    from django.conf import settings

    os.environ["DJANGO_SETTINGS_MODULE"] = "muniment.settings"
    home = settings.MUNIMENT_HOME
    del os.environ["DJANGO_SETTINGS_MODULE"]
    if home != HOME:
        raise pytest.UsageError("Unset DJANGO_SETTINGS_MODULE: the tests choose their settings.")
    settings.PASSWORD_HASHERS = ["tests.one_round.OneRound"]


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """With --only-database or --rings, leave the others out."""
    chosen = items
    if config.getoption("--only-database"):
        chosen = [item for item in chosen if hangs_on_database(item)]
    if rings := config.getoption("--rings"):
        chosen = [item for item in chosen if is_watched(item) == (rings == "watched")]
    kept = set(chosen)
    config.hook.pytest_deselected(items=[item for item in items if item not in kept])
    items[:] = chosen


def pytest_collection_finish() -> None:
    """Let the collector of garbage pass over all that was collected: thousands of tests.

    Going through them again and again was a fifth of the suite's time. It watches what tests make,
    as ever, and less often.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)
    gc.enable()


@pytest.fixture(autouse=True)
def nothing_outside_outlives_the_database() -> Iterator[None]:
    """Take away what a test kept outside the database: its rows are rolled back as well.

    A checkpoint or tombstone of one test is evidence against the ledger of the next.
    """
    yield
    for kept in ("checkpoints", "tombstones"):
        shutil.rmtree(HOME / kept, ignore_errors=True)


def hangs_on_database(item: pytest.Item) -> bool:
    """Whether pytest-django opens the database for it, and which one matters."""
    if item.get_closest_marker("one_database"):
        return False
    fixtures = {"db", "transactional_db"} & set(getattr(item, "fixturenames", ()))
    return bool(fixtures or item.get_closest_marker("django_db"))


def is_watched(item: pytest.Item) -> bool:
    """Whether it is a test of its ring, not of the whole: coverage is owed by those.

    They run apart, since what another test left in a cache would look like a line never run.
    """
    ring = item.path.relative_to(TESTS).parts[0]
    return ring in WATCHED and item.get_closest_marker("crawls") is None


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    report = yield
    return skips.unless_agreed(report)


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector: pytest.Collector) -> Iterator[None]:
    report = yield
    return skips.unless_agreed(report)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Count what was left out, last thing before the closing line."""
    skipped = terminalreporter.stats.get("skipped", [])
    if skipped:
        reasons = sorted({skips.reason_of(report) for report in skipped})
        terminalreporter.write_line(f"LEFT OUT: {len(skipped)} tests, because")
        for reason in reasons:
            terminalreporter.write_line(f"  {reason}")
