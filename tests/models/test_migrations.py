"""The migrations lead to the models, and what one carries over arrives whole."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.actions import apart
from tests.actions.apart import ROOT

SETTINGS = "muniment.settings"


def test_no_model_differs_from_what_the_migrations_make(tmp_path: Path) -> None:
    """The other tests take their tables from the models, so this one holds both together.

    In a process of its own, for where tests run, no app seems to have migrations.
    """
    ran = subprocess.run(
        [sys.executable, "-m", "tests.models.two_roads", "undrawn"],
        cwd=ROOT, capture_output=True, text=True, check=True,
        env=os.environ | {"MUNIMENT_HOME": str(tmp_path), "DJANGO_SETTINGS_MODULE": SETTINGS},
    )  # fmt: skip
    assert json.loads(ran.stdout) == {}


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_an_empty_database_gets_the_tables_that_all_migrations_make(tmp_path: Path) -> None:
    """`migrate` gives them at once, for the steps take their time."""
    roads = ("at_once", "step_by_step")
    at_once, steps = (
        apart.told_by("tests.models.two_roads", road, home=tmp_path / road) for road in roads
    )
    assert {"done", "muniment_case", "muniment_person", "django_content_type"} <= set(at_once)
    # The width of the id of Django's own join table of groups, which nothing here uses, is not the
    # same: its migrations know nothing of its app's setting, its models do.
    for tables in (at_once, steps):
        joined = tables["auth_group_permissions"]
        assert len(joined["columns"]) == 3
        joined["columns"] = [each for each in joined["columns"] if "name='id'" not in each]
    assert at_once == steps


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_the_text_of_every_edition_moves_to_the_table_of_its_own(tmp_path: Path) -> None:
    told = apart.told_by("tests.models.moving_bundles", home=tmp_path)
    assert told["texts"] == [[1, '{"one":1}'], [2, '{"name":"Cancer.Net – añejo","two":2}']]
    assert told["editions"] == [["1" * 64], ["2" * 64]]
