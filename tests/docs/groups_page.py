"""The part of `docs/reference/methods.md` about groups: k, l and t, worked out by the real code."""

from collections.abc import Iterator

import numpy as np

from muniment.dataplane.risk import diversity, generalize, ladder, lattice, partition
from tests.docs import markdown

INTRO = """\
## Groups of people

What a method does to one column says nothing of several together. A method policy says how many
people must share all baseline values, and how that is reached; the manual's page on risk tells how
to write it. In the examples k is 2, a ladder of widths 10 and 50 is given for ages, and each line
is one person."""
AGES = ("34", "36", "41", "47", "52", "58", "61", "67")
SEXES = ("F", "F", "M", "M", "F", "F", "M", "M")
STAGES = ("I", "II", "III", "III", "I", "IV", "II", "II")
K = 2


def blocks() -> Iterator[str]:
    """The examples are not written down but computed."""
    yield INTRO
    yield "### k by one rung for all"
    yield from markdown.docstring(lattice)
    climbed, words = _climbed()
    yield markdown.table(("held", "released"), _pairs(climbed))
    yield f"The rungs of least loss: {words}."
    yield "### k by boxes"
    yield from markdown.docstring(partition)
    yield markdown.table(("held", "released"), _pairs(_boxed()))
    yield "### l-diversity and t-closeness"
    yield from markdown.docstring(diversity)
    yield markdown.table(("group", "stages in it", "l", "entropy l", "t"), _diverse(climbed))


def _held() -> generalize.Combined:
    """The eight people as the engine's one group-by would bring them."""
    values = (tuple(AGES), tuple(sorted(set(SEXES))))
    pairs = zip(AGES, SEXES, strict=True)
    keys = np.array([[values[0].index(age), values[1].index(sex)] for age, sex in pairs])
    return generalize.Combined(values, lattice.Groups(keys, np.ones(len(AGES), dtype=np.int64)))


def _climbed() -> tuple[list[tuple[str | None, ...]], str]:
    held = _held()
    ladders = (ladder.Ladder(ladder.Kind.WIDTHS, (10, 50)), ladder.NONE)
    dimensions = [
        generalize.dimension(values, rungs)
        for values, rungs in zip(held.values, ladders, strict=True)
    ]
    found = lattice.search(held.groups, dimensions, limit=K, most_below=0)
    assert found is not None
    steps = list(zip(ladders, found.node, strict=True))
    pairs = zip(AGES, SEXES, strict=True)
    shown = [
        tuple(rungs.rung(value, step) for value, (rungs, step) in zip(pair, steps, strict=True))
        for pair in pairs
    ]
    words = [rungs.says(step) if step else "as held" for rungs, step in steps]
    return shown, f"ages {words[0]}, sex {words[1]}"


def _boxed() -> list[tuple[str | None, ...]]:
    held = _held()
    heights = tuple(len(values) for values in held.values)
    cut = partition.cut(held.groups, heights=heights, limit=K)
    return [
        tuple(
            generalize.side(values, range_)
            for values, range_ in zip(held.values, cut.ranges[box], strict=True)
        )
        for box in cut.of
    ]


def _pairs(shown: list[tuple[str | None, ...]]) -> Iterator[tuple[str, str]]:
    for held, released in zip(zip(AGES, SEXES, strict=True), shown, strict=True):
        yield _person(held), _person(released)


def _person(values: tuple[str | None, ...]) -> str:
    return ", ".join(markdown.code(value) if value else "not shown" for value in values)


def _diverse(shown: list[tuple[str | None, ...]]) -> Iterator[tuple[str, ...]]:
    """Each group by itself and the release as a whole, which is as its worst group."""
    names = list(dict.fromkeys(shown))
    stages = sorted(set(STAGES))
    group = np.array([names.index(each) for each in shown])
    value = np.array([stages.index(stage) for stage in STAGES])
    pairs, units = np.unique(np.stack([group, value], axis=1), axis=0, return_counts=True)
    found = diversity.measure(pairs[:, 0], pairs[:, 1], units, is_ordered=False)
    for spot, name in enumerate(names):
        inside = sorted({stage for stage, at in zip(STAGES, group, strict=True) if at == spot})
        yield _person(name), ", ".join(inside), str(len(inside)), "", ""
    yield "the release", "", str(found.distinct_l), f"{found.entropy_l:.2f}", f"{found.t:.2f}"
