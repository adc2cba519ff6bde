"""What the machine says about a finished build before a person checks it."""

from typing import Any

import pytest

from muniment.jobs import findings

TABLE = {"name": "subjects", "variables": [{"name": "AGE"}]}
ROWS = {"id": "rows", "tables": [TABLE]}
NUMBERS = {"id": "numbers", "tables": [], "group_by": ["SEX"]}
ASKED = {"parts": [ROWS, NUMBERS]}


def manifest(part: str, table: str, variable: str) -> dict[str, Any]:
    return {"parts": [{"part": part, "methods": [{"table": table, "variable": variable}]}]}


@pytest.mark.parametrize(
    ("part", "table", "variable", "fits"),
    [
        ("rows", "subjects", "AGE", True),
        ("rows", "subjects", "SEX", False),
        ("rows", "events", "AGE", False),
        ("numbers", "subjects", "SEX", True),
        ("numbers", "subjects", "AGE", False),
        ("another", "subjects", "AGE", False),
    ],
)
def test_a_part_holds_what_was_asked_for_in_it(
    part: str, table: str, variable: str, fits: bool
) -> None:
    assert findings.only_approved(manifest(part, table, variable), ASKED) is fits
