"""What recipients do: download in their session, by a code, in ranges; and register a key."""

import base64
import hashlib
import html
import io
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyrage
import pytest
import pyzipper
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from muniment import models
from muniment.actions import release
from muniment.demo import releasing
from muniment.demo.story import Story
from muniment.gateways import storage
from muniment.jobs import plane, worker
from muniment.pages import demo_door
from muniment.pages.release import stream
from muniment.rulebook.words import Role
from tests import rules
from tests.world import World

As = Callable[..., Client]


@pytest.fixture
def delivered(world: World) -> Story:
    """Released to Alice, packed and waiting: today, by the real clock that pages go by."""
    story = world.after(releasing.check)
    story.house.clock.now = timezone.now()
    release.release(story.build, **world.by("dev", Role.CHECKER))
    release.open_delivery(
        story.build, recipient=world.person("alice"), **world.by("cora", Role.COORDINATOR)
    )
    story.house.work_off()
    return story


def row() -> models.Delivery:
    return models.Delivery.objects.get()


def tab(story: Story) -> str:
    return f"/requests/{story.case.reference}/?tab=downloads"


def address(story: Story) -> str:
    return f"/requests/{story.case.reference}/downloads/{row().pk}/"


def minted(client: Client, story: Story) -> str:
    answer = client.post(address(story), {"do": "download"})
    assert answer.status_code == 302, answer.content[:300]
    return str(answer["Location"])


def body(answer: object) -> bytes:
    return b"".join(answer.streaming_content)  # type: ignore[attr-defined]


def passphrase(story: Story) -> str:
    room = storage.at(story.house.home, room=storage.SECRETS)
    with room.open(row().secret_sha256) as stream:
        return stream.read().decode()


def test_the_file_opens_with_the_passphrase_and_holds_the_checked_package(
    delivered: Story, as_: As
) -> None:
    alice = as_("alice")
    shown = alice.get(tab(delivered)).content.decode()
    assert "A ZIP locked with AES-256" in shown
    assert 'class="btn btn-primary" type="submit">Download' in shown
    answer = alice.get(minted(alice, delivered))
    data = body(answer)
    assert (answer.status_code, len(data)) == (200, row().size)
    assert answer["ETag"] == f'"{hashlib.sha256(data).hexdigest()}"'
    assert answer["Content-Disposition"].endswith('-build-1.zip"')
    with pyzipper.AESZipFile(io.BytesIO(data)) as archive:
        names = archive.namelist()
        with pytest.raises(RuntimeError):
            archive.read(names[0])
        archive.setpassword(passphrase(delivered).encode())
        manifest = next(name for name in names if name.endswith("/manifest.json"))
        assert hashlib.sha256(archive.read(manifest)).hexdigest() == delivered.build.package_sha256
    assert b"USUBJID" not in data


def test_a_broken_download_goes_on_from_where_it_stopped(delivered: Story, as_: As) -> None:
    alice = as_("alice")
    where, half = minted(alice, delivered), row().size // 2
    first = alice.get(where, headers={"Range": f"bytes=0-{half - 1}"})
    assert (first.status_code, first["Content-Range"]) == (
        206, f"bytes 0-{half - 1}/{row().size}",
    )  # fmt: skip
    second = alice.get(where, headers={"Range": f"bytes={half}-", "If-Range": first["ETag"]})
    assert second.status_code == 206
    assert hashlib.sha256(body(first) + body(second)).hexdigest() == row().sha256
    past = alice.get(where, headers={"Range": f"bytes={row().size}-"})
    assert (past.status_code, past["Content-Range"]) == (416, f"bytes */{row().size}")
    other = alice.get(where, headers={"Range": "bytes=5-", "If-Range": '"another"'})
    assert (other.status_code, len(body(other))) == (200, row().size)


