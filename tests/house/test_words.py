"""How code is named and what it never says."""

import ast
import re
from pathlib import Path

from tests.house import tree

# Written in pieces, so that this file does not find itself.
MACHINE = re.compile("|".join((
    "/wo" "rk/(main|shared|steering|in|[.]library|[.]mirror)", "/fa" "rm/", "/ro" "ot/",
    "/tmp/(bash_jobs|studio|brief)",
)))  # fmt: skip
REGISTRY = re.compile("|".join((
    "pypi[.]o" "rg", "python" "hosted[.]", "npm" "js[.](org|com)", "npm" "mirror[.]",
    "crates[.]i" "o", "deb[.]debian[.]o" "rg", "conda[.]an" "aconda[.]",
)))  # fmt: skip
EMPTY_NAMES = re.compile(r"(utils?|helpers?|commons?|managers?|services?)(\.py)?$")
DOORS = {"objects", "_default_manager", "_base_manager"}


def test_no_module_has_a_name_that_says_nothing() -> None:
    parts = {
        (part, tree.name(path))
        for path in tree.handwritten()
        for part in path.relative_to(tree.PACKAGE).parts
        if EMPTY_NAMES.fullmatch(part)
    }
    assert parts == set()


def test_pages_and_api_never_say_objects() -> None:
    said = [
        f"{tree.name(path)}:{node.lineno}"
        for ring in ("pages", "api")
        for path in tree.in_ring(ring)
        for node in ast.walk(tree.parsed(path))
        if isinstance(node, ast.Attribute) and node.attr in DOORS
    ]
    assert said == []


LISTENER = "src/muniment/pages/people/receivers.py"
"""What allauth learns about an address reaches our actions here (architecture, section 4)."""


def test_nothing_is_saved_behind_the_reader_s_back() -> None:
    """No signals, and no `save()` that does more than save."""
    said = [
        f"{tree.name(path)}:{node.lineno}"
        for path in tree.handwritten()
        if tree.name(path) != LISTENER
        for node in ast.walk(tree.parsed(path))
        if (isinstance(node, ast.FunctionDef) and node.name == "save" and "models" in path.parts)
        or (isinstance(node, ast.ImportFrom) and (node.module or "").endswith("signals"))
        or (isinstance(node, ast.ImportFrom) and node.module == "django.dispatch")
    ]
    assert said == []


def test_no_test_patches_our_own_code() -> None:
    patched = [
        f"{tree.name(path)}:{node.lineno}"
        for path in tree.files()
        if path.suffix == ".py" and path.is_relative_to(tree.ROOT / "tests")
        for node in ast.walk(tree.parsed(path))
        if isinstance(node, ast.Attribute)
        and node.attr == "setattr"
        and isinstance(node.value, ast.Name)
        and node.value.id == "monkeypatch"
    ]
    assert patched == []


def test_no_file_names_a_path_of_one_machine_or_the_host_of_a_registry() -> None:
    assert [line for path in tree.files() for line in telling(path)] == []


def telling(path: Path) -> list[str]:
    """The lines of a text file that name such a place; bytes are left alone."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError:
        return []
    return [
        f"{tree.name(path)}:{number}"
        for number, line in enumerate(lines, start=1)
        if MACHINE.search(line) or REGISTRY.search(line)
    ]
