"""Which test shows the rows that a step writes, and which shows one refusal of it.

A step counts only with both (architecture, section 4), so proven.toml names both for every step;
tests/house/test_proven.py asks whether they are still there.

    python -m tests.house.proven               run the tests of the actions, and write the list anew
    python -m tests.house.proven PLACE …       the same for these files or folders only

It listens which tests take and are refused which step (see proving.py), keeps what is listed and
still true, and finds a test for what is new.
"""

import ast
import json
import os
import subprocess
import sys
import tempfile
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

from muniment.rulebook import reading
from tests.house import proving, tree

LIST = Path(__file__).with_name("proven.toml")
PLACES = (
    "tests/actions", "tests/jobs/test_erasure.py", "tests/pages/office/test_confirming.py",
)  # fmt: skip
HEAD = """\
# For each step of the rulebook: a test of the rows that it writes, and a test of one refusal.
# `python -m tests.house.proven` writes this file; test_proven.py holds it against the tests.

"""
REFUSING = ("refus", "codes", "raises")
"""How the calls begin by which a test insists that a step is refused."""

Proofs = dict[str, dict[str, str]]


def main() -> int:
    """Write the list anew; exit 1 with every step that lacks a proof."""
    places = tuple(sys.argv[1:]) or PLACES
    with tempfile.TemporaryDirectory() as folder:
        words = ["-n", "2", "-q", "-m", "", "-p", "no:randomly", "-p", proving.__name__]
        run = subprocess.run(
            [sys.executable, "-m", "pytest", *words, *places],
            cwd=tree.ROOT, env={**os.environ, proving.FOLDER: folder}, check=False,
        )  # fmt: skip
        if run.returncode:
            return run.returncode
        heard = [event for file in Path(folder).iterdir() for event in json.loads(file.read_text())]
    found = chosen(heard, listed=listed(), places=places)
    LIST.write_text(HEAD + "".join(map(line, found.items())))
    missing = lacking(found)
    print("\n".join(missing) or f"All {len(found)} steps have a test of rows and of a refusal.")
    return 1 if missing else 0


def listed() -> Proofs:
    """The list as it is committed."""
    return tomllib.loads(LIST.read_text()) if LIST.is_file() else {}


def lacking(proofs: Proofs) -> list[str]:
    """One sentence for each step without its two tests."""
    return [
        f"{step}: no test of {what}"
        for step in reading.STEPS
        for what in ("rows", "refusal")
        if what not in proofs.get(step, {})
    ]


def chosen(
    heard: Iterable[proving.Heard], *, listed: Proofs, places: Sequence[str] = PLACES
) -> Proofs:
    """Two tests for each step: those listed if they still show it, else the best that were heard.

    What is listed and does not lie in these places was not heard, and stays while it is there.
    The best test speaks of the step itself. Of rows, it takes the step last, reads afterwards, and
    does little else; of a refusal, it is refused little else.
    """
    taken: dict[str, list[proving.Heard]] = defaultdict(list)
    shown: dict[tuple[str, str], dict[str, tuple[int, ...]]] = defaultdict(dict)
    for event in heard:
        taken[event["test"]].append(event)
    for test, events in taken.items():
        name, kinds = test.partition("[")[0], {each["step"] for each in events}
        for place, event in enumerate(reversed(events)):
            what = "refusal" if event["refused"] else "rows"
            if fits(name, what):
                told = (place, len(kinds)) if what == "rows" else (len(kinds), place)
                aside = what == "rows" and (event["read_after"] < 1, *told)
                rank = (far(name, event["step"]), *(aside or told))
                best = shown[event["step"], what]
                best[name] = min(rank, best.get(name, rank))
    stays = {
        step: {
            what: test
            for what, test in found.items()
            if test in shown[step, what]
            or (not test.startswith(tuple(places)) and fits(test, what))
        }
        for step, found in listed.items()
    }
    return {step: proofs(shown, step, stays.get(step, {})) for step in reading.STEPS}


def far(test: str, step: str) -> int:
    """How far a test is from speaking of the step: its ledger tag, its action, or neither."""
    place, _, name = test.partition("::")
    nodes = list(ast.walk(functions(place)[name]))
    said = {str(node.value) for node in nodes if isinstance(node, ast.Constant)}
    if any(each.endswith(f".{step}") for each in said):
        return 0
    named = {called(node) for node in nodes if isinstance(node, ast.Call)}
    return 1 if step in named else 2


def proofs(
    shown: dict[tuple[str, str], dict[str, tuple[int, ...]]], step: str, stays: dict[str, str]
) -> dict[str, str]:
    """The two tests of one step, or those of them that there are."""
    found = {}
    for what in ("rows", "refusal"):
        tests = shown[step, what]
        if what in stays or tests:
            found[what] = stays.get(what) or min(tests, key=lambda name: (tests[name], name))
    return found


def line(item: tuple[str, dict[str, str]]) -> str:
    """One step as a table of the list."""
    step, found = item
    return f"[{step}]\n" + "".join(f'{what} = "{test}"\n' for what, test in found.items()) + "\n"


def fits(test: str, what: str) -> bool:
    """Whether a test exists that insists on something of that kind."""
    place, _, name = test.partition("::")
    function = functions(place).get(name)
    if function is None:
        return False
    if what == "rows":
        return any(isinstance(node, ast.Assert) for node in ast.walk(function))
    return any(
        called(node).startswith(REFUSING)
        for node in ast.walk(function)
        if isinstance(node, ast.Call)
    )


def called(call: ast.Call) -> str:
    """The last word of what is called."""
    return getattr(call.func, "attr", getattr(call.func, "id", ""))


@cache
def functions(place: str) -> dict[str, ast.FunctionDef]:
    """The tests of a file, by name; none where the file is gone."""
    path = tree.ROOT / place
    if not path.is_file():
        return {}
    return {node.name: node for node in tree.parsed(path).body if isinstance(node, ast.FunctionDef)}


if __name__ == "__main__":
    sys.exit(main())
