"""A program on a database of its own, for what the one connection of a test cannot show."""

import json
import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import connection

ROOT = Path(__file__).resolve().parent.parent.parent


def told_by(module: str, *words: str, home: Path) -> Any:
    """Run a module in an empty home, on the server of the tests or on SQLite; what it printed."""
    with database() as url:
        surroundings = {
            "DATABASE_URL": url,
            "DJANGO_SETTINGS_MODULE": "muniment.settings",
            "MUNIMENT_HOME": str(home),
        }
        ran = subprocess.run(
            [sys.executable, "-m", module, *words],
            cwd=ROOT, env=os.environ | surroundings, capture_output=True, text=True, timeout=300,
        )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout)


@contextmanager
def database() -> Iterator[str]:
    """The address of a database that is nobody else's; empty for SQLite in the home."""
    url = os.environ.get("DATABASE_URL", "")
    if not url:
        yield ""
        return
    name = f"apart_{secrets.token_hex(6)}"
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
    yield f"{url.rpartition('/')[0]}/{name}"
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE {name}")


def prepare() -> None:
    """Start Django and make the tables, in the program."""
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
