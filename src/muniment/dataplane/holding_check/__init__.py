"""Whether a holding's descriptor and data agree, with table, row and column for all that does not.

A tool for the people who prepare data: it quotes cells (never those of direct identifiers), so
what it says is not for applicants.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from muniment.dataplane.extract.watch import Watch
from muniment.dataplane.holding_check import contents, files, links, report, seals
from muniment.dataplane.spec import descriptor, faults, holding, jsontext


def check(
    folder: Path,
    *,
    linked: Sequence[Path] = (),
    every: bool = False,
    watch: Watch | None = None,
) -> report.Report:
    """Read everything in a holding's folder; never raises for what it finds there.

    `linked` are folders of holdings that its links name: their keys are compared. Long lists are
    cut, and counted to their end, unless `every` finding is asked for.
    """
    watch = watch or Watch()
    notes = report.Notes(every=every)
    document = _document(folder, notes)
    if document is None:
        return notes.report(None)
    found, said = descriptor.survey(document)
    for fault in said:
        table, column = report.place(document, fault.path)
        notes.fault(
            fault.code, fault.message, table=table, column=column, pointer=fault.path or "/"
        )
    if found is None:
        return notes.report(None)
    _declared(found, notes)
    readable = [table for table in found.tables if files.check(folder, table, notes)]
    watch.step("compare the hashes of the files")
    seals.check(folder, document, found, notes)
    contents.check(folder, found, readable, notes, watch)
    links.check(folder, found, readable, linked, notes)
    return notes.report(found)


def _document(folder: Path, notes: report.Notes) -> Any:
    place = folder / holding.DESCRIPTOR
    if not folder.is_dir():
        notes.fault("no-folder", f"{folder} is not a folder.")
        return None
    try:
        return jsontext.load(place.read_bytes(), floats=True)
    except OSError as error:
        reason = error.strerror or str(error)
        notes.fault("no-descriptor", f"{holding.DESCRIPTOR} cannot be read: {reason}.")
    except faults.Faulty as faulty:
        for fault in faulty.faults:
            notes.fault(fault.code, f"{holding.DESCRIPTOR}: {fault.message}")
    return None


def _declared(found: holding.Holding, notes: report.Notes) -> None:
    """What a descriptor may leave out, and then the column cannot leave."""
    for table in found.tables:
        for field in table.fields:
            if field.sensitivity is None:
                message = "This column has no class, so it cannot leave."
                notes.fault("no-class", message, table=table.name, column=field.name)
            elif field.release is None:
                message = "This column has no release rule, so it needs a method policy to leave."
                notes.warning("no-release-rule", message, table=table.name, column=field.name)
