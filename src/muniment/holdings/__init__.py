"""Holdings that come with the product: small real tables, and descriptions of data held elsewhere.

Each folder beside this file holds `datapackage.json`, `SOURCE.md` with licence and attribution,
and, where data may be shipped, the tables. Synthetic holdings are not kept here; they are made
from a seed by `muniment.holdings.generate`. Nothing here imports the data plane, so that the
descriptors can be judged by it without judging themselves.
"""

import json
from pathlib import Path

_HERE = Path(__file__).parent


def shipped() -> dict[str, Path]:
    """Folders whose data are in the package, by the holding's name."""
    return _folders("loaded")


def described() -> dict[str, Path]:
    """Folders that hold a codebook and a statistician's figures, but no data."""
    return _folders("described")


def _folders(kind: str) -> dict[str, Path]:
    found = {}
    for descriptor in sorted(_HERE.glob("*/datapackage.json")):
        package = json.loads(descriptor.read_text(encoding="utf-8"))
        if package["muniment"]["kind"] == kind:
            found[package["name"]] = descriptor.parent
    return found
