"""Clauses and letters: what stands in an agreement and why; what a value can do in a letter."""

import ast
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import muniment
from muniment.programme import clauses, letters
from muniment.rulebook.words import Track
from tests.programme import shipped


def assembled(track: Track = Track.FULL, **more: object) -> dict[str, clauses.Clause]:
    found = clauses.assemble(shipped.bundle(), track=track, **more)  # type: ignore[arg-type]
    assert [clause.number for clause in found] == list(range(1, len(found) + 1))
    return {clause.id: clause for clause in found}


def test_an_agreement_holds_the_clauses_that_protect() -> None:
    found = assembled()
    wanted = {"purpose", "no-recognition", "no-redistribution", "security", "breach", "close-out"}
    assert wanted <= set(found)
    assert found["purpose"].fixed
    assert found["purpose"].why == "terms agreement"
    assert found["purpose"].text.startswith("The information may be used only")


def test_lighter_terms_hold_fewer_clauses() -> None:
    click, licence = assembled(Track.EXPEDITED), assembled(Track.PUBLIC)
    assert "parties-click" in click
    assert "parties" not in click
    assert set(licence) == {"attribution", "warranty"}
    assert "parties-internal" in assembled(Track.INTERNAL)


def test_a_duty_brings_its_clause_in_on_every_track() -> None:
    assert "moratorium" not in assembled()
    found = assembled(Track.EXPEDITED, duties=["publication-moratorium", "small-cells"])
    assert found["moratorium"].why == "duty publication-moratorium"
    assert found["small-cells"].why == "duty small-cells"


def test_a_dataset_brings_its_own_clause_in() -> None:
    found = assembled(Track.EXPEDITED, datasets=["meeting-abstracts"])
    assert found["embargo"].why == "dataset meeting-abstracts"
    assert assembled(duties=["wait-for-embargo"])["embargo"].why == "duty wait-for-embargo"


@pytest.mark.parametrize(
    ("facts", "present"),
    [
        ({"answers": {"linkage": True}}, {"linkage"}),
        ({"answers": {"linkage": False}}, {"no-linkage"}),
        ({}, {"linkage", "no-linkage"}),  # undecided: no protection is left out
    ],
)
def test_conditions_choose_between_clauses(facts: dict[str, object], present: set[str]) -> None:
    assert {"linkage", "no-linkage"} & set(assembled(facts=facts)) == present


def test_duties_without_a_clause_are_found() -> None:
    named = ["publish", "small-cells", "dance"]
    assert clauses.unanswered(shipped.bundle(), named) == {"dance"}


VALUES = {
    "person_name": "Alice Field",
    "programme_name": "CENTRA",
    "reference": "C-2026-001",
    "link": "https://example.org/requests/C-2026-001",
}


def test_a_letter_is_filled() -> None:
    letter = letters.fill(shipped.bundle(), "received", VALUES)
    assert letter.subject == "We received your request C-2026-001"
    assert letter.body.startswith("Dear Alice Field,")
    assert "{{" not in letter.body


def test_a_letter_without_its_values_is_a_fault() -> None:
    with pytest.raises(letters.LetterFault) as fault:
        letters.fill(shipped.bundle(), "returned", VALUES)
    assert str(fault.value) == "The letter returned needs a value for: due_on, points."
    with pytest.raises(letters.LetterFault, match="has no letter valentine"):
        letters.fill(shipped.bundle(), "valentine", VALUES)
    with pytest.raises(letters.LetterFault, match="has no letter valentine"):
        letters.needs(shipped.bundle(), "valentine")


def test_a_list_of_points_is_numbered() -> None:
    values = VALUES | {"due_on": "2026-12-01", "points": ["Sign it.", "Attach *the* plan"]}
    body = letters.fill(shipped.bundle(), "returned", values).body
    assert "1. Sign it\\.\n2. Attach \\*the\\* plan" in body


@pytest.mark.parametrize(
    "hostile",
    [
        "![x](https://evil.example/pixel.png)",
        "<script>alert(1)</script>",
        "[click](javascript:alert(1))",
        "{{link}}",
        "# heading\n\n* list",
        "**bold** `code` ~~gone~~",
        "a\r\nBcc: everybody@example.org",
        "| a | b |",
        "http://evil.example",
        "&lt;b&gt;",
    ],
)
def test_a_value_stays_text(hostile: str) -> None:
    from markdown_it import MarkdownIt

    values = VALUES | {"person_name": hostile}
    letter = letters.fill(shipped.bundle(), "received", values)
    html = MarkdownIt("gfm-like", {"linkify": False}).render(letter.body)
    plain = MarkdownIt("gfm-like", {"linkify": False}).render("Dear Alice Field,")
    first = html.split("</p>")[0]
    assert first.count("<") == plain.split("</p>")[0].count("<")
    assert VALUES["link"] not in first


def test_a_value_cannot_forge_a_header() -> None:
    values = VALUES | {"reference": "C-1\r\nBcc: all@example.org"}
    subject = letters.fill(shipped.bundle(), "received", values).subject
    assert subject == "We received your request C-1 Bcc: all@example.org"


@given(st.text())
def test_every_value_keeps_to_one_line(value: str) -> None:
    assert len(letters.escape(value).splitlines()) <= 1
    assert letters.one_line(value).isprintable()


def sent() -> list[tuple[str, set[str]]]:
    """The letters actions send, as their source names them, with the values they give.

    `taken.tells(person, "returned", points=...)` is ("returned", {"points"}).
    """
    folder = Path(muniment.__file__).parent / "actions"
    return [
        (node.args[1].value, {keyword.arg for keyword in node.keywords if keyword.arg})
        for path in folder.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "tells"
        and len(node.args) > 1
        and isinstance(node.args[1], ast.Constant)
        and isinstance(node.args[1].value, str)
    ]


ALWAYS = {"person_name", "programme_name", "reference", "title", "link"}  # the outbox knows these


def test_every_letter_that_an_action_sends_is_required_of_a_programme() -> None:
    assert {name for name, _ in sent()} - letters.REQUIRED == set()


def test_every_action_gives_its_letter_what_it_needs() -> None:
    lacking = [
        (name, sorted(letters.needs(shipped.bundle(), name) - given - ALWAYS))
        for name, given in sent()
    ]
    assert [each for each in lacking if each[1]] == []
