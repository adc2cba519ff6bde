"""The data manager's manual runs as it stands: its commands, in order, print what it shows."""

from pathlib import Path

import pytest

from tests.docs import console, generate

PAGE = (generate.DOCS / "manual/data-manager.md").read_text(encoding="utf-8")


@pytest.mark.slow
def test_a_data_manager_s_day_runs_as_it_is_written(tmp_path: Path) -> None:
    with console.opened(PAGE, tmp_path) as shell:
        assert console.walk(PAGE, shell) > 10
