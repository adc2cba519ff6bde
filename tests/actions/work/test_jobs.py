"""A job is held by one worker at a time, and whoever lost it changes nothing any more."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from muniment import models
from muniment.actions import people, step, work
from muniment.rulebook.words import Role
from tests.actions import apart, rows

NOW = rows.NOW
SECOND = timedelta(seconds=1)


@pytest.fixture
def actor(db: None) -> models.Actor:
    return people.system()


def queued(actor: models.Actor, kind: str = "build", **more: Any) -> models.Job:
    return work.enqueue(kind, **{"actor": actor, "now": NOW, **more})


def claimed(**more: Any) -> models.Job:
    job = work.claim(**{"now": NOW, **more})
    assert job is not None
    return job


def stored(job: models.Job) -> dict[str, Any]:
    return models.Job.objects.filter(pk=job.pk).values().get()


def test_a_queued_job_knows_who_wanted_it_and_when(db: None) -> None:
    home = rows.home()
    case, cora = home.case(), home.acting("cora")
    job = queued(cora, "figures", case=case, payload={"part": 7})
    row = models.Job.objects.get(pk=job.pk)
    assert (row.kind, row.case, row.payload) == ("figures", case, {"part": 7})
    assert (row.state, row.attempt, row.not_before) == ("queued", 0, NOW)
    assert (row.made_at, row.made_by, row.lease_until, row.error) == (NOW, cora, None, "")


def test_a_job_goes_with_the_transaction_that_wanted_it(actor: models.Actor) -> None:
    with transaction.atomic():
        queued(actor)
        transaction.set_rollback(True)
    assert work.claim(now=NOW) is None


def test_nothing_is_claimed_where_nothing_waits(db: None) -> None:
    assert work.claim(now=NOW) is None


def test_a_claim_takes_a_lease_and_counts_the_attempt(actor: models.Actor) -> None:
    queued(actor)
    job = claimed()
    assert (job.state, job.attempt, job.lease_until) == ("running", 1, NOW + work.LEASE)
    assert work.still_held(job)


def test_a_job_is_claimed_by_one_worker(actor: models.Actor) -> None:
    one, other = queued(actor), queued(actor)
    assert [claimed().pk, claimed().pk] == [one.pk, other.pk]
    assert work.claim(now=NOW) is None


@pytest.mark.parametrize("waiting", [1, 2])
def test_a_job_taken_between_looking_and_claiming_is_left_alone(
    actor: models.Actor, waiting: int
) -> None:
    jobs = [queued(actor) for _ in range(waiting)]
    others: list[models.Job] = []

    def overtaken(execute: Any, sql: str, *how: Any) -> Any:
        """Another worker's claim, done when ours is about to be."""
        if sql.startswith("UPDATE") and not overtaking:
            overtaking.append(True)
            others.append(claimed())
        return execute(sql, *how)

    overtaking: list[bool] = []
    with connection.execute_wrapper(overtaken):
        mine = work.claim(now=NOW)
    assert [job.pk for job in others] == [jobs[0].pk]
    assert (mine and mine.pk) == (jobs[1].pk if waiting == 2 else None)
    assert stored(jobs[0])["attempt"] == 1


def test_the_job_that_was_due_first_comes_first(actor: models.Actor) -> None:
    late = queued(actor, now=NOW + 2 * SECOND)
    early = queued(actor, now=NOW + SECOND)
    assert work.claim(now=NOW) is None
    assert claimed(now=NOW + SECOND).pk == early.pk
    assert work.claim(now=NOW + SECOND) is None
    assert claimed(now=NOW + 2 * SECOND).pk == late.pk


def test_a_finished_job_is_done_for_good(actor: models.Actor) -> None:
    queued(actor)
    job = claimed()
    assert work.finish(job)
    row = stored(job)
    assert (row["state"], row["lease_until"], row["error"]) == ("done", None, "")
    assert not work.still_held(job)
    assert not work.finish(job)
    assert not work.fail(job, error="too late", now=NOW)
    assert stored(job) == row
    assert work.claim(now=NOW + timedelta(days=1)) is None


def test_a_job_that_nobody_claimed_cannot_be_finished(actor: models.Actor) -> None:
    job = queued(actor)
    before = stored(job)
    assert not work.finish(job)
    assert not work.fail(job, error="broken", now=NOW)
    assert stored(job) == before


def test_a_lease_holds_until_its_last_moment(actor: models.Actor) -> None:
    queued(actor)
    job = claimed()
    assert work.claim(now=NOW + work.LEASE - SECOND) is None
    again = claimed(now=NOW + work.LEASE)
    assert (again.pk, again.attempt) == (job.pk, 2)
    assert again.lease_until == NOW + 2 * work.LEASE


