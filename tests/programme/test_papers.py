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


def test_general_clauses_are_marked_as_said_by_a_master_agreement() -> None:
    general = {each.id for each in assembled().values() if each.in_master}
    assert general == {"property", "audit", "warranty", "liability", "law"}
    assert not any(each.in_master for each in assembled(Track.EXPEDITED).values())


def test_one_fixed_clause_says_what_prevails_under_a_master_agreement() -> None:
    [one] = [each for each in assembled().values() if each.prevails]
    assert (one.id, one.prevails, one.fixed) == ("precedence", "annex", True)
    assert "this annex prevails" in one.text
    assert not any(each.prevails for each in assembled(Track.EXPEDITED).values())


def test_a_general_clause_that_a_duty_brings_in_is_of_the_project() -> None:
    def bind(data: dict[str, object]) -> None:
        listed = data["clauses"]["clauses"]  # type: ignore[index]
        next(each for each in listed if each["id"] == "audit")["duties"] = ["publish"]

    edition = shipped.altered(bind)
    found = clauses.assemble(edition, track=Track.FULL, duties=["publish"])
    assert "audit" not in {each.id for each in found if each.in_master}
    found = clauses.assemble(edition, track=Track.FULL)
    assert "audit" in {each.id for each in found if each.in_master}


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
    assert str(fault.value) == "The letter returned needs a value for: due_on."
    with pytest.raises(letters.LetterFault, match="has no letter valentine"):
        letters.fill(shipped.bundle(), "valentine", VALUES)
    with pytest.raises(letters.LetterFault, match="has no letter valentine"):
        letters.needs(shipped.bundle(), "valentine")


def test_a_list_of_points_is_numbered() -> None:
    values = dict.fromkeys(letters.known_in("notice-revise"), "so")
    values["reason"] = ["Sign it.", "Attach *the* plan"]
    body = letters.fill(shipped.bundle(), "notice-revise", values).body
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


ALWAYS = {"person_name", "programme_name", "reference", "link"}  # the outbox knows these


def test_every_letter_that_an_action_sends_is_required_of_a_programme() -> None:
    assert {name for name, _ in sent()} - letters.REQUIRED == set()


def test_no_letter_ships_that_nobody_sends() -> None:
    """Some are chosen from a table, so that the name stands in the source and not in the call."""
    sources = [
        path.read_text(encoding="utf-8")
        for room in ("actions", "queries")
        for path in (Path(muniment.__file__).parent / room).rglob("*.py")
    ]
    shipping = {entry["id"] for entry in shipped.bundle()["letters"]["letters"]}
    assert shipping == letters.REQUIRED
    assert [name for name in shipping if not any(f'"{name}"' in text for text in sources)] == []


def test_every_action_gives_its_letter_what_it_needs() -> None:
    lacking = [
        (name, sorted(letters.needs(shipped.bundle(), name) - given - ALWAYS))
        for name, given in sent()
    ]
    assert [each for each in lacking if each[1]] == []


TYPED = {
    "reason", "points", "question", "answer", "text", "message", "note", "pointer", "title", "role",
    "criteria", "conditions", "condition", "finding", "purpose", "name", "about", "body", "said",
}  # fmt: skip
"""Names under which actions carry what somebody typed."""


FROM_LISTS = {"inviter_name": {"name"}, "asker_role": {"role"}, "datasets": {"title"}}
"""Read from attributes called so: a person's name, a role's label, a dataset's public title."""


def by_key(given: ast.Dict) -> list[tuple[ast.expr, ast.expr]]:
    return [(key, item) for key, item in zip(given.keys, given.values, strict=True) if key]


def values_given() -> list[tuple[str, str, ast.expr]]:
    """Each value an action gives to a letter: where, under which name, as which expression."""
    folder = Path(muniment.__file__).parent / "actions"
    found = []
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            called = ast.unparse(node.func)
            if called.endswith(".tells"):
                given = [(each.arg, each.value) for each in node.keywords]
            elif called == "outbox.write":
                given = [(None, each.value) for each in node.keywords if each.arg == "placeholders"]
            else:
                continue
            for name, value in given:
                pairs = (
                    [(ast.literal_eval(key), item) for key, item in by_key(value)]
                    if isinstance(value, ast.Dict)
                    else [(name or "", value)]
                )
                found += [(f"{path.name}:{node.lineno}", key, item) for key, item in pairs]
    return found


def test_no_shipped_letter_carries_what_a_person_typed() -> None:
    edition = shipped.bundle()
    mailed = [
        each["id"] for each in edition["letters"]["letters"] if each["id"] not in letters.NOTICES
    ]
    assert len(mailed) > 60
    for name in mailed:
        assert letters.needs(edition, name) <= letters.MAILED, name
    assert not letters.MAILED & TYPED
    assert "reason" in letters.needs(edition, "notice-denied"), "a notice is read on the page"


def test_every_letter_for_a_request_or_a_task_says_where() -> None:
    edition = shipped.bundle()
    silent = {
        each["id"]
        for each in edition["letters"]["letters"]
        if each["id"] not in letters.NOTICES and "link" not in letters.needs(edition, each["id"])
    }
    assert silent == set()


def test_no_action_gives_a_letter_what_a_person_typed() -> None:
    given = values_given()
    assert len(given) > 40
    for where, name, value in given:
        assert name in letters.MAILED | {""}, f"{where} gives {name}"
        read = {node.attr for node in ast.walk(value) if isinstance(node, ast.Attribute)}
        owners = {
            node.value
            for node in ast.walk(value)
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
        }
        read |= {
            node.id for node in ast.walk(value) if isinstance(node, ast.Name) and node not in owners
        }
        assert not (read & TYPED) - FROM_LISTS.get(name, set()), (
            f"{where} gives {name} from {sorted(read & TYPED)}"
        )


@pytest.mark.parametrize("letter", ["received", "reminder", "our-own"])
@pytest.mark.parametrize("name", sorted(TYPED))
def test_an_edition_whose_mail_would_carry_it_is_not_taken(letter: str, name: str) -> None:
    found = letters.text_faults(f"Dear,\n{{{{{name}}}}}", letter=letter, allowed={name: "any"})
    assert [line for line, _ in found] == [2]
    assert "has no value in this letter" in found[0][1]
    assert not letters.text_faults("{{link}}", letter=letter, allowed={"link": "any"})


def test_a_letter_of_old_points_at_the_page_instead() -> None:
    old = "{{person_name}}: {{ points }} and {{reason}} at {{link}}"
    where = letters.ELSEWHERE
    assert letters.pointing(old, letter="returned") == (
        f"{{{{person_name}}}}: {where} and {where} at {{{{link}}}}"
    )
    assert letters.pointing(old, letter="notice-denied").count("{{reason}}") == 1
