"""The chart and the tables of the manual's page on counts, from the measured results."""

from muniment.dataplane.spec import budget
from tests.attacks.measure import LIMIT

WIDTH, HEIGHT, TOP, BOTTOM = 340, 260, 56, 316
LEFTS = (70, 510)
INKS = ["#1f4e79", "#2e75b6", "#548235", "#bf8f00", "#c55a11", "#7f3f98"]
HIGHEST = 0.30
SHOWN_COUNTS = [50, 100, 250, 1000]


def chart(found: dict) -> str:
    """Two panels over one sigma axis: how far off numbers are, and what the strongest gains."""
    sigmas = sorted({row["sigma"] for row in found["utility"]})
    parts = [
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 940 380" role="img" '
        'font-family="system-ui, sans-serif" font-size="13">',
        "<title>What noise costs and what it buys</title>",
        "<desc>Left: the median error of a shown number falls with the size of the count and grows "
        "with sigma. Right: what the strongest attacker gains over guessing falls with sigma and "
        "grows with the number of questions; the line at 0.05 is the limit.</desc>",
        '<rect width="940" height="380" fill="#ffffff"/>',
        *_frame(LEFTS[0], "Median error, share of the count", sigmas),
        *_frame(LEFTS[1], "Gain over guessing, strongest attacker", sigmas),
    ]
    for ink, size in zip(INKS, SHOWN_COUNTS, strict=False):
        points = [(row["sigma"], row["error"]) for row in found["utility"] if row["count"] == size]
        parts += _line(LEFTS[0], points, ink, f"count {size:,}", sigmas)
    pools = sorted({row["pool"] for row in found["gain"]})
    for ink, pool in zip(INKS, pools, strict=False):
        rows = [row for row in found["gain"] if row["pool"] == pool]
        word = "question" if pool == 1 else "questions"
        parts += _line(
            LEFTS[1], [(row["sigma"], row["bound"]) for row in rows], ink, f"{pool} {word}", sigmas
        )
        for row in rows:
            x, y = _at(LEFTS[1], row["sigma"], row["mean"], sigmas)
            parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{ink}"/>')
    _, y = _at(LEFTS[1], sigmas[0], 0.05, sigmas)
    right = LEFTS[1] + WIDTH
    parts.append(
        f'<path d="M{LEFTS[1]} {y:.1f} H{right}" stroke="#44546a" stroke-dasharray="5 4"/>'
    )
    parts.append(
        '<text x="510" y="366" fill="#44546a">'
        "Lines: the bound. Dots: measured. Dashes: the limit of 0.05.</text>"
    )
    return "\n".join([*parts, "</svg>"]) + "\n"


def _frame(left: int, title: str, sigmas: list[int]) -> list[str]:
    parts = [f'<text x="{left}" y="30" font-size="15" font-weight="600">{title}</text>']
    for step in range(7):
        share = HIGHEST * step / 6
        _, y = _at(left, sigmas[0], share, sigmas)
        parts.append(f'<path d="M{left} {y:.1f} h{WIDTH}" stroke="#d9dee6"/>')
        parts.append(f'<text x="{left - 8}" y="{y + 4:.1f}" text-anchor="end">{share:.2f}</text>')
    for sigma in sigmas:
        x, _ = _at(left, sigma, 0, sigmas)
        parts.append(f'<text x="{x:.1f}" y="{BOTTOM + 20}" text-anchor="middle">{sigma}</text>')
    middle = left + WIDTH / 2
    parts.append(f'<text x="{middle:.0f}" y="{BOTTOM + 38}" text-anchor="middle">sigma</text>')
    return parts


def _line(
    left: int, points: list[tuple[int, float]], ink: str, label: str, sigmas: list[int]
) -> list[str]:
    """A line cut at the top of the frame, named at its end."""
    inside = [point for point in points if point[1] <= HIGHEST]
    places = [_at(left, *point, sigmas) for point in inside]
    path = " L".join(f"{x:.1f} {y:.1f}" for x, y in places)
    x, y = places[-1]
    return [
        f'<path d="M{path}" fill="none" stroke="{ink}" stroke-width="2"/>',
        f'<text x="{x - 4:.1f}" y="{y - 6:.1f}" text-anchor="end" fill="{ink}">{label}</text>',
    ]


def _at(left: int, sigma: int, share: float, sigmas: list[int]) -> tuple[float, float]:
    across = left + 12 + (sigma - sigmas[0]) / (sigmas[-1] - sigmas[0]) * (WIDTH - 24)
    return across, BOTTOM - max(share, 0) / HIGHEST * HEIGHT


def filled(page: str, found: dict) -> str:
    """The page with each table between its two comments written anew."""
    for name, rows in _tables(found).items():
        opening, closing = f"<!-- table {name} -->", f"<!-- end {name} -->"
        before, rest = page.split(opening, 1)
        _, after = rest.split(closing, 1)
        page = before + opening + "\n" + "\n".join(rows) + "\n" + closing + after
    return page


def _tables(found: dict) -> dict[str, list[str]]:
    return {
        "defaults": _defaults(found),
        "utility": _utility(found["utility"]),
        "attacks": _attacks(found.get("attacks", [])),
        "remedies": _remedies(found.get("remedies", [])),
    }


def _defaults(found: dict) -> list[str]:
    rows = [
        "| sigma | questions of a person | of an institution | of all, per edition | gain: "
        "institution | gain: all together |",
        "|--:|--:|--:|--:|--:|--:|",
    ]
    for sigma in sorted({row["sigma"] for row in found["utility"]}):
        allowed = budget.limits(sigma)
        rows.append(
            f"| {sigma} | {allowed.person} | {allowed.institution} | {allowed.edition} | "
            f"{budget.advantage(allowed.institution, sigma=sigma):.3f} | "
            f"{budget.advantage(allowed.edition, sigma=sigma):.3f} |"
        )
    return rows


def _utility(rows: list[dict]) -> list[str]:
    counts = sorted({row["count"] for row in rows})
    told = [
        "| sigma | " + " | ".join(f"count {count:,}" for count in counts) + " |",
        "|--:|" + "--:|" * len(counts),
    ]
    for sigma in sorted({row["sigma"] for row in rows}):
        mine = {row["count"]: row for row in rows if row["sigma"] == sigma}
        told.append(
            f"| {sigma} | " + " | ".join(f"{mine[count]['error']:.1%}" for count in counts) + " |"
        )
    return told


def _attacks(rows: list[dict]) -> list[str]:
    return [
        "| attack | gain | at most (99 %) | limit | without protection | worlds | guesses |",
        "|---|--:|--:|---|--:|--:|--:|",
        *[
            f"| {row['attack']} | {row['mean']:.3f} | {row['upper']:.3f} | "
            f"{'kept' if row['upper'] <= LIMIT else 'not kept'} | {row['control']:.2f} | "
            f"{row['worlds']} | {row['guesses']:,} |"
            for row in rows
        ],
    ]


def _remedies(rows: list[dict]) -> list[str]:
    return [
        "| noise seeded by | equality | isolating, averaged | on the brink | guesses |",
        "|---|--:|--:|--:|--:|",
        *[
            f"| {row['remedy']} | "
            + " | ".join(f"{row[name]['mean']:.3f}" for name in ("equality", "isolating", "brink"))
            + f" | {row['equality']['guesses']:,} |"
            for row in rows
        ],
    ]
