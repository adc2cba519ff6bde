"""The generated pages say what the code says now, and leave nothing out."""

import ast
import csv
import json
import re
from pathlib import Path

import pytest

from muniment import cli, holdings, home
from muniment.dataplane import holding_check, policy
from muniment.dataplane.spec import check, countable, fields, holding, rules, specification
from muniment.dataplane.spec.reader import Reader
from muniment.rulebook import reading
from muniment.rulebook.words import Stage
from tests.docs import (
    commands_page,
    generate,
    holding_page,
    methods_page,
    picture,
    refusals_page,
    sentences,
    settings_page,
    specification_page,
)
from tests.house import owed, tree

STALE = "is stale: run `python -m tests.docs.generate`"
# Arguments whose parser says nothing about them. May only shrink.
SILENT = {
    ("muniment programme check", "folder"),
    ("muniment programme export", "folder"),
    ("muniment programme load", "folder"),
    ("muniment dataplane", "read"),
    ("muniment dataplane", "write"),
    ("muniment dataplane", "requests"),
    ("muniment dataplane", "replies"),
    ("muniment dataplane", "keys"),
    ("muniment manage", "words"),
}


@pytest.mark.parametrize("name", sorted(generate.PAGES))
def test_a_generated_page_is_not_stale(name: str) -> None:
    committed = (generate.DOCS / name).read_text(encoding="utf-8")
    assert committed == generate.PAGES[name](), f"docs/{name} {STALE}"


def test_every_command_and_option_is_on_the_page() -> None:
    page = commands_page.page()
    written = [name for name in cli.COMMANDS if owed.written(name)]
    assert written
    for name in written:
        assert f"\n## muniment {name}\n" in page
        for parser in commands_page.runnable(commands_page.parser_of(name)):
            flags = [flag for each in commands_page.options(parser) for flag in each.option_strings]
            assert [flag for flag in flags if flag not in page] == []


def test_a_command_stands_under_the_database_where_it_needs_one() -> None:
    """`programme` needs it for `load` alone, which the page says."""
    needs = set()
    for name in cli.COMMANDS:
        place = Path(cli.__file__).parent / name
        files = place.glob("*.py") if place.is_dir() else [place.with_suffix(".py")]
        text = "".join(file.read_text(encoding="utf-8") for file in files)
        if "start_django" in text or "execute_from_command_line" in text:
            needs.add(name)
    assert needs - {"programme"} == set(cli.COMMANDS) - set(commands_page.WITHOUT_DATABASE)


def test_every_argument_says_what_it_is() -> None:
    silent = {
        (parser.prog, action.dest)
        for name in cli.COMMANDS
        if owed.written(name)
        for parser in commands_page.runnable(commands_page.parser_of(name))
        for action in commands_page.options(parser)
        if not action.help and action.dest != "format"
    }
    assert silent == SILENT


def test_every_setting_says_what_it_is() -> None:
    for name, field in settings_page.fields().items():
        assert field.description, name


def test_every_room_of_the_home_folder_is_on_the_page() -> None:
    assert set(settings_page.ROOMS) == {*home.FOLDERS, "muniment.sqlite3"}


def test_the_example_specification_can_be_answered_by_the_shipped_holding() -> None:
    asked = specification.parse(specification_page.EXAMPLE)
    shipped = holding.load(holdings.shipped()["sdtm-pilot"])
    assert check.against(asked, {shipped.key: shipped}) == []
    assert [fault for part in asked.parts for fault in countable.faults(part, shipped)] == []


def test_every_word_of_the_schema_is_on_the_page_of_specifications() -> None:
    page = specification_page.page()
    words = _words(specification_page.document())
    assert len(words) > 20
    assert [word for word in words if f'"{word}"' not in page and f"`{word}`" not in page] == []


def test_every_word_of_the_schema_is_on_the_page_of_holdings() -> None:
    page = holding_page.page()
    words = _words(holding_page.document()["$defs"]) - {"method"}  # its values are listed
    assert len(words) > 30
    assert [word for word in words if f"`{word}`" not in page] == []


def test_the_example_holding_has_no_faults(tmp_path: Path) -> None:
    rows = {
        "people.csv": [["id", "age", "enrolled"], ["p1", 41, "2025-03-01"]],
        "visits.csv": [["id", "on", "ward"], ["p1", "2025-03-08", "night"]],
    }
    for name, lines in rows.items():
        with (tmp_path / name).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(lines)
    (tmp_path / "datapackage.json").write_text(json.dumps(holding_page.EXAMPLE))
    report = holding_check.check(tmp_path)
    assert [str(finding) for finding in report.findings] == []


