"""Tables as the statistics programs read them: Stata, SPSS and SAS transport, with labels.

Made from the Parquet file of the same build, so that all forms hold the same rows in the same
order. A whole table passes through memory; a table too large for that leaves as Parquet and CSV.
Labels are the variables' titles and the declared codes; nothing is recoded.
"""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from muniment.dataplane import refusals
from muniment.dataplane.package.shape import OutTable

if TYPE_CHECKING:
    import pandas as pd

KINDS = ("dta", "sav", "xpt")
LONGEST_LABEL = {"dta": 80, "sav": 250, "xpt": 250}
LONGEST_NAME = {"dta": 32, "sav": 64, "xpt": 32}
LONGEST_TEXT = {"dta": 2045, "sav": 32_767, "xpt": 32_767}
STATA_VERSION = 15
"""Reads back in Stata 14 and later, in UTF-8."""


def write(table: OutTable, target: Path, *, source: Path) -> None:
    """One table at `target`, whose ending says the form. Raises `Refused` (text-too-long)."""
    import pyreadstat

    kind = target.suffix[1:]
    frame = _frame(source)
    _refuse_long(frame, table, kind)
    names = [column.name for column in table.columns]
    frame.columns = safe_names(names, longest=LONGEST_NAME[kind])
    longest = LONGEST_LABEL[kind]
    labels: list[str | None] = [(column.title or column.name)[:longest] for column in table.columns]
    title = (table.title or table.name)[: LONGEST_LABEL["dta"]]
    if kind == "dta":
        pyreadstat.write_dta(
            frame, target, file_label=title, column_labels=labels, version=STATA_VERSION
        )
    elif kind == "sav":
        pyreadstat.write_sav(
            frame, target, file_label=title[:60], column_labels=labels, row_compress=True
        )
    else:
        pyreadstat.write_xport(
            frame, target, file_label=title[:40], column_labels=labels,
            table_name=re.sub(r"\W", "_", table.name)[:32], file_format_version=8,
        )  # fmt: skip


def safe_names(names: Sequence[str], *, longest: int) -> list[str]:
    """Names that all three programs take: letters, digits and _, a letter first, each once."""
    made: list[str] = []
    for name in names:
        plain = re.sub(r"\W", "_", name, flags=re.ASCII)
        plain = plain if re.match(r"[A-Za-z]", plain) else f"v{plain}"
        wanted, number = plain[:longest], 2
        while wanted.casefold() in {each.casefold() for each in made}:
            ending = f"_{number}"
            wanted, number = plain[: longest - len(ending)] + ending, number + 1
        made.append(wanted)
    return made


def _frame(source: Path) -> "pd.DataFrame":
    """Whole numbers stay whole where a value is missing; true and false become 1 and 0."""
    import pyarrow as pa
    import pyarrow.parquet

    read: Any = pyarrow.parquet.read_table(source)
    columns = []
    for column in read.columns:
        if pa.types.is_boolean(column.type):
            column = column.cast(pa.int8())
        elif pa.types.is_decimal(column.type):
            column = column.cast(pa.float64())
        if pa.types.is_integer(column.type) and column.null_count:
            column = column.cast(pa.float64())
        columns.append(column)
    return pa.table(columns, names=read.schema.names).to_pandas(date_as_object=True)


def _refuse_long(frame: "pd.DataFrame", table: OutTable, kind: str) -> None:
    longest = LONGEST_TEXT[kind]
    for name in frame.columns:
        cells = frame[name]
        lengths = (len(cell.encode()) for cell in cells if isinstance(cell, str))
        if max(lengths, default=0) > longest:
            message = (
                f"{table.name}.{name} holds text longer than a {kind} file takes "
                f"({longest:,} bytes). Leave this format out, or the variable."
            )
            raise refusals.refused("text-too-long", message, table=table.name)