def test_a_download_from_a_bucket_is_broken_off_and_goes_on(
    world: World, as_: As, bucket_url: str, settings: object
) -> None:
    """Packed into a real S3 server; 1,000 bytes arrived, and it is gone on with by range."""
    story = world.after(releasing.check)
    house = story.house
    house.clock.now = timezone.now()
    release.release(story.build, **world.by("dev", Role.CHECKER))
    alice, cora = world.person("alice"), world.by("cora", Role.COORDINATOR)
    release.open_delivery(story.build, recipient=alice, **cora)
    at_bucket = plane.Plant(house.home, house.plant.keys, house.plant.plane, storage_url=bucket_url)
    worker.work_off(plant=at_bucket, clock=house.now)
    settings.MUNIMENT_STORAGE_URL = bucket_url  # type: ignore[attr-defined]
    with pytest.raises(storage.Missing):
        storage.at(house.home, room=storage.DELIVERIES).open(row().sha256)
    browser = as_("alice")
    where = minted(browser, story)
    first = browser.get(where)
    got = body(first)[:1000]
    rest = {"Range": "bytes=1000-", "If-Range": first["ETag"]}
    second = browser.get(where, headers=rest)
    assert (second.status_code, second["Content-Range"]) == (
        206, f"bytes 1000-{row().size - 1}/{row().size}",
    )  # fmt: skip
    whole = got + body(second)
    assert hashlib.sha256(whole).hexdigest() == row().sha256
    shown = browser.post(address(story), {"do": "code"}).content.decode()
    code = "/fetch/" + shown.partition("/fetch/")[2].partition("/")[0] + "/"
    assert Client().post(code, headers={"Range": "bytes=1000-"}).status_code == 409  # not begun
    body(Client().post(code))
    assert got + body(Client().post(code, headers=rest)) == whole
    with pyzipper.AESZipFile(io.BytesIO(whole)) as archive:
        archive.setpassword(passphrase(story).encode())
        manifest = next(name for name in archive.namelist() if name.endswith("/manifest.json"))
        assert hashlib.sha256(archive.read(manifest)).hexdigest() == story.build.package_sha256


def test_each_download_is_put_on_record_and_the_sixth_is_refused(delivered: Story, as_: As) -> None:
    alice = as_("alice")
    for _ in range(5):
        minted(alice, delivered)
    refused = alice.post(address(delivered), {"do": "download"})
    assert refused.status_code == 409
    assert "All 5 downloads of this delivery are used" in refused.content.decode()
    chain = models.Entry.objects.filter(subject_kind="case", subject_id=delivered.case_id)
    assert chain.filter(tag="release.download").count() == 5


def test_a_leave_is_for_the_session_that_minted_it_and_for_an_hour(
    delivered: Story, as_: As
) -> None:
    alice = as_("alice")
    where = minted(alice, delivered)
    assert as_("alice").get(where).status_code == 404
    assert as_("stan").get(where).status_code == 404
    assert Client().get(where).status_code == 401
    models.Download.objects.update(made_at=timezone.now() - timedelta(minutes=61))
    assert alice.get(where).status_code == 404


def test_a_leave_begins_three_times_and_not_a_fourth(delivered: Story, as_: As) -> None:
    alice = as_("alice")
    where = minted(alice, delivered)
    for _ in range(3):
        body(alice.get(where))
    again = alice.get(where)
    assert again.status_code == 409
    assert "begun already" in again.content.decode()


def test_a_suspension_stops_what_is_not_sent_yet(delivered: Story, as_: As) -> None:
    alice = as_("alice")
    where = minted(alice, delivered)
    assert alice.get(where, headers={"Range": "bytes=10-"}).status_code == 409  # not begun yet
    body(alice.get(where, headers={"Range": "bytes=0-9"}))
    rest = alice.get(where, headers={"Range": "bytes=10-"})
    assert (rest.status_code, len(body(rest))) == (206, row().size - 10)
    actor = delivered.house.acting("cora", Role.COORDINATOR)
    models.Suspension.objects.create(
        case=delivered.case, reason="A breach was reported.", made_at=timezone.now(), made_by=actor
    )
    assert alice.get(where, headers={"Range": "bytes=10-"}).status_code == 409


def test_a_suspension_stops_a_download_that_runs(delivered: Story, as_: As) -> None:
    """A file of many pieces: the rule is asked again on the way, and no later piece is sent."""
    whole = bytes(stream.ASKED_EVERY + 2 * storage.CHUNK)
    kept = storage.at(delivered.house.home, room=storage.DELIVERIES).put([whole], most=len(whole))
    models.Delivery.objects.update(sha256=kept.sha256, size=kept.size)
    alice = as_("alice")
    assert len(body(alice.get(minted(alice, delivered)))) == kept.size
    pieces = iter(alice.get(minted(alice, delivered)).streaming_content)
    assert len(next(pieces)) == storage.CHUNK
    actor = delivered.house.acting("cora", Role.COORDINATOR)
    models.Suspension.objects.create(
        case=delivered.case, reason="A breach was reported.", made_at=timezone.now(), made_by=actor
    )
    assert sum(len(piece) for piece in pieces) == stream.ASKED_EVERY - storage.CHUNK


