"""The files of a holding: where they are, that they are inside, and what their header says."""

import codecs
import csv
import stat
from pathlib import Path

from muniment.dataplane.spec import faults
from muniment.dataplane.spec.holding import Table

LONGEST_HEADER = 1024 * 1024


def locate(folder: Path, table: Table) -> Path:
    """The file of a table, as an absolute path that no link leads out of the folder.

    Raises `faults.Faulty` where it is absent, a link, or no plain file.
    """
    if table.path is None:
        raise refused("no-file", f"The table {table.name} has no file.")
    place = folder.resolve()
    for step in table.path.split("/"):
        place = place / step
        if place.is_symlink():
            message = f"{table.path} is a link, or lies behind one; put the file itself there."
            raise refused("link", message)
    try:
        mode = place.stat().st_mode
    except OSError:
        raise refused("no-file", f"The file {table.path} is missing.") from None
    if not stat.S_ISREG(mode):
        raise refused("no-file", f"{table.path} is not a plain file.")
    return place


def csv_header(path: Path) -> list[str]:
    """The names in the first record. Raises `faults.Faulty` where there is none to read."""
    try:
        with path.open("rb") as file:
            line = file.readline(LONGEST_HEADER)
        if line.startswith(codecs.BOM_UTF8):
            message = f"{path.name} starts with a byte order mark; save it without one."
            raise refused("byte-order-mark", message)
        return next(csv.reader([line.decode("utf-8")], strict=True), [])
    except UnicodeDecodeError:
        raise refused("not-utf8", f"The header of {path.name} is not UTF-8.") from None
    except (csv.Error, OSError):
        raise refused("wrong-header", f"The header of {path.name} cannot be read.") from None


def refused(code: str, message: str) -> faults.Faulty:
    return faults.Faulty([faults.Fault("", code, message)])
