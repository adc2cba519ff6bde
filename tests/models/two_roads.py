"""The tables that a road leads to, as JSON: `python -m tests.models.two_roads ROAD`.

`at_once` is how an empty database gets its tables, `step_by_step` how one in use gets them, and
`undrawn` says what no migration has drawn yet.
"""

import json
import re
import sys
from typing import Any

NUMBERED = re.compile(r"^fk_\d+$|(?<=^sqlite_autoindex_).*|(?<=^__unnamed_constraint_)\d+__$")


def main(road: str) -> None:
    """Go it, and print what is there."""
    import django

    django.setup()
    print(json.dumps(ROADS[road](), sort_keys=True))


def undrawn() -> dict[str, list[str]]:
    """App -> what its models say and its migrations do not."""
    from django.apps import apps
    from django.db.migrations.autodetector import MigrationAutodetector
    from django.db.migrations.loader import MigrationLoader
    from django.db.migrations.state import ProjectState

    loader = MigrationLoader(None)
    found = MigrationAutodetector(loader.project_state(), ProjectState.from_apps(apps))
    changes = found.changes(graph=loader.graph)
    return {
        app: [each.describe() for migration in migrations for each in migration.operations]
        for app, migrations in changes.items()
    }


def at_once() -> dict[str, Any]:
    """By the command."""
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    return tables()


def step_by_step() -> dict[str, Any]:
    """Every migration in its turn."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())
    return tables()


def tables() -> dict[str, Any]:
    """Table -> columns, constraints and indexes, in an order of their own.

    SQLite names no foreign key, and its own indexes by their number.
    """
    from django.db import connection
    from django.db.migrations.recorder import MigrationRecorder

    found: dict[str, Any] = {"done": sorted(MigrationRecorder(connection).applied_migrations())}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            columns = connection.introspection.get_table_description(cursor, table)
            found[table] = {
                "columns": sorted(map(repr, columns)),
                "constraints": sorted(
                    repr((NUMBERED.sub("", name), sorted(what.items())))
                    for name, what in connection.introspection.get_constraints(
                        cursor, table
                    ).items()
                ),
            }
    return found


ROADS = {"at_once": at_once, "step_by_step": step_by_step, "undrawn": undrawn}

if __name__ == "__main__":
    main(sys.argv[1])
