"""The document as JSON: pasted, uploaded, taken home; every fault with its place."""

import json
from collections.abc import Callable
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.pages.specification.conftest import Desk

Browser = Callable[[str], Client]


def text(answer: Any) -> str:
    return answer.content.decode()


def test_what_is_pasted_is_saved(desk: Desk, as_: Browser) -> None:
    document = desk.newest()
    document["parts"][0]["cohort"]["value"] = 70
    answer = as_("alice").post(
        desk.address("json"), {"version": "1", "document": json.dumps(document)}
    )
    assert answer.status_code == 302
    assert desk.cohort()["value"] == 70


def test_a_file_goes_before_the_text(desk: Desk, as_: Browser) -> None:
    document = desk.newest()
    document["parts"][0]["cohort"]["value"] = 71
    file = SimpleUploadedFile("s.json", json.dumps(document).encode())
    as_("alice").post(desk.address("json"), {"version": "1", "document": "{", "file": file})
    assert desk.cohort()["value"] == 71


def test_every_fault_is_listed_with_its_place_and_the_text_is_kept(
    desk: Desk, as_: Browser
) -> None:
    document = desk.newest()
    document["parts"][0]["cohort"] = {"all": [{"variable": "NOPE", "is": "missing"}, {"is": "x"}]}
    document["parts"][0]["level"] = "rows"
    page = text(as_("alice").post(
        desk.address("json"), {"version": "1", "document": json.dumps(document)}
    ))  # fmt: skip
    assert "/parts/0/level" in page
    assert "/parts/0/cohort/all/1" in page
    assert "NOPE" in page
    assert desk.case.specifications.count() == 1


def test_what_is_no_document_is_refused_in_words(desk: Desk, as_: Browser) -> None:
    alice = as_("alice")
    deep = "[" * 100_000
    for given in ("", "{", "[]", "nothing", "1e999", '{"a": 1, "a": 2}', deep):
        page = alice.post(desk.address("json"), {"version": "1", "document": given})
        assert page.status_code == 200
        assert "Not saved" in text(page)
    assert alice.post(desk.address("json"), {"document": "\x00"}).status_code == 400
    bad = SimpleUploadedFile("s.json", b"\xff\xfe\x00")
    assert "Not saved" in text(alice.post(desk.address("json"), {"version": "x", "file": bad}))
    big = SimpleUploadedFile("s.json", b" " * 1_000_001)
    assert "larger than 1 MB" in text(alice.post(desk.address("json"), {"file": big}))
    assert desk.case.specifications.count() == 1


def test_who_saves_second_compares_the_whole(desk: Desk, as_: Browser) -> None:
    alice = as_("alice")
    for number, value in enumerate((18, 75), start=1):
        document = desk.newest()
        document["parts"][0]["cohort"]["value"] = value
        answer = alice.post(
            desk.address("json"), {"version": "1", "document": json.dumps(document)}
        )
        assert answer.status_code == (302 if number == 1 else 409)
    assert "AGE is at least 18" in text(answer)
    assert "AGE is at least 75" in text(answer)


def test_the_download_is_what_was_hashed(desk: Desk, as_: Browser) -> None:
    answer = as_("alice").get(desk.address("specification.json").removesuffix("/"))
    assert answer.content.decode() == desk.case.specifications.get().document
    assert answer["Content-Type"] == "application/json"
    assert "attachment" in answer["Content-Disposition"]


def test_before_the_first_version_there_is_nothing_to_download(empty: Desk, as_: Browser) -> None:
    assert as_("alice").get(empty.address("json")).status_code == 200
    address = empty.address("specification.json").removesuffix("/")
    assert as_("alice").get(address).status_code == 404
