"""What is named but not there yet. `python -m tests.house.owed` writes pending.toml anew."""

import ast
import os
import tomllib
from collections.abc import Callable
from pathlib import Path

from muniment import cli
from muniment.rulebook import reading
from tests.house import tree

PENDING = Path(__file__).parent / "pending.toml"
HEAD = """\
# What is named but not there yet. A list may only shrink: `python -m tests.house.owed` writes this
# file, and an `at_most` that grows shows in the change. Tests compare each list with what is owed.
"""


def main() -> None:
    """Write every list as it stands."""
    PENDING.write_text(HEAD + "".join(section(kind) for kind in OWED))
    for kind, names in pending().items():
        print(f"{kind}: {names['at_most']}")


def section(kind: str) -> str:
    """One list of pending.toml."""
    names = sorted(OWED[kind]())
    lines = "".join(f'    "{name}",\n' for name in names)
    listed = f"[\n{lines}]" if names else "[]"
    return f"\n[{kind}]  # {OWED[kind].__doc__}\nat_most = {len(names)}\nnames = {listed}\n"


def pending() -> dict[str, dict[str, object]]:
    """The lists as they are committed."""
    return tomllib.loads(PENDING.read_text())


def commands() -> set[str]:
    """Commands that the command line offers and nobody has written."""
    return {name for name in cli.COMMANDS if not written(name)}


def steps() -> set[str]:
    """Steps of the rulebook that no action takes; they are not offered."""
    return set(reading.STEPS) - taken()


def commands_in_docs() -> set[str]:
    """Commands that the manual and the README never show."""
    return {name for name in cli.COMMANDS if f"muniment {name}" not in manual()}


def settings_in_docs() -> set[str]:
    """Settings that the manual and the README never name."""
    return {name for name in settings() if name not in manual()}


OWED: dict[str, Callable[[], set[str]]] = {
    each.__name__: each for each in (commands, steps, commands_in_docs, settings_in_docs)
}


def written(name: str) -> bool:
    """Whether a command has its module or its package."""
    place = tree.PACKAGE / "cli" / name
    return place.with_suffix(".py").is_file() or (place / "__init__.py").is_file()


def taken() -> set[str]:
    """The step that each `step.taking("…", …)` names, or the helper that takes it for several."""
    return {
        node.args[0].value
        for path in tree.in_ring("actions")
        for node in ast.walk(tree.parsed(path))
        if isinstance(node, ast.Call)
        and node.args
        and isinstance(node.args[0], ast.Constant)
        and takes(node.func)
    } & set(reading.STEPS)


def takes(called: ast.expr) -> bool:
    """Whether this is `step.taking`, or a function of the room that hands the name on to it."""
    if isinstance(called, ast.Name):
        return called.id.startswith("_") or called.id == "decide"
    return isinstance(called, ast.Attribute) and called.attr in ("taking", "decide")


def settings() -> set[str]:
    """The environment variables that a deployment may set."""
    os.environ.setdefault("MUNIMENT_HOME", str(tree.ROOT / ".venv" / "home"))
    from muniment.settings.declared import Declared

    prefix = Declared.model_config["env_prefix"]
    fields = Declared.model_fields.items()
    return {str(field.validation_alias or f"{prefix}{name}".upper()) for name, field in fields}


def manual() -> str:
    """README and docs, decisions aside: they say why, not how."""
    pages = [tree.ROOT / "README.md", *(tree.ROOT / "docs").rglob("*.md")]
    return "\n".join(page.read_text() for page in pages if "decisions" not in page.parts)


if __name__ == "__main__":
    main()
