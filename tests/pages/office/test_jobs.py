"""Jobs that gave up: seen and tried again by those who may, and by nobody else."""

from collections.abc import Callable

import pytest
from django.test import Client

from muniment import models
from muniment.actions import people, step, work
from muniment.rulebook.words import Role, Stage
from tests.pages import rows

As = Callable[[str], Client]


def gave_up(office: rows.Office, case: models.Case | None, **more: object) -> models.Job:
    row = {"kind": "build", "state": "failed", "attempt": 5, "error": "The disk is full."}
    return models.Job.objects.create(
        case=case, not_before=rows.NOW, made_at=rows.NOW, made_by=office.system, **(row | more)
    )


def test_a_job_that_gave_up_is_tried_again_with_a_reason(office: rows.Office, as_: As) -> None:
    case = office.case(Stage.AGREEMENT)
    office.agrees(case)
    job = gave_up(office, case)
    dana = as_("dana")
    text = dana.get("/office/jobs/").content.decode()
    assert "The disk is full." in text
    assert case.reference in text
    again = {"do": "retry", "job": job.pk, "reason": ""}
    assert dana.post("/office/jobs/", again).status_code == 409
    assert dana.post("/office/jobs/", again | {"job": "x"}).status_code == 404
    assert dana.post("/office/jobs/", again | {"reason": "Space made."}).status_code == 302
    job.refresh_from_db()
    assert (job.state, job.attempt, job.error) == ("queued", work.ATTEMPTS, "")
    entry = models.Entry.objects.get(subject_kind="programme", tag="work.retry_job")
    assert set(entry.values) == {"job", "kind", "reason"}
    assert "No job has given up" in dana.get("/office/jobs/").content.decode()


def test_what_is_at_work_or_called_off_is_not_tried_again(office: rows.Office, as_: As) -> None:
    gave_up(office, None, error="called off")
    assert "No job has given up" in as_("dana").get("/office/jobs/").content.decode()
    job = gave_up(office, None, state="queued")
    actor = people.acting(office.people["dana"], Role.DATA_ENGINEER)
    with pytest.raises(step.Refused) as refused:
        work.retry_job(job, office.programme, actor=actor, now=rows.NOW, reason="Again.")
    assert [reason.code for reason in refused.value.reasons] == ["job-at-work"]
    assert not models.Entry.objects.filter(tag="work.retry_job").exists()


def test_a_request_one_may_not_open_is_not_named(office: rows.Office, as_: As) -> None:
    case = office.case(Stage.SUBMITTED)
    gave_up(office, case)
    assert case.reference not in as_("dana").get("/office/jobs/").content.decode()


@pytest.mark.parametrize(("name", "status"), [("cora", 404), ("alice", 404), ("", 401)])
def test_others_have_no_such_page(office: rows.Office, as_: As, name: str, status: int) -> None:
    client = as_(name) if name else Client()
    assert client.get("/office/jobs/").status_code == status
