"""Four workers claim and finish the same jobs, each on a connection; prints who got which."""

import itertools
import json
import threading
from datetime import timedelta

from tests.actions import apart

WORKERS, JOBS = 4, 20


def main() -> None:
    """Prepare, work, tell."""
    apart.prepare()
    from muniment import models
    from muniment.actions import people, work
    from tests.actions import rows

    for _ in range(JOBS):
        work.enqueue("build", actor=people.system(), now=rows.NOW)
    got: list[list[int]] = [[] for _ in range(WORKERS)]
    together = threading.Barrier(WORKERS)
    workers = [threading.Thread(target=empty, args=(each, together)) for each in got]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    attempts = models.Job.objects.filter(state="done").values_list("attempt", flat=True)
    print(json.dumps({"got": sorted(itertools.chain(*got)), "attempts": list(attempts)}))


def empty(mine: list[int], together: threading.Barrier) -> None:
    """Claim and finish until nothing is left for anybody."""
    from django.db import connection

    from muniment import models
    from muniment.actions import work
    from tests.actions import rows

    together.wait(timeout=60)
    now = rows.NOW + timedelta(seconds=1)
    while models.Job.objects.filter(state="queued").exists():
        job = work.claim(now=now)
        if job is not None:
            mine.append(job.pk)
            work.finish(job)
    connection.close()


if __name__ == "__main__":
    main()
