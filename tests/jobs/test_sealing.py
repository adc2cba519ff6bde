"""The worker seals each signature, in order, once; a late timestamp is asked for again."""

import dataclasses
from datetime import timedelta
from pathlib import Path

import pytest

from muniment import home, models
from muniment.actions import agreement, people, work
from muniment.jobs import plane, sealing, worker
from tests.dataplane import full
from tests.gateways.signing import sealing as authorities
from tests.pages import rows
from tests.pages.agreement import scene


@pytest.fixture
def office(db: None) -> rows.Office:
    """One programme with its people."""
    return rows.office()


@pytest.fixture
def row(office: rows.Office) -> models.Agreement:
    """Issued, not signed."""
    return scene.issued(office, scene.approved(office))


def plant(folder: Path, url: str = "") -> plane.Plant:
    """A worker's place; the data plane is not asked for anything."""
    return plane.plant(home.make(folder), timestamp_url=url)


def test_each_signature_is_sealed_once_over_the_last(
    office: rows.Office, row: models.Agreement, tmp_path: Path
) -> None:
    at = plant(tmp_path)
    scene.signs(office, row, "alice")
    assert worker.work_off(plant=at, clock=lambda: rows.NOW) == 1
    first = sealing.sealing_file(models.Seal.objects.get().file.sha256, plant=at)
    for name in ("sam", "rita"):
        scene.signs(office, row, name)
    worker.work_off(plant=at, clock=lambda: rows.NOW)
    made = list(models.Seal.objects.order_by("pk"))
    assert [seal.signature.capacity for seal in made] == [
        "applicant", "signing_official", "programme_signatory",
    ]  # fmt: skip
    last = sealing.sealing_file(made[-1].file.sha256, plant=at)
    assert last.startswith(first)
    report = at.sealer.check(last)
    assert report.holds
    assert [step.signer for step in report.steps] == [
        "Alice Example", "Sam Example", "Rita Example",
    ]  # fmt: skip
    assert scene.fresh(row).text_sha256 in report.steps[0].reason
    assert not models.Job.objects.exclude(state="done").exists()


def test_a_worker_that_lost_the_job_records_nothing(
    office: rows.Office, row: models.Agreement, tmp_path: Path
) -> None:
    scene.signs(office, row, "alice")
    job = work.claim(now=rows.NOW)
    assert job is not None
    work.call_off(models.Job.objects.filter(pk=job.pk))
    sealing.seal(job, plant=plant(tmp_path), now=rows.NOW)
    assert not models.Seal.objects.exists()


def test_a_late_timestamp_of_a_lost_job_is_not_recorded(
    office: rows.Office, row: models.Agreement, tmp_path: Path
) -> None:
    scene.signs(office, row, "alice")
    worker.work_off(plant=plant(tmp_path), clock=lambda: rows.NOW)
    seal, job = models.Seal.objects.get(), models.Job.objects.get()
    file = agreement.SealedFile("b" * 64, 9, "B-LTA")
    lost = agreement.store_stamp(seal, file, job=job, actor=people.system(), now=rows.NOW)
    assert lost is None
    seal.refresh_from_db()
    assert seal.stamped is None


def test_an_outage_of_the_authority_queues_the_timestamp_and_not_the_seal(
    office: rows.Office, row: models.Agreement, tmp_path: Path
) -> None:
    with authorities.authority(tmp_path) as (_authority, state):
        at = plant(tmp_path, state["url"])
        state["down"] = True
        scene.signs(office, row, "alice")
        worker.work_off(plant=at, clock=lambda: rows.NOW)
        seal = models.Seal.objects.get()
        waiting = models.Job.objects.get(kind="timestamp")
        assert (seal.level, seal.stamped, waiting.state) == ("B-B", None, "queued")
        assert "timestamp authority" in waiting.error
        state["down"] = False
        worker.work_off(plant=at, clock=lambda: rows.NOW + timedelta(hours=1))
        seal.refresh_from_db()
        assert seal.stamped is not None
        assert at.sealer.check(sealing.sealing_file(seal.stamped.sha256, plant=at)).holds
        scene.signs(office, row, "sam")
        worker.work_off(plant=at, clock=lambda: rows.NOW)
        last = models.Seal.objects.latest("pk")
        assert last.level == "B-LTA"
        assert at.sealer.check(sealing.sealing_file(last.file.sha256, plant=at)).holds


@pytest.mark.parametrize(
    ("url", "room", "said"),
    [
        ("", 3_000, "There is no room left on the disk"),
        ("s3://KEY:SECRET@127.0.0.1:9/bucket/prefix", 1 << 40, "The file store does not answer"),
    ],
)
def test_a_full_disk_or_a_store_that_is_away_delays_the_seal_however_long(
    office: rows.Office, row: models.Agreement, tmp_path: Path, url: str, room: int, said: str
) -> None:
    """The signature stands all the while; it is sealed once, when there is room again."""
    at = plant(tmp_path)
    at.sealer.certificate()
    scene.signs(office, row, "alice")
    models.Job.objects.filter(kind="seal").update(attempt=work.ATTEMPTS - 1)  # its last try
    away = dataclasses.replace(at, storage_url=url)
    with full.after(room):
        worker.work_off(plant=away, clock=lambda: rows.NOW)
    job = models.Job.objects.get(kind="seal")
    assert (job.state, job.error.startswith(said)) == ("queued", True), job.error
    assert models.Signature.objects.count() == 1
    assert not models.Seal.objects.exists()
    worker.work_off(plant=at, clock=lambda: job.not_before)
    seal = models.Seal.objects.get()
    assert at.sealer.check(sealing.sealing_file(seal.file.sha256, plant=at)).holds
    assert len([path for path in (tmp_path / "files").rglob("*") if path.is_file()]) == 1


def test_a_timestamp_that_comes_after_the_next_seal_is_left_out(
    office: rows.Office, row: models.Agreement, tmp_path: Path
) -> None:
    with authorities.authority(tmp_path) as (_authority, state):
        at = plant(tmp_path, state["url"])
        state["down"] = True
        scene.signs(office, row, "alice")
        worker.work_off(plant=at, clock=lambda: rows.NOW)
        state["down"] = False
        scene.signs(office, row, "sam")
        worker.work_off(plant=at, clock=lambda: rows.NOW)
        worker.work_off(plant=at, clock=lambda: rows.NOW + timedelta(hours=1))
        assert models.Seal.objects.filter(stamped__isnull=False).count() == 0
        assert [seal.level for seal in models.Seal.objects.order_by("pk")] == ["B-B", "B-LTA"]
