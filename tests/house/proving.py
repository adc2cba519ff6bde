"""Listens while tests run: which of them take which step, and which are refused it.

A plugin for pytest, loaded only by `python -m tests.house.proven`. It stands at the one door
through which every step goes (`step.taking`), changes nothing there, and writes down what it saw
while a test itself ran, not what its fixtures did.
"""

import contextlib
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

FOLDER = "MUNIMENT_PROVING"
"""The variable that names the folder for what is heard, a file for each process of xdist."""

Heard = dict[str, Any]


class Listener:
    """What one process of pytest hears."""

    def __init__(self) -> None:
        self.heard: list[Heard] = []
        self.test = ""
        self.within = self.reads = 0

    @contextlib.contextmanager
    def taking(self, name: str, take: Callable[[], Any]) -> Iterator[Any]:
        """The door itself, with an ear at it."""
        from muniment.actions import step

        self.within += 1
        try:
            with take() as taken:
                yield taken
        except step.Refused as refused:
            if refused.attempt is None or refused.attempt.step == name:
                self.note(name, refused=True)
            raise
        finally:
            self.within -= 1
        self.note(name, refused=False)

    def note(self, name: str, *, refused: bool) -> None:
        """Keep it, with how much was read so far: a test of rows reads them afterwards."""
        if self.test:
            event = {"step": name, "test": self.test, "refused": refused, "reads": self.reads}
            self.heard.append(event)

    def reading(self, execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        """Count what a test reads from the database outside of steps."""
        self.reads += not self.within and sql.lstrip().startswith("SELECT")
        return execute(sql, *rest)


listener = Listener()


def pytest_collection_finish() -> None:
    from django.db import connection

    from muniment.actions import step

    door = step.taking
    step.taking = lambda name, subject, **given: listener.taking(
        name, lambda: door(name, subject, **given)
    )
    connection.execute_wrappers.append(listener.reading)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    listener.test, listener.reads = item.nodeid, 0
    first = len(listener.heard)
    try:
        return (yield)
    finally:
        for event in listener.heard[first:]:
            event["read_after"] = listener.reads - event.pop("reads")
        listener.test = ""


def pytest_sessionfinish() -> None:
    process = os.environ.get("PYTEST_XDIST_WORKER", "alone")
    Path(os.environ[FOLDER], f"{process}.json").write_text(json.dumps(listener.heard))
