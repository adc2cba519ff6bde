"""The pages of the manual that are made from the code: `python -m tests.docs.generate` writes them.

Each page has a module here. `test_reference.py` fails when a committed page is stale.
"""

import os
from collections.abc import Callable

from muniment import cli
from tests.docs import (
    commands_page,
    holding_page,
    methods_page,
    picture,
    refusals_page,
    settings_page,
    specification_page,
)
from tests.house import tree

DOCS = tree.ROOT / "docs"
PAGES: dict[str, Callable[[], str]] = {
    "reference/commands.md": commands_page.page,
    "reference/settings.md": settings_page.page,
    "reference/specification.md": specification_page.page,
    "reference/holding.md": holding_page.page,
    "reference/methods.md": methods_page.page,
    "reference/refusals.md": refusals_page.page,
    "line.svg": picture.picture,
}


def main() -> None:
    """Write every page, and say which ones changed. Touches no home that people use."""
    os.environ["MUNIMENT_HOME"] = str(tree.ROOT / ".venv" / "home")
    cli.start_django()
    for name, page in PAGES.items():
        place = DOCS / name
        before = place.read_text(encoding="utf-8") if place.is_file() else ""
        after = page()
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(after, encoding="utf-8")
        print(f"docs/{name}: {'as it was' if after == before else 'written'}")


if __name__ == "__main__":
    main()
