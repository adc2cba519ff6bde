"""The outbox is sent: at least once, under one Message-ID, and a silent server stops nothing."""

import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from aiosmtpd.controller import Controller

from muniment import models
from muniment.actions import outbox
from muniment.jobs import mail, worker
from muniment.settings import mail as declared
from tests.pages import rows

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)


class Taken:
    """A mail server that keeps what it is given."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.refuses = ""

    async def handle_DATA(self, server: object, session: object, envelope: object) -> str:
        if self.refuses and self.refuses in envelope.rcpt_tos[0]:
            return "451 Come back later"
        self.mails.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 OK"


@pytest.fixture
def server(settings: object) -> Iterator[Taken]:
    taken = Taken()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(taken, hostname="127.0.0.1", port=port)
    controller.start()
    for name, value in declared.backend(f"smtp://127.0.0.1:{port}").items():
        setattr(settings, name, value)
    yield taken
    controller.stop()


@pytest.fixture
def office(db: None) -> rows.Office:
    return rows.office()


def write(office: rows.Office, name: str, letter: str = "received") -> models.Message:
    case = models.Case.objects.first() or office.case()
    return outbox.write(
        office.people[name], letter, subject=case, placeholders={}, actor=office.system, now=NOW
    )


def at(moment: datetime) -> object:
    return lambda: moment


def test_a_letter_to_an_applicant_goes_at_once_in_both_forms(
    office: rows.Office, server: Taken
) -> None:
    row = write(office, "alice")
    assert mail.send_due(clock=at(NOW)) == 1
    [sent] = server.mails
    assert sent["To"] == "alice@example.org"
    assert sent["Message-ID"] == row.message_id
    assert sent["Auto-Submitted"] == "auto-generated"
    link = f"http://localhost:8460/requests/{row.case.reference}/"
    assert link in sent.get_body(("plain",)).get_content()
    assert f'href="{link}"' in sent.get_body(("html",)).get_content()
    row.refresh_from_db()
    assert (row.sent, row.attempts, row.error) == (NOW, 1, "")
    assert mail.send_due(clock=at(NOW)) == 0


def test_letters_to_an_office_go_together_in_the_morning(
    office: rows.Office, server: Taken
) -> None:
    write(office, "cora"), write(office, "cora", "committee-informed"), write(office, "max")
    assert mail.send_due(clock=at(NOW)) == 0
    morning = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)  # 7 in the morning in New York
    assert mail.send_due(clock=at(morning - timedelta(seconds=1))) == 0
    assert mail.send_due(clock=at(morning)) == 2
    subjects = {sent["To"]: sent["Subject"] for sent in server.mails}
    assert subjects["cora@example.org"] == "2 things for you today"
    assert "received" in subjects["max@example.org"]
    named = {sent["To"]: str(sent["References"] or "").split() for sent in server.mails}
    brought = models.Message.objects.filter(to=office.people["cora"])
    assert set(named["cora@example.org"]) == set(brought.values_list("message_id", flat=True))
    assert named["max@example.org"] == []


def test_an_office_that_applies_itself_hears_at_once(office: rows.Office, server: Taken) -> None:
    office.case(applicant=office.people["max"])
    write(office, "max")
    assert mail.send_due(clock=at(NOW)) == 1


@pytest.mark.parametrize(("name", "pace", "went"), [("cora", "at_once", 1), ("alice", "daily", 0)])
def test_everyone_may_choose_their_pace(
    office: rows.Office, server: Taken, name: str, pace: str, went: int
) -> None:
    outbox.choose_pace(office.people[name], pace)
    write(office, name)
    assert mail.send_due(clock=at(NOW)) == went


def test_a_pace_that_is_none_is_as_if_nothing_was_chosen(office: rows.Office) -> None:
    assert outbox.choose_pace(office.people["alice"], "hourly").mail_pace == ""


def test_a_server_that_is_down_makes_letters_wait_and_the_worker_goes_on(
    office: rows.Office, server: Taken, settings: object
) -> None:
    row, port = write(office, "alice"), settings.EMAIL_PORT
    settings.EMAIL_PORT = 1
    worker.go_round(clock=at(NOW))
    row.refresh_from_db()
    assert (row.sent, row.attempts) == (None, 1)
    assert "did not take it" in row.error
    settings.EMAIL_PORT = port
    assert mail.send_due(clock=at(NOW + timedelta(seconds=59))) == 0
    assert mail.send_due(clock=at(NOW + timedelta(seconds=61))) == 1
    assert server.mails[0]["Message-ID"] == row.message_id


def test_a_mail_that_is_not_taken_holds_up_no_other(office: rows.Office, server: Taken) -> None:
    server.refuses = "alice"
    write(office, "alice"), write(office, "tess")
    assert mail.send_due(clock=at(NOW)) == 0
    assert mail.send_due(clock=at(NOW)) == 1
    assert [sent["To"] for sent in server.mails] == ["tess@example.org"]


def test_a_digest_that_is_tried_again_has_the_same_name(office: rows.Office, server: Taken) -> None:
    outbox.choose_pace(office.people["alice"], "daily")
    letters = (write(office, "alice"), write(office, "alice"))
    parcel = outbox.Parcel(office.people["alice"], letters)
    again = outbox.Parcel(office.people["alice"], letters[::-1])
    assert mail._name(parcel) == mail._name(again)


def test_of_two_workers_one_takes_a_letter(office: rows.Office) -> None:
    row = write(office, "alice")
    stale = models.Message.objects.get(pk=row.pk)
    assert outbox.claim(now=NOW) is not None
    assert not outbox._taken(stale, NOW)


def test_after_many_tries_a_letter_rests_with_its_error(office: rows.Office) -> None:
    row = write(office, "alice")
    models.Message.objects.filter(pk=row.pk).update(attempts=outbox.ATTEMPTS)
    assert outbox.claim(now=NOW + timedelta(days=60)) is None


def test_a_letter_that_breaks_is_passed_over(office: rows.Office, server: Taken) -> None:
    row = write(office, "alice")
    models.Message.objects.filter(pk=row.pk).update(subject="two\nlines")
    write(office, "tess")
    assert mail.send_due(clock=at(NOW)) == 2
    assert [sent["To"] for sent in server.mails] == ["tess@example.org"]
    row.refresh_from_db()
    assert row.error.startswith("It broke")


@pytest.mark.parametrize("url", ["http://mail.example.org", "smtp://", "mail.example.org"])
def test_a_mail_server_that_is_none_is_refused_in_a_sentence(url: str) -> None:
    with pytest.raises(ValueError, match="MUNIMENT_SMTP_URL must look like"):
        declared.backend(url)


def test_a_password_only_travels_encrypted() -> None:
    plain = declared.backend("smtp://u%40x:p%2Fw@mail.example.org:587")
    assert plain["EMAIL_USE_TLS"] is True
    assert (plain["EMAIL_HOST_USER"], plain["EMAIL_HOST_PASSWORD"]) == ("u@x", "p/w")
    assert declared.backend("smtps://mail.example.org")["EMAIL_USE_SSL"] is True


def test_a_site_s_address_is_checked_and_names_its_mail() -> None:
    assert declared.site("", 8460) == "http://localhost:8460"
    assert declared.site("https://access.example.org/", 1) == "https://access.example.org"
    assert declared.domain("https://access.example.org") == "access.example.org"
    assert declared.domain("http://127.0.0.1:80") == "muniment.invalid"
    with pytest.raises(ValueError, match="MUNIMENT_SITE_URL"):
        declared.site("ftp://example.org", 1)
