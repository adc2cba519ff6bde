"""Mutants of a module: its syntax tree with one node changed."""

import ast
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

FLIPPED = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
SWAPPED = {ast.Add: ast.Sub, ast.Sub: ast.Add}
LONGEST_RUN = 120


def of(source: str) -> Iterator[tuple[str, str]]:
    """Where and what was changed, with the changed source."""
    sites = len(list(_sites(ast.parse(source))))
    for number in range(sites):
        tree = ast.parse(source)
        node, spot = list(_sites(tree))[number]
        said = _change(node, spot)
        yield f"line {node.lineno}: {said}", ast.unparse(tree)


def survivors(module: str, tests: Sequence[str]) -> list[str]:
    """The mutants with which the tests still pass."""
    spec = importlib.util.find_spec(module)
    assert spec is not None
    assert spec.origin is not None
    place = Path(spec.origin)
    root = next(parent for parent in place.parents if parent.name == "src")
    with tempfile.TemporaryDirectory() as folder:
        copied = Path(folder) / "src"
        shutil.copytree(root, copied, ignore=shutil.ignore_patterns("__pycache__"))
        target = copied / place.relative_to(root)
        found = []
        for said, text in of(place.read_text(encoding="utf-8")):
            target.write_text(text, encoding="utf-8")
            if _pass(copied, tests):
                found.append(f"{module} {said}")
    return found


def _sites(tree: ast.Module) -> Iterator[tuple[ast.expr, int]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare):
            for spot, op in enumerate(node.ops):
                if type(op) in FLIPPED:
                    yield node, spot
        elif (isinstance(node, ast.BinOp) and type(node.op) in SWAPPED) or (
            isinstance(node, ast.Constant) and type(node.value) is int
        ):
            yield node, 0


def _change(node: ast.expr, spot: int) -> str:
    before = ast.unparse(node)
    if isinstance(node, ast.Compare):
        node.ops[spot] = FLIPPED[type(node.ops[spot])]()
    elif isinstance(node, ast.BinOp):
        node.op = SWAPPED[type(node.op)]()
    elif isinstance(node, ast.Constant):
        node.value += 1
    return f"{before} -> {ast.unparse(node)}"


def _pass(source: Path, tests: Sequence[str]) -> bool:
    """In a process of its own: what the module under test imports must be the copy."""
    command = [sys.executable, "-B", "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider"]
    known = {**os.environ, "PYTHONPATH": str(source)}
    try:
        ran = subprocess.run(
            [*command, *tests], env=known, capture_output=True, timeout=LONGEST_RUN, check=False
        )
    except subprocess.TimeoutExpired:
        return False
    return ran.returncode == 0
