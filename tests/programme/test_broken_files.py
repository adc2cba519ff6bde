"""A file that is wrong by itself: every kind is named with file, line and cause."""

from pathlib import Path

import pytest

from muniment.programme import folder
from muniment.programme.folder import yamlfile
from tests.programme import broken, shipped
from tests.programme.broken import Case

ALIAS = "anchors (&) and aliases (*) are not allowed; write the text out."

CASES = (
    Case(
        "a tab",
        "fees.yaml",
        "  academic:",
        "\tacademic:",
        "\tacademic:",
        "this is not valid YAML: found character '\\t' that cannot start any token.",
    ),
    Case(
        "a key given twice",
        "fees.yaml",
        "valid_days: 60",
        "valid_days: 60\nvalid_days: 90",
        "valid_days: 90",
        "the key 'valid_days' is given twice.",
    ),
    Case(
        "an anchor",
        "roster.yaml",
        "  - person: office-1",
        "  - &first\n    person: office-1",
        "&first",
        ALIAS,
    ),
    Case("an alias", "tracks.yaml", "signers: []", "signers: *nobody", "*nobody", ALIAS),
    Case(
        "a merge key",
        "committee.yaml",
        "quorum:",
        "quorum:\n  <<: {at_least: 2}",
        "<<",
        "merge keys (<<) are not allowed; write the text out.",
    ),
    Case(
        "a tag",
        "criteria.yaml",
        "  lowest: 1",
        "  lowest: !!python/object:os.getcwd 1",
        "!!python",
        "tags (!) are not allowed; write plain text.",
    ),
    Case(
        "an unknown key",
        "committee.yaml",
        "scoring: scores",
        "scorring: scores\nscoring: scores",
        "scorring",
        "the key 'scorring' is not known here; remove it or correct it.",
    ),
    Case(
        "a missing key",
        "calendar.yaml",
        "weekend: [saturday, sunday]",
        "",
        "zone:",
        "the key 'weekend' is missing.",
    ),
    Case(
        "a missing key inside",
        "tracks.yaml",
        "    fee: none\n",
        "",
        "- id: public",
        "the key 'fee' of 'tracks' is missing.",
    ),
    Case(
        "text for a number",
        "calendar.yaml",
        "reopen_days: 60",
        "reopen_days: sixty",
        "reopen_days",
        "'reopen_days' must be a whole number.",
    ),
    Case(
        "yes for true",
        "criteria.yaml",
        "reason_required: true",
        "reason_required: yes",
        "reason_required",
        "'reason_required' must be true or false.",
    ),
    Case(
        "a list for a group",
        "programme.yaml",
        "contact:\n  name: CENTRA office\n  email: centra@example.org",
        "contact: [centra@example.org]",
        "contact:",
        "'contact' must be a group of keys and values.",
    ),
    Case(
        "a fraction",
        "fees.yaml",
        'academic: "1"',
        "academic: 1.5",
        "academic: 1.5",
        "write the fraction 1.5 in quotes, as text.",
    ),
    Case(
        "a huge number",
        "fees.yaml",
        "amount_minor: 30000}",
        "amount_minor: 99999999999999999999}",
        "99999999999999999999",
        "the number is too large; write it in quotes.",
    ),
    Case(
        "a negative amount",
        "fees.yaml",
        "amount_minor: 30000}",
        "amount_minor: -1}",
        "amount_minor: -1",
        "'amount_minor' must be at least 0; it is -1.",
    ),
    Case(
        "a word that is no choice",
        "committee.yaml",
        "tie: chair",
        "tie: coin",
        "tie: coin",
        "'tie' must be one of chair, defer; it is 'coin'.",
    ),
    Case(
        "a day that does not exist",
        "policy.yaml",
        "effective_on: 2026-11-02",
        "effective_on: 2026-02-30",
        "effective_on",
        "'effective_on' must be a date that exists, such as 2026-11-02; it is '2026-02-30'.",
    ),
    Case(
        "an id in capitals",
        "policy.yaml",
        "  - id: one-door",
        "  - id: One_Door",
        "One_Door",
        "'id' must be lower-case letters, digits and hyphens, at most 60; it is 'One_Door'.",
    ),
    Case(
        "an empty list",
        "letters.yaml",
        "letters:",
        "letters: []\nolder:",
        "letters: []",
        "'letters' needs at least 1 in the list.",
    ),
    Case(
        "an empty text",
        "programme.yaml",
        "name: Center for Research and Analytics data access program",
        'name: ""',
        'name: ""',
        "'name' must not be empty.",
    ),
    Case(
        "a text that is too long",
        "programme.yaml",
        "short_name: CENTRA",
        f"short_name: {'C' * 401}",
        "short_name",
        "'short_name' is longer than 400 characters.",
    ),
    Case(
        "a name of a key that is none",
        "programme.yaml",
        "    grant_role: if_available",
        "    Grant-Role: if_available",
        "Grant-Role",
        "the key 'Grant-Role' is not lower-case letters, digits and underscores, at most 60.",
    ),
    Case(
        "the same choice twice",
        "committee.yaml",
        "when: [conflicted, away]",
        "when: [away, away]",
        "[away, away]",
        "'when' names the same thing twice.",
    ),
    Case(
        "an open bracket",
        "information-list.yaml",
        "clauses: [embargo]",
        "clauses: [embargo",
        "    threshold: 2",
        "this is not valid YAML: expected ',' or ']', but got ':'.",
    ),
    Case(
        "two documents",
        "clauses.yaml",
        "clauses:",
        "---\nclauses:",
        "---",
        "only one document may be in a file; remove '---'.",
    ),
    Case(
        "a control character",
        "form.yaml",
        "title: What you ask for",
        'title: "What\\u0007 you ask for"',
        "u0007",
        "the text holds a control character; remove it.",
    ),
    Case(
        "an impossible escape",
        "form.yaml",
        "title: What you ask for",
        'title: "\\U00110000"',
        "edition:",
        "this is not valid YAML: an escape is no character.",
    ),
    Case(
        "HTML in a clause",
        "clauses/purpose.md",
        "The information may",
        "The <b>information</b> may",
        "<b>",
        "HTML and images are not allowed in a text.",
    ),
    Case(
        "an image in a letter",
        "letters/closed.md",
        "Dear",
        "![logo](https://example.org/logo.png)\nDear",
        "![logo]",
        "HTML and images are not allowed in a text.",
    ),
)