@pytest.mark.parametrize("method", list(fields.Method))
def test_every_method_can_be_written_as_the_page_writes_it(method: fields.Method) -> None:
    written = methods_page.rule(method)
    page = (generate.DOCS / "reference" / "methods.md").read_text(encoding="utf-8")
    assert f"Write: `{json.dumps(written)}`" in page
    reader = Reader()
    read = rules.read(reader, written, "")
    reader.finish()
    assert read is not None
    assert read.method is method


def test_the_example_policy_is_one() -> None:
    override = policy.read(methods_page.EXAMPLE_POLICY)
    shipped = holding.load(holdings.shipped()["sdtm-pilot"])
    known = {f"{table.name}.{field.name}" for table in shipped.tables for field in table.fields}
    assert set(override.rules) <= known


def test_every_refusal_of_the_rulebook_is_on_the_page() -> None:
    codes = {
        code
        for step in reading.STEPS.values()
        for code in (refusal.code for refusal in _everything_against(step.name))
    }
    assert len(codes) > 100
    assert codes - {code for code, _ in refusals_page.rulebook()} == set()


def test_every_code_that_a_test_of_the_data_plane_expects_is_on_the_page() -> None:
    """An independent list: what the tests say is refused."""
    page = refusals_page.page()
    expected = {
        code
        for path in (tree.ROOT / "tests" / "dataplane").rglob("test_*.py")
        for code in re.findall(r'\bcode == "([a-z0-9-]+)"', path.read_text(encoding="utf-8"))
    }
    assert expected
    assert {code for code in expected if f"| `{code}` |" not in page} == set()


def test_no_ring_refuses_with_a_code_that_the_page_leaves_out() -> None:
    page = refusals_page.page()
    named = {
        node.args[0].value
        for path in tree.handwritten()
        for node in ast.walk(tree.parsed(path))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func).rpartition(".")[2] in {"Refusal", "refused"}
        and node.args
        and isinstance(node.args[0], ast.Constant)
    }
    assert len(named) > 50
    assert {code for code in named if f"| `{code}` |" not in page} == set()


def test_codes_and_sentences_are_read_off_the_source() -> None:
    said = set(sentences.said_in(tree.PACKAGE / "dataplane" / "verify.py"))
    changed = "… was changed: its bytes do not match the manifest."
    assert ("changed-file", changed) in said
    assert ("not-a-document", "manifest.json is not a manifest of version 1.") in said
    documented = re.search(r"Codes: (.*?)\.", _docstring("verify.py"), re.DOTALL)
    assert documented
    listed = {code.strip() for code in documented[1].split(",")}
    elsewhere = {"other-key", "bad-signature"}  # said by signatures.py
    assert listed - elsewhere - {code for code, _ in said} == set()


def test_every_stage_is_in_the_picture_and_every_arrow_is_a_step() -> None:
    drawn = picture.picture()
    shown = [*picture.LINE, *picture.SIDE]
    assert [stage for stage in shown if f">{stage.label}</text>" not in drawn] == []
    assert {*shown, *picture.ENDS} == set(Stage)
    steps = {(start, step.to) for step in reading.STEPS.values() for start in step.at}
    assert picture.arrows() - steps == set()
    assert drawn.count("<path d=") == len(picture.arrows()) + 1  # and the tip of the arrows


def _everything_against(name: str):  # type: ignore[no-untyped-def]
    """What a step can say: nothing holds that it needs, all holds that it must not have."""
    from muniment.rulebook.step import fact_of

    step = reading.STEPS[name]
    against = frozenset(fact_of(cell) for cell in step.never)
    return reading.judge(step, roles=frozenset(), stage=None, track=None, facts=against)


def _docstring(name: str) -> str:
    return (tree.PACKAGE / "dataplane" / name).read_text(encoding="utf-8")


def _words(schema: object) -> set[str]:
    """Every member and every fixed word that a schema names."""
    found: set[str] = set()
    if isinstance(schema, dict):
        properties = schema.get("properties", {})
        found |= set(properties) - {"$schema", "schema", "fields", "resources", "muniment"}
        found |= {word for word in schema.get("enum", []) if isinstance(word, str)}
        for each in schema.values():
            found |= _words(each)
    elif isinstance(schema, list):
        for each in schema:
            found |= _words(each)
    return found