def test_a_store_that_does_not_answer_spends_no_code(
    delivered: Story, as_: As, settings: object
) -> None:
    shown = as_("alice").post(address(delivered), {"do": "code"}).content.decode()
    where = "/fetch/" + shown.partition("/fetch/")[2].partition("/")[0] + "/"
    settings.MUNIMENT_STORAGE_URL = "s3+http://key:secret@127.0.0.1:9/bucket"  # type: ignore[attr-defined]
    away = Client().post(where)
    assert (away.status_code, b"try again" in away.content) == (503, True)
    settings.MUNIMENT_STORAGE_URL = ""  # type: ignore[attr-defined]
    assert hashlib.sha256(body(Client().post(where))).hexdigest() == row().sha256


DOWNLOAD = 'type="submit">Download</button>'


def suspends(story: Story) -> None:
    actor = story.house.acting("cora", Role.COORDINATOR)
    models.Suspension.objects.create(
        case=story.case, reason="A breach was reported.", made_at=timezone.now(), made_by=actor
    )


def moves_away(story: Story) -> None:
    elsewhere = models.Institution.objects.create(name="Riverside")
    models.Case.objects.filter(pk=story.case_id).update(institution=elsewhere)


def uses_all_up(story: Story) -> None:
    actor = story.house.acting("alice", Role.APPLICANT)
    for number in range(5):
        models.Download.objects.create(
            delivery=row(), token_sha256=f"{number}" * 64, made_at=timezone.now(), made_by=actor,
            way=models.Download.Way.CODE,
        )  # fmt: skip


@pytest.mark.parametrize(
    ("event", "confirms"), [(suspends, True), (moves_away, False), (uses_all_up, True)]
)
def test_what_a_press_would_be_refused_for_stands_in_the_button_s_place(
    delivered: Story, as_: As, event: Callable[[Story], None], confirms: bool
) -> None:
    alice = as_("alice")
    assert DOWNLOAD in alice.get(tab(delivered)).content.decode()
    event(delivered)
    shown = html.unescape(alice.get(tab(delivered)).content.decode())
    assert DOWNLOAD not in shown
    assert ("It arrived and verified" in shown) is confirms
    refused = alice.post(address(delivered), {"do": "download"})
    assert refused.status_code == 409
    sentences = [each.sentence for each in refused.context["reasons"]]
    assert len(sentences) == 1
    assert sentences[0] in shown


def test_who_is_bound_is_looked_up_once_for_all_files_of_a_line(delivered: Story, as_: As) -> None:
    alice, asked = as_("alice"), []
    for _ in range(3):
        with CaptureQueriesContext(connection) as sent:
            shown = alice.get(tab(delivered)).content.decode()
        asked.append(sum('FROM "muniment_signature"' in (each["sql"] or "") for each in sent))
        again = models.Delivery.objects.latest("pk")
        again.pk, again._state.adding = None, True
        again.save()
    assert shown.count(DOWNLOAD) == 3
    assert asked[0] == asked[2] > 0


def test_the_office_reads_which_window_stopped_and_why(delivered: Story, as_: As) -> None:
    """One that was opened by rules of an earlier version stands like any other, and is named."""
    bench = f"/office/{delivered.case.reference}/release/"
    cora = as_("cora")
    assert "Stopped" not in cora.get(bench).content.decode()
    moves_away(delivered)
    shown = cora.get(bench).content.decode()
    assert "Stopped" in shown
    assert f"{row().recipient.name} is not bound by the agreement of this release." in shown
    models.Delivery.objects.update(until_on=timezone.now().date() - timedelta(days=2))
    assert "Stopped" not in cora.get(bench).content.decode(), "it is over, and nobody waits"


@pytest.mark.parametrize("age", [None, 11])
def test_without_a_fresh_second_factor_nothing_is_given(
    delivered: Story, as_: As, age: int | None
) -> None:
    alice = as_("alice", factor_at=0 if age is None else time.time() - age * 60)
    assert "Confirm your second factor to download" in alice.get(tab(delivered)).content.decode()
    refused = alice.post(address(delivered), {"do": "download"})
    assert refused.status_code == 409
    assert "Confirm your second factor again." in refused.content.decode()
    assert not models.Download.objects.exists()