@pytest.mark.parametrize("case", CASES, ids=broken.names(CASES))
def test_a_broken_file_is_named_with_line_and_cause(case: Case) -> None:
    told = broken.reported(case, CASES)
    assert broken.expected(case) in told
    assert {fault.split(":")[0] for fault in told} == {case.file}


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("", 1, "the file is empty."),
        ("# only a comment\n", 1, "the file is empty."),
        ("a: 1\nb: " + "[" * 40, 2, "values are nested deeper than 24 levels."),
        ("[" * 50_000, 1, "values are nested deeper than 24 levels."),
        ("a: 1\n? [b]\n: 2\n", 2, "a key must be plain text."),
        ("a: {&x b: 1}\n", 1, "a key may carry no anchor (&) and no tag (!)."),
        ('a: "\\uD800"\n', 1, "the text holds a control character; remove it."),
    ],
)
def test_hostile_yaml_is_refused_and_never_raises(text: str, line: int, message: str) -> None:
    assert yamlfile.parse(text, name="x.yaml").faults == [folder.Fault("x.yaml", line, message)]


def test_a_bomb_of_aliases_is_refused_at_its_first_anchor() -> None:
    layers = ["l0: &l0 [lol, lol]"]
    layers += [f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 9)}]" for n in range(1, 30)]
    found = yamlfile.parse("\n".join(layers), name="x.yaml")
    assert [str(fault) for fault in found.faults] == [f"x.yaml:1: {ALIAS}"]


def test_values_are_read_as_the_core_schema_says() -> None:
    text = "a: 007\nb: ~\nc: no\nd: 2026-01-01\ne: true\nf: '12'\ng: 1_000\nh: 0x10\n1: x\n"
    found = yamlfile.parse(text, name="x.yaml")
    assert found.faults == []
    assert found.data == {
        "a": 7,
        "b": None,
        "c": "no",
        "d": "2026-01-01",
        "e": True,
        "f": "12",
        "g": "1_000",
        "h": "0x10",
        "1": "x",
    }


def test_files_that_should_not_or_must_be_there_are_named(tmp_path: Path) -> None:
    copy = shipped.small_copy(tmp_path / "centra")
    (copy / "notes.txt").write_text("x")
    (copy / "clauses" / "Purpose 2.md").write_text("x")
    (copy / "drafts").mkdir()
    (copy / "letters" / "secret.md").symlink_to("/etc/hostname")
    assert [str(fault) for fault in broken.faults(copy)] == [
        "clauses/Purpose 2.md: name the file in lower-case letters, digits and hyphens.",
        "drafts: this folder is not part of an edition.",
        "letters/secret.md: this is a link; put the file itself here.",
        "notes.txt: this file is not part of an edition; remove it.",
    ]


def test_missing_oversized_and_undecodable_files_are_all_named_at_once(tmp_path: Path) -> None:
    copy = shipped.small_copy(tmp_path / "centra")
    (copy / "fees.yaml").unlink()
    (copy / "form.yaml").write_text("# x\n" * 200_000)
    (copy / "policy.yaml").write_bytes(b"edition: x\nnote: \xff\n")
    (copy / "clauses" / "purpose.md").write_text("\n")
    assert [str(fault) for fault in broken.faults(copy)] == [
        "clauses/purpose.md:1: the text is empty.",
        "fees.yaml:1: this file is missing.",
        "form.yaml:1: the file is larger than 512 KB; split it.",
        "policy.yaml:2: the file is not UTF-8 text; save it as UTF-8.",
    ]


def test_what_is_no_folder_is_one_sentence(tmp_path: Path) -> None:
    missing = tmp_path / "nowhere"
    assert [str(f) for f in broken.faults(missing)] == [f"{missing}: this is not a folder."]
