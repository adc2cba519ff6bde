"""`muniment import requests`: what a coordinator types, and what comes of it."""

import importlib
import json
import os
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import F
from pypdf import PdfWriter

from muniment import cli, models
from muniment.queries import files
from tests.documents.register import registers

GOOD = "1,Dose and age in older adults,Ada Roe,2026-01-05,2026-02-02,yes"


def test_a_faulty_file_brings_in_nothing_and_names_every_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = registers.file(tmp_path, GOOD, "2,,Roe,2026-01-05,,yes", "3,Dose,Roe,soon,,yes")
    assert cli.main(["import", "requests", *told]) == 1
    place = tmp_path / "old.csv"
    assert capsys.readouterr().err.splitlines() == [
        f"{place}: row 3, column “Study”: Give a title.",
        f"{place}: row 4, column “Came”: This date is not written as the mapping says.",
        "Nothing was brought in.",
    ]


def test_faults_are_one_json_document(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = registers.file(tmp_path, "1,Dose,Roe,soon,,yes")
    assert cli.main(["import", "requests", *told, "--format", "json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert [each["code"] for each in found["faults"]] == ["date-unreadable"]


def test_checking_reads_and_reports_without_a_database(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = registers.file(tmp_path, GOOD, "2,Turned,Roe,2026-02-02,2026-01-05,yes")
    assert cli.main(["import", "requests", *told, "--check"]) == 0
    said = capsys.readouterr().out
    assert "doubtful: row 3, column “Ended”: It was decided on 2026-01-05" in said
    assert "old-office: 2 requests, 1 with doubtful dates." in said


def test_nobody_is_nobody_to_answer_for_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["import", "requests", *registers.file(tmp_path, GOOD)]) == 1
    assert "--by" in capsys.readouterr().err
    told = registers.file(tmp_path, GOOD, mapped=LIVE)
    assert cli.main(["import", "requests", *told, "--live", "--by", "cora@library.example"]) == 1
    assert "--documents" in capsys.readouterr().err


def test_a_mapping_that_is_no_yaml_says_its_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = registers.file(tmp_path, GOOD)
    (tmp_path / "old.json").write_text("source: [unfinished", encoding="utf-8")
    assert cli.main(["import", "requests", *told]) == 1
    assert "old.json:1: this is not valid YAML" in capsys.readouterr().err


def test_the_schema_of_a_mapping_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["import", "mapping"]) == 0
    assert json.loads(capsys.readouterr().out)["$id"] == "urn:muniment:requests:mapping"


LIVE: dict[str, Any] = {
    "muniment_requests": 1,
    "source": "paper-files",
    "columns": {
        "id": "No",
        "title": "Study",
        "applicant": "Lead",
        "email": "Came",
        "received_on": {"column": "Ended", "dates": ["%Y-%m-%d"]},
        "stage": {"always": "submitted"},
        "documents": "How",
    },
}
BACKLOG = [
    f"{n},Study {n} of dose,Lead {n},lead{n}@lakeside.example,2026-10-0{n % 9 + 1},a.pdf;b.pdf"
    for n in range(1, 15)
]


def reported(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def bring_in(tmp_path: Path, *told: str) -> int:
    more = ["--by", "cora@library.example", "--format", "json"]
    return cli.main(["import", "requests", *told, *more])


def test_a_register_is_brought_in_once(
    tmp_path: Path, world: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    world.founded()
    twin = "2,Dose and age in older adults!,Dr Ada Roe,2026-01-06,2026-02-02,yes"
    told = registers.file(tmp_path, GOOD, twin)
    assert bring_in(tmp_path, *told) == 0
    first = reported(capsys)
    assert (first["made"], first["kept"]) == (2, 0)
    assert first["duplicates"] == [["CENTRA-H-000001", "CENTRA-H-000002"]]
    named = models.SearchWord.objects.filter(word="roe", in_answers=False)
    assert named.count() == 2, "found from now on"
    assert bring_in(tmp_path, *told) == 0
    assert (reported(capsys)["made"], first["changed"]) == (0, [])
    assert cli.main(["import", "requests", *told, "--by", "cora@library.example"]) == 0
    said = capsys.readouterr().out
    assert "0 brought in, 2 were here already." in said
    assert "Roe" not in said


def test_who_is_no_coordinator_brings_in_nothing(
    tmp_path: Path, world: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    world.founded()
    told = registers.file(tmp_path, GOOD)
    for who, why in (
        ("alice@lakeside.example", "This step is taken only by"),
        ("nobody@lakeside.example", "Nobody with this address"),
    ):
        assert cli.main(["import", "requests", *told, "--by", who]) == 1
        assert why in capsys.readouterr().err
    assert cli.main(["import", "requests", *told, "--by", who, "--programme", "other"]) == 1
    assert "There is no such programme here" in capsys.readouterr().err


def a_pdf() -> bytes:
    out, written = BytesIO(), PdfWriter()
    written.add_blank_page(width=72, height=72)
    written.write(out)
    return out.getvalue()


def test_a_backlog_of_fourteen_paper_files_runs_on_here(
    tmp_path: Path, world: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    house = world.founded()
    papers = tmp_path / "papers"
    papers.mkdir()
    for name in ("a.pdf", "b.pdf"):
        (papers / name).write_bytes(a_pdf())
    told = registers.file(tmp_path, *BACKLOG, mapped=LIVE)
    live = ["--live", "--documents", str(papers)]
    assert bring_in(tmp_path, *told, *live) == 0
    report = reported(capsys)
    assert (report["made"], report["unreadable"]) == (14, [])
    cases = house.cast.programme.cases.filter(reference__in=report["references"])
    assert {case.stage for case in cases} == {"submitted"}
    assert all(case.due_on for case in cases)
    assert bring_in(tmp_path, *told, *live) == 0
    assert (reported(capsys)["made"], house.cast.programme.cases.count()) == (0, 14)


def test_a_document_that_cannot_be_read_is_kept_and_named(
    tmp_path: Path, world: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    house = world.founded()
    damaged = a_pdf()[:200]
    for name, content in (("a.pdf", a_pdf()), ("roe.pdf", damaged), ("b.tiff", b"II*\0 a scan")):
        (tmp_path / name).write_bytes(content)
    lines = [
        f"{number},Dose {number},Roe,roe{number}@lakeside.example,2026-10-01,{names}"
        for number, names in enumerate(("a.pdf", "a.pdf;roe.pdf", "b.tiff;a.pdf"))
    ]
    told = registers.file(tmp_path, *lines, mapped=LIVE)
    live = ["--live", "--documents", str(tmp_path), "--by", "cora@library.example"]
    assert cli.main(["import", "requests", *told, *live]) == 0
    said = capsys.readouterr().out
    whole, with_damaged, with_scan = house.cast.programme.cases.order_by("pk")
    for line in (
        "3 brought in, 0 were here already.",
        "kept, but cannot be read: row 3, document 2: This file is damaged",
        "kept, but cannot be read: row 4, document 1: This is not a PDF",
    ):
        assert line in said
    assert said.count("cannot be read: row") == 2
    assert "roe" not in said
    assert not whole.notes.exists()
    (note,) = with_damaged.notes.all()
    assert note.text.startswith("The document “roe.pdf” is kept as it came")
    assert "This file is damaged" in note.text
    assert [each.text.split("”")[0] for each in with_scan.notes.all()] == ["The document “b.tiff"]
    assert kept_as(with_damaged) == {"a.pdf": "application/pdf", "roe.pdf": files.UNKNOWN}
    assert kept_as(with_scan) == {"a.pdf": "application/pdf", "b.tiff": files.UNKNOWN}


def test_checking_finds_what_the_real_run_would_and_writes_nothing(
    tmp_path: Path, world: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    world.founded()
    (tmp_path / "a.pdf").write_bytes(a_pdf())
    (tmp_path / "roe.pdf").write_bytes(a_pdf()[:200])
    live = ["--live", "--documents", str(tmp_path)]
    checked = [*live, "--check", "--by", "cora@library.example"]
    good = registers.file(tmp_path, LINE.format(1, "a.pdf"), LINE.format(2, "roe.pdf"), mapped=LIVE)
    before = everything()
    assert cli.main(["import", "requests", *good, *checked]) == 0
    said = capsys.readouterr().out
    assert "2 would be brought in, 0 were here already." in said
    assert "\ncannot be read: row 3, document 1: This file is damaged" in said
    assert said.endswith("Only checked; nothing was brought in.\n")
    assert "CENTRA" not in said, "no request has that reference"
    assert bring_in(tmp_path, *good, *live, "--check") == 0
    told = reported(capsys)
    assert (told["checked"], told["made"], len(told["unreadable"])) == (True, 2, 1)
    bad = [LINE.format(3, "no.pdf"), LINE.format(4, "a.pdf").replace("@", " ")]
    registers.file(tmp_path, LINE.format(1, "a.pdf"), *bad, mapped=LIVE)
    assert cli.main(["import", "requests", *good, *checked]) == 1
    refused = capsys.readouterr().err
    assert "Row 3: A document that the row names is not in the folder." in refused
    assert "Row 4: Write the e-mail address" in refused
    assert everything() == before


LINE = "{0},Dose {0},Roe,roe{0}@lakeside.example,2026-10-01,{1}"


def test_a_check_reads_the_documents_before_it_locks_anybody_out(
    tmp_path: Path, world: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its document is gone as soon as a transaction begins."""
    world.founded()
    paper = tmp_path / "a.pdf"
    paper.write_bytes(a_pdf())
    told = registers.file(tmp_path, LINE.format(1, "a.pdf"), mapped=LIVE)

    def at_begin(execute: Any, sql: str, *more: Any) -> Any:
        if sql.startswith("SAVEPOINT"):
            paper.unlink(missing_ok=True)
        return execute(sql, *more)

    with connection.execute_wrapper(at_begin):
        done = bring_in(tmp_path, *told, "--live", "--documents", str(tmp_path), "--check")
    assert (done, paper.exists()) == (0, False)
    assert reported(capsys)["made"] == 1


def everything() -> tuple[dict[str, int], list[Path]]:
    """How many rows every table holds, and which files the home."""
    home = Path(os.environ["MUNIMENT_HOME"])
    kept = [each for each in sorted(home.rglob("*")) if "files" in each.parts]
    tables = apps.get_app_config("muniment").get_models()
    return {each.__name__: each._default_manager.count() for each in tables}, kept


def test_a_document_that_cannot_be_opened_is_named(
    tmp_path: Path, world: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    """A process's memory is a file that not even root reads from its start."""
    world.founded()
    told = registers.file(tmp_path, LINE.format(1, "fd"), LINE.format(2, "mem"), mapped=LIVE)
    assert bring_in(tmp_path, *told, "--live", "--documents", "/proc/self") == 1
    refused = capsys.readouterr().err
    assert "Row 2: A document that the row names is not in the folder." in refused
    assert "Row 3: A document that the row names cannot be opened." in refused


def test_checking_an_earlier_register_says_how_much_of_it_is_here(
    tmp_path: Path, world: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    house = world.founded()
    told = registers.file(tmp_path, GOOD)
    assert bring_in(tmp_path, *told, "--check") == 0
    assert reported(capsys)["made"] == 1
    assert not house.cast.programme.cases.exists()
    assert bring_in(tmp_path, *told) == 0
    capsys.readouterr()
    assert bring_in(tmp_path, *told, "--check") == 0
    assert (reported(capsys)["made"], house.cast.programme.cases.count()) == (0, 1)


def test_the_end_of_a_document_s_name_is_not_printed_either(
    tmp_path: Path, world: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    house = world.founded()
    (tmp_path / "Protocol of Dr. Roe").write_bytes(a_pdf())
    line = "1,Dose,Ada,ada@lakeside.example,2026-10-01,Protocol of Dr. Roe"
    told = registers.file(tmp_path, line, mapped=LIVE)
    assert bring_in(tmp_path, *told, "--live", "--documents", str(tmp_path)) == 0
    said = capsys.readouterr().out
    [unread] = json.loads(said)["unreadable"]
    assert (unread["row"], unread["document"], unread["code"]) == (2, 1, "file-not-its-name")
    assert unread["message"].startswith("The name ends in something else, but the content is .pdf")
    assert "roe" not in said.lower()
    (note,) = house.cast.programme.cases.get().notes.all()
    assert "“Protocol of Dr. Roe” is kept as it came" in note.text


def test_no_document_is_read_while_nobody_else_can_write(
    tmp_path: Path, world: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    """They are gone from the first record on, which is within the transaction."""
    world.founded()
    papers = [tmp_path / name for name in ("a.pdf", "b.pdf")]
    for paper in papers:
        paper.write_bytes(a_pdf() + paper.name.encode())

    def gone(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith(f'INSERT INTO "{models.StoredFile._meta.db_table}"'):
            for paper in papers:
                paper.unlink(missing_ok=True)
        return execute(sql, params, many, context)

    lines = [
        f"{paper.stem},Dose,Roe,roe@lakeside.example,2026-10-01,{paper.name}" for paper in papers
    ]
    told = registers.file(tmp_path, *lines, mapped=LIVE)
    with connection.execute_wrapper(gone):
        assert bring_in(tmp_path, *told, "--live", "--documents", str(tmp_path)) == 0
    assert reported(capsys)["made"] == 2
    assert not any(paper.exists() for paper in papers)


def kept_as(case: models.Case) -> dict[str, str]:
    return {row.name: row.file.media_type for row in files.list_attached(case)}


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("1,Dose,Roe,roe@lakeside.example,,a.pdf", "needs the day on which it was received"),
        ("1,Dose,Roe,roe@lakeside.example,2026-10-01,", "Name the documents"),
        ("1,Dose,Roe,roe@lakeside.example,2026-10-01,no.pdf", "is not in the folder"),
        ("1,Dose,Roe,roe@lakeside.example,2026-10-01,../old.csv", "is not in the folder"),
        (f"1,Dose,Roe,roe@lakeside.example,2026-10-01,{'a' * 300}.pdf", "is not in the folder"),
        ("1,Dose,Roe,no address,2026-10-01,a.pdf", "Write the e-mail address"),
    ],
)
def test_one_bad_paper_file_keeps_the_whole_backlog_out(
    tmp_path: Path, world: Any, capsys: pytest.CaptureFixture[str], line: str, why: str
) -> None:
    house = world.founded()
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.7 a scan")
    told = registers.file(tmp_path, "2,Age,Lee,lee@lakeside.example,2026-10-02,a.pdf", line,
                          mapped=LIVE)  # fmt: skip
    assert bring_in(tmp_path, *told, "--live", "--documents", str(tmp_path)) == 1
    said = capsys.readouterr().err
    assert "Row 3: " in said
    assert why in said
    assert not house.cast.programme.cases.exists()


@registers.needs_data
@pytest.mark.slow
def test_the_real_registers_come_in_whole_and_are_searched_for_twins(
    tmp_path: Path, world: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    house = world.founded()
    for file, name in (
        (registers.PROPOSALS, "proposals.yaml"),
        (registers.PURPOSES, "purposes.yaml"),
    ):
        assert bring_in(tmp_path, str(file), "--mapping", str(registers.HERE / name)) == 0
        report = reported(capsys)
        assert report["made"] == report["requests"]
        if file == registers.PROPOSALS:
            turned = [each for each in report["doubts"] if each["code"] == TURNED]
            assert len(turned) == 16
            assert report["duplicates"]
    _work_on_them(house)
    assert house.cast.programme.cases.count() == 2756 + 585
    open_ones = house.cast.programme.cases.exclude(stage="closed")
    assert not open_ones.exists()


TURNED = "decided-before-received"


def _work_on_them(house: Any) -> None:
    """Queue, search, turnaround and forecast read them; bad days are kept and count nowhere."""
    from muniment import models
    from muniment.programme import clocks
    from muniment.programme.clocks import forecast
    from muniment.queries import editions, queue
    from muniment.queries.reports import durations
    from muniment.queries.timeline import forecasts

    programme, now = house.cast.programme, house.now()
    origins = models.Origin.objects.filter(programme=programme, source="alspac-proposals")
    bad = origins.filter(decided_on__lt=F("received_on"))
    assert (bad.count(), bad.filter(sound=True).count()) == (16, 0)
    calendar = editions.own_calendar(programme.active_edition)
    years = origins.exclude(received_on=None).values_list("received_on__year", flat=True)
    spans = [durations.of_register(origins, year, clocks.Days(calendar)) for year in set(years)]
    counted = sum(span.number or 0 for span in spans)
    assert 2_000 < counted <= origins.filter(sound=True, decided_on__isnull=False).count()
    assert all(span.median is None or span.median >= 0 for span in spans)
    decided = forecasts.list_decided(programme, "full", calendar=calendar)
    assert len(decided) == forecasts.MOST
    assert all(received <= day for received, day in decided)
    today = calendar.local_day(now)
    told = forecast.decision(calendar, decided, since=today, today=today)
    assert isinstance(told, forecast.Range)
    assert today < told.from_on < told.until_on
    cora = models.Person.objects.get(email="cora@library.example")
    purpose = models.Case.objects.filter(origin__source="nhsd-2021-02").latest("pk")
    said = purpose.sections.get(name="register").answers["register summary"]
    word = max((each for each in said.split() if each.isalpha()), key=len)
    found = queue.open_queue(cora, queue.Wanted(queue.Tab.EVERY, word), page=1, now=now)
    assert found is not None
    (wanted,) = queue.words_of(word)
    holding = {
        section.case
        for section in models.Section.objects.filter(name="register").select_related("case")
        if any(each.startswith(wanted) for each in _words_of(section))
    }
    assert purpose in holding
    assert {row.sight.case for row in found.rows} == holding, "found as soon as they are in"
    assert (found.counts[queue.Tab.OPEN], found.counts[queue.Tab.LATE]) == (0, 0)


def _words_of(section: models.Section) -> set[str]:
    from muniment.queries import queue

    return queue.words_of(section.case.title, *queue.texts_in(section.answers))


def test_the_command_is_offered() -> None:
    assert importlib.import_module("muniment.cli.import").run
