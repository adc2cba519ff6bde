"""A data plane of the command's own: what it opens, it opens shut in.

Files that people bring are opened by nobody else, on the command line as in the office. Where the
kernel cannot shut it in, work goes on, and the error stream says so.
"""

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from muniment import cli

if TYPE_CHECKING:
    from muniment.gateways import dataplane


@contextmanager
def opened(
    *,
    read: Iterable[Path],
    write: Iterable[Path] = (),
    reach: "dataplane.Reach | None" = None,
) -> "Iterator[dataplane.DataPlane]":
    """It reads and writes there and nowhere else. Its refusals and failures end the command."""
    from muniment.gateways import dataplane

    doors = reach or dataplane.Reach.NOTHING
    try:
        with dataplane.DataPlane(read=read, write=write, reach=doors) as plane:
            for gap in _gaps(plane):
                print(f"WARNING: the data plane is not fully confined. {gap}", file=sys.stderr)
            yield plane
    except (dataplane.Refused, dataplane.Failed) as reason:
        raise cli.Stop(str(reason)) from None


def _gaps(plane: "dataplane.DataPlane") -> list[str]:
    confinement = plane.ping()["confinement"]
    assert isinstance(confinement, dict)
    return [str(gap) for gap in confinement["gaps"]]
