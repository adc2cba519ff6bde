"""What is read out of a mail, and that no mail breaks the reader."""

from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment.gateways.mail import parse


def mail(text: str = "Do you hold scans?", **headers: str) -> EmailMessage:
    message = EmailMessage()
    message["From"] = "Stan Stranger <Stan@Example.org>"
    message["Subject"] = "Scans"
    for name, value in headers.items():
        name = name.replace("_", "-")
        del message[name]
        message[name] = value
    message.set_content(text)
    return message


def test_a_plain_mail_says_who_what_and_to_what_it_replies() -> None:
    read = parse.parse(mail(In_Reply_To="<a@b.example>", References="<x@y.example>").as_bytes())
    assert (read.from_name, read.from_address) == ("Stan Stranger", "stan@example.org")
    assert (read.subject, read.text) == ("Scans", "Do you hold scans?")
    assert read.replies_to == ("<a@b.example>", "<x@y.example>")
    assert not read.automatic


def test_without_in_reply_to_the_last_of_the_thread_is_answered() -> None:
    thread = "<first@b.example> <second@b.example> <digest@b.example>"
    read = parse.parse(mail(References=thread).as_bytes())
    assert read.replies_to == ("<digest@b.example>", *thread.split())


def test_the_mail_below_a_reply_is_left_out() -> None:
    text = "Yes.\n> quoted\n\nOn 3 Nov 2026, Cora wrote:\n\nDear Stan"
    assert parse.parse(mail(text).as_bytes()).text == "Yes."


def test_html_becomes_text_and_nothing_of_it_runs() -> None:
    message = mail()
    message.set_content(
        "<head><title>t</title></head><p>Hello</p><script>alert(1)</script><div>you</div>",
        subtype="html",
    )
    assert parse.parse(message.as_bytes()).text.split() == ["Hello", "you"]


def test_files_are_listed_by_name_and_size() -> None:
    message = mail()
    message.add_attachment(b"12345", maintype="application", subtype="pdf", filename="plan.pdf")
    read = parse.parse(message.as_bytes())
    assert read.attached == (parse.Attached("plan.pdf", 5),)
    assert read.text == "Do you hold scans?"


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Precedence": "bulk"},
        {"List_Id": "<list.example.org>"},
        {"Return_Path": "<>"},
        {"From": "MAILER-DAEMON@example.org"},
        {"From": "noreply@example.org"},
        {"From": "nobody"},
    ],
)
def test_what_no_person_wrote_is_automatic(headers: dict[str, str]) -> None:
    assert parse.parse(mail(**headers).as_bytes()).automatic


def test_a_character_set_that_nobody_knows_is_read_as_well_as_can_be() -> None:
    data = b"From: a@b.example\r\nContent-Type: text/plain; charset=klingon\r\n\r\nHi"
    assert parse.parse(data).text == "Hi"


FROM = b"From: stan@example.org\r\nSubject: Scans\r\n"


@pytest.mark.parametrize(
    ("headers", "text"),
    [
        (b"Content-Type: multipart/mixed; boundary=a?;x*0*", ""),
        (b"Content-Disposition: attachment; filename*1*", ""),
        (b"Content-Type: text/plain; charset=idna", "Do you hold scans?"),
        (b"Content-Type: text/plain; charset=a\x00b", "Do you hold scans?"),
        (b"Content-Type: message/rfc822\r\n\r\n" * 3_000, ""),
    ],
    ids=["a kind", "a name of a file", "names of domains", "a set of characters", "very deep"],
)
def test_of_a_mail_made_to_break_readers_the_rest_is_read(headers: bytes, text: str) -> None:
    read = parse.parse(FROM + headers + b"\r\n\r\nDo you hold scans?")
    assert (read.from_address, read.subject, read.text) == ("stan@example.org", "Scans", text)
    assert not read.automatic


def test_a_text_that_would_take_hours_to_decode_is_not_decoded_so() -> None:
    body = b"x" * 1_000 + b"-" + b"a" * 5_000_000
    read = parse.parse(FROM + b"Content-Type: text/plain; charset=punycode\r\n\r\n" + body)
    assert read.text.startswith("x" * 1_000 + "-a")


@given(st.binary(max_size=600))
def test_no_bytes_break_the_reader(data: bytes) -> None:
    read = parse.parse(data)
    assert read.subject.isprintable()


@given(
    st.binary(max_size=80), st.sampled_from([b"From", b"Subject", b"References", b"Content-Type"])
)
def test_no_header_breaks_the_reader(value: bytes, name: bytes) -> None:
    parse.parse(name + b": " + value + b"\r\n\r\ntext")
