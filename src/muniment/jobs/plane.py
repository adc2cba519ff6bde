"""The data plane as the jobs use it: folders, keys and the order of one build."""

import json
from dataclasses import dataclass
from pathlib import Path

from muniment import models
from muniment.gateways import dataplane
from muniment.gateways.keystore.local import Keystore


@dataclass(frozen=True, slots=True)
class Plant:
    """What a worker works with: the home folder, its keys, and a data plane of its own."""

    home: Path
    keys: Keystore
    plane: dataplane.DataPlane

    @property
    def releases(self) -> Path:
        """Where finished packages lie."""
        return self.home / "releases"

    @property
    def receipts(self) -> Path:
        """Where internal receipts lie; they never leave."""
        return self.home / "receipts"


def plant(home: Path) -> Plant:
    """Everything a worker needs under one home folder."""
    plane = dataplane.DataPlane(
        read=[home / "holdings"], write=[home / "releases", home / "receipts"]
    )
    return Plant(home, Keystore(home), plane)


def order_of(
    case: models.Case, *, plant: Plant, part: models.Part | None = None
) -> dataplane.Order:
    """The confirmed specification over the folders of its holdings, with the policy in force."""
    confirmed = case.specifications.filter(confirmed_at__isnull=False).latest("version")
    holdings = [each.holding for each in case.parts.select_related("holding") if each.holding]
    source = part.holding if part is not None else holdings[0]
    policy = source.policies.order_by("-pk").first() if source is not None else None
    return dataplane.Order(
        specification=json.loads(confirmed.document),
        folders=[plant.home / "holdings" / holding.folder for holding in holdings],
        policy=None if policy is None else json.loads(policy.document),
    )


def noise_keys(case: models.Case, *, plant: Plant) -> dict[tuple[str, str], bytes]:
    """The noise key of every holding the case asks for."""
    return {
        (part.holding.slug, part.holding.edition): plant.keys.noise_key(
            part.holding.slug, part.holding.edition
        )
        for part in case.parts.select_related("holding")
        if part.holding is not None
    }
