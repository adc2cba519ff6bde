"""Makes synthetic holdings from a seed: real distributions, invented rows.

What is made is labeled synthetic in its title, descriptor and README, and holds no real person,
practice or text. The same name, seed, size and day give the same bytes.
"""

import datetime
import json
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from muniment.holdings import writing
from muniment.holdings.generate import abstracts, basket, census, charts, rounds
from muniment.holdings.generate.made import Made

AROUND = datetime.date(2026, 11, 1)

_DESCRIPTORS = Path(__file__).parent / "descriptors"
_MAKERS: dict[str, tuple[Callable[..., Made], int]] = {
    "practice-census": (census.make, 650),
    "qopi-rounds": (rounds.make, 120),
    "qopi-charts": (charts.make, 1500),
    "meeting-abstracts": (abstracts.make, 600),
    "basket-trial": (basket.make, 700),
}
NAMES = tuple(_MAKERS)


class NotMade(ValueError):
    """Why a holding was not made, in one sentence for the person who asked."""


def make(
    name: str,
    folder: Path,
    *,
    seed: int,
    size: int | None = None,
    around: datetime.date = AROUND,
) -> Path:
    """Write the synthetic holding `name` into the new or empty `folder` and return the folder.

    `size` is the number of units: practices, practices, patients, abstracts,
    participants. `around` is the day
    that meetings are dated from: abstracts of the next meeting are under embargo on that day.
    Raises NotMade for an unknown name, a size under 1, or a folder with something in it.
    """
    if name not in _MAKERS:
        raise NotMade(f"There is no synthetic holding {name!r}; choose one of: {', '.join(NAMES)}.")
    maker, usual = _MAKERS[name]
    if size is not None and size < 1:
        raise NotMade("A holding needs at least one unit; give a size of 1 or more.")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise NotMade(f"{folder} is not empty; name a folder that is new or empty.")
    made = maker(seed=seed, size=size or usual, around=around)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".making-") as beside:
        whole = Path(beside) / "holding"
        _write(whole, _described(name, made), made, seed=seed)
        if folder.exists():
            folder.rmdir()
        shutil.move(whole, folder)  # a rename: nothing half written is ever seen under its name
    return folder


def _described(name: str, made: Made) -> dict[str, Any]:
    text = (_DESCRIPTORS / f"{name}.json").read_text(encoding="utf-8")
    package: dict[str, Any] = json.loads(text)
    package["muniment"] |= {"years": list(made.years)}
    return package


def _write(folder: Path, package: dict[str, Any], made: Made, *, seed: int) -> None:
    folder.mkdir()
    for resource in package["resources"]:
        writing.write_table(
            folder / resource["path"],
            columns=[field["name"] for field in resource["schema"]["fields"]],
            rows=made.tables[resource["name"]],
        )
    (folder / "README.md").write_text(_readme(package, seed), encoding="utf-8")
    (folder / "SOURCE.md").write_text(
        (_DESCRIPTORS.parent / "distributions" / "SOURCE.md").read_text(encoding="utf-8"),
        encoding="utf-8",
    )
    writing.write_descriptor(folder, package)


def _readme(package: dict[str, Any], seed: int) -> str:
    return (
        f"# {package['title']}\n\n"
        "**This holding is synthetic.** Every row was invented by a program; no row describes a "
        "real person, practice or piece of research, and nothing may be concluded from it about "
        "any.\n\n"
        f"{package['description']}\n\n"
        f"Made by `muniment.holdings.generate.make({package['name']!r}, …, seed={seed})`. "
        "`datapackage.json` is the codebook; SOURCE.md names the public frequency tables that "
        "the rows were drawn from, with their licenses.\n"
    )
