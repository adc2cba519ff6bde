"""L2: as L1, with four writers at once: four chains against four who insert plain rows."""

import itertools
import json
import multiprocessing
import statistics
import sys
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier

from bench import database, l1

WRITERS = 4
UNITS, ROUNDS, FULL_ROUNDS = 200, 5, 21


def measure(*, full: bool) -> tuple[float, float]:
    """Median CPU seconds of one append and of one insert while three others do the same."""
    return database.measured("bench.l2", str(FULL_ROUNDS if full else ROUNDS))


def main(rounds: int) -> None:
    """Start the writers, gather what each spent in each round, and print both medians."""
    database.prepare()
    fresh = multiprocessing.get_context("spawn")
    together, writers, ends = fresh.Barrier(WRITERS), [], []
    for number in range(WRITERS):
        here, there = fresh.Pipe(duplex=False)
        words = (f"writer-{number}", rounds, together, there)
        writers.append(fresh.Process(target=write, args=words))
        ends.append(here)
        writers[-1].start()
        there.close()
    taken = [end.recv() for end in ends]
    for writer in writers:
        writer.join()
    print(
        json.dumps([statistics.median(itertools.chain(*side)) for side in zip(*taken, strict=True)])
    )


def write(name: str, rounds: int, together: Barrier, there: Connection) -> None:
    """One writer, in step with the others; the first round of each side warms up."""
    import django

    django.setup()
    sides = (l1.appending(name), l1.inserting())
    taken: tuple[list[float], list[float]] = ([], [])
    for _ in range(rounds + 1):
        for work, each in zip(sides, taken, strict=True):
            together.wait(timeout=300)
            each.append(database.seconds(work, UNITS) / UNITS)
    there.send([each[1:] for each in taken])


if __name__ == "__main__":
    main(int(sys.argv[1]))
