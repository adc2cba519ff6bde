"""The scan job: a verdict is recorded, silence is tried again, no scanner leaves a file held."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO

import pytest

from muniment import models
from muniment.actions import files as actions
from muniment.gateways import scanner, storage
from muniment.gateways.scanner import signatures
from muniment.jobs import files, plane, worker
from tests.world_front import START, Front

BAD = b"muniment-test-signature"
KNOWS = signatures.Signatures({"Test": BAD})


@dataclass
class Silent:
    """A scanner that does not answer for a while."""

    times: int

    def scan(self, stream: BinaryIO) -> scanner.Verdict:
        if self.times:
            self.times -= 1
            raise scanner.Unreachable("The virus scanner does not answer: refused.")
        return KNOWS.scan(stream)


@pytest.fixture
def plant(tmp_path: Path) -> Iterator[plane.Plant]:
    made = plane.plant(tmp_path, scanner=KNOWS)
    with made.plane:
        yield made


def attached(front: Front, plant: plane.Plant, data: bytes) -> models.Attachment:
    stored = storage.at(plant.home).put([data], most=1000)
    record = actions.record_file(
        stored.sha256, size=stored.size, media_type="text/csv", actor=front.alice, now=START
    )
    return actions.attach(
        front.draft(), record, purpose="answer:protocol", name="a.csv", actor=front.alice,
        now=START,
    )  # fmt: skip


def run(plant: plane.Plant, *, at: datetime = START) -> None:
    worker.work_off(plant=plant, clock=lambda: at)


def verdict(row: models.Attachment) -> str:
    return str(models.StoredFile.objects.get(pk=row.file_id).verdict)


def state() -> str:
    return str(models.Job.objects.filter(kind="scan").latest("pk").state)


@pytest.mark.parametrize(("data", "expected"), [(b"a,b", "clean"), (BAD, "infected")])
def test_the_scanner_s_word_is_recorded(
    front: Front, plant: plane.Plant, data: bytes, expected: str
) -> None:
    row = attached(front, plant, data)
    run(plant)
    assert (verdict(row), state()) == (expected, "done")


def test_a_silent_scanner_is_asked_again(front: Front, plant: plane.Plant) -> None:
    row = attached(front, plant, b"a,b")
    quiet = replace(plant, scanner=Silent(1))
    run(quiet)
    assert (verdict(row), state()) == ("held", "queued")
    assert "does not answer" in models.Job.objects.get(kind="scan").error
    run(quiet, at=START + timedelta(hours=1))
    assert (verdict(row), state()) == ("clean", "done")


def test_without_a_scanner_a_file_is_held_until_there_is_one(
    front: Front, plant: plane.Plant
) -> None:
    row = attached(front, plant, b"a,b")
    none = replace(plant, scanner=None)
    run(none)
    files.tidy(plant=none, now=START)
    assert (verdict(row), models.Job.objects.filter(kind="scan").count()) == ("held", 1)
    files.tidy(plant=plant, now=START)
    files.tidy(plant=plant, now=START)
    run(plant, at=START + timedelta(minutes=1))
    assert verdict(row) == "clean"
    assert models.Job.objects.filter(kind="scan").count() == 2


def test_orphaned_bytes_are_swept_after_a_day(front: Front, plant: plane.Plant) -> None:
    row = attached(front, plant, b"a,b")
    store = storage.at(plant.home)
    store.put([b"nobody's"], most=100)
    now = datetime.now(UTC)
    assert files.sweep(plant.files, now=now) == 0
    assert files.sweep(plant.files, now=now + timedelta(days=2)) == 1
    store.open(row.file.sha256).close()


def test_the_hour_s_round_tidies_and_no_fault_in_it_stops_the_worker(
    front: Front, plant: plane.Plant, caplog: pytest.LogCaptureFixture
) -> None:
    row = attached(front, plant, b"a,b")
    run(replace(plant, scanner=None))
    worker.go_round(worker.hourly(plant), clock=lambda: START)
    run(plant, at=START + timedelta(minutes=1))
    assert verdict(row) == "clean"

    def breaks(*, clock: object) -> None:
        raise OSError("The disk is gone.")

    worker.go_round((breaks,), clock=lambda: START)
    assert "a round of the worker broke" in caplog.text


def test_an_undeclared_scanner_is_said_loudly(caplog: pytest.LogCaptureFixture) -> None:
    assert files.scanner_at("") is None
    assert "every upload is held" in caplog.text


def test_a_tax_form_and_a_certificate_that_were_held_are_looked_at_later(
    front: Front, plant: plane.Plant
) -> None:
    """Kept before there was a scanner: nobody asked for a look, so the hour does."""
    kept = [
        actions.record_file(
            storage.at(plant.home).put([data], most=1000).sha256, size=3,
            media_type="application/pdf", actor=front.alice, now=START,
        )
        for data in (b"tax", BAD)
    ]  # fmt: skip
    programme = models.Programme.objects.get()
    programme.tax_form, programme.tax_form_at, programme.tax_form_by = kept[0], START, front.alice
    programme.save()
    models.Training.objects.create(
        person=front.alice.person, name="Ethics", issued_on=START.date(), original=kept[1],
        made_at=START, made_by=front.alice,
    )  # fmt: skip
    files.tidy(plant=replace(plant, scanner=None), now=START)
    assert not models.Job.objects.filter(kind="scan").exists()
    for _ in range(2):
        files.tidy(plant=plant, now=START)
    assert models.Job.objects.filter(kind="scan").count() == 2
    run(plant)
    found = models.StoredFile.objects.order_by("pk").values_list("verdict", flat=True)
    assert list(found) == ["clean", "infected"]
    entries = models.Entry.objects.filter(tag="application.record_scan", subject_kind="programme")
    assert entries.count() == 2
