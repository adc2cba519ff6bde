"""The program beside a SAS transport file, which reads it and labels its values (PROC FORMAT)."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

Labels = Mapping[int | float | str, str]


def write(data: Path, *, member: str, labels: Mapping[str, Labels]) -> list[Path]:
    """The program as `data` with the ending `.sas`; none where no value has a label.

    `member` is the name of the table inside the file; `labels` are by variable and value.
    """
    if not labels:
        return []
    target = data.with_suffix(".sas")
    text = "\n".join(_lines(data.name, member, labels))
    target.write_text(f"{text}\n", encoding="utf-8")
    return [target]


def _lines(file_name: str, member: str, labels: Mapping[str, Labels]) -> Iterator[str]:
    yield f"/* Reads {file_name} into WORK and labels its values. Say where the file lies. */"
    yield "%let folder = .;"
    yield f'%xpt2loc(libref=work, memlist={member}, filespec="&folder./{file_name}");'
    yield "proc format;"
    for spot, (name, told) in enumerate(labels.items()):
        yield f"  value {_format(spot, told)} /* {name} */"
        yield from _entries(told.items())
        yield "  ;"
    yield "run;"
    yield "proc datasets library=work nolist;"
    yield f"  modify {member};"
    for spot, (name, told) in enumerate(labels.items()):
        yield f"  format {name} {_format(spot, told)}.;"
    yield "quit;"


def _entries(told: Iterable[tuple[int | float | str, str]]) -> Iterator[str]:
    for value, label in told:
        shown = _quoted(value) if isinstance(value, str) else f"{value}"
        yield f"    {shown} = {_quoted(' '.join(label.split()))}"


def _format(spot: int, told: Labels) -> str:
    """A name of its own; it may not end with a digit, and one for text begins with a $."""
    is_text = any(isinstance(value, str) for value in told)
    return f"{'$' if is_text else ''}labels{spot}_"


def _quoted(text: str) -> str:
    """Text in single quotes, in which SAS runs no macro."""
    return "'" + text.replace("'", "''") + "'"
