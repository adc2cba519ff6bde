"""Few dependencies, each with its reason, all of them pinned by hash and by nobody's address."""

import re
import sys
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.house import tree

CORE_AT_MOST = 20
RUNTIME = re.compile(r'^\s*"(?P<requirement>[^"]+)",(?P<rest>.*)$')
LOCKS = sorted((tree.ROOT / "requirements").glob("*.txt"))
FOREIGN_LOCKS = {"uv.lock", "poetry.lock", "Pipfile.lock", "package-lock.json", "yarn.lock"}


def test_the_core_has_at_most_twenty_dependencies() -> None:
    core = project()["dependencies"]
    assert 0 < len(core) <= CORE_AT_MOST


def test_every_dependency_that_ships_says_why() -> None:
    """Tools of tests and checks speak for themselves; what an office installs does not."""
    extras = project()["optional-dependencies"]
    shipped = [*project()["dependencies"]]
    shipped += [each for name, extra in extras.items() if name not in TOOLS for each in extra]
    assert {each for each in shipped if not reasons().get(each)} == set()


TOOLS = {"test", "check"}


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_a_lock_pins_every_package_by_hash_and_holds_no_address(lock: Path) -> None:
    text = lock.read_text()
    assert "://" not in text
    pins = re.findall(r"(?m)^(?!#)(\S+==\S+(?: ;[^\\]+)?) \\\n    --hash=sha256:[0-9a-f]{64}", text)
    others = re.findall(r"(?m)^(?!#)(\S.*)$", text)
    assert len(pins) == len(others) > 0


def test_the_locks_hold_what_the_project_asks_for() -> None:
    extras = project()["optional-dependencies"]
    core = [*project()["dependencies"], *extras["data"], *extras["documents"]]
    assert unmet(core, tree.ROOT / "requirements/runtime.txt") == []
    everything = [*core, *extras["test"], *extras["check"]]
    assert unmet(everything, tree.ROOT / "requirements/tests.txt") == []


def test_whatever_is_imported_is_pinned() -> None:
    """What happens to be installed here is not there after a fresh install.

    The bench may ask for more: it says of a figure what it lacks.
    """
    known = {name for lock in LOCKS for name in pinned(lock)}
    brought = metadata.packages_distributions() | ELSEWHERE
    loose = {
        (package, tree.name(path))
        for path in tree.files()
        if path.suffix == ".py" and path.relative_to(tree.ROOT).parts[0] != "bench"
        for _, module, _ in tree.imports(path)
        if (package := module.partition(".")[0]) not in {*sys.stdlib_module_names, *OURS}
        and not known.intersection(map(canonicalize_name, brought.get(package, [package])))
    }
    assert loose == set()


ELSEWHERE = {"rocrate_validator": ["roc-validator"]}
"""What is installed in another environment than this one, by what it is imported as."""
OURS = {"", "muniment", "tests", "scripts", "bench"}


def test_the_locks_agree_with_each_other() -> None:
    """The oracles live in an environment of their own, so their lock agrees with itself only."""
    versions: dict[str, set[str]] = {}
    for lock in LOCKS:
        if lock.stem == "oracles":
            continue
        for name, version in pinned(lock).items():
            versions.setdefault(name, set()).add(version)
    assert {name: found for name, found in versions.items() if len(found) > 1} == {}


def test_no_other_kind_of_lock_file_is_kept() -> None:
    kept = [path for path in tree.files() if path.name in FOREIGN_LOCKS]
    kept += [path for path in tree.files() if re.fullmatch(r"pylock.*\.toml", path.name)]
    assert kept == []


def project() -> dict[str, object]:
    return tree.pyproject()["project"]


def reasons() -> dict[str, str]:
    """Each requirement of pyproject.toml with the comment on its line."""
    lines = (tree.ROOT / "pyproject.toml").read_text().splitlines()
    found = [match for line in lines if (match := RUNTIME.match(line))]
    return {each["requirement"]: each["rest"].strip().removeprefix("#").strip() for each in found}


def pinned(lock: Path) -> dict[str, str]:
    """Name and version of each package in a lock (the last, where Pythons differ)."""
    return dict(re.findall(r"(?m)^([a-z0-9][^=\s]*)==(\S+)", lock.read_text()))


def unmet(requirements: list[str], lock: Path) -> list[str]:
    """Requirements that a lock does not satisfy; `make lock` writes it anew."""
    have = pinned(lock)
    wanted = [Requirement(each) for each in requirements]
    return [
        str(each)
        for each in wanted
        if not each.specifier.contains(have.get(canonicalize_name(each.name), "0"))
    ]
