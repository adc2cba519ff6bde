"""Finds what the source says when it refuses: a code and its sentence, wherever both are written.

Reads the syntax rather than running every fault: a call such as `refused("no-key", message)` names
its code in place, and its sentence there or in the assignment above it. What only the moment knows
is shown as `…`; constants of the house are filled in.
"""

import ast
import importlib
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType

from tests.house import tree

# Where a call has its sentence, counted from its code.
AFTER = {"Probe": 2}
REFUSALS = frozenset({"Refusal", "refusal", "refused", "_refused"})
FAULTS = frozenset({"fault", "warning", "Fault", *AFTER})
# These complete the sentence they are given: "table.field" before it and a full stop after it.
COMPLETING = frozenset({"_reason", "reason"})
ALL = REFUSALS | FAULTS | COMPLETING
CODE = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
BLANK = "…"
OWN = "What is wrong, in a sentence of its own."

Function = ast.FunctionDef | ast.AsyncFunctionDef


def said_in(path: Path, *, calls: frozenset[str] = ALL) -> Iterator[tuple[str, str]]:
    """(code, sentence) of every refusal that a file spells out in one of these calls."""
    module = importlib.import_module(dotted(path))
    for function in _functions(tree.parsed(path)):
        for call in ast.walk(function):
            if isinstance(call, ast.Call) and _name(call) in calls:
                yield from _of_call(call, function, module)


def shown(sentence: str) -> str:
    """As a reader meets it; placeholders of the rulebook are blanks like any other."""
    blanked = re.sub(r"\{\w+\}", BLANK, sentence)
    merged = re.sub(f"{BLANK}+[.]?{BLANK}+", BLANK, blanked)
    return merged if merged != BLANK else OWN


def dotted(path: Path) -> str:
    """The module's name."""
    parts = path.relative_to(tree.PACKAGE.parent).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


def _of_call(call: ast.Call, function: Function, module: ModuleType) -> Iterator[tuple[str, str]]:
    for spot, argument in enumerate(call.args):
        codes = [code for code in _texts(argument, function, call, module) if CODE.fullmatch(code)]
        if not codes or not _is_spelled_out(argument):
            continue
        last = call.args[-1] if _name(call) in COMPLETING else None
        after = spot + AFTER.get(_name(call), 1)
        sentence = last or (call.args[after] if after < len(call.args) else None)
        if sentence is None:
            return
        for text in _texts(sentence, function, call, module):
            whole = f"{BLANK} {text}." if last else text
            yield from ((code, whole) for code in codes)
        return


def _is_spelled_out(node: ast.expr) -> bool:
    if isinstance(node, ast.IfExp):
        return _is_spelled_out(node.body) and _is_spelled_out(node.orelse)
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _texts(node: ast.expr, function: Function, call: ast.Call, module: ModuleType) -> Iterator[str]:
    """Each text that an expression can be; an unknown one is a blank."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        yield "".join(_piece(piece, module) for piece in node.values)
    elif isinstance(node, ast.IfExp):
        yield from _texts(node.body, function, call, module)
        yield from _texts(node.orelse, function, call, module)
    elif isinstance(node, ast.Name):
        assigned = _assigned(node.id, function, call)
        for value in assigned:
            yield from _texts(value, function, call, module)
        if not assigned:
            yield BLANK
    else:
        yield BLANK


def _piece(piece: ast.expr, module: ModuleType) -> str:
    if isinstance(piece, ast.Constant):
        return str(piece.value)
    assert isinstance(piece, ast.FormattedValue)
    value = _constant(piece.value, module)
    return BLANK if value is None else str(value)


def _constant(node: ast.expr, module: ModuleType) -> object:
    """The value of a name in capitals, of this module or of one it imports."""
    words = ast.unparse(node).split(".")
    if not words[-1].isupper():
        return None
    found: object = module
    for word in words:
        found = getattr(found, word, None)
    return found if isinstance(found, str | int) else None


def _assigned(name: str, function: Function, call: ast.Call) -> list[ast.expr]:
    """What a local name was given above a call, since the last call that said it."""
    said = [
        each.lineno
        for each in ast.walk(function)
        if isinstance(each, ast.Call)
        and _name(each) in ALL
        and each.lineno < call.lineno
        and any(isinstance(word, ast.Name) and word.id == name for word in each.args)
    ]
    return [
        node.value
        for node in ast.walk(function)
        if isinstance(node, ast.Assign)
        and max(said, default=0) < node.lineno <= call.lineno
        and any(isinstance(target, ast.Name) and target.id == name for target in node.targets)
    ]


def _functions(module: ast.Module) -> Iterator[Function]:
    """Outermost ones; a function inside another is read with it."""
    for node in module.body:
        if isinstance(node, Function):
            yield node
        elif isinstance(node, ast.ClassDef):
            yield from (each for each in node.body if isinstance(each, Function))


@cache
def _name(call: ast.Call) -> str:
    function = call.func
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""
