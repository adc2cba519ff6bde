"""`docs/line.svg`: the stages of a request as a picture, drawn from the rulebook's own rows.

Down the middle runs the line; ways that skip stages curve on the right, ways back on the left.
Steps that take an outcome back or reopen a case are left out, as on the page of stages.
"""

from collections.abc import Iterator
from html import escape

from muniment.rulebook import reading
from muniment.rulebook.tables.case.course import BEFORE_RELEASE
from muniment.rulebook.words import Stage

Arrow = tuple[Stage, Stage]

ENDS = list(Stage)[list(Stage).index(Stage.DENIED) :]
SIDE = (Stage.RETURNED, Stage.REVISING)
LINE = [stage for stage in Stage if stage not in SIDE and stage not in ENDS]
TAKES_BACK = ("correct_", "rerun_", "supersede_", "reopen_")

WIDTH, HIGH, GAP, TOP = 880, 36, 26, 20
MIDDLE, SIDEWAYS, BOX = 390, 120, 150
LANE, FIRST_LANE = 20, 24
ENDS_AT = 610
HEAD = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" \
font-family="system-ui, sans-serif" font-size="14">
<title>The stages of a request</title>
<desc>{says}</desc>
<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" \
orient="auto"><path d="M0 0 8 4 0 8z" fill="#44546a"/></marker></defs>
<rect width="{width}" height="{height}" fill="#ffffff"/>"""


def picture() -> str:
    """The whole file."""
    height = _down(LINE[-1]) + HIGH + 64
    says = escape(f"{_listed(LINE)}. Beside them {_listed(SIDE)}.")
    parts = [HEAD.format(width=WIDTH, height=height, says=says)]
    parts += _arrows()
    parts += [_box(stage) for stage in (*LINE, *SIDE)]
    parts += _ends()
    words = f"At every stage before release also: {_listed(everywhere()).lower()}."
    parts.append(_text(MIDDLE, height - 28, words))
    return "\n".join([*parts, "</svg>", ""])


def arrows() -> set[Arrow]:
    """Every way from one stage to another that is not taken back, reopened or an end."""
    return {(start, end) for start, end in _moves() if end not in ENDS}


def ends_of(stage: Stage) -> list[Stage]:
    """Where a request can end from here, the ends that are open everywhere aside."""
    return [end for end in ENDS if (stage, end) in _moves() and end not in everywhere()]


def everywhere() -> list[Stage]:
    """The ends that every stage before release can lead to."""
    return [end for end in ENDS if {(start, end) for start in BEFORE_RELEASE} <= _moves()]


def _moves() -> set[Arrow]:
    return {
        (start, step.to)
        for step in reading.STEPS.values()
        if step.to is not None and not step.name.startswith(TAKES_BACK)
        for start in step.at
        if start is not step.to
    }


def _arrows() -> Iterator[str]:
    right, left = [], []
    for start, end in sorted(arrows(), key=_span):
        if start in SIDE or end in SIDE:
            yield _sideways(start, end)
        elif LINE.index(end) == LINE.index(start) + 1:
            yield _path(f"M{MIDDLE} {_down(start) + HIGH} V{_down(end) - 2}")
        elif LINE.index(end) > LINE.index(start):
            right.append((start, end))
        else:
            left.append((start, end))
    yield from (_curve(arrow, lane, 1) for lane, arrow in enumerate(right))
    yield from (_curve(arrow, lane, -1) for lane, arrow in enumerate(left))


def _span(arrow: Arrow) -> tuple[float, str, str]:
    """Short ways first, then by name: the same picture every time."""
    return abs(_down(arrow[0]) - _down(arrow[1])), *arrow


def _curve(arrow: Arrow, lane: int, side: int) -> str:
    """Out of the side of one box and into the side of another; a lane of its own for each."""
    edge = MIDDLE + side * BOX / 2
    out = edge + side * (FIRST_LANE + LANE * lane)
    start, end = _down(arrow[0]) + HIGH * 0.7, _down(arrow[1]) + HIGH * 0.3
    if side < 0:
        start, end = _down(arrow[0]) + HIGH * 0.3, _down(arrow[1]) + HIGH * 0.7
    return _path(f"M{edge} {start} C{out} {start} {out} {start} {out} {(start + end) / 2} "
                 f"S{out} {end} {edge + side * 2} {end}")  # fmt: skip


def _sideways(start: Stage, end: Stage) -> str:
    """Between a stage of the line and one beside it."""
    out = start in LINE
    left, right = SIDEWAYS + BOX / 2, MIDDLE - BOX / 2
    share = 0.25 if out else 0.75
    a, b = _down(start) + HIGH * share, _down(end) + HIGH * share
    if out:
        return _path(f"M{right} {a} L{left + 2} {b}")
    return _path(f"M{left} {a} L{right - 2} {b}")


def _box(stage: Stage) -> str:
    x = (SIDEWAYS if stage in SIDE else MIDDLE) - BOX / 2
    fill = "#fff6e0" if stage in SIDE else "#e8eef7"
    return (
        f'<g><title>{escape(stage.means)}</title><rect x="{x}" y="{_down(stage)}" width="{BOX}" '
        f'height="{HIGH}" rx="6" fill="{fill}" stroke="#44546a"/>'
        f"{_text(x + BOX / 2, _down(stage) + HIGH / 2 + 5, stage.label)}</g>"
    )


def _ends() -> Iterator[str]:
    for stage in LINE:
        listed = _listed(ends_of(stage))
        if listed:
            words = f"or ends: {listed.lower()}"
            yield _text(ENDS_AT, _down(stage) + HIGH / 2 + 5, words, anchor="start")


def _down(stage: Stage) -> float:
    """The upper edge of a stage's box; a stage beside the line stands next to the one it serves."""
    if stage in SIDE:
        return next(_down(start) for start, end in sorted(arrows()) if end is stage)
    return TOP + LINE.index(stage) * (HIGH + GAP)


def _path(drawn: str) -> str:
    return f'<path d="{drawn}" fill="none" stroke="#44546a" marker-end="url(#tip)"/>'


def _text(x: float, y: float, words: str, *, anchor: str = "middle") -> str:
    shown = escape(words)
    return f'<text x="{x}" y="{y}" text-anchor="{anchor}" fill="#1d2733">{shown}</text>'


def _listed(stages: list[Stage] | tuple[Stage, ...]) -> str:
    return ", ".join(stage.label for stage in stages)
