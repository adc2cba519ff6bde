"""What lies in a package beside its tables: codebook, README, descriptors, each from one story."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from muniment.dataplane.package import codebook, crate, croissant, descriptor, readme
from muniment.dataplane.release import parts
from muniment.dataplane.spec import holding, jsontext


def source(folder: Path, held: holding.Holding) -> readme.Source:
    """A holding with the licences and sources that its descriptor names."""
    document = jsontext.load((folder / holding.DESCRIPTOR).read_bytes(), floats=True)
    assert isinstance(document, dict)  # it was read before

    def listed(member: str) -> list[Mapping[str, object]]:
        entries = document.get(member, [])
        return [e for e in entries if isinstance(e, dict)] if isinstance(entries, list) else []

    return readme.Source(held, listed("licenses"), listed("sources"))


def write(
    package: Path, story: readme.Story, made: Sequence[parts.Made], *, plan_hash: str
) -> None:
    """Every one of them, into the package."""
    missing = {name: bands for each in made for name, bands in each.missing.items()}
    codebook.write(package, story.tables, missing=missing)
    readme.write(package, story)
    for about in (descriptor, croissant):
        about.write(package, story, plan_hash=plan_hash)
    crate.write(package, story)
