"""Public counts of the demonstration: made by the data plane's code, published by a statistician.

Runs in the process that builds the house, which is no web process: it opens the holding's files.
"""

from datetime import datetime
from pathlib import Path
from typing import Any

from muniment import models
from muniment.actions import catalogue
from muniment.dataplane import cube
from muniment.dataplane.engines import duckdb as engine
from muniment.dataplane.spec import holding as holdings


def publish(
    row: models.Holding, folder: Path, *, actor: models.Actor, now: datetime
) -> models.PublishedCounts:
    """Count the declared tables of a loaded holding, protect them, publish the document."""
    return catalogue.publish_counts(row, document(folder, now=now), actor=actor, now=now)


def document(folder: Path, *, now: datetime) -> dict[str, Any]:
    """The public tables of the holding in this folder."""
    read = holdings.load(folder)
    with engine.open(read, folder=folder) as connection:
        return cube.make(cube.count(read, connection, as_of=now))
