"""A protected table as a picture: columns or bars as SVG text, hidden cells hatched.

A hidden cell is a dashed, hatched block of one fixed height, whatever it hides, so that the height
tells nothing. No script, no style and no font of our own: pages color the classes. A file that
stands alone has plain colors instead.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

WIDTH, ROW, LABEL, GAP, HEAD = 640, 28, 200, 8, 8
HIDDEN_SHARE = 8
# Of standing columns: their room, that of the slanted labels under them, and of a number above.
TALL, FOOT, WORD, NUMBER = 200, 150, 16, 44
ALONE = {
    "all": ' font-family="sans-serif" font-size="12" fill="#1f4e79"',
    "hatch": ' stroke="#44546a"',
}


@dataclass(frozen=True, slots=True)
class Bar:
    """`value` is a printed number, not below zero, or None where it is hidden."""

    label: str
    value: int | float | None


def bars(
    listed: Sequence[Bar], *, title: str, caption: str, hidden: str, alone: bool = False
) -> str:
    """A list of bars from zero. `caption` says what is counted, its unit and the rounding,
    `hidden` why a number may not be there.

    `alone` is for a file that no page colors.
    """
    most = max([bar.value for bar in listed if bar.value], default=1)
    height = HEAD + ROW * (len(listed) + 1)
    drawn = [_bar(bar, spot, most) for spot, bar in enumerate(listed)]
    key = [_key(hidden, HEAD + ROW * len(listed))] if _hides(listed) else []
    return _picture([*drawn, *key], height, title=title, caption=caption, alone=alone)


def columns(
    listed: Sequence[Bar], *, title: str, caption: str, hidden: str, alone: bool = False
) -> str:
    """The same standing from left to right, for a series in the order of time."""
    most = max([bar.value for bar in listed if bar.value], default=1)
    step = min((WIDTH - LABEL // 2) // max(1, len(listed)), 3 * ROW)
    every = -(-WORD // max(1, step))
    drawn = [
        _column(bar, LABEL // 2 + spot * step, step, most, named=spot % every == 0)
        for spot, bar in enumerate(listed)
    ]
    foot = HEAD + ROW + TALL + FOOT
    key = [_key(hidden, foot)] if _hides(listed) else []
    return _picture([*drawn, *key], foot + ROW, title=title, caption=caption, alone=alone)


def _hides(listed: Sequence[Bar]) -> bool:
    return any(bar.value is None for bar in listed)


def _picture(drawn: Sequence[str], height: int, *, title: str, caption: str, alone: bool) -> str:
    colors = ALONE if alone else {}
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" class="chart" role="img" '
            f'viewBox="0 0 {WIDTH} {height}"{colors.get("all", "")}>',
            f"<title>{escape(title)}</title>",
            f"<desc>{escape(caption)}</desc>",
            '<defs><pattern id="hatch" class="chart-hatch" width="6" height="6" '
            f'patternUnits="userSpaceOnUse"><path d="M0 6 L6 0"{colors.get("hatch", "")}/>'
            "</pattern></defs>",
            *drawn,
            "</svg>",
            "",
        ]
    )


def _bar(bar: Bar, spot: int, most: float) -> str:
    top = HEAD + ROW * spot
    room = WIDTH - LABEL - 80
    kind, width, said, fill = _block(bar, room, most)
    return (
        f'<text class="chart-label" x="{LABEL - GAP}" y="{top + 16}" text-anchor="end">'
        f"{escape(bar.label)}</text>"
        f'<rect class="{kind}" x="{LABEL}" y="{top}" width="{width}" height="{ROW - GAP}"{fill}/>'
        f'<text class="chart-value" x="{LABEL + width + GAP}" y="{top + 16}">{said}</text>'
    )


def _column(bar: Bar, left: int, step: int, most: float, *, named: bool) -> str:
    """Where they stand closer than words do, not every one is named and none has its number."""
    kind, tall, said, fill = _block(bar, TALL, most)
    wide, floor = max(1, step - min(GAP, step // 3)), HEAD + ROW + TALL
    middle, under = left + wide // 2, floor + WORD
    drawn = (
        f'<rect class="{kind}" x="{left}" y="{floor - tall}" width="{wide}" height="{tall}"{fill}/>'
    )
    if not named:
        return drawn
    drawn += (
        f'<text class="chart-label" x="{middle}" y="{under}" text-anchor="end" '
        f'transform="rotate(-45 {middle} {under})">{escape(bar.label)}</text>'
    )
    if step < NUMBER:
        return drawn
    return drawn + (
        f'<text class="chart-value" x="{middle}" y="{floor - tall - GAP // 2}" '
        f'text-anchor="middle">{said}</text>'
    )


def _block(bar: Bar, room: int, most: float) -> tuple[str, int, str, str]:
    """Its class, its length in the room there is, what is said beside it, how it is filled."""
    if bar.value is None:
        hatched = ' fill="url(#hatch)" stroke-dasharray="4 3"'
        return "chart-hidden", room // HIDDEN_SHARE, "hidden", hatched
    whole = int(bar.value) == bar.value
    said = f"{int(bar.value):,}" if whole else f"{bar.value:,}"
    return "chart-bar", int(room * bar.value // most), said, ""


def few(threshold: int) -> str:
    """Why a count is hidden."""
    return f"hidden: fewer than {threshold}, or hidden to protect another"


def _key(words: str, top: int) -> str:
    return f'<text class="chart-key" x="{LABEL}" y="{top + 16}">{escape(words)}</text>'
