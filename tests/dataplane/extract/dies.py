"""A build that kills its own process once some pieces are finished, as a power cut would."""

import os
import signal
import sys
from dataclasses import replace
from pathlib import Path

from muniment.dataplane import engines, release
from muniment.dataplane.extract.watch import Watch
from tests.dataplane import tables
from tests.dataplane.extract import builds

FINISHED = 5
# Spark takes seconds for each piece of each table.
VARIABLES = {
    engines.Kind.EMBEDDED: builds.WHOLE,
    engines.Kind.SPARK: {"subjects": ["USUBJID", "SEX", "AGE", "START"]},
}


def main(root: Path, folder: Path, pieces: Path, kind: engines.Kind) -> None:
    """Build from the holding in `folder`; never comes back."""

    def tell(what: str, done: int, of: int) -> None:
        if what == "treat p1.subjects" and done == FINISHED:
            os.kill(os.getpid(), signal.SIGKILL)

    order = builds.Bench(root, folder).order(tables.specification(variables=VARIABLES[kind]))
    keys = release.Keys(builds.LINE_KEY, builds.SIGNER)
    setting = engines.Setting(kind=kind, memory_limit="1GB")
    release.build(replace(order, resume=pieces, setting=setting), keys=keys, watch=Watch(tell))


if __name__ == "__main__":
    root, folder, pieces = map(Path, sys.argv[1:4])
    main(root, folder, pieces, engines.Kind(sys.argv[4]) if sys.argv[4:] else engines.Kind.EMBEDDED)
