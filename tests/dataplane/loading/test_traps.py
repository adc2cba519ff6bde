"""What real files do: marks, encodings, line breaks, odd dates, keys, nothing at all."""

import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from muniment.dataplane import refusals
from tests.dataplane import tables
from tests.dataplane.loading import orders

KEY = orders.field("id")
WORDS = [KEY, orders.field("words")]


def test_a_sign_for_missing_inside_a_row_cuts_nothing(tmp_path: Path) -> None:
    text = "# a note\n# another\nid\twords\na\tx\nb\t#N/A\nc\tz # not a comment\n"
    document = orders.descriptor(
        WORDS,
        dialect={"delimiter": "\t", "commentRows": [1, 2]},
        schema={"missingValues": ["", "#N/A"]},
    )
    outcome = orders.load_text(tmp_path / "in", text, document)
    assert outcome.folder is not None
    assert orders.rows(outcome.folder) == [("a", "x"), ("b", None), ("c", "z # not a comment")]


def test_declared_comments_are_left_out_and_rows_still_count(tmp_path: Path) -> None:
    fields = [KEY, orders.field("n", "integer")]
    document = orders.descriptor(fields, dialect={"commentChar": "#"})
    outcome = orders.load_text(tmp_path / "in", "id,n\n# note\na,1\n\nb,x\n", document)
    assert orders.faults(outcome) == [("type-mismatch", "t.csv", 5, "n")]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_byte_order_mark_is_read_and_not_kept(tmp_path: Path, encoding: str) -> None:
    content = "id,words\na,Grüße\n".encode(encoding)
    outcome = orders.load_text(tmp_path / "in", content, orders.descriptor(WORDS))
    assert outcome.folder is not None
    assert orders.rows(outcome.folder) == [("a", "Grüße")]


def test_a_declared_encoding_is_read(tmp_path: Path) -> None:
    content = "id,words\na,Grüße – €\n".encode("cp1252")
    document = orders.descriptor(WORDS, encoding="windows-1252")
    outcome = orders.load_text(tmp_path / "in", content, document)
    assert outcome.folder is not None
    assert orders.rows(outcome.folder) == [("a", "Grüße – €")]


@pytest.mark.parametrize(
    ("written", "declared", "fault"),
    [
        ("cp1252", None, ("wrong-encoding", "t.csv", 4, "words")),
        ("cp1252", "utf-8", ("wrong-encoding", "t.csv", 4, "words")),
        ("cp1252", "latin-1", ("control-character", "t.csv", 4, "words")),
        ("cp1252", "ascii", ("wrong-encoding", "t.csv", 4, "words")),
        ("utf-8", "cp1252", ("wrong-encoding", "t.csv", 5, None)),
        ("utf-16", "utf-8", ("wrong-encoding", "t.csv", 1, None)),
        ("utf-8-sig", "cp1252", ("wrong-encoding", "t.csv", 1, None)),
    ],
)
def test_a_wrong_encoding_is_refused_with_its_row(
    tmp_path: Path, written: str, declared: str | None, fault: orders.Place
) -> None:
    """The line break inside row 3 makes the row differ from the line."""
    content = 'id,words\na,x\nb,"two\nlines"\nc,10 € for “all”\n'.encode(written)
    more = {} if declared is None else {"encoding": declared}
    outcome = orders.load_text(tmp_path / "in", content, orders.descriptor(WORDS, **more))
    assert fault in orders.faults(outcome)
    assert not (tmp_path / "edition").exists()


def test_a_file_cut_inside_a_sign_of_two_bytes_is_refused(tmp_path: Path) -> None:
    content = "id,words\na,x\n".encode("utf-16")[:-1]
    outcome = orders.load_text(tmp_path / "in", content, orders.descriptor(WORDS))
    assert [fault[0] for fault in orders.faults(outcome)][:1] == ["wrong-encoding"]


def test_a_broken_header_is_named_by_its_place(tmp_path: Path) -> None:
    content = b"id,w\xf6rds\na,x\n"
    outcome = orders.load_text(tmp_path / "in", content, orders.descriptor(WORDS))
    assert orders.faults(outcome) == [("wrong-encoding", "t.csv", 1, "number 2")]


