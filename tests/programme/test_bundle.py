"""One edition, one canonical form: it survives the folder, the database row and hostile bytes."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from muniment.programme import Bundle, folder
from muniment.programme.folder import writing, yamlfile
from tests.programme import shipped

TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=60)
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)


def test_a_folder_written_from_the_bundle_is_the_same_edition(tmp_path: Path) -> None:
    written = folder.write(shipped.bundle(), tmp_path / "out")
    again = folder.read(tmp_path / "out")
    assert again == shipped.bundle()
    assert again.sha256 == shipped.bundle().sha256
    assert tmp_path / "out" / "programme.yaml" in written


def test_an_export_never_mixes_with_what_it_finds(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("x")
    with pytest.raises(folder.NotEmpty):
        folder.write(shipped.bundle(), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_the_canonical_bytes_give_the_bundle_back() -> None:
    again = Bundle.from_canonical(shipped.bundle().canonical)
    assert again == shipped.bundle()
    assert hash(again) == hash(shipped.bundle())
    assert again["fees"] == shipped.bundle()["fees"]


def test_nobody_can_change_a_bundle() -> None:
    with pytest.raises(TypeError):
        shipped.bundle()["fees"]["valid_days"] = 1
    assert isinstance(shipped.bundle()["policy"]["rules"], tuple)
    copy = shipped.bundle().plain()
    copy["fees"]["valid_days"] = 1
    assert shipped.bundle()["fees"]["valid_days"] == 60


def test_one_changed_character_changes_the_hash() -> None:
    other = shipped.altered(lambda data: data["fees"].update(valid_days=61))
    assert other != shipped.bundle()
    assert other.sha256 != shipped.bundle().sha256


@pytest.mark.parametrize(
    ("canonical", "sentence"),
    [
        (b"", "bundle: the bundle is not JSON text."),
        (b"\xff", "bundle: the bundle is not JSON text."),
        (b"[" * 100_000, "bundle: the bundle is not JSON text."),
        (b"[]", "bundle: the bundle must be an object that says muniment_programme_edition: 1."),
        (b"{}", "bundle: the bundle must be an object that says muniment_programme_edition: 1."),
        (b'{"muniment_programme_edition":1}', "bundle: the section 'calendar' is missing."),
    ],
)
def test_bytes_that_are_no_bundle_are_one_sentence(canonical: bytes, sentence: str) -> None:
    assert sentence in refused(canonical)


def test_a_bundle_is_held_against_schemas_and_references_too() -> None:
    wrong = shipped.altered(lambda data: data["fees"].update(valid_days="long"))
    assert refused(wrong.canonical) == ["bundle: fees: 'valid_days' must be a whole number."]
    lost = shipped.altered(lambda data: data["fees"]["factors"].pop("industry"))
    sentence = "bundle: fees.factors: applicants of class 'industry' have no factor."
    assert refused(lost.canonical) == [sentence]
    unsafe = shipped.altered(lambda data: data["clause_texts"].update(purpose="<script>"))
    assert refused(unsafe.canonical) == [
        "bundle: clause_texts.purpose:1: HTML and images are not allowed in a text."
    ]


def test_only_the_canonical_form_of_a_bundle_is_taken() -> None:
    loose = json.dumps(json.loads(shipped.bundle().canonical), indent=1).encode()
    assert refused(loose) == [
        "bundle: the bytes are not the canonical form (RFC 8785) of the bundle."
    ]


@settings(max_examples=150)
@given(PLAIN)
def test_whatever_is_written_is_read_back_the_same(value: object) -> None:
    found = yamlfile.parse(writing.as_yaml({"value": value}), name="x.yaml")
    assert (found.faults, found.data) == ([], {"value": value})


def refused(canonical: bytes) -> list[str]:
    with pytest.raises(folder.FolderFaulty) as faulty:
        Bundle.from_canonical(canonical)
    return [str(fault) for fault in faulty.value.faults]
