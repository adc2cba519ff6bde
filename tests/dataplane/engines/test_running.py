"""What was broken off does not go on with its next job."""

import threading

from muniment.dataplane.engines.running import Running

SECONDS = 30


def test_what_is_broken_off_between_two_jobs_is_cancelled_until_it_ends() -> None:
    """The first of these falls between two jobs, where it ends nothing; the next one ends it."""
    cancelled = threading.Semaphore(0)
    running = Running(cancelled.release)
    with running.statement():
        running.break_off()
        assert cancelled.acquire(timeout=SECONDS)
        assert cancelled.acquire(timeout=SECONDS)


def test_nothing_is_cancelled_where_no_statement_runs() -> None:
    """Nor is a statement that begins after another one was broken off."""
    cancelled = threading.Event()
    running = Running(cancelled.set)
    running.break_off()
    with running.statement():
        pass
    running.break_off()
    with running.statement():
        assert not cancelled.wait(0.5)
