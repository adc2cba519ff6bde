"""Mutants of a module: its syntax tree with one node changed."""

import ast
import functools
import importlib.util
import math
import os
import resource
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
# The same for the comparisons of a query, which are nodes of `sqlglot.exp`.
QUERIED = {"LT": "LTE", "LTE": "LT", "GT": "GTE", "GTE": "GT", "EQ": "NEQ", "NEQ": "EQ"}
PLAIN = [
    "-c", os.devnull, "--rootdir", ".", "--noconftest", "--import-mode", "importlib",
    "-p", "tests.mutation.calm", "-p", "no:cacheprovider", "-p", "no:django",
]  # fmt: skip
# Seconds of the processor: a change may make a loop endless, and a busy machine is no failure.
LONGEST_RUN = 240
# A mutant may take so many times as long as the module itself.
PATIENCE = 4


def of(source: str) -> Iterator[tuple[str, str]]:
    """Where and what was changed, with the changed source."""
    sites = len(list(_sites(ast.parse(source))))
    for number in range(sites):
        tree = ast.parse(source)
        node, spot = list(_sites(tree))[number]
        said = _change(node, spot)
        yield f"line {node.lineno}: {said}", ast.unparse(tree)


def survivors(module: str, tests: Sequence[str], *, every: int = 1) -> list[str]:
    """The mutants with which the tests still pass; raises where they fail without a change.

    `every` tries one in so many, from the first on.
    """
    place = source_of(module)
    root = next(parent for parent in place.parents if parent.name == "src")
    with tempfile.TemporaryDirectory() as folder:
        copied = Path(folder) / "src"
        shutil.copytree(root, copied, ignore=shutil.ignore_patterns("__pycache__"))
        target = copied / place.relative_to(root)
        before = _children_seconds()
        if not _pass(copied, tests, seconds=LONGEST_RUN):
            raise RuntimeError(f"{' '.join(tests)}: a test fails before anything is changed.")
        most = 5 + PATIENCE * math.ceil(_children_seconds() - before)
        found = []
        for said, text in list(of(place.read_text(encoding="utf-8")))[::every]:
            target.write_text(text, encoding="utf-8")
            if _pass(copied, tests, seconds=most):
                found.append(f"{module} {said}")
    return found


def source_of(module: str) -> Path:
    """The file of a module that can be imported."""
    spec = importlib.util.find_spec(module)
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin)


def _sites(tree: ast.Module) -> Iterator[tuple[ast.expr, int]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare):
            for spot, op in enumerate(node.ops):
                if type(op) in FLIPPED:
                    yield node, spot
        elif (
            (isinstance(node, ast.BinOp) and type(node.op) in SWAPPED)
            or (isinstance(node, ast.Constant) and type(node.value) is int)
            or (isinstance(node, ast.Attribute) and _is_queried(node))
        ):
            yield node, 0


def _is_queried(node: ast.Attribute) -> bool:
    return isinstance(node.value, ast.Name) and node.value.id == "exp" and node.attr in QUERIED


def _change(node: ast.expr, spot: int) -> str:
    before = ast.unparse(node)
    if isinstance(node, ast.Compare):
        node.ops[spot] = FLIPPED[type(node.ops[spot])]()
    elif isinstance(node, ast.BinOp):
        node.op = SWAPPED[type(node.op)]()
    elif isinstance(node, ast.Attribute):
        node.attr = QUERIED[node.attr]
    elif isinstance(node, ast.Constant):
        node.value += 1
    return f"{before} -> {ast.unparse(node)}"


def _pass(source: Path, tests: Sequence[str], *, seconds: int) -> bool:
    """In a process of its own: what the module under test imports must be the copy.

    Without our settings and without Django, which the data plane never needs and takes long.
    """
    command = [sys.executable, "-B", "-m", "pytest", "-x", "-q", *PLAIN]
    known = {**os.environ, "PYTHONPATH": str(source)}
    ran = subprocess.run(
        [*command, *tests], env=known, capture_output=True, check=False,
        preexec_fn=functools.partial(resource.setrlimit, resource.RLIMIT_CPU, (seconds, seconds)),
    )  # fmt: skip
    return ran.returncode == 0


def _children_seconds() -> float:
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime
