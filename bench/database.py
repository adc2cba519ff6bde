"""Figures that need a database: each is measured in a process and on a database of its own.

PostgreSQL where `tests/postgres.py` can start one, else SQLite, and then a line says so. CPU is
that of the measuring process and of the server process behind its connection.
"""

import contextlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from tests import postgres

Work = Callable[[int], None]
TICK = os.sysconf("SC_CLK_TCK")


def measured(module: str, *words: str) -> tuple[float, float]:
    """Run `python -m module words…` on a fresh database; it prints [took, baseline took] as JSON.

    Raises CalledProcessError when it fails; what it says on stderr is shown.
    """
    with environment() as surroundings:
        command = [sys.executable, "-m", module, *words]
        done = subprocess.run(command, env=surroundings, stdout=subprocess.PIPE, check=True)
    took, baseline_took = json.loads(done.stdout)
    return took, baseline_took


@contextlib.contextmanager
def environment() -> Iterator[dict[str, str]]:
    """The environment of a process that measures: a home, settings and a database of its own."""
    with contextlib.ExitStack() as stack:
        home = stack.enter_context(tempfile.TemporaryDirectory(prefix="muniment-bench-"))
        Path(home, "static").mkdir()
        settings = {"MUNIMENT_HOME": home, "DJANGO_SETTINGS_MODULE": "bench.floor.settings"}
        try:
            url = stack.enter_context(postgres.serving())
        except postgres.Unavailable as reason:
            print(f"  on SQLite, not PostgreSQL: {reason}", file=sys.stderr)
            url = ""
        yield os.environ | settings | {"DATABASE_URL": url}


def prepare() -> None:
    """Start Django and make the tables; a commit waits for its log, as it does in production."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", run_syncdb=True, verbosity=0)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            name = connection.ops.quote_name(connection.settings_dict["NAME"])
            cursor.execute(f"ALTER DATABASE {name} SET synchronous_commit = on")
        connection.close()


def compared(sides: Mapping[str, Work], *, rounds: int, units: int) -> dict[str, float]:
    """The median CPU seconds of one unit on each side; the sides take turns after a warm-up."""
    for work in sides.values():
        work(units)
    taken: dict[str, list[float]] = {name: [] for name in sides}
    for _ in range(rounds):
        for name, work in sides.items():
            taken[name].append(seconds(work, units) / units)
    return {name: statistics.median(each) for name, each in taken.items()}


def seconds(work: Work, units: int) -> float:
    """CPU seconds of so many units, here and in the database's server."""
    server = _server()
    before = time.process_time() + _spent(server)
    work(units)
    return time.process_time() + _spent(server) - before


def _server() -> int | None:
    """The process behind this connection; None where the database lives in our own."""
    from django.db import connection

    if connection.vendor != "postgresql":
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])


def _spent(process: int | None) -> float:
    """User + system seconds of another process until now, as the kernel counts them."""
    if process is None:
        return 0.0
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICK
