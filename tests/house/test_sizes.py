"""The limits of size: what is short can be read whole."""

import ast
from collections import Counter

from tests.house import tree

FILE, FUNCTION, FOLDER = 300, 40, 18
SHARED = {"__init__.py", "step.py", "reading.py", "words.py"}  # a ring's own, beside its rooms


def test_no_file_is_longer_than_three_hundred_lines() -> None:
    lengths = {tree.name(path): len(path.read_text().splitlines()) for path in tree.handwritten()}
    assert lengths, "there is no Python under src/"
    assert {name: lines for name, lines in lengths.items() if lines > FILE} == {}


def test_no_function_is_longer_than_forty_lines() -> None:
    too_long = [
        f"{tree.name(path)}:{node.lineno} {node.name}, {lines} lines"
        for path in tree.handwritten()
        for node in ast.walk(tree.parsed(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (lines := (node.end_lineno or 0) - node.lineno + 1) > FUNCTION
    ]
    assert too_long == []


def test_no_folder_holds_more_than_eighteen_files() -> None:
    counts = Counter(
        tree.name(path.parent)
        for path in tree.handwritten()
        if path.name not in SHARED and path.parent.name != "methods"
    )
    assert {folder: number for folder, number in counts.items() if number > FOLDER} == {}
