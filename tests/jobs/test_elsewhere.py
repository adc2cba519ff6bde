"""A signature made elsewhere: sent once it was asked for, brought in once, never just believed."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from muniment import home, models
from muniment.actions import agreement, people, step
from muniment.actions import case as course
from muniment.gateways import signing
from muniment.gateways.elsewhere import fake
from muniment.gateways.signing import local
from muniment.jobs import elsewhere, plane, worker
from muniment.queries.agreement import elsewhere as envelopes
from muniment.rulebook.words import Role
from tests.gateways.signing import sealing as papers
from tests.pages import rows
from tests.pages.agreement import scene

KEY, SECRET = "key_test", "whsec_test"  # of the fake
SIGN, PLEDGE = "sign_for_institution", "sign_team_pledge"


@pytest.fixture
def office(db: None) -> rows.Office:
    """One programme with its people."""
    return rows.office()


@pytest.fixture
def row(office: rows.Office) -> models.Agreement:
    """Issued, and signed by the applicant."""
    made = scene.issued(office, scene.approved(office))
    scene.signs(office, made, "alice")
    return scene.fresh(made)


@pytest.fixture
def server(settings: Any, tmp_path: Path) -> Iterator[fake.Server]:
    """A signing provider that this site has declared."""
    with fake.Server(fake.Provider(KEY, SECRET, tmp_path / "there")) as running:
        settings.DECLARED = settings.DECLARED.model_copy(
            update={"esign_url": running.url, "esign_key": KEY, "esign_webhook_secret": SECRET}
        )
        yield running


@pytest.fixture
def plant(tmp_path: Path) -> plane.Plant:
    """A worker's place; the data plane is not asked for anything."""
    return plane.plant(home.make(tmp_path / "here"))


def ask(office: rows.Office, row: models.Agreement, name: str = "sam") -> models.Envelope:
    by = scene.by(office, name, Role.SIGNING_OFFICIAL)
    return agreement.ask_to_sign_elsewhere(row, SIGN, shown_sha256=row.text_sha256, **by)


def work_off(plant: plane.Plant, *, at: datetime | None = None) -> None:
    worker.work_off(plant=plant, clock=lambda: at or present())


def present() -> datetime:
    """Now, because what the provider reports comes in by the real clock; or when the rows begin."""
    return max(datetime.now(UTC), rows.NOW)


def sent(office: rows.Office, row: models.Agreement, plant: plane.Plant) -> models.Envelope:
    made = ask(office, row)
    work_off(plant)
    made.refresh_from_db()
    assert made.state == "sent"
    return made


def report(body: bytes, header: str) -> Any:
    return Client().post(
        "/api/signatures/report/", body, content_type="application/json",
        headers={"X-Docuseal-Signature": header},
    )  # fmt: skip


def signed_there(server: fake.Server, envelope: models.Envelope) -> tuple[bytes, str]:
    return server.provider.sign(envelope.name, at=datetime.now(UTC), serves=server.place)


def test_it_is_sent_by_a_job_and_brought_in_as_the_signers_own_step(
    office: rows.Office, row: models.Agreement, server: fake.Server, plant: plane.Plant
) -> None:
    made = ask(office, row)
    assert ask(office, row) == made
    assert server.provider.envelopes == {}
    work_off(plant)
    made.refresh_from_db()
    assert made.address == f"{server.place}/s/{made.name}"
    assert not models.Signature.objects.filter(signer=office.people["sam"]).exists()
    answer = report(*signed_there(server, made))
    assert (answer.status_code, answer.json()) == (200, {"received": True})
    work_off(plant)
    made.refresh_from_db()
    signature = models.Signature.objects.get(signer=office.people["sam"])
    assert (made.state, made.signature) == ("signed", signature)
    assert (signature.method, signature.capacity) == ("external", Role.SIGNING_OFFICIAL)
    assert signature.shown_sha256 == row.text_sha256
    assert (signature.made_by.person, signature.made_by.via) == (office.people["sam"], "job")
    with plant.files.open(signature.scan.file.sha256) as stream:
        assert stream.read() == server.provider.files[int(made.name)]
    entry = models.Entry.objects.get(tag=f"agreement.{SIGN}")
    assert set(entry.values) >= {"shown", "capacity", "evidence", "certificate"}
    scene.signs(office, row, "rita")
    work_off(plant)
    assert_sealed(plant, signature)


