"""The house as the tests see it: its files and its Python."""

import ast
import subprocess
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGE = ROOT / "src" / "muniment"

RINGS = (
    "pages", "api", "jobs", "actions", "queries", "models", "programme", "documents", "rulebook",
    "dataplane", "gateways",
)  # fmt: skip
AROUND = (
    "apps", "cli", "demo", "holdings", "home", "management", "migrations", "notary", "settings",
    "static", "templates", "templatetags", "urls",
)  # fmt: skip


@cache
def files() -> tuple[Path, ...]:
    """Every file that is committed or would be."""
    words = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    told = subprocess.run(words, cwd=ROOT, capture_output=True, check=True).stdout.decode()
    return tuple(path for name in sorted(told.split("\0")) if (path := ROOT / name).is_file())


def handwritten() -> list[Path]:
    """Python under src/ that people write: no migrations."""
    return [
        path
        for path in files()
        if path.suffix == ".py" and path.is_relative_to(PACKAGE) and "migrations" not in path.parts
    ]


def in_ring(ring: str) -> list[Path]:
    """The handwritten Python of one ring."""
    return [path for path in handwritten() if path.is_relative_to(PACKAGE / ring)]


def name(path: Path) -> str:
    """A file as people say it: from the root of the checkout."""
    return path.relative_to(ROOT).as_posix()


@cache
def parsed(path: Path) -> ast.Module:
    """The syntax of a file."""
    return ast.parse(path.read_bytes(), filename=name(path))


def imports(path: Path) -> Iterator[tuple[int, str, str]]:
    """Absolute imports of a file as (line, module, imported name or empty)."""
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, each.name, "") for each in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield from ((node.lineno, node.module or "", each.name) for each in node.names)


def pyproject() -> dict[str, object]:
    """What pyproject.toml says."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text())
