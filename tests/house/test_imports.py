"""Who may import whom: the contracts in pyproject.toml hold, cover every ring, and bite."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from tests.house import tree

STANDARD = set(sys.stdlib_module_names)
TYPE = re.compile(r"([A-Z]+[a-z0-9]+)+")  # Holding, Track; not STEPS, not cast_vote
CANONICAL = {"rfc8785"}  # the one library a specification needs, for its hash
TOO_FAR = [
    ("pages", "import muniment.models"),
    ("pages", "from muniment.dataplane import extract"),
    ("api", "import muniment.pages"),
    ("jobs", "import muniment.models"),
    ("actions", "import muniment.gateways"),
    ("actions", "def late():\n    import socket"),
    ("actions", "import requests"),
    ("queries", "import muniment.actions"),
    ("queries", "import duckdb"),
    ("models", "import muniment.queries"),
    ("models", "import muniment.rulebook.reading"),
    ("programme", "import django"),
    ("documents", "import muniment.models"),
    ("rulebook", "import muniment.programme"),
    ("dataplane", "import django.db"),
    ("dataplane/spec", "import muniment.rulebook"),
    ("gateways", "import muniment.dataplane.extract"),
]


def test_the_rings_import_only_what_their_line_allows() -> None:
    assert lint(tree.ROOT) == ""


def test_everything_in_the_package_is_a_ring_or_stands_around_the_rings() -> None:
    inside = {path.relative_to(tree.PACKAGE).parts[0] for path in tree.handwritten()}
    known = {*tree.RINGS, *tree.AROUND}
    assert {part.removesuffix(".py") for part in inside} - {"__init__"} - known == set()


def test_every_ring_has_a_contract() -> None:
    contracts = tree.pyproject()["tool"]["importlinter"]["contracts"]
    sources = {each for contract in contracts for each in contract.get("source_modules", [])}
    assert {f"muniment.{ring}" for ring in tree.RINGS} - sources == set()


def test_a_contract_breaks_wherever_a_ring_reaches_too_far(tmp_path: Path) -> None:
    skeleton(tmp_path)
    assert lint(tmp_path) == ""
    for number, (ring, line) in enumerate(TOO_FAR):
        (tmp_path / "muniment" / ring / f"wrong{number}.py").write_text(f"{line}\n")
    told = lint(tmp_path)
    assert [each for n, each in enumerate(TOO_FAR) if f".wrong{n} ->" not in told] == []


def test_what_the_table_allows_passes(tmp_path: Path) -> None:
    skeleton(tmp_path)
    allowed = {
        "pages": "import muniment.queries, muniment.actions, muniment.dataplane.spec",
        "actions": "import muniment.models, muniment.queries, muniment.dataplane.spec",
        "models": "import muniment.rulebook.words",
        "jobs": "import muniment.actions, muniment.gateways",
    }
    for ring, line in allowed.items():
        (tmp_path / "muniment" / ring / "right.py").write_text(line + "\n")
    assert lint(tmp_path) == ""


def test_the_rulebook_needs_nothing_but_the_standard_library() -> None:
    assert foreign("rulebook", allowed=STANDARD) == []


def test_a_specification_is_read_without_engines() -> None:
    assert foreign("dataplane/spec", allowed=STANDARD | CANONICAL) == []


def test_other_rings_are_imported_as_modules_not_as_names() -> None:
    """`actions.review.cast_vote(...)` tells the reader where they are; a type says so itself."""
    named = [
        f"{tree.name(path)}:{line} takes {name} from {module}"
        for path in tree.handwritten()
        for line, module, name in tree.imports(path)
        if name and another_ring(path, module)
        if not (is_module(f"{module}.{name}") or TYPE.fullmatch(name))
    ]
    assert named == []


def skeleton(folder: Path) -> None:
    """The empty house, with the real contracts."""
    shutil.copy(tree.ROOT / "pyproject.toml", folder)
    deeper = ("dataplane/spec", "dataplane/extract", "rulebook/words", "rulebook/reading")
    for part in ("", *tree.RINGS, *tree.AROUND, *deeper):
        (folder / "muniment" / part).mkdir(parents=True, exist_ok=True)
        (folder / "muniment" / part / "__init__.py").touch()


def lint(folder: Path) -> str:
    """What lint-imports has against the package in `folder`; empty when every contract is kept."""
    words = [Path(sys.executable).with_name("lint-imports"), "--no-cache"]
    source = folder / "src" if (folder / "src").is_dir() else folder
    environment = os.environ | {"PYTHONPATH": str(source), "COLUMNS": "200"}
    done = subprocess.run(words, cwd=folder, env=environment, capture_output=True, text=True)
    return done.stdout + done.stderr if done.returncode else ""


def foreign(part: str, *, allowed: set[str]) -> list[str]:
    """Imports in a part of the package that are neither its own nor allowed."""
    return [
        f"{tree.name(path)}:{line} {module}"
        for path in tree.in_ring(part)
        for line, module, _ in tree.imports(path)
        if module.partition(".")[0] not in allowed
        and not f"{module}.".startswith(f"muniment.{part.replace('/', '.')}.")
        and module != f"muniment.{part.partition('/')[0]}"
    ]


def another_ring(path: Path, module: str) -> bool:
    """Whether a module belongs to a ring that the file does not."""
    head, _, rest = module.partition(".")
    own = path.relative_to(tree.PACKAGE).parts[0]
    ring = rest.partition(".")[0]
    return head == "muniment" and ring in tree.RINGS and ring != own


def is_module(dotted: str) -> bool:
    """Whether a dotted name of the package is a file or a folder of it."""
    path = tree.PACKAGE.parent.joinpath(*dotted.split("."))
    return path.is_dir() or path.with_suffix(".py").is_file()