def test_line_breaks_inside_cells_are_kept(tmp_path: Path) -> None:
    text = 'id,words\r\na,"one\r\ntwo\nthree"\r\nb,x\r\n'
    outcome = orders.load_text(tmp_path / "in", text, orders.descriptor(WORDS))
    assert outcome.folder is not None
    assert orders.rows(outcome.folder)[0] == ("a", "one\r\ntwo\nthree")


def test_dates_in_two_forms_are_refused(tmp_path: Path) -> None:
    fields = [KEY, orders.field("day", "date")]
    text = "id,day\na,2012-01-31\nb,02/03/2012\n"
    outcome = orders.load_text(tmp_path / "in", text, orders.descriptor(fields))
    assert ("mixed-dates", "t.csv", None, "day") in orders.faults(outcome)
    assert ("type-mismatch", "t.csv", 3, "day") in orders.faults(outcome)


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ("", ("wrong-header", "t.csv", None, None)),
        ("id,words\n", ("no-rows", "t.csv", None, None)),
        ("id,words\na,x,y\n", ("row-length", "t.csv", 2, None)),
        ('id,words\na,x\nb,"y\n', ("broken-quotes", "t.csv", 3, None)),
        ('id,words\na,"x"y\n', ("broken-quotes", "t.csv", 2, None)),
        ("id,words\na,x\nb,y\na,z\n", ("duplicate-key", "t.csv", 4, "id")),
        ("id,words\n,x\n", ("missing-value", "t.csv", 2, "id")),
        ("id,words\na,x\x00y\n", ("control-character", "t.csv", 2, "words")),
    ],
)
def test_faults_of_a_file_are_told_by_its_own_rows(
    tmp_path: Path, content: str, fault: orders.Place
) -> None:
    outcome = orders.load_text(tmp_path / "in", content, orders.descriptor(WORDS))
    assert orders.faults(outcome) == [fault]


def test_many_faults_are_listed_up_to_a_bound_and_counted(tmp_path: Path) -> None:
    text = "id,words\n" + "a\n" * 500
    outcome = orders.load_text(tmp_path / "in", text, orders.descriptor(WORDS))
    assert (len(outcome.report.findings), outcome.report.faults) == (10, 500)


def test_a_name_of_a_person_is_in_no_message(tmp_path: Path) -> None:
    fields = [orders.field("id", sensitivity="direct"), orders.field("n", "integer", "direct")]
    text = "id,n\nMarie Curie,x7919\nMarie Curie,2\n"
    outcome = orders.load_text(tmp_path / "in", text, orders.descriptor(fields))
    said = " ".join(str(finding) for finding in outcome.report.findings)
    assert outcome.report.faults == 2
    assert "Curie" not in said
    assert "7919" not in said


def test_a_row_that_points_at_nobody_is_named(tmp_path: Path) -> None:
    folder = tables.small_holding(tmp_path / "in", persons=5)
    with (folder / "events.csv").open("a") as file:
        file.write("E-1,S-99999,NAUSEA,Y,1,2012-01-01\n")
    lines = len((folder / "events.csv").read_text().splitlines())
    outcome = orders.load(folder, tables.descriptor())
    assert orders.faults(outcome) == [("orphan", "events.csv", lines, "USUBJID")]


def test_one_person_and_columns_without_any_cell_load(tmp_path: Path) -> None:
    fields = [KEY, *(orders.field(kind, kind) for kind in ("integer", "date", "boolean", "string"))]
    outcome = orders.load_text(
        tmp_path / "in", "id,integer,date,boolean,string\na,,,,\n", orders.descriptor(fields)
    )
    assert outcome.folder is not None
    assert orders.rows(outcome.folder) == [("a", None, None, None, None)]


def test_columns_that_differ_in_case_only_are_refused(tmp_path: Path) -> None:
    fields = [KEY, orders.field("ID")]
    (tmp_path / "in").mkdir()
    with pytest.raises(refusals.Refused, match="letter case aside"):
        orders.load(tmp_path / "in", orders.descriptor(fields))


