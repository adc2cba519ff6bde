"""The look in numbers: contrast of the tokens, the files behind it, and how they are written."""

import hashlib
import re
from pathlib import Path

import pytest

import muniment

STATIC = Path(muniment.__file__).parent / "static" / "muniment"
TOKENS = (STATIC / "css" / "tokens.css").read_text()
TEXT, EDGE = 4.5, 3.0  # WCAG 2.2: 1.4.3 for text, 1.4.11 for edges and marks
PAIRS = [
    ("ink", "paper", TEXT), ("ink", "card", TEXT), ("ink", "plain-bg", TEXT),
    ("ink-2", "paper", TEXT), ("ink-2", "card", TEXT), ("ink", "warn-bg", TEXT),
    ("brand", "paper", TEXT), ("brand", "card", TEXT), ("brand", "brand-tint", TEXT),
    ("on-brand", "brand", TEXT), ("on-brand", "brand-strong", TEXT),
    ("good", "good-bg", TEXT), ("warn", "warn-bg", TEXT), ("stop", "stop-bg", TEXT),
    ("stop", "card", TEXT), ("stop", "paper", TEXT), ("good", "paper", TEXT),
    ("field", "card", EDGE), ("field", "paper", EDGE), ("focus", "paper", EDGE),
    ("focus", "card", EDGE), ("brand", "line", EDGE),
]  # fmt: skip


def tokens(mode: str) -> dict[str, str]:
    """The color tokens of light or dark mode."""
    block = re.search(rf'\[data-bs-theme="{mode}"\] {{(.*?)}}', TOKENS, re.S)
    assert block
    return dict(re.findall(r"--mu-([\w-]+): (#[0-9a-f]{3,6});", block[1]))


def luminance(color: str) -> float:
    """Relative luminance, by WCAG's definition."""
    digits = color.lstrip("#")
    full = "".join(each * 2 for each in digits) if len(digits) == 3 else digits
    parts = [int(full[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize(("front", "back", "least"), PAIRS)
def test_what_is_read_stands_out_from_what_is_behind_it(
    mode: str, front: str, back: str, least: float
) -> None:
    colors = tokens(mode)
    assert contrast(colors[front], colors[back]) >= least


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_links_have_the_brand_s_color(mode: str) -> None:
    block = re.search(rf'\[data-bs-theme="{mode}"\] {{(.*?)}}', TOKENS, re.S)
    assert block
    channels = re.search(r"--bs-link-color-rgb: (\d+), (\d+), (\d+);", block[1])
    assert channels
    assert "#" + "".join(f"{int(each):02x}" for each in channels.groups()) == tokens(mode)["brand"]


def test_both_modes_set_the_same_colors() -> None:
    assert tokens("light").keys() == tokens("dark").keys()


@pytest.mark.parametrize("path", sorted((STATIC / "css").iterdir()), ids=lambda path: path.name)
def test_a_sheet_is_short_and_has_one_declaration_a_line(path: Path) -> None:
    lines = path.read_text().splitlines()
    assert len(lines) <= 300
    for line in lines:
        outside = re.sub(r"url\(.*?\)|/\*.*?\*/", "", line)
        assert outside.count(";") <= 1
        assert not ("{" in outside and ";" in outside)


def test_colors_are_named_in_the_tokens_only() -> None:
    """Paper is the exception: it has no theme."""
    named = {
        path.name: re.findall(
            r"#[0-9a-fA-F]{3,8}\b|rgba?\(", re.sub(r"url\(.*?\)", "", path.read_text())
        )
        for path in (STATIC / "css").iterdir()
        if path.name not in {"tokens.css", "media.css"}
    }
    assert {name: found for name, found in named.items() if found} == {}


def test_files_of_others_are_the_ones_that_were_chosen() -> None:
    vendor = STATIC / "vendor"
    named = dict(
        reversed(line.split("  "))  # type: ignore[misc]
        for line in (vendor / "VERSIONS").read_text().splitlines()
        if re.match(r"[0-9a-f]{64}  ", line)
    )
    there = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in vendor.iterdir()
        if path.suffix in {".css", ".js", ".woff2"}
    }
    assert named == there


def test_no_file_asks_for_a_source_map() -> None:
    for path in STATIC.rglob("*"):
        if path.suffix in {".css", ".js"}:
            assert "sourceMappingURL" not in path.read_text()


def test_every_address_in_a_sheet_leads_to_a_file() -> None:
    for path in (STATIC / "css").iterdir():
        for target in re.findall(r"url\((?!\"data:)([^)]+)\)", path.read_text()):
            assert (path.parent / target).is_file(), target


SIDES = re.compile(r"\s*((margin|padding|border)-)?(left|right)\b|\s*text-align: (left|right)\b")
UNEVEN = re.compile(r"\s*(?:margin|padding): \S+ (\S+) \S+ (\S+);")


@pytest.mark.parametrize("path", sorted((STATIC / "css").iterdir()), ids=lambda path: path.name)
def test_a_sheet_says_start_and_end_so_that_it_turns_with_the_script(path: Path) -> None:
    lines = path.read_text().splitlines()
    uneven = [each[0] for line in lines if (each := UNEVEN.match(line)) and each[1] != each[2]]
    assert [line for line in lines if SIDES.match(line)] + uneven == []


FORCED = re.compile(r"^@media \(forced-colors: active\) {$.*?^}$", re.M | re.S)
MARK = re.compile(r'^(\.[^{}]+?) {[^{}]*content: "";[^{}]*background: var', re.M)


def test_what_a_background_draws_has_a_rule_for_forced_colors() -> None:
    """There a background is wiped out: a dot or a check mark made of one would not be seen."""
    sheets = "".join(each.read_text() for each in sorted((STATIC / "css").iterdir()))
    forced = "".join(FORCED.findall(sheets))
    marks = {*MARK.findall(FORCED.sub("", sheets)), ".form-check-input", ".mu-chart-bar"}
    assert len(marks) == 5
    bordered = {".mu-time li::before"}  # by its border alone it is seen
    assert [
        name for name in marks - bordered if not re.search(f"{re.escape(name)}[ ,]", forced)
    ] == []
