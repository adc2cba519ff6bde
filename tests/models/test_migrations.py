"""What a migration carries over arrives whole, on a database that holds rows."""

from pathlib import Path

import pytest

from tests.actions import apart


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_the_text_of_every_edition_moves_to_the_table_of_its_own(tmp_path: Path) -> None:
    told = apart.told_by("tests.models.moving_bundles", home=tmp_path)
    assert told["texts"] == [[1, '{"one":1}'], [2, '{"name":"Cancer.Net – añejo","two":2}']]
    assert told["editions"] == [["1" * 64], ["2" * 64]]
