"""README and licence: what this is, what was done to it, what that does and does not protect."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from muniment.dataplane.manifest import Errand, Kind
from muniment.dataplane.package.codebook import escaped
from muniment.dataplane.package.shape import OutTable
from muniment.dataplane.spec import holding


@dataclass(frozen=True, slots=True)
class Source:
    """A holding with the credits its descriptor gives, as plain JSON values."""

    holding: holding.Holding
    licenses: Sequence[Mapping[str, object]]
    sources: Sequence[Mapping[str, object]]


@dataclass(frozen=True, slots=True)
class Story:
    """What the README tells. `figures` are the protected sentences, one list per part."""

    kind: Kind
    errand: Errand
    sentence: str
    made_on: str
    sources: Sequence[Source]
    tables: Sequence[OutTable]
    files: Mapping[str, Sequence[str]]
    figures: Sequence[str]


def write(package: Path, story: Story) -> None:
    """`README.md` and `LICENSE.txt`."""
    (package / "README.md").write_text("\n".join(_readme(story)), encoding="utf-8")
    (package / "LICENSE.txt").write_text("\n".join(_licence(story)), encoding="utf-8")


def _readme(story: Story) -> Iterator[str]:
    yield from _opening(story)
    yield "## Tables"
    yield ""
    for table in story.tables:
        paths = " and ".join(f"`{path}`" for path in story.files[table.name])
        yield f"- {escaped(table.name)}: {paths}, one row per {table.unit}."
    yield ""
    yield "`codebook.md` and `codebook.csv` explain every variable. `datapackage.json` describes"
    yield "the CSV files for programs (Data Package, version 2)."
    yield ""
    yield from _treatment(story)
    yield from _checking(story)


def _opening(story: Story) -> Iterator[str]:
    titles = "; ".join(f"{s.holding.title}, edition {s.holding.edition}" for s in story.sources)
    if story.kind is Kind.REHEARSAL:
        yield "# Rehearsal"
        yield ""
        yield "**This is a rehearsal. Nobody approved it, and it is not a release.**"
    else:
        yield "# Release"
        yield ""
        errand = story.errand
        yield escaped(
            f"Request {errand.request}, agreement {errand.agreement}, line {errand.line}, "
            f"build {errand.build}."
        )
    yield ""
    yield escaped(f"From {titles}. Made on {story.made_on}.")
    yield ""
    yield escaped(story.sentence)
    yield ""
    if any(source.holding.synthetic for source in story.sources):
        yield "**These data are synthetic: they describe no real person.**"
        yield ""


def _treatment(story: Story) -> Iterator[str]:
    yield "## What was done to the data"
    yield ""
    for table in story.tables:
        for column in table.columns:
            yield escaped(f"- {table.name}.{column.name}: {column.words}").replace("\\-", "-")
        for name, _, words in table.withheld:
            yield escaped(f"- {table.name}.{name}: {words}").replace("\\-", "-")
    yield ""
    for figure in story.figures:
        yield f"- {escaped(figure)}"
    yield ""
    if any(not table.in_order for table in story.tables):
        yield "Rows about single units are sorted by released values: their order has no meaning."
    if any(table.in_order for table in story.tables):
        yield "Rows with numbers of units lie in the order in which their groups are declared."
    yield "Rows under embargo on the day of the build are not in this package."
    yield "In the CSV files an apostrophe stands before text that begins with one of = + - @ or a"
    yield "control character, so that a spreadsheet does not run it. Parquet files hold it bare."
    yield ""


def _checking(story: Story) -> Iterator[str]:
    flag = " --rehearsal" if story.kind is Kind.REHEARSAL else ""
    yield "## Check that nothing changed"
    yield ""
    yield f"    muniment release verify FOLDER --key FILE{flag}"
    yield ""
    yield "Get the key's file from the programme by another way than this package."
    yield ""
    yield "## Your duties"
    yield ""
    yield "These data describe people or institutions in confidence. They are protected, not"
    yield "anonymous. Do not try to find out whom a row is about, do not join them to other data"
    yield "that could, and do not pass them on, except as your agreement says."
    yield ""


def _licence(story: Story) -> Iterator[str]:
    if story.kind is Kind.REHEARSAL:
        yield "Rehearsal: no license is given. Do not pass these files on."
    else:
        yield f"Use is governed by agreement {story.errand.agreement}. Nothing here widens it."
    for source in story.sources:
        yield ""
        yield f"{source.holding.title}, edition {source.holding.edition}"
        for label, entries in (("License", source.licenses), ("Source", source.sources)):
            for entry in entries:
                words = [str(entry[key]) for key in ("name", "title", "path") if key in entry]
                if words:
                    yield f"{label}: {' '.join(', '.join(words).split())}"
    yield ""
