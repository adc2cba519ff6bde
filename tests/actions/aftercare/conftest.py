"""The pilot request after its release, with somebody to act on each side."""

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.actions.aftercare.released import Released
    from tests.world import World


@pytest.fixture
def released(world: "World") -> "Released":
    from tests.actions.aftercare.released import Released

    return Released(world)