def assert_sealed(plant: plane.Plant, signature: models.Signature) -> None:
    """Our own seal goes over our own text, and names what came back."""
    newest = models.Seal.objects.latest("pk")
    with plant.files.open(newest.file.sha256) as stream:
        told = plant.sealer.check(stream.read())
    assert told.holds
    assert len(told.steps) == 3
    assert signature.scan is not None
    assert signature.scan.file.sha256 in told.steps[1].reason


def test_a_report_is_taken_three_times_and_the_signature_once(
    office: rows.Office, row: models.Agreement, server: fake.Server, plant: plane.Plant
) -> None:
    made = sent(office, row, plant)
    body, header = signed_there(server, made)
    assert report(body, header).status_code == 200
    assert report(body, header).status_code == 200
    assert models.Job.objects.filter(kind="fetch_envelope").count() == 1
    work_off(plant)
    assert report(body, header).status_code == 200
    work_off(plant)
    assert models.Job.objects.filter(kind="fetch_envelope").count() == 1
    assert models.Signature.objects.filter(method="external").count() == 1


def test_a_forged_report_is_refused_and_a_true_one_of_nothing_moves_nothing(
    office: rows.Office, row: models.Agreement, server: fake.Server, plant: plane.Plant
) -> None:
    made = sent(office, row, plant)
    body, header = server.provider.report("form.completed", made.name, at=datetime.now(UTC))
    for wrong, said in ((body + b" ", header), (b"x" * 2_100_000, header), (body, "")):
        answer = report(wrong, said)
        assert answer.status_code == 400
        assert "not signed" in answer.json()["detail"]
    assert not models.Job.objects.filter(kind="fetch_envelope").exists()
    assert report(body, header).status_code == 200  # true, but nobody has signed
    work_off(plant)
    assert not models.Signature.objects.filter(method="external").exists()
    other = b'{"event_type": "template.created", "data": {"id": 1}}'
    assert report(other, server.provider.header(other, at=datetime.now(UTC))).status_code == 200
    unknown, header = server.provider.report("form.completed", "4711", at=datetime.now(UTC))
    assert report(unknown, header).status_code == 200
    assert models.Job.objects.filter(kind="fetch_envelope").count() == 1


def test_without_a_report_it_is_found_within_the_hour(
    office: rows.Office, row: models.Agreement, server: fake.Server, plant: plane.Plant
) -> None:
    made = sent(office, row, plant)
    signed_there(server, made)
    elsewhere.look(clock=lambda: datetime.now(UTC))
    elsewhere.look(clock=lambda: datetime.now(UTC))
    assert models.Job.objects.filter(kind="fetch_envelope").count() == 1
    work_off(plant)
    assert models.Signature.objects.filter(method="external").count() == 1


def test_while_the_provider_is_away_it_waits_with_a_sentence_and_goes_on_by_itself(
    office: rows.Office, row: models.Agreement, server: fake.Server, plant: plane.Plant
) -> None:
    made, later = ask(office, row), present()
    server.provider.status = 503
    for turn in range(7):  # more often than a job is tried that breaks
        work_off(plant, at=later + timedelta(minutes=3 * turn))
    job = models.Job.objects.get(kind="send_envelope")
    assert (job.state, job.error) == ("queued", "The signing provider answered with 503.")
    server.provider.status = 200
    work_off(plant, at=later + timedelta(minutes=30))
    made.refresh_from_db()
    assert made.state == "sent"
    signed_there(server, made)
    server.provider.status = 503
    elsewhere.look(clock=lambda: later)
    work_off(plant, at=later + timedelta(minutes=40))
    assert models.Job.objects.get(kind="fetch_envelope").state == "queued"
    server.provider.status = 200
    work_off(plant, at=later + timedelta(minutes=50))
    assert models.Signature.objects.filter(method="external").count() == 1


def test_a_signer_who_declines_there_has_declined_and_the_office_is_told(
    office: rows.Office, row: models.Agreement, server: fake.Server, plant: plane.Plant
) -> None:
    made = sent(office, row, plant)
    at = datetime.now(UTC)
    report(*server.provider.decline(made.name, at=at, reason="Not our wording."))
    models.Message.objects.all().delete()
    work_off(plant)
    made.refresh_from_db()
    declined = models.Declined.objects.get()
    assert (made.state, made.said) == ("declined", "Not our wording.")
    assert (declined.made_by.person, declined.reason) == (office.people["sam"], made.said)
    told = {each.to for each in models.Message.objects.all()}
    assert told == {office.people["cora"], office.people["alice"]}


