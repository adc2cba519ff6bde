"""Editions written for earlier rules: read with the shipped wording, never with an error."""

import json
from pathlib import Path
from typing import Any

import pytest

from muniment.programme import Bundle, folder, letters, tracks
from muniment.programme.folder import schemas
from muniment.rulebook.words import Track
from tests.programme import shipped

ENTRIES = Path(__file__).parent / "entries.txt"


def kept(change: Any) -> Bundle:
    """The shipped edition as a row kept it from before, read."""
    return Bundle.from_stored(shipped.altered(change).canonical)


def lose_a_letter(data: dict[str, Any]) -> None:
    listed = data["letters"]["letters"]
    data["letters"]["letters"] = [each for each in listed if each["id"] != "question"]
    data["letters"]["placeholders"].pop("due_on")
    for name in list(data["letter_texts"]):
        text = data["letter_texts"][name]
        data["letter_texts"][name] = text.replace("{{due_on}}", "soon")
    del data["letter_texts"]["question"]


def test_an_edition_without_a_fault_is_read_as_it_is() -> None:
    read = Bundle.from_stored(shipped.bundle().canonical)
    assert (read, read.lacks) == (shipped.bundle(), ())
    assert read.completed() is read


def test_a_letter_that_is_asked_for_since_has_the_shipped_words() -> None:
    assert "due_on" in letters.needs(shipped.bundle(), "question")
    read = kept(lose_a_letter)
    assert read["letter_texts"]["question"] == shipped.bundle()["letter_texts"]["question"]
    assert "due_on" in read["letters"]["placeholders"]
    assert "letters.letters: the letter 'question' is missing." in read.lacks
    assert "soon" in read["letter_texts"]["reminder"], "its own words stay"


def carry_content(data: dict[str, Any]) -> None:
    data["letters"]["placeholders"] |= {"points": "What must be completed", "title": "Title"}
    data["letter_texts"]["returned"] = "Our words.\n\n{{points}}\n\n{{link}}"
    entry = next(each for each in data["letters"]["letters"] if each["id"] == "returned")
    entry["subject"] = "Complete {{title}}"


def test_a_letter_that_carried_what_somebody_typed_points_at_the_page() -> None:
    read = kept(carry_content)
    values = {"link": "/requests/C-1/", "points": "SECRET", "title": "SECRET"}
    letter = letters.fill(read, "returned", values)
    assert "SECRET" not in letter.subject + letter.body
    assert letter.subject == f"Complete {letters.ELSEWHERE}"
    assert letter.body.startswith("Our words.")
    assert letters.ELSEWHERE in letter.body
    assert any("{{points}} has no value in this letter" in each for each in read.lacks)
    assert any("{{title}} has no value in this letter" in each for each in read.lacks)
    assert "{{reason}}" in read["letter_texts"]["notice-denied"]
    with pytest.raises(folder.FolderFaulty):
        Bundle.from_canonical(read.canonical)
    assert Bundle.from_canonical(read.completed().canonical).lacks == ()


def test_every_key_that_a_file_must_have_is_filled_in() -> None:
    lost = [
        (section, key)
        for section, file in schemas.FILES.items()
        for key in schemas.schema(file.removesuffix(".yaml"))["required"]
    ]

    def change(data: dict[str, Any]) -> None:
        for section, key in lost:
            del data[section][key]

    before = shipped.altered(change)
    read = Bundle.from_stored(before.canonical)
    for section, key in lost:
        assert read[section] == shipped.bundle()[section]
        assert f"{section}: the key {key!r} is missing." in read.lacks
    assert read.sha256 == before.sha256, "the stored bytes are its name"


def test_a_whole_section_is_filled_in_and_an_unknown_one_left_out() -> None:
    def change(data: dict[str, Any]) -> None:
        del data["criteria"]

    data = json.loads(shipped.altered(change).canonical)
    data["of_old"] = {"a": 1}
    data["calendar"]["of_old"] = 1
    read = Bundle.from_stored(json.dumps(data).encode())
    assert read["criteria"] == shipped.bundle()["criteria"]
    assert "of_old" not in read.plain()
    assert "of_old" not in read["calendar"]
    assert read.lacks == (
        "the section 'criteria' is missing.",
        "the section 'of_old' is not known.",
    )


def test_an_entry_takes_what_it_lacks_from_its_like_and_only_from_it() -> None:
    def change(data: dict[str, Any]) -> None:
        del data["fees"]["waivers"][0]["label"]
        data["fees"]["waivers"][1]["id"] = "our-own"
        del data["fees"]["waivers"][1]["label"]

    read = kept(change)
    assert read["fees"]["waivers"][0] == shipped.bundle()["fees"]["waivers"][0]
    assert "label" not in read["fees"]["waivers"][1]


def test_a_word_that_has_no_meaning_any_more_stays_and_is_told() -> None:
    """Nothing of ours can stand for it: whoever wrote it says what is meant now."""

    def change(data: dict[str, Any]) -> None:
        data["tracks"]["tracks"][1]["delivery"] = "internal_workspace"

    read = kept(change)
    assert tracks.terms_of(read, Track.INTERNAL)["delivery"] == "internal_workspace"
    assert not tracks.needs_key(
        read, Track.INTERNAL, dataset="sdtm-pilot", applicant_class="staff"
    ), "as it was when requests were made under it"
    assert read.lacks == (
        "tracks: 'delivery' must be one of open_download, secure_download, key_download; it is "
        "'internal_workspace'.",
    )
    with pytest.raises(folder.FolderFaulty):
        Bundle.from_canonical(read.completed().canonical)


def test_what_was_filled_in_is_an_edition_that_can_be_loaded(tmp_path: Path) -> None:
    read = kept(lose_a_letter)
    with pytest.raises(folder.FolderFaulty):
        Bundle.from_canonical(read.canonical)
    assert Bundle.from_canonical(read.completed().canonical).lacks == ()
    folder.write(read, tmp_path / "out")
    assert folder.read(tmp_path / "out") == read.completed()


@pytest.mark.parametrize("canonical", [b"", b"[]", b'{"muniment_programme_edition":2}'])
def test_bytes_that_never_were_an_edition_are_refused(canonical: bytes) -> None:
    with pytest.raises(folder.FolderFaulty):
        Bundle.from_stored(canonical)


def test_a_section_of_another_kind_never_was_an_edition() -> None:
    data = json.loads(shipped.bundle().canonical)
    data["fees"] = "none"
    with pytest.raises(folder.FolderFaulty):
        Bundle.from_stored(json.dumps(data).encode())


def required_of_entries() -> set[str]:
    """Each key that an entry of some list must have, by schema and place."""
    found = set()

    def walk(node: Any, place: str, *, inside: bool) -> None:
        if isinstance(node, dict):
            if inside and isinstance(node.get("required"), list):
                found.update(f"{place} {key}" for key in node["required"])
            for name, value in node.items():
                walk(value, f"{place}/{name}", inside=inside or name in ("items", "$defs"))
        elif isinstance(node, list):
            for number, value in enumerate(node):
                walk(value, f"{place}/{number}", inside=inside)

    for name in schemas.names():
        walk(schemas.schema(name), name, inside=False)
    return found


def test_no_entry_of_a_list_is_asked_for_a_key_that_kept_editions_lack() -> None:
    known = set(ENTRIES.read_text(encoding="utf-8").splitlines())
    new = sorted(required_of_entries() - known)
    assert not new, "make it optional: see docs/decisions/0032-a-stored-edition-stays-readable.md"
