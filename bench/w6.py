"""W6: eight writers on eight requests at once, against one writer who has every core to itself.

A step is the coordinator's question to the applicant, without a web server around it. What counts
is the CPU that a step takes, of all writers and of the server: as long as the cores are busy,
throughput is cores over CPU for each step, and the number of cores falls out of the ratio. What
writers wait for each other takes no CPU; so the same ratio by the clock is told on stderr, where a
machine at rest shows it.
"""

import itertools
import json
import multiprocessing
import os
import statistics
import sys
import time
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier

from bench import database, scale, w3

WRITERS, UNITS, ROUNDS, FULL_ROUNDS = 8, 40, 3, 21
PATIENCE = 300
"""Seconds after which a writer that nobody hears of is given up."""
lacks = scale.lacks
Spent = tuple[float, float]
"""CPU seconds and seconds by the clock, for one step."""


def measure(*, full: bool) -> tuple[float, float]:
    """Median CPU seconds of a step among eight writers, and of one alone."""
    return database.measured("bench.w6", str(FULL_ROUNDS if full else ROUNDS))


def main(rounds: int) -> None:
    """Let the writers work by turns, one alone and all together, and print both medians."""
    database.prepare()
    w3.coordinator_of_many_cases()
    fresh = multiprocessing.get_context("spawn")
    together, writers, ends = fresh.Barrier(WRITERS), [], []
    for number in range(WRITERS):
        here, there = fresh.Pipe(duplex=False)
        writers.append(fresh.Process(target=write, args=(number, rounds, together, there)))
        ends.append(here)
        writers[-1].start()
        there.close()
    told = [heard(end) for end in ends]
    for writer in writers:
        writer.join(PATIENCE)
    alone = told[0][0]
    among = list(itertools.chain(*(each for _, each in told)))
    cores = os.cpu_count() or 1
    by_clock = statistics.median(clock for _, clock in among) * cores
    by_clock /= WRITERS * statistics.median(clock for _, clock in alone)
    print(f"  by the clock: {by_clock:.3f} on {cores} cores", file=sys.stderr)
    print(json.dumps([statistics.median(cpu for cpu, _ in side) for side in (among, alone)]))


def heard(end: Connection) -> tuple[list[Spent], list[Spent]]:
    """What a writer tells. Raises RuntimeError when it tells nothing: one failed, all are late."""
    if not end.poll(PATIENCE):
        raise RuntimeError("A writer was not heard of, so there is no figure.")
    told: tuple[list[Spent], list[Spent]] = end.recv()
    return told


def write(number: int, rounds: int, together: Barrier, there: Connection) -> None:
    """One writer on its own request; the first of them also works alone, while the others wait."""
    import django

    django.setup()
    ask = asking(number)
    alone: list[Spent] = []
    among: list[Spent] = []
    for _ in range(rounds + 1):
        together.wait(PATIENCE)
        if number == 0:
            alone.append(spent(ask))
        together.wait(PATIENCE)
        among.append(spent(ask))
    there.send((alone[1:], among[1:]))


def spent(ask: database.Work) -> Spent:
    """What a run of steps took, each."""
    began = time.monotonic()
    cpu = database.seconds(ask, UNITS)
    return cpu / UNITS, (time.monotonic() - began) / UNITS


def asking(number: int) -> database.Work:
    """Questions of the coordinator on the request of that number; a lost lock is a failure."""
    from django.utils import timezone

    from muniment import models
    from muniment.actions import people, questions
    from muniment.rulebook.words import Role

    read = models.Case.objects.select_related("edition", "applicant", "programme")
    case = read.get(reference=w3.reference(number))
    actor = people.acting(models.Person.objects.get(email__startswith="cora@"), Role.COORDINATOR)

    def ask(units: int) -> None:
        for _ in range(units):
            questions.ask_question(case, w3.TEXT, actor=actor, now=timezone.now())

    return ask


if __name__ == "__main__":
    main(int(sys.argv[1]))