def test_nobody_else_downloads_what_was_opened_for_alice(delivered: Story, as_: As) -> None:
    assert as_("stan").post(address(delivered), {"do": "download"}).status_code == 404
    assert as_("cora").post(address(delivered), {"do": "download"}).status_code == 404
    assert as_("sam").post(address(delivered), {"do": "download"}).status_code == 409
    assert as_("alice").post(address(delivered), {"do": "sing"}).status_code == 404
    assert not models.Download.objects.exists()


def test_a_code_is_for_a_program_begins_once_and_is_no_link(delivered: Story, as_: As) -> None:
    shown = as_("alice").post(address(delivered), {"do": "code"}).content.decode()
    where = "/fetch/" + shown.partition("/fetch/")[2].partition("/")[0] + "/"
    stranger = Client(enforce_csrf_checks=True)
    assert stranger.get(where).status_code == 405  # what follows links only gets nothing
    assert as_("alice").get(where.replace("fetch", "downloads")).status_code == 404
    half = row().size // 2
    first = body(stranger.post(where, headers={"Range": f"bytes=0-{half - 1}"}))
    rest = body(stranger.post(where, headers={"Range": f"bytes={half}-"}))
    assert hashlib.sha256(first + rest).hexdigest() == row().sha256
    again = stranger.post(where)
    assert (again.status_code, b"begun already" in again.content) == (409, True)
    assert stranger.post("/fetch/0123456789abcdef/").status_code == 404


def test_receipt_is_confirmed_once(delivered: Story, as_: As) -> None:
    alice = as_("alice")
    assert alice.post(address(delivered), {"do": "received"}).status_code == 302
    assert row().received_at is not None
    assert alice.post(address(delivered), {"do": "received"}).status_code == 409


def test_a_key_is_offered_proven_confirmed_and_then_locks_a_delivery(
    delivered: Story, as_: As, world: World
) -> None:
    alice, cora = as_("alice"), as_("cora")
    own = pyrage.x25519.Identity.generate()
    page = f"/requests/{delivered.case.reference}/key/"
    office = f"/office/{delivered.case.reference}/release/"
    rules.changed(
        delivered.case, lambda all_: rules.track_of(all_, "full").update(delivery="key_download")
    )
    assert "delivered only locked with your own key" in alice.get(tab(delivered)).content.decode()
    assert "A confirmed key is missing for: Alice" in cora.get(office).content.decode()
    hand_over = {
        "do": "deliver", "form": "deliver", "build": delivered.build.pk,
        "recipient": world.person("alice").public_id,
    }  # fmt: skip
    refused = cora.post(office, hand_over)
    assert refused.status_code == 409
    assert "key has to be registered and confirmed first" in refused.content.decode()
    assert alice.post(page, {"do": "offer", "public": "age1" + "q" * 58}).status_code == 200
    assert not models.RecipientKey.objects.exists()
    alice.post(page, {"do": "offer", "public": str(own.to_public())})
    shown = alice.get(page).content.decode()
    armored = shown[shown.index("-----BEGIN") : shown.index("-----END")] + (
        "-----END AGE ENCRYPTED FILE-----\n"
    )
    wrong = alice.post(page, {"do": "prove", "answer": "guessed"})
    assert "not the words of the challenge" in wrong.content.decode()
    words = pyrage.decrypt(armored.encode(), [own]).decode()
    assert alice.post(page, {"do": "prove", "answer": words}).status_code == 302
    key = models.RecipientKey.objects.get()
    assert key.proven_at is not None
    assert key.fingerprint[:4] in alice.get(page).content.decode()
    person = world.person("alice")
    models.Person.objects.filter(pk=person.pk).update(
        identity_verified_at=timezone.now(),
        identity_verified_by=delivered.house.acting("ada", Role.ADMINISTRATOR),
    )
    given = {"do": "confirm", "form": f"confirm-{key.pk}", "key": key.pk, "how": "Called."}
    off = cora.post(office, {**given, "fingerprint": "0" * 16})
    assert "The fingerprint is another one." in off.content.decode()
    assert cora.post(office, given).status_code == 200  # without a fingerprint there is one to fix
    cora.post(office, {**given, "fingerprint": key.fingerprint[:16]})
    key.refresh_from_db()
    assert key.confirmed_at is not None
    delivered.house.clock.now = timezone.now()
    assert cora.post(office, hand_over).status_code == 302
    delivered.house.work_off()
    second = models.Delivery.objects.latest("pk")
    assert (second.lock, second.secret_sha256) == ("age", "")
    assert "own key. Register one" not in alice.get(tab(delivered)).content.decode()
    with storage.at(delivered.house.home, room=storage.DELIVERIES).open(second.sha256) as stream:
        opened = pyrage.decrypt(stream.read(), [own])
    assert b"manifest.json" in opened