def test_whoever_lost_the_lease_changes_nothing(actor: models.Actor) -> None:
    queued(actor)
    slow = claimed()
    quick = claimed(now=NOW + work.LEASE)
    before = stored(quick)
    assert not work.still_held(slow)
    assert not work.finish(slow)
    assert not work.fail(slow, error="I was slow", now=NOW + work.LEASE)
    assert not work.fail(slow, error="I was slow", now=NOW + work.LEASE, final=True)
    assert stored(quick) == before
    assert work.still_held(quick)
    assert work.finish(quick)


def test_a_late_finish_counts_while_nobody_else_has_the_job(actor: models.Actor) -> None:
    queued(actor)
    job = claimed()
    assert work.finish(job)
    assert work.claim(now=NOW + work.LEASE) is None


def test_a_job_that_failed_waits_longer_each_time_and_then_ends(actor: models.Actor) -> None:
    queued(actor)
    now, pauses = NOW, []
    for attempt in range(1, work.ATTEMPTS):
        job = claimed(now=now)
        assert job.attempt == attempt
        assert work.fail(job, error=f"broken {attempt}", now=now)
        row = stored(job)
        assert (row["state"], row["error"]) == ("queued", f"broken {attempt}")
        assert row["lease_until"] is None
        assert work.claim(now=row["not_before"] - SECOND) is None
        pauses.append(row["not_before"] - now)
        now = row["not_before"]
    assert pauses == [timedelta(seconds=each) for each in (10, 20, 40, 80)]
    last = claimed(now=now)
    assert last.attempt == work.ATTEMPTS
    assert work.fail(last, error="broken for good", now=now)
    assert stored(last)["state"] == "failed"
    assert stored(last)["error"] == "broken for good"
    assert work.claim(now=now + timedelta(days=365)) is None


def test_a_failure_that_no_attempt_can_mend_ends_the_job_at_once(actor: models.Actor) -> None:
    queued(actor)
    job = claimed()
    assert work.fail(job, error="refused", now=NOW, final=True)
    assert stored(job)["state"] == "failed"
    assert work.claim(now=NOW + timedelta(days=365)) is None


def test_a_job_that_waits_for_something_outside_never_gives_up(actor: models.Actor) -> None:
    queued(actor)
    now, pauses = NOW, []
    for _ in range(2 * work.ATTEMPTS):
        job = claimed(now=now)
        assert work.wait(job, error="The store does not answer.", now=now)
        row = stored(job)
        assert (row["state"], row["error"]) == ("queued", "The store does not answer.")
        pauses.append(row["not_before"] - now)
        now = row["not_before"]
    assert pauses[:4] == [timedelta(seconds=each) for each in (10, 20, 40, 80)]
    assert set(pauses[4:]) == {work.LONGEST_WAIT}
    job = claimed(now=now)
    assert work.finish(job)
    assert stored(job)["error"] == ""


def test_a_wait_uses_up_no_try_of_a_job_whose_workers_die(actor: models.Actor) -> None:
    """Waits and dying workers, one after the other: as many may die as if nothing had been away."""
    queued(actor)
    now = NOW
    for died in range(work.ATTEMPTS):
        job = claimed(now=now)
        assert not work.is_last(job) or died == work.ATTEMPTS - 1
        assert work.wait(job, error="away", now=now)
        now = stored(job)["not_before"]
        claimed(now=now)  # and never comes back
        now += work.LEASE
    assert work.claim(now=now) is None
    assert "No worker came back" in models.Job.objects.get().error


def test_a_job_that_waited_has_all_its_tries_again_by_hand(db: None) -> None:
    home = rows.home()
    models.RoleGrant.objects.create(
        person=home.people["mia"], programme=home.programme, role=Role.DATA_ENGINEER,
        from_on=NOW.date(), made_at=NOW, made_by=home.system,
    )  # fmt: skip
    queued(home.system)
    work.wait(claimed(), error="away", now=NOW)
    last = claimed(now=NOW + work.LONGEST_WAIT)
    assert work.fail(last, error="broken", now=NOW, final=True)
    work.retry_job(
        models.Job.objects.get(), home.programme, now=NOW, reason="Mended.",
        actor=home.acting("mia", Role.DATA_ENGINEER),
    )  # fmt: skip
    for _ in range(work.ATTEMPTS - 1):
        again = claimed(now=NOW + timedelta(days=1))
        assert not work.is_last(again)
        assert work.fail(again, error="broken", now=NOW)
    assert work.is_last(claimed(now=NOW + timedelta(days=1)))


