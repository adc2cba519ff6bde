"""The manual's commands for bringing in a register run as they are written."""

from pathlib import Path

import pytest

from tests.docs import console, generate

PAGE = (generate.DOCS / "manual/importing.md").read_text(encoding="utf-8")


@pytest.mark.slow
def test_a_register_is_brought_in_as_it_is_written(tmp_path: Path) -> None:
    with console.opened(PAGE, tmp_path) as shell:
        assert console.walk(PAGE, shell) >= 7
