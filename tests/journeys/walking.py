"""Opening every page that is linked, as a person who follows each link once would.

Each is looked at as it stands: wide and light, then in a narrow window and in the dark.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Error

from tests.journeys.people import Someone

MOST = 500
SHARED = re.compile(r"/(data|register|how-access-works|ask|accounts|enquiries|ledger)\b")
"""Pages that are the same for whoever comes: where several walk, the first one looks."""
LEAVES = ("sign-out", "/static/", "/oidc/")
"""Addresses that end the visit, or that are no page."""
LINKS = "[...document.querySelectorAll('a[href^=\"/\"]')].map(each => each.getAttribute('href'))"
"""By a whole address: what a page says of itself in other words ("?answered") is not followed."""
IN_DARK = {"runOnly": ["color-contrast"]}
"""What else axe looks at does not hang on the color of the paper, and was looked at in light."""
SAID = ["aria-current", "aria-expanded", "aria-hidden", "aria-invalid", "aria-live",
        "autocomplete", "class", "dir", "lang", "role", "scope", "style", "tabindex",
        "type"]  # fmt: skip
IDS = ["aria-controls", "aria-describedby", "aria-labelledby", "aria-owns", "for", "headers", "id"]
PARTS = f"""
(all => {{
  const places = new Map(all.map((each, at) => [each, at]));
  const place = id => places.get(document.getElementById(id));
  const told = ({{name, value}}) =>
    {SAID}.includes(name) ? value
    : {IDS}.includes(name) ? value.split(" ").map(place)
    : value.startsWith("#") ? place(value.slice(1))
    : !!value;
  return all.map(each => [
    places.get(each.parentElement), each.tagName, !!each.textContent.trim(),
    ...[...each.attributes].map(one => [one.name, told(one)])
  ].join()).join("\\n");
}})([...document.querySelectorAll("*")])
"""
"""What a page is drawn of, whatever its words are: elements, where they stand and their kinds,
which of them are named by which others, and what is empty."""
NAMED = re.compile(
    r"CENTRA-\d{4}-\d{4}|[0-9a-f]{32}|\d+|(?<=/data/)[^/?]+|(?<=/policy/)[^/?]+|[\w-]+\.md|=[^&]+"
)
"""Where two addresses of one kind differ: in request, person, dataset, rule, letter or words."""


@dataclass(frozen=True, slots=True)
class Walked:
    """What those who walked before saw of the pages that are the same for everybody, by kind."""

    times: Counter[str] = field(default_factory=Counter)
    onward: dict[str, list[str]] = field(default_factory=dict)
    """The links of the shared pages of a kind to other shared ones."""

    def keep(self, kind: str, links: Sequence[str]) -> None:
        """Remember that one of the kind was looked at, and where it leads."""
        self.times[kind] += 1
        self.onward.setdefault(kind, []).extend(each for each in links if SHARED.match(each))


def pages(
    someone: Someone,
    first: Sequence[str],
    *,
    of_a_kind: int = MOST,
    before: Walked | None = None,
    reached: set[str] | None = None,
) -> Iterator[str]:
    """Open every page that is linked, once, beginning with the first ones.

    Of addresses that differ in what they name only, as many as said are opened. A page that is the
    same for everybody, and that was looked at `before`, is not opened again; where it led is
    followed all the same. `reached` is filled with the pages of both sorts.
    """
    waiting, seen, kinds = list(first), set[str](), Counter[str]()
    while waiting:
        address = waiting.pop(0).partition("#")[0]
        kind = NAMED.sub("*", address)
        if address in seen or kinds[kind] >= of_a_kind or any(each in address for each in LEAVES):
            continue
        seen.add(address)
        assert len(seen) < MOST, "the walk goes in circles"
        known = before is not None and before.times[kind] >= of_a_kind
        if not known and not _opens(someone, address):
            continue
        kinds[kind] += 1
        if reached is not None:
            reached.add(address)
        if before is not None and known:
            waiting += before.onward[kind]
            continue
        yield address
        links = someone.page.evaluate(LINKS)
        if before is not None and SHARED.match(address):
            before.keep(kind, links)
        waiting += links


def _opens(someone: Someone, address: str) -> bool:
    """Whether it is a page: a file is downloaded, or shown as text."""
    try:
        answer = someone.page.goto(someone.site.url + address)
    except Error as what:
        if "Download is starting" in what.message:
            return False
        raise
    return answer is not None and "text/html" in answer.headers.get("content-type", "")


def called(address: str) -> str:
    """What a picture of this page is called."""
    return address.strip("/").replace("/", "_").partition("?")[0]


def looks_at(someone: Someone, address: str, name: str, *, seen: set[int]) -> None:
    """Wide and light axe finds nothing, and one button at most is filled; then narrow and dark.

    What axe finds hangs on the parts of a page and not on its words: where another page of the same
    parts was `seen`, axe has looked already.
    """
    parts = hash(someone.page.evaluate(PARTS))
    new = parts not in seen
    seen.add(parts)
    if new:
        someone.finds_no_barrier()
    assert someone.page.locator("main .btn-primary").count() <= 1, address
    someone.keeps(f"{name}-{called(address)}-light")
    with someone.narrow_and_dark():
        someone.finds_nothing_cut()
        if new:
            _is_not_faint(someone, address)
        someone.keeps(f"{name}-{called(address)}-dark-320")


def _is_not_faint(someone: Someone, address: str) -> None:
    """No word is too faint on dark paper."""
    found = Axe().run(someone.page, options=IN_DARK).response["violations"]
    assert found == [], (address, [node["html"] for each in found for node in each["nodes"]])
