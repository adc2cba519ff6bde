"""A mailbox gives what nobody dealt with, and forgets what is done: the server and the folder."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from muniment.gateways.mail import inbox
from tests.gateways.mail import imap_server

MAILS = [b"Subject: one\r\n\r\nOne", b"Subject: two\r\n\r\nTwo) \xff\r\n"]


@pytest.fixture(params=["imap", "folder"])
def mailbox(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[inbox.Mailbox]:
    if request.param == "folder":
        for number, data in enumerate(MAILS):
            (tmp_path / f"{number}.eml").write_bytes(data)
        yield inbox.Folder(tmp_path)
        return
    with imap_server.running() as box:
        for data in MAILS:
            box.add(data)
        yield inbox.Imap(box.url)


def test_what_waits_comes_whole_and_in_order(mailbox: inbox.Mailbox) -> None:
    assert [each.data for each in mailbox.fetch()] == MAILS


def test_what_is_not_done_comes_again(mailbox: inbox.Mailbox) -> None:
    assert list(mailbox.fetch()) == list(mailbox.fetch())


def test_what_is_done_does_not_come_again(mailbox: inbox.Mailbox) -> None:
    first, second = mailbox.fetch()
    mailbox.done(first.key)
    mailbox.done(first.key)
    assert list(mailbox.fetch()) == [second]


def test_what_is_too_large_is_named_and_not_read(tmp_path: Path) -> None:
    large = b"x" * (inbox.LARGEST + 1)
    (tmp_path / "large.eml").write_bytes(large)
    assert [each.data for each in inbox.Folder(tmp_path).fetch()] == [None]
    with imap_server.running() as box:
        box.add(large)
        assert [each.data for each in inbox.Imap(box.url).fetch()] == [None]


def test_a_wrong_password_and_a_silent_server_fail_in_a_sentence() -> None:
    with imap_server.running() as box:
        wrong = inbox.Imap(box.url.replace("secret", "guess"))
        with pytest.raises(inbox.Failed, match="cannot be read"):
            list(wrong.fetch())
    with pytest.raises(inbox.Failed, match="cannot be read"):
        list(inbox.Imap("imap://office:secret@127.0.0.1:1/").fetch())


@pytest.mark.parametrize("url", ["pop3://a:b@c", "imap://", "imaps://host/INBOX"])
def test_an_address_that_is_no_mailbox_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="MUNIMENT_IMAP_URL must look like"):
        inbox.Imap(url)


def test_an_install_has_the_declared_mailbox_else_its_folder_else_none(tmp_path: Path) -> None:
    assert inbox.at(tmp_path, url="") is None
    (tmp_path / "inbox").mkdir()
    assert isinstance(inbox.at(tmp_path, url=""), inbox.Folder)
    assert isinstance(inbox.at(tmp_path, url="imaps://a:b@example.org"), inbox.Imap)
