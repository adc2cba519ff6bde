"""W1, W2, W4, W5: one database that grows, and a fresh web process that serves it at each size.

The sizes are a thousand requests; REMS's own data set of 3,000 requests and 72,000 entries, so that
the figures stand beside those it publishes; 20,000, or with FULL=1 100,000 and a million.

Two requests walk the demonstration's road to about 24 ledger entries; one stays in review, one is
withdrawn. All others are their clones: a fixed number at work, as many as an office can have, and
an archive of ended ones that makes the size. A request takes some 95 kB with its indexes. Past
20,000 an archived one is kept thin, at a quarter of that: its row, its clock, its ledger without
salts, the words of its title. A size for which the disk has no room is left out, and said so; the
largest that was measured is the last of the row's `sizes`.
"""

import functools
import json
import os
import shutil
import subprocess
import sys
import time
from typing import Any

from bench import database
from tests import postgres

SMALL, REMS, REDUCED, FULL = 1_000, 3_000, (20_000,), (100_000, 1_000_000)
AT_WORK, BATCH, WHOLE = 1_000, 20_000, 20_000
"""Requests at work; cloned at once; with everything that hangs on them."""
ROUNDS, FULL_ROUNDS = 5, 21
ENTRIES = 24
SPARE = 4 << 30
"""Bytes of the disk that a load leaves free."""
Figures = dict[str, dict[str, float]]


def lacks() -> str | None:
    """Why nothing can be measured here; the clones are made in PostgreSQL's own SQL."""
    try:
        postgres.find_binaries()
    except postgres.Unavailable as reason:
        return f"  left out: {reason}"
    return None


@functools.cache
def figures(*, full: bool) -> Figures:
    """Size -> CPU seconds of a unit of each work, and the bytes of the web process."""
    sizes = (SMALL, REMS, *(FULL if full else REDUCED))
    words = [str(FULL_ROUNDS if full else ROUNDS), *map(str, sizes)]
    with database.environment() as surroundings:
        command = [sys.executable, "-m", "bench.scale", *words]
        done = subprocess.run(command, env=surroundings, stdout=subprocess.PIPE, check=True)
    return json.loads(done.stdout)


def largest(found: Figures) -> dict[str, float]:
    """The figures at the largest size."""
    return found[max(found, key=int)]


def by_size(found: Figures, works: tuple[str, ...], baseline: str) -> dict[str, float]:
    """Size -> the ratio there, that of the dearest of several works."""
    return {
        f"{int(size):,}": round(max(each[work] for work in works) / each[baseline], 3)
        for size, each in found.items()
    }


def main(rounds: int, sizes: list[int]) -> None:
    """Grow the database from size to size, and have each served."""
    database.prepare()
    from bench import clones

    reviewed, withdrawn = walked()
    there, templates = 2, [clones.Template(reviewed), clones.Template(withdrawn)]
    templates.append(clones.Template(withdrawn, thin=True))
    found: Figures = {}
    for size in sizes:
        if not has_room(there, size):
            continue
        began = time.monotonic()
        grow(templates, there, size)
        say(f"{size:,} requests after {time.monotonic() - began:.0f} s")
        there = size
        found[str(size)] = served(rounds)
        say(json.dumps(found[str(size)]))
    print(json.dumps(found))


def walked() -> list[Any]:
    """Two requests of one house: one in review, and one that its applicant withdrew there."""
    from pathlib import Path

    from muniment import home, models
    from muniment.actions import case as course
    from muniment.demo import house
    from muniment.demo.calendar import Clock
    from muniment.rulebook.words import Role

    place = home.make(Path(os.environ["MUNIMENT_HOME"]))
    built = house.build(place, clock=Clock(days_ago=60))
    stories = [walk(built) for _ in range(2)]
    course.withdraw(stories[1].case, **stories[1].by("alice", Role.APPLICANT))
    built.plant.plane.close()
    # The same story twice would read as one request sent twice, on every page of either.
    withdrawn = models.Case.objects.filter(pk=stories[1].case.pk)
    withdrawn.update(title="Another request, which was withdrawn")
    return [story.case for story in stories]


def walk(built: Any) -> Any:
    """The full road until the request is in review and its chain is long enough."""
    from muniment.demo import roads
    from muniment.demo.story import Story
    from muniment.rulebook.words import Stage

    story = Story(built)
    for act in roads.FULL:
        roads.walk(story, [act])
        if story.case.stage == Stage.IN_REVIEW and story.case.ledger_length >= ENTRIES:
            break
    say(f"{story.case.reference} was walked: {story.case.ledger_length} ledger entries")
    return story


def grow(templates: list[Any], there: int, size: int) -> None:
    """Add clones until there are so many requests: first those at work, then the archive."""
    from django.db import connection

    from bench import clones

    while there < size:
        at_work = there < AT_WORK
        upto = min(size, there + BATCH, AT_WORK if at_work else size)
        clones.clone(templates[0 if at_work else 1 + (there >= WHOLE)], there + 1, upto)
        there = upto
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    connection.close()


def has_room(there: int, size: int) -> bool:
    """Whether the disk holds so many, judged by what a request takes now; tells where it does not.

    Room for the log that a load writes is left free.
    """
    from django.db import connection

    from bench import clones

    if there < SMALL:
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database()), current_setting(%s)",
                       ["data_directory"])  # fmt: skip
        taken, folder = cursor.fetchone()
        thin = clones.thin_size(cursor)
    whole = max(min(size, WHOLE) - there, 0)
    wanted = (taken * whole + thin * (size - there - whole)) // there
    free = shutil.disk_usage(folder).free
    if wanted + SPARE <= free:
        return True
    say(f"{size:,} requests left out: they take {wanted >> 30} GiB, and {free >> 30} are free")
    return False


def served(rounds: int) -> dict[str, float]:
    """What a web process that was started for this size measured."""
    command = [sys.executable, "-m", "bench.served", str(rounds)]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True)
    return json.loads(done.stdout)


def say(what: str) -> None:
    """On stderr, because the figures are what stdout is for."""
    print(f"  {what}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]), [int(word) for word in sys.argv[2:]])
