"""`docs/reference/commands.md`: every command and option, read off the real parsers."""

import argparse
import importlib
from collections.abc import Iterator
from types import ModuleType

from muniment import cli
from tests.docs import markdown
from tests.house import owed

INTRO = """\
`muniment COMMAND --help` prints the same on the spot. A command ends with 0 when it did what was
asked, with 1 when it refused or failed (the reason is one plain sentence on the error stream), and
with 2 when it was called wrongly. With `--format json` it prints one JSON document, nothing else.

The commands in the first table need no database and no settings beside `MUNIMENT_HOME`, the folder
where they keep their keys."""
# `programme check` and `programme export` need none either; `programme load` and `people` do.
WITHOUT_DATABASE = (
    "rules", "programme", "holding", "count", "extract", "cube", "risk", "text", "trace", "fetch",
    "release", "verify", "dataplane",
)  # fmt: skip
DATABASE = "With the database (`muniment programme load` and `people` too):"


def page() -> str:
    """The whole page."""
    apart = [name for name in cli.COMMANDS if name in WITHOUT_DATABASE]
    inside = [name for name in cli.COMMANDS if name not in WITHOUT_DATABASE]
    return markdown.page(
        "# Commands", INTRO, _summary(apart), DATABASE, _summary(inside), *_sections()
    )


def parser_of(name: str) -> argparse.ArgumentParser:
    """A command's parser, as the command line builds it."""
    parser = argparse.ArgumentParser(prog=f"muniment {name}")
    _module(name).arguments(parser)
    return parser


def runnable(parser: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    """The parser itself, or those of its second words."""
    second = _second_words(parser)
    if second is None:
        yield parser
    else:
        yield from second.choices.values()


def options(parser: argparse.ArgumentParser) -> list[argparse.Action]:
    """What a parser takes, `--help` aside."""
    return [
        action
        for action in parser._actions
        if not isinstance(action, argparse._HelpAction | argparse._SubParsersAction)
    ]


def _summary(names: list[str]) -> str:
    rows = [(f"[`muniment {name}`](#muniment-{name})", cli.COMMANDS[name]) for name in names]
    return markdown.table(("command", "what it does"), rows)


def _sections() -> Iterator[str]:
    for name in cli.COMMANDS:
        yield f"## muniment {name}"
        if not owed.written(name):
            yield f"{markdown.sentence(cli.COMMANDS[name])} Not written yet."
            continue
        first, rest = markdown.docstring(_module(name))
        yield f"{markdown.sentence(first.partition(': ')[2] or first)}"
        yield rest
        parser = parser_of(name)
        for each in runnable(parser):
            if each is not parser:
                yield f"### {each.prog}"
                yield markdown.sentence(_help_of(parser, each))
            yield markdown.fenced(_usage(each))
            yield _table(each)


def _table(parser: argparse.ArgumentParser) -> str:
    rows = [(markdown.code(_form(action)), _says(action)) for action in options(parser)]
    return markdown.table(("argument", "what it is"), rows) if rows else ""


def _usage(parser: argparse.ArgumentParser) -> str:
    """One line; the standard library's own form differs from one Python to the next."""
    words = [parser.prog]
    for action in sorted(options(parser), key=lambda action: bool(action.option_strings)):
        form = _form(action)
        words.append(form if action.required else f"[{form}]")
    return " ".join(words)


def _form(action: argparse.Action) -> str:
    if isinstance(action, argparse._StoreTrueAction):
        return action.option_strings[-1]
    value = str(action.metavar or "|".join(map(str, action.choices or [action.dest.upper()])))
    return f"{action.option_strings[-1]} {value}" if action.option_strings else value


def _says(action: argparse.Action) -> str:
    said = [action.help or ""]
    if action.required and action.option_strings:
        said.append("required")
    if action.default not in (None, False, [], argparse.SUPPRESS) and "default" not in said[0]:
        said.append(f"default: {markdown.code(action.default)}")
    return "; ".join(word for word in said if word)


def _help_of(parser: argparse.ArgumentParser, child: argparse.ArgumentParser) -> str:
    second = _second_words(parser)
    assert second is not None
    word = child.prog.rpartition(" ")[2]
    return next(str(each.help) for each in second._choices_actions if each.dest == word)


def _second_words(
    parser: argparse.ArgumentParser,
) -> "argparse._SubParsersAction[argparse.ArgumentParser] | None":
    found = [a for a in parser._actions if isinstance(a, argparse._SubParsersAction)]
    return found[0] if found else None


def _module(name: str) -> ModuleType:
    return importlib.import_module(f"muniment.cli.{name}")
