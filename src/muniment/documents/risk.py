"""The risk report of a release as a page or a PDF: plain JSON values in, bytes out.

A report is what `told` makes of a receipt or a manifest: a title, whether it is exact (staff only)
or protected, and per part a few facts and tables.
"""

import html
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from muniment.documents import typeset

INTERNAL = "Exact numbers, for staff only. Do not pass this on."
OUTWARD = "Protected numbers, as the release itself tells them."
WIDEST = 240


@dataclass(frozen=True, slots=True)
class Bar:
    """One class of group sizes: its label, and the units in it before and after."""

    label: str
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Part:
    """`facts` are pairs of words and a value; `bars` may be empty."""

    name: str
    facts: tuple[tuple[str, str], ...]
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Report:
    title: str
    is_exact: bool
    parts: tuple[Part, ...]

    @property
    def notice(self) -> str:
        return INTERNAL if self.is_exact else OUTWARD


def told(title: str, parts: Sequence[Mapping[str, Any]], *, is_exact: bool) -> Report:
    """`parts` of a receipt (exact) or of a manifest (protected)."""
    listed = [_exact(part) if is_exact else _outward(part) for part in parts]
    return Report(title, is_exact, tuple(each for each in listed if each.facts))


def page(report: Report) -> bytes:
    """A whole HTML document: no script, nothing fetched."""
    style = (
        "body{font-family:sans-serif;max-width:50rem;margin:2rem auto;line-height:1.5}"
        "th,td{text-align:left;padding:.2rem 1rem .2rem 0;vertical-align:top}"
        ".before{fill:#8a8a8a}.after{fill:#1f5fa8}.notice{font-weight:bold}"
    )
    title = html.escape(report.title)
    text = (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f"<style>{style}</style></head><body><main>{fragment(report)}</main></body></html>\n"
    )
    return text.encode()


def fragment(report: Report) -> str:
    """The same without a document around it, for a page that brings its own style."""
    return "\n".join(_lines(report))


def pdf(report: Report) -> bytes:
    """PDF with a chart of group sizes; the bytes are the same for the same report."""
    data = {
        "title": report.title,
        "notice": report.notice,
        "parts": [
            {
                "name": part.name,
                "facts": [list(fact) for fact in part.facts],
                "bars": [[bar.label, bar.before, bar.after] for bar in part.bars],
                "most": _most(part.bars),
            }
            for part in report.parts
        ],
    }
    return typeset.pdf(TEMPLATE, data)


TEMPLATE = """
#let data = json(bytes(sys.inputs.data))
#set document(title: data.title)
#set page(margin: 2.2cm, numbering: "1")
#set text(size: 10pt, lang: "en")
= #data.title
*#data.notice*
#for part in data.parts [
  == #part.name
  #table(columns: (auto, 1fr), stroke: none, inset: (x: 0pt, y: 3pt), column-gutter: 12pt,
    ..part.facts.flatten().map(each => [#each]))
  #if part.bars.len() > 0 [
    === Units by size of their group, before (gray) and after (blue)
    #table(columns: (auto, 1fr), stroke: none, inset: (x: 0pt, y: 2pt), column-gutter: 12pt,
      ..part.bars.map(bar => (
        [#bar.at(0)],
        stack(dir: ttb, spacing: 1pt,
          ..((bar.at(1), luma(140)), (bar.at(2), rgb("#1f5fa8"))).map(one =>
            stack(dir: ltr, spacing: 4pt,
              rect(width: one.at(0) / part.most * 9cm, height: 7pt, fill: one.at(1)),
              text(size: 7pt)[#one.at(0)]))),
      )).flatten())
  ]
]
"""


def _exact(part: Mapping[str, Any]) -> Part:
    risk = part.get("risk")
    if risk is None:
        return Part(str(part["part"]), (), ())
    facts = [
        ("What k is about", str(risk["scope"])),
        ("Baseline variables", ", ".join(risk["baseline"]) or "none"),
        ("Not part of k", ", ".join(risk["untreated"]) or "none"),
        ("Limit", str(risk["limit"])),
        ("Units", str(risk["after"]["units"])),
        ("Smallest group before", str(risk["before"]["smallest_group"])),
        ("Smallest group after", str(risk["after"]["smallest_group"])),
        ("Units under the limit before", str(risk["before"]["units_below"])),
        ("Alone for who knows rows and intervals", str(risk["alone_with_more"])),
    ]
    facts += [(f"Cells blanked in {name}", str(cells)) for name, cells in risk["blanked"].items()]
    facts += [
        (f"Course in {table}", f"smallest group {each['smallest_group']}, "
         f"{each['rows_withheld']} rows withheld, {each['codes_blanked']} codes blanked")
        for table, each in (risk.get("course") or {}).items()
    ]  # fmt: skip
    if risk["baseline"]:
        facts += _exposed(risk.get("diversity"))
    facts += [
        (f"Alone by {each['kind']} of {each['on']}", f"{each['alone']} of {each['units']}")
        for each in part.get("courses", ())
    ]
    facts += [
        (f"Join an earlier release by {each['kind']}", f"{each['joined']} of {each['units']}")
        for each in part.get("joins", ())
    ]
    facts += [
        (f"Hidden cells of the public table by {', '.join(each['by'])}",
         f"{each['cells_revealed']} that this release would show")
        for each in part.get("revealed", ())
    ]  # fmt: skip
    facts += _as_held(part.get("risk_as_held"))
    facts += _changed(part.get("cells", {}), risk.get("generalized"))
    measured = risk.get("measures")
    return Part(str(part["part"]), (*facts, *_rates(measured)), tuple(_bars(measured)))