def test_a_column_twice_in_the_file_is_left_alone_when_not_asked_for(tmp_path: Path) -> None:
    document = orders.descriptor([KEY], schema={"fieldsMatch": ["subset"]})
    outcome = orders.load_text(tmp_path / "in", "id,x,X,x\na,1,2,3\n", document)
    assert outcome.folder is not None


def test_a_file_without_a_header_is_read_by_the_order_of_fields(tmp_path: Path) -> None:
    document = orders.descriptor(WORDS, dialect={"header": False})
    outcome = orders.load_text(tmp_path / "in", "a,x\nb,y\n", document)
    assert outcome.folder is not None
    assert orders.rows(outcome.folder) == [("a", "x"), ("b", "y")]
    bad = orders.load_text(tmp_path / "more" / "in", "a,x\nb\n", document)
    assert orders.faults(bad) == [("row-length", "t.csv", 2, None)]


def stamps(folder: Path) -> dict[str, tuple[bytes, int, int]]:
    """What is in a folder of sources, and whether anybody wrote to it."""
    return {
        path.name: (path.read_bytes(), path.stat().st_mtime_ns, path.stat().st_mode)
        for path in folder.iterdir()
    }


@pytest.mark.parametrize("content", ["id,words\na,x\n", "id,words\na\n", "id,w\n", ""])
def test_sources_are_only_read_whether_they_load_or_not(tmp_path: Path, content: str) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "t.csv").write_text(content)
    before = stamps(tmp_path / "in")
    outcome = orders.load(tmp_path / "in", orders.descriptor(WORDS))
    assert (outcome.folder is None) == (content != "id,words\na,x\n")
    assert stamps(tmp_path / "in") == before


CHILD = """
import sys
from pathlib import Path
from tests.dataplane.loading import orders
folder = Path(sys.argv[1])
fields = [orders.field("id"), orders.field("words")]
outcome = orders.load(folder, orders.descriptor(fields))
print(outcome.folder)
"""


def child(folder: Path, *, before: object = None) -> subprocess.Popen:
    root = Path(__file__).resolve().parents[3]
    environment = {**os.environ, "PYTHONPATH": str(root)}
    return subprocess.Popen(
        [sys.executable, "-c", CHILD, str(folder)],
        cwd=root, env=environment, text=True, preexec_fn=before,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def many_rows(folder: Path, number: int) -> None:
    folder.mkdir()
    with (folder / "t.csv").open("w") as file:
        file.write("id,words\n")
        for row in range(number):
            file.write(f"p{row},{row * 7919 % 1000003} marker\n")


def test_a_full_disk_leaves_nothing_half_written(tmp_path: Path) -> None:
    many_rows(tmp_path / "in", 60_000)
    before = stamps(tmp_path / "in")
    limit = 100_000

    def small() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    process = child(tmp_path / "in", before=small)
    _, said = process.communicate(timeout=120)
    assert process.returncode == 1
    assert "Refused" in said.splitlines()[-1]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in", "papers"]
    assert stamps(tmp_path / "in") == before


def test_a_killed_load_leaves_nothing_under_its_name_and_the_next_sweeps(tmp_path: Path) -> None:
    many_rows(tmp_path / "in", 400_000)
    before = stamps(tmp_path / "in")
    process = child(tmp_path / "in")
    deadline = time.monotonic() + 60
    while not list(tmp_path.glob(".muniment-build-*/raw/data/*")) and time.monotonic() < deadline:
        time.sleep(0.02)
    process.kill()
    process.communicate()
    assert list(tmp_path.glob(".muniment-build-*"))
    assert not (tmp_path / "edition").exists()
    assert stamps(tmp_path / "in") == before
    many_rows(tmp_path / "in2", 10)
    outcome = orders.load(tmp_path / "in2", orders.descriptor(WORDS), out=tmp_path / "edition")
    assert outcome.folder is not None
    assert list(tmp_path.glob(".muniment-build-*")) == []


@pytest.mark.slow
def test_a_million_categories_fit_into_little_memory(tmp_path: Path) -> None:
    """One GB of address space beyond what the libraries map themselves."""
    many_rows(tmp_path / "in", 1_000_000)
    process = child(tmp_path / "in")
    _, said = process.communicate(timeout=600)
    assert process.returncode == 0, said
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    assert peak < 2000, f"{peak:.0f} MB"
