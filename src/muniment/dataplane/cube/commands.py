"""What the data plane process can be asked about the public tables of a holding.

As in `dataplane.commands`: plain JSON in, plain JSON out.
"""

import datetime
from pathlib import Path

from muniment.dataplane import asking, cube, refusals
from muniment.dataplane.cube import compose, document
from muniment.dataplane.engines import duckdb as engine
from muniment.dataplane.extract.watch import Watch
from muniment.dataplane.spec import faults, holding

Told = dict[str, object]


def make(asked: asking.Asked, keys: asking.Brought, watch: Watch) -> Told:
    """`holding`, `now`; of each edition before, `previous` (a document) and its folder, in
    `previous_holdings`. Answers the protected `document` and how many `tables` there are."""
    now = asking.moment(asked)
    printed = asking.documents(asked, "previous")
    folders = asking.paths(asked, "previous_holdings")
    try:
        counted = _counted(Path(asking.text(asked, "holding")), now, watch)
        earlier = [
            compose.Edition(_counted(folder, now, watch), dict(each))
            for folder, each in zip(folders, printed, strict=True)
        ]
        made = cube.make(counted, earlier=earlier, tell=watch.step)
    except faults.Faulty as faulty:
        raise refusals.from_faults(faulty) from None
    shown = document.cells(made)
    hidden = sum(value is None for value in shown.values())
    tables = len(counted.holding.cube)
    return {"document": made, "tables": tables, "cells": len(shown), "hidden": hidden}


def _counted(folder: Path, now: datetime.datetime, watch: Watch) -> cube.Counted:
    read = holding.load(folder)
    found = cube.refusals(read)
    if found:
        raise faults.Faulty(found)
    watch.step(f"count {folder}")
    with engine.open(read, folder=folder) as connection:
        return cube.count(read, connection, as_of=now)
