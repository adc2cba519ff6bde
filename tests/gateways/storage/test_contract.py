"""Every store keeps the contract: whole or not at all, under the hash of the bytes."""

import hashlib
import stat
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from muniment.gateways import storage

TEXT = b"A protocol of four pages."
SHA256 = hashlib.sha256(TEXT).hexdigest()
ABSENT = "0" * 64


@pytest.fixture(params=["folder", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> storage.Store:
    """Both stores; each test has a room of its own in them."""
    if request.param == "folder":
        return storage.at(tmp_path)
    url = request.getfixturevalue("bucket_url")
    return storage.at(tmp_path, room=tmp_path.name, url=url)


def test_bytes_come_back_under_their_hash(store: storage.Store) -> None:
    put = store.put([TEXT[:5], TEXT[5:]], most=1000)
    assert put == storage.Stored(SHA256, len(TEXT))
    with store.open(SHA256) as stream:
        assert stream.read() == TEXT


def test_the_same_bytes_twice_are_there_once(store: storage.Store) -> None:
    assert store.put([TEXT], most=1000) == store.put([TEXT], most=1000)
    assert list(store.list_old(datetime.now(UTC) + timedelta(hours=1))) == [SHA256]


def test_nothing_is_kept_of_too_many_bytes(store: storage.Store) -> None:
    with pytest.raises(storage.TooLarge):
        store.put([TEXT, TEXT], most=len(TEXT))
    assert list(store.list_old(datetime.now(UTC) + timedelta(hours=1))) == []


def test_nothing_is_kept_of_a_stream_that_breaks(store: storage.Store) -> None:
    def broken() -> Iterator[bytes]:
        yield TEXT
        raise ConnectionError

    with pytest.raises(ConnectionError):
        store.put(broken(), most=1000)
    assert list(store.list_old(datetime.now(UTC) + timedelta(hours=1))) == []


@pytest.mark.parametrize("name", [ABSENT, "", "../keys/site.secret", "A" * 64])
def test_what_is_not_there_is_missing(store: storage.Store, name: str) -> None:
    with pytest.raises(storage.Missing):
        store.open(name)
    store.remove(name)


def test_removed_bytes_are_gone(store: storage.Store) -> None:
    store.put([TEXT], most=1000)
    store.remove(SHA256)
    with pytest.raises(storage.Missing):
        store.open(SHA256)


def test_fresh_bytes_are_not_old(store: storage.Store) -> None:
    store.put([TEXT], most=1000)
    assert list(store.list_old(datetime.now(UTC) - timedelta(hours=1))) == []


def test_only_the_owner_reads_a_file(tmp_path: Path) -> None:
    storage.at(tmp_path).put([TEXT], most=1000)
    [path] = [each for each in tmp_path.rglob("*") if each.is_file()]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_what_a_dead_process_left_half_written_is_cleared(tmp_path: Path) -> None:
    store = storage.at(tmp_path)
    store.put([TEXT], most=1000)
    half = tmp_path / "files" / ".part-left"
    half.write_bytes(b"half")
    list(store.list_old(datetime.now(UTC) + timedelta(hours=1)))
    assert not half.exists()


@pytest.mark.parametrize("start", [0, 1, len(TEXT) - 1])
def test_bytes_come_from_any_place_on(store: storage.Store, start: int) -> None:
    store.put([TEXT], most=1000)
    with store.open(SHA256, start=start) as stream:
        assert stream.read() == TEXT[start:]


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("https://host/bucket", "must read s3://KEY:SECRET@host"),
        ("s3://key:secret@host/", "must read s3://KEY:SECRET@host"),
        ("s3://host/bucket", "must read s3://KEY:SECRET@host"),
        ("s3+http://key:secret@store.example/bucket", "for this machine alone"),
        ("s3+http://key:secret@10.0.0.7/bucket", "for this machine alone"),
    ],
)
def test_an_address_that_is_none_is_refused_in_a_sentence(
    tmp_path: Path, url: str, sentence: str
) -> None:
    with pytest.raises(ValueError, match=sentence):
        storage.at(tmp_path, url=url)


def test_a_bucket_that_is_not_there_is_said_to_be_unreachable(
    tmp_path: Path, bucket_url: str
) -> None:
    store = storage.at(tmp_path, url=bucket_url.replace("/muniment", "/nobodys"))
    with pytest.raises(storage.Unreachable, match="NoSuchBucket"):
        store.put([TEXT], most=1000)


def test_the_secret_of_a_bucket_is_never_shown(bucket_url: str, tmp_path: Path) -> None:
    assert "secret" not in repr(storage.at(tmp_path, url=bucket_url))