def test_a_crypt4gh_key_is_proven_and_locks_a_delivery_too(
    delivered: Story, as_: As, world: World, tmp_path: Path
) -> None:
    from crypt4gh import keys, lib
    from crypt4gh.keys import c4gh

    c4gh.generate(tmp_path / "own.sec", tmp_path / "own.pub", passphrase=None, comment=None)
    secret = keys.get_private_key(str(tmp_path / "own.sec"), str)
    alice, page = as_("alice"), f"/requests/{delivered.case.reference}/key/"
    offered = {"do": "offer", "public": (tmp_path / "own.pub").read_text()}
    assert alice.post(page, offered).status_code == 302
    shown = alice.get(page).content.decode()
    assert "crypt4gh decrypt --sk" in shown
    locked = base64.b64decode(shown.partition("<code>")[2].partition("</code>")[0], validate=False)
    words = io.BytesIO()
    lib.decrypt([(0, secret, None)], io.BytesIO(locked), words)
    proof = {"do": "prove", "answer": words.getvalue().decode()}
    assert alice.post(page, proof).status_code == 302
    key = models.RecipientKey.objects.get()
    assert key.proven_at is not None
    office = delivered.house.acting("cora", Role.COORDINATOR)
    models.RecipientKey.objects.update(confirmed_at=timezone.now(), confirmed_by=office)
    delivered.house.clock.now = timezone.now()
    second = release.open_delivery(
        delivered.build, recipient=world.person("alice"), **world.by("cora", Role.COORDINATOR)
    )
    delivered.house.work_off()
    second.refresh_from_db()
    opened = io.BytesIO()
    with storage.at(delivered.house.home, room=storage.DELIVERIES).open(second.sha256) as stream:
        lib.decrypt([(0, secret, None)], stream, opened)
    assert b"manifest.json" in opened.getvalue()


def test_a_crypt4gh_key_that_is_none_is_refused_on_its_page(delivered: Story, as_: As) -> None:
    """The right length, but no point on the curve that anybody has the secret of."""
    page = f"/requests/{delivered.case.reference}/key/"
    line = "-----{} CRYPT4GH PUBLIC KEY-----"
    zero = f"{line.format('BEGIN')}\n{base64.b64encode(bytes(32)).decode()}\n{line.format('END')}"
    answer = as_("alice").post(page, {"do": "offer", "public": zero})
    assert "This is no Crypt4GH key" in answer.content.decode()
    assert not models.RecipientKey.objects.exists()


def test_nobody_outside_of_the_request_has_a_page_for_keys(delivered: Story, as_: As) -> None:
    page = f"/requests/{delivered.case.reference}/key/"
    assert as_("stan").get(page).status_code == 404
    assert as_("cora").get(page).status_code == 404
    assert Client().get(page).status_code == 401
    assert as_("alice").post(page, {"do": "sing"}).status_code == 404
    assert as_("alice").post(page, {"do": "prove", "answer": "x"}).status_code == 200


def test_a_visitor_of_the_demo_downloads_as_whom_they_chose_to_be(
    delivered: Story, as_: As, settings: Any
) -> None:
    """They have no second factor that they could show."""
    alice = as_("alice", factor_at=0)
    assert alice.post(address(delivered), {"do": "download"}).status_code == 409
    mark = Path(delivered.house.home) / demo_door.MARK
    mark.touch()
    settings.DECLARED = settings.DECLARED.model_copy(update={"database_url": ""})
    session = alice.session
    session["demo_guest_until"] = time.time() + 60
    session.save()
    try:
        taken = body(alice.get(minted(alice, delivered)))
    finally:
        mark.unlink()
    assert hashlib.sha256(taken).hexdigest() == row().sha256
