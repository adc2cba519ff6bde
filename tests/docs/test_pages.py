"""The manual holds together: pages are reached, links lead somewhere, what is named exists."""

import re
import shlex
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from muniment import cli
from tests.docs import commands_page, console, generate
from tests.house import owed, tree

PAGES = sorted(generate.DOCS.rglob("*.md"))
LINK = re.compile(r"(?<!`)\[[^\]]*\]\(([^)\s]+)\)")
PICTURE = re.compile(r"\]\(pictures/([\w-]+)\.png\)")
FENCED = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
SOURCE = re.compile(r"`((?:src|tests|docs)/[\w./-]+)`")
DECISION = re.compile(r"^# (\d+)\. .+$")
DECIDED = "**Decision"


@pytest.mark.parametrize("page", PAGES, ids=tree.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    text = FENCED.sub("", page.read_text(encoding="utf-8"))
    broken = [link for link in LINK.findall(text) if "://" not in link and not leads(page, link)]
    assert broken == []


def test_the_readme_links_to_pages_that_are_there() -> None:
    readme = tree.ROOT / "README.md"
    links = [link for link in LINK.findall(readme.read_text(encoding="utf-8")) if "://" not in link]
    assert links
    assert [link for link in links if not leads(readme, link)] == []


def test_every_page_is_in_the_navigation_once() -> None:
    settings = YAML(typ="safe").load((tree.ROOT / "mkdocs.yml").read_text(encoding="utf-8"))
    listed = leaves(settings["nav"])
    assert sorted(listed) == [page.relative_to(generate.DOCS).as_posix() for page in PAGES]


def test_every_picture_is_shown_and_taken_by_a_journey() -> None:
    """So `make pictures` takes each anew, and none shows a page as it once was for good."""
    shown = {name for page in PAGES for name in PICTURE.findall(page.read_text(encoding="utf-8"))}
    kept = {each.stem for each in (generate.DOCS / "manual" / "pictures").iterdir()}
    walked = "".join(each.read_text() for each in (tree.ROOT / "tests" / "journeys").glob("*.py"))
    assert shown == kept
    assert [name for name in sorted(shown) if f'"{name}"' not in walked] == []


@pytest.mark.parametrize("page", PAGES, ids=tree.name)
def test_every_file_that_a_page_names_is_there(page: Path) -> None:
    named = SOURCE.findall(page.read_text(encoding="utf-8"))
    assert [name for name in named if not (tree.ROOT / name).exists()] == []


def test_the_map_names_every_ring() -> None:
    page = (generate.DOCS / "where-things-go.md").read_text(encoding="utf-8")
    assert [ring for ring in tree.RINGS if f"`{ring}`" not in page] == []


@pytest.mark.parametrize("page", [*PAGES, tree.ROOT / "README.md"], ids=tree.name)
def test_every_command_that_is_shown_can_be_typed(page: Path) -> None:
    """Words and options only: what stands for a value is not looked at."""
    wrong = [line for line in shown_commands(page) if not known(line)]
    assert wrong == []


def test_a_command_that_is_none_is_noticed() -> None:
    assert known("muniment holding check DIR --format json")
    assert not known("muniment holdings check DIR")
    assert not known("muniment holding chock DIR")
    assert not known("muniment release verify DIR --keys FILE")


def test_decisions_are_numbered_and_short_and_say_what_was_decided() -> None:
    records = sorted((generate.DOCS / "decisions").glob("*.md"))
    assert len(records) > 5
    for number, record in enumerate(records, start=1):
        text = record.read_text(encoding="utf-8")
        title = DECISION.match(text.partition("\n")[0])
        assert title, record.name
        assert (int(title[1]), record.name[:5]) == (number, f"{number:04}-")
        assert DECIDED in text, record.name
        assert len(text.splitlines()) <= 45, f"{record.name} is longer than half a page"


def leads(page: Path, link: str) -> bool:
    """Whether the file is there, and the heading in it."""
    name, _, anchor = link.partition("#")
    target = (page.parent / name).resolve() if name else page
    return target.exists() and (not anchor or anchor in anchors(target))


def anchors(page: Path) -> set[str]:
    """Headings as the builder of the manual names them."""
    titles = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[-\s]+", "-", re.sub(r"[^\w\s-]", "", t).strip().lower()) for t in titles}


def leaves(nav: object) -> list[str]:
    """The files of a navigation, however deep."""
    if isinstance(nav, str):
        return [nav]
    inside = nav.values() if isinstance(nav, dict) else nav
    assert isinstance(inside, list) or hasattr(inside, "__iter__")
    return [leaf for each in inside for leaf in leaves(each)]


def shown_commands(page: Path) -> list[str]:
    """Lines in blocks that begin with our command, and the same in running text."""
    text = page.read_text(encoding="utf-8")
    blocks = [body for _, _, body in console.BLOCK.findall(text)]
    blocks += re.findall(r"^```\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    lines = [line.strip().removeprefix("$ ") for body in blocks for line in body.splitlines()]
    lines += re.findall(r"`(muniment [^`]+)`", FENCED.sub("", text))
    return [re.split(r" [|>#&]|[;)]", line)[0] for line in lines if line.startswith("muniment ")]


def known(line: str) -> bool:
    """Whether command, second word and options are those of the real parsers."""
    words = [word.strip("[]") for word in shlex.split(line)[1:]]
    command, *rest = words
    if command == "COMMAND" or words[:2] == ["manage", "migrate"]:
        return True
    if command not in cli.COMMANDS or not owed.written(command):
        return command in cli.COMMANDS
    parsers = {p.prog: p for p in commands_page.runnable(commands_page.parser_of(command))}
    parser = parsers.get(f"muniment {command}") or parsers.get(f"muniment {command} {rest[:1]}")
    if parser is None and rest:
        parser = parsers.get(f"muniment {command} {rest[0]}")
    if parser is None:
        return not rest or set(re.split(r"\|", rest[0])) <= {p.split()[-1] for p in parsers}
    flags = {flag for action in commands_page.options(parser) for flag in action.option_strings}
    return all(word in {*flags, "--help"} for word in rest if word.startswith("--"))
