"""Tables as the statistics programs read them: Stata, SPSS and SAS transport, with labels.

Made from the Parquet file of the same build, so that all forms hold the same rows in the same
order. A whole table passes through memory; a table too large for that leaves as Parquet and CSV.
Labels of variables are their titles, those of values the declared ones; nothing is recoded. Stata
labels whole numbers only, up to some two billion, so another code stands there as it is. A
transport file of SAS has no place for labels of values: a program beside it reads the file and
gives them.
"""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from muniment.dataplane import refusals
from muniment.dataplane.package import sas
from muniment.dataplane.package.shape import OutTable
from muniment.dataplane.spec.values import FieldType

if TYPE_CHECKING:
    import pandas as pd

KINDS = ("dta", "sav", "xpt")
LONGEST_LABEL = {"dta": 80, "sav": 250, "xpt": 250}
LONGEST_NAME = {"dta": 32, "sav": 64, "xpt": 32}
LONGEST_TEXT = {"dta": 2045, "sav": 32_767, "xpt": 32_767}
Labeled = dict[str, dict[Any, str]]
RESERVED = re.compile(
    r"all|and|by|byte|double|eq|float|ge|gt|if|in|int|le|long|lt|ne|not|or|str\d+|strl|to|using|with",
    re.IGNORECASE,
)
"""Words of the languages of Stata and SPSS, which name no variable there."""
STATA_VERSION = 15
"""Reads back in Stata 14 and later, in UTF-8."""
STATA_LABELED = range(-(2**31) + 1, 2**31 - 27)
"""Whole numbers that Stata can label: a `long` without its 27 kinds of missing."""


def write(table: OutTable, target: Path, *, source: Path) -> list[Path]:
    """One table at `target`, whose ending says the form; the files that were made.

    Raises `Refused` (text-too-long).
    """
    import pyreadstat

    kind = target.suffix[1:]
    frame = _frame(source)
    _refuse_long(frame, table, kind)
    names = safe_names([column.name for column in table.columns], longest=LONGEST_NAME[kind])
    frame.columns = names
    longest = LONGEST_LABEL[kind]
    labels: list[str | None] = [(column.title or column.name)[:longest] for column in table.columns]
    title = (table.title or table.name)[: LONGEST_LABEL["dta"]]
    told = _labels_of_values(table, names)
    if kind == "dta":
        pyreadstat.write_dta(
            frame, target, file_label=title, column_labels=labels, version=STATA_VERSION,
            variable_value_labels=_whole_numbers(told),
        )  # fmt: skip
    elif kind == "sav":
        pyreadstat.write_sav(
            frame, target, file_label=title[:60], column_labels=labels, row_compress=True,
            variable_value_labels=told,
        )  # fmt: skip
    else:
        [member] = safe_names([table.name], longest=LONGEST_NAME[kind])
        pyreadstat.write_xport(
            frame, target, file_label=title[:40], column_labels=labels, table_name=member,
            file_format_version=8,
        )  # fmt: skip
        return [target, *sas.write(target, member=member, labels=told)]
    return [target]


def _labels_of_values(table: OutTable, names: Sequence[str]) -> Labeled:
    """Of each variable that has any: its values as they stand in the file, and their labels."""
    found: Labeled = {}
    for name, column in zip(names, table.columns, strict=True):
        told: dict[Any, str] = dict(column.held_labels)
        if column.kind is FieldType.BOOLEAN:
            told = {0: "false", 1: "true"} | {int(value): told[value] for value in told}
        if told:
            found[name] = told
    return found


def _whole_numbers(told: Labeled) -> Labeled:
    """The values that Stata can label; another number would get the label of 0."""
    plain = {
        name: {value: label for value, label in each.items() if _is_labeled(value)}
        for name, each in told.items()
    }
    return {name: each for name, each in plain.items() if each}


def _is_labeled(value: object) -> bool:
    return type(value) is int and value in STATA_LABELED


def safe_names(names: Sequence[str], *, longest: int) -> list[str]:
    """Names that all three programs take: letters, digits and _, a letter first, each once.

    A word that is one of a program's own, such as `long` or `with`, gets a _ behind it.
    """
    made: list[str] = []
    for name in names:
        plain = re.sub(r"\W", "_", name, flags=re.ASCII)
        plain = plain if re.match(r"[A-Za-z]", plain) else f"v{plain}"
        plain = f"{plain}_" if RESERVED.fullmatch(plain) else plain
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
