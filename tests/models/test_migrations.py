"""The migrations lead to the models, and what one carries over arrives whole."""

from pathlib import Path

import pytest
from django.core.management import call_command

from tests.actions import apart


@pytest.mark.django_db
def test_no_model_differs_from_what_the_migrations_make() -> None:
    """The other tests take their tables from the models, so this one holds both together."""
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_the_text_of_every_edition_moves_to_the_table_of_its_own(tmp_path: Path) -> None:
    told = apart.told_by("tests.models.moving_bundles", home=tmp_path)
    assert told["texts"] == [[1, '{"one":1}'], [2, '{"name":"Cancer.Net – añejo","two":2}']]
    assert told["editions"] == [["1" * 64], ["2" * 64]]
