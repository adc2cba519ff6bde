"""A programme edition as data: form, policy, criteria, fees, clauses, letters, calendar.

    programme.default_folder()        the shipped programme's folder
    programme.read(folder)            its bundle; raises folder.FolderFaulty with every fault
    programme.Bundle.from_canonical   the bundle a database row holds

Everything else is a pure function of a bundle and of answers or facts: `forms`, `policy`, `duo`,
`criteria`, `scores`, `quorum`, `fees`, `clauses`, `letters`, `clocks`, `tracks`, `information`.
"""

from pathlib import Path

from .bundle import Bundle

__all__ = ["Bundle", "default_folder", "read"]


def default_folder() -> Path:
    """The folder of the programme that ships with the package."""
    return Path(__file__).parent / "centra"


def read(folder: Path) -> Bundle:
    """Read and check a programme folder; raises `folder.FolderFaulty` with every fault."""
    from . import folder as folders

    return folders.read(folder)
