"""A build that kills its own process once some pieces are finished, as a power cut would."""

import os
import signal
import sys
from dataclasses import replace
from pathlib import Path

from muniment.dataplane import release
from muniment.dataplane.extract.watch import Watch
from tests.dataplane import tables
from tests.dataplane.extract import builds

FINISHED = 5


def main(root: Path, folder: Path, pieces: Path) -> None:
    """Build from the holding in `folder`; never comes back."""
    begun: list[str] = []

    def tell(what: str, done: int, of: int) -> None:
        begun.append(what)
        if sum(step.startswith("treat p1.subjects") for step in begun) > FINISHED:
            os.kill(os.getpid(), signal.SIGKILL)

    order = builds.Bench(root, folder).order(tables.specification(variables=builds.WHOLE))
    keys = release.Keys(builds.LINE_KEY, builds.SIGNER)
    release.build(replace(order, resume=pieces), keys=keys, watch=Watch(tell))


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