def test_whoever_lost_the_job_puts_nothing_back(actor: models.Actor) -> None:
    queued(actor)
    lost = claimed()
    held = claimed(now=NOW + work.LEASE)
    assert not work.wait(lost, error="away", now=NOW)
    assert work.still_held(held)


def test_success_after_a_failure_clears_the_error(actor: models.Actor) -> None:
    queued(actor)
    work.fail(claimed(), error="broken", now=NOW)
    job = claimed(now=NOW + timedelta(minutes=1))
    assert job.error == "broken"
    work.finish(job)
    assert stored(job)["error"] == ""


def test_jobs_that_are_called_off_are_lost_to_whoever_runs_them(actor: models.Actor) -> None:
    running, waiting, over = (queued(actor) for _ in range(3))
    held = claimed()
    assert held.pk == running.pk
    models.Job.objects.filter(pk=over.pk).update(state=models.Job.State.DONE)
    assert work.call_off(models.Job.objects.all()) == 2
    for job in (running, waiting):
        row = stored(job)
        assert (row["state"], row["error"], row["lease_until"]) == ("failed", "called off", None)
    assert stored(over)["state"] == "done"
    assert not work.still_held(held)
    assert not work.finish(held)
    assert work.claim(now=NOW + timedelta(days=1)) is None


def test_whether_a_claim_stands_is_asked_with_a_lock(actor: models.Actor) -> None:
    """Else another worker could take the job between the question and the result."""
    queued(actor)
    job = claimed()
    with CaptureQueriesContext(connection) as asked:
        assert work.still_held(job)
    locks = any("FOR UPDATE" in query["sql"] for query in asked.captured_queries)
    assert locks == connection.features.has_select_for_update


def test_a_job_that_another_worker_took_in_between_is_passed_over(actor: models.Actor) -> None:
    """The other one is quicker by a moment: it takes the job after we found it, before we do."""
    one, other = queued(actor), queued(actor)
    listed: list[str] = []

    def overtake(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith("SELECT") and "ORDER BY" in sql:
            listed.append(sql)
        elif sql.startswith("UPDATE") and len(listed) == 1:
            listed.append(sql)
            models.Job.objects.filter(pk=one.pk).update(state="running", attempt=1)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(overtake):
        assert claimed().pk == other.pk
    assert stored(one)["attempt"] == 1


def test_a_job_whose_worker_never_comes_back_ends_too(actor: models.Actor) -> None:
    queued(actor)
    for attempt in range(work.ATTEMPTS):
        claimed(now=NOW + attempt * work.LEASE)
    assert work.claim(now=NOW + work.ATTEMPTS * work.LEASE) is None
    ended = models.Job.objects.get()
    assert ended.state == models.Job.State.FAILED
    assert "No worker came back" in ended.error


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_workers_on_connections_of_their_own_get_each_job_once(tmp_path: Path) -> None:
    told = apart.told_by("tests.actions.work.claiming", home=tmp_path)
    assert told == {"got": list(range(1, 21)), "attempts": [1] * 20}


def test_a_job_that_is_tried_again_never_gives_an_old_worker_its_place_back(
    db: None,
) -> None:
    """The token only grows: the worker of the first attempt is not taken for the new one."""
    home = rows.home()
    models.RoleGrant.objects.create(
        person=home.people["mia"], programme=home.programme, role=Role.DATA_ENGINEER,
        from_on=NOW.date(), made_at=NOW, made_by=home.system,
    )  # fmt: skip
    queued(home.system)
    early = claimed()
    lost = claimed(now=NOW + work.LEASE)
    assert work.fail(lost, error="broken", now=NOW, final=True)
    stale = models.Job.objects.get()
    by: dict[str, Any] = {
        "actor": home.acting("mia", Role.DATA_ENGINEER),
        "now": NOW,
        "reason": "Mended.",
    }
    work.retry_job(models.Job.objects.get(), home.programme, **by)
    with pytest.raises(step.Refused):
        work.retry_job(stale, home.programme, **by)
    again = claimed()
    assert again.attempt == work.ATTEMPTS + 1
    assert (work.still_held(early), work.still_held(lost), work.still_held(again)) == (
        False, False, True,
    )  # fmt: skip
    for _ in range(work.ATTEMPTS - 1):
        assert not work.is_last(again)
        assert work.fail(again, error="broken", now=NOW)
        again = claimed(now=stored(again)["not_before"])
    assert work.is_last(again)
    assert work.fail(again, error="broken", now=NOW)
    assert stored(again)["state"] == "failed"