def _exposed(diversity: Mapping[str, Any] | None) -> Iterator[tuple[str, str]]:
    """What a reader learns who knows only the group that someone is in."""
    if diversity is None:
        yield "Sensitive values", "not measured for so many units; set a limit in the policy"
        return
    for name, told in diversity.items():
        says = "too many different values to compare groups by"
        if told:
            says = (
                f"at least {told['distinct_l']} different values in every group (entropy l "
                f"{told['entropy_l_hundredths'] / 100:.2f}), groups up to "
                f"{_percent(told['t_millionths'])} from all; "
                f"{told['units_in_groups_of_one_value']} units in groups of one value"
            )
        yield f"Sensitive {name}", says


def _as_held(told: Mapping[str, Any] | None) -> Iterator[tuple[str, str]]:
    """How alone people are in the rows as the holding has them, before any method."""
    if told is None:
        return
    rates = told["rates_millionths"]
    yield "As held, grouped by", ", ".join(told["variables"])
    yield "As held, smallest group", str(told["smallest_group"])
    yield "As held, units under the limit", str(told["units_below"])
    yield "As held, highest prosecutor risk", _percent(rates["prosecutor_most"])
    yield "As held, marketer risk", _percent(rates["marketer"])


def _changed(
    cells: Mapping[str, Any], coarser: Mapping[str, Any] | None
) -> Iterator[tuple[str, str]]:
    """What each method did, and the rungs that were climbed to reach k."""
    for name, told in cells.items():
        says = f"{told['changed']} of {told['held']} cells"
        yield f"Changed in {name} by {told['method']}", says
    for name, rung in ((coarser or {}).get("rungs") or {}).items():
        yield f"Rung of {name}", str(rung)


def _rates(measured: Mapping[str, Any] | None) -> Iterator[tuple[str, str]]:
    if measured is None:
        return
    for when in ("before", "after"):
        rates = measured[when]["rates_millionths"]
        yield f"Highest prosecutor risk {when}", _percent(rates["prosecutor_most"])
        yield f"Mean prosecutor risk {when}", _percent(rates["prosecutor_mean"])
        if rates["journalist_most"] is not None:
            yield f"Highest journalist risk {when}", _percent(rates["journalist_most"])
        yield f"Marketer risk {when}", _percent(rates["marketer"])
        if measured[when]["uniques"]:
            found = measured[when]["uniques"]
            says = f"{found['unique']}, of them special (alone in few variables) {found['special']}"
            yield f"Unique units {when}", says
    for name, cells in measured["utility"].items():
        moved = cells["distance_millionths"]
        says = f"{cells['cells_after']} of {cells['cells_before']} cells"
        more = "made coarser" if moved is None else f"distribution moved by {_percent(moved)}"
        yield f"Kept of {name}", f"{says}; {more}"


def _bars(measured: Mapping[str, Any] | None) -> Iterator[Bar]:
    if measured is None:
        return
    pairs = zip(measured["before"]["groups"], measured["after"]["groups"], strict=True)
    for before, after in pairs:
        least, most = before["least"], before["most"]
        label = f"{least} or more" if most is None else str(least)
        if most is not None and most > least:
            label = f"{least} to {most}"
        yield Bar(label, before["units"], after["units"])


def _outward(part: Mapping[str, Any]) -> Part:
    figures = part["figures"]
    if "k_limit" not in figures:
        return Part(str(part["part"]), (), ())
    facts = (
        ("Units, rounded", str(figures["units"])),
        ("k is at least", str(figures["k_limit"])),
        ("On the declared baseline variables", ", ".join(figures["k_on"]) or "none"),
        ("Not part of k", ", ".join(figures["k_not_on"]) or "none"),
        ("Variables with blanked values", ", ".join(figures["blanked"]) or "none"),
        *([("Data", "synthetic: they describe no real person")] if part.get("synthetic") else []),
    )
    return Part(str(part["part"]), facts, ())


def _lines(report: Report) -> Iterator[str]:
    yield f"<h1>{html.escape(report.title)}</h1>"
    yield f'<p class="notice">{html.escape(report.notice)}</p>'
    for part in report.parts:
        yield f"<h2>{html.escape(part.name)}</h2>"
        yield "<table><tbody>"
        for words, value in part.facts:
            yield f'<tr><th scope="row">{html.escape(words)}</th><td>{html.escape(value)}</td></tr>'
        yield "</tbody></table>"
        if part.bars:
            yield from _chart(part.bars)


def _chart(bars: Sequence[Bar]) -> Iterator[str]:
    """Two bars a class, drawn with widths as attributes so that a strict page shows them."""
    yield "<h3>Units by size of their group, before and after</h3>"
    yield "<table><thead><tr><th>Size of group</th><th>Before</th><th>After</th><th></th></tr>"
    yield "</thead><tbody>"
    most = _most(bars)
    for bar in bars:
        before, after = (count * WIDEST // most for count in (bar.before, bar.after))
        yield (
            f'<tr><th scope="row">{html.escape(bar.label)}</th><td>{bar.before}</td>'
            f'<td>{bar.after}</td><td><svg width="{WIDEST}" height="14" aria-hidden="true">'
            f'<rect class="before" width="{before}" height="6"></rect>'
            f'<rect class="after" y="7" width="{after}" height="6"></rect></svg></td></tr>'
        )
    yield "</tbody></table>"


def _most(bars: Sequence[Bar]) -> int:
    return max((max(bar.before, bar.after) for bar in bars), default=0) or 1


def _percent(millionths: int) -> str:
    return f"{millionths / 10_000:.2f} %"