def test_who_only_pledges_declines_there_without_a_word_for_the_whole(
    office: rows.Office, server: fake.Server, plant: plane.Plant
) -> None:
    case = scene.approved(office)
    works = office.joins(case, "tess")
    works.will_access_data = True
    works.save()
    row = scene.issued(office, case)
    scene.signs(office, row, "alice")
    row = scene.fresh(row)
    by = scene.by(office, "tess", Role.TEAM_MEMBER)
    made = agreement.ask_to_sign_elsewhere(row, PLEDGE, shown_sha256=row.text_sha256, **by)
    work_off(plant)
    made.refresh_from_db()
    report(*server.provider.decline(made.name, at=datetime.now(UTC), reason=""))
    work_off(plant)
    made.refresh_from_db()
    assert (made.state, made.said) == ("declined", "No reason was given there.")
    assert not models.Declined.objects.exists()


def test_a_file_that_does_not_begin_with_what_was_sent_counts_for_nothing(
    office: rows.Office, row: models.Agreement, server: fake.Server, plant: plane.Plant,
    tmp_path: Path,
) -> None:  # fmt: skip
    made = sent(office, row, plant)
    signed_there(server, made)
    there = local.Sealer(tmp_path / "there")
    step_ = signing.Step(1, "Sam", "", datetime.now(UTC))
    server.provider.files[int(made.name)] = there.seal(papers.paper(), step_).pdf
    elsewhere.look(clock=lambda: datetime.now(UTC))
    work_off(plant)
    made.refresh_from_db()
    assert made.state == "ended"
    assert "does not begin with the file that was sent" in made.said
    assert not models.Signature.objects.filter(method="external").exists()
    assert ask(office, row) != made


def test_a_hold_makes_the_signature_wait_and_it_counts_afterwards(
    office: rows.Office, row: models.Agreement, server: fake.Server, plant: plane.Plant
) -> None:
    made = sent(office, row, plant)
    signed_there(server, made)
    by = scene.by(office, "cora", Role.COORDINATOR)
    case = models.Case.objects.get(pk=row.case_id)
    hold = course.place_hold(case, reason="The funder is asked.", until_on=None, **by)
    elsewhere.look(clock=lambda: datetime.now(UTC))
    work_off(plant)
    made.refresh_from_db()
    assert made.state == "sent"
    assert "on hold" in made.said
    hold.case.refresh_from_db()
    course.lift_hold(hold, reason="It agrees.", **by)
    elsewhere.look(clock=lambda: datetime.now(UTC))
    work_off(plant)
    made.refresh_from_db()
    assert (made.state, made.said) == ("signed", "")


def test_who_is_the_official_no_more_has_not_declined_until_they_are_again(
    office: rows.Office, row: models.Agreement, server: fake.Server, plant: plane.Plant
) -> None:
    made = sent(office, row, plant)
    server.provider.decline(made.name, at=datetime.now(UTC), reason="Not our wording.")
    home = models.Institution.objects.filter(official=office.people["sam"])
    [institution] = home
    home.update(official=None)
    elsewhere.look(clock=lambda: datetime.now(UTC))
    work_off(plant)
    made.refresh_from_db()
    assert (made.state, models.Declined.objects.count()) == ("sent", 0)
    assert made.said
    models.Institution.objects.filter(pk=institution.pk).update(official=office.people["sam"])
    elsewhere.look(clock=lambda: datetime.now(UTC))
    work_off(plant)
    made.refresh_from_db()
    assert (made.state, made.said) == ("declined", "Not our wording.")
    assert models.Declined.objects.get().reason == "Not our wording."


def test_what_nobody_needs_any_more_is_closed_there(
    office: rows.Office, row: models.Agreement, server: fake.Server, plant: plane.Plant
) -> None:
    first = sent(office, row, plant)
    scene.signs(office, row, "sam")
    elsewhere.look(clock=lambda: datetime.now(UTC))
    work_off(plant)
    first.refresh_from_db()
    assert (first.state, "not needed" in first.said) == ("ended", True)
    assert server.provider.envelopes[int(first.name)]["archived_at"]


def test_what_changed_before_it_was_sent_is_not_sent(
    office: rows.Office, row: models.Agreement, server: fake.Server, plant: plane.Plant
) -> None:
    made = ask(office, row)
    agreement.void_agreement(row, reason="Anew.", **scene.by(office, "cora", Role.COORDINATOR))
    work_off(plant)
    made.refresh_from_db()
    assert (made.state, server.provider.envelopes) == ("ended", {})


