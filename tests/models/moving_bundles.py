"""A database with editions in it, taken from the first migration to the second; see the test."""

import json
from datetime import UTC, datetime
from typing import Any

NOW = datetime(2026, 11, 2, 15, 0, tzinfo=UTC)
TEXTS = ('{"one":1}', '{"name":"Cancer.Net – añejo","two":2}')


def main() -> None:
    """Fill the tables as the first release had them, migrate, and print what is there."""
    import django

    django.setup()
    fill(at("0001_initial"))
    after = at("0002_bundles_apart_and_marks")
    editions, bundles = (
        after.get_model("muniment", name) for name in ("ProgrammeEdition", "EditionBundle")
    )
    kept = bundles.objects.order_by("edition__number")
    print(
        json.dumps(
            {
                "texts": list(kept.values_list("edition__number", "canonical")),
                "editions": list(editions.objects.order_by("number").values_list("sha256")),
            }
        )
    )


def at(migration: str) -> Any:
    """The models as they are after a migration, which is applied now."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    target = [("muniment", migration)]
    executor = MigrationExecutor(connection)
    executor.migrate(target)
    return executor.loader.project_state(target).apps


def fill(apps: Any) -> None:
    """Two editions of a programme, each with its text in a column of its own."""
    actor = apps.get_model("muniment", "Actor").objects.create(role="system", via="job")
    programme = apps.get_model("muniment", "Programme").objects.create(slug="one", name="One")
    for number, text in enumerate(TEXTS, start=1):
        apps.get_model("muniment", "ProgrammeEdition").objects.create(
            programme=programme,
            number=number,
            bundle=text,
            sha256=str(number) * 64,
            made_at=NOW,
            made_by=actor,
        )


if __name__ == "__main__":
    main()
