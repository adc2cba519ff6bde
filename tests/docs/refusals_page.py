"""`docs/reference/refusals.md`: every code with its sentence, from the rulebook and the source."""

from collections.abc import Iterable, Iterator

from muniment.rulebook import reading
from muniment.rulebook.step import Need
from muniment.rulebook.words import MISSING, PRESENT, Fact, Refusal
from tests.docs import markdown, sentences
from tests.house import tree

INTRO = """\
Whatever is refused comes with a code for programs and a sentence for people. A step or a command
gives every reason it has at once. The same sentence stands in the button's place on a page, in the
answer of the API and on the error stream of a command. `…` stands for a value of the moment."""

RULEBOOK = """\
## Steps

What stands in the way of a step, from the rulebook. [Steps](steps.md) lists what each needs."""
ACTIONS = """\
## What is entered

What a step or an edit says about the input it was given, by the rules of the program in force."""
FILES = """\
## Files and forms

What is said about a file that somebody sends, a form filled in off line, a page left open."""
DATAPLANE = """\
## Data

What specification, holding, count, extract and verify say. A fault of a file comes with its place:
a JSON Pointer, or table, row and column. The same code may have several sentences."""
ALWAYS = ("not-your-step", "wrong-stage", "wrong-track")


def page() -> str:
    """The whole page."""
    return markdown.page(
        "# Refusals",
        INTRO,
        RULEBOOK,
        _table(rulebook()),
        ACTIONS,
        _table(entered()),
        FILES,
        _table(in_ring("documents") | in_ring("pages") | in_ring("queries") | in_ring("cli")),
        DATAPLANE,
        _table(in_ring("dataplane") | in_ring("jobs")),
    )


def rulebook() -> set[tuple[str, str]]:
    """Every code a row of the tables can refuse with, and the three of the reader itself."""
    said = {(refusal.code, refusal.message) for refusal in _of_rows()}
    return said | {pair for pair in in_ring("rulebook/reading") if pair[0] in ALWAYS}


def entered() -> set[tuple[str, str]]:
    """What actions and a program's rules refuse; the faults of a program's folder have no code."""
    return in_ring("actions") | in_ring("programme", calls=sentences.REFUSALS)


def in_ring(ring: str, *, calls: frozenset[str] = sentences.ALL) -> set[tuple[str, str]]:
    """Every code that the source of a ring (or of one module in it) names."""
    name, _, module = ring.partition("/")
    return {
        pair
        for path in tree.in_ring(name)
        if not module or path.stem == module
        for pair in sentences.said_in(path, calls=calls)
    }


def _of_rows() -> Iterator[Refusal]:
    for step in reading.STEPS.values():
        for cells, usual in ((step.needs, MISSING), (step.never, PRESENT)):
            yield from (_refusal(cell, usual) for cell in cells)


def _refusal(cell: Fact | Need, usual: dict[Fact, Refusal]) -> Refusal:
    return Refusal(cell.code, cell.message) if isinstance(cell, Need) else usual[cell]


def _table(pairs: Iterable[tuple[str, str]]) -> str:
    by_code: dict[str, list[str]] = {}
    for code, sentence in sorted(pairs):
        by_code.setdefault(code, []).append(sentences.shown(sentence))
    rows = [
        (markdown.code(code), "<br>".join([s for s in said if s != sentences.OWN] or said[:1]))
        for code, said in by_code.items()
    ]
    return markdown.table(("code", "sentence"), rows)
