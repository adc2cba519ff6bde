"""Makes the tables of `sdtm-pilot` from the CSV files of the pharmaversesdtm package.

The source keeps the CDISC pilot study in its published form: text columns, `NA` for missing, dates
with and without a time, partial dates. What a declared type cannot hold is changed here and listed
in the holding's SOURCE.md.
"""

import csv
import re
from collections.abc import Iterator
from pathlib import Path

from muniment.holdings import writing

MISSING = "NA"
_DAY = re.compile(r"(\d{4}-\d{2}-\d{2})(?:T\d{2}:\d{2})?")

# Columns left out are empty for everyone, repeat another column, or are scrambled dictionary codes.
TABLES = {
    "subjects": (
        "dm",
        "STUDYID USUBJID SUBJID SITEID BRTHDTC AGE SEX RACE ETHNIC COUNTRY ARM ACTARM DMDTC"
        " RFSTDTC RFENDTC RFXENDTC RFPENDTC DTHFL DTHDTC",
    ),
    "adverse_events": (
        "ae",
        "USUBJID AESEQ AETERM AEDECOD AEBODSYS AESEV AESER AEREL AEOUT AESHOSP AEDTC AESTDTC"
        " AESTDY AEENDTC AEENDY",
    ),
    "exposure": (
        "ex",
        "USUBJID EXSEQ EXTRT EXDOSE EXDOSU EXDOSFRM EXDOSFRQ EXROUTE VISIT EXSTDTC EXSTDY EXENDTC"
        " EXENDY",
    ),
    "disposition": ("ds", "USUBJID DSSEQ DSTERM DSDECOD DSCAT VISIT DSDTC DSSTDTC DSSTDY"),
}


def write(source: Path, folder: Path) -> None:
    """Write the four tables into `folder/data`; `source` holds dm.csv, ae.csv, ex.csv, ds.csv."""
    for table, (file, names) in TABLES.items():
        columns = names.split()
        writing.write_table(
            folder / "data" / f"{table}.csv",
            columns=columns,
            rows=_cleaned(source / f"{file}.csv", columns),
            missing=MISSING,
        )


def _cleaned(path: Path, columns: list[str]) -> Iterator[dict[str, str | None]]:
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield {name: _value(name, row[name]) for name in columns}


def _value(name: str, text: str) -> str | None:
    if text == MISSING:
        return None
    if name.endswith("DTC"):
        day = _DAY.fullmatch(text)
        return day.group(1) if day else None  # a year or a month alone is not a date
    return text
