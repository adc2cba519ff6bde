"""How alike people are in a build, as held, treated, and as it leaves: the numbers and the chart.

Exact figures, drawn only for those whose work they are, under a look on record.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

PLOT, TOP, BASE = 170, 12, 182
STATES = ("held", "before", "after")
"""As the holding has the rows, with every method applied, and with small groups changed."""
ROWS = (
    ("smallest_group", _("Smallest group")),
    ("units_below", _("People in groups under the limit")),
    ("prosecutor", _("Highest chance to find one given person")),
    ("marketer", _("Average chance of a right match")),
)
SHARES = ("prosecutor", "marketer")


def figures(build: Any) -> list[dict[str, Any]]:
    """Of each part: the three numbers on top, chart and table, and what is not part of k."""
    findings = build.findings
    return [
        {
            "part": part,
            "risk": risk,
            "baseline": _names(risk["baseline"]),
            "held_by": _names(told.get("held", {}).get("variables", ())),
            "average": _percent(told.get("after", {}).get("marketer")),
            "changed": _changed(told),
            "table": table(told) if risk["baseline"] else [],
            "chart": chart(told, limit=risk["limit"]) if risk["baseline"] else None,
            "untreated": ", ".join(told.get("untreated", ())),
            "revealed": told.get("revealed", ()),
        }
        for part, risk in findings.get("risk", {}).items()
        for told in [findings.get("parts", {}).get(part, {})]
    ]


def table(told: Mapping[str, Any]) -> list[tuple[Any, list[str]]]:
    """Each figure with its words in the three states; a dash where it was not measured."""
    return [
        (words, [_shown(name, told.get(when, {}).get(name)) for when in STATES])
        for name, words in ROWS
    ]


def chart(told: Mapping[str, Any], *, limit: int) -> dict[str, Any] | None:
    """Numbers of groups by size in the three states; the limit stands between two classes.

    A build made before rows were measured as held draws the two states that it has.
    """
    known = [told.get(when, {}).get("groups", []) for when in STATES]
    held, before, after = known
    if not before:
        return None
    after = after or before
    classes = list(zip(held or before, before, after, strict=True))
    top = max(1, *(each["groups"] for triple in classes for each in triple))
    share = 100 / len(classes)
    bars = [
        {
            "label": _sizes(first),
            "held": first["groups"],
            "before": second["groups"],
            "after": third["groups"],
            "small": (first["most"] or limit) < limit,
            "middle": f"{(spot + 0.5) * share:.2f}%",
            "columns": _columns((first, third), left=spot * share, share=share, top=top),
        }
        for spot, (first, second, third) in enumerate(classes)
    ]
    small = sum(1 for bar in bars if bar["small"])
    at = f"{small * share:.2f}%"
    return {"bars": bars, "top": top, "at": at, "limit": limit, "is_held": bool(held)}


def _columns(
    pair: Sequence[Mapping[str, Any]], *, left: float, share: float, top: int
) -> list[dict[str, Any]]:
    """The pale column of before and the full one of after, beside each other."""
    heights = [PLOT * each["groups"] // top for each in pair]
    return [
        {
            "paint": paint,
            "left": f"{left + share * offset:.2f}%",
            "width": f"{share * 0.36:.2f}%",
            "top": BASE - height,
            "height": height,
        }
        for paint, offset, height in zip(("pale", "bar"), (0.12, 0.5), heights, strict=True)
    ]


def _names(full: Sequence[str]) -> str:
    return ", ".join(name.rpartition(".")[2] for name in full)


def _shown(name: str, value: int | None) -> str:
    if name in SHARES:
        return _percent(value)
    return "–" if value is None else f"{value:,}"


def _changed(told: Mapping[str, Any]) -> str:
    """The share of cells that were changed or blanked."""
    cells = told.get("cells", {}).values()
    held = sum(each["held"] for each in cells)
    changed = sum(each["changed"] for each in cells) + sum(told.get("blanked", {}).values())
    return _percent(min(changed, held) * 1_000_000 // held if held else None)


def _percent(millionths: int | None) -> str:
    return "–" if millionths is None else f"{millionths / 10_000:.1f}%"


def _sizes(each: Mapping[str, Any]) -> str:
    if each["most"] is None:
        return f"{each['least']:,}+"
    if each["least"] == each["most"]:
        return str(each["least"])
    return f"{each['least']}–{each['most']}"
