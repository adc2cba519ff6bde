"""The real registers, and small ones of our own."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from muniment.documents.register import mapping, rows, tables
from muniment.programme.folder import yamlfile

HERE = Path(__file__).parent
DATA = HERE.parents[2].parent / "shared/data"
PROPOSALS = DATA / "hdruk_dur_alspac/proposal_bristol.csv"
PURPOSES = DATA / "hdruk_dur_nhsd/releaseregister_202102.xlsx"
needs_data = pytest.mark.skipif(
    not PROPOSALS.is_file(), reason="The real registers are in shared/data, which is not here."
)
TODAY = date(2026, 11, 22)
HEADER = "No,Study,Lead,Came,Ended,How"
SMALL: dict[str, Any] = {
    "muniment_requests": 1,
    "source": "old-office",
    "columns": {
        "id": "No",
        "title": "Study",
        "applicant": "Lead",
        "received_on": {"column": "Came", "dates": ["%Y-%m-%d", "%d.%m.%Y"]},
        "decided_on": {"column": "Ended", "dates": ["%Y-%m-%d"]},
        "outcome": {"column": "How", "codes": {"yes": "approved", "no": "denied"}},
    },
}


def of(name: str) -> mapping.Columns:
    """One of the mappings beside this file."""
    return mapping.parse(yamlfile.read(HERE / name, name=name).data, live=False)


def small(*lines: str, live: bool = False, **columns: Any) -> rows.Found:
    """A small register by the mapping above, some columns taken otherwise."""
    data = {**SMALL, "columns": {**SMALL["columns"], **columns}}
    told = mapping.parse(data, live=live)
    content = "\n".join([HEADER, *lines]).encode()
    return rows.read(tables.read(content, columns=told), columns=told, today=TODAY)


def file(folder: Path, *lines: str, mapped: dict[str, Any] | None = None) -> list[str]:
    """The same as files; returns what a command is told of them."""
    (folder / "old.csv").write_text("\n".join([HEADER, *lines]), encoding="utf-8")
    (folder / "old.json").write_text(json.dumps(mapped or SMALL), encoding="utf-8")
    return [str(folder / "old.csv"), "--mapping", str(folder / "old.json")]
