"""`migrate`, which gives an empty database its tables at once.

Django replays every migration to get there, and draws all models anew for each of their hundreds
of steps: half a minute of work before a newcomer sees anything. The tables are what the models
say, so an empty database takes them from the models, in one transaction, and every migration is
recorded as done. A database with any table in it is migrated step by step, as ever.
tests/models/test_migrations.py holds that both roads lead to the same tables.
"""

from typing import Any

from django.apps import apps
from django.core.management.commands import migrate
from django.db import connections, router
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

ASIDE = (
    "app_label", "migration_name", "fake", "fake_initial", "plan", "run_syncdb", "check_unapplied",
    "prune",
)  # fmt: skip
"""Whoever gives one of these wants something else than an up-to-date database."""


class Command(migrate.Command):
    """Brings a database up to date."""

    def handle(self, *args: Any, **options: Any) -> None:
        """As Django's, which finds nothing left to do in a database that was empty."""
        connection = connections[options["database"]]
        connection.prepare_database()
        if not any(options[word] for word in ASIDE) and not connection.introspection.table_names():
            _make_tables(connection)
        super().handle(*args, **options)


def _make_tables(connection: BaseDatabaseWrapper) -> None:
    """The tables of the apps that have migrations, and all of their migrations marked as done."""
    loader = MigrationLoader(connection)
    with connection.schema_editor() as editor:
        for label in sorted(loader.migrated_apps):
            app = apps.get_app_config(label)
            for model in router.get_migratable_models(app, connection.alias):
                if model._meta.can_migrate(connection):
                    editor.create_model(model)
        recorder = MigrationRecorder(connection)
        recorder.ensure_schema()
        for each in loader.disk_migrations:
            recorder.record_applied(*each)
