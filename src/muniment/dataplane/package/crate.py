"""`ro-crate-metadata.json`: the package as a Research Object Crate, version 1.2.

Every file is a data entity; the root says what it is, since when, under which terms, and an action
says what made it. People and institutions are not named: the agreement does that.
"""

import json
from collections.abc import Iterator
from pathlib import Path

from muniment.dataplane import plan
from muniment.dataplane.package.readme import Story

NAME = "ro-crate-metadata.json"
CONTEXT = "https://w3id.org/ro/crate/1.2/context"
PROFILE = "https://w3id.org/ro/crate/1.2"
MEDIA = {
    ".csv": "text/csv",
    ".parquet": "application/vnd.apache.parquet",
    ".json": "application/json",
    ".md": "text/markdown",
    ".txt": "text/plain",
    ".dta": "application/x-stata-dta",
    ".sav": "application/x-spss-sav",
    ".xpt": "application/x-sas-xport",
    ".sas": "text/x-sas",
}
Entity = dict[str, object]


def write(package: Path, story: Story) -> None:
    """Describe every file that lies in the package now; the manifest comes after."""
    document = {"@context": CONTEXT, "@graph": list(_graph(package, story))}
    text = json.dumps(document, indent=2, ensure_ascii=False)
    (package / NAME).write_text(text + "\n", encoding="utf-8")


def _graph(package: Path, story: Story) -> Iterator[Entity]:
    files = sorted(
        path.relative_to(package).as_posix() for path in package.rglob("*") if path.is_file()
    )
    yield {
        "@id": NAME,
        "@type": "CreativeWork",
        "conformsTo": {"@id": PROFILE},
        "about": {"@id": "./"},
    }
    yield {
        "@id": "./",
        "@type": "Dataset",
        "name": "; ".join(source.holding.title for source in story.sources),
        "description": story.sentence,
        "datePublished": story.made_on,
        "license": {"@id": "LICENSE.txt"},
        "version": str(story.errand.build or 0),
        "hasPart": [{"@id": name} for name in files],
        "mentions": {"@id": "#build"},
    }
    for name in files:
        yield _file(package, name)
    yield from _provenance(story)


def _provenance(story: Story) -> Iterator[Entity]:
    """What made the package, out of what."""
    sources = [
        {"@id": f"#{source.holding.holding}@{source.holding.edition}"} for source in story.sources
    ]
    yield {
        "@id": "#build",
        "@type": "CreateAction",
        "name": "Extract from what is held, as it was approved",
        "instrument": {"@id": "#muniment"},
        "object": sources,
        "result": {"@id": "./"},
        "endTime": story.made_on,
    }
    yield {
        "@id": "#muniment",
        "@type": "SoftwareApplication",
        "name": "Muniment data plane",
        "version": plan.compiler_version(),
        "url": "urn:muniment:data-plane",
    }
    for source, named in zip(story.sources, sources, strict=True):
        yield {
            **named,
            "@type": "Dataset",
            "name": source.holding.title,
            "version": source.holding.edition,
        }


def _file(package: Path, name: str) -> Entity:
    path = package / name
    return {
        "@id": name,
        "@type": "File",
        "name": path.name,
        "encodingFormat": MEDIA.get(path.suffix, "application/octet-stream"),
        "contentSize": str(path.stat().st_size),
    }