def test_an_envelope_that_ran_out_there_can_be_asked_for_again(
    office: rows.Office, row: models.Agreement, server: fake.Server, plant: plane.Plant
) -> None:
    made = sent(office, row, plant)
    server.provider.envelopes[int(made.name)]["status"] = "expired"
    elsewhere.look(clock=lambda: datetime.now(UTC))
    work_off(plant)
    made.refresh_from_db()
    assert (made.state, "ran out" in made.said) == ("ended", True)
    assert ask(office, row).pk != made.pk


def test_a_job_that_was_lost_or_comes_too_late_records_nothing(
    office: rows.Office, row: models.Agreement, server: fake.Server, plant: plane.Plant
) -> None:
    made = sent(office, row, plant)
    signed_there(server, made)
    old = models.Job.objects.get(kind="send_envelope")
    lost = models.Job(pk=old.pk, payload=old.payload, attempt=99)
    elsewhere.fetch(lost, plant=plant, now=datetime.now(UTC))
    assert not models.Signature.objects.filter(method="external").exists()
    gone = agreement.decline_elsewhere(made, job=lost, now=datetime.now(UTC), reason="")
    assert (gone, models.Declined.objects.count()) == (None, 0)
    made.refresh_from_db()
    made.state = "ended"
    made.save()
    elsewhere.fetch(lost, plant=plant, now=datetime.now(UTC))
    elsewhere.send(lost, plant=plant, now=datetime.now(UTC))
    assert len(server.provider.envelopes) == 1


def test_a_worker_that_lost_its_job_closes_what_it_made(
    office: rows.Office, row: models.Agreement, server: fake.Server, plant: plane.Plant
) -> None:
    made = ask(office, row)
    job = models.Job.objects.get(kind="send_envelope")
    lost = models.Job(pk=job.pk, payload=job.payload, attempt=99)
    elsewhere.send(lost, plant=plant, now=datetime.now(UTC))
    made.refresh_from_db()
    assert (made.state, made.name) == ("asked", "")
    [left] = server.provider.envelopes.values()
    assert left["archived_at"]
    assert not agreement.end_envelope(made, job=lost, said="Nobody hears this.")
    work_off(plant)
    made.refresh_from_db()
    assert (made.state, made.said) == ("sent", "")
    assert server.provider.envelopes[int(made.name)]["archived_at"] is None


def test_what_was_given_up_is_sent_within_the_hour_once_the_provider_takes_it(
    office: rows.Office, row: models.Agreement, server: fake.Server, plant: plane.Plant
) -> None:
    made, now = ask(office, row), present()
    server.provider.status = 403
    for turn in range(5):
        work_off(plant, at=now + timedelta(minutes=3 * turn))
    assert models.Job.objects.get(kind="send_envelope").state == "failed"
    assert "answered with 403" in envelopes.waits_for(made)
    server.provider.status = 200
    later = now + timedelta(hours=1)
    elsewhere.look(clock=lambda: later)
    elsewhere.look(clock=lambda: later)
    work_off(plant, at=later)
    made.refresh_from_db()
    assert (made.state, len(server.provider.envelopes)) == ("sent", 1)
    assert envelopes.waits_for(made) == ""


def test_nobody_asks_for_what_they_could_not_sign(
    office: rows.Office, row: models.Agreement
) -> None:
    def refused(name: str, person: str, role: Role) -> list[str]:
        by = scene.by(office, person, role)
        with pytest.raises(step.Refused) as failed:
            agreement.ask_to_sign_elsewhere(row, name, shown_sha256=row.text_sha256, **by)
        return [reason.code for reason in failed.value.reasons]

    assert refused("sign_as_applicant", "alice", Role.APPLICANT) == ["already-signed"]
    assert refused(SIGN, "stan", Role.SIGNING_OFFICIAL) == ["not-your-step"]
    assert refused("countersign", "rita", Role.PROGRAMME_SIGNATORY) == ["signs-last"]
    assert refused("accept_standard_terms", "alice", Role.APPLICANT) == ["not-elsewhere"]
    assert refused("sign_joinder", "sam", Role.SIGNING_OFFICIAL) == ["other-agreement"]
    with pytest.raises(step.Refused):
        agreement.ask_to_sign_elsewhere(
            row, SIGN, shown_sha256=row.text_sha256, actor=people.system(), now=rows.NOW
        )
    assert not models.Envelope.objects.exists()
